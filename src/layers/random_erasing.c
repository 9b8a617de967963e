/* RandomErasing: a rectangle of some images replaced, in training. */
#include <math.h>
#include <string.h>

#include "layers/image.h"

enum { COLORS = 3 };

static const cn_random_erasing_args defaults = {CN_RANDOM_ERASING_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_erasing_args),
    CN_FACTOR_FIELD(cn_random_erasing_args, factor),
    CN_FACTOR_FIELD(cn_random_erasing_args, scale),
    CN_FACTOR_FIELD(cn_random_erasing_args, fill_value),
    CN_VALUE_RANGE_FIELD(cn_random_erasing_args),
    CN_FIELD(cn_random_erasing_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_erasing_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_random_erasing_args *args = own;
    CN_TRY(cn_check_factor("factor", args->factor, 0, 1));
    CN_TRY(cn_check_factor("scale", args->scale, 0, 1));
    CN_CHECK(isnan(args->fill_value[1]) ||
                 (!isnan(args->fill_value[2]) && isnan(args->fill_value[COLORS])),
             "fill_value must be one number or three");
    CN_TRY(cn_check_value_range(args->value_range));
    return cn_check_data_format(args->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_random_erasing_args *args = layer->args;
    return isnan(args->fill_value[1]) ? cn_check_images(layer, inputs, n)
                                      : cn_check_colors(layer, inputs, args->data_format, false);
}

/* What replaces: a number, three, or noise. */
static cn_value filling(cn_call_frame *frame, const cn_shape *shape)
{
    const cn_random_erasing_args *args = frame->layer->args;
    const cn_range values = cn_value_range(args->value_range);
    cn_program *p = frame->program;
    cn_value colors[COLORS], fill;
    for (int i = 0; i < COLORS && !isnan(args->fill_value[i]); i++)
        colors[i] = cn_emit_full(p, args->fill_value[i], CN_FLOAT32, CN_SHAPE(1));
    if (isnan(args->fill_value[0]))
        fill = cn_emit_multiply_scalar(p, cn_call_normal(frame, *shape), values.high);
    else
        fill = isnan(args->fill_value[1]) ? colors[0] : cn_emit_concatenate(p, colors, COLORS, 0);
    return cn_emit_clip(p, fill, values.low, values.high);
}

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_random_erasing_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_shape shape = *cn_shape_of(p, x);
    cn_value areas =
        cn_call_between(frame, CN_SHAPE(shape.dim[0], 2, 1, 1), cn_factor_range(args->scale, 0));
    cn_value sides = cn_emit_sqrt(p, areas);
    cn_value across = cn_emit_slice_axis(p, sides, 1, 0, 1);
    cn_value down = cn_emit_slice_axis(p, sides, 1, 1, 1);
    const cn_box box = cn_call_box(frame, &shape, across, down);
    cn_value applies = cn_call_applies(frame, x, cn_factor_range(args->factor, 0));
    cn_value fill = filling(frame, &shape);
    return cn_emit_where(p, cn_emit_logical_and(p, box.inside, applies), fill, x);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_erasing_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

const cn_layer_class cn_random_erasing_layer_class = {
    CN_LAYER_CLASS("RandomErasing", cn_random_erasing_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = check_inputs,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_random_erasing_with(const cn_random_erasing_args *args)
{
    cn_random_erasing_args own = *args;
    if (isnan(own.scale[0]))
        memcpy(own.scale, (const double[]){0.02, 0.33, CN_UNSET}, 3 * sizeof(double));
    if (!isnan(own.fill_value[0]) && !isnan(own.fill_value[1]))
        own.fill_value[COLORS] = CN_UNSET;
    return cn_image_layer_make(&cn_random_erasing_layer_class, &own);
}
