"""Layers of vision models that are neither convolutions nor windows: vision_layers.json, whose cases look as those of
layers.json (see layer_cases.py), and vision_calls.json, for calls in training or with masks (see call_cases.py).
"""

import keras
import numpy

from call_cases import call_case
from common import contents, numbers
from layer_cases import case, shape_case

MASK = numpy.array([[True, True, False, True], [False, False, True, False]])


def batch_normalization():
    for training in (False, True):
        for arguments in ({}, {"epsilon": 0.1, "momentum": 0.75}, {"center": False}, {"scale": False},
                          {"center": False, "scale": False}, {"trainable": False},
                          {"gamma_regularizer": keras.regularizers.L2(0.1),
                           "beta_regularizer": keras.regularizers.L1(0.2)}):
            yield call_case("BatchNormalization", arguments, [numbers(401, (5, 3))], training=training)
        for axis, shape in ((-1, (2, 3, 4, 3)), (1, (2, 3, 4, 2)), (2, (2, 3, 4)), (-2, (2, 2, 3, 2, 2)),
                            (-1, (9, 40))):
            yield call_case("BatchNormalization", {"axis": axis}, [numbers(402, shape, -3, 5)], training=training)
        yield call_case("BatchNormalization", {}, [numbers(403, (2, 4, 3))], [MASK], training=training)
        yield call_case("BatchNormalization", {"scale": False, "momentum": 0.5}, [numbers(404, (2, 4, 3), 2, 4)],
                        [MASK], training=training)
        for arguments in ({}, {"renorm_momentum": 0.6, "momentum": 0.75, "epsilon": 0.1, "center": False},
                          {"renorm_clipping": {"rmax": 1.5, "rmin": 0.8, "dmax": 0.3}, "scale": False},
                          {"renorm_clipping": {"dmax": 0.2}, "center": False, "scale": False, "axis": 1},
                          {"trainable": False}):
            yield call_case("BatchNormalization", {"renorm": True, **arguments}, [numbers(405, (4, 3, 2), -2, 3)],
                            training=training)


def group_normalization():
    for arguments, shape in (({"groups": 2}, (2, 4)), ({"groups": 3}, (2, 5, 6)), ({"groups": -1}, (2, 3, 2, 4)),
                             ({"groups": 1}, (2, 3, 2, 4)), ({"groups": 2, "axis": 1}, (2, 4, 3, 2)),
                             ({"groups": 2, "axis": 2, "epsilon": 0.1}, (2, 3, 4, 2)),
                             ({"groups": 2, "center": False}, (2, 3, 4)), ({"groups": 2, "scale": False}, (2, 3, 4)),
                             ({"groups": 4, "gamma_regularizer": keras.regularizers.L2(0.1)}, (3, 4))):
        yield case("GroupNormalization", arguments, shape)
    yield shape_case("GroupNormalization", {"groups": 4}, (None, None, None, 8))
    yield shape_case("BatchNormalization", {}, (None, None, None, 3))
    yield shape_case("BatchNormalization", {"center": False}, (4, None, 3))


IMAGE, VOLUME = (2, 5, 4, 3), (2, 3, 4, 5, 2)
FORMATS = ({}, {"data_format": "channels_first"})


def spatial():
    for form in FORMATS:
        for padding in (1, (0, 2), ((1, 2), (0, 3))):
            yield case("ZeroPadding2D", {"padding": padding, **form}, IMAGE)
        for padding in (1, (0, 2, 1), ((1, 2), (0, 3), (1, 0))):
            yield case("ZeroPadding3D", {"padding": padding, **form}, VOLUME)
        for cropping in (1, (0, 1), ((1, 2), (0, 1))):
            yield case("Cropping2D", {"cropping": cropping, **form}, (2, 4, 5, 6))
        for cropping in (1, (0, 1, 2), ((1, 1), (0, 2), (1, 0))):
            yield case("Cropping3D", {"cropping": cropping, **form}, (1, 3, 4, 5, 6))
        for size in (2, (1, 3), (3, 2)):
            yield case("UpSampling2D", {"size": size, **form}, (2, 3, 4, 2))
        for interpolation in ("bilinear", "bicubic", "lanczos3", "lanczos5"):
            yield case("UpSampling2D", {"size": (2, 3), "interpolation": interpolation, **form}, (1, 3, 4, 2))
        for size in (2, (1, 3, 2)):
            yield case("UpSampling3D", {"size": size, **form}, (2, 2, 3, 1, 2))
        for keepdims in (False, True):
            for kind in ("GlobalAveragePooling", "GlobalMaxPooling"):
                yield case(f"{kind}2D", {"keepdims": keepdims, **form}, IMAGE)
                yield case(f"{kind}3D", {"keepdims": keepdims, **form}, VOLUME)
        yield case("SpatialDropout2D", {"rate": 0.3, **form}, IMAGE)
        yield case("SpatialDropout3D", {"rate": 0.3, "seed": 3, **form}, VOLUME)
    yield shape_case("UpSampling2D", {"interpolation": "bilinear"}, (None, None, 6, 3))
    for kind in ("ZeroPadding", "Cropping", "UpSampling", "GlobalAveragePooling", "GlobalMaxPooling"):
        yield shape_case(f"{kind}2D", {}, (None, None, None, 3))
        yield shape_case(f"{kind}3D", {}, (None, None, 6, None, 3))


def file():
    return contents([*group_normalization(), *spatial()])


def calls_file():
    return contents([*batch_normalization()])
