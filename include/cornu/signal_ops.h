/* Fourier transforms of signals, with the names of keras.ops. A complex tensor is two, its real and
 * its imaginary part, of the same shape. All that cornu/ops.h says of operations holds for these;
 * they take and give float32. */
#ifndef CORNU_SIGNAL_OPS_H
#define CORNU_SIGNAL_OPS_H

#include "cornu/ops.h"

CN_BEGIN_DECLS

/* The transform along the last axis, or the last two, and the inverse of that: two tensors of the
 * given shape. */
CN_API cn_tensors cn_ops_fft(cn_tensor *real, cn_tensor *imag);
CN_API cn_tensors cn_ops_fft2(cn_tensor *real, cn_tensor *imag);
CN_API cn_tensors cn_ops_ifft2(cn_tensor *real, cn_tensor *imag);

/* cn_ops_rfft(x), cn_ops_rfft(x, .fft_length = 256): the first n / 2 + 1 numbers of the transform
 * of the last axis of x, which is cut, or filled up with zeros, to n = fft_length: two tensors. */
typedef struct cn_ops_rfft_args {
    cn_tensor *x;
    int64_t fft_length;
    char end_;
} cn_ops_rfft_args;
#define CN_OPS_RFFT_DEFAULTS .fft_length = CN_NONE
CN_API cn_tensors cn_ops_rfft_with(const cn_ops_rfft_args *args);

/* cn_ops_irfft(real, imag): the n = fft_length real numbers of which these are the first n / 2 + 1
 * of the transform; without fft_length n is twice as many as there are less 2. */
typedef struct cn_ops_irfft_args {
    cn_tensor *real, *imag;
    int64_t fft_length;
    char end_;
} cn_ops_irfft_args;
#define CN_OPS_IRFFT_DEFAULTS .fft_length = CN_NONE
CN_API cn_tensor *cn_ops_irfft_with(const cn_ops_irfft_args *args);

/* cn_ops_stft(x, 400, 160, 512): windows of sequence_length numbers of the last axis, each
 * sequence_stride behind the one before it, times a window, filled up with zeros on both sides to
 * fft_length numbers and transformed: two tensors [..., windows, fft_length / 2 + 1]. window:
 * "hann", "hamming" or NULL. With center the signal is mirrored at both ends first, so that the
 * i-th window has its middle at i strides. */
typedef struct cn_ops_stft_args {
    cn_tensor *x;
    int64_t sequence_length, sequence_stride, fft_length;
    const char *window;
    bool center;
    char end_;
} cn_ops_stft_args;
#define CN_OPS_STFT_DEFAULTS .window = "hann", .center = true
CN_API cn_tensors cn_ops_stft_with(const cn_ops_stft_args *args);

/* cn_ops_istft(real, imag, 400, 160, 512): the signal [..., S] that has these transforms, windows of
 * which are added up and divided by the sum of the squared windows. center: without the half
 * windows at both ends. length: that many numbers instead of all. */
typedef struct cn_ops_istft_args {
    cn_tensor *real, *imag;
    int64_t sequence_length, sequence_stride, fft_length, length;
    const char *window;
    bool center;
    char end_;
} cn_ops_istft_args;
#define CN_OPS_ISTFT_DEFAULTS .length = CN_NONE, .window = "hann", .center = true
CN_API cn_tensor *cn_ops_istft_with(const cn_ops_istft_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define cn_ops_rfft(...)                                                                           \
    CN_KEYWORDS_(cn_ops_rfft_with, cn_ops_rfft_args, CN_OPS_RFFT_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_irfft(...)                                                                          \
    CN_KEYWORDS_(cn_ops_irfft_with, cn_ops_irfft_args, CN_OPS_IRFFT_DEFAULTS, .real = __VA_ARGS__)
#define cn_ops_stft(...)                                                                           \
    CN_KEYWORDS_(cn_ops_stft_with, cn_ops_stft_args, CN_OPS_STFT_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_istft(...)                                                                          \
    CN_KEYWORDS_(cn_ops_istft_with, cn_ops_istft_args, CN_OPS_ISTFT_DEFAULTS, .real = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
