"""Writes the seeds of tests/fuzz/weights_fuzz.c into tests/data/weights: the weights of one model in each format.

    KERAS_BACKEND=jax python tests/data/make_weights.py      (Keras 3.15.1)
"""
import json
import pathlib

import keras
import numpy as np
from keras import layers

HERE = pathlib.Path(__file__).resolve().parent / "weights"


def model():
    x = layers.Input((3, 2))
    h = layers.Bidirectional(layers.LSTM(2))(x)
    inner_x = layers.Input((4,))
    h = keras.Model(inner_x, layers.BatchNormalization()(inner_x))(h)
    made = keras.Model(x, layers.Dense(1, name="last")(h))
    made.compile("adam", "mse")
    return made


def main():
    HERE.mkdir(exist_ok=True)
    made = model()
    made.save_weights(HERE / "new.weights.h5")
    made.train_on_batch(np.ones((2, 3, 2)), np.ones((2, 1)))
    made.save_weights(HERE / "trained.weights.h5")
    made.save(HERE / "whole.h5")
    made.save(HERE / "whole.keras")
    np.savez(HERE / "arrays.npz", **{weight.path: np.asarray(weight.value) for weight in made.weights})
    names = {"/layers/dense/vars": ["a_00000.weights.h5", "a_00001.weights.h5"], "/optimizer/vars": "a.weights.json"}
    (HERE / "list.weights.json").write_text(json.dumps({"metadata": {"total_size": 1e-06}, "weight_map": names}))


main()
