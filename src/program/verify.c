/* The verifier: run after every pass in debug builds, and on every program that was read from
 * text. */
#include "program/program.h"

static cn_status verify_instruction(const cn_program *program, int64_t number)
{
    const cn_instruction *instruction = &program->code[number];
    const cn_op *op = instruction->op;
    enum { MOST = 64 }; /* longer lists (concatenate) are checked when they are built */
    cn_type inputs[MOST] = {{0}}, outputs[MOST] = {{0}};
    for (int64_t i = 0; i < instruction->n_inputs; i++) {
        cn_value value = instruction->inputs[i];
        if (value != CN_NO_VALUE && (value < 0 || value >= instruction->output))
            return cn_fail(CN_INTERNAL, "instruction %d (%s): uses %%%d before it is made",
                           (int)number, op->name, (int)value);
        if (i < MOST && value != CN_NO_VALUE)
            inputs[i] = program->types[value];
    }
    if (instruction->n_inputs > MOST)
        return CN_OK;
    CN_TRY(op->infer(instruction->attributes, inputs, instruction->n_inputs, outputs));
    for (int64_t k = 0; k < instruction->n_outputs; k++) {
        const cn_type *type = &program->types[instruction->output + k];
        if (type->dtype != outputs[k].dtype || !cn_shape_equal(&type->shape, &outputs[k].shape))
            return cn_fail(CN_INTERNAL, "instruction %d (%s): has output shape %s, should have %s",
                           (int)number, op->name, cn_shape_str(&type->shape),
                           cn_shape_str(&outputs[k].shape));
    }
    return CN_OK;
}

static cn_status verify_value(const cn_program *program, cn_value value, const char *what)
{
    if (value < 0 || value >= program->n_values)
        return cn_fail(CN_INTERNAL, "%s is %%%d, but there are %d values", what, (int)value,
                       (int)program->n_values);
    return CN_OK;
}

cn_status cn_program_verify(const cn_program *program)
{
    int64_t made = 0;
    for (int64_t i = 0; i < program->n_code; i++) {
        if (program->code[i].output != made)
            return cn_fail(CN_INTERNAL, "instruction %d makes %%%d instead of %%%d", (int)i,
                           (int)program->code[i].output, (int)made);
        CN_TRY(verify_instruction(program, i));
        made += program->code[i].n_outputs;
    }
    for (int64_t i = 0; i < program->n_outputs; i++)
        CN_TRY(verify_value(program, program->outputs[i], "an output"));
    for (int64_t i = 0; i < program->n_states; i++)
        CN_TRY(verify_value(program, program->states[i].final, program->states[i].variable->name));
    return program->status;
}
