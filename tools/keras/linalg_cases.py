"""linear_functions.json: models of keras.ops with what an infinite number or NaN is told, and of those that decompose
matrices. A case is as operation_cases.py says.
"""

from keras import layers, ops

from common import contents
from operation_cases import case, inputs

INFINITE, NAN = float("inf"), float("nan")


def infinities():
    """Numbers that JSON has no word for and Python's has."""
    x = inputs((4, 6))
    above = ops.where(x > 0.5, x, -INFINITE)
    return x, [ops.softmax(ops.where(x > 0, x, -INFINITE)), ops.exp(above), ops.clip(x, -INFINITE, 0.25),
               ops.nan_to_num(ops.log(x), nan=2.0, neginf=-INFINITE), ops.maximum(ops.full_like(x, -INFINITE), x),
               layers.Masking(NAN)(x), ops.isfinite(above), ops.logsumexp(ops.pad(x, ((0, 0), (0, 0), (0, 2)), constant_values=-INFINITE), axis=2)]


def infinite_norms():
    """Read by Keras with JAX they do not run: their axes are lists then."""
    x = inputs((4, 6))
    return x, [ops.norm(x, ord=order, axis=axis) for order in [INFINITE, -INFINITE] for axis in [(1,), (2,), (1, 2), (2, 1)]]


MODELS = [infinities, infinite_norms]


def file():
    return contents([case(build) for build in MODELS])
