/* SpatialDropout3D: dropout of whole channels, the same ones in all places of a sample (Tompson et
 * al., 2015), x[N, D, H, W, C]. */
#include "layers/random.h"
#include "layers/spatial.h"

static const cn_spatial_dropout3d_args defaults = {CN_SPATIAL_DROPOUT3D_DEFAULTS};

/* Keras's config has no "trainable" here, and its constructor takes none. */
static const cn_field fields[] = {
    CN_FIELD(cn_spatial_dropout3d_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_spatial_dropout3d_args, trainable, CN_FIELD_BOOL, CN_FIELD_HIDDEN),
    CN_FIELD(cn_spatial_dropout3d_args, dtype, CN_FIELD_TEXT, CN_FIELD_HIDDEN),
    CN_FIELD(cn_spatial_dropout3d_args, input_shape, CN_FIELD_DIMS, CN_FIELD_HIDDEN),
    CN_FIELD(cn_spatial_dropout3d_args, rate, CN_FIELD_REAL, 0),
    CN_FIELD(cn_spatial_dropout3d_args, data_format, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_spatial_dropout3d_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_spatial_dropout3d_args *args = own;
    CN_TRY(cn_check_rate(args->rate));
    return cn_check_data_format(args->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_spatial(layer, &inputs[0].shape, 3);
}

static cn_status call(cn_call_frame *frame)
{
    static const int64_t last[CN_MAX_RANK] = {CN_NONE, 1, 1, 1, CN_NONE},
                         first[CN_MAX_RANK] = {CN_NONE, CN_NONE, 1, 1, 1};
    const cn_spatial_dropout3d_args *args = frame->layer->args;
    return cn_call_dropout(frame, args->rate, cn_channels_first(args->data_format) ? first : last);
}

const cn_layer_class cn_spatial_dropout3d_layer_class = {
    CN_LAYER_CLASS("SpatialDropout3D", cn_spatial_dropout3d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_spatial_dropout3d_with(const cn_spatial_dropout3d_args *args)
{
    return cn_layer_make(&cn_spatial_dropout3d_layer_class, args);
}
