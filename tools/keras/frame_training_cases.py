"""frame_training.json: training runs of models over sequences of images, in the form of training.json."""

import keras
from keras import layers

from common import contents
from training_cases import Run, train_on_batch, uniform


def next_frames():
    """Frames of moving images to the frames behind them, by convolutional LSTMs."""
    frames = keras.Input((4, 8, 8, 1), name="frames")
    x = layers.ConvLSTM2D(3, 3, padding="same", return_sequences=True)(frames)
    x = layers.BatchNormalization()(x)
    x = layers.ConvLSTM2D(2, (3, 2), padding="same", strides=2, activation="relu", go_backwards=True)(x)
    return keras.Model(frames, layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid")(x))


def lines():
    """ConvLSTM1D, whose state begins anew with each batch."""
    x = keras.Input((5, 12, 2))
    y = layers.ConvLSTM1D(3, 3, dilation_rate=2, recurrent_activation="hard_sigmoid", unit_forget_bias=False)(x)
    return keras.Model(x, layers.Dense(1)(layers.Flatten()(y)))


def file():
    compiled = lambda: {"optimizer": keras.optimizers.Adam(0.01), "loss": "binary_crossentropy"}
    x, y = uniform((8, 4, 8, 8, 1), 51), uniform((8, 8, 8, 1), 52)
    runs = [train_on_batch(Run("next frames", next_frames, compiled, [x], [y]), 4, 20)]
    compiled = lambda: {"optimizer": keras.optimizers.RMSprop(0.005), "loss": "mse"}
    x, y = uniform((12, 5, 12, 2), 53, 2.0, -1.0), uniform((12, 1), 54)
    return contents([*runs, train_on_batch(Run("lines", lines, compiled, [x], [y]), 6, 20)])
