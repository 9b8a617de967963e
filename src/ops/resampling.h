/* What resample and its gradient share: which cells an axis's new cells are made from. */
#ifndef CORNU_OPS_RESAMPLING_H
#define CORNU_OPS_RESAMPLING_H

#include "kernels/native/native.h"
#include "ops/emit.h"
#include "ops/reference.h"
#include "ops/samples.h"
#include "program/lowering.h"

/* The output's type: the input's with another size along the axis. */
cn_status cn_resample_infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                            cn_type *outputs);

/* The most cells that one is made from when `in` become `out`. */
int64_t cn_resample_most(const cn_resample_attributes *a, int64_t in, int64_t out);

/* The cells that new cell number `cell` is made from, and their weights, whose sum is 1. */
cn_resample_row cn_resample_cells(const cn_resample_attributes *a, int64_t in, int64_t out,
                                  int64_t cell, double *weights);

/* Adds the kernel's call to the plan: the sums, or, transposed, what the gradient needs. */
cn_status cn_resample_lower(cn_lowering *lowering, const cn_instruction *instruction,
                            bool transposed);

/* For references: the weight of cell i of `in` in new cell `cell` of `out`, cell by cell. */
double cn_resample_weight(const cn_resample_attributes *a, int64_t in, int64_t out, int64_t cell,
                          int64_t i);

extern const cn_field cn_resample_fields[];

#define CN_RESAMPLE_OP(name_)                                                                      \
    .name = (name_), .min_inputs = 1, .max_inputs = 1, .n_outputs = 1,                             \
    .fields = cn_resample_fields, .attributes_size = sizeof(cn_resample_attributes),               \
    .infer = cn_resample_infer

#endif
