/* Building programs, and asking simple questions of them. */
#include "program/program.h"

#include <string.h>

#include "program/leaves.h"

void cn_program_free(cn_program *program)
{
    cn_release(program->types);
    cn_release(program->code);
    cn_release(program->states);
    cn_release(program->inputs);
    cn_release(program->outputs);
    cn_arena_free(&program->memory);
    *program = (cn_program){0};
}

const cn_type *cn_type_of(const cn_program *program, cn_value value)
{
    return &program->types[value];
}

const cn_shape *cn_shape_of(const cn_program *program, cn_value value)
{
    return &program->types[value].shape;
}

cn_dtype cn_dtype_of(const cn_program *program, cn_value value)
{
    return program->types[value].dtype;
}

cn_value cn_program_fail(cn_program *program, cn_status status)
{
    if (program->status == CN_OK)
        program->status = status;
    return CN_NO_VALUE;
}

static cn_status gather_types(const cn_program *program, const cn_op *op, const cn_value *inputs,
                              int64_t n_inputs, cn_type *types)
{
    if (n_inputs < op->min_inputs || n_inputs > op->max_inputs)
        return cn_fail(CN_INTERNAL, "%s: takes %d to %d inputs, got %d", op->name,
                       (int)op->min_inputs, (int)op->max_inputs, (int)n_inputs);
    for (int64_t i = 0; i < n_inputs; i++)
        types[i] = inputs[i] == CN_NO_VALUE ? (cn_type){0} : program->types[inputs[i]];
    return CN_OK;
}

static int64_t count_outputs(const cn_op *op, const void *attributes)
{
    return op->count_outputs == NULL ? op->n_outputs : op->count_outputs(attributes);
}

/* The outputs' types; none is too large for its bytes to be counted. */
static cn_status infer_checked(const cn_op *op, const void *attributes, const cn_type *inputs,
                               int64_t n_inputs, cn_type *outputs)
{
    int64_t size;
    CN_TRY(op->infer(attributes, inputs, n_inputs, outputs));
    for (int64_t k = 0; k < count_outputs(op, attributes); k++)
        CN_TRY(cn_shape_checked_size(&outputs[k].shape, sizeof(double), &size));
    return CN_OK;
}

/* The same; the op's name goes in front of a message. */
static cn_status infer_types(const cn_op *op, const void *attributes, const cn_type *inputs,
                             int64_t n_inputs, cn_type *outputs)
{
    const bool failed_before = cn_failed();
    cn_status status = infer_checked(op, attributes, inputs, n_inputs, outputs);
    if (status != CN_OK && !failed_before)
        cn_fail_in("%s", op->name);
    return status;
}

/* Room for more instructions and their outputs' types, of which the last may have many. */
static cn_status make_room(cn_program *program, int64_t instructions, int64_t values)
{
    CN_TRY(cn_grow(&program->types, &program->values_capacity,
                   program->n_values + values + CN_MOST_OUTPUTS, sizeof *program->types));
    return cn_grow(&program->code, &program->code_capacity, program->n_code + instructions,
                   sizeof *program->code);
}

cn_status cn_program_reserve(cn_program *program, const cn_program *other)
{
    return make_room(program, other->n_code, other->n_values);
}

/* With the outputs' types in their place. */
static cn_status add_instruction(cn_program *program, cn_instruction instruction,
                                 const cn_value *inputs)
{
    instruction.inputs =
        cn_arena_copy(&program->memory, inputs, (size_t)instruction.n_inputs * sizeof *inputs);
    CN_CHECK_MEMORY(instruction.inputs);
    instruction.output = (cn_value)program->n_values;
    program->n_values += instruction.n_outputs;
    program->code[program->n_code++] = instruction;
    return CN_OK;
}

static cn_status append(cn_program *program, const cn_op *op, const void *attributes,
                        const cn_value *inputs, int64_t n_inputs)
{
    cn_type small[8], *types = small;
    if (n_inputs > 8) {
        types = cn_arena_allocate(&program->memory, (size_t)n_inputs * sizeof *types);
        CN_CHECK_MEMORY(types);
    }
    CN_TRY(gather_types(program, op, inputs, n_inputs, types));
    CN_TRY(make_room(program, 1, 0));
    CN_TRY(infer_types(op, attributes, types, n_inputs, &program->types[program->n_values]));
    const void *kept = NULL;
    if (op->attributes_size > 0) {
        kept = cn_fields_copy(op->fields, attributes, op->attributes_size, &program->memory);
        CN_CHECK_MEMORY(kept);
    }
    const cn_instruction instruction = {
        .op = op,
        .attributes = kept,
        .n_inputs = n_inputs,
        .n_outputs = count_outputs(op, attributes),
    };
    return add_instruction(program, instruction, inputs);
}

cn_value cn_program_append(cn_program *program, const cn_op *op, const void *attributes,
                           const cn_value *inputs, int64_t n_inputs)
{
    if (program->status != CN_OK)
        return CN_NO_VALUE;
    cn_status status = append(program, op, attributes, inputs, n_inputs);
    if (status != CN_OK)
        return cn_program_fail(program, status);
    return program->code[program->n_code - 1].output;
}

cn_value cn_program_append_like(cn_program *program, const cn_program *other,
                                const cn_instruction *instruction, const cn_value *inputs)
{
    if (program->status != CN_OK)
        return CN_NO_VALUE;
    cn_status status = make_room(program, 1, 0);
    for (int64_t k = 0; status == CN_OK && k < instruction->n_outputs; k++)
        program->types[program->n_values + k] = other->types[instruction->output + k];
    if (status == CN_OK)
        status = add_instruction(program, *instruction, inputs);
    if (status != CN_OK)
        return cn_program_fail(program, status);
    return program->code[program->n_code - 1].output;
}

static cn_status add_to_list(cn_value **list, int64_t *count, int64_t *capacity, cn_value value)
{
    CN_TRY(cn_grow(list, capacity, *count + 1, sizeof **list));
    (*list)[(*count)++] = value;
    return CN_OK;
}

cn_value cn_program_input(cn_program *program, cn_dtype dtype, cn_shape shape)
{
    cn_input_attributes attributes = {program->n_inputs, dtype, shape};
    cn_value value = cn_program_append(program, &cn_op_input, &attributes, NULL, 0);
    if (value == CN_NO_VALUE)
        return value;
    cn_status status =
        add_to_list(&program->inputs, &program->n_inputs, &program->inputs_capacity, value);
    return status == CN_OK ? value : cn_program_fail(program, status);
}

void cn_program_output(cn_program *program, cn_value value)
{
    if (program->status != CN_OK)
        return;
    if (value == CN_NO_VALUE) {
        (void)cn_program_fail(program, cn_fail(CN_INTERNAL, "a program's output has no value"));
        return;
    }
    (void)cn_program_fail(program, add_to_list(&program->outputs, &program->n_outputs,
                                               &program->outputs_capacity, value));
}

static cn_state *find_state(cn_program *program, const cn_variable *variable)
{
    for (int64_t i = 0; i < program->n_states; i++)
        if (program->states[i].variable == variable)
            return &program->states[i];
    return NULL;
}

cn_value cn_program_read(cn_program *program, cn_variable *variable)
{
    if (program->status != CN_OK)
        return CN_NO_VALUE;
    const cn_state *state = find_state(program, variable);
    if (state != NULL)
        return state->final;
    cn_variable_attributes attributes = {program->n_states, variable->name, variable->dtype,
                                         variable->shape};
    cn_value value = cn_program_append(program, &cn_op_variable, &attributes, NULL, 0);
    if (value == CN_NO_VALUE)
        return value;
    cn_status status = cn_grow(&program->states, &program->states_capacity, program->n_states + 1,
                               sizeof *program->states);
    if (status != CN_OK)
        return cn_program_fail(program, status);
    program->states[program->n_states++] = (cn_state){variable, value, value};
    return value;
}

void cn_program_assign(cn_program *program, cn_variable *variable, cn_value value)
{
    if (cn_program_read(program, variable) == CN_NO_VALUE || value == CN_NO_VALUE)
        return;
    const cn_type *type = cn_type_of(program, value);
    if (type->dtype != variable->dtype || !cn_shape_equal(&type->shape, &variable->shape)) {
        cn_status status = cn_fail(CN_INTERNAL, "%s: has shape %s, cannot be assigned shape %s",
                                   variable->name, cn_shape_str(&variable->shape),
                                   cn_shape_str(&type->shape));
        (void)cn_program_fail(program, status);
        return;
    }
    find_state(program, variable)->final = value;
}

int32_t *cn_program_producers(const cn_program *program, cn_arena *memory)
{
    int32_t *producers = cn_arena_allocate(memory, (size_t)program->n_values * sizeof *producers);
    if (producers == NULL)
        return NULL;
    for (int64_t i = 0; i < program->n_code; i++)
        for (int64_t k = 0; k < program->code[i].n_outputs; k++)
            producers[program->code[i].output + k] = (int32_t)i;
    return producers;
}

int32_t *cn_program_use_counts(const cn_program *program, cn_arena *memory)
{
    int32_t *uses = cn_arena_allocate(memory, (size_t)program->n_values * sizeof *uses);
    if (uses == NULL)
        return NULL;
    for (int64_t i = 0; i < program->n_code; i++)
        for (int64_t k = 0; k < program->code[i].n_inputs; k++)
            if (program->code[i].inputs[k] != CN_NO_VALUE)
                uses[program->code[i].inputs[k]]++;
    for (int64_t i = 0; i < program->n_outputs; i++)
        uses[program->outputs[i]]++;
    for (int64_t i = 0; i < program->n_states; i++)
        if (program->states[i].final != program->states[i].initial)
            uses[program->states[i].final]++;
    return uses;
}
