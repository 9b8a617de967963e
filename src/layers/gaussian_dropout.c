/* GaussianDropout: y = x * normal(1, sqrt(rate / (1 - rate))), in training. */
#include <math.h>

#include "layers/random.h"

static const cn_gaussian_dropout_args defaults = {CN_GAUSSIAN_DROPOUT_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_gaussian_dropout_args),
    CN_FIELD(cn_gaussian_dropout_args, rate, CN_FIELD_REAL, 0),
    CN_FIELD(cn_gaussian_dropout_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_gaussian_dropout_args *args = own;
    CN_CHECK(args->rate >= 0 && args->rate < 1, "rate must be from 0 up to, not with, 1, got %g",
             args->rate);
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_gaussian_dropout_args *args = frame->layer->args;
    cn_program *p = frame->program;
    frame->outputs[0] = frame->inputs[0];
    if (!frame->training || args->rate == 0)
        return CN_OK;
    cn_value noise = cn_call_normal(frame, *cn_shape_of(p, frame->inputs[0]));
    cn_value factor = cn_emit_add_scalar(
        p, cn_emit_multiply_scalar(p, noise, sqrt(args->rate / (1 - args->rate))), 1);
    frame->outputs[0] = cn_emit_multiply(p, frame->inputs[0], factor);
    return p->status;
}

const cn_layer_class cn_gaussian_dropout_layer_class = {
    CN_LAYER_CLASS("GaussianDropout", cn_gaussian_dropout_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .passes_mask = true,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_gaussian_dropout_with(const cn_gaussian_dropout_args *args)
{
    return cn_layer_make(&cn_gaussian_dropout_layer_class, args);
}
