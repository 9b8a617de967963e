/* What the ops on matrices share. */
#ifndef CORNU_OPS_MATRICES_H
#define CORNU_OPS_MATRICES_H

#include "kernels/matrices.h"
#include "kernels/orthogonal.h"
#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"

/* A call on count matrices a[M, N], or a[M, M] with b[M, N] beside each for those that solve. */
typedef struct cn_matrices {
    const float *a, *b;
    float *y, *second, *third; /* the outputs; NULL: not used */
    double *scratch;
    int64_t count, m, n;
    bool lower; /* of a triangular one */
} cn_matrices;

/* a is float32 [..., M, M]. */
cn_status cn_check_matrices(const cn_type *a);

/* a is float32 [..., M, N]. */
cn_status cn_check_rectangles(const cn_type *a);

/* a is square, and b is float32 [..., M, N] with the same leading axes. y has b's type. */
cn_infer cn_infer_solve;

/* A step of the plan that runs an instruction on its cn_matrices. */
cn_matrices cn_matrices_of(cn_lowering *lowering, const cn_instruction *instruction);
cn_status cn_lower_matrices(cn_lowering *lowering, const cn_instruction *instruction, bool lower,
                            cn_status (*run)(const void *arguments));

/* How many matrices a shape [..., M, N] holds. */
int64_t cn_matrices_count(const cn_shape *shape);

/* Scratch for a copy of one matrix, of its right-hand side, and an index for each row. */
cn_scratch cn_scratch_of_matrices;

/* Copies n floats as doubles, and back. */
void cn_widen(double *to, const float *from, int64_t n);
void cn_narrow(float *to, const double *from, int64_t n);

/* The same of a matrix [rows, columns] that becomes its transpose. */
void cn_widen_turned(double *to, const float *from, int64_t rows, int64_t columns);
void cn_narrow_turned(float *to, const double *from, int64_t rows, int64_t columns);

/* (a + a^T) / 2 of a matrix [M, M] as doubles. */
void cn_widen_symmetric(double *to, const float *from, int64_t m);

/* Doubles of a matrix [M, N] for cn_decompose_singular: its rows, or its columns if they are fewer,
 * become rows. With as much scratch as cn_scratch_of_singular says: of them, of as many squares of
 * the shorter side, that side, and one more matrix. */
void cn_widen_sides(double *to, const float *from, int64_t m, int64_t n);
cn_scratch cn_scratch_of_singular;

/* Whether all n numbers are finite. Where not, ops that rotate make NaN of all. */
bool cn_are_finite(const float *numbers, int64_t n);
void cn_fill_with_nan(float *to, int64_t from, int64_t n); /* to may be NULL */

/* min(M, N) and max(M, N) of matrices [..., M, N]. */
int64_t cn_shorter_side(const cn_shape *shape);
int64_t cn_longer_side(const cn_shape *shape);

/* ---- for references: of sides of CN_MOST_REFERENCE at most ----------------------------------- */

enum { CN_MOST_REFERENCE = 16 };

/* The determinant of a[M, M] from a row on, without the columns whose bits are set in taken: the
 * sum over that row. */
double cn_determinant_reference(const double *a, int64_t m, int64_t row, unsigned taken);

/* The eigenvalues w of a symmetric a[M, M] in ascending order and a row of v for each: the vector
 * that stays when the matrix, made positive, is squared again and again. */
void cn_eigen_reference(const double *a, int64_t m, double *w, double *v);

/* The singular values s[K] of a[M, N] in descending order, K = min(M, N), and a row of u[K, M] and
 * of v[K, N] for each. */
typedef struct cn_singular_reference {
    double s[CN_MOST_REFERENCE], u[CN_MOST_REFERENCE * CN_MOST_REFERENCE],
        v[CN_MOST_REFERENCE * CN_MOST_REFERENCE];
} cn_singular_reference;
void cn_singular_of_reference(const double *a, int64_t m, int64_t n, cn_singular_reference *found);

/* A[M, N] = Q R with Q[M, M] and R[M, N], each of LAPACK's reflections as a matrix. */
void cn_reflections_reference(const double *a, int64_t m, int64_t n, double *q, double *r);

/* One step of elimination in y[M, N]: brings the row with the largest pivot there, and its number
 * in rows. Returns from where it came. */
int64_t cn_eliminate_reference(double *y, double *rows, int64_t m, int64_t n, int64_t step);

/* ---- for gradients --------------------------------------------------------------------------- */

/* a + b, where either may be CN_NO_VALUE, which is 0. */
cn_value cn_emit_sum_of_given(cn_program *p, cn_value a, cn_value b);

/* The lower or the upper half of square matrices, with the diagonal; zeros in the other. */
cn_value cn_emit_half(cn_program *p, cn_value a, bool lower);

/* bool [M, M]: below the diagonal of square matrices like these, and, if inclusive, on it. */
cn_value cn_emit_below(cn_program *p, cn_value like, bool inclusive);

/* Diagonal matrices [..., M, M] of a[..., M]. */
cn_value cn_emit_diagonal(cn_program *p, cn_value a);

/* 1 / a, and 0 where a is 0: as far as a gradient exists, it lacks what belongs to such a one. */
cn_value cn_emit_inverse_or_zero(cn_program *p, cn_value a);

/* 1 / (w[j] - w[i]) of w[..., M], [..., M, M]; 0 where they are equal. */
cn_value cn_emit_inverse_differences(cn_program *p, cn_value w);

/* The gradients of a solved system y = op(a)^-1 b: db is given, of a it is -db y^T. */
cn_value cn_gradient_of_system(cn_program *p, const cn_instruction *i, cn_value db);

#endif
