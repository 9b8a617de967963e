"""Writes the files of tests/keras/data/saved: models and weights as Keras saves them, and what they predict.

    KERAS_BACKEND=jax python tools/keras/saved_models.py make tests/keras/data/saved     (Keras 3.15.1)
    KERAS_BACKEND=jax python tools/keras/saved_models.py check tests/keras/data/saved FOLDER

check opens with Keras what tests/keras/saved_test.c wrote into FOLDER (CORNU_KEEP_SAVED), and compares weights and
predictions. Numbers are those of a formula, so that C has the same.
"""
import json
import os
import pathlib
import sys

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras  # noqa: E402
from keras import layers  # noqa: E402

SAMPLES = 4


def wave(*shape, scale=1.0):
    """sin(1), sin(2) ... as float32."""
    n = int(np.prod(shape))
    return (scale * np.sin(np.arange(1, n + 1, dtype="float64"))).astype("float32").reshape(shape)


def data():
    words = (np.arange(SAMPLES * 5) * 3 % 7).astype("int32").reshape(SAMPLES, 5)
    return [words, wave(SAMPLES, 6)], wave(SAMPLES, 2, scale=0.5)


def mixed():
    """A bit of everything that has weights in an own place of files."""
    words, numbers = layers.Input((5,), dtype="int32", name="words"), layers.Input((6,), name="numbers")
    x = layers.Embedding(7, 4)(words)
    a = layers.Bidirectional(layers.LSTM(3))(x)
    b = layers.RNN(layers.StackedRNNCells([layers.LSTMCell(2), layers.GRUCell(3)]))(x)
    c = layers.TimeDistributed(layers.Dense(2, activation="tanh"))(x)
    c = layers.Flatten()(layers.MultiHeadAttention(2, 3)(c, c))
    d = layers.GlobalMaxPooling1D()(layers.SeparableConv1D(4, 3, padding="same")(x))
    shared = layers.Dense(6, activation="tanh", name="shared")
    inner = keras.Sequential([layers.Input((6,)), layers.Dense(6, activation="relu"), layers.BatchNormalization()],
                             name="inner")
    e = layers.Add()([inner(shared(numbers)), shared(inner(numbers))])
    out = layers.Dense(2, name="out")(layers.Concatenate()([a, b, c, d, e]))
    return keras.Model([words, numbers], out, name="mixed")


def number_weights(model):
    """Weights that no initializer makes: waves of different lengths; variances are positive."""
    for i, weight in enumerate(model.weights):
        value = wave(*weight.shape, scale=0.3) + 0.01 * i
        model.weights[i].assign(abs(value) + 0.5 if "variance" in weight.path else value)


def train(model, steps):
    x, y = data()
    return [float(np.ravel(model.train_on_batch(x, y))[0]) for _ in range(steps)]


OPTIMIZERS = {
    "sgd": lambda: keras.optimizers.SGD(0.05, momentum=0.9),
    "adam": lambda: keras.optimizers.Adam(0.01, amsgrad=True),
    "rmsprop": lambda: keras.optimizers.RMSprop(keras.optimizers.schedules.ExponentialDecay(0.01, 2, 0.9), momentum=0.5,
                                                centered=True),
    "nadam": lambda: keras.optimizers.Nadam(0.01),
    "adafactor": lambda: keras.optimizers.Adafactor(0.05),
    "ema": lambda: keras.optimizers.Adagrad(0.05, use_ema=True),
    "muon": lambda: keras.optimizers.Muon(0.05, exclude_layers=["dense_1", "out"]),
    "schedule_free": lambda: keras.optimizers.ScheduleFreeAdamW(0.05, warmup_steps=4),
    "loss_scale": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01), dynamic_growth_steps=2),
}


def small(optimizer):
    """A little model for each optimizer, trained three steps."""
    keras.utils.clear_session()
    model = keras.Sequential([layers.Input((6,)), layers.Dense(3, activation="tanh"), layers.Dense(2)], name="small")
    number_weights(model)
    model.compile(OPTIMIZERS[optimizer](), "mse")
    return model


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    values = {"keras": keras.__version__}
    keras.utils.clear_session()
    model = mixed()
    number_weights(model)
    model.compile(keras.optimizers.Adam(0.01), "mse")
    values["before"] = train(model, 2)
    model.save(folder / "mixed.keras")
    model.save_weights(folder / "mixed.weights.h5")
    model.save_weights(folder / "shards.weights.json", max_shard_size=3e-6)
    values["predictions"] = np.ravel(model.predict(data()[0], verbose=0)).tolist()
    model.save(folder / "mixed.h5")
    values["after"] = train(model, 2)
    for name in OPTIMIZERS:
        model = small(name)
        x, y = data()
        before = [float(np.ravel(model.train_on_batch(x[1], y))[0]) for _ in range(3)]
        model.save(folder / f"{name}.keras")
        after = [float(np.ravel(model.train_on_batch(x[1], y))[0]) for _ in range(3)]
        values[name] = {"before": before, "after": after}
    (folder / "values.json").write_text(json.dumps(values, indent=1) + "\n")


def compare(what, got, expected):
    difference = float(np.max(np.abs(np.ravel(got) - np.ravel(expected)))) if np.size(expected) else 0
    print(f"{what}: largest difference {difference:.3g}")
    assert difference < 1e-5, what


def loads_compiled(path):
    """Keras 3.15 cannot read the "mse" that it writes into an .h5."""
    try:
        keras.models.load_model(path)
    except ValueError:
        return False
    return True


def check(folder, written):
    values = json.loads((folder / "values.json").read_text())
    x, _ = data()
    original = mixed()
    original.load_weights(folder / "mixed.weights.h5")
    for name in ("mixed.weights.h5", "shards.weights.json", "legacy.h5"):
        if not (written / name).exists():
            continue
        keras.utils.clear_session()
        model = mixed()
        model.load_weights(written / name)
        compare(f"{name}: predictions", model.predict(x, verbose=0), values["predictions"])
        for mine, other in zip(model.weights, original.weights):
            assert (np.asarray(mine) == np.asarray(other)).all(), f"{name}: {mine.path}"
    for name in ("mixed.keras", "mixed.h5"):
        if not (written / name).exists():
            continue
        keras.utils.clear_session()
        compiles = loads_compiled(folder / name)
        model = keras.models.load_model(written / name, compile=compiles)
        compare(f"{name}: predictions", model.predict(x, verbose=0), values["predictions"])
        if compiles:
            compare(f"{name}: training goes on", train(model, 2), values["after"])
        else:
            print(f"{name}: this Keras cannot compile its own file")
    for name in OPTIMIZERS:
        if not (written / f"{name}.keras").exists():
            continue
        model = keras.models.load_model(written / f"{name}.keras")
        after = [float(np.ravel(model.train_on_batch(x[1], data()[1]))[0]) for _ in range(3)]
        compare(f"{name}.keras: training goes on", after, values[name]["after"])


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(pathlib.Path(sys.argv[2]))
    else:
        check(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
