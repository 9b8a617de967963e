/* Decompositions with orthogonal factors, in double precision and in place, of finite numbers. Rows
 * are contiguous, so vectors are rows here. */
#ifndef CORNU_KERNELS_ORTHOGONAL_H
#define CORNU_KERNELS_ORTHOGONAL_H

#include <stdbool.h>
#include <stdint.h>

/* The eigenvalues of a symmetric a[M, M] in ascending order (w), and a row of v[M, M] for each: its
 * eigenvector of length 1 (Jacobi's rotations). a is used up. */
void cn_decompose_symmetric(double *a, int64_t m, double *w, double *v);

/* With a[M, N], M <= N, of rows: a = V^T diag(s) U, s descending, the rows of u[M, N] and v[M, M]
 * of length 1 and orthogonal to each other (Jacobi's rotations of rows). a becomes U. v may be
 * NULL: then U is not finished, and only s is of use. */
void cn_decompose_singular(double *a, int64_t m, int64_t n, double *s, double *v);

/* A[M, N] = Q R by reflections, as LAPACK makes them; a[N, M] has A's columns as rows. R stands on
 * and above the diagonal of A, and below it, with factors[min(M, N)], the reflections. */
void cn_decompose_qr(double *a, int64_t m, int64_t n, double *factors);

/* Columns first .. first + count - 1 of that Q[M, M], as the rows of q[count, M]. */
void cn_make_q(const double *a, int64_t m, int64_t n, const double *factors, int64_t first,
               int64_t count, double *q);

/* Whether a vector of which the sign is free is written with the other one: the first of its
 * elements that are as large as the largest, or nearly, is to be positive. */
bool cn_points_backwards(const double *vector, int64_t n);

#endif
