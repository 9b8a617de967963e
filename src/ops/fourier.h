/* What the Fourier ops share: rfft and its gradient, which are each other's adjoint. */
#ifndef CORNU_OPS_FOURIER_H
#define CORNU_OPS_FOURIER_H

#include "ops/rows.h"

/* Longest rows. */
enum { CN_FOURIER_MOST = 1 << 24 };

/* Adds the kernel that works on rows of n numbers: those of x, which is the input, or with `back`
 * the output. */
cn_status cn_fourier_lower(cn_lowering *lowering, const cn_instruction *instruction, bool back);

#endif
