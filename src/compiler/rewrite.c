/* What all passes share. */
#include "compiler/rewrite.h"

cn_status cn_rewrite_begin(cn_rewrite *rewrite, cn_program *from)
{
    *rewrite = (cn_rewrite){.from = from};
    CN_TRY(from->status);
    rewrite->map =
        cn_arena_allocate(&rewrite->memory, (size_t)from->n_values * sizeof *rewrite->map);
    CN_CHECK_MEMORY(rewrite->map);
    for (int64_t i = 0; i < from->n_values; i++)
        rewrite->map[i] = CN_NO_VALUE;
    return cn_program_reserve(&rewrite->to, from);
}

void cn_rewrite_copy(cn_rewrite *rewrite, const cn_instruction *instruction)
{
    const int64_t n = instruction->n_inputs;
    cn_value small[8],
        *inputs = n <= 8 ? small : cn_arena_allocate(&rewrite->memory, (size_t)n * sizeof *inputs);
    if (inputs == NULL) {
        (void)cn_program_fail(&rewrite->to, CN_OUT_OF_MEMORY);
        return;
    }
    for (int64_t k = 0; k < n; k++)
        inputs[k] = instruction->inputs[k] == CN_NO_VALUE ? CN_NO_VALUE
                                                          : rewrite->map[instruction->inputs[k]];
    cn_value output = cn_program_append_like(&rewrite->to, rewrite->from, instruction, inputs);
    for (int64_t k = 0; k < instruction->n_outputs; k++)
        rewrite->map[instruction->output + k] = output == CN_NO_VALUE ? output
                                                                      : output + (cn_value)k;
}

const cn_instruction *cn_rewrite_producer(const cn_rewrite *rewrite, cn_value value)
{
    int64_t low = 0, high = rewrite->to.n_code - 1;
    /* outputs rise with the instructions: the last one that starts at or before value */
    while (low < high) {
        int64_t middle = (low + high + 1) / 2;
        if (rewrite->to.code[middle].output <= value)
            low = middle;
        else
            high = middle - 1;
    }
    return &rewrite->to.code[low];
}

static cn_status map_list(const cn_rewrite *rewrite, const cn_value *from, int64_t n, cn_value **to,
                          int64_t *count, int64_t *capacity)
{
    CN_TRY(cn_grow(to, capacity, n, sizeof **to));
    for (int64_t i = 0; i < n; i++)
        (*to)[i] = rewrite->map[from[i]];
    *count = n;
    return CN_OK;
}

/* States that nothing reads or changes any more are dropped. */
static cn_status map_states(cn_rewrite *rewrite)
{
    const cn_program *from = rewrite->from;
    cn_program *to = &rewrite->to;
    CN_TRY(cn_grow(&to->states, &to->states_capacity, from->n_states, sizeof *to->states));
    for (int64_t i = 0; i < from->n_states; i++) {
        const cn_state *state = &from->states[i];
        cn_value initial = rewrite->map[state->initial], final = rewrite->map[state->final];
        if (initial != CN_NO_VALUE)
            to->states[to->n_states++] = (cn_state){state->variable, initial, final};
    }
    return CN_OK;
}

static cn_status finish(cn_rewrite *rewrite)
{
    const cn_program *from = rewrite->from;
    cn_program *to = &rewrite->to;
    CN_TRY(to->status);
    CN_TRY(map_list(rewrite, from->inputs, from->n_inputs, &to->inputs, &to->n_inputs,
                    &to->inputs_capacity));
    CN_TRY(map_list(rewrite, from->outputs, from->n_outputs, &to->outputs, &to->n_outputs,
                    &to->outputs_capacity));
    return map_states(rewrite);
}

cn_status cn_rewrite_end(cn_rewrite *rewrite, cn_status status)
{
    if (status == CN_OK)
        status = finish(rewrite);
    if (status == CN_OK) { /* attributes of instructions that were copied are the old program's */
        cn_arena_take(&rewrite->to.memory, &rewrite->from->memory);
        cn_program_free(rewrite->from);
        *rewrite->from = rewrite->to;
    } else {
        cn_program_free(&rewrite->to);
    }
    cn_arena_free(&rewrite->memory);
    return status;
}
