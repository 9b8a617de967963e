"""preprocessing_layers.json: EinsumDense and layers of sounds, whose cases look as those of layers.json (see
layer_cases.py).
"""

import keras

from common import contents
from layer_cases import case, shape_case


def einsum_case(arguments, shape):
    """With the shape that came out: the symbolic one leaves sizes open, and turns the axes of the dots around."""
    made = case("EinsumDense", arguments, shape)
    return {**made, "output_shape": [None, *made["output"]["shape"][1:]]}


def einsum_dense():
    for equation, output_shape, bias_axes, shape in (
            ("ab,bc->ac", (4,), "c", (3, 5)), ("abc,cd->abd", (None, 4), "d", (2, 3, 5)),
            ("abc,cd->abd", (3, 4), "bd", (2, 3, 5)), ("abc,cd->abd", (3, 4), "b", (2, 3, 5)),
            ("abc,cde->abde", (None, 2, 3), "de", (2, 3, 4)), ("abcd,cde->abe", (None, 3), "e", (2, 3, 2, 4)),
            ("abc,bcd->ad", (3,), None, (2, 3, 4)), ("abc,bd->adc", (2, 4), "d", (2, 3, 4)),
            ("abc,bcd->abd", (3, 2), "d", (2, 3, 4)), ("abc,dc->adb", (2, 3), "db", (2, 3, 4)),
            ("abc,c->ab", (3,), "b", (2, 3, 4)), ("abc,cd->ad", (3,), "d", (2, 3, 4)),
            ("abc,cdb->adbc", (2, 3, 4), "dc", (2, 3, 4)), ("aBc,cD->aBD", (None, 3), "D", (2, 3, 4)),
            ("...x,xy->...y", (4,), "y", (2, 5)), ("...x,xy->...y", (4,), "y", (2, 3, 5)),
            ("...x,xy->...y", (4,), None, (2, 2, 3, 5)), ("...xy,yz->...xz", (3, 4), "xz", (2, 3, 5)),
            ("ab...,bc->ac...", (4,), "c", (2, 3, 2, 2)), ("ab...,bc->ac...", (4,), "c", (2, 3)),
            ("...ab,bc->...ac", (4,), "c", (2, 3))):
        yield einsum_case({"equation": equation, "output_shape": output_shape, "bias_axes": bias_axes}, shape)
    yield einsum_case({"equation": "abc,cd->abd", "output_shape": (None, 4), "bias_axes": "d", "activation": "tanh",
                       "kernel_regularizer": keras.regularizers.L2(0.01),
                       "bias_regularizer": keras.regularizers.L1(0.02),
                       "activity_regularizer": keras.regularizers.L2(0.03)}, (2, 3, 5))
    yield shape_case("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (None, 4), "bias_axes": "d"},
                     (None, None, 5))
    yield shape_case("EinsumDense", {"equation": "...x,xy->...y", "output_shape": 4}, (None, None, 5))


def file():
    return contents([*einsum_dense()])
