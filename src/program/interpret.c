/* The reference: a program run in double precision by the ops' plain loops. Slow, and right. */
#include <string.h>

#include "program/leaves.h"
#include "program/program.h"

struct frame {
    const cn_program *program;
    cn_arena memory;
    double **values;
};

static void load(const cn_variable *variable, double *to)
{
    int64_t size = cn_shape_size(&variable->shape);
    for (int64_t i = 0; i < size; i++) {
        switch (variable->dtype) {
        case CN_FLOAT32: to[i] = ((const float *)variable->data)[i]; break;
        case CN_FLOAT64: to[i] = ((const double *)variable->data)[i]; break;
        case CN_INT32: to[i] = ((const int32_t *)variable->data)[i]; break;
        case CN_INT64: to[i] = (double)((const int64_t *)variable->data)[i]; break;
        case CN_STRING: to[i] = cn_text_number(((const char *const *)variable->data)[i]); break;
        case CN_UINT8:
        case CN_BOOL: to[i] = ((const uint8_t *)variable->data)[i]; break;
        }
    }
}

static cn_status call(struct frame *frame, const cn_instruction *instruction)
{
    const cn_program *program = frame->program;
    const size_t n = (size_t)instruction->n_inputs;
    const double **inputs = cn_arena_allocate(&frame->memory, n * sizeof *inputs);
    cn_type *types = cn_arena_allocate(&frame->memory, n * sizeof *types);
    CN_CHECK_MEMORY(inputs);
    CN_CHECK_MEMORY(types);
    for (size_t i = 0; i < n; i++) {
        cn_value value = instruction->inputs[i];
        if (value == CN_NO_VALUE)
            continue;
        inputs[i] = frame->values[value];
        types[i] = program->types[value];
    }
    if (instruction->op->reference == NULL)
        return cn_fail(CN_INTERNAL, "%s: has no reference", instruction->op->name);
    instruction->op->reference(&(cn_reference_call){
        instruction->op, instruction->attributes, types, &program->types[instruction->output],
        inputs, &frame->values[instruction->output], instruction->n_inputs});
    return CN_OK;
}

static cn_status interpret(struct frame *frame, const double *const *inputs)
{
    const cn_program *program = frame->program;
    for (int64_t v = 0; v < program->n_values; v++) {
        size_t size = (size_t)cn_shape_size(&program->types[v].shape);
        frame->values[v] = cn_arena_allocate(&frame->memory, size * sizeof(double));
        CN_CHECK_MEMORY(frame->values[v]);
    }
    for (int64_t i = 0; i < program->n_inputs; i++) {
        cn_value value = program->inputs[i];
        size_t size = (size_t)cn_shape_size(&program->types[value].shape);
        memcpy(frame->values[value], inputs[i], size * sizeof(double));
    }
    for (int64_t i = 0; i < program->n_states; i++)
        load(program->states[i].variable, frame->values[program->states[i].initial]);
    for (int64_t i = 0; i < program->n_code; i++)
        if (program->code[i].op != &cn_op_input && program->code[i].op != &cn_op_variable)
            CN_TRY(call(frame, &program->code[i]));
    return CN_OK;
}

static void copy_out(const struct frame *frame, cn_value value, double *to)
{
    if (to != NULL)
        memcpy(to, frame->values[value],
               (size_t)cn_shape_size(&frame->program->types[value].shape) * sizeof(double));
}

cn_status cn_program_interpret(const cn_program *program, const double *const *inputs,
                               double *const *outputs, double *const *new_states)
{
    struct frame frame = {.program = program};
    frame.values =
        cn_arena_allocate(&frame.memory, (size_t)program->n_values * sizeof *frame.values);
    cn_status status = frame.values == NULL ? CN_OUT_OF_MEMORY : interpret(&frame, inputs);
    if (status == CN_OK) {
        for (int64_t i = 0; i < program->n_outputs; i++)
            copy_out(&frame, program->outputs[i], outputs[i]);
        for (int64_t i = 0; new_states != NULL && i < program->n_states; i++)
            copy_out(&frame, program->states[i].final, new_states[i]);
    }
    cn_arena_free(&frame.memory);
    return status;
}
