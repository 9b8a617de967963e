/* MixUp: y = w x + (1 - w) x of another image, in training; labels alike. */
#include <math.h>

#include "layers/image.h"

static const cn_mix_up_args defaults = {CN_MIX_UP_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_mix_up_args),
    CN_FIELD(cn_mix_up_args, alpha, CN_FIELD_REAL, 0),
    CN_FIELD(cn_mix_up_args, data_format, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_mix_up_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_mix_up_args *args = own;
    CN_CHECK(args->alpha > 0 && args->alpha < HUGE_VAL, "alpha must be positive, got %g",
             args->alpha);
    return cn_check_data_format(args->data_format);
}

static cn_mixture mix(cn_call_frame *frame, cn_value x)
{
    const cn_mix_up_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const int64_t n = cn_shape_of(p, x)->dim[0];
    cn_value order = cn_call_permutation(frame, n);
    cn_value kept = cn_call_beta(frame, n, cn_emit_scalar(p, args->alpha));
    cn_value other = cn_emit_gather(p, x, order);
    other = cn_emit_multiply(p, cn_emit_subtract_from(p, 1, kept), other);
    cn_value images = cn_emit_add(p, cn_emit_multiply(p, kept, x), other);
    return (cn_mixture){images, order, kept};
}

static cn_status call(cn_call_frame *frame)
{
    return cn_call_mixed(frame, ((const cn_mix_up_args *)frame->layer->args)->data_format, mix);
}

const cn_layer_class cn_mix_up_layer_class = {
    CN_LAYER_CLASS("MixUp", cn_mix_up_args, fields, defaults),
    .base.check = check,
    .min_inputs = 1,
    .max_inputs = 2,
    .takes = CN_TAKES_LABELS,
    CN_RANDOM_LAYER,
    .mixes_samples = true,
    .check_inputs = cn_check_mixed,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_mix_up_with(const cn_mix_up_args *args)
{
    return cn_layer_make(&cn_mix_up_layer_class, args);
}
