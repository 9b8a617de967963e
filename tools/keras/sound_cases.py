"""sound_layers.json: spectrograms. Cases are those of layers.json; see layer_cases.py. With "weights" that are numbers of the
test's own, the kernels of an STFTSpectrogram are any others: what it begins with is in initializers.json.
"""

from common import contents
from layer_cases import case, shape_case

FIRST = {"data_format": "channels_first"}
QUIET = {"low": -0.25, "high": 0.25}  # gradients of powers are sums that cancel, which float32 has not many digits of
SHORT = {"frame_length": 6, "frame_step": 3}


def stft():
    for mode in ("log", "magnitude", "psd", "real", "imag", "angle", "stft"):
        yield case("STFTSpectrogram", {"mode": mode, **SHORT}, (2, 17, 2))
    for more in ({}, {"expand_dims": True}, FIRST, {"expand_dims": True, **FIRST}):
        shape = (1, 3, 11) if "data_format" in more else (1, 11, 3)
        for padding in ("valid", "same"):
            yield case("STFTSpectrogram", {"mode": "stft", "frame_length": 4, "padding": padding, **more}, shape)
    yield case("STFTSpectrogram", {"mode": "psd", "frame_length": 5, "frame_step": 5, "fft_length": 7, "padding": "same",
                                   "expand_dims": True}, (2, 12, 1))
    yield case("STFTSpectrogram", {"mode": "magnitude", "frame_length": 3, "frame_step": 1, "window": "hamming",
                                   "periodic": True, "scaling": "spectrum"}, (1, 8, 1))
    yield case("STFTSpectrogram", {"mode": "log", "frame_length": 3, "window": None, "scaling": None}, (1, 8, 1))
    yield shape_case("STFTSpectrogram", {}, (None, None, 2))
    yield shape_case("STFTSpectrogram", {"mode": "stft", "expand_dims": True, "padding": "same"}, (None, 1000, 1))
    yield shape_case("STFTSpectrogram", {"expand_dims": True, **FIRST}, (4, 2, None))


def mel():
    small = {"fft_length": 32, "sequence_stride": 8, "num_mel_bins": 5}
    yield case("MelSpectrogram", small, (2, 50))
    yield case("MelSpectrogram", {**small, "power_to_db": False}, (2, 50))
    yield case("MelSpectrogram", {**small, "top_db": 6.0}, (2, 60))
    yield case("MelSpectrogram", {**small, "ref_power": 3.0, "min_power": 2.0}, (1, 40))
    for mag_exp in (1.0, 3.0):
        yield case("MelSpectrogram", {**small, "mag_exp": mag_exp, "power_to_db": False}, (1, 40), low=-0.5, high=0.5)
    for window in ("hamming", None):
        yield case("MelSpectrogram", {**small, "window": window, "power_to_db": False}, (2, 41), **QUIET)
    yield case("MelSpectrogram", {**small, "sequence_length": 21, "sequence_stride": 12, "power_to_db": False}, (2, 45), **QUIET)
    yield case("MelSpectrogram", {"fft_length": 25, "sequence_stride": 10, "num_mel_bins": 4, "sampling_rate": 8000,
                                  "min_freq": 50.0, "max_freq": 3000.0, "power_to_db": False}, (1, 57), **QUIET)
    yield case("MelSpectrogram", {"fft_length": 30, "sequence_stride": 40, "num_mel_bins": 7, "power_to_db": False}, (1, 90),
               **QUIET)
    yield shape_case("MelSpectrogram", {}, (None, None))
    yield shape_case("MelSpectrogram", {"fft_length": 512, "sequence_stride": 100}, (None, 16000))


def file():
    return contents(list(stft()) + list(mel()))
