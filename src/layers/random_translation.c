/* RandomTranslation: images moved up or down and to the left or the right, in training. */
#include "layers/image.h"

static const cn_random_translation_args defaults = {CN_RANDOM_TRANSLATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_translation_args),
    CN_FACTOR_FIELD(cn_random_translation_args, height_factor),
    CN_FACTOR_FIELD(cn_random_translation_args, width_factor),
    CN_FIELD(cn_random_translation_args, fill_mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_translation_args, interpolation, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_translation_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_translation_args, fill_value, CN_FIELD_REAL, 0),
    CN_FIELD(cn_random_translation_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_random_translation_args *args = own;
    CN_TRY(cn_check_factor("height_factor", args->height_factor, -1, 1));
    CN_TRY(cn_check_factor("width_factor", args->width_factor, -1, 1));
    CN_TRY(cn_check_warping((cn_warping){args->interpolation, args->fill_mode, args->fill_value}));
    return cn_check_data_format(args->data_format);
}

/* Where in x the first row or column of y comes from: -1 times a random part of size cells. */
static cn_value draw(cn_call_frame *frame, int64_t n, const double *factor, int64_t size)
{
    cn_value part = cn_call_between(frame, CN_SHAPE(n, 1), cn_factor_range(factor, -1));
    return cn_emit_multiply_scalar(frame->program, part, -(double)size);
}

cn_value cn_random_translation_augment(cn_call_frame *frame, cn_value x)
{
    const cn_random_translation_args *args = frame->layer->args;
    const cn_shape shape = *cn_shape_of(frame->program, x);
    cn_value one = cn_emit_full(frame->program, 1, CN_FLOAT32, CN_SHAPE(shape.dim[0], 1));
    cn_value down = draw(frame, shape.dim[0], args->height_factor, shape.dim[1]);
    cn_value right = draw(frame, shape.dim[0], args->width_factor, shape.dim[2]);
    const cn_matrix matrix = {one, CN_NO_VALUE, right, CN_NO_VALUE, one, down};
    return cn_emit_moved(frame->program, x, &matrix,
                         (cn_warping){args->interpolation, args->fill_mode, args->fill_value});
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_translation_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, cn_random_translation_augment);
}

const cn_layer_class cn_random_translation_layer_class = {
    CN_LAYER_CLASS("RandomTranslation", cn_random_translation_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = cn_check_images,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_random_translation_with(const cn_random_translation_args *args)
{
    cn_random_translation_args own = *args;
    cn_split_factors(own.height_factor, own.width_factor);
    return cn_image_layer_make(&cn_random_translation_layer_class, &own);
}
