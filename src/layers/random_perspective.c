/* RandomPerspective: some images seen from the side, in training. */
#include <math.h>

#include "layers/image.h"

static const cn_random_perspective_args defaults = {CN_RANDOM_PERSPECTIVE_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_perspective_args),
    CN_FACTOR_FIELD(cn_random_perspective_args, factor),
    CN_FIELD(cn_random_perspective_args, scale, CN_FIELD_REAL, 0),
    CN_FIELD(cn_random_perspective_args, interpolation, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_perspective_args, fill_value, CN_FIELD_REAL, 0),
    CN_FIELD(cn_random_perspective_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_perspective_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_random_perspective_args *args = own;
    CN_TRY(cn_check_factor("factor", args->factor, 0, 1));
    CN_CHECK(args->scale >= 0 && args->scale <= 1, "scale must be from 0 to 1, got %g",
             args->scale);
    CN_TRY(cn_check_warping((cn_warping){args->interpolation, "constant", args->fill_value}));
    return cn_check_data_format(args->data_format);
}

/* Coordinate 0 (across) or 1 (down) of where a corner goes, [N, 1]: size (1 + its random part). */
static cn_value moved_corner(cn_program *p, cn_value parts, int64_t corner, int64_t coordinate,
                             double size)
{
    cn_value part = cn_emit_slice_axis(p, parts, 1, 2 * corner + coordinate, 1);
    return cn_emit_multiply_scalar(p, cn_emit_add_scalar(p, part, 1), size);
}

/* The corner at 0 stays. Of the others, at (W, 0) -> (p, 0), (0, H) -> (0, q) and (W, H) -> (r, s),
 * the image (u, v) in parts of W and H is (a u, e v) / (g u + h v + 1) with
 *   g = -p (q - s) / d,  h = -q (p - r) / d,  a = p (g + 1),  e = q (h + 1),
 *   d = (p - r) (q - s) - r s;
 * warp wants what leads back: (W x / a, H y / e) / (1 - g x / a - h y / e). */
static cn_value transforms(cn_program *program, cn_value parts, double width, double height)
{
    cn_value p = moved_corner(program, parts, 1, 0, width);
    cn_value q = moved_corner(program, parts, 2, 1, height);
    cn_value r = moved_corner(program, parts, 3, 0, width);
    cn_value s = moved_corner(program, parts, 3, 1, height);
    cn_value p_r = cn_emit_subtract(program, p, r), q_s = cn_emit_subtract(program, q, s);
    cn_value product = cn_emit_multiply(program, p_r, q_s);
    cn_value d = cn_emit_subtract(program, cn_emit_multiply(program, r, s), product); /* -d */
    cn_value g = cn_emit_divide(program, cn_emit_multiply(program, p, q_s), d);
    cn_value h = cn_emit_divide(program, cn_emit_multiply(program, q, p_r), d);
    cn_value a = cn_emit_multiply(program, p, cn_emit_add_scalar(program, g, 1));
    cn_value e = cn_emit_multiply(program, q, cn_emit_add_scalar(program, h, 1));
    cn_value zero = cn_emit_zeros_like(program, p);
    cn_value a0 = cn_emit_multiply_scalar(program, cn_emit_reciprocal(program, a), width);
    cn_value b1 = cn_emit_multiply_scalar(program, cn_emit_reciprocal(program, e), height);
    cn_value c0 = cn_emit_negative(program, cn_emit_divide(program, g, a));
    cn_value c1 = cn_emit_negative(program, cn_emit_divide(program, h, e));
    const cn_value columns[] = {a0, zero, zero, zero, b1, zero, c0, c1};
    return cn_emit_concatenate(program, columns, 8, 1);
}

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_random_perspective_args *args = frame->layer->args;
    const cn_warp_attributes attributes = {args->interpolation, "constant", args->fill_value};
    const cn_range range = {-0.5 * args->scale, 0.5 * args->scale};
    cn_program *p = frame->program;
    const cn_shape shape = *cn_shape_of(p, x);
    cn_value applies = cn_call_applies(frame, x, cn_factor_range(args->factor, 0));
    cn_value parts = cn_call_between(frame, CN_SHAPE(shape.dim[0], 8), range);
    cn_value matrices =
        transforms(p, parts, fmax((double)shape.dim[2] - 1, 1), fmax((double)shape.dim[1] - 1, 1));
    return cn_emit_where(p, applies, cn_emit_warp(p, x, matrices, &attributes), x);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_perspective_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

const cn_layer_class cn_random_perspective_layer_class = {
    CN_LAYER_CLASS("RandomPerspective", cn_random_perspective_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = cn_check_images,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_random_perspective_with(const cn_random_perspective_args *args)
{
    cn_random_perspective_args own = *args;
    return cn_image_layer_make(&cn_random_perspective_layer_class, &own);
}
