/* What layers share that work along the spatial axes of x[N, spatial..., C], or x[N, C,
 * spatial...]: one to three axes. */
#ifndef CORNU_LAYERS_SPATIAL_H
#define CORNU_LAYERS_SPATIAL_H

#include "layers/layers.h"

/* The spatial axes of inputs with n of them. */
cn_shape cn_spatial_axes(int64_t n, const char *data_format);

/* Refuses inputs that do not have n spatial axes. */
cn_status cn_check_spatial(const cn_layer *layer, const cn_shape *shape, int64_t n);

/* What is added to both ends of each axis, or cut off there. */
typedef struct cn_ends {
    const char *argument, *data_format;
    int64_t axes;
    const int64_t (*ends)[2]; /* before and behind, for each axis */
} cn_ends;

/* The ends of a layer of one axis, whose argument is a field of CN_FIELD_PAIR. */
#define CN_ENDS_1D(list) ((const int64_t[1][2]){{(list)[0], cn_second_end(list)}})

cn_status cn_ends_check(const cn_ends *ends);
cn_status cn_ends_pad(const cn_ends *ends, cn_call_frame *frame);

/* Cropping refuses an input of which nothing would be left. */
cn_status cn_ends_check_crop(const cn_ends *ends, const cn_layer *layer, const cn_shape *shape);
cn_type cn_ends_crop_type(const cn_ends *ends, const cn_type *input);
cn_status cn_ends_crop(const cn_ends *ends, cn_call_frame *frame);

/* sizes: how often each cell is repeated along each axis, as cn_for_axis reads them. */
cn_status cn_call_repeat(cn_call_frame *frame, const int64_t sizes[CN_MAX_RANK], int64_t n,
                         const char *data_format);

/* Global pooling of n spatial axes. */
typedef cn_value cn_reduction_emit(cn_program *p, cn_value a, cn_shape axes, bool keep_dims);
cn_status cn_call_global_pooling(cn_call_frame *frame, cn_reduction_emit *reduce, int64_t n,
                                 const char *data_format, bool keepdims);

#endif
