/* RandAugment: a few times one of eleven changes, in training. */
#include <inttypes.h>

#include "layers/changes.h"

enum { MOST_OPS = 16 };

static const cn_rand_augment_args defaults = {CN_RAND_AUGMENT_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_rand_augment_args),
    CN_VALUE_RANGE_FIELD(cn_rand_augment_args),
    CN_FIELD(cn_rand_augment_args, num_ops, CN_FIELD_INT, 0),
    CN_FACTOR_FIELD(cn_rand_augment_args, factor),
    CN_FIELD(cn_rand_augment_args, interpolation, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_rand_augment_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_rand_augment_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_rand_augment_args *args = own;
    CN_TRY(cn_check_value_range(args->value_range));
    CN_CHECK(args->num_ops > 0 && args->num_ops <= MOST_OPS,
             "num_ops must be from 1 to %d, got %" PRId64, MOST_OPS, args->num_ops);
    CN_TRY(cn_check_factor("factor", args->factor, 0, 1));
    CN_TRY(cn_check_warping((cn_warping){args->interpolation, "reflect", 0}));
    return cn_check_data_format(args->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_colors(layer, inputs, ((const cn_rand_augment_args *)layer->args)->data_format,
                           true);
}

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_rand_augment_args *args = frame->layer->args;
    const cn_range range = {0, (double)cn_change_count(true)};
    const cn_changes changes = cn_changes_of(args->factor, args->value_range, args->interpolation);
    cn_program *p = frame->program;
    cn_value choices = cn_emit_floor(p, cn_call_between(frame, CN_SHAPE(args->num_ops), range));
    for (int64_t i = 0; i < args->num_ops && p->status == CN_OK; i++)
        x = cn_call_change(frame, &changes, true, x, cn_emit_slice_axis(p, choices, 0, i, 1));
    return x;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_rand_augment_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

const cn_layer_class cn_rand_augment_layer_class = {
    CN_LAYER_CLASS("RandAugment", cn_rand_augment_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .mixes_samples = true,
    .check_inputs = check_inputs,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_rand_augment_with(const cn_rand_augment_args *args)
{
    cn_rand_augment_args own = *args;
    return cn_image_layer_make(&cn_rand_augment_layer_class, &own);
}
