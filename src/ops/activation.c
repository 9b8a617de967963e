/* The bias and the activation behind a product. */
#include "ops/activation.h"

cn_status cn_infer_activated(const char *activation, const cn_type *bias, const cn_type *output)
{
    const int64_t n = output->shape.dim[output->shape.rank - 1];
    if (bias != NULL)
        CN_CHECK(bias->dtype == CN_FLOAT32 && bias->shape.rank == 1 && bias->shape.dim[0] == n,
                 "its bias is float32 of shape (%d,), not %s of shape %s", (int)n,
                 cn_dtype_name(bias->dtype), cn_shape_str(&bias->shape));
    if (activation == NULL)
        return CN_OK;
    const cn_op *op = cn_op_find(activation);
    cn_type result;
    CN_CHECK(op != NULL && (op->flags & CN_OP_ELEMENTWISE) && op->max_inputs == 1 && op->tile != 0,
             "its activation is not an elementwise op of one input: %s", activation);
    CN_TRY(op->infer(NULL, output, 1, &result));
    CN_CHECK(result.dtype == CN_FLOAT32, "its activation %s does not give float32", activation);
    return CN_OK;
}

cn_tile *cn_activation_tile(const char *activation)
{
    return activation == NULL ? NULL : cn_native_kernels()->tiles[cn_op_find(activation)->tile - 1];
}

void cn_reference_activated(const char *activation, const cn_reference_call *call)
{
    const cn_op *op = activation == NULL ? NULL : cn_op_find(activation);
    const cn_shape *shape = &call->output_types[0].shape;
    const int64_t size = cn_shape_size(shape), n = shape->dim[shape->rank - 1];
    for (int64_t i = 0; i < size; i++) {
        const double y = call->outputs[0][i] + (call->n_inputs == 3 ? call->inputs[2][i % n] : 0);
        call->outputs[0][i] = op == NULL ? y : op->scalar(y, 0, 0);
    }
}
