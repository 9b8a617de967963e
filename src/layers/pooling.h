/* What the pooling layers share: windows over the axes between batch and features. Each layer is
 * one number of axes. */
#ifndef CORNU_LAYERS_POOLING_H
#define CORNU_LAYERS_POOLING_H

#include "layers/layers.h"

extern const cn_max_pooling_args cn_max_pooling_defaults;
extern const cn_average_pooling_args cn_average_pooling_defaults;
extern const cn_adaptive_pooling_args cn_adaptive_pooling_defaults;

cn_status cn_pooling_check(const void *args, int64_t axes);
cn_status cn_pooling_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n);
cn_status cn_pooling_infer(const cn_layer *layer, const cn_type *inputs, int64_t n,
                           cn_type *outputs, int64_t *n_outputs);
cn_status cn_max_pooling_call(cn_call_frame *frame);
cn_status cn_average_pooling_call(cn_call_frame *frame);

cn_status cn_adaptive_pooling_check(const void *args, int64_t axes);
cn_status cn_adaptive_pooling_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n);
cn_status cn_adaptive_max_pooling_call(cn_call_frame *frame);
cn_status cn_adaptive_average_pooling_call(cn_call_frame *frame);

/* The parts of a class constant with these axes. Its file has `fields`, made with a macro below,
 * and `check`, which says the number of axes to one above. kind: max or average. */
#define CN_POOLING_CLASS(kind, name_, axes)                                                        \
    CN_LAYER_CLASS(name_, cn_##kind##_pooling_args, fields, cn_##kind##_pooling_defaults),         \
        .base.check = check, CN_ONE_INPUT, .spatial_axes = (axes),                                 \
        .check_inputs = cn_pooling_check_inputs, .infer = cn_pooling_infer,                        \
        .call = cn_##kind##_pooling_call
#define CN_ADAPTIVE_POOLING_CLASS(kind, name_, axes)                                               \
    CN_LAYER_CLASS(name_, cn_adaptive_pooling_args, fields, cn_adaptive_pooling_defaults),         \
        .base.check = check, CN_ONE_INPUT, .spatial_axes = (axes),                                 \
        .check_inputs = cn_adaptive_pooling_check_inputs,                                          \
        .call = cn_adaptive_##kind##_pooling_call

/* each: 0, CN_FIELD_EACH_2 or CN_FIELD_EACH_3. */
#define CN_POOLING_FIELDS(each)                                                                    \
    CN_LAYER_FIELDS(cn_max_pooling_args),                                                          \
        CN_FIELD(cn_max_pooling_args, pool_size, CN_FIELD_DIMS, each),                             \
        CN_FIELD(cn_max_pooling_args, strides, CN_FIELD_DIMS, (each) | CN_FIELD_OPTIONAL),         \
        CN_FIELD(cn_max_pooling_args, padding, CN_FIELD_TEXT, 0),                                  \
        CN_FIELD(cn_max_pooling_args, data_format, CN_FIELD_TEXT, 0), CN_END_FIELDS
#define CN_ADAPTIVE_POOLING_FIELDS(each)                                                           \
    CN_LAYER_FIELDS(cn_adaptive_pooling_args),                                                     \
        CN_FIELD(cn_adaptive_pooling_args, output_size, CN_FIELD_DIMS, each),                      \
        CN_FIELD(cn_adaptive_pooling_args, data_format, CN_FIELD_TEXT, 0), CN_END_FIELDS

#endif
