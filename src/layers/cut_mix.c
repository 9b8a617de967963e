/* CutMix: a rectangle of each image is that of another one, in training; labels by its area. */
#include "layers/image.h"

static const cn_cut_mix_args defaults = {CN_CUT_MIX_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_cut_mix_args),
    CN_FACTOR_FIELD(cn_cut_mix_args, factor),
    CN_FIELD(cn_cut_mix_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_cut_mix_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_cut_mix_args *args = own;
    CN_TRY(cn_check_factor("factor", args->factor, 0, 1));
    return cn_check_data_format(args->data_format);
}

static cn_mixture mix(cn_call_frame *frame, cn_value x)
{
    const cn_cut_mix_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_shape shape = *cn_shape_of(p, x);
    cn_value alpha = cn_call_between(frame, CN_SHAPE(1), cn_factor_range(args->factor, 0));
    cn_value kept = cn_call_beta(frame, shape.dim[0], cn_emit_add_scalar(p, alpha, 1e-6));
    cn_value side = cn_emit_sqrt(p, cn_emit_subtract_from(p, 1, kept));
    const cn_box box = cn_call_box(frame, &shape, side, side);
    cn_value order = cn_call_permutation(frame, shape.dim[0]);
    cn_value images = cn_emit_where(p, box.inside, cn_emit_gather(p, x, order), x);
    return (cn_mixture){images, order, cn_emit_subtract_from(p, 1, box.area)};
}

static cn_status call(cn_call_frame *frame)
{
    return cn_call_mixed(frame, ((const cn_cut_mix_args *)frame->layer->args)->data_format, mix);
}

const cn_layer_class cn_cut_mix_layer_class = {
    CN_LAYER_CLASS("CutMix", cn_cut_mix_args, fields, defaults),
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

cn_layer *cn_cut_mix_with(const cn_cut_mix_args *args)
{
    cn_cut_mix_args own = *args;
    return cn_image_layer_make(&cn_cut_mix_layer_class, &own);
}
