"""activations.json. A case: {"name", "activation", "arguments", "x", "r", "y", "dx"}.

y = activation(x, **arguments); dx is the gradient of sum(y * r) with respect to x, or null where the case has points
at which the function has no derivative.
"""

import jax
import keras
import numpy

from common import array, contents, numbers, optional, title

POINTS = numpy.array([-30, -3, -1, -0.5, 1e-3, 0.25, 1, 3, 30], "float32")
# The same stretch without the points at which some activations have a kink (0, 0.5, 1, 3, 6).
BETWEEN = numpy.array([-30, -3.25, -2, -1.25, -0.75, -0.25, 1e-3, 0.25, 0.75, 1.25, 2, 3.25, 7, 30], "float32")
KINKS = numpy.array([-6, -3, -1, -0.5, 0, 0.5, 1, 3, 6], "float32")

SMOOTH = ["linear", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "swish", "mish", "softplus", "softsign",
          "sigmoid", "log_sigmoid", "tanh", "tanh_shrink", "squareplus", "sparse_plus", "exponential", "relu"]
KINKED = ["relu6", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "hard_shrink", "soft_shrink",
          "sparse_sigmoid"]
WITH_ARGUMENTS = [
    ("relu", {"max_value": 4.0}),
    ("relu", {"max_value": 6.0}),
    ("relu", {"negative_slope": 0.1}),
    ("relu", {"threshold": 0.6}),
    ("relu", {"threshold": -0.6}),
    ("relu", {"negative_slope": 0.1, "max_value": 2.5, "threshold": 0.6}),
    ("leaky_relu", {"negative_slope": 0.05}),
    ("leaky_relu", {"negative_slope": 1.5}),
    ("elu", {"alpha": 0.5}),
    ("celu", {"alpha": 2.0}),
    ("gelu", {"approximate": True}),
    ("squareplus", {"b": 1.0}),
    ("hard_shrink", {"threshold": 1.1}),
    ("soft_shrink", {"threshold": 1.1}),
    ("threshold", {"threshold": 0.6, "default_value": -2.0}),
]
MATRICES = [
    ("softmax", {}, (2, 5)),
    ("softmax", {"axis": 0}, (2, 5)),
    ("softmax", {"axis": 1}, (2, 3, 2)),
    ("softmax", {"axis": [1, 2]}, (2, 3, 2)),
    ("log_softmax", {}, (2, 5)),
    ("log_softmax", {"axis": 0}, (2, 5)),
    ("log_softmax", {"axis": 1}, (2, 3, 2)),
    ("sparsemax", {}, (2, 5)),
    ("sparsemax", {"axis": 0}, (2, 5)),
    ("glu", {}, (2, 6)),
    ("glu", {"axis": 0}, (2, 5)),
    ("glu", {"axis": 1}, (2, 4, 2)),
]


def case(activation, arguments, x, label, gradient=True):
    function = keras.activations.get(activation)
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in arguments.items()}
    y = function(x, **given)
    r = numbers(7, y.shape)
    dx = jax.grad(lambda x: (function(x, **given) * r).sum())(x) if gradient else None
    return {"name": title(activation, arguments, label), "activation": activation, "arguments": arguments,
            "x": array(x), "r": array(r), "y": array(y), "dx": optional(dx)}


def file():
    cases = [case(name, {}, POINTS, "points") for name in SMOOTH]
    cases += [case(name, {}, BETWEEN, "between the kinks") for name in KINKED]
    cases += [case(name, {}, KINKS, "on the kinks", gradient=False) for name in SMOOTH + KINKED]
    cases += [case(name, arguments, BETWEEN, "between the kinks") for name, arguments in WITH_ARGUMENTS]
    for name, arguments, shape in MATRICES:
        cases.append(case(name, arguments, numbers(11, shape, -3, 3), f"shape {shape}"))
    for name in ("softmax", "log_softmax", "sparsemax"):
        cases.append(case(name, {}, POINTS, "points"))
    large = numpy.array([[1000, 1001, 999, 0, -1000], [-1000, -1001, -999, -998, -1002]], "float32")
    for name in ("softmax", "log_softmax"):
        cases.append(case(name, {}, large, "large numbers"))
    for name in ("relu", "gelu", "tanh"):
        cases.append(case(name, {}, numbers(13, (2, 3, 4), -3, 3), "rank 3"))
    return contents(cases)
