"""signal_functions.json: models of operations of keras.ops that transform signals. A case is as operation_cases.py says.
Complex tensors are pairs of a real and an imaginary part.
"""

from keras import ops

from common import contents
from operation_cases import case, inputs


def transforms():
    x, y, odd = inputs((4, 6), (4, 6), (3, 5))
    return [x, y, odd], [*ops.fft((x, y)), *ops.fft((odd, 2 * odd)), *ops.fft2((x, y)), *ops.ifft2((x, y)), *ops.rfft(x), *ops.rfft(x, 8),
                         *ops.rfft(odd, 4), ops.irfft((x, y)), ops.irfft((x, y), 7), ops.irfft((x, y), 8), ops.irfft((odd, odd))]


def short_transforms():
    x, re, im = inputs((20,), (7, 5), (7, 5))
    return [x, re, im], [*ops.stft(x, 6, 3, 8), *ops.stft(x, 6, 3, 8, window=None, center=False), *ops.stft(x, 5, 2, 8, window="hamming"),
                         ops.istft((re, im), 6, 3, 8), ops.istft((re, im), 6, 3, 8, length=15),
                         ops.istft((re, im), 6, 3, 8, window="hamming", center=False)]


MODELS = [transforms, short_transforms]


def file():
    return contents([case(build) for build in MODELS])
