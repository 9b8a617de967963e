"""Writes the files of tests/keras/data/policies: a small model under other policies of data types, and what it predicts.

    KERAS_BACKEND=jax JAX_ENABLE_X64=1 python tools/keras/policy_files.py make tests/keras/data/policies [POLICY...]
    KERAS_BACKEND=jax python tools/keras/policy_files.py check FOLDER

It was Keras 3.15.1. bfloat16.keras is one layer, whose weights are of that type in the file. scaled.keras was compiled under
"mixed_float16", where Keras puts a LossScaleOptimizer around the one given; values.json has the losses of the steps that
follow. The input of the others is sin(0), sin(1) ..., [4, 6]. check opens with Keras what tests/keras/policies_test.c wrote into FOLDER
(CORNU_KEEP_POLICIES), and prints the policies and the predictions.
"""
import json
import pathlib
import sys

import keras
import numpy as np
from keras import layers

POLICIES = ("mixed_float16", "mixed_bfloat16", "float64", "float16")
X = np.sin(np.arange(24.0)).reshape(4, 6)


def model(policy):
    keras.backend.clear_session()
    keras.config.set_floatx("float64" if policy == "float64" else "float32")
    keras.config.set_dtype_policy(policy)
    keras.utils.set_random_seed(1)
    x = layers.Input((6,))
    h = layers.BatchNormalization()(layers.Dense(8, activation="gelu")(x))
    # JAX has no orthogonal matrices of 16 bits.
    recurrent = "glorot_uniform" if policy == "float16" else "orthogonal"
    h = layers.LSTM(3, recurrent_initializer=recurrent)(layers.Reshape((2, 4))(h))
    y = layers.Dense(2, activation="softmax", dtype="float32" if "mixed" in policy else None)(h)
    made = keras.Model(x, y)
    made.compile("sgd", "mse")
    made.fit(X, np.ones((4, 2)), verbose=0)
    return made


def interrupted(folder):
    """The losses of 20 steps, after 5 and a file."""
    keras.backend.clear_session()
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("mixed_float16")
    keras.utils.set_random_seed(1)
    x = layers.Input((6,))
    made = keras.Model(x, layers.Dense(2, dtype="float32")(layers.Dense(3, activation="tanh")(x)))
    made.compile(keras.optimizers.Adam(0.02), "mse")
    for _ in range(5):
        made.train_on_batch(X, np.ones((4, 2)))
        made.reset_metrics()
    made.save(folder / "scaled.keras")
    losses = []
    for _ in range(20):
        losses.append(float(made.train_on_batch(X, np.ones((4, 2)))))
        made.reset_metrics()
    return losses


def make(folder, policies):
    folder.mkdir(exist_ok=True)
    file = folder / "values.json"
    values = json.loads(file.read_text()) if file.exists() else {}
    for policy in [policy for policy in policies if policy != "scaled"]:
        made = model(policy)
        made.save(folder / f"{policy}.keras")
        values[policy] = np.asarray(made.predict(X, verbose=0), "float64").ravel().tolist()
    if "scaled" in policies:
        values["scaled"] = interrupted(folder)
    keras.backend.clear_session()
    keras.config.set_dtype_policy("float32")
    keras.Sequential([layers.Input((3,)), layers.Dense(2, dtype="bfloat16", name="brain")]).save(folder / "bfloat16.keras")
    file.write_text(json.dumps(values, indent=1) + "\n")


def check(folder):
    values = json.loads((pathlib.Path(__file__).parents[2] / "tests/keras/data/policies/values.json").read_text())
    for policy in POLICIES:
        opened = keras.models.load_model(folder / f"{policy}.keras")
        names = [layer.dtype_policy.name for layer in opened.layers]
        away = abs(np.ravel(opened.predict(X, verbose=0)) - values[policy]).max()
        print(f"{policy}: {names}, away by {away:.1e}")


if sys.argv[1] == "check":
    check(pathlib.Path(sys.argv[2]))
else:
    make(pathlib.Path(sys.argv[2]), sys.argv[3:] or (*POLICIES, "scaled"))
