"""tensor_functions.json: models of operations of keras.ops that look up, fill and measure tensors. A case is as
operation_cases.py says.
"""

from keras import ops

import keras
from common import contents
from operation_cases import case, inputs


def rows(x, *outputs):
    """Each for every element of the batch: a model's outputs have a batch axis."""
    return [ops.expand_dims(ops.reshape(y, (-1,)), 0) + 0 * x[:, 0, :1] for y in outputs]


def lookups():
    x, i = inputs((4, 6)), keras.Input((3,), dtype="int32")
    place = i % 4
    return [x, i], [ops.take(x, place, axis=1), ops.take(x, i), ops.take(x, 2, axis=-1), ops.take(x, [0, -1], axis=2),
                    ops.take(x[0], place - 4, axis=0), ops.one_hot(i, 5), ops.one_hot(i, 9, axis=1),
                    ops.sum(ops.one_hot(i, 9, axis=0, dtype="int32"), axis=0), ops.one_hot(i - 1, 9, dtype="bool"),
                    ops.multi_hot(i, 9), ops.multi_hot(ops.stack([i, place], axis=1), 9, axis=2, dtype="int32")]


def parts():
    x = inputs((4, 6))
    one = [*ops.array_split(x[0], 3), *ops.vsplit(x[0], 2), *ops.vsplit(x[0], [1, 3])]
    return x, [*ops.split(x, [1, 3], axis=1), *ops.split(x, [2], axis=2), *ops.split(x, 2, axis=-1),
               *ops.array_split(x, 4, axis=2), *rows(x, *one), *ops.hsplit(x, [1]), *ops.hsplit(x, 2), *ops.dsplit(x, [1, 2]),
               *ops.dsplit(x, 3)]


def filled():
    x = inputs((4, 6))
    y = 100 * x
    return x, [ops.full_like(x, 3), ops.full_like(x, 2.5, dtype="int32"), ops.full_like(x, x[:, :1]), ops.full_like(x, ops.sum(x)),
               0 * ops.empty_like(x), ops.ones_like(ops.empty_like(x, dtype="int32")), ops.saturate_cast(3 * y, "uint8"),
               ops.saturate_cast(3e9 * x, "int32"), ops.saturate_cast(x, "bool"), ops.saturate_cast(x, "float32"),
               ops.saturate_cast(ops.cast(3 * y, "int32"), "uint8"), ops.cast(ops.saturate_cast(-y, "uint8"), "float32") * x,
               x * ops.size(x), ops.angle(x), ops.isreal(x)]


def diagonals():
    x = inputs((4, 6))
    grid, again = ops.meshgrid(x[0, 0], x[0, :, 0])
    one, two, three = ops.meshgrid(x[0, 0, :2], x[0, :, 0], x[1, 0, :3], indexing="ij")
    return x, rows(x, ops.diag(x[0]), ops.diag(x[0], k=1), ops.diag(x[0], k=-2), ops.diag(x[0, 1], k=-2), ops.diag(x[0, 0]),
                   ops.diagflat(x[0, :2]), ops.diagflat(x[0, 0], k=2), grid, again, one, two, three)


def vectors():
    x = inputs((4, 6))
    a, b = x[:, :3, :3], x[:, 1:, 3:]
    y = ops.where(x > 0.6, ops.log(-x), x)
    return x, [ops.cross(a, b), ops.cross(a, b, axis=1), ops.cross(a[:, :, :2], b), ops.cross(a, b[..., :2]),
               ops.cross(a[..., :2], b[..., :2]), ops.cross(a, b, axisa=1, axisb=2, axisc=1), ops.norm(x) * x,
               ops.norm(x, keepdims=True) * x, ops.nanargmax(y, axis=1), ops.nanargmin(y, axis=-1, keepdims=True),
               ops.nanargmax(y) + 0 * ops.argmax(x, axis=1)]


def series():
    """Of a corrcoef Keras says a wrong shape, so nothing is computed with it."""
    x = inputs((4, 6))
    one, short = x[0, 0], x[0, 0, :2]
    found = [ops.correlate(one, x[0, 1, :3]), ops.correlate(one, x[0, 1, :4], mode="same"), ops.correlate(one, x[0, 1, :3], mode="full"),
             ops.correlate(short, x[0, 1, :3]), ops.correlate(short, x[0, 1, :5], mode="same"), ops.correlate(short, x[0, 1], mode="full")]
    return x, [ops.corrcoef(x[0, :2]), *rows(x, *found)]


def norms():
    """With JAX a Norm that was read does not run: its axes are a list then."""
    x = inputs((4, 6))
    of_vectors = [ops.norm(x, ord=order, axis=(axis,), keepdims=axis == 2) for order in [None, 0, 1, 2, 3, -1] for axis in [1, 2]]
    of_matrices = [ops.norm(x, ord=order, axis=(1, 2)) for order in [None, "fro", 1, -1]]
    return x, [*of_vectors, *of_matrices, ops.norm(x, ord=1, axis=(-1, -2), keepdims=True)]


MODELS = [lookups, parts, filled, diagonals, vectors, series, norms]


def file():
    return contents([case(build) for build in MODELS])
