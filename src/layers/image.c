/* Arguments, calls and geometry of the layers on images. */
#include "layers/image.h"

#include <math.h>

/* ---- arguments ------------------------------------------------------------------------------- */

cn_range cn_factor_range(const double factor[CN_MAX_LIST], double lowest)
{
    if (isnan(factor[1]))
        return (cn_range){fmax(-fabs(factor[0]), lowest), fabs(factor[0])};
    return (cn_range){fmin(factor[0], factor[1]), fmax(factor[0], factor[1])};
}

cn_range cn_value_range(const double value_range[CN_MAX_LIST])
{
    return cn_factor_range(value_range, 0);
}

cn_status cn_check_factor(const char *argument, const double factor[CN_MAX_LIST], double lowest,
                          double highest)
{
    CN_CHECK(!isnan(factor[0]), "%s must be given", argument);
    for (int i = 0; i < 2 && !isnan(factor[i]); i++)
        CN_CHECK(factor[i] >= lowest && factor[i] <= highest,
                 "%s must be one number or two from %g to %g, got %g", argument, lowest, highest,
                 factor[i]);
    CN_CHECK(isnan(factor[1]) || isnan(factor[2]), "%s must be one number or two", argument);
    return CN_OK;
}

cn_status cn_check_value_range(const double value_range[CN_MAX_LIST])
{
    CN_CHECK(isfinite(value_range[0]) && isfinite(value_range[1]) && isnan(value_range[2]) &&
                 value_range[0] != value_range[1],
             "value_range must be two different numbers, got {%g, %g}", value_range[0],
             value_range[1]);
    return CN_OK;
}

cn_status cn_check_choice(const char *argument, const char *value, const char *const *choices)
{
    if (cn_is_among(value, choices))
        return CN_OK;
    const char *nearest = value == NULL ? NULL : cn_nearest_name(value, choices);
    return cn_fail(CN_INVALID, "%s cannot be \"%s\": did you mean \"%s\"?", argument,
                   value == NULL ? "NULL" : value, nearest == NULL ? choices[0] : nearest);
}

void cn_split_factors(double first[CN_MAX_LIST], double second[CN_MAX_LIST])
{
    if (isnan(first[1]) || !isnan(first[2]))
        return;
    second[0] = first[1];
    second[1] = first[1] = CN_UNSET;
}

/* A list of three says so itself. */
cn_layer *cn_image_layer_make(const cn_layer_class *class, void *args)
{
    for (const cn_field *field = class->base.fields; field->name != NULL; field++) {
        double *list = (double *)(void *)((char *)args + field->offset);
        if (field->kind == CN_FIELD_REALS && !isnan(list[0]) && !isnan(list[1]) && !isnan(list[3]))
            list[2] = CN_UNSET;
    }
    return cn_layer_make(class, args);
}

/* ---- calls ----------------------------------------------------------------------------------- */

cn_status cn_check_images(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_rank(layer, &inputs[0].shape, 4);
}

cn_status cn_check_colors(const cn_layer *layer, const cn_type *inputs, const char *data_format,
                          bool gray)
{
    const cn_shape *shape = &inputs[0].shape;
    CN_TRY(cn_check_rank(layer, shape, 4));
    const int64_t channels = shape->dim[cn_channels_first(data_format) ? 1 : 3];
    CN_CHECK(channels == 3 || channels == CN_NONE || (gray && channels == 1),
             "%s: takes images with 3 channels%s, got shape %s", layer->name, gray ? " or 1" : "",
             cn_shape_str(shape));
    return CN_OK;
}

cn_value cn_channels_to_last(cn_program *p, cn_value x, const char *data_format)
{
    return cn_channels_first(data_format) ? cn_emit_transpose(p, x, CN_SHAPE(0, 2, 3, 1)) : x;
}

cn_value cn_channels_from_last(cn_program *p, cn_value x, const char *data_format)
{
    return cn_channels_first(data_format) ? cn_emit_transpose(p, x, CN_SHAPE(0, 3, 1, 2)) : x;
}

cn_status cn_call_augmented(cn_call_frame *frame, const char *data_format, cn_augment *augment)
{
    cn_program *p = frame->program;
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    if (frame->training) {
        x = cn_channels_to_last(p, x, data_format);
        CN_TRY(p->status);
        x = cn_channels_from_last(p, augment(frame, x), data_format);
    }
    frame->outputs[0] = x;
    return p->status;
}

cn_value cn_call_between(cn_call_frame *frame, cn_shape shape, cn_range range)
{
    cn_program *p = frame->program;
    cn_value u = cn_call_uniform(frame, shape);
    return cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, u, range.high - range.low), range.low);
}

cn_value cn_call_for_each(cn_call_frame *frame, cn_value x, cn_range range)
{
    return cn_call_between(frame, CN_SHAPE(cn_shape_of(frame->program, x)->dim[0], 1, 1, 1), range);
}

cn_value cn_call_applies(cn_call_frame *frame, cn_value x, cn_range probability)
{
    cn_value often = cn_call_for_each(frame, x, probability);
    cn_value threshold = cn_call_for_each(frame, x, (cn_range){0, 1});
    return cn_emit_less(frame->program, threshold, often);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

int64_t cn_first_spatial_axis(const char *data_format)
{
    return cn_channels_first(data_format) ? 2 : 1;
}

/* ---- moving ---------------------------------------------------------------------------------- */

cn_value cn_emit_moved(cn_program *p, cn_value x, const cn_matrix *matrix, cn_warping how)
{
    cn_value columns[6] = {matrix->a0, matrix->a1, matrix->a2, matrix->b0, matrix->b1, matrix->b2};
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    const cn_shape column = CN_SHAPE(cn_shape_of(p, x)->dim[0], 1);
    for (int i = 0; i < 6; i++)
        if (columns[i] == CN_NO_VALUE)
            columns[i] = cn_emit_full(p, 0, CN_FLOAT32, column);
    cn_value transforms = cn_emit_concatenate(p, columns, 6, 1);
    const cn_warp_attributes attributes = {how.interpolation, how.fill_mode, how.fill_value};
    return cn_emit_warp(p, x, transforms, &attributes);
}

cn_status cn_check_warping(cn_warping how)
{
    static const char *const fill_modes[] = {"reflect", "wrap", "constant", "nearest", NULL};
    static const char *const interpolations[] = {"bilinear", "nearest", NULL};
    CN_TRY(cn_check_choice("fill_mode", how.fill_mode, fill_modes));
    CN_TRY(cn_check_choice("interpolation", how.interpolation, interpolations));
    CN_CHECK(isfinite(how.fill_value), "fill_value must be a number, got %g", how.fill_value);
    return CN_OK;
}
