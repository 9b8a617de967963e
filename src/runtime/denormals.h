/* Denormal numbers (below 1.2e-38 in float32) cost a processor a hundred times the work of others,
 * and training makes them: squared gradients that fade, probabilities near 0. While kernels run
 * they count as 0, in every thread. */
#ifndef CORNU_RUNTIME_DENORMALS_H
#define CORNU_RUNTIME_DENORMALS_H

#if defined __SSE2__
#include <xmmintrin.h>

/* The thread's former mode, to be given back to cn_denormals_restore. */
static inline unsigned cn_denormals_flush(void)
{
    const unsigned flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
    unsigned mode = _mm_getcsr();
    _mm_setcsr(mode | flush_to_zero | denormals_are_zero);
    return mode;
}

static inline void cn_denormals_restore(unsigned mode)
{
    _mm_setcsr(mode);
}
#else
static inline unsigned cn_denormals_flush(void)
{
    return 0;
}

static inline void cn_denormals_restore(unsigned mode)
{
    (void)mode;
}
#endif

#endif
