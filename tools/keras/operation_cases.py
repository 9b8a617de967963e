"""operations.json: models of operations of keras.ops that sort, write into tensors, work on whole numbers bit by bit
and decompose matrices. A case is as record_cases.py says, with "gradients": of the sum over all float outputs of
sum(output * r), r being uniform numbers in their order (seed 5), for each float input; null for the others.
"""

import json

import jax
import keras
import numpy
from keras import ops

from common import Uniform, array, arrays, contents
from training_cases import classes, uniform, values


def inputs(*shapes, dtype="float32"):
    made = [keras.Input(shape, dtype=dtype) for shape in shapes]
    return made if len(made) > 1 else made[0]


def orders():
    x = inputs((4, 6))
    ties = ops.round(2 * x) + 1.0  # no -0, which top_k of JAX has behind 0
    return x, [ops.sort(x), ops.sort(x, axis=1) * x, x - ops.sort(x, axis=None)[5], ops.argsort(ties), ops.argsort(ties, axis=1),
               ops.argpartition(ties, 2), ops.argpartition(x, -2, axis=1), ops.sort(ops.log(x), axis=1) > 0]


def largest():
    x = inputs((4, 6))
    best, places = ops.top_k(x, 3)
    twice, again = ops.top_k(ops.round(2 * x) + 1.0, 4, sorted=False)
    target = ops.argmax(x, axis=2)
    return x, [best * best, places, twice, again, ops.in_top_k(target, x, 1), ops.in_top_k(0 * target, x, 2)]


def medians():
    x = inputs((4, 6))
    y = ops.where(x > 0.6, ops.log(-x), x)
    return x, [ops.median(x, axis=1), ops.median(x, axis=[1, 2], keepdims=True), ops.median(x, axis=-1) ** 2,
               ops.nanmedian(y, axis=2), ops.nanmedian(y, axis=1, keepdims=True), x - ops.median(x)]


def percentiles():
    x = inputs((4, 6))
    y = ops.where(x > 0.6, ops.log(-x), x)
    return x, [ops.percentile(x, 30, axis=1, method="lower"), ops.percentile(x, 30.0, axis=1, method="higher"),
               ops.percentile(x, 30, axis=2, method="midpoint"), ops.percentile(x, 35, axis=2, method="nearest"),
               ops.moveaxis(ops.percentile(x, [20, 50.5], axis=1), 0, 1), x * ops.percentile(x, 75),
               ops.nanquantile(y, 0.3, axis=2), ops.nanquantile(y, 0.8, axis=2, method="nearest", keepdims=True),
               ops.nanpercentile(y, 45, axis=2, method="lower"), ops.moveaxis(ops.nanpercentile(y, [40, 90], axis=2), 0, 1),
               x - ops.quantile(x, 0.3), ops.mean(ops.quantile(x, [0.1, 0.5, 1.0])) * x,
               x - ops.quantile(x, 0.4, method="nearest")]


def quantiles():
    """With JAX a Quantile that was read does not run: its axes are a list then."""
    x = inputs((4, 6))
    return x, [ops.quantile(x, 0.3, axis=(1,)), ops.quantile(x, 0.7, axis=(1, 2), keepdims=True),
               ops.moveaxis(ops.quantile(x, [0.1, 0.5, 1.0], axis=(2,)), 0, -1),
               ops.quantile(x, 0.4, axis=(2,), method="nearest")]


def whole(x, high):
    """Whole numbers from -high to high."""
    return ops.cast(ops.round(high * x), "int32")


def scattered():
    """Some of the places are named twice."""
    x, i = inputs((4, 6)), keras.Input((4,), dtype="int32")
    place = ops.expand_dims(i % 7, -1)
    two = ops.stack([i % 3, i % 2 - 2], axis=-1)
    table = ops.concatenate([x[0], x[1, :3] * 2], axis=0)
    rows, flat = ops.reshape(x, (-1, 6)), ops.reshape(place, (-1, 1))
    outputs = [ops.scatter(place, x, (7, 6)), ops.scatter(two, ops.sum(x, axis=-1), (3, 2)), ops.scatter(place, whole(x, 9), (7, 6))]
    for reduction in ("add", "max", "min"):
        outputs.append(ops.scatter_update(table, flat, rows, reduction=reduction))
    outputs.append(ops.scatter_update(*map(ops.stop_gradient, [table, flat, rows]), reduction="mul"))  # no gradient in JAX
    outputs.append(ops.scatter_update(whole(table, 9), flat, whole(rows, 9), reduction="max"))
    outputs.append(ops.scatter_update(table, ops.expand_dims(ops.argsort(ops.sum(table, axis=1)), -1)[:2, :], x[1, 2:4]))
    return [x, i], [ops.mean(output) * x if output.dtype == "float32" else ops.sum(output) * i for output in outputs]


def updated():
    x, i = inputs((4, 6)), keras.Input((4,), dtype="int32")
    part = x[:, :2, :3] * 2
    starts = ops.concatenate([0 * i[0, :1], i[0, 1:3]])
    return [x, i], [ops.slice_update(x, starts, part), ops.slice_update(x, ops.minimum(starts, 1), part),
                    ops.slice_update(whole(x, 9), starts, whole(part, 9))]


def segments():
    x, i = inputs((4, 6)), keras.Input((4,), dtype="int32")
    rows, of = ops.reshape(x, (-1, 6)), ops.reshape(i, (-1,)) - 1
    outputs = [ops.segment_sum(rows, of, num_segments=5), ops.segment_sum(whole(rows, 9), of, num_segments=5),
               ops.exp(ops.segment_max(rows, of, num_segments=5)), ops.segment_max(whole(rows, 9), of, num_segments=9),
               ops.exp(-ops.segment_min(rows, of, num_segments=5)), ops.segment_prod(ops.stop_gradient(rows), of, num_segments=5)]
    return [x, i], [ops.mean(output) * x if output.dtype == "float32" else ops.max(output, axis=0) + 0 * i[:, :1] for output in outputs]


def bits():
    i, j = keras.Input((4,), dtype="int32"), keras.Input((4,), dtype="int32")
    a, b = 37 * i - 90, 5 * j - 7
    return [i, j], [ops.bitwise_and(a, b), ops.bitwise_or(a, b), ops.bitwise_xor(a, b), ops.bitwise_not(a), ops.bitwise_invert(b),
                    ops.bitwise_left_shift(a, j), ops.bitwise_right_shift(a, j), ops.left_shift(a, 2), ops.right_shift(a, 1),
                    ops.gcd(a, b), ops.lcm(a, b), ops.gcd(12, a), ops.bitwise_not(a > b), ops.bitwise_xor(a > b, b > 0),
                    ops.nextafter(ops.cast(a, "float32"), ops.cast(b, "float32"))]


def searched():
    x, i = inputs((4, 6)), keras.Input((4,), dtype="int32")
    bounds = ops.sort(x[0, 0])
    first, second = ops.unravel_index(3 * i, (5, 6))
    return [x, i], [ops.searchsorted(bounds, x), ops.searchsorted(bounds, x, side="right"), ops.digitize(x, bounds),
                    ops.digitize(x, ops.flip(bounds)), ops.isin(i, i[0]), ops.isin(i, i[0], invert=True), first, second]


def matrices():
    """Away from singular ones."""
    x = inputs((4, 6))
    a = x[:, :, :4] + 3 * ops.tril(ops.triu(ops.ones_like(x[:, :, :4])))
    square = ops.matmul(a, ops.transpose(a, (0, 2, 1)))
    sign, size = ops.slogdet(-a[:, :3, :3])
    return x, [ops.det(a), sign, size, ops.logdet(a), ops.inv(a), ops.solve(a, x), ops.solve(a, x[:, :, :1])[:, :, 0],
               ops.solve_triangular(a, x), ops.solve_triangular(a, x, lower=True), ops.cholesky(square),
               ops.cholesky(square, upper=True), x * ops.sum(ops.cholesky_inverse(a[0])),
               x * ops.sum(ops.cholesky_inverse(a[1], upper=True))]


MODELS = [orders, largest, medians, percentiles, quantiles, scattered, updated, segments, bits, searched, matrices]


def source(tensor, seed):
    shape = [2, *tensor.shape[1:]]
    return classes(shape, seed, 10) if tensor.dtype == "int32" else uniform(shape, seed, 2.0, -1.0)


def gradients(model, data):
    """Of what the outputs are with the numbers of r."""
    floats = [i for i, x in enumerate(data) if x.dtype == "float32"]

    def total(given):
        generator, loss = Uniform(5), 0.0
        all_of = [jax.numpy.asarray(x) for x in data]
        for i, x in zip(floats, given):
            all_of[i] = x
        for output in keras.tree.flatten(model(all_of if len(all_of) > 1 else all_of[0], training=False)):
            if output.dtype == "float32":
                loss = loss + (output * generator.array(output.shape)).sum()
        return loss

    found = jax.grad(total)([jax.numpy.asarray(data[i]) for i in floats]) if floats else []
    return [array(numpy.asarray(found[floats.index(i)])) if i in floats else None for i in range(len(data))]


def case(build):
    keras.backend.clear_session()
    given, outputs = build()
    model = keras.Model(given, outputs)
    made = {"name": build.__name__, "model": json.loads(model.to_json()), "weights": [],
            "input": [source(x, 71 + i) for i, x in enumerate(model.inputs)]}
    data = [values(one) for one in made["input"]]
    made["predict"] = arrays(keras.tree.flatten(model(data if len(data) > 1 else data[0], training=False)))
    made["gradients"] = gradients(model, data)
    return made


def file():
    return contents([case(build) for build in MODELS])
