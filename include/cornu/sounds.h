/* Layers for sounds: spectrograms of signals, which tell how much of which frequency there is at
 * which time. What comes out is like a picture, for Conv2D and its kin, or like a sequence, for
 * recurrent layers. */
#ifndef CORNU_SOUNDS_H
#define CORNU_SOUNDS_H

#include "cornu/layers.h"

CN_BEGIN_DECLS

/* cn_stft_spectrogram(.mode = "log", .frame_length = 256): the short-time Fourier transform of
 * signals x[N, T, C], each channel by itself, by convolutions whose kernels begin as the
 * transform's and are trained if the layer is: y[N, T', C F], F = fft_length / 2 + 1 frequencies.
 *   mode          what of each number is told: "log", "magnitude", "psd" (its square, twice but for
 *                 the first and last frequency), "real", "imag", "angle"; "stft": real and then
 *                 imaginary parts, 2 F
 *   frame_length  how many samples a window has
 *   frame_step    from window to window; CN_NONE: half of frame_length
 *   fft_length    not less than frame_length; CN_NONE: the next power of two
 *   window        "hann", "hamming", "blackman", "rectangular", NULL for none, or frame_length
 *                 numbers as text: "[0.5, 1, 0.5]"
 *   periodic      whether the window is one period rather than symmetric
 *   scaling       what the window is divided by: "density", "spectrum" (see cn_stft_initializer),
 *                 or NULL
 *   padding       "valid", or "same": zeros around, so that T' = T / frame_step, rounded up
 *   expand_dims   y[N, T', F, C], as a picture
 *   data_format   "channels_last", or "channels_first": x[N, C, T] -> y[N, C F, T'] or
 *                 y[N, C, T', F]
 * Masks are dropped. Keras: STFTSpectrogram. */
typedef struct cn_stft_spectrogram_args {
    char begin_;
    const char *mode;
    int64_t frame_length, frame_step, fft_length;
    const char *window;
    bool periodic;
    const char *scaling, *padding;
    bool expand_dims;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_stft_spectrogram_args;
#define CN_STFT_SPECTROGRAM_DEFAULTS                                                               \
    .mode = "log", .frame_length = 256, .frame_step = CN_NONE, .fft_length = CN_NONE,              \
    .window = "hann", .scaling = "density", .padding = "valid", .data_format = "channels_last",    \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_stft_spectrogram_with(const cn_stft_spectrogram_args *args);

/* cn_mel_spectrogram(.sampling_rate = 16000): signals x[N, T] -> y[N, num_mel_bins, T /
 * sequence_stride + 1], the powers of bands of frequencies as people hear them (mel = 1127 ln(1 +
 * Hz / 700)), in decibels. It has no weights. The signal goes on beyond both ends as its mirror
 * image, so that the first window has the first sample in its middle.
 *   fft_length       samples of each Fourier transform
 *   sequence_stride  from window to window
 *   sequence_length  how many samples the window has; CN_NONE: fft_length
 *   window           "hann", "hamming", NULL for none, or so many numbers as text: "[0.5, 1, 0.5]"
 *   sampling_rate    samples of a second
 *   num_mel_bins     how many bands, between
 *   min_freq         and
 *   max_freq         in Hz; NaN: half of sampling_rate
 *   power_to_db      y = 10 log10(powers / ref_power); otherwise y are the powers
 *   top_db           not less than the largest of the batch minus this
 *   mag_exp          power of the magnitudes: 2, or 1 for themselves
 *   min_power        powers and ref_power are at least this
 * Keras: MelSpectrogram. */
typedef struct cn_mel_spectrogram_args {
    char begin_;
    int64_t fft_length, sequence_stride, sequence_length;
    const char *window;
    int64_t sampling_rate, num_mel_bins;
    double min_freq, max_freq;
    bool power_to_db;
    double top_db, mag_exp, min_power, ref_power;
    CN_LAYER_KEYWORDS_
} cn_mel_spectrogram_args;
#define CN_MEL_SPECTROGRAM_DEFAULTS                                                                \
    .fft_length = 2048, .sequence_stride = 512, .sequence_length = CN_NONE, .window = "hann",      \
    .sampling_rate = 16000, .num_mel_bins = 128, .min_freq = 20, .max_freq = CN_UNSET,             \
    .power_to_db = true, .top_db = 80, .mag_exp = 2, .min_power = 1e-10, .ref_power = 1,           \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_mel_spectrogram_with(const cn_mel_spectrogram_args *args);

#ifndef __cplusplus
#define cn_stft_spectrogram(...)                                                                   \
    CN_OPTIONAL_KEYWORDS_(cn_stft_spectrogram_with, cn_stft_spectrogram_args,                      \
                          CN_STFT_SPECTROGRAM_DEFAULTS, __VA_ARGS__)
#define cn_mel_spectrogram(...)                                                                    \
    CN_OPTIONAL_KEYWORDS_(cn_mel_spectrogram_with, cn_mel_spectrogram_args,                        \
                          CN_MEL_SPECTROGRAM_DEFAULTS, __VA_ARGS__)
#endif

CN_END_DECLS

#endif
