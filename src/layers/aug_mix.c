/* AugMix: each image mixed with a mixture of chains of changes, in training:
 *   y = w x + (1 - w) sum of v[i] chain i(x), w of Beta(a, a), v of Dirichlet(a, ...). */
#include <inttypes.h>
#include <math.h>

#include "layers/changes.h"

enum { MOST_CHAINS = 16, MOST_CHANGES = 64 };

static const cn_aug_mix_args defaults = {CN_AUG_MIX_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_aug_mix_args),
    CN_VALUE_RANGE_FIELD(cn_aug_mix_args),
    CN_FIELD(cn_aug_mix_args, num_chains, CN_FIELD_INT, 0),
    CN_FIELD(cn_aug_mix_args, chain_depth, CN_FIELD_INT, 0),
    CN_FACTOR_FIELD(cn_aug_mix_args, factor),
    CN_FIELD(cn_aug_mix_args, alpha, CN_FIELD_REAL, 0),
    CN_FIELD(cn_aug_mix_args, all_ops, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_aug_mix_args, interpolation, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_aug_mix_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_aug_mix_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_aug_mix_args *args = own;
    CN_TRY(cn_check_value_range(args->value_range));
    CN_CHECK(args->num_chains > 0 && args->num_chains <= MOST_CHAINS,
             "num_chains must be from 1 to %d, got %" PRId64, MOST_CHAINS, args->num_chains);
    CN_CHECK(args->chain_depth >= 0 && args->chain_depth * args->num_chains <= MOST_CHANGES,
             "num_chains times chain_depth must be from 0 to %d, got a chain_depth of %" PRId64,
             MOST_CHANGES, args->chain_depth);
    CN_TRY(cn_check_factor("factor", args->factor, 0, 1));
    CN_CHECK(args->alpha > 0 && args->alpha < HUGE_VAL, "alpha must be positive, got %g",
             args->alpha);
    CN_TRY(cn_check_warping((cn_warping){args->interpolation, "reflect", 0}));
    return cn_check_data_format(args->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_aug_mix_args *args = layer->args;
    return args->all_ops ? cn_check_colors(layer, inputs, args->data_format, true)
                         : cn_check_images(layer, inputs, n);
}

/* Each link of a chain is one of the changes, or none. */
static cn_value chain(cn_call_frame *frame, const cn_changes *changes, cn_value x)
{
    const cn_aug_mix_args *args = frame->layer->args;
    const cn_range range = {0, (double)cn_change_count(args->all_ops) + 1};
    cn_program *p = frame->program;
    for (int64_t i = 0; i < args->chain_depth && p->status == CN_OK; i++) {
        cn_value choice = cn_emit_floor(p, cn_call_between(frame, CN_SHAPE(1), range));
        x = cn_call_change(frame, changes, args->all_ops, x, choice);
    }
    return x;
}

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_aug_mix_args *args = frame->layer->args;
    const cn_range values = cn_value_range(args->value_range);
    const cn_changes changes = cn_changes_of(args->factor, args->value_range, args->interpolation);
    cn_program *p = frame->program;
    cn_value alpha = cn_emit_scalar(p, args->alpha);
    cn_value parts = cn_call_dirichlet(frame, args->num_chains, alpha);
    cn_value kept = cn_call_beta(frame, 1, alpha);
    cn_value mixture = CN_NO_VALUE;
    for (int64_t i = 0; i < args->num_chains && p->status == CN_OK; i++) {
        cn_value part = cn_emit_slice_axis(p, parts, 0, i, 1);
        cn_value link = cn_emit_multiply(p, chain(frame, &changes, x), part);
        mixture = i == 0 ? link : cn_emit_add(p, mixture, link);
    }
    cn_value y = cn_emit_between(p, mixture, x, kept);
    return cn_emit_clip(p, y, values.low, values.high);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_aug_mix_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

const cn_layer_class cn_aug_mix_layer_class = {
    CN_LAYER_CLASS("AugMix", cn_aug_mix_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .mixes_samples = true,
    .check_inputs = check_inputs,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_aug_mix_with(const cn_aug_mix_args *args)
{
    cn_aug_mix_args own = *args;
    return cn_image_layer_make(&cn_aug_mix_layer_class, &own);
}
