"""image_layers.json: cases as those of layer_cases.py, some with two more members: "training" (true: the layer is called
in training) and "seed".

Random layers get, instead of Keras's random numbers, those that Cornu draws from that seed, in the same order: block
i // 4 of the stream (seed, counter) of Philox 4x32-10 has number i in its word i % 4, and each draw has the next counter.
So a case tells what a layer makes of its random numbers.

Resizing by "area" is TensorFlow's: Keras has it with that backend only.
"""

import contextlib
import math
import random

import jax
import keras
import numpy
from keras.src.backend.jax import random as keras_random

from common import array, arrays, contents, integers, numbers, record, title
from layer_cases import shape_case

SEED = 1337


def philox(seed, counter, block):
    words, keys = [block, 0, counter, 0], [seed, 0]
    for _ in range(10):
        left, right = 0xD2511F53 * words[0], 0xCD9E8D57 * words[2]
        words = [(right >> 32) ^ words[1] ^ keys[0], right % 2**32, (left >> 32) ^ words[3] ^ keys[1], left % 2**32]
        keys = [(keys[0] + 0x9E3779B9) % 2**32, (keys[1] + 0xBB67AE85) % 2**32]
    return words


class Draws:
    """Keras's random functions, by Cornu's numbers."""

    def __init__(self, seed):
        self.seed, self.counter = seed, 0

    def take(self, size):
        words = [word for block in range((size + 3) // 4) for word in philox(self.seed, self.counter, block)]
        self.counter += 1
        return numpy.array([(word >> 8) / 2**24 for word in words[:size]], "float32")

    def uniform(self, shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
        u = self.take(math.prod(shape)).reshape(tuple(shape))
        return jax.numpy.asarray(u * numpy.float32(maxval - minval) + numpy.float32(minval))

    def randint(self, shape, minval, maxval, dtype="int32", seed=None):
        return jax.numpy.floor(self.uniform(shape, minval, maxval)).astype(dtype)

    def normal(self, shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
        u, v = numpy.split(self.take(2 * math.prod(shape)), 2)
        made = numpy.sqrt(-2 * numpy.log(1 - u)) * numpy.cos(2 * numpy.pi * v)
        return jax.numpy.asarray(made.reshape(tuple(shape)) * stddev + mean)

    def shuffle(self, x, axis=0, seed=None):
        u = self.take(len(x))
        return numpy.argsort(numpy.argsort(u, kind="stable"), kind="stable").astype(x.dtype)

    def log_gamma(self, n, alpha):
        """Marsaglia and Tsang's, the first good one of 8 tries."""
        d = numpy.float32(alpha + 2 / 3)
        x, u, boost = (numpy.asarray(self.normal((8, n))), 1 - self.take(8 * n).reshape(8, n), 1 - self.take(n))
        log_v = 3 * numpy.log(numpy.maximum(1 + x / numpy.sqrt(9 * d), 1e-6))
        good = numpy.log(u) < x * x / 2 + d * (log_v - numpy.exp(log_v) + 1)
        good[-1] = True
        return log_v[good.argmax(0), range(n)] + numpy.log(d) + numpy.log(boost) / alpha

    def beta(self, shape, alpha, beta, dtype=None, seed=None):
        alpha = float(numpy.ravel(alpha)[0])
        n = math.prod(shape)
        a, b = self.log_gamma(n, alpha), self.log_gamma(n, alpha)
        return jax.numpy.asarray((1 / (1 + numpy.exp(b - a))).astype("float32").reshape(tuple(shape)))

    def gamma(self, shape, alpha, dtype=None, seed=None):
        return jax.numpy.asarray(numpy.exp(self.log_gamma(shape[0], alpha)).astype("float32"))

    def normal_by_key(self, key, shape=(), dtype=None):
        return self.normal(shape)

    def choice(self, names):
        """One of AugMix's changes. Cornu draws for all of them, in its own order; what is drawn next is the chosen one's."""
        self.counter = getattr(self, "behind", self.counter)
        k = int(self.take(1)[0] * numpy.float32(len(names)))
        order = [name for name in CHANGES if name in names] + [None]
        first = self.counter
        self.counter = first + sum(DRAWS_OF_CHANGES[name] for name in order[:k] if name)
        self.behind = first + sum(DRAWS_OF_CHANGES[name] for name in order if name)
        return order[k]


CHANGES = ("random_shear", "random_translation", "random_rotation", "random_brightness", "random_color_degeneration",
           "random_contrast", "random_sharpness", "random_posterization", "solarization", "auto_contrast", "equalization")
DRAWS_OF_CHANGES = {}

REPLACED = [(keras_random, name, name) for name in ("uniform", "randint", "normal", "shuffle", "beta", "gamma")]
REPLACED += [(jax.random, "normal", "normal_by_key"), (random, "choice", "choice")]


@contextlib.contextmanager
def drawing(seed):
    draws = Draws(seed)
    before = [getattr(module, name) for module, name, _ in REPLACED]
    for module, name, own in REPLACED:
        setattr(module, name, getattr(draws, own))
    try:
        yield draws
    finally:
        for (module, name, _), function in zip(REPLACED, before):
            setattr(module, name, function)


def image_case(kind, arguments, shape, training=False, low=0.0, high=1.0, integer=False, x=None, seed=SEED):
    keras.backend.clear_session()
    layer = getattr(keras.layers, kind)(**arguments)
    identifier = record(layer)
    if x is None:
        x = integers(241, shape, 256) if integer else numbers(242, shape, low, high)
    symbolic = layer(keras.Input(shape[1:], dtype=str(x.dtype)))

    def call(x):
        with drawing(seed):
            return layer(x, training=training)

    output = call(jax.numpy.asarray(x))
    r = numbers(221, output.shape)
    gradients = [] if integer else [jax.grad(lambda x: (call(x) * r).sum())(jax.numpy.asarray(x))]
    shown = {key: value for key, value in arguments.items() if key != "seed"}
    name = title(kind, shown, f"shape {shape}", "training" if training else "", "int32" if integer else "",
                 f"seed {seed}" if training and seed != SEED else "")
    made = {"name": name, "layer": identifier, "inputs": [array(x)], "output_shape": list(symbolic.shape),
            "parameters": layer.count_params(), "weights": [], "output": array(output), "losses": [], "r": array(r),
            "input_gradients": arrays(gradients), "weight_gradients": []}
    return {**made, "training": True, "seed": seed} if training else made


FIRST = {"data_format": "channels_first"}


def resizing():
    image = (2, 5, 6, 2)
    for interpolation in ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"):
        for size in ((3, 4), (8, 11)):
            arguments = {"height": size[0], "width": size[1], "interpolation": interpolation}
            yield image_case("Resizing", arguments, image)
        yield image_case("Resizing", {"height": 2, "width": 3, "interpolation": interpolation, "antialias": True}, image)
    for size in ((4, 4), (9, 3), (3, 9)):
        for how in ("crop_to_aspect_ratio", "pad_to_aspect_ratio"):
            yield image_case("Resizing", {"height": size[0], "width": size[1], how: True}, image)
    yield image_case("Resizing", {"height": 4, "width": 4, "pad_to_aspect_ratio": True, "fill_value": 0.5}, (1, 7, 2, 1))
    yield image_case("Resizing", {"height": 4, "width": 3, **FIRST}, (2, 2, 5, 6))
    yield image_case("Resizing", {"height": 4, "width": 6, "crop_to_aspect_ratio": True, **FIRST}, (1, 3, 7, 6))
    yield image_case("Resizing", {"height": 4, "width": 9, "interpolation": "nearest"}, image, integer=True)
    yield shape_case("Resizing", {"height": 4, "width": 9}, (None, None, None, 3))
    yield shape_case("Resizing", {"height": 4, "width": 9, **FIRST}, (None, 3, None, 7))


def crops():
    for size in ((3, 4), (4, 3), (7, 7), (5, 9)):
        yield image_case("CenterCrop", {"height": size[0], "width": size[1]}, (2, 6, 7, 2))
    yield image_case("CenterCrop", {"height": 3, "width": 4, **FIRST}, (2, 2, 6, 7))
    yield image_case("CenterCrop", {"height": 9, "width": 4, **FIRST}, (1, 2, 6, 7))
    yield image_case("CenterCrop", {"height": 3, "width": 4}, (1, 6, 7, 2), integer=True)
    yield shape_case("CenterCrop", {"height": 3, "width": 4}, (None, 6, 8, 3))
    for seed in (1, 2, 3):
        yield image_case("RandomCrop", {"height": 3, "width": 4}, (2, 6, 7, 2), training=True, seed=seed)
    yield image_case("RandomCrop", {"height": 3, "width": 4, **FIRST}, (2, 2, 6, 7), training=True)
    yield image_case("RandomCrop", {"height": 8, "width": 8}, (1, 6, 10, 2), training=True)
    yield image_case("RandomCrop", {"height": 4, "width": 7}, (1, 6, 7, 2), training=True)
    yield shape_case("RandomCrop", {"height": 3, "width": 4}, (None, 6, 8, 3))


SQUARE = (3, 6, 5, 2)


def places():
    for mode in ("horizontal", "vertical", "horizontal_and_vertical"):
        yield image_case("RandomFlip", {"mode": mode}, (4, 3, 4, 2), training=True)
    yield image_case("RandomFlip", {"mode": "vertical", **FIRST}, (4, 2, 3, 4), training=True)
    moves = [("RandomTranslation", {"height_factor": 0.4, "width_factor": (-0.2, 0.7)}), ("RandomRotation", {"factor": 0.3}),
             ("RandomRotation", {"factor": (0.1, 0.2)}), ("RandomZoom", {"height_factor": 0.4}),
             ("RandomZoom", {"height_factor": (-0.6, -0.1), "width_factor": (0.2, 0.5)}),
             ("RandomShear", {"x_factor": (0.1, 0.5), "y_factor": (0.2, 0.4)})]
    for kind, arguments in moves:
        for mode in ("reflect", "wrap", "constant", "nearest"):
            yield image_case(kind, {**arguments, "fill_mode": mode, "fill_value": 0.25}, SQUARE, training=True)
        yield image_case(kind, {**arguments, "interpolation": "nearest"}, SQUARE, training=True)
        yield image_case(kind, {**arguments, **FIRST}, (2, 2, 5, 6), training=True)
        yield image_case(kind, arguments, (1, 3, 4, 1))


def colors():
    unit = {"value_range": (0, 1)}
    for kind, arguments in [("RandomContrast", {"factor": (0.4, 0.9)}), ("RandomContrast", {"factor": 0.5}),
                            ("RandomBrightness", {"factor": 0.3}), ("RandomBrightness", {"factor": (-0.4, 0.1)})]:
        yield image_case(kind, {**arguments, **unit}, (3, 2, 3, 3), training=True)
        yield image_case(kind, {**arguments, **unit}, (1, 2, 2, 3))
        yield image_case(kind, arguments, (2, 2, 3, 2), training=True, high=255)
    yield image_case("RandomContrast", {"factor": 0.5, **unit, **FIRST}, (2, 3, 2, 4), training=True)


COLORED = (3, 3, 2, 3)


def more_colors():
    unit = {"value_range": (0, 1)}
    layers = [("RandomHue", {"factor": 0.6}), ("RandomSaturation", {"factor": (0.1, 0.9)}),
              ("RandomColorDegeneration", {"factor": (0.2, 0.8)}), ("RandomInvert", {"factor": (0.4, 0.6)}),
              ("RandomPosterization", {"factor": (2, 6)}), ("RandomPosterization", {"factor": (3, 3)}),
              ("Solarization", {"addition_factor": 0.3, "threshold_factor": (0.2, 0.9)}),
              ("RandomSharpness", {"factor": 0.9}), ("RandomSharpness", {"factor": (0.6, 0.7)}),
              ("RandomGaussianBlur", {"factor": (0.7, 1), "kernel_size": (5, 3), "sigma": (0.4, 0.9)}),
              ("RandomErasing", {"scale": (0.2, 0.7)}), ("RandomErasing", {"factor": (0.5, 0.6), "fill_value": 0.5}),
              ("RandomColorJitter", {"brightness_factor": 0.2, "contrast_factor": 0.4}),
              ("RandomColorJitter", {"brightness_factor": (0.05, 0.1), "contrast_factor": (0.1, 0.3),
                                     "saturation_factor": (0.4, 0.6), "hue_factor": 0.2})]
    for kind, arguments in layers:
        yield image_case(kind, {**arguments, **unit}, COLORED, training=True)
    for kind in ("RandomHue", "RandomInvert", "RandomSharpness", "Solarization", "RandomColorDegeneration"):
        yield image_case(kind, {"factor": 0.6, **unit, **FIRST} if kind != "Solarization" else
                         {"threshold_factor": 0.6, **unit, **FIRST}, (2, 3, 3, 2), training=True)
    yield image_case("RandomGrayscale", {"factor": 0.5}, COLORED, training=True)
    yield image_case("RandomPosterization", {"factor": (2, 6)}, COLORED, training=True, high=255)
    yield image_case("RandomInvert", {}, COLORED)
    yield image_case("AutoContrast", unit, COLORED)
    yield image_case("AutoContrast", unit, COLORED, training=True)
    x = numbers(251, (2, 2, 2, 3), 0, 1)
    x[1, :, :, 1] = 0.25
    yield image_case("Equalization", unit, COLORED, training=True)
    yield image_case("Equalization", {"bins": 16}, (2, 4, 3, 2), training=True, high=255)
    yield image_case("Equalization", {**unit, "bins": 16}, (2, 2, 2, 3), training=True, x=x * numpy.float32(0.01))
    yield image_case("Equalization", unit, COLORED)


def perspectives():
    for arguments in ({}, {"scale": 0.4, "fill_value": 0.5}, {"factor": (0.4, 0.6), "interpolation": "nearest"}):
        yield image_case("RandomPerspective", arguments, (3, 5, 6, 2), training=True)
    yield image_case("RandomPerspective", {**FIRST}, (2, 2, 5, 6), training=True)


def mixtures():
    for alpha in (0.2, 1.0, 3.0):
        yield image_case("MixUp", {"alpha": alpha}, (5, 2, 2, 2), training=True)
    yield image_case("MixUp", {**FIRST}, (4, 2, 2, 1), training=True)
    for factor in (1.0, (0.2, 0.5)):
        yield image_case("CutMix", {"factor": factor}, (4, 4, 3, 2), training=True)
    yield image_case("CutMix", {}, (2, 2, 2, 1))


def augmentations():
    for seed in range(1, 7):
        yield image_case("RandAugment", {"num_ops": 1, "value_range": (0, 1)}, (2, 4, 3, 3), training=True, seed=seed)
    yield image_case("RandAugment", {"num_ops": 1, "factor": (0.2, 0.4), "interpolation": "nearest"}, (2, 4, 3, 3),
                     training=True, high=255)
    yield image_case("RandAugment", {}, (1, 2, 2, 3))


def mixed_chains():
    layer = keras.layers.AugMix()
    for name in CHANGES:
        with drawing(SEED) as draws:
            getattr(layer, name).get_random_transformation(jax.numpy.zeros((2, 4, 3, 3)))
            DRAWS_OF_CHANGES[name] = draws.counter
    unit = {"value_range": (0, 1)}
    for seed in range(1, 7):
        yield image_case("AugMix", {"num_chains": 1, "chain_depth": 1, **unit}, (2, 4, 3, 3), training=True, seed=seed)
    yield image_case("AugMix", {"factor": (0.2, 0.4), "alpha": 0.5}, (2, 4, 3, 3), training=True, high=255)
    yield image_case("AugMix", {"num_chains": 2, "chain_depth": 2, "all_ops": False, "interpolation": "nearest", **unit},
                     (2, 4, 3, 2), training=True)
    yield image_case("AugMix", {"num_chains": 2, **unit, **FIRST}, (1, 3, 4, 3), training=True)
    yield image_case("AugMix", {}, (1, 2, 2, 3))


def elastic():
    unit = {"value_range": (0, 1)}
    for mode in ("reflect", "wrap", "constant", "nearest", "mirror"):
        yield image_case("RandomElasticTransform", {"fill_mode": mode, "fill_value": 0.25, "factor": (1, 1), **unit},
                         (3, 9, 7, 2), training=True)
    yield image_case("RandomElasticTransform", {"interpolation": "nearest", "factor": (1, 1), "scale": (0.8, 1), **unit},
                     (2, 30, 24, 1), training=True)
    yield image_case("RandomElasticTransform", {"scale": (0.6, 1), "factor": (0.4, 0.6), **unit, **FIRST}, (4, 2, 13, 16),
                     training=True)
    yield image_case("RandomElasticTransform", {"scale": 0.0, **unit}, (2, 3, 3, 1), training=True)
    yield image_case("RandomElasticTransform", {}, (1, 3, 3, 1))


def tiles():
    kind, unit = "ContrastLimitedAdaptiveHistogramEqualization", {"value_range": (0, 1)}
    yield image_case(kind, {"tile_grid_size": (2, 2)}, (2, 8, 6, 2), high=255)
    yield image_case(kind, {"tile_grid_size": (2, 3), **unit}, (2, 7, 8, 3))
    yield image_case(kind, {"tile_grid_size": (3, 2), "clip_limit": 40.0, **unit}, (1, 10, 9, 1), training=True)
    yield image_case(kind, {"clip_limit": 0.0, **unit}, (1, 12, 16, 1))
    yield image_case(kind, {}, (1, 5, 3, 2), high=255)
    yield image_case(kind, {"tile_grid_size": (1, 1), **unit, **FIRST}, (2, 2, 4, 5))
    yield image_case(kind, {"tile_grid_size": (2, 2)}, (1, 4, 6, 2), integer=True)
    yield image_case(kind, {"tile_grid_size": (2, 2), **unit}, (1, 4, 6, 1), x=numpy.full((1, 4, 6, 1), 0.5, "float32"))


def file():
    return contents([*resizing(), *crops(), *places(), *colors(), *more_colors(), *perspectives(), *mixtures(),
                     *augmentations(), *mixed_chains(), *elastic(), *tiles()])
