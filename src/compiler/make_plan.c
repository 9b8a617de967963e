/* The last step down: a program becomes a plan. */
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/layout.h"
#include "program/lowering.h"

struct copy {
    const void *from;
    void *to;
    size_t bytes;
};

static cn_status run_copy(const void *arguments)
{
    const struct copy *copy = arguments;
    memcpy(copy->to, copy->from, copy->bytes);
    return CN_OK;
}

static void find_addresses(const cn_lowering *lowering, const cn_layout *layout)
{
    const cn_program *program = lowering->program;
    for (cn_value v = 0; v < program->n_values; v++) {
        const cn_variable *variable = layout->variable[layout->root[v]];
        lowering->addresses[v] =
            variable != NULL ? variable->data : (char *)lowering->plan->arena + layout->offset[v];
    }
}

/* New values that could not be made in the variable. Those that are themselves a variable's old value go first. */
static cn_status add_copies(const cn_lowering *lowering, const cn_layout *layout)
{
    const cn_program *program = lowering->program;
    for (int round = 0; round < 2; round++) {
        for (int64_t i = 0; i < program->n_states; i++) {
            const cn_state *state = &program->states[i];
            bool from_variable = layout->variable[layout->root[state->final]] != NULL;
            if (!layout->copied[i] || from_variable != (round == 0))
                continue;
            struct copy copy = {lowering->addresses[state->final], state->variable->data,
                                cn_variable_bytes(state->variable)};
            CN_TRY(cn_plan_add(lowering->plan, "assign", run_copy, &copy, sizeof copy));
        }
    }
    return CN_OK;
}

static cn_status lower_all(cn_lowering *lowering, const cn_layout *layout)
{
    const cn_program *program = lowering->program;
    for (int64_t i = 0; i < program->n_code; i++) {
        const cn_op *op = program->code[i].op;
        lowering->scratch = (char *)lowering->plan->arena + layout->scratch[i];
        if (op->lower != NULL)
            CN_TRY(op->lower(lowering, &program->code[i]));
    }
    return add_copies(lowering, layout);
}

static cn_status list_outputs(const cn_lowering *lowering)
{
    const cn_program *program = lowering->program;
    cn_plan *plan = lowering->plan;
    const size_t n = (size_t)program->n_outputs;
    plan->outputs = cn_arena_allocate(&plan->memory, n * sizeof(void *));
    plan->output_bytes = cn_arena_allocate(&plan->memory, n * sizeof *plan->output_bytes);
    plan->output_shapes = cn_arena_allocate(&plan->memory, n * sizeof *plan->output_shapes);
    if (plan->outputs == NULL || plan->output_bytes == NULL || plan->output_shapes == NULL)
        return CN_OUT_OF_MEMORY;
    for (size_t i = 0; i < n; i++) {
        plan->outputs[i] = lowering->addresses[program->outputs[i]];
        plan->output_bytes[i] = cn_value_bytes(program, program->outputs[i]);
        plan->output_shapes[i] = *cn_shape_of(program, program->outputs[i]);
    }
    plan->n_outputs = program->n_outputs;
    return CN_OK;
}

static cn_status list_inputs(const cn_lowering *lowering)
{
    const cn_program *program = lowering->program;
    cn_plan *plan = lowering->plan;
    plan->inputs = cn_arena_allocate(&plan->memory, (size_t)program->n_inputs * sizeof(void *));
    CN_CHECK_MEMORY(plan->inputs);
    for (int64_t i = 0; i < program->n_inputs; i++)
        plan->inputs[i] = lowering->addresses[program->inputs[i]];
    plan->n_inputs = program->n_inputs;
    return CN_OK;
}

static cn_status make_plan(const cn_program *program, cn_plan *plan, cn_arena *memory)
{
    cn_layout layout = {0};
    CN_TRY(cn_make_layout(program, memory, &layout));
    cn_lowering lowering = {.program = program, .plan = plan};
    lowering.addresses = cn_arena_allocate(memory, (size_t)program->n_values * sizeof(void *));
    CN_CHECK_MEMORY(lowering.addresses);
    plan->arena = cn_allocate_raw((size_t)layout.bytes);
    CN_CHECK_MEMORY(plan->arena);
    plan->arena_bytes = (size_t)layout.bytes;
    find_addresses(&lowering, &layout);
    CN_TRY(lower_all(&lowering, &layout));
    CN_TRY(list_inputs(&lowering));
    return list_outputs(&lowering);
}

cn_status cn_make_plan(const cn_program *program, cn_plan *plan)
{
    *plan = (cn_plan){0};
    CN_TRY(program->status);
    cn_arena memory = {0};
    cn_status status = make_plan(program, plan, &memory);
    cn_arena_free(&memory);
    if (status != CN_OK)
        cn_plan_free(plan);
    return status;
}
