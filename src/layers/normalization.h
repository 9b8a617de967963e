/* What layers that normalize over given axes and have weights for them share. */
#ifndef CORNU_LAYERS_NORMALIZATION_H
#define CORNU_LAYERS_NORMALIZATION_H

#include "layers/layers.h"

cn_status cn_check_epsilon(double epsilon);

/* Refuses axes that a shape lacks, and the shape if it does not fit the weights that the layer
 * has. */
cn_status cn_check_normalized_axes(const cn_layer *layer, const cn_shape *shape,
                                   const int64_t axes[CN_MAX_RANK]);

/* The shape of the weights: the sizes of the axes. */
cn_shape cn_normalized_shape(const cn_shape *shape, const int64_t axes[CN_MAX_RANK]);

/* A weight of that shape with the input's rank: 1 for all other axes. */
cn_value cn_call_normalized_weight(cn_call_frame *frame, int64_t index,
                                   const int64_t axes[CN_MAX_RANK]);

#endif
