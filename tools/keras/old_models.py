"""Writes NAME.h5, NAME.keras, NAME.weights.h5 (as far as this Keras can) and NAME.json into a folder: a little model of any
version of Keras, two steps trained, its predictions and the losses of two more steps.

    python tools/keras/old_models.py NAME FOLDER     (under Keras 2.2, 2.13 and 3.x; Python 3.6 and newer)
"""
import json
import os
import sys

import numpy as np

os.environ.setdefault("KERAS_BACKEND", sys.argv[3] if len(sys.argv) > 3 else "tensorflow")
import keras  # noqa: E402
from keras import layers  # noqa: E402

SAMPLES = 4


def wave(*shape):
    n = int(np.prod(shape))
    return np.sin(np.arange(1, n + 1, dtype="float64")).astype("float32").reshape(shape)


def draw():
    words = layers.Input((5,), dtype="int32", name="words")
    x = layers.Embedding(7, 4, name="table")(words)
    a = layers.LSTM(3, name="sequence")(x)
    b = layers.GlobalMaxPooling1D(name="pool")(layers.Conv1D(2, 3, activation="relu", name="conv")(x))
    inner = keras.models.Sequential([layers.Dense(4, activation="relu", input_shape=(5,)), layers.BatchNormalization()])
    y = layers.Dense(2, name="out")(inner(layers.Concatenate(name="both")([a, b])))
    return keras.models.Model(words, y)


def train(model, x, y):
    """The loss of one step: older Keras 3 gives a mean over steps unless it is told to begin anew."""
    getattr(model, "reset_metrics", lambda: None)()
    return float(np.ravel(model.train_on_batch(x, y))[0])


def main(name, folder):
    path = os.path.join(folder, name)
    model = draw()
    model.set_weights([abs(wave(*w.shape)) * 0.5 + 0.1 if w.ndim == 1 else wave(*w.shape) * 0.5
                       for w in model.get_weights()])
    model.compile("adam", "mse")
    x = (np.arange(SAMPLES * 5) * 3 % 7).astype("int32").reshape(SAMPLES, 5)
    y = wave(SAMPLES, 2) * 0.5
    for _ in range(2):
        train(model, x, y)
    values = {"keras": keras.__version__, "predictions": np.ravel(model.predict(x)).tolist()}
    for end, save in ((".keras", model.save), (".weights.h5", model.save_weights), (".h5", model.save)):
        try:
            save(path + end)
        except Exception as error:  # this Keras has no such file
            print(name + end, "not written:", str(error)[:100])
    values["after"] = [train(model, x, y) for _ in range(2)]
    with open(path + ".json", "w") as file:
        json.dump(values, file, indent=1)
        file.write("\n")


main(*sys.argv[1:3])
