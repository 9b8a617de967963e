/* dead_code: drops every instruction that no output and no variable's new value needs. Inputs stay,
 * used or not: the caller writes them by number. */
#include "compiler/compiler.h"
#include "compiler/rewrite.h"
#include "program/leaves.h"

static void mark(const cn_program *program, bool *live)
{
    for (int64_t i = 0; i < program->n_outputs; i++)
        live[program->outputs[i]] = true;
    for (int64_t i = 0; i < program->n_states; i++) {
        const cn_state *state = &program->states[i];
        if (state->final != state->initial)
            live[state->final] = live[state->initial] = true;
    }
    for (int64_t i = program->n_code - 1; i >= 0; i--) {
        const cn_instruction *instruction = &program->code[i];
        bool any = instruction->op == &cn_op_input;
        for (int64_t k = 0; k < instruction->n_outputs; k++)
            any |= live[instruction->output + k];
        live[instruction->output] |= any;
        for (int64_t k = 0; any && k < instruction->n_inputs; k++)
            if (instruction->inputs[k] != CN_NO_VALUE)
                live[instruction->inputs[k]] = true;
    }
}

static cn_status keep_live(cn_rewrite *rewrite)
{
    const cn_program *from = rewrite->from;
    bool *live = cn_arena_allocate(&rewrite->memory, (size_t)from->n_values * sizeof *live);
    CN_CHECK_MEMORY(live);
    mark(from, live);
    for (int64_t i = 0; i < from->n_code; i++)
        if (live[from->code[i].output])
            cn_rewrite_copy(rewrite, &from->code[i]);
    return CN_OK;
}

cn_status cn_pass_dead_code(cn_program *program)
{
    cn_rewrite rewrite;
    cn_status status = cn_rewrite_begin(&rewrite, program);
    return cn_rewrite_end(&rewrite, status == CN_OK ? keep_live(&rewrite) : status);
}
