/* Fourier transforms of rows: what is worked out once for a length. */
#ifndef CORNU_KERNELS_NATIVE_FFT_H
#define CORNU_KERNELS_NATIVE_FFT_H

#include "runtime/memory.h"
#include "runtime/status.h"

/* Rows that are transformed together, and blocks of them that have scratch of their own. */
enum { CN_FFT_LANES = 8, CN_FFT_PARTS = 16 };

/* A transform of n real numbers is one of `length` complex ones: half as many, of which each holds
 * two, or n if n is odd. If length is no power of two, it is a convolution (Bluestein), by
 * transforms of `size` numbers; otherwise size is length. Pairs are (real part, imaginary part). */
typedef struct cn_fft {
    int64_t n, length, size;
    const float *roots;        /* e^(-2 pi i k / size), k < size */
    const float *halves;       /* e^(-2 pi i k / n), k <= length, of even n */
    const float *chirp;        /* e^(-pi i k^2 / length), k < length; NULL: size is length */
    const float *chirp_powers; /* the transform of its conjugate, around 0, divided by size */
} cn_fft;

/* The tables for rows of n numbers, in the arena. */
cn_status cn_fft_prepare(int64_t n, cn_arena *arena, cn_fft *fft);

/* How many numbers of the spectrum are told: the others are their conjugates. */
static inline int64_t cn_fft_bins(int64_t n)
{
    return n / 2 + 1;
}

/* Bytes of scratch for any number of rows of n numbers. */
size_t cn_fft_scratch(int64_t n);

#endif
