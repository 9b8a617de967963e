/* fuse_elementwise: elementwise instructions over one index space that feed each other become one
 * `fused` instruction, which makes one pass over memory. A group grows from its last instruction
 * backwards, as long as no value leaves the group and comes back into it. */
#include "compiler/compiler.h"
#include "compiler/rewrite.h"
#include "ops/ops.h"

enum { MOST_OPERANDS = 24, MOST_BODY = CN_MOST_FUSED * 48 };

/* What is so many kernels away is not joined: a gradient's part would be made by the forward pass,
 * say, and lie in memory until it is read. */
enum { NEAR = 8 };

/* A unit is what becomes one new instruction: an instruction alone, or a group. Its members are
 * linked in order. */
struct unit {
    int32_t first, last; /* members: numbers of instructions */
    int32_t size;
    int32_t mark; /* of the search that last visited it */
    bool done;
};

struct fuser {
    cn_rewrite rewrite;
    int32_t *producers, *uses;
    int32_t *unit_of;   /* of each instruction */
    int32_t *next;      /* member of the same unit; -1 ends */
    struct unit *units; /* numbered by the instruction that began them */
    int32_t *kernels;   /* before each instruction, other than elementwise ones and views */
    int32_t search;
};

static const cn_instruction *code(const struct fuser *fuser, int32_t n)
{
    return &fuser->rewrite.from->code[n];
}

static bool fusible(const cn_instruction *instruction)
{
    return (instruction->op->flags & CN_OP_ELEMENTWISE) && instruction->op != &cn_op_fused;
}

/* Whether the unit, or anything it is computed from, is `goal` or `other`; what ended before
 * `earliest` cannot be. */
static bool depends(struct fuser *fuser, int32_t unit, int32_t goal, int32_t other,
                    int32_t earliest)
{
    struct unit *u = &fuser->units[unit];
    if (unit == goal || unit == other)
        return true;
    if (u->mark == fuser->search || u->last < earliest)
        return false;
    u->mark = fuser->search;
    for (int32_t member = u->first; member >= 0; member = fuser->next[member]) {
        const cn_instruction *instruction = code(fuser, member);
        for (int64_t k = 0; k < instruction->n_inputs; k++) {
            if (instruction->inputs[k] == CN_NO_VALUE)
                continue;
            int32_t from = fuser->unit_of[fuser->producers[instruction->inputs[k]]];
            if (from != unit && depends(fuser, from, goal, other, earliest))
                return true;
        }
    }
    return false;
}

/* Whether a value goes from unit a or b through a third unit back into a or b. */
static bool would_loop(struct fuser *fuser, int32_t a, int32_t b)
{
    const int32_t pair[2] = {a, b};
    int32_t earliest = fuser->units[a].first < fuser->units[b].first ? fuser->units[a].first
                                                                     : fuser->units[b].first;
    fuser->search++;
    for (int side = 0; side < 2; side++) {
        for (int32_t m = fuser->units[pair[side]].first; m >= 0; m = fuser->next[m]) {
            const cn_instruction *instruction = code(fuser, m);
            for (int64_t k = 0; k < instruction->n_inputs; k++) {
                int32_t from = fuser->unit_of[fuser->producers[instruction->inputs[k]]];
                if (from != a && from != b && depends(fuser, from, a, b, earliest))
                    return true;
            }
        }
    }
    return false;
}

/* Values from outside that the members of one or two units read, each once. More than MOST_OPERANDS
 * gives that + 1. */
static int64_t operands(const struct fuser *fuser, const int32_t *units, int n_units,
                        cn_value *list)
{
    int64_t n = 0;
    for (int side = 0; side < n_units; side++) {
        for (int32_t m = fuser->units[units[side]].first; m >= 0; m = fuser->next[m]) {
            const cn_instruction *instruction = code(fuser, m);
            for (int64_t k = 0; k < instruction->n_inputs; k++) {
                cn_value value = instruction->inputs[k];
                int32_t from = fuser->unit_of[fuser->producers[value]];
                bool known = from == units[0] || from == units[n_units - 1];
                for (int64_t i = 0; !known && i < n; i++)
                    known = list[i] == value;
                if (!known && n == MOST_OPERANDS)
                    return MOST_OPERANDS + 1;
                if (!known)
                    list[n++] = value;
            }
        }
    }
    return n;
}

static void merge(struct fuser *fuser, int32_t into, int32_t from)
{
    struct unit *a = &fuser->units[into], *b = &fuser->units[from];
    int32_t x = a->first, y = b->first, *tail = &a->first;
    for (int32_t m = b->first; m >= 0; m = fuser->next[m])
        fuser->unit_of[m] = into;
    while (x >= 0 || y >= 0) { /* merge two sorted lists */
        int32_t *smaller = y < 0 || (x >= 0 && x < y) ? &x : &y;
        *tail = *smaller;
        tail = &fuser->next[*smaller];
        *smaller = *tail;
    }
    *tail = -1;
    a->last = a->last > b->last ? a->last : b->last;
    a->size += b->size;
}

static void try_merge(struct fuser *fuser, int32_t n, int32_t producer)
{
    const cn_program *from = fuser->rewrite.from;
    int32_t units[2] = {fuser->unit_of[n], fuser->unit_of[producer]};
    cn_value list[MOST_OPERANDS];
    if (units[0] == units[1] || !fusible(code(fuser, producer)) ||
        fuser->kernels[n] - fuser->kernels[producer] > NEAR ||
        !cn_shape_equal(cn_shape_of(from, code(fuser, n)->output),
                        cn_shape_of(from, code(fuser, producer)->output)))
        return;
    if (fuser->units[units[0]].size + fuser->units[units[1]].size > CN_MOST_FUSED ||
        operands(fuser, units, 2, list) > MOST_OPERANDS || would_loop(fuser, units[0], units[1]))
        return;
    merge(fuser, units[1], units[0]);
}

static void grow_groups(struct fuser *fuser)
{
    for (int32_t n = 0; n < fuser->rewrite.from->n_code; n++) {
        const cn_instruction *instruction = code(fuser, n);
        for (int64_t k = 0; fusible(instruction) && k < instruction->n_inputs; k++)
            try_merge(fuser, n, fuser->producers[instruction->inputs[k]]);
    }
}

/* How often members of the unit itself use a value. */
static int32_t uses_inside(const struct fuser *fuser, const struct unit *unit, cn_value value)
{
    int32_t n = 0;
    for (int32_t m = unit->first; m >= 0; m = fuser->next[m])
        for (int64_t k = 0; k < code(fuser, m)->n_inputs; k++)
            n += code(fuser, m)->inputs[k] == value;
    return n;
}

/* The number that a value has in the body: operands first, then members. */
static int64_t number_in_body(const struct fuser *fuser, const struct unit *unit,
                              const cn_value *list, int64_t n, cn_value value)
{
    for (int64_t i = 0; i < n; i++)
        if (list[i] == value)
            return i;
    for (int32_t m = unit->first; m >= 0 && code(fuser, m)->output != value; m = fuser->next[m])
        n++;
    return n;
}

/* MOST_BODY has room for the longest body. */
static char *write_member(const struct fuser *fuser, const struct unit *unit, const cn_value *list,
                          int64_t n, const cn_instruction *member, char *at)
{
    int64_t arguments[3];
    for (int64_t k = 0; k < member->n_inputs; k++)
        arguments[k] = number_in_body(fuser, unit, list, n, member->inputs[k]);
    return cn_fused_write_step(member, arguments, at);
}

static void emit_group(struct fuser *fuser, const struct unit *unit)
{
    cn_rewrite *rewrite = &fuser->rewrite;
    cn_value list[MOST_OPERANDS], outputs[CN_MOST_FUSED];
    const int32_t self = fuser->unit_of[unit->first];
    int64_t n = operands(fuser, &self, 1, list), n_outputs = 0;
    char body[MOST_BODY], *at = body;
    for (int32_t m = unit->first; m >= 0; m = fuser->next[m]) {
        cn_value output = code(fuser, m)->output;
        at = write_member(fuser, unit, list, n, code(fuser, m), at);
        if (fuser->uses[output] > uses_inside(fuser, unit, output))
            outputs[n_outputs++] = output;
    }
    int64_t numbers[CN_MOST_FUSED];
    for (int64_t i = 0; i < n_outputs; i++)
        numbers[i] = number_in_body(fuser, unit, list, n, outputs[i]);
    cn_fused_write_outputs(numbers, n_outputs, at);
    for (int64_t i = 0; i < n; i++)
        list[i] = rewrite->map[list[i]];
    cn_fused_attributes attributes = {
        body, *cn_shape_of(rewrite->from, code(fuser, unit->first)->output), n_outputs};
    cn_value first = cn_program_append(&rewrite->to, &cn_op_fused, &attributes, list, n);
    for (int64_t i = 0; i < n_outputs; i++)
        rewrite->map[outputs[i]] = first == CN_NO_VALUE ? first : first + (cn_value)i;
}

/* A unit comes where its last member was, and before whatever needs it. */
static void emit_unit(struct fuser *fuser, int32_t number)
{
    struct unit *unit = &fuser->units[number];
    if (unit->done)
        return;
    unit->done = true;
    for (int32_t m = unit->first; m >= 0; m = fuser->next[m])
        for (int64_t k = 0; k < code(fuser, m)->n_inputs; k++)
            if (code(fuser, m)->inputs[k] != CN_NO_VALUE)
                emit_unit(fuser, fuser->unit_of[fuser->producers[code(fuser, m)->inputs[k]]]);
    if (unit->size == 1)
        cn_rewrite_copy(&fuser->rewrite, code(fuser, unit->first));
    else
        emit_group(fuser, unit);
}

static cn_status fuse(struct fuser *fuser)
{
    cn_rewrite *rewrite = &fuser->rewrite;
    const cn_program *from = rewrite->from;
    const size_t n_code = (size_t)from->n_code;
    const int no_kernel = CN_OP_ELEMENTWISE | CN_OP_VIEW | CN_OP_LEAF;
    fuser->producers = cn_program_producers(from, &rewrite->memory);
    fuser->uses = cn_program_use_counts(from, &rewrite->memory);
    fuser->unit_of = cn_arena_allocate(&rewrite->memory, n_code * sizeof *fuser->unit_of);
    fuser->next = cn_arena_allocate(&rewrite->memory, n_code * sizeof *fuser->next);
    fuser->units = cn_arena_allocate(&rewrite->memory, n_code * sizeof *fuser->units);
    fuser->kernels = cn_arena_allocate(&rewrite->memory, n_code * sizeof *fuser->kernels);
    if (fuser->producers == NULL || fuser->uses == NULL || fuser->unit_of == NULL ||
        fuser->next == NULL || fuser->units == NULL || fuser->kernels == NULL)
        return CN_OUT_OF_MEMORY;
    for (int32_t n = 0; n < from->n_code; n++) {
        fuser->unit_of[n] = n;
        fuser->next[n] = -1;
        fuser->units[n] = (struct unit){.first = n, .last = n, .size = 1};
        if (n > 0)
            fuser->kernels[n] = fuser->kernels[n - 1] + !(from->code[n - 1].op->flags & no_kernel);
    }
    grow_groups(fuser);
    for (int32_t n = 0; n < from->n_code; n++)
        if (fuser->units[fuser->unit_of[n]].last == n)
            emit_unit(fuser, fuser->unit_of[n]);
    return rewrite->to.status;
}

cn_status cn_pass_fuse_elementwise(cn_program *program)
{
    struct fuser fuser = {0};
    cn_status status = cn_rewrite_begin(&fuser.rewrite, program);
    return cn_rewrite_end(&fuser.rewrite, status == CN_OK ? fuse(&fuser) : status);
}
