/* Loops over tiles for a function of one or two floats that is given as an argument, and
 * inlined. */
#ifndef CORNU_KERNELS_NATIVE_TILES_H
#define CORNU_KERNELS_NATIVE_TILES_H

#include "kernels/native/isa/isa.h"
#include "kernels/native/isa/math.h"

/* Every tile has the same parameters. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

/* For functions that cost much: the rest behind the last whole vector is copied to one, so that
 * no element is computed on its own. */
CN_INLINE void cn_each(float (*f)(float), float *out, const float *a, int64_t n)
{
    const int64_t whole = n - n % CN_WIDE;
    CN_INDEPENDENT
    for (int64_t i = 0; i < whole; i++)
        out[i] = f(a[i]);
    if (whole < n) {
        float last[CN_WIDE] = {0};
        for (int64_t i = whole; i < n; i++)
            last[i - whole] = a[i];
        for (int64_t i = 0; i < CN_WIDE; i++)
            last[i] = f(last[i]);
        for (int64_t i = whole; i < n; i++)
            out[i] = last[i - whole];
    }
}

CN_INLINE void cn_each_of_2(float (*f)(float, float), float *out, const float *a, const float *b,
                            int64_t n)
{
    CN_INDEPENDENT
    for (int64_t i = 0; i < n; i++)
        out[i] = f(a[i], b[i]);
}

#endif
