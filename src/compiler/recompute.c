/* recompute: where the most memory is needed, values lie that were made before and are read only
 * behind: those that are cheap to make from what is there then anyway (an activation from the
 * normalized convolution, say) are made a second time instead of being kept. One value after the
 * other, as long as the peak falls. */
#include "compiler/compiler.h"
#include "compiler/rewrite.h"
#include "ops/ops.h"

/* What is smaller than the peak by SMALL does not count; an operand that is smaller than its result
 * by FEW may be kept for it; CHAIN operands are made one from the other at most. */
enum { SMALL = 1024, FEW = 16, CHAIN = 6, NEAR = 200 };

/* A value and the instructions that read it, in order: uses[first] .. uses[first + n - 1]. */
struct value {
    cn_value root; /* what it is a view of */
    int32_t made;
    int32_t first, n;
    int64_t bytes;     /* of a root that takes memory of a run */
    int32_t end;       /* of a root: the last instruction that reads it or a view of it */
    int32_t again;     /* from this instruction on a second one is read; 0: none */
    bool is_kept;      /* read otherwise than by instructions, or through views */
    cn_value again_as; /* in the new program */
};

struct planner {
    cn_rewrite rewrite;
    struct value *values;
    int32_t *uses;
    int64_t *live; /* bytes at each instruction */
    int64_t peak;
};

/* ---- values and their uses ------------------------------------------------------------------- */

static bool is_elementwise(const cn_instruction *instruction)
{
    return (instruction->op->flags & CN_OP_ELEMENTWISE) != 0;
}

static void use(struct planner *planner, cn_value value, int32_t when)
{
    struct value *root = &planner->values[planner->values[value].root];
    if (root->end < when)
        root->end = when;
}

static void describe_outputs(struct planner *planner, int32_t number)
{
    const cn_program *from = planner->rewrite.from;
    const cn_instruction *instruction = &from->code[number];
    const bool view = (instruction->op->flags & CN_OP_VIEW) != 0,
               leaf = (instruction->op->flags & CN_OP_LEAF) != 0;
    for (int64_t k = 0; k < instruction->n_outputs; k++) {
        struct value *value = &planner->values[instruction->output + k];
        const cn_type *type = cn_type_of(from, instruction->output + (cn_value)k);
        *value = (struct value){.root = instruction->output + (cn_value)k,
                                .made = number,
                                .end = number,
                                .again_as = CN_NO_VALUE};
        if (view)
            value->root = planner->values[instruction->inputs[0]].root;
        else if (!leaf)
            value->bytes = cn_shape_size(&type->shape) * (int64_t)cn_dtype_size(type->dtype);
        if (view)
            planner->values[value->root].is_kept = true;
    }
}

static void count_uses(struct planner *planner)
{
    const cn_program *from = planner->rewrite.from;
    for (int32_t n = 0; n < from->n_code; n++) {
        describe_outputs(planner, n);
        for (int64_t k = 0; k < from->code[n].n_inputs; k++)
            if (from->code[n].inputs[k] != CN_NO_VALUE) {
                planner->values[from->code[n].inputs[k]].n++;
                use(planner, from->code[n].inputs[k], n);
            }
    }
    for (int64_t i = 0; i < from->n_outputs; i++) {
        planner->values[planner->values[from->outputs[i]].root].is_kept = true;
        use(planner, from->outputs[i], (int32_t)from->n_code);
    }
    for (int64_t i = 0; i < from->n_states; i++)
        planner->values[planner->values[from->states[i].final].root].is_kept = true;
}

static void list_uses(struct planner *planner)
{
    const cn_program *from = planner->rewrite.from;
    int32_t first = 0;
    for (cn_value v = 0; v < from->n_values; v++) {
        planner->values[v].first = first;
        first += planner->values[v].n;
        planner->values[v].n = 0;
    }
    for (int32_t n = 0; n < from->n_code; n++)
        for (int64_t k = 0; k < from->code[n].n_inputs; k++)
            if (from->code[n].inputs[k] != CN_NO_VALUE) {
                struct value *value = &planner->values[from->code[n].inputs[k]];
                planner->uses[value->first + value->n++] = n;
            }
}

/* What elementwise instructions nearby alone read becomes a part of one fused kernel: it takes no
 * memory. */
static void find_inner_values(struct planner *planner)
{
    const cn_program *from = planner->rewrite.from;
    for (cn_value v = 0; v < from->n_values; v++) {
        struct value *value = &planner->values[v];
        bool inner = is_elementwise(&from->code[value->made]) && value->n > 0 && !value->is_kept;
        for (int32_t i = 0; inner && i < value->n; i++) {
            const cn_instruction *reader = &from->code[planner->uses[value->first + i]];
            inner = is_elementwise(reader) &&
                    planner->uses[value->first + i] - value->made < NEAR &&
                    cn_shape_equal(cn_shape_of(from, reader->output), cn_shape_of(from, v));
        }
        if (inner)
            value->bytes = 0;
    }
}

/* ---- the peak -------------------------------------------------------------------------------- */

/* The last use before an instruction, or where the value is made; the first one from there on, or
 * -1. */
static int32_t last_before(const struct planner *planner, const struct value *value, int32_t when)
{
    int32_t last = value->made;
    for (int32_t i = 0; i < value->n && planner->uses[value->first + i] < when; i++)
        last = planner->uses[value->first + i];
    return last;
}

static int32_t first_from(const struct planner *planner, const struct value *value, int32_t when)
{
    for (int32_t i = 0; i < value->n; i++)
        if (planner->uses[value->first + i] >= when)
            return planner->uses[value->first + i];
    return -1;
}

/* An elementwise instruction writes its result over what it reads last. */
static void add_life(struct planner *planner, int64_t bytes, int32_t begin, int32_t end)
{
    const cn_program *from = planner->rewrite.from;
    if (end > begin && end < from->n_code && is_elementwise(&from->code[end]))
        end--;
    planner->live[begin] += bytes;
    planner->live[end + 1] -= bytes;
}

static int32_t find_peak(struct planner *planner)
{
    const cn_program *from = planner->rewrite.from;
    for (int64_t n = 0; n <= from->n_code + 1; n++)
        planner->live[n] = 0;
    for (cn_value v = 0; v < from->n_values; v++) {
        const struct value *value = &planner->values[v];
        if (value->bytes == 0)
            continue;
        const int32_t last = value->again > 0 ? last_before(planner, value, value->again)
                                              : value->end;
        add_life(planner, value->bytes, value->made, last);
        if (value->again > 0)
            add_life(planner, value->bytes, value->again, value->end);
    }
    int32_t peak = 0;
    for (int32_t n = 1; n <= from->n_code; n++) {
        planner->live[n] += planner->live[n - 1];
        peak = planner->live[n] > planner->live[peak] ? n : peak;
    }
    return peak;
}

/* ---- what can be made again ------------------------------------------------------------------ */

/* Elementwise, by a vector kernel; a convolution with one channel to a group. */
static bool is_cheap(const struct planner *planner, const cn_instruction *instruction)
{
    const cn_program *from = planner->rewrite.from;
    if (is_elementwise(instruction))
        return instruction->op->tile != 0 || instruction->op->tile_i32 != 0;
    if (instruction->op != &cn_op_conv)
        return false;
    const cn_shape *kernel = cn_shape_of(from, instruction->inputs[1]);
    const cn_conv_attributes *conv = instruction->attributes;
    return conv->groups > 1 && kernel->dim[kernel->rank - 2] == 1;
}

/* Whether a value can be made a second time at an instruction from what is there then; if so, and
 * `decide`, it will be. Operands are there, or small, or are themselves made again. */
static bool make_again(struct planner *planner, cn_value v, int32_t when, int chain, bool decide);

static bool have_operand(struct planner *planner, cn_value operand, int64_t bytes, int32_t when,
                         int chain, bool decide)
{
    struct value *root = &planner->values[planner->values[operand].root];
    const bool leaf = planner->rewrite.from->code[root->made].op->flags & CN_OP_LEAF;
    if (leaf || (root->end >= when && (root->again == 0 || root->again <= when)))
        return true;
    if (root->again == 0 && root->bytes * FEW <= bytes && root->bytes > 0) {
        root->end = decide && root->end < when ? when : root->end;
        return true;
    }
    return root == &planner->values[operand] && make_again(planner, operand, when, chain, decide);
}

static bool make_again(struct planner *planner, cn_value v, int32_t when, int chain, bool decide)
{
    struct value *value = &planner->values[v];
    const cn_instruction *maker = &planner->rewrite.from->code[value->made];
    if (value->is_kept || chain == CHAIN || maker->n_outputs > 1 || !is_cheap(planner, maker))
        return false;
    const cn_type *type = cn_type_of(planner->rewrite.from, v);
    const int64_t bytes = cn_shape_size(&type->shape) * (int64_t)cn_dtype_size(type->dtype);
    for (int64_t k = 0; k < maker->n_inputs; k++)
        if (!have_operand(planner, maker->inputs[k], bytes, when, chain + 1, decide))
            return false;
    if (decide) {
        value->again = value->again == 0 || value->again > when ? when : value->again;
        value->end = value->end < when ? when : value->end;
    }
    return true;
}

/* The largest value that is alive at the peak, read on both sides of it only, and can be made again
 * behind; elementwise ones first. */
static cn_value find_candidate(struct planner *planner, int32_t peak, bool elementwise)
{
    const cn_program *from = planner->rewrite.from;
    cn_value best = CN_NO_VALUE;
    int64_t most = planner->live[peak] / SMALL;
    for (cn_value v = 0; v < from->n_values; v++) {
        const struct value *value = &planner->values[v];
        if (value->bytes <= most || value->made >= peak || value->again > 0 || value->is_kept ||
            is_elementwise(&from->code[value->made]) != elementwise)
            continue;
        const int32_t behind = first_from(planner, value, peak);
        if (behind > peak && last_before(planner, value, peak) < peak &&
            make_again(planner, v, behind, 0, false)) {
            best = v;
            most = value->bytes;
        }
    }
    return best;
}

static void decide(struct planner *planner)
{
    for (;;) {
        const int32_t peak = find_peak(planner);
        cn_value v = find_candidate(planner, peak, true);
        if (v == CN_NO_VALUE)
            v = find_candidate(planner, peak, false);
        if (v == CN_NO_VALUE)
            return;
        (void)make_again(planner, v, first_from(planner, &planner->values[v], peak), 0, true);
    }
}

/* ---- the new program ------------------------------------------------------------------------- */

/* What an instruction reads in the place of a value of the old program. */
static cn_value read_value(struct planner *planner, cn_value v, int32_t when)
{
    cn_rewrite *rewrite = &planner->rewrite;
    struct value *value = v == CN_NO_VALUE ? NULL : &planner->values[v];
    if (value == NULL || value->again == 0 || when < value->again)
        return value == NULL ? CN_NO_VALUE : rewrite->map[v];
    if (value->again_as != CN_NO_VALUE)
        return value->again_as;
    const cn_instruction *maker = &rewrite->from->code[value->made];
    cn_value inputs[3];
    for (int64_t k = 0; k < maker->n_inputs; k++)
        inputs[k] = read_value(planner, maker->inputs[k], when);
    value->again_as = cn_program_append_like(&rewrite->to, rewrite->from, maker, inputs);
    return value->again_as;
}

static cn_status copy(struct planner *planner, int32_t number)
{
    cn_rewrite *rewrite = &planner->rewrite;
    const cn_instruction *instruction = &rewrite->from->code[number];
    cn_value few[8], *inputs = few;
    if (instruction->n_inputs > 8)
        inputs =
            cn_arena_allocate(&rewrite->memory, (size_t)instruction->n_inputs * sizeof *inputs);
    CN_CHECK_MEMORY(inputs);
    for (int64_t k = 0; k < instruction->n_inputs; k++)
        inputs[k] = read_value(planner, instruction->inputs[k], number);
    cn_value output = cn_program_append_like(&rewrite->to, rewrite->from, instruction, inputs);
    for (int64_t k = 0; k < instruction->n_outputs; k++)
        rewrite->map[instruction->output + k] = output == CN_NO_VALUE ? output
                                                                      : output + (cn_value)k;
    return rewrite->to.status;
}

static cn_status recompute(struct planner *planner)
{
    cn_rewrite *rewrite = &planner->rewrite;
    const cn_program *from = rewrite->from;
    int64_t n_uses = 0;
    for (int64_t n = 0; n < from->n_code; n++)
        n_uses += from->code[n].n_inputs;
    planner->values =
        cn_arena_allocate(&rewrite->memory, (size_t)from->n_values * sizeof *planner->values);
    planner->uses = cn_arena_allocate(&rewrite->memory, (size_t)n_uses * sizeof *planner->uses);
    planner->live =
        cn_arena_allocate(&rewrite->memory, (size_t)(from->n_code + 2) * sizeof *planner->live);
    if (planner->values == NULL || planner->uses == NULL || planner->live == NULL)
        return CN_OUT_OF_MEMORY;
    count_uses(planner);
    list_uses(planner);
    find_inner_values(planner);
    decide(planner);
    for (int32_t n = 0; n < from->n_code; n++)
        CN_TRY(copy(planner, n));
    return rewrite->to.status;
}

cn_status cn_pass_recompute(cn_program *program)
{
    struct planner planner = {0};
    cn_status status = cn_rewrite_begin(&planner.rewrite, program);
    return cn_rewrite_end(&planner.rewrite, status == CN_OK ? recompute(&planner) : status);
}
