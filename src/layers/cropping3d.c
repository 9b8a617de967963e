/* Cropping3D: without what lies at both ends of each spatial axis, x[N, D, H, W, C]. */
#include "layers/spatial.h"

static const cn_cropping3d_args defaults = {CN_CROPPING3D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_cropping3d_args),
    CN_FIELD(cn_cropping3d_args, cropping, CN_FIELD_DIMS, CN_FIELD_PAIRS_3),
    CN_FIELD(cn_cropping3d_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_ends ends_of(const cn_cropping3d_args *args)
{
    return (cn_ends){"cropping", args->data_format, 3, args->cropping};
}

static cn_status check(const void *own)
{
    const cn_ends ends = ends_of(own);
    return cn_ends_check(&ends);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_ends ends = ends_of(layer->args);
    return cn_ends_check_crop(&ends, layer, &inputs[0].shape);
}

/* Known also where the sizes that stand for unknown ones in tracing would be too small. */
static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    (void)n;
    const cn_ends ends = ends_of(layer->args);
    outputs[0] = cn_ends_crop_type(&ends, &inputs[0]);
    *n_outputs = 1;
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_ends ends = ends_of(frame->layer->args);
    return cn_ends_crop(&ends, frame);
}

const cn_layer_class cn_cropping3d_layer_class = {
    CN_LAYER_CLASS("Cropping3D", cn_cropping3d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .infer = infer,
    .call = call,
};

cn_layer *cn_cropping3d_with(const cn_cropping3d_args *args)
{
    return cn_layer_make(&cn_cropping3d_layer_class, args);
}
