/* Batch renormalization (Ioffe, 2017), which BatchNormalization does with renorm. */
#ifndef CORNU_LAYERS_RENORMALIZING_H
#define CORNU_LAYERS_RENORMALIZING_H

#include "layers/normalizing.h"

/* What the normalized x is multiplied with, and what is added to it then: both [C], or no
 * values. */
typedef struct cn_correction {
    cn_value r, d;
} cn_correction;

/* Refuses a renorm_clipping that is none. */
cn_status cn_check_renorm_clipping(const char *clipping);

/* Behind moving_mean and moving_variance: moving_stddev, renorm_mean and renorm_stddev. */
cn_status cn_layer_add_renorm_weights(cn_layer *layer, cn_shape shape);

/* The correction of a batch with this mean and variance; moves all five weights, of which
 * moving_mean is that of number first. */
cn_status cn_call_renorm(cn_call_frame *frame, int64_t first, cn_value mean, cn_value variance,
                         cn_correction *correction);

#endif
