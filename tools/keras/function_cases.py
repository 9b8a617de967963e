"""functions.json: models of operations of keras.ops that layers are made of; array_functions.json: of array functions,
and of losses as functions. A case is as record_cases.py says.
"""

import json

import keras
import numpy
from keras import ops
from keras.src.ops import nn

from common import arrays, contents, numbers
from training_cases import classes, uniform, values


def mended(self, inputs, kernel):
    """Keras 3.15.1 exchanges padding and output_padding when a model calls this operation, and so cannot run it."""
    return ops.conv_transpose(inputs, kernel, self.strides, self.padding, self.output_padding, self.data_format, self.dilation_rate)


nn.ConvTranspose.call = mended


def inputs(*shapes, dtype="float32"):
    made = [keras.Input(shape, dtype=dtype) for shape in shapes]
    return made if len(made) > 1 else made[0]


def fixed(x, *shape):
    """A tensor without a batch axis: a kernel that the graph makes."""
    return ops.reshape(ops.mean(x, axis=0), shape)


# ---- windows ---------------------------------------------------------------------------------------------------------


def convolutions():
    x, k, short, long, box, cube = inputs((6, 7, 4), (72,), (9, 4), (24,), (4, 5, 3, 2), (32,))
    flat, deep = fixed(k, 3, 3, 4, 2), fixed(cube, 2, 2, 2, 2, 2)
    return [x, k, short, long, box, cube], [
        ops.conv(x, flat), ops.conv(x, flat, strides=(2, 1), padding="same"), ops.conv(x, flat, dilation_rate=2),
        ops.conv(short, fixed(long, 3, 4, 2), 2, "same"),
        ops.conv(short, fixed(long, 2, 4, 3), dilation_rate=3), ops.conv(box, deep),
        ops.conv(box, deep, strides=(1, 2, 1), padding="same")]


def convolutions_of_constants():
    x, first = inputs((6, 7, 2), (2, 6, 7))
    kernel, row = numbers(1, (2, 3, 2, 2)), numbers(2, (3, 1, 2, 1))
    return [x, first], [
        ops.conv(x, kernel), ops.conv(x, ops.convert_to_tensor(kernel), padding="same"),
        ops.depthwise_conv(x, row.astype("float64")), ops.conv_transpose(x, kernel, strides=2), x + row[0, 0, :, 0],
        x * numpy.array([True, False]), x - numpy.arange(2)]


def depthwise_convolutions():
    x, k, mixing, short, long = inputs((6, 7, 4), (72,), (24,), (9, 4), (24,))
    kernel, pointwise = fixed(k, 3, 3, 4, 2), fixed(mixing, 1, 1, 8, 3)
    return [x, k, mixing, short, long], [
        ops.depthwise_conv(x, kernel), ops.depthwise_conv(x, kernel, strides=2, padding="same"),
        ops.depthwise_conv(x, kernel, dilation_rate=(2, 1)), ops.depthwise_conv(short, fixed(long, 3, 4, 2), padding="same"),
        ops.separable_conv(x, kernel, pointwise), ops.separable_conv(x, kernel, pointwise, strides=2, padding="same"),
        ops.separable_conv(short, fixed(long, 2, 4, 3)[:, :, :1], fixed(long, 1, 4, 6))]


def transposed_convolutions():
    x, k, short, long, box, cube = inputs((4, 5, 3), (54,), (5, 3), (18,), (2, 3, 2, 2), (32,))
    kernel, row, deep = fixed(k, 3, 3, 2, 3), fixed(long, 3, 2, 3), fixed(cube, 2, 2, 2, 2, 2)
    return [x, k, short, long, box, cube], [
        ops.conv_transpose(x, kernel), ops.conv_transpose(x, kernel, strides=2),
        ops.conv_transpose(x, kernel, strides=(2, 3), padding="same"),
        ops.conv_transpose(x, kernel, strides=2, padding="same", output_padding=(1, 0)),
        ops.conv_transpose(x, kernel, dilation_rate=2), ops.conv_transpose(short, row, 2, "valid", 1),
        ops.conv_transpose(box, deep, strides=(1, 2, 1))]


def channels_first():
    x, k, short = inputs((4, 6, 7), (72,), (4, 9))
    kernel = fixed(k, 3, 3, 4, 2)
    first = {"data_format": "channels_first"}
    return [x, k, short], [
        ops.conv(x, kernel, strides=2, padding="same", **first), ops.depthwise_conv(x, kernel, **first),
        ops.separable_conv(x, kernel, fixed(k, 1, 1, 8, 9), **first),
        ops.conv_transpose(x, fixed(k, 3, 3, 2, 4), strides=2, **first), ops.max_pool(x, 2, 2, **first),
        ops.average_pool(x, (2, 3), 1, "same", **first), ops.max_pool(short, 3, 2, **first)]


def pools():
    x, short, box = inputs((6, 7, 3), (9, 4), (4, 5, 3, 2))
    return [x, short, box], [
        ops.max_pool(x, 2, 2), ops.max_pool(x, (3, 2), strides=1, padding="same"), ops.max_pool(short, 3, 2), ops.max_pool(box, 2, 2),
        ops.average_pool(x, 2, 2), ops.average_pool(x, (2, 3), strides=(1, 2), padding="same"), ops.average_pool(short, 2, 2),
        ops.average_pool(box, 2, strides=(2, 1, 2), padding="same")]


# ---- arrays and losses -----------------------------------------------------------------------------------------------


def averages():
    x, w = inputs((4, 6), (6,))
    return [x, w], [ops.average(x, axis=1), ops.average(x, axis=-1, weights=ops.exp(fixed(w, 6))), x * ops.average(x),
                    ops.average(x, axis=2, weights=numpy.arange(1.0, 7.0)), ops.average(x, axis=1, weights=ops.exp(x)),
                    ops.trapezoid(x), ops.trapezoid(x, dx=0.5, axis=1)]


def distances():
    x, y = inputs((4, 6), (3, 6))
    small = ops.kron(fixed(x[:, :2, :2], 2, 2), fixed(y[:, :2], 2, 6))
    return [x, y], [ops.cdist(x, y), x[:, :1, :1] * small]


def choices():
    x, = [inputs((4, 6))]
    y = ops.log(x)
    return x, [ops.select([x > 0.5, x < -0.5], [x, 2 * x], 0.25), ops.select([x > 0], [x]), ops.isclose(x, ops.round(x), atol=0.2),
               ops.isclose(y, y), ops.isclose(y, y, equal_nan=True), ops.isclose(x, 0.5, rtol=0.5)]


def crossentropies():
    x, y = inputs((4, 6), (4, 6))
    target, chance = ops.softmax(y), ops.sigmoid(x)
    return [x, y], [ops.binary_crossentropy(target, chance), ops.binary_crossentropy(target, x, from_logits=True),
                    ops.categorical_crossentropy(target, chance), ops.categorical_crossentropy(target, x, from_logits=True),
                    ops.categorical_crossentropy(ops.softmax(y, axis=1), chance, axis=1)]


ARRAYS = [averages, distances, choices, crossentropies]
MODELS = [convolutions, convolutions_of_constants, depthwise_convolutions, transposed_convolutions, channels_first, pools]


def source(tensor, seed):
    shape = [2, *tensor.shape[1:]]
    return classes(shape, seed, 10) if tensor.dtype == "int32" else uniform(shape, seed, 2.0, -1.0)


def case(build):
    keras.backend.clear_session()
    given, outputs = build()
    model = keras.Model(given, outputs)
    made = {"name": build.__name__, "model": json.loads(model.to_json()), "weights": [],
            "input": [source(x, 71 + i) for i, x in enumerate(model.inputs)]}
    data = [values(one) for one in made["input"]]
    made["predict"] = arrays(keras.tree.flatten(model(data if len(data) > 1 else data[0], training=False)))
    return made


def file():
    return contents([case(build) for build in MODELS])


def arrays_file():
    return contents([case(build) for build in ARRAYS])
