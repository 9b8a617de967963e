/* RandomShear: rows and columns of images moved by a part of their place, in training. */
#include "layers/image.h"

static const cn_random_shear_args defaults = {CN_RANDOM_SHEAR_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_shear_args),
    CN_FACTOR_FIELD(cn_random_shear_args, x_factor),
    CN_FACTOR_FIELD(cn_random_shear_args, y_factor),
    CN_FIELD(cn_random_shear_args, interpolation, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_shear_args, fill_mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_shear_args, fill_value, CN_FIELD_REAL, 0),
    CN_FIELD(cn_random_shear_args, data_format, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_shear_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

/* Keras writes the one number f as -f and f, though it takes no negative numbers. */
static cn_status check_shear(const char *argument, const double factor[CN_MAX_LIST])
{
    const bool written = factor[0] == -factor[1];
    return cn_check_factor(argument, factor, written ? -1 : 0, 1);
}

static cn_status check(const void *own)
{
    const cn_random_shear_args *args = own;
    CN_TRY(check_shear("x_factor", args->x_factor));
    CN_TRY(check_shear("y_factor", args->y_factor));
    CN_TRY(cn_check_warping((cn_warping){args->interpolation, args->fill_mode, args->fill_value}));
    return cn_check_data_format(args->data_format);
}

/* 1 or -1, each for half of the images. */
static cn_value draw_side(cn_call_frame *frame, int64_t n)
{
    cn_program *p = frame->program;
    cn_value inverted = cn_emit_greater_scalar(p, cn_call_uniform(frame, CN_SHAPE(n, 1)), 0.5);
    cn_value minus = cn_emit_scalar(p, -1), one = cn_emit_scalar(p, 1);
    return cn_emit_where(p, inverted, minus, one);
}

static cn_value draw(cn_call_frame *frame, int64_t n, const double *factor, cn_value side)
{
    cn_value part = cn_call_between(frame, CN_SHAPE(n, 1), cn_factor_range(factor, -1));
    return cn_emit_multiply(frame->program, part, side);
}

cn_value cn_random_shear_augment(cn_call_frame *frame, cn_value x)
{
    const cn_random_shear_args *args = frame->layer->args;
    const int64_t n = cn_shape_of(frame->program, x)->dim[0];
    cn_value one = cn_emit_full(frame->program, 1, CN_FLOAT32, CN_SHAPE(n, 1));
    cn_value side = draw_side(frame, n);
    cn_value columns = draw(frame, n, args->y_factor, side);
    cn_value rows = draw(frame, n, args->x_factor, side);
    const cn_matrix matrix = {one, rows, CN_NO_VALUE, columns, one, CN_NO_VALUE};
    return cn_emit_moved(frame->program, x, &matrix,
                         (cn_warping){args->interpolation, args->fill_mode, args->fill_value});
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_shear_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, cn_random_shear_augment);
}

const cn_layer_class cn_random_shear_layer_class = {
    CN_LAYER_CLASS("RandomShear", cn_random_shear_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = cn_check_images,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_random_shear_with(const cn_random_shear_args *args)
{
    cn_random_shear_args own = *args;
    cn_split_factors(own.x_factor, own.y_factor);
    return cn_image_layer_make(&cn_random_shear_layer_class, &own);
}
