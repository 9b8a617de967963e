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
    const cn_plan *plan = lowering->plan;
    for (cn_value v = 0; v < program->n_values; v++) {
        const int32_t root = layout->root[v];
        char *const memory = layout->constant[root] ? plan->constants : plan->arena;
        lowering->addresses[v] = layout->variable[root] != NULL
                                     ? (char *)layout->variable[root]->data + layout->within[v]
                                 : layout->offset[v] < 0 ? NULL
                                                         : memory + layout->offset[v];
    }
}

static cn_status add_copy(const cn_lowering *lowering, const void *from, void *to, size_t bytes)
{
    const struct copy copy = {from, to, bytes};
    return cn_plan_add(lowering->plan, "assign", run_copy, &copy, sizeof copy);
}

/* New values that could not be made in the variable. Those that lie where another one goes are put
 * aside first. */
static cn_status add_copies(const cn_lowering *lowering, const cn_layout *layout)
{
    const cn_program *program = lowering->program;
    char *const arena = lowering->plan->arena;
    for (int64_t i = 0; i < program->n_states; i++)
        if (layout->staged[i] >= 0)
            CN_TRY(add_copy(lowering, lowering->addresses[program->states[i].final],
                            arena + layout->staged[i],
                            cn_variable_bytes(program->states[i].variable)));
    for (int64_t i = 0; i < program->n_states; i++) {
        const cn_state *state = &program->states[i];
        const void *from = layout->staged[i] >= 0 ? arena + layout->staged[i]
                                                  : lowering->addresses[state->final];
        if (layout->copied[i])
            CN_TRY(add_copy(lowering, from, state->variable->data,
                            cn_variable_bytes(state->variable)));
    }
    return CN_OK;
}

static cn_status lower_code(cn_lowering *lowering, const cn_layout *layout)
{
    const cn_program *program = lowering->program;
    for (int64_t i = 0; i < program->n_code; i++) {
        const cn_op *op = program->code[i].op;
        lowering->scratch = (char *)lowering->plan->arena + layout->scratch[i];
        if (op->lower != NULL)
            CN_TRY(op->lower(lowering, &program->code[i]));
    }
    return CN_OK;
}

/* Whether a value is the old one of a variable that a copy overwrites at the end of the run. */
static bool is_overwritten(const cn_program *program, const cn_layout *layout, cn_value value)
{
    const cn_variable *variable = layout->variable[layout->root[value]];
    for (int64_t i = 0; variable != NULL && i < program->n_states; i++)
        if (layout->copied[i] && program->states[i].variable == variable)
            return true;
    return false;
}

/* Where an output can be read after the run. */
static cn_status place_output(const cn_lowering *lowering, const cn_layout *layout, size_t i)
{
    const cn_program *program = lowering->program;
    cn_plan *plan = lowering->plan;
    plan->outputs[i] = lowering->addresses[program->outputs[i]];
    if (!is_overwritten(program, layout, program->outputs[i]))
        return CN_OK;
    void *kept = cn_arena_allocate(&plan->memory, plan->output_bytes[i]);
    CN_CHECK_MEMORY(kept);
    CN_TRY(add_copy(lowering, plan->outputs[i], kept, plan->output_bytes[i]));
    plan->outputs[i] = kept;
    return CN_OK;
}

static cn_status list_outputs(const cn_lowering *lowering, const cn_layout *layout)
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
        plan->output_bytes[i] = cn_value_bytes(program, program->outputs[i]);
        plan->output_shapes[i] = *cn_shape_of(program, program->outputs[i]);
        CN_TRY(place_output(lowering, layout, i));
    }
    plan->n_outputs = program->n_outputs;
    return CN_OK;
}

static cn_status list_inputs(const cn_lowering *lowering)
{
    const cn_program *program = lowering->program;
    cn_plan *plan = lowering->plan;
    plan->inputs = cn_arena_allocate(&plan->memory, (size_t)program->n_inputs * sizeof(void *));
    plan->input_shapes =
        cn_arena_allocate(&plan->memory, (size_t)program->n_inputs * sizeof *plan->input_shapes);
    if (plan->inputs == NULL || plan->input_shapes == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < program->n_inputs; i++) {
        plan->inputs[i] = lowering->addresses[program->inputs[i]];
        plan->input_shapes[i] = *cn_shape_of(program, program->inputs[i]);
    }
    plan->n_inputs = program->n_inputs;
    return CN_OK;
}

/* Where the arena comes from; no source: an arena of the plan's own. */
struct source {
    cn_arena_source *claim;
    void *context;
};

static cn_status make_arena(cn_plan *plan, size_t bytes, const struct source *source)
{
    plan->arena_bytes = bytes;
    plan->borrows_arena = source->claim != NULL;
    if (plan->borrows_arena)
        return source->claim(source->context, bytes, &plan->arena);
    plan->arena = cn_allocate_raw(bytes);
    CN_CHECK_MEMORY(plan->arena);
    return CN_OK;
}

static cn_status make_plan(const cn_program *program, const struct source *source, cn_plan *plan,
                           cn_arena *memory)
{
    cn_layout layout = {0};
    CN_TRY(cn_make_layout(program, memory, &layout));
    cn_lowering lowering = {.program = program, .plan = plan, .pitches = layout.pitch};
    lowering.addresses = cn_arena_allocate(memory, (size_t)program->n_values * sizeof(void *));
    CN_CHECK_MEMORY(lowering.addresses);
    CN_TRY(make_arena(plan, (size_t)layout.bytes, source));
    plan->constant_bytes = (size_t)layout.constant_bytes;
    plan->constants = cn_allocate_raw(plan->constant_bytes);
    CN_CHECK_MEMORY(plan->constants);
    find_addresses(&lowering, &layout);
    CN_TRY(lower_code(&lowering, &layout));
    CN_TRY(list_inputs(&lowering));
    CN_TRY(list_outputs(&lowering, &layout));
    return add_copies(&lowering, &layout);
}

static cn_status make(const cn_program *program, const struct source *source, cn_plan *plan)
{
    *plan = (cn_plan){0};
    CN_TRY(program->status);
    cn_arena memory = {0};
    cn_status status = make_plan(program, source, plan, &memory);
    cn_arena_free(&memory);
    if (status != CN_OK)
        cn_plan_free(plan);
    return status;
}

cn_status cn_make_plan(const cn_program *program, cn_plan *plan)
{
    return make(program, &(struct source){0}, plan);
}

cn_status cn_make_plan_in(const cn_program *program, cn_arena_source *claim, void *context,
                          cn_plan *plan)
{
    return make(program, &(struct source){claim, context}, plan);
}
