"""product_functions.json: models of products over letters and axes, and of paddings. A case is as operation_cases.py says."""

from keras import ops

from common import contents
from operation_cases import case, inputs, whole


def letters():
    x, y = inputs((4, 6), (6, 4))
    square = ops.matmul(x, y)
    return [x, y], [
        ops.einsum("bij->bji", x), ops.einsum("bij->b", x), ops.einsum("...i->...", x), ops.einsum("...ij->...ji", x),
        ops.einsum("bii->bi", square), ops.einsum("bii->b", square), ops.einsum("...ij,...jk", x, y), ops.einsum("bij,bjk,bkl->bil", x, y, x),
        ops.einsum("bij,bjk,bkl,blm->bim", x, y, x, y), ops.einsum("bi...,bk...->bik", x, x), x * ops.einsum("bij,bij", x, x)]


def contractions():
    x, y = inputs((4, 6), (6, 4))
    row = ops.mean(x, axis=(0, 1))
    return [x, y], [
        ops.tensordot(x, row, axes=[[2], [0]]), x * ops.mean(ops.tensordot(x, x, axes=[[1, 2], [1, 2]])),
        ops.tensordot(x, y[0], axes=[[2, 1], [0, 1]]), x * ops.tensordot(row, row, axes=1), ops.tensordot(x, ops.transpose(y[1])),
        ops.tensordot(x, row, axes=0)]


def paddings():
    x = inputs((4, 6))
    n = whole(x, 9)
    return x, [
        ops.pad(x, ((0, 0), (1, 3), (5, 0)), mode="reflect"), ops.pad(x, ((0, 0), (4, 1), (0, 6)), mode="symmetric"),
        ops.pad(x, ((0, 0), (0, 1), (2, 0)), constant_values=1.5), ops.pad(n, ((0, 0), (2, 2), (0, 0)), mode="reflect"),
        ops.pad(n, ((0, 0), (0, 0), (1, 1)), constant_values=-7), x * ops.mean(ops.pad(x[0], 2))]


MODELS = [letters, contractions, paddings]


def file():
    return contents([case(build) for build in MODELS])
