/* What every elementwise op shares. */
#include "ops/elementwise.h"

#include "ops/fused.h"
#include "ops/reference.h"

/* ---- type rules ------------------------------------------------------------------------------ */

static cn_status infer_broadcast(const cn_type *inputs, int64_t n_inputs, cn_dtype dtype,
                                 cn_type *output)
{
    CN_CHECK(inputs[0].dtype != CN_STRING, "takes numbers, got strings");
    *output = (cn_type){dtype, inputs[0].shape};
    for (int64_t i = 1; i < n_inputs; i++) {
        CN_CHECK(inputs[i].dtype == inputs[0].dtype, "inputs are of different types: %s and %s",
                 cn_dtype_name(inputs[0].dtype), cn_dtype_name(inputs[i].dtype));
        CN_CHECK(cn_shape_broadcast(&output->shape, &inputs[i].shape, &output->shape) == CN_OK,
                 "shapes %s and %s do not fit together", cn_shape_str(&output->shape),
                 cn_shape_str(&inputs[i].shape));
    }
    return CN_OK;
}

cn_status cn_infer_elementwise(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                               cn_type *outputs)
{
    (void)attributes;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32 || inputs[0].dtype == CN_INT32,
             "takes float32 or int32, got %s", cn_dtype_name(inputs[0].dtype));
    return infer_broadcast(inputs, n_inputs, inputs[0].dtype, outputs);
}

cn_status cn_infer_real(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                        cn_type *outputs)
{
    (void)attributes;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32, "takes float32, got %s",
             cn_dtype_name(inputs[0].dtype));
    return infer_broadcast(inputs, n_inputs, CN_FLOAT32, outputs);
}

cn_status cn_infer_whole(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                         cn_type *outputs)
{
    (void)attributes;
    CN_CHECK(inputs[0].dtype == CN_INT32, "takes whole numbers, got %s",
             cn_dtype_name(inputs[0].dtype));
    return infer_broadcast(inputs, n_inputs, CN_INT32, outputs);
}

cn_status cn_infer_comparison(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                              cn_type *outputs)
{
    (void)attributes;
    return infer_broadcast(inputs, n_inputs, CN_BOOL, outputs);
}

cn_status cn_infer_test(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                        cn_type *outputs)
{
    CN_TRY(cn_infer_real(attributes, inputs, n_inputs, outputs));
    outputs[0].dtype = CN_BOOL;
    return CN_OK;
}

cn_status cn_infer_logical(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                           cn_type *outputs)
{
    (void)attributes;
    CN_CHECK(inputs[0].dtype == CN_BOOL, "takes bool, got %s", cn_dtype_name(inputs[0].dtype));
    return infer_broadcast(inputs, n_inputs, CN_BOOL, outputs);
}

/* ---- lowering and reference ------------------------------------------------------------------ */

cn_status cn_lower_elementwise(cn_lowering *lowering, const cn_instruction *instruction)
{
    cn_fused_body body = {.n_inputs = instruction->n_inputs, .n_steps = 1, .n_outputs = 1};
    cn_fused_step *step = &body.steps[0];
    *step = (cn_fused_step){.op = instruction->op, .n_arguments = instruction->n_inputs};
    for (int32_t k = 0; k < instruction->n_inputs; k++)
        step->arguments[k] = k;
    if (instruction->op == &cn_op_cast)
        step->cast = *(const cn_cast_attributes *)instruction->attributes;
    body.outputs[0] = (int32_t)instruction->n_inputs;
    return cn_fused_lower(lowering, instruction, &body,
                          cn_shape_of(lowering->program, instruction->output));
}

void cn_reference_elementwise(const cn_reference_call *call)
{
    const cn_shape *shape = &call->output_types[0].shape;
    int64_t size = cn_shape_size(shape);
    for (int64_t i = 0; i < size; i++) {
        double x[3] = {0};
        for (int64_t k = 0; k < call->n_inputs; k++)
            x[k] = call->inputs[k][cn_broadcast_index(shape, &call->input_types[k].shape, i)];
        call->outputs[0][i] = call->op->scalar(x[0], x[1], x[2]);
    }
}

/* ---- gradients ------------------------------------------------------------------------------- */

cn_value cn_gradient_to_input(cn_program *p, const cn_instruction *instruction, int64_t i,
                              cn_value gradient)
{
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    return cn_emit_sum_to(p, gradient, *cn_shape_of(p, instruction->inputs[i]));
}

cn_value cn_gradient_of_choice(cn_program *p, cn_value dy, cn_value chosen, cn_value equal)
{
    cn_value half = cn_emit_multiply_scalar(p, dy, 0.5), zero = cn_emit_scalar(p, 0);
    cn_value shared = cn_emit_where(p, equal, half, zero);
    return cn_emit_where(p, chosen, dy, shared);
}
