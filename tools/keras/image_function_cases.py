"""image_functions.json: models of operations of keras.ops.image. A case is as operation_cases.py says."""

import numpy
from keras import ops

import keras
from common import contents
from operation_cases import case, inputs, whole

FIRST = {"data_format": "channels_first"}


def sizes():
    x, y = inputs((5, 6, 3), (3, 6, 4))
    pixels = ops.cast(ops.round(100 * x + 100), "uint8")
    one = ops.mean(x, axis=0)
    return [x, y], [
        ops.image.resize(x, (3, 4)), ops.image.resize(x, (9, 5), interpolation="bicubic"),
        ops.image.resize(x, (4, 11), interpolation="lanczos3", antialias=True), ops.image.resize(x, (5, 5), interpolation="nearest"),
        ops.image.resize(x, (4, 4), crop_to_aspect_ratio=True), ops.image.resize(x, (4, 4), pad_to_aspect_ratio=True, fill_value=0.5),
        ops.image.resize(y, (4, 4), **FIRST), ops.image.resize(y, (9, 3), interpolation="lanczos5", pad_to_aspect_ratio=True, **FIRST),
        ops.image.resize(pixels, (4, 7), interpolation="bicubic"), ops.image.resize(pixels, (7, 5), interpolation="bicubic"),
        x * ops.mean(ops.image.resize(one, (2, 3)))]


def edges():
    x, y = inputs((5, 6, 3), (3, 6, 4))
    return [x, y], [
        ops.image.crop_images(x, 1, 2, target_height=3, target_width=4), ops.image.crop_images(x, 1, 2, 2, 1),
        ops.image.crop_images(y, bottom_cropping=2, right_cropping=1, target_height=3, target_width=3, **FIRST),
        ops.image.pad_images(x, 1, 2, 0, 3), ops.image.pad_images(x, 1, 2, target_height=8, target_width=9),
        ops.image.pad_images(y, bottom_padding=2, right_padding=1, target_height=8, target_width=6, **FIRST),
        ops.image.pad_images(whole(x, 9), 1, 0, 0, 1)]


def colors():
    """What is gray is left out of the gradients: there the three channels share the largest number."""
    x, y = inputs((4, 5, 3), (3, 4, 2))
    light, other = ops.sigmoid(x), ops.sigmoid(y)
    return [x, y], [
        ops.image.rgb_to_grayscale(x), ops.image.rgb_to_grayscale(y, **FIRST), ops.image.rgb_to_grayscale(whole(x, 90)),
        ops.image.rgb_to_grayscale(x[..., :1]), ops.image.rgb_to_hsv(light), ops.image.rgb_to_hsv(other, **FIRST),
        ops.image.hsv_to_rgb(light), ops.image.hsv_to_rgb(other, **FIRST), ops.stop_gradient(ops.image.rgb_to_hsv(0 * x + 0.3)),
        ops.stop_gradient(ops.image.rgb_to_hsv(ops.round(3 * light) / 3))]


def moved():
    """No gradient flows into what moves them here."""
    x, y, t = inputs((6, 5, 2), (2, 6, 4), (8,))
    place = numpy.array([1, 0, 0.3, 0, 1, -0.2, 0, 0], "float32")
    turn = ops.stop_gradient(0.2 * t * numpy.array([1, 1, 4, 1, 1, 4, 0, 0], "float32")) + place
    starts = numpy.array([[0, 0], [4, 0], [0, 5], [4, 5]], "float32")
    ends = numpy.array([[0.5, 0.25], [3, 1], [1, 5], [4, 4]], "float32")
    corners = ops.stop_gradient(ops.reshape(t, (-1, 4, 2))) * 0.3 + starts
    image = ops.image.affine_transform
    return [x, y, t], [
        image(x, turn), image(x, turn, fill_value=0.7), image(x, turn, "nearest", "nearest"), image(x, turn, fill_mode="wrap"),
        image(x, turn, fill_mode="reflect"), image(y, turn, fill_mode="nearest", **FIRST), image(whole(x, 50), turn, fill_mode="nearest"),
        ops.image.perspective_transform(x, corners, 0 * corners + ends, fill_value=0.2),
        ops.image.perspective_transform(x, corners, 0 * corners + starts, "nearest"),
        ops.image.perspective_transform(y, 0 * corners + starts, 0 * corners + ends, **FIRST)]


def each_of(x, one):
    """A tensor without a batch axis with one."""
    return ops.mean(x, axis=1)[:, :1] * ops.expand_dims(ops.reshape(ops.cast(one, "float32"), (-1,)), 0)


def places():
    """Batches are axes, too: the first has the images' numbers."""
    x, c = inputs((6, 8), (3, 4, 2))
    image = ops.mean(x, axis=0)
    where = ops.transpose(6 * c[0] + 2, (2, 0, 1))
    at = ops.image.map_coordinates
    outputs = [at(image, where, order, mode, 0.3) for order, mode in
               [(1, "constant"), (1, "nearest"), (1, "wrap"), (1, "mirror"), (1, "reflect"), (0, "constant"), (0, "reflect")]]
    outputs += [at(x, ops.stack([0 * c[0, ..., 0] + 0.25, where[0], where[1]]), 1, "nearest"), at(whole(image, 40), where, 1, "nearest"),
                at(x[0, 0], 3 + 2 * ops.expand_dims(c[0, :, 0, 0], 0), 1, "mirror")]
    return [x, c], [each_of(x, one) for one in outputs]


def scaled():
    x, s = inputs((6, 8), (2,))
    image = ops.mean(x, axis=0)
    scale, shift = ops.exp(0.3 * s[0]), 2 * s[1]
    outputs = [ops.image.scale_and_translate(image, (5, 9), scale, shift, (0, 1), method, antialias) for method, antialias in
               [("linear", True), ("linear", False), ("cubic", True), ("lanczos3", True), ("lanczos5", False)]]
    outputs += [ops.image.scale_and_translate(image, (6, 4), ops.expand_dims(0.5 * scale[0], 0), ops.expand_dims(shift[1], 0), (1,), "cubic"),
                ops.image.scale_and_translate(image, (12, 3), numpy.array([2, 0.4], "float32"), numpy.array([0, -0.5], "float32"),
                                              (0, -1), "trilinear")]
    return [x, s], [each_of(x, one) for one in outputs]


def filters():
    x, y, z = inputs((11, 12, 2), (3, 6, 5), (11, 12, 2))
    return [x, y, z], [
        ops.image.gaussian_blur(x), ops.image.gaussian_blur(x, (5, 3), (2.0, 0.7)), ops.image.gaussian_blur(x, (2, 4), (1.0, 1.5)),
        ops.image.gaussian_blur(y, (3, 5), (0.5, 1.0), **FIRST), ops.image.sobel_edges(x), ops.image.sobel_edges(y, **FIRST),
        ops.image.ssim(x, z), ops.image.ssim(x, x + 0.1 * z, 2.0, 5, 1.0, 0.02, 0.05), ops.image.ssim(y, y * y, filter_size=3, **FIRST),
        ops.image.ssim(x[0], z[0], filter_size=7) * ops.mean(x, axis=1)]


def patches():
    x, y, z = inputs((3, 4, 5, 1), (2, 3, 4, 3), (5, 4, 2))
    cut = ops.image.extract_patches
    return [x, y, z], [cut(x, (2, 2, 3)), cut(x, (3, 2, 2), strides=(1, 2, 3), padding="same"), cut(y, (2, 3, 2), strides=1, **FIRST),
                       cut(x, (2, 2, 2), 1, 2), each_of(z[..., 0], cut(ops.mean(z, axis=0), 2)), cut(z, (3, 2), padding="same")]


MODELS = [patches, sizes, edges, colors, moved, places, scaled, filters]


def file():
    return contents([case(build) for build in MODELS])
