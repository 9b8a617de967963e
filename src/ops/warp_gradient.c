/* warp_gradient: dx of images that warp moves by transforms: each element of dy[N, H, W, C] is
 * added, by its weights, to the cells that warp makes y from. Gradient: of dy by warp, with zeros
 * outside. */
#include "ops/warping.h"

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_warp_attributes attributes = *(const cn_warp_attributes *)i->attributes;
    attributes.fill_value = 0;
    dx[0] = cn_emit_warp(p, dy[0], i->inputs[1], &attributes);
    dx[1] = CN_NO_VALUE;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_warp_lower(lowering, instruction, cn_native_kernels()->warp_gradient);
}

static void add(const cn_reference_call *call, const cn_warp_visit *at)
{
    if (at->x >= 0)
        call->outputs[0][at->x] += at->weight * call->inputs[0][at->y];
}

static void reference(const cn_reference_call *call)
{
    const int64_t size = cn_shape_size(&call->output_types[0].shape);
    for (int64_t i = 0; i < size; i++)
        call->outputs[0][i] = 0;
    cn_warp_walk(call, add);
}

static const cn_warp_attributes reflect = {"bilinear", "reflect", 0},
                                constant = {"bilinear", "constant", 0.5},
                                cells = {"nearest", "wrap", 0};
static const cn_sample_input affine[] = {CN_SAMPLE_F32(2, 4, 5, 3), CN_SAMPLE_KEEP(2, 6)},
                             wide[] = {CN_SAMPLE_F32(1, 2, 70, 2), CN_SAMPLE_KEEP(1, 6)},
                             projective[] = {CN_SAMPLE_F32(3, 4, 3, 1), CN_SAMPLE_KEEP(3, 8)};
static const cn_sample samples[] = {
    {.inputs = wide, .n_inputs = 2, .low = -1, .high = 1, .attributes = &constant},
    {.inputs = affine, .n_inputs = 2, .attributes = &reflect},
    {.inputs = affine, .n_inputs = 2, .low = -1, .high = 1, .attributes = &constant},
    {.inputs = affine, .n_inputs = 2, .attributes = &cells},
    {.inputs = projective, .n_inputs = 2, .low = 0, .high = 0.5, .attributes = &constant},
};

const cn_op cn_op_warp_gradient = {
    CN_WARP_OP("warp_gradient"), .gradient = gradient, .lower = lower,
    .reference = reference,      CN_SAMPLES(samples),
};
