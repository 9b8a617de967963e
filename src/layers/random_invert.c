/* RandomInvert: some images made their negatives, in training. */
#include "layers/image.h"

static const cn_random_invert_args defaults = {CN_RANDOM_INVERT_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_invert_args),
    CN_FACTOR_FIELD(cn_random_invert_args, factor),
    CN_VALUE_RANGE_FIELD(cn_random_invert_args),
    CN_FIELD(cn_random_invert_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_invert_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_random_invert_args *args = own;
    CN_TRY(cn_check_factor("factor", args->factor, 0, 1));
    CN_TRY(cn_check_value_range(args->value_range));
    return cn_check_data_format(args->data_format);
}

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_random_invert_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value applies = cn_call_applies(frame, x, cn_factor_range(args->factor, 0));
    cn_value negative = cn_emit_subtract_from(p, cn_value_range(args->value_range).high, x);
    return cn_emit_where(p, applies, negative, x);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_invert_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

const cn_layer_class cn_random_invert_layer_class = {
    CN_LAYER_CLASS("RandomInvert", cn_random_invert_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = cn_check_images,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_random_invert_with(const cn_random_invert_args *args)
{
    cn_random_invert_args own = *args;
    return cn_image_layer_make(&cn_random_invert_layer_class, &own);
}
