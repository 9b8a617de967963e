"""nn_functions.json: models of operations of keras.ops that normalize, attend, cut into windows and say losses. A case is
as operation_cases.py says.
"""

from keras import ops

import keras
from common import contents
from operation_cases import case, inputs


def fixed(x, *shape):
    """A tensor without a batch axis."""
    return ops.reshape(ops.mean(x, axis=0), shape)


def normalizations():
    x, a, b, box = inputs((4, 6), (6,), (6,), (24,))
    mean, scale, whole = fixed(a, 6), ops.exp(fixed(b, 6)), fixed(box, 4, 6)
    return [x, a, b, box], [
        ops.batch_normalization(x, mean, scale, axis=-1, epsilon=0.01),
        ops.batch_normalization(x, mean, scale, -1, scale, mean), ops.layer_normalization(x, mean, scale, axis=-1),
        ops.layer_normalization(x, axis=1, epsilon=0.1), ops.layer_normalization(x, mean, axis=2),
        ops.layer_normalization(x, whole, axis=[1, 2]), ops.layer_normalization(x, mean, scale, axis=-1, rms_scaling=True),
        ops.rms_normalization(x, mean), ops.rms_normalization(x), ops.rms_normalization(x, axis=[1, 2], epsilon=0.1)]


def attentions():
    q, k, v, b, s = inputs((4, 2, 6), (5, 2, 6), (5, 2, 6), (2, 4, 5), (4, 4, 6))
    return [q, k, v, b, s], [
        ops.dot_product_attention(q, k, v), ops.dot_product_attention(q, q, q, scale=0.3, is_causal=True),
        ops.dot_product_attention(q, k, v, bias=b, mask=b > 0.1), ops.dot_product_attention(s, k, v, mask=b[:, :1] > -0.5)]


def windows():
    x, y, z, parts, more, sound = inputs((4, 6, 8), (8, 2, 3), (3, 6, 7), (12, 20), (12, 12), (9,))
    first = {"data_format": "channels_first"}
    return [x, y, z, parts, more, sound], [
        ops.depth_to_space(x, 2), ops.space_to_depth(x, 2), ops.depth_to_space(y, 2, **first), ops.space_to_depth(x, 2, **first),
        ops.unfold(z, 2), ops.unfold(z, (2, 3), dilation=2, padding=1, stride=(2, 1)), ops.fold(parts, (5, 6), 2),
        ops.fold(more, (5, 4), 2, 2, 1, (2, 1)), ops.fold(parts, (8, 6), 2, stride=(2, 1)), ops.extract_sequences(sound, 3, 2),
        ops.image.extract_patches(x, 2), ops.image.extract_patches(x, (2, 3), strides=(1, 2), padding="same"),
        ops.image.extract_patches(x, 2, 1, 2), ops.image.extract_patches(z, 2, **first)]


def losses():
    y, x, scores = keras.Input((4,), dtype="int32"), *inputs((4, 10), (4, 10))
    return [y, x, scores], [
        ops.sparse_categorical_crossentropy(y, x, from_logits=True),
        ops.sparse_categorical_crossentropy(y, ops.softmax(scores)), x * ops.psnr(x, scores, 2.0)]


def readings():
    """The blank is 0, or 9. Where labels do not fit into the steps JAX adds to -1e5 in float32, too coarse for a gradient."""
    y, x, lengths = keras.Input((3,), dtype="int32"), inputs((7, 10)), keras.Input((2,), dtype="int32")
    count, steps = lengths[:, 0] % 3 + 1, lengths[:, 1] % 3 + 5
    labels = y % 8 + 1
    classes, scores = ops.ctc_decode(4 * x, steps)
    merged, again = ops.ctc_decode(ops.round(x), steps, merge_repeated=False, mask_index=9)
    return [y, x, lengths], [
        ops.ctc_loss(labels, 4 * x, count, steps), ops.ctc_loss(labels, x, count, steps, mask_index=9),
        ops.ctc_loss(0 * labels + 3, x, count, steps), ops.stop_gradient(ops.ctc_loss(0 * labels + 3, x, count, count)), classes[0], scores, merged[0], again]


MODELS = [normalizations, attentions, windows, losses, readings]


def file():
    return contents([case(build) for build in MODELS])
