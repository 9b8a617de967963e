/* RandomElasticTransform: some images distorted as if they were of rubber, in training: the cell at
 * (i, j) is what was at (i + a v, j + a u), u and v being smooth noise. */
#include <math.h>

#include "layers/image.h"

static const cn_random_elastic_transform_args defaults = {CN_RANDOM_ELASTIC_TRANSFORM_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_elastic_transform_args),
    CN_FACTOR_FIELD(cn_random_elastic_transform_args, factor),
    CN_FACTOR_FIELD(cn_random_elastic_transform_args, scale),
    CN_FIELD(cn_random_elastic_transform_args, interpolation, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_elastic_transform_args, fill_mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_elastic_transform_args, fill_value, CN_FIELD_REAL, 0),
    CN_VALUE_RANGE_FIELD(cn_random_elastic_transform_args),
    CN_FIELD(cn_random_elastic_transform_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_elastic_transform_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    static const char *const fill_modes[] = {"reflect", "wrap",   "constant",
                                             "nearest", "mirror", NULL};
    const cn_random_elastic_transform_args *args = own;
    CN_TRY(cn_check_factor("factor", args->factor, 0, 1));
    CN_TRY(cn_check_factor("scale", args->scale, 0, 1));
    CN_TRY(cn_check_choice("fill_mode", args->fill_mode, fill_modes));
    CN_TRY(cn_check_warping((cn_warping){args->interpolation, "constant", args->fill_value}));
    CN_TRY(cn_check_value_range(args->value_range));
    return cn_check_data_format(args->data_format);
}

/* Smooth noise u and v of each cell, [N, H, W, 2]: normal numbers of deviation sigma behind a
 * Gaussian as wide, which ends where Keras's kernel of 6 sigma cells does. */
static cn_value draw_noise(cn_call_frame *frame, const cn_shape *shape, cn_value sigma,
                           double widest)
{
    cn_program *p = frame->program;
    const cn_shape cells = CN_SHAPE(shape->dim[0], shape->dim[1], shape->dim[2], 1);
    const int64_t size = 2 * (int64_t)floor(floor(6 * widest * (1 + 1e-6)) / 2) + 1;
    cn_value reach = cn_emit_floor(p, cn_emit_multiply_scalar(p, sigma, 6));
    reach = cn_emit_floor(p, cn_emit_multiply_scalar(p, reach, 0.5));
    cn_value down = cn_emit_bell(p, size, 0, sigma, reach),
             across = cn_emit_bell(p, size, 1, sigma, reach);
    cn_value sides[2];
    for (int i = 0; i < 2; i++)
        sides[i] = cn_emit_multiply(p, cn_call_normal(frame, cells), sigma);
    cn_value noise = cn_emit_concatenate(p, sides, 2, 3);
    down = cn_emit_broadcast_to(p, down, CN_SHAPE(size, 1, 2, 1));
    across = cn_emit_broadcast_to(p, across, CN_SHAPE(1, size, 2, 1));
    return cn_emit_filtered(p, cn_emit_filtered(p, noise, down), across);
}

/* Where each cell comes from along an axis, [N, H, W]. */
static cn_value moved(cn_program *p, cn_value noise, int64_t axis, cn_value alpha)
{
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    const cn_shape *shape = cn_shape_of(p, noise);
    const cn_shape cells = CN_SHAPE(shape->dim[0], shape->dim[1], shape->dim[2]);
    cn_value away = cn_emit_slice_axis(p, noise, 3, axis == 1 ? 1 : 0, 1);
    away = cn_emit_multiply(p, cn_emit_reshape(p, away, cells), alpha);
    return cn_emit_add(p, cn_emit_cast(p, cn_emit_iota(p, cells, axis), CN_FLOAT32), away);
}

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_random_elastic_transform_args *args = frame->layer->args;
    const cn_range factor = cn_factor_range(args->factor, 0),
                   scale = cn_factor_range(args->scale, 0),
                   values = cn_value_range(args->value_range);
    cn_program *p = frame->program;
    const cn_shape shape = *cn_shape_of(p, x);
    const double height = (double)shape.dim[1], width = (double)shape.dim[2];
    if (factor.high == 0 || scale.high == 0)
        return x;
    cn_value applies = cn_call_applies(frame, x, factor);
    cn_value distortion = cn_call_between(frame, CN_SHAPE(1), scale);
    cn_value alpha = cn_emit_multiply_scalar(p, distortion, 0.1);
    alpha = cn_emit_multiply_scalar(p, alpha, fmax(height, width));
    cn_value sigma = cn_emit_multiply_scalar(p, distortion, 0.05);
    sigma = cn_emit_multiply_scalar(p, sigma, fmin(height, width));
    sigma = cn_emit_maximum_scalar(p, sigma, 1e-30); /* so that 0 is none, too */
    cn_value noise = draw_noise(frame, &shape, sigma, 0.05 * fmin(height, width) * scale.high);
    cn_value rows = moved(p, noise, 1, alpha), columns = moved(p, noise, 2, alpha);
    const cn_warping how = {args->interpolation, args->fill_mode, args->fill_value};
    cn_value distorted = cn_emit_cells(p, x, rows, columns, how);
    return cn_emit_clip(p, cn_emit_where(p, applies, distorted, x), values.low, values.high);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_elastic_transform_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

const cn_layer_class cn_random_elastic_transform_layer_class = {
    CN_LAYER_CLASS("RandomElasticTransform", cn_random_elastic_transform_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = cn_check_images,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_random_elastic_transform_with(const cn_random_elastic_transform_args *args)
{
    cn_random_elastic_transform_args own = *args;
    return cn_image_layer_make(&cn_random_elastic_transform_layer_class, &own);
}
