"""pooling_layers.json: cases as layer_cases.py describes them."""

from common import contents
from layer_cases import case, shape_case


def windows():
    shapes = [(2, 7, 3), (1, 5, 1)]
    for kind in ("MaxPooling1D", "AveragePooling1D"):
        for arguments in ({"pool_size": 2}, {"pool_size": 5}, {"pool_size": 3, "strides": 1},
                          {"pool_size": 2, "strides": 3}, {"pool_size": 2, "padding": "same"},
                          {"pool_size": 3, "strides": 2, "padding": "same"},
                          {"pool_size": 4, "strides": 1, "padding": "same"},
                          {"pool_size": 1, "strides": 2, "padding": "same"}):
            for shape in shapes:
                yield case(kind, arguments, shape)
        for arguments in ({"pool_size": 2}, {"pool_size": 3, "strides": 2, "padding": "same"}):
            yield case(kind, {**arguments, "data_format": "channels_first"}, (2, 3, 7))
        for arguments in ({"pool_size": 100, "strides": 7}, {"pool_size": 3, "strides": 2, "padding": "same"}):
            yield shape_case(kind, arguments, (None, None, 3))
            yield shape_case(kind, arguments, (None, 120, 3))
            yield shape_case(kind, {**arguments, "data_format": "channels_first"}, (4, 3, 120))


def adaptive():
    for kind in ("AdaptiveMaxPooling1D", "AdaptiveAveragePooling1D"):
        for size, steps in ((1, 5), (2, 6), (3, 7), (4, 6), (5, 5), (3, 8), (5, 7), (5, 3)):
            yield case(kind, {"output_size": size}, (2, steps, 3))
        yield case(kind, {"output_size": 3, "data_format": "channels_first"}, (2, 2, 7))
        yield case(kind, {"output_size": 1}, (1, 300, 1))
        yield shape_case(kind, {"output_size": 3}, (None, None, 4))


def file():
    return contents([*windows(), *adaptive()])
