/* What sum, max, min and prod share: count axes from axis on vanish. Seen as [outer, reduced,
 * inner]. */
#ifndef CORNU_OPS_REDUCE_H
#define CORNU_OPS_REDUCE_H

#include "kernels/native/native.h"
#include "ops/emit.h"
#include "ops/reference.h"
#include "ops/samples.h"
#include "program/lowering.h"

cn_infer cn_infer_reduce;
cn_status cn_lower_reduce(cn_lowering *lowering, const cn_instruction *instruction,
                          cn_reduction kind);

/* Folds the elements of each group, starting from start. */
void cn_reference_reduce(const cn_reference_call *call, double start,
                         double (*fold)(double so_far, double x));

/* A value of the output's shape, such as its gradient, repeated over the reduced axes. */
cn_value cn_spread_reduced(cn_program *p, const cn_instruction *instruction, cn_value value);

/* The same with 1 for the reduced axes, to be broadcast later. */
cn_value cn_keep_reduced(cn_program *p, const cn_instruction *instruction, cn_value value);

/* The gradient of max and min: dy, split evenly among the elements that equal the output. */
cn_gradient cn_gradient_of_extreme;

extern const cn_field cn_reduce_fields[];
extern const cn_sample cn_samples_reduce[8];

#define CN_REDUCE(name_)                                                                           \
    .name = (name_), .min_inputs = 1, .max_inputs = 1, .n_outputs = 1, .fields = cn_reduce_fields, \
    .attributes_size = sizeof(cn_reduce_attributes), .infer = cn_infer_reduce

#endif
