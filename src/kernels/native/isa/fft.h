/* Complex numbers of several rows, and their Fourier transform. */
#ifndef CORNU_KERNELS_NATIVE_ISA_FFT_H
#define CORNU_KERNELS_NATIVE_ISA_FFT_H

#include "kernels/native/isa/isa.h"

/* The real and the imaginary parts of [size, CN_FFT_LANES] numbers, a row in each lane. */
typedef struct cn_planes {
    float *re, *im;
} cn_planes;

/* With them a transform is the inverse, times the length, and so is its result. */
static inline cn_planes cn_exchanged(cn_planes x)
{
    return (cn_planes){x.im, x.re};
}

/* The transform of the first length numbers of x, with room in y; the result is in x, which may
 * have become the room, and the room in y. */
void CN_LOCAL(cn_transform)(const cn_fft *fft, cn_planes *x, cn_planes *y);

#endif
