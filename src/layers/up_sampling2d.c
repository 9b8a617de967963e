/* UpSampling2D: size times as many cells along each spatial axis, x[N, H, W, C]: repeated, or
 * resampled along one axis and then the other. */
#include <string.h>

#include "layers/spatial.h"

static const cn_up_sampling2d_args defaults = {CN_UP_SAMPLING2D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_up_sampling2d_args),
    CN_FIELD(cn_up_sampling2d_args, size, CN_FIELD_DIMS, CN_FIELD_EACH_2),
    CN_FIELD(cn_up_sampling2d_args, data_format, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_up_sampling2d_args, interpolation, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static bool is_known(const char *interpolation)
{
    static const char *const names[] = {"nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"};
    for (size_t i = 0; interpolation != NULL && i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], interpolation) == 0)
            return true;
    return false;
}

static cn_status check(const void *own)
{
    const cn_up_sampling2d_args *args = own;
    CN_TRY(cn_check_each("size", args->size, 2));
    CN_CHECK(is_known(args->interpolation),
             "interpolation must be \"nearest\", \"bilinear\", \"bicubic\", \"lanczos3\" or "
             "\"lanczos5\", got \"%s\"",
             args->interpolation == NULL ? "NULL" : args->interpolation);
    return cn_check_data_format(args->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_spatial(layer, &inputs[0].shape, 2);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_up_sampling2d_args *args = frame->layer->args;
    if (strcmp(args->interpolation, "nearest") == 0)
        return cn_call_repeat(frame, args->size, 2, args->data_format);
    cn_program *p = frame->program;
    const cn_shape axes = cn_spatial_axes(2, args->data_format);
    cn_value y = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    for (int64_t i = 0; i < 2 && y != CN_NO_VALUE; i++) {
        const int64_t axis = axes.dim[i],
                      size = cn_for_axis(args->size, i) * cn_shape_of(p, y)->dim[axis];
        const cn_resample_attributes along = {axis, size, args->interpolation, false};
        y = cn_emit_resample(p, y, &along);
    }
    frame->outputs[0] = y;
    return p->status;
}

const cn_layer_class cn_up_sampling2d_layer_class = {
    CN_LAYER_CLASS("UpSampling2D", cn_up_sampling2d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_up_sampling2d_with(const cn_up_sampling2d_args *args)
{
    return cn_layer_make(&cn_up_sampling2d_layer_class, args);
}
