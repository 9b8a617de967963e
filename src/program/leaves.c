/* input and variable: values that are there before the program runs. */
#include "program/leaves.h"

static cn_status infer_input(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                             cn_type *outputs)
{
    (void)inputs, (void)n_inputs;
    const cn_input_attributes *input = attributes;
    outputs[0] = (cn_type){input->dtype, input->shape};
    return CN_OK;
}

static cn_status infer_variable(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                                cn_type *outputs)
{
    (void)inputs, (void)n_inputs;
    const cn_variable_attributes *variable = attributes;
    outputs[0] = (cn_type){variable->dtype, variable->shape};
    return CN_OK;
}

static const cn_field input_fields[] = {
    CN_FIELD(cn_input_attributes, index, CN_FIELD_INT, 0),
    CN_FIELD(cn_input_attributes, dtype, CN_FIELD_DTYPE, 0),
    CN_FIELD(cn_input_attributes, shape, CN_FIELD_SHAPE, 0),
    CN_END_FIELDS,
};

static const cn_field variable_fields[] = {
    CN_FIELD(cn_variable_attributes, index, CN_FIELD_INT, 0),
    CN_FIELD(cn_variable_attributes, name, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_variable_attributes, dtype, CN_FIELD_DTYPE, 0),
    CN_FIELD(cn_variable_attributes, shape, CN_FIELD_SHAPE, 0),
    CN_END_FIELDS,
};

const cn_op cn_op_input = {
    .name = "input",
    .n_outputs = 1,
    .flags = CN_OP_LEAF,
    .fields = input_fields,
    .attributes_size = sizeof(cn_input_attributes),
    .infer = infer_input,
};

const cn_op cn_op_variable = {
    .name = "variable",
    .n_outputs = 1,
    .flags = CN_OP_LEAF,
    .fields = variable_fields,
    .attributes_size = sizeof(cn_variable_attributes),
    .infer = infer_variable,
};
