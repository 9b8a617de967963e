/* SpatialDropout1D: dropout of whole features, the same ones in all steps of a sample (Tompson et
 * al., 2015). */
#include "layers/random.h"

static const cn_spatial_dropout1d_args defaults = {CN_SPATIAL_DROPOUT1D_DEFAULTS};

/* Keras's config has no "trainable" here, and its constructor takes none. */
static const cn_field fields[] = {
    CN_FIELD(cn_spatial_dropout1d_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_spatial_dropout1d_args, trainable, CN_FIELD_BOOL, CN_FIELD_HIDDEN),
    CN_FIELD(cn_spatial_dropout1d_args, dtype, CN_FIELD_TEXT, CN_FIELD_HIDDEN),
    CN_FIELD(cn_spatial_dropout1d_args, input_shape, CN_FIELD_DIMS, CN_FIELD_HIDDEN),
    CN_FIELD(cn_spatial_dropout1d_args, rate, CN_FIELD_REAL, 0),
    CN_FIELD(cn_spatial_dropout1d_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_status check(const void *args)
{
    return cn_check_rate(((const cn_spatial_dropout1d_args *)args)->rate);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_rank(layer, &inputs[0].shape, 3);
}

static cn_status call(cn_call_frame *frame)
{
    static const int64_t noise_shape[CN_MAX_RANK] = {CN_NONE, 1, CN_NONE};
    const cn_spatial_dropout1d_args *args = frame->layer->args;
    return cn_call_dropout(frame, args->rate, noise_shape);
}

const cn_layer_class cn_spatial_dropout1d_layer_class = {
    CN_LAYER_CLASS("SpatialDropout1D", cn_spatial_dropout1d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_spatial_dropout1d_with(const cn_spatial_dropout1d_args *args)
{
    return cn_layer_make(&cn_spatial_dropout1d_layer_class, args);
}
