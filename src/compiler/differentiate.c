/* The gradient pass: reverse accumulation over the instructions that are there, by the ops' own
 * rules. */
#include "compiler/compiler.h"
#include "ops/emit.h"

struct tape {
    cn_program *program;
    cn_arena memory;
    int64_t n_code, n_values; /* before any gradient was emitted */
    cn_value *gradients;      /* of each value, so far */
    bool *wanted;             /* values that a wanted value flows into */
};

/* A value matters if it is asked for or is computed from one that matters. */
static void mark_wanted(struct tape *tape, const cn_value *wrt, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        tape->wanted[wrt[i]] = true;
    for (int64_t i = 0; i < tape->n_code; i++) {
        const cn_instruction *instruction = &tape->program->code[i];
        bool any = false;
        for (int64_t k = 0; k < instruction->n_inputs; k++)
            any |= instruction->inputs[k] != CN_NO_VALUE && tape->wanted[instruction->inputs[k]];
        for (int64_t k = 0; any && k < instruction->n_outputs; k++)
            tape->wanted[instruction->output + k] = true;
    }
}

static void accumulate(struct tape *tape, cn_value value, cn_value gradient)
{
    cn_value *sum = &tape->gradients[value];
    *sum = *sum == CN_NO_VALUE ? gradient : cn_emit_add(tape->program, *sum, gradient);
}

static bool has_gradient(const struct tape *tape, const cn_instruction *instruction)
{
    for (int64_t k = 0; k < instruction->n_outputs; k++)
        if (tape->gradients[instruction->output + k] != CN_NO_VALUE)
            return true;
    return false;
}

static cn_status step_back(struct tape *tape, int64_t number)
{
    const cn_instruction instruction = tape->program->code[number]; /* a copy: the code grows */
    if (instruction.op->gradient == NULL || !tape->wanted[instruction.output] ||
        !has_gradient(tape, &instruction))
        return CN_OK;
    cn_value *inputs =
        cn_arena_allocate(&tape->memory, (size_t)instruction.n_inputs * sizeof *inputs);
    CN_CHECK_MEMORY(inputs);
    for (int64_t k = 0; k < instruction.n_inputs; k++)
        inputs[k] = CN_NO_VALUE;
    instruction.op->gradient(tape->program, &instruction, &tape->gradients[instruction.output],
                             inputs);
    for (int64_t k = 0; k < instruction.n_inputs; k++)
        if (inputs[k] != CN_NO_VALUE && tape->wanted[instruction.inputs[k]])
            accumulate(tape, instruction.inputs[k], inputs[k]);
    return tape->program->status;
}

static cn_status run_tape(struct tape *tape, cn_value loss, const cn_value *wrt, int64_t n,
                          cn_value *gradients)
{
    cn_program *program = tape->program;
    tape->gradients =
        cn_arena_allocate(&tape->memory, (size_t)tape->n_values * sizeof *tape->gradients);
    CN_CHECK_MEMORY(tape->gradients);
    tape->wanted = cn_arena_allocate(&tape->memory, (size_t)tape->n_values * sizeof *tape->wanted);
    CN_CHECK_MEMORY(tape->wanted);
    for (int64_t i = 0; i < tape->n_values; i++)
        tape->gradients[i] = CN_NO_VALUE;
    mark_wanted(tape, wrt, n);
    tape->gradients[loss] = cn_emit_ones_like(program, loss);
    for (int64_t i = tape->n_code - 1; i >= 0; i--)
        CN_TRY(step_back(tape, i));
    for (int64_t i = 0; i < n; i++) {
        cn_value gradient = tape->gradients[wrt[i]];
        gradients[i] = gradient != CN_NO_VALUE ? gradient : cn_emit_zeros_like(program, wrt[i]);
    }
    return program->status;
}

cn_status cn_differentiate(cn_program *program, cn_value loss, const cn_value *wrt, int64_t n,
                           cn_value *gradients)
{
    CN_TRY(program->status);
    if (loss == CN_NO_VALUE)
        return cn_fail(CN_INTERNAL, "there is no loss to differentiate");
    CN_CHECK(cn_shape_size(cn_shape_of(program, loss)) == 1,
             "a loss to differentiate is a scalar, not of shape %s",
             cn_shape_str(cn_shape_of(program, loss)));
    struct tape tape = {
        .program = program, .n_code = program->n_code, .n_values = program->n_values};
    cn_status status = run_tape(&tape, loss, wrt, n, gradients);
    cn_arena_free(&tape.memory);
    return status;
}
