"""vision_training.json: training runs of models of images, as training_cases.py describes them. Of an array with many
numbers, each strideth is kept, as in sequence_training.json. Variances and gammas start near 1.
"""

import math

import keras
from keras import layers

import training_cases
from common import contents
from sequence_training_cases import keep_some
from training_cases import Run, classes, train_on_batch, uniform


def block(x, filters, strides=1):
    """Two convolutions with batch normalization, and a way around them."""
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
    y = layers.ReLU()(layers.BatchNormalization(momentum=0.75)(y))
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization(momentum=0.75)(y)
    if strides > 1:
        x = layers.BatchNormalization()(layers.Conv2D(filters, 1, strides=strides)(x))
    return layers.ReLU()(layers.Add()([x, y]))


def residual_network():
    x = keras.Input((9, 8, 3))
    y = layers.Conv2D(6, 3, padding="same", activation="relu")(x)
    y = block(block(y, 6), 8, 2)
    return keras.Model(x, layers.Dense(4, activation="softmax")(layers.GlobalAveragePooling2D()(y)))


def many_layers():
    """Windows of every kind, one behind the other."""
    x = keras.Input((11, 10, 3))
    y = layers.SeparableConv2D(8, 3, padding="same", activation="relu")(x)
    y = layers.MaxPooling2D(3, strides=2, padding="same")(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, depth_multiplier=2, activation="tanh")(y)
    y = layers.Conv2DTranspose(6, 3, strides=2, padding="same")(y)
    y = layers.LeakyReLU()(layers.GroupNormalization(3)(y))
    y = layers.UpSampling2D((1, 2), interpolation="bilinear")(layers.ZeroPadding2D(((1, 0), (0, 2)))(y))
    y = layers.AveragePooling2D(2)(layers.Conv2D(8, (3, 2), dilation_rate=2, groups=2, activation="elu")(y))
    return keras.Model(x, layers.Dense(3)(layers.Flatten()(layers.AdaptiveAveragePooling2D((2, 3))(y))))


def frozen_statistics():
    """A layer that is frozen runs in inference mode."""
    model = residual_network()
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
    return model


def weight_sources(model, seed):
    """Kernels within +-0.5, or +-0.25 if they have many inputs; gammas and variances from 0.75 to 1.25."""
    sources = []
    for index, weight in enumerate(model.weights):
        near_one = "gamma" in weight.name or "variance" in weight.name
        scale = 0.5 if near_one or math.prod(weight.shape) > 100 else 0.125 if len(weight.shape) < 2 else 1.0
        sources.append({"path": weight.path, **uniform(weight.shape, seed + index, scale,
                                                       0.75 if near_one else -scale / 2)})
    return sources


def runs():
    images = [uniform((24, 9, 8, 3), 51, 2.0, -1.0)]
    arguments = lambda: {"optimizer": keras.optimizers.SGD(0.05, momentum=0.9),
                         "loss": "sparse_categorical_crossentropy"}
    yield train_on_batch(Run("residual network", residual_network, arguments, images, [classes((24, 1), 52, 4)]), 8, 10)
    arguments = lambda: {"optimizer": keras.optimizers.SGD(0.05), "loss": "sparse_categorical_crossentropy"}
    yield train_on_batch(Run("residual network, statistics frozen", frozen_statistics, arguments, images,
                             [classes((24, 1), 53, 4)]), 8, 10)
    images = [uniform((16, 11, 10, 3), 54, 2.0, -1.0)]
    arguments = lambda: {"optimizer": keras.optimizers.SGD(0.02), "loss": "mse"}
    yield train_on_batch(Run("windows of every kind", many_layers, arguments, images,
                             [uniform((16, 3), 55, 2.0, -1.0)]), 8, 10)


def file():
    training_cases.weight_sources, kept = weight_sources, training_cases.weight_sources
    made = contents([keep_some(case) for case in runs()])
    training_cases.weight_sources = kept
    return made
