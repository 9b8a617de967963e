/* The family of layers that merge tensors place by place: Add, Subtract, Multiply, Average,
 * Maximum, Minimum. */
#ifndef CORNU_LAYERS_MERGE_H
#define CORNU_LAYERS_MERGE_H

#include "layers/layers.h"

typedef cn_value cn_merge(cn_program *p, cn_value a, cn_value b);

cn_status cn_merge_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n);
cn_status cn_merge_infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                         int64_t *n_outputs);

/* Merges all inputs from left to right, and their masks. */
cn_status cn_merge_call(cn_call_frame *frame, cn_merge *merge);

/* The parts of a class constant. */
#define CN_MERGE_LAYER_CLASS(name_, most)                                                          \
    CN_PLAIN_LAYER_CLASS(name_), .min_inputs = 2, .max_inputs = (most),                            \
                                 .check_inputs = cn_merge_check_inputs, .infer = cn_merge_infer

#endif
