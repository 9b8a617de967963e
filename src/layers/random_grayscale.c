/* RandomGrayscale: some images made gray, in training. */
#include "layers/image.h"

static const cn_random_grayscale_args defaults = {CN_RANDOM_GRAYSCALE_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_grayscale_args),
    CN_FIELD(cn_random_grayscale_args, factor, CN_FIELD_REAL, 0),
    CN_FIELD(cn_random_grayscale_args, data_format, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_grayscale_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_random_grayscale_args *args = own;
    CN_CHECK(args->factor >= 0 && args->factor <= 1, "factor must be from 0 to 1, got %g",
             args->factor);
    return cn_check_data_format(args->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_colors(layer, inputs,
                           ((const cn_random_grayscale_args *)layer->args)->data_format, true);
}

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_random_grayscale_args *args = frame->layer->args;
    cn_value u = cn_call_for_each(frame, x, (cn_range){0, 1});
    cn_value applies = cn_emit_less_scalar(frame->program, u, args->factor);
    return cn_emit_where(frame->program, applies, cn_emit_gray(frame->program, x, 3), x);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_grayscale_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

const cn_layer_class cn_random_grayscale_layer_class = {
    CN_LAYER_CLASS("RandomGrayscale", cn_random_grayscale_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = check_inputs,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_random_grayscale_with(const cn_random_grayscale_args *args)
{
    return cn_layer_make(&cn_random_grayscale_layer_class, args);
}
