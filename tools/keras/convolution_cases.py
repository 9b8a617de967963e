"""convolution_layers.json. Cases are those of layers.json; see layer_cases.py."""

import keras

from common import contents
from layer_cases import case, shape_case

REGULARIZED = {"bias_regularizer": keras.regularizers.L1(0.02),
               "activity_regularizer": keras.regularizers.L1L2(0.01, 0.02)}


def both_formats(kind, arguments, steps, channels, batch=2):
    yield case(kind, arguments, (batch, steps, channels))
    yield case(kind, {**arguments, "data_format": "channels_first"}, (batch, channels, steps))


def shapes(kind, arguments, channels=4):
    """Unknown time, unknown batch, both known; a window larger than any short sequence."""
    for padding in ("valid", "same"):
        for more in ({}, {"strides": 3}, {"dilation_rate": 2}):
            yield shape_case(kind, {**arguments, "padding": padding, **more}, (None, None, channels))
            yield shape_case(kind, {**arguments, "padding": padding, **more}, (8, 29, channels))
    yield shape_case(kind, {**arguments, "kernel_size": 200}, (None, None, channels))
    yield shape_case(kind, {**arguments, "data_format": "channels_first"}, (None, channels, None))


def conv1d():
    kind = "Conv1D"
    for padding in ("valid", "same", "causal"):
        for steps in (7, 8):
            for more in ({}, {"strides": 2}, {"strides": 3}, {"dilation_rate": 2}):
                yield case(kind, {"filters": 3, "kernel_size": 3, "padding": padding, **more}, (2, steps, 2))
        yield case(kind, {"filters": 2, "kernel_size": 4, "padding": padding}, (2, 6, 3))
        yield case(kind, {"filters": 4, "kernel_size": 2, "padding": padding, "groups": 2}, (2, 5, 6))
        yield from both_formats(kind, {"filters": 3, "kernel_size": 2, "padding": padding, "activation": "softmax"}, 5, 4)
    for padding in ("same", "causal"):
        yield case(kind, {"filters": 2, "kernel_size": 7, "padding": padding}, (2, 3, 2))
    for strides in (1, 2):
        yield case(kind, {"filters": 3, "kernel_size": 1, "strides": strides}, (3, 4, 5))
    yield case(kind, {"filters": 3, "kernel_size": 2, "strides": 4, "padding": "same"}, (2, 9, 2))
    yield case(kind, {"filters": 19, "kernel_size": 5, "activation": "relu"}, (3, 12, 17))
    yield case(kind, {"filters": 6, "kernel_size": 3, "groups": 3, "use_bias": False}, (2, 5, 3))
    yield case(kind, {"filters": 4, "kernel_size": 3, "kernel_regularizer": keras.regularizers.L2(0.01), **REGULARIZED},
               (2, 5, 2))
    yield from shapes(kind, {"filters": 6, "kernel_size": 5})
    yield shape_case(kind, {"filters": 6, "kernel_size": 5, "padding": "causal", "strides": 2}, (None, None, 3))
    yield shape_case(kind, {"filters": 6, "kernel_size": 200, "padding": "causal"}, (None, 10, 3))


def separable_conv1d():
    kind = "SeparableConv1D"
    for padding in ("valid", "same"):
        for steps in (7, 8):
            for more in ({}, {"strides": 2}, {"dilation_rate": 2}, {"depth_multiplier": 2}):
                yield case(kind, {"filters": 4, "kernel_size": 3, "padding": padding, **more}, (2, steps, 3))
        yield from both_formats(kind, {"filters": 3, "kernel_size": 2, "padding": padding, "activation": "softmax"}, 5, 4)
    yield case(kind, {"filters": 5, "kernel_size": 3, "use_bias": False}, (2, 5, 67))
    yield case(kind, {"filters": 4, "kernel_size": 3, "depthwise_regularizer": keras.regularizers.L2(0.01),
                      "pointwise_regularizer": keras.regularizers.L2(0.03), **REGULARIZED}, (2, 5, 2))
    yield from shapes(kind, {"filters": 6, "kernel_size": 5, "depth_multiplier": 2})


def depthwise_conv1d():
    kind = "DepthwiseConv1D"
    for padding in ("valid", "same"):
        for steps in (7, 8):
            for more in ({}, {"strides": 2}, {"dilation_rate": 2}, {"depth_multiplier": 3}):
                yield case(kind, {"kernel_size": 3, "padding": padding, **more}, (2, steps, 3))
        yield from both_formats(kind, {"kernel_size": 2, "padding": padding, "activation": "softmax"}, 5, 4)
    yield case(kind, {"kernel_size": 5, "activation": "relu", "padding": "same"}, (2, 6, 67))
    yield case(kind, {"kernel_size": 3, "use_bias": False}, (2, 5, 3))
    yield case(kind, {"kernel_size": 3}, (2, 5, 1))
    yield case(kind, {"kernel_size": 3, "depthwise_regularizer": keras.regularizers.L2(0.01), **REGULARIZED}, (2, 5, 2))
    yield from shapes(kind, {"kernel_size": 5, "depth_multiplier": 2})


def conv1d_transpose():
    kind = "Conv1DTranspose"
    for padding in ("valid", "same"):
        for kernel_size in (1, 2, 3, 5):
            for strides in (1, 2, 3):
                for output_padding in (None, 0, 1):
                    if output_padding is None or output_padding < strides:
                        yield case(kind, {"filters": 2, "kernel_size": kernel_size, "strides": strides,
                                          "padding": padding, "output_padding": output_padding}, (2, 4, 3))
        for kernel_size in (2, 3):
            yield case(kind, {"filters": 2, "kernel_size": kernel_size, "dilation_rate": 2, "padding": padding},
                       (2, 4, 3))
        yield from both_formats(kind, {"filters": 3, "kernel_size": 3, "strides": 2, "padding": padding,
                                       "activation": "softmax"}, 4, 2)
    yield case(kind, {"filters": 17, "kernel_size": 4, "strides": 2, "activation": "relu"}, (2, 6, 19))
    yield case(kind, {"filters": 2, "kernel_size": 3, "use_bias": False}, (1, 1, 3))
    yield case(kind, {"filters": 4, "kernel_size": 3, "kernel_regularizer": keras.regularizers.L2(0.01), **REGULARIZED},
               (2, 5, 2))
    yield from shapes(kind, {"filters": 6, "kernel_size": 5})


def file():
    return contents([*conv1d(), *separable_conv1d(), *depthwise_conv1d(), *conv1d_transpose()])
