"""Layers that applications are made of: application_layers.json, whose cases look as those of layers.json (see
layer_cases.py).
"""

from common import contents
from layer_cases import case, shape_case

GIVEN = {"mean": [0.5, -0.25, 1.0], "variance": [4.0, 0.25, 0.5]}


def normalization():
    """With given numbers; otherwise mean and variance are weights, and Keras's count is a whole number."""
    for shape in ((4, 3), (2, 2, 3, 3)):
        for invert in (False, True):
            yield case("Normalization", {**GIVEN, "invert": invert}, shape)
    yield case("Normalization", {"mean": 0.5, "variance": 0.25}, (2, 3, 4))
    yield case("Normalization", {"axis": 1, **GIVEN}, (2, 3, 4))
    yield case("Normalization", {"axis": [1, 2], **GIVEN}, (2, 2, 3, 2))
    yield shape_case("Normalization", {}, (None, None, None, 3))
    yield shape_case("Normalization", {"axis": [1, 2]}, (None, 4, 3))


def own():
    yield case("LayerScale", {"init_values": 1e-6, "projection_dim": 3}, (2, 2, 2, 3))
    yield case("LayerScale", {"init_values": 0.5, "projection_dim": 4}, (3, 4))
    yield case("StochasticDepth", {"drop_path_rate": 0.25}, (2, 3, 3))
    yield case("CustomScaleLayer", {"scale": 0.17}, (2, 2, 3, 4), (2, 2, 3, 4))
    yield shape_case("CustomScaleLayer", {"scale": 0.17}, (None, None, None, 4), (None, None, None, 4))


def file():
    return contents([*normalization(), *own()])
