"""regularizers.json, constraints.json and initializers.json.

regularizers.json: {"name", "regularizer", "weight", "value", "gradient"}.
constraints.json: {"name", "constraint", "weight", "projected"}.
initializers.json: {"name", "initializer", "shape", "fan_in", "fan_out", "values", "distribution"}. values is the array
of a deterministic initializer, else null. distribution is null or one of

    {"kind": "uniform" or "normal" or "truncated_normal", "low", "high", "mean", "stddev"}

(low and high are null for "normal"; mean and stddev are those of the numbers that come out, so that stddev of a
truncated one is smaller than its argument), or {"kind": "orthogonal", "gain"}: the rows or the columns, whichever are
fewer, of the array as a matrix (last dimension = columns) are orthogonal and have length gain. Each formula was
compared with numbers drawn by Keras when the file was made.
"""

import math

import jax
import keras
import numpy
from keras.src.initializers.random_initializers import compute_fans

from common import array, contents, numbers, optional, record, title

# Standard deviation of a standard normal cut off at -2 and 2.
TRUNCATED = 0.87962566103423978


def regularizer_case(kind, arguments, weight, label):
    made = getattr(keras.regularizers, kind)(**arguments)
    weight = jax.numpy.asarray(weight)
    gradient = jax.grad(lambda weight: made(weight))(weight)
    return {"name": title(kind, arguments, label), "regularizer": record(made, arguments), "weight": array(weight),
            "value": array(made(weight)), "gradient": array(gradient)}


def regularizers_file():
    shapes = [(5,), (3, 4), (2, 2, 3)]
    options = [("L1", {}), ("L1", {"l1": 0.3}), ("L2", {}), ("L2", {"l2": 0.3}), ("L1L2", {}),
               ("L1L2", {"l1": 0.2, "l2": 0.3}), ("L1L2", {"l1": 0.2})]
    cases = [regularizer_case(kind, arguments, numbers(71, shape, -2, 2), f"shape {shape}")
             for kind, arguments in options for shape in shapes]
    for arguments in ({}, {"factor": 0.5}, {"mode": "columns"}, {"factor": 0.5, "mode": "columns"}):
        for shape in ((3, 4), (4, 3), (2, 2)):
            cases.append(regularizer_case("OrthogonalRegularizer", arguments, numbers(72, shape), f"shape {shape}"))
    return contents(cases)


def constraint_case(kind, arguments, weight, label):
    made = getattr(keras.constraints, kind)(**arguments)
    return {"name": title(kind, arguments, label), "constraint": record(made, arguments), "weight": array(weight),
            "projected": array(made(weight))}


def constraints_file():
    with_zero_column = numbers(73, (3, 4), -2, 2)
    with_zero_column[:, 1] = 0
    cases = [constraint_case("NonNeg", {}, with_zero_column, "shape (3, 4)")]
    for kind, options in [("MaxNorm", [{}, {"max_value": 0.5}]), ("UnitNorm", [{}]),
                          ("MinMaxNorm", [{}, {"min_value": 0.5, "max_value": 1.5, "rate": 0.25},
                                          {"min_value": 2.0, "max_value": 3.0}])]:
        for option in options:
            cases.append(constraint_case(kind, option, with_zero_column, "shape (3, 4)"))
            cases.append(constraint_case(kind, {**option, "axis": 1}, with_zero_column, "shape (3, 4)"))
            cases.append(constraint_case(kind, {**option, "axis": [0, 1]}, numbers(74, (2, 3, 2), -2, 2), "rank 3"))
            cases.append(constraint_case(kind, {**option, "axis": -1}, numbers(74, (2, 3, 2), -2, 2), "rank 3"))
            cases.append(constraint_case(kind, option, numbers(75, (4,), -2, 2), "shape (4,)"))
            cases.append(constraint_case(kind, {**option, "axis": [0, 1, 2]}, numbers(76, (2, 2, 2, 2)), "rank 4"))
    return contents(cases)


def initializer_case(kind, arguments, shape, distribution=None):
    made = getattr(keras.initializers, kind)(**arguments)
    fan_in, fan_out = compute_fans(shape)
    values = None if distribution else made(shape)
    if distribution:
        check(kind, arguments, shape, distribution)
    return {"name": title(kind, arguments, f"shape {shape}"), "initializer": record(made, arguments),
            "shape": list(shape), "fan_in": fan_in, "fan_out": fan_out, "values": optional(values),
            "distribution": distribution}


def uniform(low, high):
    return {"kind": "uniform", "low": low, "high": high, "mean": (low + high) / 2, "stddev": (high - low) / 12**0.5}


def normal(mean, stddev):
    return {"kind": "normal", "low": None, "high": None, "mean": mean, "stddev": stddev}


def truncated(mean, stddev):
    return {"kind": "truncated_normal", "low": mean - 2 * stddev, "high": mean + 2 * stddev, "mean": mean,
            "stddev": stddev * TRUNCATED}


def scaled(kind, scale, fan):
    variance = scale / max(1, fan)
    if kind == "uniform":
        return uniform(-math.sqrt(3 * variance), math.sqrt(3 * variance))
    if kind == "untruncated_normal":
        return normal(0.0, math.sqrt(variance))
    return truncated(0.0, math.sqrt(variance) / TRUNCATED)


def check(kind, arguments, shape, distribution):
    """Numbers drawn by Keras must agree with the distribution."""
    make = lambda seed: numpy.asarray(getattr(keras.initializers, kind)(**arguments, seed=seed)(shape), "float64")
    if distribution["kind"] == "orthogonal":
        matrix = make(1).reshape(-1, shape[-1])
        matrix = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
        assert numpy.allclose(matrix @ matrix.T, distribution["gain"] ** 2 * numpy.eye(len(matrix)), atol=1e-5)
        return
    drawn = numpy.concatenate([make(seed).reshape(-1) for seed in range(1 + 4000 // max(1, math.prod(shape)))])
    low, high, mean, stddev = (distribution[key] for key in ("low", "high", "mean", "stddev"))
    assert low is None or (drawn.min() >= low - 1e-6 and drawn.max() <= high + 1e-6)
    assert abs(drawn.mean() - mean) < 0.1 * stddev and abs(drawn.std() / stddev - 1) < 0.1, (kind, arguments, shape)


SHAPES = [(5,), (4, 6), (3, 4, 6), (2, 3, 4, 6)]


def deterministic():
    for kind, arguments in [("Zeros", {}), ("Ones", {}), ("Constant", {}), ("Constant", {"value": 0.25})]:
        for shape in [(), *SHAPES[:3]]:
            yield initializer_case(kind, arguments, shape)
    for arguments in ({}, {"gain": 0.5}):
        for shape in ((3, 3), (2, 4), (4, 2)):
            yield initializer_case("Identity", arguments, shape)
    for arguments in ({}, {"side": "imag"}, {"window": "hamming", "scaling": "spectrum", "periodic": True},
                      {"window": None, "scaling": None}):
        yield initializer_case("STFT", arguments, (4, 1, 3))


def random():
    for shape in SHAPES:
        fan_in, fan_out = compute_fans(shape)
        average = (fan_in + fan_out) / 2
        yield initializer_case("RandomUniform", {}, shape, uniform(-0.05, 0.05))
        yield initializer_case("RandomUniform", {"minval": 1.0, "maxval": 3.0}, shape, uniform(1.0, 3.0))
        yield initializer_case("RandomNormal", {}, shape, normal(0.0, 0.05))
        yield initializer_case("RandomNormal", {"mean": 2.0, "stddev": 0.5}, shape, normal(2.0, 0.5))
        yield initializer_case("TruncatedNormal", {}, shape, truncated(0.0, 0.05))
        yield initializer_case("TruncatedNormal", {"mean": 2.0, "stddev": 0.5}, shape, truncated(2.0, 0.5))
        for prefix, scale, fan in (("Glorot", 1.0, average), ("He", 2.0, fan_in), ("Lecun", 1.0, fan_in)):
            yield initializer_case(prefix + "Uniform", {}, shape, scaled("uniform", scale, fan))
            yield initializer_case(prefix + "Normal", {}, shape, scaled("truncated_normal", scale, fan))
        for mode, fan in (("fan_in", fan_in), ("fan_out", fan_out), ("fan_avg", average)):
            for kind in ("uniform", "truncated_normal", "untruncated_normal"):
                arguments = {"scale": 0.5, "mode": mode, "distribution": kind}
                yield initializer_case("VarianceScaling", arguments, shape, scaled(kind, 0.5, fan))
        yield initializer_case("VarianceScaling", {}, shape, scaled("truncated_normal", 1.0, fan_in))
    for arguments in ({}, {"gain": 1.5}):
        for shape in ((3, 3), (2, 4), (4, 2), (2, 3, 4)):
            distribution = {"kind": "orthogonal", "gain": arguments.get("gain", 1.0)}
            yield initializer_case("Orthogonal", arguments, shape, distribution)


def initializers_file():
    return contents([*deterministic(), *random()])
