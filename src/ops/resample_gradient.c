/* resample_gradient: dx[.., i, ..] = sum of w[o, i] dy[.., o, ..] over the cells o that resample
 * makes from cell i. Gradient: resample. */
#include "ops/resampling.h"

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_resample_attributes attributes = *(const cn_resample_attributes *)i->attributes;
    attributes.size = cn_shape_of(p, i->inputs[0])->dim[attributes.axis];
    dx[0] = cn_program_append(p, &cn_op_resample, &attributes, dy, 1);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_resample_lower(lowering, instruction, true);
}

static void reference(const cn_reference_call *call)
{
    const cn_resample_attributes *a = call->attributes;
    const cn_extents dx = cn_extents_of(&call->output_types[0].shape, a->axis, 1);
    const int64_t cells = call->input_types[0].shape.dim[a->axis];
    for (int64_t cell = 0; cell < dx.outer * dx.along; cell++)
        for (int64_t k = 0; k < dx.inner; k++) {
            double sum = 0;
            for (int64_t o = 0; o < cells; o++)
                sum += cn_resample_weight(a, dx.along, cells, o, cell % dx.along) *
                       call->inputs[0][(cell / dx.along * cells + o) * dx.inner + k];
            call->outputs[0][cell * dx.inner + k] = sum;
        }
}

static const cn_resample_attributes up = {1, 4, "bilinear", false}, down = {1, 9, "bilinear", true},
                                    whole = {0, 8, "nearest", false},
                                    sharp = {1, 6, "lanczos3", false};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 7, 3)}, .n_inputs = 1, .attributes = &up},
    {.shapes = {CN_DIMS(2, 4, 3)}, .n_inputs = 1, .attributes = &down},
    {.shapes = {CN_DIMS(3, 5)}, .n_inputs = 1, .attributes = &whole},
    {.shapes = {CN_DIMS(2, 9)}, .n_inputs = 1, .attributes = &sharp},
};

const cn_op cn_op_resample_gradient = {
    CN_RESAMPLE_OP("resample_gradient"),
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
