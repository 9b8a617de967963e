/* StochasticDepth: y = 0 for whole samples with probability drop_path_rate, otherwise x / (1 -
 * drop_path_rate), in training (Huang et al., 2016). */
#include "cornu/applications.h"
#include "layers/random.h"

static const cn_stochastic_depth_args defaults = {CN_STOCHASTIC_DEPTH_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_stochastic_depth_args),
    CN_FIELD(cn_stochastic_depth_args, drop_path_rate, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const int64_t samples[CN_MAX_RANK] = {CN_NONE, 1, 1, 1, 1, 1, 1, 1};

static cn_status check(const void *args)
{
    const double rate = ((const cn_stochastic_depth_args *)args)->drop_path_rate;
    CN_CHECK(rate >= 0 && rate <= 1, "drop_path_rate must be from 0 to 1, got %g", rate);
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    return cn_layer_stream_build(layer, CN_NONE);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_stochastic_depth_args *args = frame->layer->args;
    return cn_call_dropout(frame, args->drop_path_rate, samples);
}

const cn_layer_class cn_stochastic_depth_layer_class = {
    CN_LAYER_CLASS_IN("keras.src.applications.convnext", "StochasticDepth",
                      cn_stochastic_depth_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .build = build,
    .call = call,
};

cn_layer *cn_stochastic_depth_with(const cn_stochastic_depth_args *args)
{
    return cn_layer_make(&cn_stochastic_depth_layer_class, args);
}
