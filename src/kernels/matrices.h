/* Decompositions of matrices by elimination, in double precision and in place: row-major a[M, M] and
 * b[M, N]. */
#ifndef CORNU_KERNELS_MATRICES_H
#define CORNU_KERNELS_MATRICES_H

#include <stdbool.h>
#include <stdint.h>

/* P A = L U of a[M, N] by rows with the largest pivot: U stands on and above the diagonal of a, L,
 * whose diagonal is 1, below. rows[M]: which row came to each place. Returns the sign of P. A
 * singular matrix leaves a pivot of 0. */
int cn_decompose_lu(double *a, int64_t m, int64_t n, int64_t *rows);

/* b = A^-1 b for the triangular half of a; unit: its diagonal is taken as 1. */
void cn_solve_triangular(const double *a, int64_t m, bool lower, bool unit, double *b, int64_t n);

/* The lower half of a = L with L L^T = A, of which the lower half is read; false if A is not
 * positive definite. */
bool cn_decompose_cholesky(double *a, int64_t m);

#endif
