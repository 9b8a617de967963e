/* cast: y = x in another data type; to a whole number towards zero (uint8: modulo 256), to bool
 * whether x != 0. Gradient: dx = dy between float32 values; none through other types. */
#include "ops/elementwise.h"
#include "ops/reference.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_cast_attributes *cast = attributes;
    CN_CHECK(cast->dtype == CN_FLOAT32 || cast->dtype == CN_INT32 || cast->dtype == CN_UINT8 ||
                 cast->dtype == CN_BOOL,
             "there are no %s values in a program", cn_dtype_name(cast->dtype));
    CN_CHECK(inputs[0].dtype != CN_STRING, "strings are no numbers");
    outputs[0] = (cn_type){cast->dtype, inputs[0].shape};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    bool real = cn_dtype_of(p, i->inputs[0]) == CN_FLOAT32 &&
                cn_dtype_of(p, i->output) == CN_FLOAT32;
    dx[0] = real ? dy[0] : CN_NO_VALUE;
}

static void reference(const cn_reference_call *call)
{
    int64_t size = cn_shape_size(&call->output_types[0].shape);
    for (int64_t k = 0; k < size; k++)
        call->outputs[0][k] = cn_cast_number(call->inputs[0][k], call->output_types[0].dtype);
}

static const cn_field fields[] = {
    CN_FIELD(cn_cast_attributes, dtype, CN_FIELD_DTYPE, 0),
    CN_END_FIELDS,
};

static const cn_cast_attributes to_float = {CN_FLOAT32}, to_int = {CN_INT32}, to_uint8 = {CN_UINT8},
                                to_bool = {CN_BOOL};

#define CAST(from_, low_, high_, to_)                                                              \
    {                                                                                              \
        .shapes = {CN_DIMS(3, 200)}, .dtypes = {from_}, .n_inputs = 1, .low = (low_),              \
        .high = (high_), .attributes = (to_)                                                       \
    }
static const cn_sample samples[] = {
    CAST(CN_FLOAT32, -9, 9, &to_int),     CAST(CN_FLOAT32, 0, 300, &to_uint8),
    CAST(CN_FLOAT32, -1, 1, &to_bool),    CAST(CN_INT32, -9, 9, &to_float),
    CAST(CN_INT32, -300, 300, &to_uint8), CAST(CN_INT32, -1, 1, &to_bool),
    CAST(CN_UINT8, 0, 255, &to_float),    CAST(CN_UINT8, 0, 255, &to_int),
    CAST(CN_UINT8, 0, 2, &to_bool),       CAST(CN_BOOL, 0, 1, &to_float),
    CAST(CN_BOOL, 0, 1, &to_int),         CAST(CN_BOOL, 0, 1, &to_uint8),
    CAST(CN_FLOAT32, -1, 1, &to_float),
};

const cn_op cn_op_cast = {
    .name = "cast",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .flags = CN_OP_ELEMENTWISE,
    .fields = fields,
    .attributes_size = sizeof(cn_cast_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = cn_lower_elementwise,
    .reference = reference,
    CN_SAMPLES(samples),
};
