/* Which values lie inside others. A concatenation's parts are placed from the last one of the
 * program to the first, so that parts of parts find where their host lies; then slices, from the
 * first to the last. */
#include "compiler/placement.h"

#include "ops/ops.h"

/* Elements. Measured: what runs over rows apart takes 10 to 20 ns more for each, and copying one of
 * 64 elements 7 ns within the cache, 40 beyond. Products take the same time, also where rows are a
 * multiple of 4096 bytes apart. */
enum { LEAST_ROW = 64, LEAST_CACHED_ROW = 128, CACHED_BYTES = 1 << 20 };

/* What is known of a value that is no view; views count for what they are views of. */
struct base {
    int64_t bytes, made; /* 0 bytes: they are not those of a run */
    int64_t begin, end;  /* from the first instruction that makes it, or what lies in it, to the
                                last that reads any of that */
    bool replaced;       /* by a result that is made in its place at the end */
    bool fixed;          /* it cannot lie in another value, */
    bool no_host;        /* or be written before it is made, */
    bool no_slice;       /* or be read when it is no longer read */
    bool together;       /* somebody needs its elements together */
};

struct finder {
    const cn_program *program;
    cn_value *base; /* what each value is a view of: itself, if it is none */
    struct base *bases;
    cn_placement *places; /* of bases */
    int64_t *live,
        most; /* bytes at each instruction; so many there may be where lives are longer */
};

/* A block of another value: dims, and the first element and the steps along each of its axes. */
struct block {
    const cn_shape *dims;
    int64_t start[CN_MAX_RANK], step[CN_MAX_RANK];
};

/* ---- what is known of values ----------------------------------------------------------------- */

static struct base *base_of(const struct finder *finder, cn_value value)
{
    return &finder->bases[finder->base[value]];
}

static int64_t last_dim(const struct finder *finder, cn_value value)
{
    const cn_shape *shape = cn_shape_of(finder->program, value);
    return shape->rank == 0 ? 1 : shape->dim[shape->rank - 1];
}

static int64_t bytes_of(const struct finder *finder, cn_value value)
{
    const cn_type *type = cn_type_of(finder->program, value);
    return cn_shape_size(&type->shape) * (int64_t)cn_dtype_size(type->dtype);
}

static bool has_flag(const cn_instruction *instruction, int flags)
{
    return (instruction->op->flags & flags) != 0;
}

static void describe_output(struct finder *finder, int64_t number, cn_value output)
{
    const cn_instruction *instruction = &finder->program->code[number];
    const bool leaf = has_flag(instruction, CN_OP_LEAF), input = instruction->op == &cn_op_input;
    const bool view = has_flag(instruction, CN_OP_VIEW);
    finder->base[output] = view ? finder->base[instruction->inputs[0]] : output;
    finder->places[output] = (cn_placement){.host = output};
    finder->bases[output] = (struct base){.bytes = leaf && !input ? 0 : bytes_of(finder, output),
                                          .made = number,
                                          .begin = leaf ? 0 : number,
                                          .end = number,
                                          .fixed = leaf,
                                          .no_host = leaf};
}

static void describe_input(struct finder *finder, int64_t number, int64_t k)
{
    const cn_instruction *instruction = &finder->program->code[number];
    const cn_value input = instruction->inputs[k];
    if (input == CN_NO_VALUE)
        return;
    struct base *base = base_of(finder, input);
    base->end = number;
    base->replaced = has_flag(instruction, CN_OP_ELEMENTWISE) &&
                     bytes_of(finder, instruction->output) == base->bytes;
    if (has_flag(instruction, CN_OP_VIEW))
        base->together |= last_dim(finder, input) != last_dim(finder, instruction->output);
    else
        base->together |= !has_flag(instruction, CN_OP_READS_APART | CN_OP_ELEMENTWISE) ||
                          (instruction->op->dense_inputs >> k & 1) != 0;
}

/* Outputs are where the caller finds them; a variable's new value is made in the variable, if the
 * old one is no longer needed. */
static void describe_values(struct finder *finder)
{
    const cn_program *program = finder->program;
    for (int64_t i = 0; i < program->n_code; i++) {
        const cn_instruction *instruction = &program->code[i];
        for (int64_t k = 0; k < instruction->n_outputs; k++)
            describe_output(finder, i, instruction->output + (cn_value)k);
        for (int64_t k = 0; k < instruction->n_inputs; k++)
            describe_input(finder, i, k);
    }
    for (int64_t i = 0; i < program->n_outputs; i++) {
        base_of(finder, program->outputs[i])->fixed = true;
        base_of(finder, program->outputs[i])->end = program->n_code;
        base_of(finder, program->outputs[i])->replaced = false;
    }
    for (int64_t i = 0; i < program->n_states; i++) {
        const cn_state *state = &program->states[i];
        struct base *final = base_of(finder, state->final);
        final->fixed = final->no_host = true;
        finder->bases[state->initial].no_slice = state->final != state->initial;
    }
}

/* ---- memory ---------------------------------------------------------------------------------- */

static int64_t last_of(const struct base *base)
{
    return base->replaced && base->end > base->begin ? base->end - 1 : base->end;
}

static void find_most(struct finder *finder, double share)
{
    int64_t live = 0, peak = 0;
    for (cn_value v = 0; v < finder->program->n_values; v++) {
        const struct base *base = &finder->bases[v];
        if (finder->base[v] != v)
            continue;
        finder->live[base->begin] += base->bytes;
        finder->live[last_of(base) + 1] -= base->bytes;
    }
    for (int64_t i = 0; i <= finder->program->n_code; i++) {
        live += finder->live[i];
        finder->live[i] = live;
        peak = peak > live ? peak : live;
    }
    finder->most = (int64_t)(share * (double)peak);
}

/* More bytes at the instructions begin .. last; whether that is not too much. */
static bool add_bytes(struct finder *finder, int64_t begin, int64_t last, int64_t bytes)
{
    bool fits = true;
    for (int64_t i = begin; i <= last; i++) {
        finder->live[i] += bytes;
        fits = fits && finder->live[i] <= finder->most;
    }
    return fits;
}

/* Lets a host live as long as what is to lie in it, which needs no memory then, unless that were
 * too much. */
static bool join_lives(struct finder *finder, struct base *host, const struct base *inner)
{
    struct base both = *host;
    both.replaced = host->replaced && host->end > inner->end;
    both.begin = host->begin < inner->begin ? host->begin : inner->begin;
    both.end = host->end > inner->end ? host->end : inner->end;
    (void)add_bytes(finder, inner->begin, last_of(inner), -inner->bytes);
    const bool early = add_bytes(finder, both.begin, host->begin - 1, host->bytes),
               late = add_bytes(finder, last_of(host) + 1, last_of(&both), host->bytes);
    if (early && late) {
        *host = both;
        return true;
    }
    (void)add_bytes(finder, both.begin, host->begin - 1, -host->bytes);
    (void)add_bytes(finder, last_of(host) + 1, last_of(&both), -host->bytes);
    (void)add_bytes(finder, inner->begin, last_of(inner), inner->bytes);
    return false;
}

/* ---- placing --------------------------------------------------------------------------------- */

/* Where a block of a value lies, if it is rows at equal distances. */
static bool find_place(const struct finder *finder, cn_value outer, const struct block *block,
                       cn_placement *place)
{
    const cn_shape *shape = cn_shape_of(finder->program, outer), *dims = block->dims;
    int64_t stride = 1, reach = 0; /* reach: of the rows behind an axis */
    *place = finder->places[finder->base[outer]];
    const int64_t pitch = place->pitch;
    place->pitch = 0;
    for (int64_t i = shape->rank - 1; i >= 0; i--) {
        const int64_t step = stride * block->step[i];
        place->first += block->start[i] * stride;
        if (dims->dim[i] == 0)
            return false;
        if (dims->dim[i] > 1) {
            if (i == shape->rank - 1 ? step != 1 : reach != 0 && step != reach)
                return false;
            if (i < shape->rank - 1)
                place->pitch = place->pitch == 0 ? step : place->pitch, reach = step * dims->dim[i];
        }
        stride = i == shape->rank - 1 && pitch != 0 ? pitch : stride * shape->dim[i];
    }
    const int64_t width = dims->rank == 0 ? 1 : dims->dim[dims->rank - 1];
    if (place->pitch == width)
        place->pitch = 0;
    return place->pitch >= 0;
}

/* Whether a value may lie there; `writes`: its rows are made there, not only read. */
static bool may_lie(const struct finder *finder, cn_value value, const cn_placement *place,
                    bool writes)
{
    const struct base *base = base_of(finder, value);
    const cn_instruction *maker = &finder->program->code[base->made];
    if (base->fixed || place->pitch == 0)
        return !base->fixed;
    return cn_dtype_of(finder->program, value) == CN_FLOAT32 && !base->together &&
           last_dim(finder, value) >= (base->bytes < CACHED_BYTES ? LEAST_CACHED_ROW : LEAST_ROW) &&
           (!writes || has_flag(maker, CN_OP_WRITES_APART | CN_OP_ELEMENTWISE));
}

static void place_value(struct finder *finder, cn_value value, const struct block *block,
                        cn_value outer, bool writes)
{
    struct base *base = base_of(finder, value);
    cn_placement place;
    if (!find_place(finder, outer, block, &place) || !may_lie(finder, value, &place, writes) ||
        !join_lives(finder, &finder->bases[place.host], base))
        return;
    base->fixed = true;
    finder->places[finder->base[value]] = place;
}

/* From the last part to the first: those that are made early let the result live longer. */
static void place_parts(struct finder *finder, const cn_instruction *instruction)
{
    const int64_t axis = ((const cn_axis_attributes *)instruction->attributes)->axis;
    struct block block = {0};
    if (base_of(finder, instruction->output)->no_host)
        return;
    for (int64_t i = 0; i < CN_MAX_RANK; i++)
        block.step[i] = 1;
    block.start[axis] = cn_shape_of(finder->program, instruction->output)->dim[axis];
    for (int64_t k = instruction->n_inputs - 1; k >= 0; k--) {
        block.dims = cn_shape_of(finder->program, instruction->inputs[k]);
        block.start[axis] -= block.dims->dim[axis];
        place_value(finder, instruction->inputs[k], &block, instruction->output, true);
    }
}

static void place_slice(struct finder *finder, const cn_instruction *instruction)
{
    const cn_slice_attributes *slice = instruction->attributes;
    struct block block = {.dims = &slice->size};
    for (int64_t i = 0; i < slice->start.rank; i++)
        block.start[i] = slice->start.dim[i], block.step[i] = slice->step.dim[i];
    if (!base_of(finder, instruction->inputs[0])->no_slice)
        place_value(finder, instruction->output, &block, instruction->inputs[0], false);
}

static bool begin(struct finder *finder, const cn_program *program, double share, cn_arena *memory)
{
    const size_t n = (size_t)program->n_values;
    finder->program = program;
    finder->base = cn_arena_allocate(memory, n * sizeof *finder->base);
    finder->bases = cn_arena_allocate(memory, n * sizeof *finder->bases);
    finder->places = cn_arena_allocate(memory, n * sizeof *finder->places);
    finder->live = cn_arena_allocate(memory, (size_t)(program->n_code + 2) * sizeof *finder->live);
    if (finder->base == NULL || finder->bases == NULL || finder->places == NULL ||
        finder->live == NULL)
        return false;
    describe_values(finder);
    find_most(finder, share);
    return true;
}

static cn_placement *end(const struct finder *finder)
{
    for (cn_value v = 0; v < finder->program->n_values; v++)
        finder->places[v] = finder->places[finder->base[v]];
    return finder->places;
}

cn_placement *cn_place_values(const cn_program *program, double share, cn_arena *memory)
{
    struct finder finder = {0};
    if (!begin(&finder, program, share, memory))
        return NULL;
    for (int64_t i = program->n_code - 1; i >= 0 && share > 0; i--)
        if (program->code[i].op == &cn_op_concatenate)
            place_parts(&finder, &program->code[i]);
    for (int64_t i = 0; i < program->n_code && share > 0; i++)
        if (program->code[i].op == &cn_op_slice)
            place_slice(&finder, &program->code[i]);
    return end(&finder);
}
