"""linear_functions.json: models of keras.ops with what an infinite number or NaN is told, of those that decompose
matrices, and of those that came last. A case is as operation_cases.py says.
"""

import numpy
from keras import layers, ops

from common import contents
from operation_cases import case, inputs

INFINITE, NAN = float("inf"), float("nan")

# Added to random numbers of [4, 6] it parts singular values, so that float32 is exact enough.
APART = (numpy.eye(4, 6) * [[2], [4], [6], [8]]).astype("float32")


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


def singular_norms():
    x = inputs((4, 6))
    return x, [ops.norm(x, ord=order, axis=axis) for order in [2, -2, "nuc"] for axis in [(1, 2), (-1, -2)]] + [
        ops.norm(x, ord="nuc", axis=(2, 1), keepdims=True)]


def symmetric(x):
    return ops.matmul(x, ops.swapaxes(x, -1, -2))


def eigenvalues():
    """Vectors as what does not depend on their signs."""
    x = inputs((4, 4))
    w, v = ops.eigh(x)
    squares, vectors = ops.eigh(symmetric(x))
    root = ops.matmul(vectors * ops.expand_dims(ops.sqrt(squares + 0.1), 1), ops.swapaxes(vectors, 1, 2))
    return x, [w, v * v, squares, root, ops.matmul(v * ops.expand_dims(ops.sin(w), 1), ops.swapaxes(v, 1, 2))]


def singular_values():
    """The gradient of full matrices is not in JAX."""
    given = inputs((4, 6))
    x = given + APART
    u, s, v = ops.svd(x, full_matrices=False)
    a, b, c = ops.svd(ops.swapaxes(x, 1, 2), full_matrices=False)
    d, e, f = ops.svd(x[:, :, :4])
    return given, [s, u * u, v * v, ops.matmul(u, v), ops.matmul(a * ops.expand_dims(ops.sin(b), 1), c), d * d,
                   ops.matmul(d, f) * e[:, :, None], ops.svd(x, compute_uv=False)]


def whole_bases():
    x = inputs((4, 6))
    u, s, v = ops.svd(ops.stop_gradient(x))
    beyond = v[:, 4:]
    q, r = ops.qr(ops.stop_gradient(ops.swapaxes(x, 1, 2)), mode="complete")
    return x, [u * u, s, ops.matmul(ops.swapaxes(beyond, 1, 2), beyond), v[:, :4] ** 2, q, r]


def orthogonal():
    """Of a wide matrix the gradient is not in JAX."""
    x = inputs((4, 6))
    q, r = ops.qr(x[:, :, :3])
    a, b = ops.qr(x[:, :, :4])
    c, d = ops.qr(ops.stop_gradient(x))
    e, f = ops.qr(x[:, :, 1:5], mode="complete")
    return x, [q, r, a, b, c, d, e, f]


def inverses():
    """The third matrix has the rank 2, the fourth 1."""
    x = inputs((4, 6))
    low = ops.stop_gradient(ops.matmul(x[:, :, :2], x[:, :2]))
    one = ops.expand_dims(x[:, :, 0], 2) * ops.expand_dims(x[:, 0], 1)
    return x, [ops.pinv(x), ops.pinv(x[:, :, :3]), ops.pinv(low), ops.pinv(x, rcond=0.5), ops.pinv(one),
               ops.matrix_rank(x), ops.matrix_rank(low), ops.matrix_rank(ops.stop_gradient(one)), ops.matrix_rank(x, tol=1.0)]


def least_squares():
    """JAX's gradient of lstsq, unlike that of pinv, does not take what rcond leaves out as 0."""
    x = inputs((4, 6))
    wide, b = x[0] + APART, x[1]
    a = wide[:, :3]
    found = [ops.lstsq(a, b), ops.lstsq(a, b[:, 0]), ops.lstsq(wide, b[:, :2]), ops.lstsq(ops.stop_gradient(wide), b, rcond=0.5)]
    return x, [x + 0.1 * ops.sum(one * ops.cos(one)) for one in found]


def eliminated():
    """Keras says that pivots are of the matrix's type: nothing is computed with them."""
    x = inputs((4, 6))
    return x, [*ops.lu_factor(x), *ops.lu_factor(x[:, :, :4]), *ops.lu_factor(x[:, :, 1:3])]


def special():
    x = inputs((4, 6))
    return x, [ops.erfinv(x), ops.erfinv(0.999 * x), ops.i0(x), ops.i0(5 * x), ops.i0(ops.round(3 * x))]


def rearranged():
    """Keras says no shape of an axis that is unknown."""
    x = inputs((4, 6))
    one = x[0]
    found = [ops.rearrange(one, "h w -> w h"), ops.rearrange(one, "(a b) w -> b (w a)", a=2),
             ops.rearrange(one, "h (a b c) -> (c h) a b", a=1, c=3), ops.rearrange(one, "h_1 w -> (h_1 w)")]
    return x, [ops.reshape(one, (1, 24)) * ops.mean(x, axis=(1, 2))[:, None] for one in found]


def bits():
    x = inputs((4, 6))
    seen = ops.view(x, "int32")
    return x, [seen, ops.view(seen + 4096, "float32"), ops.view(x, "float32") * x, ops.view(seen - 8192, dtype="float32")]


def without_window():
    re, im = inputs((5, 5), (5, 5))
    return [re, im], [ops.istft((re, im), 8, 4, 8, window=None), ops.istft((re, im), 6, 3, 8, window=None, center=False),
                      ops.istft((re, im), 6, 3, 8, window=None, length=17)]


MODELS = [infinities, infinite_norms, singular_norms, eigenvalues, singular_values, whole_bases, orthogonal, inverses,
          least_squares, eliminated, special, rearranged, bits, without_window]


def file():
    return contents([case(build) for build in MODELS])
