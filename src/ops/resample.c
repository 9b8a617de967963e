/* resample: an axis of x resized: y[.., o, ..] = sum of w[o, i] x[.., i, ..] over the cells i
 * around o's place, as jax.image.resize and tf.image.resize have them. Gradient:
 * resample_gradient. */
#include "ops/resampling.h"

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_resample_attributes attributes = *(const cn_resample_attributes *)i->attributes;
    attributes.size = cn_shape_of(p, i->inputs[0])->dim[attributes.axis];
    dx[0] = cn_program_append(p, &cn_op_resample_gradient, &attributes, dy, 1);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_resample_lower(lowering, instruction, false);
}

static void reference(const cn_reference_call *call)
{
    const cn_resample_attributes *a = call->attributes;
    const cn_extents x = cn_extents_of(&call->input_types[0].shape, a->axis, 1);
    for (int64_t cell = 0; cell < x.outer * a->size; cell++)
        for (int64_t k = 0; k < x.inner; k++) {
            double sum = 0;
            for (int64_t i = 0; i < x.along; i++)
                sum += cn_resample_weight(a, x.along, a->size, cell % a->size, i) *
                       call->inputs[0][(cell / a->size * x.along + i) * x.inner + k];
            call->outputs[0][cell * x.inner + k] = sum;
        }
}

static const cn_resample_attributes up = {1, 7, "bilinear", false}, down = {1, 3, "bilinear", true},
                                    thin = {0, 2, "bilinear", false},
                                    whole = {1, 5, "nearest", false},
                                    smooth = {2, 9, "bicubic", false},
                                    sharp = {1, 4, "lanczos3", true},
                                    sharper = {1, 12, "lanczos5", false},
                                    area = {0, 3, "area", false}, wide = {1, 8, "area", false};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 4, 3)}, .n_inputs = 1, .attributes = &up},
    {.shapes = {CN_DIMS(2, 8, 3)}, .n_inputs = 1, .attributes = &down},
    {.shapes = {CN_DIMS(9, 5)}, .n_inputs = 1, .attributes = &thin},
    {.shapes = {CN_DIMS(3, 7, 2)}, .n_inputs = 1, .attributes = &whole},
    {.shapes = {CN_DIMS(2, 3, 4, 5)}, .n_inputs = 1, .attributes = &smooth},
    {.shapes = {CN_DIMS(2, 9, 1)}, .n_inputs = 1, .attributes = &sharp},
    {.shapes = {CN_DIMS(1, 5, 2)}, .n_inputs = 1, .attributes = &sharper},
    {.shapes = {CN_DIMS(7, 2)}, .n_inputs = 1, .attributes = &area},
    {.shapes = {CN_DIMS(2, 3)}, .n_inputs = 1, .attributes = &wide},
    {.shapes = {CN_DIMS(0, 4, 3)}, .n_inputs = 1, .attributes = &up},
};

const cn_op cn_op_resample = {
    CN_RESAMPLE_OP("resample"), .gradient = gradient, .lower = lower,
    .reference = reference,     CN_SAMPLES(samples),
};
