/* What the ops that work along the last axis share. */
#include "ops/rows.h"

cn_rows cn_rows_of(const cn_shape *shape)
{
    cn_rows rows = {1, shape->dim[shape->rank - 1]};
    for (int64_t i = 0; i + 1 < shape->rank; i++)
        rows.rows *= shape->dim[i];
    return rows;
}

cn_status cn_infer_rows(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                        cn_type *outputs)
{
    (void)attributes;
    for (int64_t i = 0; i < n_inputs; i++) {
        CN_CHECK(inputs[i].dtype == CN_FLOAT32, "takes float32, got %s",
                 cn_dtype_name(inputs[i].dtype));
        CN_CHECK(inputs[i].shape.rank >= 1, "needs rank >= 1, got a scalar");
        CN_CHECK(cn_shape_equal(&inputs[i].shape, &inputs[0].shape), "shapes %s and %s differ",
                 cn_shape_str(&inputs[0].shape), cn_shape_str(&inputs[i].shape));
    }
    outputs[0] = inputs[0];
    return CN_OK;
}
