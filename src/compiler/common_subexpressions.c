/* common_subexpressions: an instruction that repeats an earlier one (same op, attributes and
 * inputs) takes its value. */
#include "compiler/compiler.h"
#include "compiler/rewrite.h"
#include "program/leaves.h"

struct table {
    int32_t *buckets; /* number of a new instruction + 1; 0 is empty */
    uint64_t mask;
};

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

/* Inputs of a commutative op count in either order. */
static uint64_t hash_of(const cn_instruction *instruction)
{
    uint64_t hash = (uint64_t)(uintptr_t)instruction->op, sum = 0;
    for (int64_t k = 0; k < instruction->n_inputs; k++) {
        if (instruction->op->flags & CN_OP_COMMUTATIVE)
            sum += mix(1, (uint64_t)instruction->inputs[k]);
        else
            hash = mix(hash, (uint64_t)instruction->inputs[k]);
    }
    hash = mix(hash, sum);
    return cn_fields_hash(instruction->op->fields, instruction->attributes, hash);
}

static bool same_inputs(const cn_instruction *a, const cn_instruction *b)
{
    if ((a->op->flags & CN_OP_COMMUTATIVE) && a->inputs[0] == b->inputs[1] &&
        a->inputs[1] == b->inputs[0])
        return true;
    for (int64_t k = 0; k < a->n_inputs; k++)
        if (a->inputs[k] != b->inputs[k])
            return false;
    return true;
}

static bool same(const cn_instruction *a, const cn_instruction *b)
{
    return a->op == b->op && a->n_inputs == b->n_inputs && same_inputs(a, b) &&
           cn_fields_equal(a->op->fields, a->attributes, b->attributes);
}

/* The earlier instruction that the last one repeats, or NULL after entering it. */
static const cn_instruction *find_or_enter(struct table *table, const cn_program *program)
{
    const cn_instruction *last = &program->code[program->n_code - 1];
    uint64_t at = hash_of(last) & table->mask;
    for (; table->buckets[at] != 0; at = (at + 1) & table->mask) {
        const cn_instruction *earlier = &program->code[table->buckets[at] - 1];
        if (same(earlier, last))
            return earlier;
    }
    table->buckets[at] = (int32_t)program->n_code;
    return NULL;
}

static void take_back_last(cn_program *program)
{
    program->n_code--;
    program->n_values -= program->code[program->n_code].n_outputs;
}

static cn_status share(cn_rewrite *rewrite)
{
    const cn_program *from = rewrite->from;
    struct table table = {.mask = 63};
    while (table.mask < (uint64_t)from->n_code * 2)
        table.mask = table.mask * 2 + 1;
    table.buckets =
        cn_arena_allocate(&rewrite->memory, (size_t)(table.mask + 1) * sizeof *table.buckets);
    CN_CHECK_MEMORY(table.buckets);
    for (int64_t i = 0; i < from->n_code; i++) {
        const cn_instruction *instruction = &from->code[i];
        cn_rewrite_copy(rewrite, instruction);
        CN_TRY(rewrite->to.status);
        const cn_instruction *earlier = find_or_enter(&table, &rewrite->to);
        if (earlier == NULL)
            continue;
        for (int64_t k = 0; k < instruction->n_outputs; k++)
            rewrite->map[instruction->output + k] = earlier->output + (cn_value)k;
        take_back_last(&rewrite->to);
    }
    return CN_OK;
}

cn_status cn_pass_common_subexpressions(cn_program *program)
{
    cn_rewrite rewrite;
    cn_status status = cn_rewrite_begin(&rewrite, program);
    return cn_rewrite_end(&rewrite, status == CN_OK ? share(&rewrite) : status);
}
