/* warp: images moved by a matrix each: y[n,i,j] is x[n] at row (b0 j + b1 i + b2) / k and column
 * (a0 j + a1 i + a2) / k, where k = c0 j + c1 i + 1 and transforms[n] is a0 a1 a2 b0 b1 b2 c0 c1;
 * without the last two, k is 1. Between cells y is interpolated; outside of the image it is what
 * the fill mode says. Gradient: of x by warp_gradient; of the transforms none. */
#include "ops/warping.h"

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value operands[2] = {dy[0], i->inputs[1]};
    dx[0] = cn_program_append(p, &cn_op_warp_gradient, i->attributes, operands, 2);
    dx[1] = CN_NO_VALUE;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_warp_lower(lowering, instruction, cn_native_kernels()->warp);
}

static void add(const cn_reference_call *call, const cn_warp_visit *at)
{
    const double fill = ((const cn_warp_attributes *)call->attributes)->fill_value;
    call->outputs[0][at->y] += at->weight * (at->x < 0 ? fill : call->inputs[0][at->x]);
}

static void reference(const cn_reference_call *call)
{
    const int64_t size = cn_shape_size(&call->output_types[0].shape);
    for (int64_t i = 0; i < size; i++)
        call->outputs[0][i] = 0;
    cn_warp_walk(call, add);
}

static const cn_warp_attributes reflect = {"bilinear", "reflect", 0},
                                wrap = {"bilinear", "wrap", 0},
                                constant = {"bilinear", "constant", 0.5},
                                edge = {"bilinear", "nearest", 0},
                                cells = {"nearest", "reflect", 0},
                                outside = {"nearest", "constant", -1};
static const cn_sample_input affine[] = {CN_SAMPLE_F32(2, 4, 5, 3), CN_SAMPLE_KEEP(2, 6)},
                             wide[] = {CN_SAMPLE_F32(1, 2, 70, 2), CN_SAMPLE_KEEP(1, 6)},
                             projective[] = {CN_SAMPLE_F32(3, 4, 3, 1), CN_SAMPLE_KEEP(3, 8)},
                             none[] = {CN_SAMPLE_F32(0, 4, 3, 1), CN_SAMPLE_KEEP(0, 8)};
static const cn_sample samples[] = {
    {.inputs = wide, .n_inputs = 2, .low = -1, .high = 1, .attributes = &constant},
    {.inputs = affine, .n_inputs = 2, .attributes = &reflect},
    {.inputs = affine, .n_inputs = 2, .attributes = &wrap},
    {.inputs = affine, .n_inputs = 2, .low = -1, .high = 1, .attributes = &constant},
    {.inputs = affine, .n_inputs = 2, .attributes = &edge},
    {.inputs = affine, .n_inputs = 2, .attributes = &cells},
    {.inputs = affine, .n_inputs = 2, .low = -1, .high = 1, .attributes = &outside},
    {.inputs = projective, .n_inputs = 2, .low = 0, .high = 0.5, .attributes = &constant},
    {.inputs = none, .n_inputs = 2, .attributes = &reflect},
};

const cn_op cn_op_warp = {
    CN_WARP_OP("warp"),     .gradient = gradient, .lower = lower,
    .reference = reference, CN_SAMPLES(samples),
};
