/* RandomRotation: images turned around their middle, in training. */
#include "layers/image.h"

static const cn_random_rotation_args defaults = {CN_RANDOM_ROTATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_rotation_args),
    CN_FACTOR_FIELD(cn_random_rotation_args, factor),
    CN_FIELD(cn_random_rotation_args, fill_mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_rotation_args, interpolation, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_rotation_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_rotation_args, fill_value, CN_FIELD_REAL, 0),
    CN_FIELD(cn_random_rotation_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_random_rotation_args *args = own;
    CN_TRY(cn_check_factor("factor", args->factor, -1, 1));
    CN_TRY(cn_check_warping((cn_warping){args->interpolation, args->fill_mode, args->fill_value}));
    return cn_check_data_format(args->data_format);
}

/* What keeps the middle (x, y) in its place: x - x a - y b. */
static cn_value offset(cn_program *p, double x, double y, double kept, cn_value a, cn_value b)
{
    cn_value from_x = cn_emit_multiply_scalar(p, a, x);
    cn_value from_y = cn_emit_multiply_scalar(p, b, y);
    return cn_emit_subtract_from(p, kept, cn_emit_add(p, from_x, from_y));
}

cn_value cn_random_rotation_augment(cn_call_frame *frame, cn_value x)
{
    const double two_pi = 6.283185307179586;
    const cn_random_rotation_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_shape shape = *cn_shape_of(p, x);
    const double middle_x = 0.5 * (double)(shape.dim[2] - 1),
                 middle_y = 0.5 * (double)(shape.dim[1] - 1);
    cn_value turns =
        cn_call_between(frame, CN_SHAPE(shape.dim[0], 1), cn_factor_range(args->factor, -1));
    cn_value angle = cn_emit_multiply_scalar(p, turns, two_pi);
    cn_value cosine = cn_emit_cos(p, angle), sine = cn_emit_sin(p, angle);
    cn_value minus = cn_emit_negative(p, sine);
    cn_value right = offset(p, middle_x, middle_y, middle_x, cosine, minus);
    cn_value down = offset(p, middle_x, middle_y, middle_y, sine, cosine);
    const cn_matrix matrix = {cosine, minus, right, sine, cosine, down};
    return cn_emit_moved(p, x, &matrix,
                         (cn_warping){args->interpolation, args->fill_mode, args->fill_value});
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_rotation_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, cn_random_rotation_augment);
}

const cn_layer_class cn_random_rotation_layer_class = {
    CN_LAYER_CLASS("RandomRotation", cn_random_rotation_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = cn_check_images,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_random_rotation_with(const cn_random_rotation_args *args)
{
    cn_random_rotation_args own = *args;
    return cn_image_layer_make(&cn_random_rotation_layer_class, &own);
}
