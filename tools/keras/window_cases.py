"""window_layers.json: convolution and pooling over two and three axes. Cases are those of layers.json; see
layer_cases.py. Sizes are odd and unlike, so that axes that are mixed up show; images are small, so that the file is.
"""

import keras

from common import contents
from layer_cases import case, shape_case

FIRST = {"data_format": "channels_first"}
REGULARIZED = {"bias_regularizer": keras.regularizers.L1(0.02),
               "activity_regularizer": keras.regularizers.L1L2(0.01, 0.02)}


def first(shape):
    """The same shape with the channels first."""
    return (shape[0], shape[-1], *shape[1:-1])


def windows(kind, arguments, options, shape):
    """valid and same with every option; the last one with channels first too."""
    for padding in ("valid", "same"):
        for more in options:
            yield case(kind, {**arguments, "padding": padding, **more}, shape)
        yield case(kind, {**arguments, "padding": padding, **more, **FIRST}, first(shape))


IMAGE, VOLUME = (1, 5, 6, 2), (1, 3, 4, 5, 2)
STEPS_2D = ({}, {"strides": 2}, {"strides": (1, 3)}, {"dilation_rate": 2}, {"dilation_rate": (2, 1)})
STEPS_3D = ({"strides": (1, 2, 3)}, {"dilation_rate": (1, 1, 2)}, {})
NONES_2D, NONES_3D = (None, None, None, 4), (None, None, 9, None, 4)


def conv():
    yield from windows("Conv2D", {"filters": 3, "kernel_size": (2, 3)}, STEPS_2D, IMAGE)
    yield from windows("Conv2D", {"filters": 2, "kernel_size": 4, "groups": 2}, ({"strides": 3}, {}), (1, 5, 7, 4))
    yield from windows("Conv2D", {"filters": 2, "kernel_size": 1}, ({"strides": 2}, {}), (2, 3, 4, 3))
    yield case("Conv2D", {"filters": 2, "kernel_size": (7, 1), "padding": "same"}, (2, 3, 2, 2))
    yield case("Conv2D", {"filters": 19, "kernel_size": 3, "activation": "relu", "padding": "same"}, (1, 4, 3, 5))
    yield case("Conv2D", {"filters": 3, "kernel_size": 2, "activation": "softmax", **FIRST}, (2, 2, 3, 3))
    yield case("Conv2D", {"filters": 4, "kernel_size": 2, "groups": 2, "use_bias": False, **FIRST}, (2, 4, 3, 3))
    yield case("Conv2D", {"filters": 2, "kernel_size": 3, "kernel_regularizer": keras.regularizers.L2(0.01),
                          **REGULARIZED}, (1, 4, 3, 2))
    yield from windows("Conv3D", {"filters": 2, "kernel_size": (2, 3, 2)}, STEPS_3D, VOLUME)
    yield case("Conv3D", {"filters": 4, "kernel_size": 2, "groups": 2, "activation": "tanh"}, (1, 2, 3, 3, 4))
    yield case("Conv3D", {"filters": 3, "kernel_size": 1, "strides": 2, "use_bias": False}, (2, 3, 3, 2, 2))
    for padding in ("valid", "same"):
        for more in ({}, {"strides": (2, 3)}, {"dilation_rate": 3}):
            yield shape_case("Conv2D", {"filters": 6, "kernel_size": (5, 4), "padding": padding, **more}, NONES_2D)
            yield shape_case("Conv2D", {"filters": 6, "kernel_size": 5, "padding": padding, **more}, (8, 29, 17, 3))
        yield shape_case("Conv3D", {"filters": 6, "kernel_size": 3, "padding": padding, "strides": 2}, NONES_3D)
    yield shape_case("Conv2D", {"filters": 6, "kernel_size": 200, **FIRST}, (None, 3, None, 220))


def depthwise():
    yield from windows("DepthwiseConv2D", {"kernel_size": (2, 3)}, ({}, {"strides": 2}, {"dilation_rate": 2},
                                                                    {"depth_multiplier": 3}), IMAGE)
    yield case("DepthwiseConv2D", {"kernel_size": 3, "padding": "same", "activation": "relu"}, (1, 4, 3, 19))
    yield case("DepthwiseConv2D", {"kernel_size": 5, "padding": "same", "use_bias": False}, (1, 3, 4, 8))
    yield case("DepthwiseConv2D", {"kernel_size": 2}, (2, 4, 3, 1))
    yield case("DepthwiseConv2D", {"kernel_size": 2, "depthwise_regularizer": keras.regularizers.L2(0.01),
                                   **REGULARIZED}, (1, 3, 4, 2))
    for padding in ("valid", "same"):
        yield shape_case("DepthwiseConv2D", {"kernel_size": 5, "depth_multiplier": 2, "strides": 3,
                                             "padding": padding}, NONES_2D)


def separable():
    yield from windows("SeparableConv2D", {"filters": 3, "kernel_size": (2, 3)},
                       ({}, {"strides": 2}, {"dilation_rate": 2}, {"depth_multiplier": 2}), IMAGE)
    yield case("SeparableConv2D", {"filters": 5, "kernel_size": 3, "padding": "same", "activation": "relu"},
               (1, 4, 3, 17))
    yield case("SeparableConv2D", {"filters": 2, "kernel_size": 2, "use_bias": False,
                                   "depthwise_regularizer": keras.regularizers.L2(0.01),
                                   "pointwise_regularizer": keras.regularizers.L2(0.03)}, (1, 3, 4, 2))
    for padding in ("valid", "same"):
        yield shape_case("SeparableConv2D", {"filters": 6, "kernel_size": 5, "strides": 2, "padding": padding},
                         NONES_2D)


def transposed():
    image, volume = (1, 3, 2, 2), (1, 2, 1, 3, 2)
    for kernel_size in (1, 2, 3, (4, 3), (3, 5)):
        yield from windows("Conv2DTranspose", {"filters": 2, "kernel_size": kernel_size},
                           ({}, {"strides": (2, 3)}, {"strides": 2}), image)
    for more in ({"output_padding": 1}, {"output_padding": 0}, {"output_padding": (0, 1)}):
        yield from windows("Conv2DTranspose", {"filters": 2, "kernel_size": (3, 2), "strides": 2}, (more,), image)
    yield from windows("Conv2DTranspose", {"filters": 2, "kernel_size": 2}, ({"dilation_rate": (2, 1)},), image)
    yield case("Conv2DTranspose", {"filters": 17, "kernel_size": 2, "strides": 2, "activation": "relu"}, (1, 2, 3, 3))
    yield case("Conv2DTranspose", {"filters": 2, "kernel_size": 2, "use_bias": False,
                                   "kernel_regularizer": keras.regularizers.L2(0.01)}, (1, 2, 3, 3))
    yield from windows("Conv3DTranspose", {"filters": 2, "kernel_size": (2, 3, 1)},
                       ({}, {"strides": (2, 1, 3)}, {"strides": 2, "output_padding": (0, 1, 1)}), volume)
    for padding in ("valid", "same"):
        for more in ({"strides": 2}, {"strides": 2, "output_padding": 1}):
            yield shape_case("Conv2DTranspose", {"filters": 6, "kernel_size": 5, "padding": padding, **more}, NONES_2D)
            yield shape_case("Conv3DTranspose", {"filters": 6, "kernel_size": 3, "padding": padding, **more}, NONES_3D)


def pooling():
    for kind in ("MaxPooling2D", "AveragePooling2D"):
        yield from windows(kind, {}, ({"pool_size": 2}, {"pool_size": (2, 3)}, {"pool_size": 3, "strides": (1, 2)},
                                      {"pool_size": (1, 2), "strides": 2}, {"pool_size": 3, "strides": 2}),
                           (1, 5, 6, 3))
        yield shape_case(kind, {"pool_size": 3, "strides": 2, "padding": "same"}, NONES_2D)
        yield shape_case(kind, {"pool_size": (30, 2), **FIRST}, (8, 3, 120, None))
    yield case("MaxPooling2D", {}, (2, 4, 5, 1))
    for kind in ("MaxPooling3D", "AveragePooling3D"):
        yield from windows(kind, {}, ({"pool_size": 2}, {"pool_size": (1, 3, 2), "strides": (2, 1, 3)}), VOLUME)
        yield shape_case(kind, {"pool_size": 3, "strides": 2}, NONES_3D)
    yield case("MaxPooling3D", {}, (1, 2, 4, 3, 1))


def adaptive():
    for kind in ("AdaptiveMaxPooling", "AdaptiveAveragePooling"):
        for size in (1, 2, (3, 4), (5, 1), (4, 6)):
            yield case(f"{kind}2D", {"output_size": size}, (1, 5, 7, 2))
        yield case(f"{kind}2D", {"output_size": (2, 3), **FIRST}, (2, 2, 4, 5))
        for size in (2, (1, 3, 2)):
            yield case(f"{kind}3D", {"output_size": size}, VOLUME)
        yield case(f"{kind}3D", {"output_size": (3, 1, 2), **FIRST}, (1, 2, 3, 4, 5))
        yield shape_case(f"{kind}2D", {"output_size": 3}, NONES_2D)
        yield shape_case(f"{kind}3D", {"output_size": (1, 2, 3)}, NONES_3D)


def file():
    return contents([*conv(), *depthwise(), *separable(), *transposed(), *pooling(), *adaptive()])
