/* AlphaDropout: y = a (x where kept, otherwise -l) + b, in training, where l = 1.758... is the
 * limit of selu, and a and b keep mean 0 and variance 1 (Klambauer et al., 2017). */
#include <math.h>

#include "layers/random.h"

static const cn_alpha_dropout_args defaults = {CN_ALPHA_DROPOUT_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_alpha_dropout_args),
    CN_FIELD(cn_alpha_dropout_args, rate, CN_FIELD_REAL, 0),
    CN_FIELD(cn_alpha_dropout_args, noise_shape, CN_FIELD_DIMS, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_alpha_dropout_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_status check(const void *args)
{
    return cn_check_rate(((const cn_alpha_dropout_args *)args)->rate);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_alpha_dropout_args *args = layer->args;
    return cn_check_noise_shape(layer, &inputs[0].shape, args->noise_shape);
}

static cn_status call(cn_call_frame *frame)
{
    const double limit = -1.6732632423543772 * 1.0507009873554805; /* -alpha scale, of selu */
    const cn_alpha_dropout_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const double rate = args->rate;
    frame->outputs[0] = frame->inputs[0];
    if (!frame->training || rate == 0)
        return CN_OK;
    const double a = rate == 1 ? 0 : 1 / sqrt((1 - rate) * (1 + rate * limit * limit)),
                 b = -a * limit * rate;
    cn_value keep = cn_call_keep(frame, frame->inputs[0], rate, args->noise_shape);
    cn_value dropped = cn_emit_where(p, keep, frame->inputs[0], cn_emit_scalar(p, limit));
    frame->outputs[0] = cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, dropped, a), b);
    return p->status;
}

const cn_layer_class cn_alpha_dropout_layer_class = {
    CN_LAYER_CLASS("AlphaDropout", cn_alpha_dropout_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_alpha_dropout_with(const cn_alpha_dropout_args *args)
{
    return cn_layer_make(&cn_alpha_dropout_layer_class, args);
}
