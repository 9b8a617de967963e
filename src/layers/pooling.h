/* What the pooling layers share: windows over the axes between batch and features. */
#ifndef CORNU_LAYERS_POOLING_H
#define CORNU_LAYERS_POOLING_H

#include "layers/layers.h"

/* A layer's arguments. Lists have one entry for each axis, or one for all. */
typedef struct cn_pooling {
    int64_t axes;
    const int64_t *pool_size, *strides; /* CN_MAX_RANK; strides without entries: pool_size */
    const int64_t *output_size;         /* of adaptive layers, instead of both and of padding */
    const char *padding, *data_format;
} cn_pooling;

cn_status cn_pooling_check(const cn_pooling *pooling);
cn_status cn_pooling_check_input(const cn_pooling *pooling, const cn_layer *layer,
                                 const cn_shape *shape);

/* The output's type, also where tracing with made-up sizes would have none. */
cn_type cn_pooling_type(const cn_pooling *pooling, const cn_shape *input);

typedef cn_value cn_pooling_emit(cn_program *p, cn_value x, const cn_pool_attributes *pool);
cn_status cn_pooling_call(const cn_pooling *pooling, cn_call_frame *frame, cn_pooling_emit *emit);

#endif
