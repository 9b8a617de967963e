/* Dropout: y = 0 with probability rate, otherwise x / (1 - rate), in training (Srivastava et al.,
 * 2014). */
#include "layers/random.h"

static const cn_dropout_args defaults = {CN_DROPOUT_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_dropout_args),
    CN_FIELD(cn_dropout_args, rate, CN_FIELD_REAL, 0),
    CN_FIELD(cn_dropout_args, noise_shape, CN_FIELD_DIMS, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_dropout_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_status check(const void *args)
{
    return cn_check_rate(((const cn_dropout_args *)args)->rate);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_dropout_args *args = layer->args;
    return cn_check_noise_shape(layer, &inputs[0].shape, args->noise_shape);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_dropout_args *args = frame->layer->args;
    return cn_call_dropout(frame, args->rate, args->noise_shape);
}

const cn_layer_class cn_dropout_layer_class = {
    CN_LAYER_CLASS("Dropout", cn_dropout_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_dropout_with(const cn_dropout_args *args)
{
    return cn_layer_make(&cn_dropout_layer_class, args);
}
