/* What the ops that work along the last axis share: x is seen as rows [R, C]. */
#ifndef CORNU_OPS_ROWS_H
#define CORNU_OPS_ROWS_H

#include "kernels/native/native.h"
#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"

typedef struct cn_rows {
    int64_t rows, columns;
} cn_rows;

cn_rows cn_rows_of(const cn_shape *shape);

/* All inputs are float32 of one shape, of rank >= 1, and so is the output. */
cn_infer cn_infer_rows;

#endif
