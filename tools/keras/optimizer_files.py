"""Writes archives of models whose training was interrupted, and goes on where the library stopped.

    KERAS_BACKEND=tensorflow python tools/keras/optimizer_files.py make tests/keras/data/optimizers keras3.15.1
    KERAS_BACKEND=jax python tools/keras/optimizer_files.py make tests/keras/data/optimizers keras3.15.1.jax
    CORNU_KEEP_FILES=FOLDER build/release/tests/test.tests.keras.going_on
    KERAS_BACKEND=tensorflow python tools/keras/optimizer_files.py check tests/keras/data/optimizers/keras3.15.1.zip FOLDER

make runs under Keras 3.x, 2.13 and 2.2; with JAX it makes those alone that TensorFlow computes otherwise or not at all. The archive has of each optimizer NAME.keras or NAME.h5, the model after BEFORE
steps on the whole of one batch, NAME.start.keras, the model before them (not of old versions), and cases.json: {"made_with",
"x", "y", "cases": [{"name", "file", "start", "before", "after"}]}, with the sources of the data (see training_cases.py),
and the losses of the steps before and after. check opens FOLDER/NAME.keras, which the library made of the start by as many
steps, and compares the losses of the steps that follow.
"""
import json
import os
import sys
import tempfile
import zipfile

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402

from file_models import OLD, VERSION, fill, values, zip_all  # noqa: E402

BEFORE, AFTER = 5, 20
AFTER_OLD = 5  # Keras 2.2 has epsilon in another place of RMSprop and Adadelta
X = {"kind": "uniform", "shape": [8, 6], "seed": 71, "scale": 2.0, "offset": -1.0}
Y = {"kind": "uniform", "shape": [8, 2], "seed": 72, "scale": 1.0, "offset": 0.0}
RACING = ("Adam", "Adamax", "Nadam")  # in Keras 2.2 they read the iteration before or after it is counted

# Each with its own arguments, then what all have in common.
OWN = [
    ("SGD", [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}]),
    ("RMSprop", [{}, {"momentum": 0.9}, {"centered": True}, {"momentum": 0.5, "centered": True, "learning_rate": 0.01}]),
    ("Adam", [{}, {"amsgrad": True}, {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3, "learning_rate": 0.05}]),
    ("AdamW", [{}, {"weight_decay": 0.1, "learning_rate": 0.05}, {"amsgrad": True}]),
    ("Adamax", [{}, {"learning_rate": 0.05}]),
    ("Nadam", [{}, {"learning_rate": 0.05}]),
    ("Adagrad", [{}, {"initial_accumulator_value": 0.0, "learning_rate": 0.05}]),
    ("Adadelta", [{}, {"rho": 0.8, "learning_rate": 1.0}]),
    ("Adafactor", [{}, {"relative_step": False, "learning_rate": 0.05}, {"clip_threshold": 0.5, "beta_2_decay": -0.5}]),
    ("Ftrl", [{"learning_rate": 0.05}, {"learning_rate": 0.05, "l1_regularization_strength": 0.01, "beta": 0.1,
                                        "l2_regularization_strength": 0.1, "l2_shrinkage_regularization_strength": 0.1}]),
    ("Lion", [{}, {"beta_1": 0.5, "beta_2": 0.7, "learning_rate": 0.01}]),
    ("Lamb", [{}, {"learning_rate": 0.05}]),
]
# Muon does not run on TensorFlow. There ScheduleFreeAdamW's momentum_old is the variable itself, which has moved when it is
# read.
ON_JAX = [
    ("Muon", [{}, {"learning_rate": 0.05, "exclude_layers": ["last"], "adam_lr_ratio": 0.5},
              {"learning_rate": 0.02, "momentum": 0.8, "nesterov": False, "ns_steps": 3, "weight_decay": 0.01}]),
    ("ScheduleFreeAdamW", [{}, {"learning_rate": 0.05, "warmup_steps": 8, "weight_decay": 0.1}]),
]
SHARED = [{"weight_decay": 0.1}, {"clipnorm": 0.05}, {"clipvalue": 0.01}, {"global_clipnorm": 0.05},
          {"use_ema": True, "ema_momentum": 0.6}, {"use_ema": True, "ema_momentum": 0.6, "ema_overwrite_frequency": 3},
          {"gradient_accumulation_steps": 2}, {"gradient_accumulation_steps": 3, "use_ema": True, "weight_decay": 0.1},
          {"loss_scale_factor": 4.0}]
SCHEDULES = [("ExponentialDecay", [0.05, 4, 0.5], {"staircase": True}), ("InverseTimeDecay", [0.05, 4, 0.5], {}),
             ("PolynomialDecay", [0.05, 12], {"end_learning_rate": 0.001, "power": 2.0}),
             ("PiecewiseConstantDecay", [[3, 9], [0.05, 0.01, 0.002]], {}),
             ("CosineDecay", [0.01, 20], {"warmup_target": 0.05, "warmup_steps": 7}),
             ("CosineDecayRestarts", [0.05, 4], {})]


def title(name, form):
    return ".".join([name, *(f"{key}={str(value).replace('/', '')}" for key, value in form.items())])


def optimizers():
    """Names, and functions that make one."""
    make = keras.optimizers
    on_jax = not OLD and keras.backend.backend() == "jax"
    for name, forms in ON_JAX if on_jax else OWN:
        if VERSION < (2, 12) and name in RACING:
            continue
        for form in forms:
            yield title(name, form), lambda name=name, form=form: getattr(make, name)(**form)
    if on_jax:
        return
    for form in SHARED:
        yield title("Adam", form), lambda form=form: make.Adam(learning_rate=0.01, **form)
        yield title("SGD.momentum", form), lambda form=form: make.SGD(learning_rate=0.05, momentum=0.9, **form)
    for name, args, form in SCHEDULES:
        yield "RMSprop." + name, lambda name=name, args=args, form=form: make.RMSprop(
            getattr(make.schedules, name)(*args, **form))


def draw():
    model = keras.models.Sequential([layers.Dense(4, activation="tanh", input_shape=(6,), name="first"),
                                     layers.BatchNormalization(name="normalized"), layers.Dense(2, name="last")])
    fill(model)
    return model


def step(model, x, y):
    getattr(model, "reset_metrics", lambda: None)()
    return float(np.ravel(model.train_on_batch(x, y))[0])


def make_case(name, optimizer, folder):
    keras.backend.clear_session()
    if not OLD or VERSION >= (2, 13):
        tf.config.run_functions_eagerly(True)
    model, x, y = draw(), values(X), values(Y)
    model.compile(optimizer(), "mean_squared_error" if OLD else keras.losses.MeanSquaredError())
    end = ".h5" if VERSION < (2, 13) else ".keras"
    made = {"name": name, "file": name + end}
    if not OLD:
        made["start"] = name + ".start.keras"
        model.save(os.path.join(folder, made["start"]))
    made["before"] = [step(model, x, y) for _ in range(BEFORE)]
    model.save(os.path.join(folder, made["file"]))
    if OLD and end != ".h5":
        made["old"] = name + ".h5"
        model.save(os.path.join(folder, made["old"]))
    if VERSION == (2, 13):  # which does not keep all of Nadam's state
        model = keras.models.load_model(os.path.join(folder, made["file"]))
    made["after"] = [step(model, x, y) for _ in range(AFTER if VERSION > (2, 2) else AFTER_OLD)]
    return made


def make(folder, version):
    os.makedirs(folder, exist_ok=True)
    cases, path = [], os.path.join(folder, version + ".zip")
    with tempfile.TemporaryDirectory() as temporary:
        for name, optimizer in optimizers():
            try:
                cases.append(make_case(name, optimizer, temporary))
            except Exception as error:
                print(f"{name}: not known here: {type(error).__name__}: {str(error)[:100]!r}", flush=True)
        zip_all(path, temporary, cases, x=X, y=Y)
    print(f"{path}: {len(cases)} optimizers, {os.path.getsize(path)} bytes")


def check(path, folder):
    tf.config.run_functions_eagerly(True)
    right = wrong = 0
    x, y = values(X), values(Y)
    for case in json.loads(zipfile.ZipFile(path).read("cases.json"))["cases"]:
        written = os.path.join(folder, case["name"] + ".keras")
        if not os.path.exists(written):
            print(f"{case['name']}: was not written")
            continue
        keras.backend.clear_session()
        model = keras.models.load_model(written)
        difference = np.abs(np.array([step(model, x, y) for _ in range(AFTER)]) - case["after"]).max()
        right, wrong = right + (difference < 1e-5), wrong + (not difference < 1e-5)
        if not difference < 1e-5:
            print(f"{case['name']}: losses differ by {difference:.3g}", flush=True)
    print(f"Keras {keras.__version__}: training goes on in {right} of {right + wrong} models as if it had not stopped")
    return wrong > 0


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(*sys.argv[2:4])
    else:
        sys.exit(check(*sys.argv[2:4]))
