/* early_updates: what computes new values of variables comes as soon as its operands are there and
 * nothing else reads the old values: so gradients do not wait for each other in memory. */
#include "compiler/compiler.h"
#include "compiler/rewrite.h"

/* Elements: values so small, and leaves, are made as early as possible. */
enum { SMALL = 64 };

struct mover {
    cn_rewrite rewrite;
    cn_value *root;    /* of each value: what it is a view of */
    int32_t *made;     /* of each value: by which instruction */
    int32_t *last_use; /* of each root: by an instruction that is no update's */
    int32_t *state_of; /* of each value: the number of the state whose new value it is, + 1 */
    int32_t *uses;     /* of each root, by updates */
    int32_t *used_in;  /* of each root, by the update at hand */
    int32_t *place;    /* of each instruction: the one that it comes behind; itself if it stays */
    int32_t *next, *first; /* lists of those that come behind each instruction */
    bool *is_update;       /* instructions whose results only updates read */
    int32_t *members;      /* of the update at hand */
    int32_t n_members;
};

static const cn_instruction *code(const struct mover *mover, int32_t n)
{
    return &mover->rewrite.from->code[n];
}

static bool is_leaf(const struct mover *mover, int32_t n)
{
    return (code(mover, n)->op->flags & CN_OP_LEAF) != 0;
}

static bool is_small(const struct mover *mover, int32_t n)
{
    return is_leaf(mover, n) ||
           cn_shape_size(cn_shape_of(mover->rewrite.from, code(mover, n)->output)) <= SMALL;
}

/* ---- what updates consist of ----------------------------------------------------------------- */

static void describe_values(struct mover *mover)
{
    const cn_program *from = mover->rewrite.from;
    for (int64_t i = 0; i < from->n_states; i++)
        if (from->states[i].final != from->states[i].initial)
            mover->state_of[from->states[i].final] = (int32_t)i + 1;
    for (int32_t n = 0; n < from->n_code; n++) {
        const cn_instruction *instruction = code(mover, n);
        const bool view = (instruction->op->flags & CN_OP_VIEW) != 0;
        mover->place[n] = n;
        mover->first[n] = -1;
        mover->is_update[n] = (instruction->op->flags & (CN_OP_ELEMENTWISE | CN_OP_LEAF)) &&
                              instruction->n_outputs == 1;
        for (int64_t k = 0; k < instruction->n_outputs; k++) {
            const cn_value value = instruction->output + (cn_value)k;
            mover->made[value] = n;
            mover->root[value] = view ? mover->root[instruction->inputs[0]] : value;
        }
    }
}

/* Whoever is read by what is no update, or by nobody, is none. */
static void find_updates(struct mover *mover, const int32_t *use_counts)
{
    const cn_program *from = mover->rewrite.from;
    for (int64_t i = 0; i < from->n_outputs; i++)
        mover->is_update[mover->made[from->outputs[i]]] = false;
    for (int32_t n = (int32_t)from->n_code - 1; n >= 0; n--) {
        const cn_instruction *instruction = code(mover, n);
        const bool needed = use_counts[instruction->output] > 0;
        mover->is_update[n] = mover->is_update[n] && needed;
        for (int64_t k = 0; k < instruction->n_inputs; k++) {
            const cn_value value = instruction->inputs[k];
            if (value == CN_NO_VALUE)
                continue;
            const cn_value root = mover->root[value];
            if (!mover->is_update[n])
                mover->is_update[mover->made[value]] = false;
            if (mover->is_update[n])
                mover->uses[root]++;
            else if (mover->last_use[root] < n)
                mover->last_use[root] = n;
        }
    }
}

/* ---- places ---------------------------------------------------------------------------------- */

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t place_of(const struct mover *mover, cn_value value)
{
    return mover->place[mover->made[value]];
}

static void place_small(struct mover *mover, int32_t n)
{
    const cn_instruction *instruction = code(mover, n);
    int32_t place = 0;
    for (int64_t k = 0; k < instruction->n_inputs; k++)
        place = later(place, place_of(mover, instruction->inputs[k]));
    mover->place[n] = place;
}

/* The instructions of an update: the one that makes the new value, and those of its shape that only
 * it needs, unless another update has taken them. */
static void gather(struct mover *mover, int32_t n, const cn_shape *shape)
{
    const cn_instruction *instruction = code(mover, n);
    mover->members[mover->n_members++] = n;
    mover->place[n] = -1;
    for (int64_t k = 0; k < instruction->n_inputs; k++) {
        const int32_t maker = mover->made[instruction->inputs[k]];
        mover->used_in[mover->root[instruction->inputs[k]]]++;
        if (mover->is_update[maker] && mover->place[maker] == maker &&
            cn_shape_equal(cn_shape_of(mover->rewrite.from, code(mover, maker)->output), shape))
            gather(mover, maker, shape);
    }
}

/* The latest of what the members read; their own places are not known yet. */
static int32_t find_place(const struct mover *mover, int32_t n)
{
    const cn_program *from = mover->rewrite.from;
    int32_t place = 0;
    for (int32_t i = 0; i < mover->n_members; i++) {
        const cn_instruction *member = code(mover, mover->members[i]);
        for (int64_t k = 0; k < member->n_inputs; k++)
            place = later(place, place_of(mover, member->inputs[k]));
        const int32_t state = mover->state_of[member->output];
        if (state == 0)
            continue;
        const cn_value old = from->states[state - 1].initial;
        if (mover->used_in[old] != mover->uses[old])
            return n;
        place = later(place, mover->last_use[old]);
    }
    return place < n ? place : n;
}

static void place_update(struct mover *mover, int32_t n)
{
    mover->n_members = 0;
    gather(mover, n, cn_shape_of(mover->rewrite.from, code(mover, n)->output));
    const int32_t place = find_place(mover, n);
    for (int32_t i = 0; i < mover->n_members; i++) {
        const int32_t member = mover->members[i];
        mover->place[member] = place < n && place < member ? place : member;
        for (int64_t k = 0; k < code(mover, member)->n_inputs; k++)
            mover->used_in[mover->root[code(mover, member)->inputs[k]]] = 0;
    }
}

static void place_all(struct mover *mover)
{
    const int32_t n_code = (int32_t)mover->rewrite.from->n_code;
    for (int32_t n = 0; n < n_code; n++)
        if (mover->is_update[n] && is_small(mover, n))
            place_small(mover, n);
    for (int32_t n = 0; n < n_code; n++)
        if (mover->is_update[n] && !is_small(mover, n) && mover->place[n] == n &&
            mover->state_of[code(mover, n)->output] > 0)
            place_update(mover, n);
    for (int32_t n = n_code - 1; n >= 0; n--)
        if (mover->place[n] < n) {
            mover->next[n] = mover->first[mover->place[n]];
            mover->first[mover->place[n]] = n;
        }
}

/* ---- the new program ------------------------------------------------------------------------- */

static cn_status allocate(struct mover *mover)
{
    cn_arena *memory = &mover->rewrite.memory;
    const size_t n_values = (size_t)mover->rewrite.from->n_values,
                 n_code = (size_t)mover->rewrite.from->n_code;
    mover->root = cn_arena_allocate(memory, n_values * sizeof *mover->root);
    mover->made = cn_arena_allocate(memory, n_values * sizeof *mover->made);
    mover->last_use = cn_arena_allocate(memory, n_values * sizeof *mover->last_use);
    mover->state_of = cn_arena_allocate(memory, n_values * sizeof *mover->state_of);
    mover->uses = cn_arena_allocate(memory, n_values * sizeof *mover->uses);
    mover->used_in = cn_arena_allocate(memory, n_values * sizeof *mover->used_in);
    mover->place = cn_arena_allocate(memory, n_code * sizeof *mover->place);
    mover->first = cn_arena_allocate(memory, n_code * sizeof *mover->first);
    mover->next = cn_arena_allocate(memory, n_code * sizeof *mover->next);
    mover->members = cn_arena_allocate(memory, n_code * sizeof *mover->members);
    mover->is_update = cn_arena_allocate(memory, n_code * sizeof *mover->is_update);
    return mover->root == NULL || mover->made == NULL || mover->last_use == NULL ||
                   mover->state_of == NULL || mover->uses == NULL || mover->used_in == NULL ||
                   mover->place == NULL || mover->first == NULL || mover->next == NULL ||
                   mover->members == NULL || mover->is_update == NULL
               ? CN_OUT_OF_MEMORY
               : CN_OK;
}

static cn_status move(struct mover *mover)
{
    cn_rewrite *rewrite = &mover->rewrite;
    CN_TRY(allocate(mover));
    const int32_t *use_counts = cn_program_use_counts(rewrite->from, &rewrite->memory);
    CN_CHECK_MEMORY(use_counts);
    describe_values(mover);
    find_updates(mover, use_counts);
    place_all(mover);
    for (int32_t n = 0; n < rewrite->from->n_code; n++) {
        if (mover->place[n] == n)
            cn_rewrite_copy(rewrite, code(mover, n));
        for (int32_t k = mover->first[n]; k >= 0; k = mover->next[k])
            cn_rewrite_copy(rewrite, code(mover, k));
    }
    return rewrite->to.status;
}

cn_status cn_pass_early_updates(cn_program *program)
{
    struct mover mover = {0};
    cn_status status = cn_rewrite_begin(&mover.rewrite, program);
    return cn_rewrite_end(&mover.rewrite, status == CN_OK ? move(&mover) : status);
}
