/* Memory planning. A value is alive from the instruction that makes it to the last that reads it;
 * values that are not alive together may share memory. Views have no memory of their own, nor has
 * what is joined or cut where it lies (placement.h); an elementwise result may take the place of an
 * operand that ends there; a variable's new value is written straight into the variable where
 * nobody needs the old one any more. */
#include "compiler/layout.h"

#include <stdlib.h>

#include "compiler/placement.h"
#include "ops/ops.h"

enum { ALIGNMENT = 64 };

/* A piece of memory that is needed from instruction begin to instruction end. */
struct piece {
    int64_t bytes, begin, end, offset;
};

struct planner {
    const cn_program *program;
    cn_layout *layout;
    cn_arena *memory;
    int64_t *begin, *end; /* of each root's life */
    bool *skipped;        /* values that nobody uses, and that their op does not make then */
    struct piece *pieces; /* of each value, each instruction's scratch, each state that waits */
};

size_t cn_value_bytes(const cn_program *program, cn_value value)
{
    const cn_type *type = cn_type_of(program, value);
    return (size_t)cn_shape_size(&type->shape) * cn_dtype_size(type->dtype);
}

/* ---- lives ----------------------------------------------------------------------------------- */

static void use(struct planner *planner, cn_value value, int64_t when)
{
    int64_t *end = &planner->end[planner->layout->root[value]];
    *end = *end > when ? *end : when;
}

/* Leaves are there before the first instruction; constants outlive the run, because they are
 * written only once. */
static void live_through(struct planner *planner, const cn_instruction *instruction, int64_t when)
{
    const cn_program *program = planner->program;
    const bool leaf = (instruction->op->flags & CN_OP_LEAF) != 0;
    const bool constant = leaf && instruction->op != &cn_op_input &&
                          instruction->op != &cn_op_variable;
    for (int64_t k = 0; k < instruction->n_outputs; k++) {
        const cn_value value = instruction->output + (cn_value)k;
        int64_t *begin = &planner->begin[planner->layout->root[value]];
        const int64_t made = leaf ? -1 : when;
        *begin = *begin < made ? *begin : made;
        use(planner, value, constant ? program->n_code : when);
        planner->layout->constant[value] = constant;
    }
    for (int64_t k = 0; k < instruction->n_inputs; k++)
        if (instruction->inputs[k] != CN_NO_VALUE)
            use(planner, instruction->inputs[k], when);
}

static void find_lives(struct planner *planner)
{
    const cn_program *program = planner->program;
    for (cn_value v = 0; v < program->n_values; v++)
        planner->begin[v] = program->n_code;
    for (int64_t i = 0; i < program->n_code; i++)
        live_through(planner, &program->code[i], i);
    for (int64_t i = 0; i < program->n_outputs; i++)
        use(planner, program->outputs[i], program->n_code);
}

static cn_status find_roots(struct planner *planner, double share)
{
    const cn_program *program = planner->program;
    const cn_placement *places = cn_place_values(program, share, planner->memory);
    CN_CHECK_MEMORY(places);
    for (cn_value v = 0; v < program->n_values; v++) {
        planner->layout->root[v] = places[v].host;
        planner->layout->pitch[v] = places[v].pitch;
        planner->layout->within[v] = places[v].first *
                                     (int64_t)cn_dtype_size(cn_dtype_of(program, v));
    }
    return CN_OK;
}

static cn_status find_skipped(struct planner *planner)
{
    const cn_program *program = planner->program;
    const int32_t *uses = cn_program_use_counts(program, planner->memory);
    CN_CHECK_MEMORY(uses);
    for (int64_t i = 0; i < program->n_code; i++) {
        const cn_instruction *instruction = &program->code[i];
        for (int64_t k = 0; k < instruction->n_outputs; k++)
            planner->skipped[instruction->output + k] =
                (instruction->op->flags & CN_OP_SKIPS_UNUSED) && uses[instruction->output + k] == 0;
    }
    return CN_OK;
}

/* ---- variables ------------------------------------------------------------------------------- */

/* Whether an instruction may write its result over a value that it reads: element by element, same
 * places; or as its op says. */
static bool may_overwrite(const struct planner *planner, int64_t number, cn_value result,
                          cn_value operand)
{
    const cn_program *program = planner->program;
    const cn_instruction *instruction = &program->code[number];
    const cn_op *op = instruction->op;
    if ((op->flags & CN_OP_IN_PLACE) && result == instruction->output + op->place_output)
        return operand == instruction->inputs[op->place_input];
    return (op->flags & CN_OP_ELEMENTWISE) &&
           cn_shape_equal(cn_shape_of(program, result), cn_shape_of(program, operand)) &&
           cn_dtype_size(cn_dtype_of(program, result)) ==
               cn_dtype_size(cn_dtype_of(program, operand));
}

/* Whether the instruction reads the root's memory through a value of another shape (a view, a
 * broadcast). */
static bool reads_otherwise(const struct planner *planner, int64_t number, cn_value result,
                            int32_t root)
{
    const cn_instruction *instruction = &planner->program->code[number];
    for (int64_t k = 0; k < instruction->n_inputs; k++) {
        cn_value operand = instruction->inputs[k];
        if (operand != CN_NO_VALUE && planner->layout->root[operand] == root &&
            !may_overwrite(planner, number, result, operand))
            return true;
    }
    return false;
}

/* A state's new value may be made in the variable itself if the old value ends before, or just
 * there in place. */
static bool can_bind(const struct planner *planner, const cn_state *state, const int32_t *producers)
{
    const cn_layout *layout = planner->layout;
    const int32_t root = layout->root[state->final];
    const int64_t made = producers[state->final], old_end = planner->end[state->initial];
    if (root != state->final || layout->variable[root] != NULL ||
        (planner->program->code[made].op->flags & CN_OP_LEAF))
        return false;
    return old_end < made || (old_end == made && !reads_otherwise(planner, made, state->final,
                                                                  layout->root[state->initial]));
}

static cn_status place_variables(struct planner *planner)
{
    const cn_program *program = planner->program;
    cn_layout *layout = planner->layout;
    const int32_t *producers = cn_program_producers(program, planner->memory);
    CN_CHECK_MEMORY(producers);
    for (int64_t i = 0; i < program->n_states; i++)
        layout->variable[program->states[i].initial] = program->states[i].variable;
    for (int64_t i = 0; i < program->n_states;
         i++) /* a new value that is another's old one is read at the end */
        if (program->states[i].final != program->states[i].initial)
            use(planner, program->states[i].final, program->n_code);
    for (int64_t i = 0; i < program->n_states; i++) {
        const cn_state *state = &program->states[i];
        if (state->final == state->initial)
            continue;
        if (can_bind(planner, state, producers))
            layout->variable[state->final] = state->variable;
        else
            layout->copied[i] = true;
    }
    return CN_OK;
}

/* ---- results in the place of operands -------------------------------------------------------- */

static bool can_replace(const struct planner *planner, int64_t number, cn_value result,
                        cn_value operand)
{
    const cn_layout *layout = planner->layout;
    if (operand == CN_NO_VALUE || !may_overwrite(planner, number, result, operand))
        return false;
    const int32_t root = layout->root[operand];
    return layout->variable[root] == NULL && planner->end[root] == number &&
           planner->begin[root] >= 0 &&
           cn_value_bytes(planner->program, root) == cn_value_bytes(planner->program, result) &&
           !reads_otherwise(planner, number, result, root);
}

static void replace_operands(struct planner *planner)
{
    const cn_program *program = planner->program;
    cn_layout *layout = planner->layout;
    for (int64_t i = 0; i < program->n_code; i++) {
        const cn_instruction *instruction = &program->code[i];
        for (int64_t o = 0; o < instruction->n_outputs; o++) {
            cn_value result = instruction->output + (cn_value)o;
            if (layout->root[result] != result || layout->variable[result] != NULL)
                continue;
            for (int64_t k = 0; k < instruction->n_inputs; k++) {
                if (!can_replace(planner, i, result, instruction->inputs[k]))
                    continue;
                int32_t root = layout->root[instruction->inputs[k]],
                        end = (int32_t)planner->end[result];
                for (cn_value v = result; v < program->n_values; v++) /* and the views of it */
                    if (layout->root[v] == result)
                        layout->root[v] = root;
                planner->end[root] = end;
                break;
            }
        }
    }
}

/* ---- offsets --------------------------------------------------------------------------------- */

static int larger_first(const void *a, const void *b)
{
    const struct piece *const *left = a, *const *right = b;
    if ((*left)->bytes != (*right)->bytes)
        return (*left)->bytes > (*right)->bytes ? -1 : 1;
    if ((*left)->begin != (*right)->begin)
        return (*left)->begin < (*right)->begin ? -1 : 1;
    return *left < *right ? -1 : *left > *right;
}

/* The lowest gap between the placed pieces (sorted by offset) that are alive together with this
 * one. */
static int64_t find_gap(const struct piece *piece, struct piece *const *placed, int64_t n)
{
    int64_t offset = 0;
    for (int64_t i = 0; i < n; i++) {
        const struct piece *other = placed[i];
        if (other->end < piece->begin || other->begin > piece->end)
            continue;
        if (offset + piece->bytes <= other->offset)
            break;
        if (other->offset + other->bytes > offset)
            offset = other->offset + other->bytes;
    }
    return offset;
}

static cn_status place_pieces(struct planner *planner, int64_t n_pieces)
{
    struct piece **order =
        cn_arena_allocate(planner->memory, (size_t)n_pieces * sizeof(struct piece *));
    CN_CHECK_MEMORY(order);
    struct piece **placed =
        cn_arena_allocate(planner->memory, (size_t)n_pieces * sizeof(struct piece *));
    CN_CHECK_MEMORY(placed);
    int64_t n = 0, n_placed = 0;
    for (int64_t i = 0; i < n_pieces; i++)
        if (planner->pieces[i].bytes > 0)
            order[n++] = &planner->pieces[i];
    qsort(order, (size_t)n, sizeof(struct piece *), larger_first);
    for (int64_t i = 0; i < n; i++) {
        struct piece *piece = order[i];
        piece->offset = find_gap(piece, placed, n_placed);
        int64_t at = n_placed++;
        for (; at > 0 && placed[at - 1]->offset > piece->offset; at--)
            placed[at] = placed[at - 1];
        placed[at] = piece;
        if (piece->offset + piece->bytes > planner->layout->bytes)
            planner->layout->bytes = piece->offset + piece->bytes;
    }
    return CN_OK;
}

/* Whether a new value lies in a variable that gets its own new value by a copy too: two are
 * exchanged, say. */
static bool must_wait(const struct planner *planner, int64_t number)
{
    const cn_program *program = planner->program;
    const cn_layout *layout = planner->layout;
    const cn_variable *source = layout->variable[layout->root[program->states[number].final]];
    for (int64_t i = 0; layout->copied[number] && source != NULL && i < program->n_states; i++)
        if (layout->copied[i] && program->states[i].variable == source)
            return true;
    return false;
}

static int64_t round_up(size_t bytes)
{
    return (int64_t)((bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
}

/* Constants lie one after the other, apart from what runs write. */
static void place_constant(struct planner *planner, cn_value value)
{
    planner->pieces[value] = (struct piece){.offset = planner->layout->constant_bytes};
    planner->layout->constant_bytes += round_up(cn_value_bytes(planner->program, value) + 1);
}

static cn_status place_values(struct planner *planner)
{
    const cn_program *program = planner->program;
    cn_layout *layout = planner->layout;
    const int64_t first_state = program->n_values + program->n_code,
                  n_pieces = first_state + program->n_states;
    planner->pieces =
        cn_arena_allocate(planner->memory, (size_t)n_pieces * sizeof *planner->pieces);
    CN_CHECK_MEMORY(planner->pieces);
    for (cn_value v = 0; v < program->n_values; v++)
        if (layout->constant[v])
            place_constant(planner, v);
        else if (layout->root[v] == v && layout->variable[v] == NULL && !planner->skipped[v])
            planner->pieces[v] = (struct piece){round_up(cn_value_bytes(program, v) + 1),
                                                planner->begin[v], planner->end[v], 0};
    for (int64_t i = 0; i < program->n_code; i++)
        if (program->code[i].op->scratch != NULL)
            planner->pieces[program->n_values + i] = (struct piece){
                round_up(program->code[i].op->scratch(program, &program->code[i])), i, i, 0};
    for (int64_t i = 0; i < program->n_states; i++)
        if (must_wait(planner, i))
            planner->pieces[first_state + i] =
                (struct piece){round_up(cn_variable_bytes(program->states[i].variable)),
                               program->n_code, program->n_code, 0};
    CN_TRY(place_pieces(planner, n_pieces));
    for (cn_value v = 0; v < program->n_values; v++)
        layout->offset[v] = layout->variable[layout->root[v]] != NULL || planner->skipped[v]
                                ? -1
                                : planner->pieces[layout->root[v]].offset + layout->within[v];
    for (int64_t i = 0; i < program->n_code; i++)
        layout->scratch[i] = planner->pieces[program->n_values + i].offset;
    for (int64_t i = 0; i < program->n_states; i++)
        layout->staged[i] = must_wait(planner, i) ? planner->pieces[first_state + i].offset : -1;
    return CN_OK;
}

static cn_status make_layout(const cn_program *program, double share, cn_arena *memory,
                             cn_layout *layout)
{
    struct planner planner = {.program = program, .layout = layout, .memory = memory};
    const size_t n = (size_t)program->n_values, n_code = (size_t)program->n_code;
    layout->root = cn_arena_allocate(memory, n * sizeof *layout->root);
    layout->within = cn_arena_allocate(memory, n * sizeof *layout->within);
    layout->pitch = cn_arena_allocate(memory, n * sizeof *layout->pitch);
    layout->offset = cn_arena_allocate(memory, n * sizeof *layout->offset);
    layout->constant = cn_arena_allocate(memory, n * sizeof *layout->constant);
    layout->variable = cn_arena_allocate(memory, n * sizeof(cn_variable *));
    layout->scratch = cn_arena_allocate(memory, n_code * sizeof *layout->scratch);
    layout->copied = cn_arena_allocate(memory, (size_t)program->n_states * sizeof *layout->copied);
    layout->staged = cn_arena_allocate(memory, (size_t)program->n_states * sizeof *layout->staged);
    planner.begin = cn_arena_allocate(memory, n * sizeof *planner.begin);
    planner.end = cn_arena_allocate(memory, n * sizeof *planner.end);
    planner.skipped = cn_arena_allocate(memory, n * sizeof *planner.skipped);
    if (layout->root == NULL || layout->within == NULL || layout->pitch == NULL ||
        layout->offset == NULL || layout->constant == NULL || layout->variable == NULL ||
        layout->scratch == NULL || layout->copied == NULL || layout->staged == NULL ||
        planner.begin == NULL || planner.end == NULL || planner.skipped == NULL)
        return CN_OUT_OF_MEMORY;
    CN_TRY(find_roots(&planner, share));
    find_lives(&planner);
    CN_TRY(find_skipped(&planner));
    CN_TRY(place_variables(&planner));
    replace_operands(&planner);
    return place_values(&planner);
}

static bool joins_or_cuts(const cn_program *program)
{
    for (int64_t i = 0; i < program->n_code; i++)
        if (program->code[i].op == &cn_op_concatenate || program->code[i].op == &cn_op_slice)
            return true;
    return false;
}

/* With values in others, as far as that takes no more memory in the end: what is there longer may
 * lie in the way of the rest. */
cn_status cn_make_layout(const cn_program *program, cn_arena *memory, cn_layout *layout)
{
    static const double shares[] = {1, 0.75};
    const int n = joins_or_cuts(program) ? sizeof shares / sizeof *shares : 0;
    CN_TRY(make_layout(program, 0, memory, layout));
    for (int i = 0; i < n; i++) {
        cn_layout other = {0};
        CN_TRY(make_layout(program, shares[i], memory, &other));
        if (other.bytes > layout->bytes)
            continue;
        *layout = other;
        break;
    }
    return CN_OK;
}
