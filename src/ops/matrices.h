/* What the ops on square matrices share. */
#ifndef CORNU_OPS_MATRICES_H
#define CORNU_OPS_MATRICES_H

#include "kernels/matrices.h"
#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"

/* A call on count matrices a[M, M], with b[M, N] beside each for those that solve. */
typedef struct cn_matrices {
    const float *a, *b;
    float *y, *second; /* the outputs */
    double *scratch;
    int64_t count, m, n;
    bool lower; /* of a triangular one */
} cn_matrices;

/* a is float32 [..., M, M]. */
cn_status cn_check_matrices(const cn_type *a);

/* a as well, and b is float32 [..., M, N] with the same leading axes. y has b's type. */
cn_infer cn_infer_solve;

/* A step of the plan that runs an instruction on its cn_matrices. */
cn_status cn_lower_matrices(cn_lowering *lowering, const cn_instruction *instruction, bool lower,
                            cn_status (*run)(const void *arguments));

/* How many matrices a shape [..., M, N] holds. */
int64_t cn_matrices_count(const cn_shape *shape);

/* Scratch for a copy of one matrix, of its right-hand side, and an index for each row. */
cn_scratch cn_scratch_of_matrices;

/* Copies n floats as doubles, and back. */
void cn_widen(double *to, const float *from, int64_t n);
void cn_narrow(float *to, const double *from, int64_t n);

/* The determinant of a[M, M] from a row on, without the columns whose bits are set in taken: the
 * sum over that row. M is CN_MOST_REFERENCE at most. */
enum { CN_MOST_REFERENCE = 16 };
double cn_determinant_reference(const double *a, int64_t m, int64_t row, unsigned taken);

/* The gradients of a solved system y = op(a)^-1 b: db is given, of a it is -db y^T. */
cn_value cn_gradient_of_system(cn_program *p, const cn_instruction *i, cn_value db);

#endif
