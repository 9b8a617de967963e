/* Solarization: pixels at or above a random threshold made their negatives, in training. */
#include "layers/image.h"

static const cn_solarization_args defaults = {CN_SOLARIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_solarization_args),
    CN_FACTOR_FIELD(cn_solarization_args, addition_factor),
    CN_FACTOR_FIELD(cn_solarization_args, threshold_factor),
    CN_VALUE_RANGE_FIELD(cn_solarization_args),
    CN_FIELD(cn_solarization_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_solarization_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_solarization_args *args = own;
    CN_TRY(cn_check_factor("addition_factor", args->addition_factor, 0, 1));
    CN_TRY(cn_check_factor("threshold_factor", args->threshold_factor, 0, 1));
    CN_TRY(cn_check_value_range(args->value_range));
    return cn_check_data_format(args->data_format);
}

/* As Keras has it, only the larger number is a part of 255. */
static cn_value draw(cn_call_frame *frame, cn_value x, const double *factor)
{
    const cn_range range = cn_factor_range(factor, 0);
    return cn_call_for_each(frame, x, (cn_range){range.low, range.high * 255});
}

cn_value cn_solarization_augment(cn_call_frame *frame, cn_value x)
{
    const cn_solarization_args *args = frame->layer->args;
    const cn_range values = cn_value_range(args->value_range), bytes = {0, 255};
    cn_program *p = frame->program;
    cn_value additions = draw(frame, x, args->addition_factor);
    cn_value thresholds = draw(frame, x, args->threshold_factor);
    cn_value byte = cn_emit_value_range(p, x, values, bytes);
    byte = cn_emit_clip(p, cn_emit_add(p, byte, additions), 0, 255);
    cn_value keeps = cn_emit_less(p, byte, thresholds);
    byte = cn_emit_where(p, keeps, byte, cn_emit_subtract_from(p, 255, byte));
    return cn_emit_value_range(p, byte, bytes, values);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_solarization_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, cn_solarization_augment);
}

const cn_layer_class cn_solarization_layer_class = {
    CN_LAYER_CLASS("Solarization", cn_solarization_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = cn_check_images,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_solarization_with(const cn_solarization_args *args)
{
    cn_solarization_args own = *args;
    return cn_image_layer_make(&cn_solarization_layer_class, &own);
}
