/* GaussianNoise: y = x + normal(0, stddev), in training. */
#include <math.h>

#include "layers/random.h"

static const cn_gaussian_noise_args defaults = {CN_GAUSSIAN_NOISE_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_gaussian_noise_args),
    CN_FIELD(cn_gaussian_noise_args, stddev, CN_FIELD_REAL, 0),
    CN_FIELD(cn_gaussian_noise_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_gaussian_noise_args *args = own;
    CN_CHECK(args->stddev >= 0 && args->stddev < HUGE_VAL, "stddev must not be negative, got %g",
             args->stddev);
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_gaussian_noise_args *args = frame->layer->args;
    cn_program *p = frame->program;
    frame->outputs[0] = frame->inputs[0];
    if (!frame->training || args->stddev == 0)
        return CN_OK;
    cn_value noise = cn_call_normal(frame, *cn_shape_of(p, frame->inputs[0]));
    frame->outputs[0] =
        cn_emit_add(p, frame->inputs[0], cn_emit_multiply_scalar(p, noise, args->stddev));
    return p->status;
}

const cn_layer_class cn_gaussian_noise_layer_class = {
    CN_LAYER_CLASS("GaussianNoise", cn_gaussian_noise_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .passes_mask = true,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_gaussian_noise_with(const cn_gaussian_noise_args *args)
{
    return cn_layer_make(&cn_gaussian_noise_layer_class, args);
}
