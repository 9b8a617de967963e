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
    int64_t ends[CN_MAX_RANK / 2][2]; /* before and behind, for each axis */
} cn_ends;

/* Those of a layer of several axes; and of one, whose argument is a field of CN_FIELD_PAIR. */
cn_ends cn_ends_of(const char *argument, const char *data_format, int64_t axes,
                   const int64_t ends[CN_MAX_RANK / 2][2]);
cn_ends cn_ends_of_one(const char *argument, const char *data_format,
                       const int64_t list[CN_MAX_RANK]);

cn_status cn_ends_check(const cn_ends *ends);
cn_status cn_ends_pad(const cn_ends *ends, cn_call_frame *frame);

/* Cropping refuses an input of which nothing would be left. */
cn_status cn_ends_check_crop(const cn_ends *ends, const cn_layer *layer, const cn_shape *shape);
cn_type cn_ends_crop_type(const cn_ends *ends, const cn_type *input);
cn_status cn_ends_crop(const cn_ends *ends, cn_call_frame *frame);

/* What cropping layers do with the ends that ends_of makes of their arguments. The shape is known
 * also where the sizes that stand for unknown ones in tracing would be too small. */
#define CN_CROPPING_FUNCTIONS                                                                      \
    static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)         \
    {                                                                                              \
        (void)n;                                                                                   \
        const cn_ends ends = ends_of(layer->args);                                                 \
        return cn_ends_check_crop(&ends, layer, &inputs[0].shape);                                 \
    }                                                                                              \
    static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n,                \
                           cn_type *outputs, int64_t *n_outputs)                                   \
    {                                                                                              \
        (void)n;                                                                                   \
        const cn_ends ends = ends_of(layer->args);                                                 \
        outputs[0] = cn_ends_crop_type(&ends, &inputs[0]);                                         \
        *n_outputs = 1;                                                                            \
        return CN_OK;                                                                              \
    }                                                                                              \
    static cn_status call(cn_call_frame *frame)                                                    \
    {                                                                                              \
        const cn_ends ends = ends_of(frame->layer->args);                                          \
        return cn_ends_crop(&ends, frame);                                                         \
    }

/* sizes: how often each cell is repeated along each axis, as cn_for_axis reads them. */
cn_status cn_call_repeat(cn_call_frame *frame, const int64_t sizes[CN_MAX_RANK], int64_t n,
                         const char *data_format);

/* Global pooling of n spatial axes. */
typedef cn_value cn_reduction_emit(cn_program *p, cn_value a, cn_shape axes, bool keep_dims);
cn_status cn_call_global_pooling(cn_call_frame *frame, cn_reduction_emit *reduce, int64_t n,
                                 const char *data_format, bool keepdims);

#endif
