/* Prepares an elementwise program: cuts the index space into tiles and gives every register a
 * place to lie in. */
#include "kernels/native/map.h"
#include "kernels/native/map_prepared.h"

enum {
    MOST_TARGET = CN_TILE,
    LEAST_TARGET = 16,
    THREAD_WORK = 1 << 19, /* elements times steps worth a thread: about 50 microseconds */
    STREAM_BYTES = 1 << 20 /* of all operands and outputs, that the second cache does not hold */
};

/* Where a register lies: which part of the table, and the index there. Parts are put behind each
 * other at the end. */
typedef enum part { NOWHERE, PLACE, BUFFER, CONSTANT } part;

typedef struct slot {
    part part;
    int32_t index;
} slot;

typedef struct register_state {
    slot slot;
    cn_dtype dtype;
    int32_t last_use; /* the last instruction that reads it; n_instructions if an output does */
    bool kept;        /* its buffer is never given to another one */
} register_state;

typedef struct draft_step {
    cn_map_step step;
    slot slots[4]; /* out, a, b, c */
} draft_step;

typedef struct builder {
    const cn_map *map;
    cn_map_operand *operands; /* as given, with the kinds made exact */
    register_state *registers;
    int32_t n_registers;
    cn_map_prepared prepared;
    cn_map_place *places;
    cn_map_spread *spreads, *once;
    slot *spread_slots, *spread_buffers, *once_buffers; /* of each */
    void **constants;
    draft_step *steps;
    bool *buffer_used;
    bool *output_written;
    int32_t n_spreads;
    bool apart; /* some rows lie apart */
} builder;

static bool is_integer(cn_dtype dtype)
{
    return dtype == CN_INT32 || dtype == CN_UINT8;
}

static bool is_wide(cn_dtype dtype)
{
    return dtype == CN_FLOAT32 || dtype == CN_INT32;
}

static slot no_slot(void)
{
    return (slot){NOWHERE, -1};
}

/* ---- the index space ------------------------------------------------------------------------- */

/* A broadcast that repeats nothing is full, one that repeats everything is a scalar. */
static void make_kind_exact(const cn_map *map, cn_map_operand *operand)
{
    bool full = true, scalar = true;
    int64_t stride = 1;
    for (int64_t axis = map->rank - 1; axis >= 0; axis--) {
        if (map->dim[axis] == 1)
            continue;
        full = full && operand->stride[axis] == stride;
        scalar = scalar && operand->stride[axis] == 0;
        stride *= map->dim[axis];
    }
    if (full)
        operand->kind = CN_MAP_FULL;
    else if (scalar)
        operand->kind = CN_MAP_SCALAR;
}

/* Whether all broadcast operands step from axis to axis + 1 as if both were one. Rows apart remain
 * rows. */
static bool can_merge(const builder *b, int64_t outer, int64_t inner)
{
    if (b->apart && inner == b->map->rank - 1)
        return false;
    for (int32_t i = 0; i < b->map->n_operands; i++) {
        const cn_map_operand *operand = b->operands + i;
        if (operand->kind == CN_MAP_STRIDED &&
            operand->stride[outer] != operand->stride[inner] * b->map->dim[inner])
            return false;
    }
    return true;
}

/* Merges axes; from[axis] is the axis of the map that has the strides. */
static void merge_axes(builder *b, int64_t from[CN_MAX_RANK])
{
    const cn_map *map = b->map;
    cn_map_prepared *p = &b->prepared;
    for (int64_t axis = 0; axis < map->rank; axis++) {
        if (map->dim[axis] == 1)
            continue;
        if (p->rank > 0 && can_merge(b, from[p->rank - 1], axis)) {
            p->dim[p->rank - 1] *= map->dim[axis];
        } else {
            p->dim[p->rank] = map->dim[axis];
            p->rank++;
        }
        from[p->rank - 1] = axis;
    }
    for (int32_t i = 0; i < map->n_operands; i++)
        if (b->operands[i].kind == CN_MAP_STRIDED)
            for (int64_t axis = 0; axis < p->rank; axis++)
                b->operands[i].stride[axis] = b->operands[i].stride[from[axis]];
}

static void set_axes(builder *b)
{
    cn_map_prepared *p = &b->prepared;
    bool strided = false;
    for (int32_t i = 0; i < b->map->n_outputs; i++)
        b->apart = b->apart || b->map->outputs[i].pitch != 0;
    for (int32_t i = 0; i < b->map->n_operands; i++) {
        b->apart = b->apart || b->operands[i].pitch != 0;
        if (b->operands[i].kind == CN_MAP_STRIDED)
            make_kind_exact(b->map, b->operands + i);
        strided = strided || b->operands[i].kind == CN_MAP_STRIDED;
    }
    int64_t from[CN_MAX_RANK];
    if (strided || b->apart)
        merge_axes(b, from);
    else
        p->rank = 1, p->dim[0] = b->map->count;
    p->row = p->dim[p->rank - 1];
    p->count = b->map->count;
    p->columns = b->map->columns;
}

/* Cuts the index space into tiles of at most target elements: whole rows, or pieces of one. */
static void set_tiles(cn_map_prepared *p, int64_t target, bool apart)
{
    p->pieces = 1;
    p->tile = target;
    if (p->rank > 1 && p->row > target) {
        p->pieces = (p->row + target - 1) / target;
        p->tile = (p->row + p->pieces - 1) / p->pieces;
        p->tile = (p->tile + CN_MAP_SLACK - 1) / CN_MAP_SLACK * CN_MAP_SLACK;
    } else if (apart) {
        p->tile = p->row;
    } else if (p->rank > 1) {
        p->tile = target / p->row * p->row;
    }
    p->by_rows = p->rank > 1 && p->tile <= p->row;
    p->n_tiles = p->pieces > 1 ? p->count / p->row * p->pieces : (p->count + p->tile - 1) / p->tile;
}

/* ---- slots ----------------------------------------------------------------------------------- */

static slot add_rows(builder *b, const void *data, int64_t item, int64_t pitch)
{
    bool ahead = item > 0 && pitch > 0;
    for (int32_t i = 0; i < b->prepared.n_places; i++)
        ahead = ahead && b->places[i].data != data;
    b->places[b->prepared.n_places] = (cn_map_place){(char *)(uintptr_t)data, item, pitch, ahead};
    return (slot){PLACE, b->prepared.n_places++};
}

static slot add_place(builder *b, const void *data, int64_t item)
{
    return add_rows(b, data, item, b->prepared.row);
}

static slot take_buffer(builder *b)
{
    int32_t i = 0;
    while (b->buffer_used[i])
        i++;
    b->buffer_used[i] = true;
    if (i >= b->prepared.n_buffers)
        b->prepared.n_buffers = i + 1;
    return (slot){BUFFER, i};
}

static void release_slot(builder *b, slot old)
{
    if (old.part == BUFFER)
        b->buffer_used[old.index] = false;
}

static draft_step *add_step(builder *b, cn_tile *tile, slot out, slot a)
{
    draft_step *draft = b->steps + b->prepared.n_steps++;
    draft->step.tile = tile;
    draft->slots[0] = out;
    draft->slots[1] = a;
    draft->slots[2] = draft->slots[3] = no_slot();
    return draft;
}

static cn_tile *native_tile(cn_tile_id id)
{
    return cn_native_kernels()->tiles[id];
}

/* ---- operands -------------------------------------------------------------------------------- */

static cn_status add_constant(builder *b, const cn_map_operand *operand, cn_arena *memory,
                              slot *result)
{
    int64_t n = b->prepared.count < b->prepared.tile ? b->prepared.count : b->prepared.tile;
    uint32_t *lanes = cn_arena_allocate(memory, (size_t)n * sizeof *lanes);
    CN_CHECK_MEMORY(lanes);
    const uint32_t lane = cn_map_lane(operand->data, operand->dtype);
    for (int64_t i = 0; i < n; i++)
        lanes[i] = lane;
    b->constants[b->prepared.n_constants] = lanes;
    *result = (slot){CONSTANT, b->prepared.n_constants++};
    return CN_OK;
}

static bool has_one_row(const cn_map_prepared *p, const cn_map_spread *spread)
{
    for (int64_t axis = 0; axis < p->rank - 1; axis++)
        if (spread->stride[axis] != 0)
            return false;
    return true;
}

/* Whether every tile holds the operand's only row, some whole times; parts that are run alone begin
 * with any of their own rows. */
static bool is_periodic(const cn_map_prepared *p, const cn_map_spread *spread)
{
    return (p->columns == 0 || p->columns == p->row) && has_one_row(p, spread) && p->pieces == 1 &&
           p->tile > p->row;
}

static slot add_once(builder *b, const cn_map_spread *spread)
{
    slot buffer = take_buffer(b);
    b->once_buffers[b->prepared.n_once] = buffer;
    b->once[b->prepared.n_once++] = *spread;
    return buffer;
}

/* A tile that lies in one row reads the operand in place: then its address is all that the step
 * sets. */
static slot add_spread(builder *b, const cn_map_spread *spread)
{
    const cn_map_prepared *p = &b->prepared;
    bool in_place = spread->stride[p->rank - 1] == 1 && is_wide(spread->dtype) && p->by_rows;
    slot place = add_place(b, spread->data, 0), buffer = in_place ? place : take_buffer(b);
    b->spreads[b->n_spreads] = *spread;
    b->spread_slots[b->n_spreads] = place;
    b->spread_buffers[b->n_spreads] = buffer;
    draft_step *draft = add_step(b, NULL, place, no_slot());
    draft->step.spread = b->spreads + b->n_spreads++;
    return place;
}

static cn_map_spread spread_of(const builder *b, int32_t index)
{
    const cn_map_operand *operand = b->operands + index;
    cn_map_spread spread = {.data = operand->data, .dtype = operand->dtype};
    for (int64_t axis = 0; axis < b->prepared.rank && operand->kind == CN_MAP_STRIDED; axis++)
        spread.stride[axis] = operand->stride[axis];
    return spread;
}

/* Before all steps: what is the same in all tiles gets buffers that nothing else uses. */
static cn_status load_fixed_operands(builder *b, cn_arena *memory)
{
    for (int32_t i = 0; i < b->map->n_operands; i++) {
        register_state *state = b->registers + i;
        const cn_map_operand *operand = b->operands + i;
        cn_map_spread spread = spread_of(b, i);
        if (state->last_use < 0 || operand->kind == CN_MAP_FULL)
            continue;
        if (operand->kind == CN_MAP_CONSTANT)
            CN_TRY(add_constant(b, operand, memory, &state->slot));
        else if (operand->kind == CN_MAP_SCALAR || is_periodic(&b->prepared, &spread))
            state->slot = add_once(b, &spread);
        state->kept = state->slot.part != NOWHERE;
    }
    return CN_OK;
}

/* Gives the operand a slot, just before the first step that reads it. */
static void load_operand(builder *b, int32_t index)
{
    const cn_map_operand *operand = b->operands + index;
    register_state *state = b->registers + index;
    cn_map_spread spread = spread_of(b, index);
    const bool in_rows = b->prepared.by_rows && is_wide(operand->dtype);
    if (in_rows && operand->pitch != 0) {
        state->slot = add_rows(b, operand->data, 4, operand->pitch);
    } else if (in_rows && operand->kind == CN_MAP_STRIDED && has_one_row(&b->prepared, &spread) &&
               spread.stride[b->prepared.rank - 1] == 1) {
        state->slot = add_rows(b, operand->data, 4, 0);
    } else if (operand->kind == CN_MAP_STRIDED) {
        state->slot = add_spread(b, &spread);
    } else if (is_wide(operand->dtype)) {
        state->slot = add_place(b, operand->data, 4);
    } else {
        cn_tile *load =
            native_tile(is_integer(operand->dtype) ? CN_TILE_i32_load_u8 : CN_TILE_truth_load_u8);
        state->slot = take_buffer(b);
        add_step(b, load, state->slot, add_place(b, operand->data, 1));
    }
}

static slot read_register(builder *b, int32_t index)
{
    if (index < 0)
        return no_slot();
    if (b->registers[index].slot.part == NOWHERE)
        load_operand(b, index);
    return b->registers[index].slot;
}

/* What was spread into a buffer gives back that one. */
static void release_register(builder *b, int32_t index, int32_t instruction)
{
    register_state *state = b->registers + index;
    if (index < 0 || state->last_use != instruction || state->kept)
        return;
    state->kept = true;
    release_slot(b, state->slot);
    for (int32_t i = 0; i < b->n_spreads; i++)
        if (state->slot.part == PLACE && b->spread_slots[i].index == state->slot.index)
            release_slot(b, b->spread_buffers[i]);
}

/* ---- outputs --------------------------------------------------------------------------------- */

static bool is_shared(const builder *b, const void *data)
{
    for (int32_t i = 0; i < b->map->n_outputs; i++)
        if (b->map->outputs[i].data == data)
            return true;
    return false;
}

/* Outputs that are operands, whose memory may be written before they are stored: kept in a
 * buffer. */
static void keep_copied_operands(builder *b)
{
    for (int32_t i = 0; i < b->map->n_outputs; i++) {
        int32_t index = b->map->outputs[i].from;
        if (index >= b->map->n_operands || !is_shared(b, b->operands[index].data))
            continue;
        slot from = read_register(b, index);
        if (from.part != PLACE)
            continue;
        b->registers[index].slot = take_buffer(b);
        add_step(b, native_tile(CN_TILE_copy), b->registers[index].slot, from);
    }
}

/* Whether instruction may write to the output's memory although operands that lie there have
 * been read. */
static bool is_free(const builder *b, const cn_map_output *output, int32_t instruction)
{
    for (int32_t i = 0; i < b->map->n_operands; i++)
        if (b->operands[i].kind == CN_MAP_FULL && b->operands[i].data == output->data &&
            b->registers[i].last_use > instruction)
            return false;
    return true;
}

static slot add_output(builder *b, const cn_map_output *output)
{
    return add_rows(b, output->data, is_wide(output->dtype) ? 4 : 1,
                    output->pitch != 0 ? output->pitch : b->prepared.row);
}

/* The result's slot: an output's own memory if that is allowed, otherwise a buffer. */
static slot place_result(builder *b, int32_t instruction)
{
    int32_t result = b->map->instructions[instruction].result;
    for (int32_t i = 0; i < b->map->n_outputs; i++) {
        const cn_map_output *output = b->map->outputs + i;
        if (output->from == result && is_wide(output->dtype) && is_free(b, output, instruction)) {
            b->output_written[i] = true;
            return add_output(b, output);
        }
    }
    return take_buffer(b);
}

static void store_outputs(builder *b)
{
    for (int32_t i = 0; i < b->map->n_outputs; i++) {
        const cn_map_output *output = b->map->outputs + i;
        if (b->output_written[i])
            continue;
        cn_tile_id store = is_wide(output->dtype)      ? CN_TILE_copy
                           : output->dtype == CN_UINT8 ? CN_TILE_u8_store_i32
                                                       : CN_TILE_u8_store_truth;
        slot from = read_register(b, output->from);
        add_step(b, native_tile(store), add_output(b, output), from);
    }
}

/* ---- instructions ---------------------------------------------------------------------------- */

static void add_instruction(builder *b, int32_t index)
{
    const cn_map_instruction *instruction = b->map->instructions + index;
    const int32_t arguments[3] = {instruction->a, instruction->b, instruction->c};
    slot slots[3];
    for (int i = 0; i < 3; i++)
        slots[i] = read_register(b, arguments[i]);
    for (int i = 0; i < 3; i++)
        release_register(b, arguments[i], index);
    register_state *result = b->registers + instruction->result;
    result->slot = place_result(b, index);
    draft_step *draft = add_step(b, instruction->tile, result->slot, no_slot());
    draft->step.scalar = instruction->scalar;
    draft->step.integer[0] = is_integer(instruction->dtype);
    for (int i = 0; i < 3; i++) {
        draft->slots[i + 1] = slots[i];
        draft->step.integer[i + 1] = arguments[i] >= 0 &&
                                     is_integer(b->registers[arguments[i]].dtype);
    }
    release_register(b, instruction->result, index);
}

/* ---- putting it together --------------------------------------------------------------------- */

static void find_last_uses(builder *b)
{
    const cn_map *map = b->map;
    for (int32_t i = 0; i < b->n_registers; i++)
        b->registers[i].last_use = -1;
    for (int32_t i = 0; i < map->n_operands; i++)
        b->registers[i].dtype = map->operands[i].dtype;
    for (int32_t i = 0; i < map->n_instructions; i++) {
        const cn_map_instruction *instruction = map->instructions + i;
        const int32_t arguments[3] = {instruction->a, instruction->b, instruction->c};
        for (int j = 0; j < 3; j++)
            if (arguments[j] >= 0)
                b->registers[arguments[j]].last_use = i;
        b->registers[instruction->result].last_use = i;
        b->registers[instruction->result].dtype = instruction->dtype;
    }
    for (int32_t i = 0; i < map->n_outputs; i++)
        b->registers[map->outputs[i].from].last_use = map->n_instructions;
}

static cn_status allocate_lists(builder *b, cn_arena *memory)
{
    const cn_map *map = b->map;
    const size_t operands = (size_t)map->n_operands, outputs = (size_t)map->n_outputs;
    const size_t most = 2 * operands + (size_t)map->n_instructions + 2 * outputs + 1;
    b->n_registers = map->n_operands + map->n_instructions;
    b->operands = cn_arena_allocate(memory, (operands + 1) * sizeof *b->operands);
    b->registers = cn_arena_allocate(memory, most * sizeof *b->registers);
    b->places = cn_arena_allocate(memory, most * sizeof *b->places);
    b->spreads = cn_arena_allocate(memory, most * sizeof *b->spreads);
    b->once = cn_arena_allocate(memory, most * sizeof *b->once);
    b->spread_slots = cn_arena_allocate(memory, most * sizeof *b->spread_slots);
    b->spread_buffers = cn_arena_allocate(memory, most * sizeof *b->spread_buffers);
    b->once_buffers = cn_arena_allocate(memory, most * sizeof *b->once_buffers);
    b->constants = cn_arena_allocate(memory, most * sizeof *b->constants);
    b->steps = cn_arena_allocate(memory, most * sizeof *b->steps);
    b->buffer_used = cn_arena_allocate(memory, most * sizeof *b->buffer_used);
    b->output_written = cn_arena_allocate(memory, most * sizeof *b->output_written);
    if (!b->operands || !b->registers || !b->places || !b->spreads || !b->once ||
        !b->spread_slots || !b->spread_buffers || !b->once_buffers || !b->constants || !b->steps ||
        !b->buffer_used || !b->output_written)
        return cn_fail(CN_OUT_OF_MEMORY, "out of memory");
    for (int32_t i = 0; i < map->n_operands; i++)
        b->operands[i] = map->operands[i];
    return CN_OK;
}

static int32_t slot_number(const cn_map_prepared *p, slot given)
{
    if (given.part == PLACE)
        return given.index;
    return given.part == BUFFER ? p->n_places + given.index
                                : p->n_places + p->n_buffers + given.index;
}

/* Now that the parts' lengths are known, slots become places in the table. Tiles ignore
 * arguments they lack, but they get an address. */
static cn_status finish(builder *b, cn_arena *memory)
{
    cn_map_prepared *p = &b->prepared;
    int64_t bytes = 0;
    for (int32_t i = 0; i < b->n_spreads; i++) {
        b->spreads[i].slot = slot_number(p, b->spread_slots[i]);
        b->spreads[i].buffer = slot_number(p, b->spread_buffers[i]);
    }
    for (int32_t i = 0; i < p->n_once; i++)
        b->once[i].slot = b->once[i].buffer = slot_number(p, b->once_buffers[i]);
    cn_map_step *steps = cn_arena_allocate(memory, (size_t)(p->n_steps + 1) * sizeof *steps);
    CN_CHECK_MEMORY(steps);
    for (int32_t i = 0; i < p->n_steps; i++) {
        int32_t numbers[4];
        for (int j = 0; j < 4; j++) {
            int32_t absent = b->steps[i].step.tile != NULL ? numbers[0] : -1;
            numbers[j] = b->steps[i].slots[j].part == NOWHERE
                             ? absent
                             : slot_number(p, b->steps[i].slots[j]);
        }
        steps[i] = b->steps[i].step;
        steps[i].out = numbers[0], steps[i].a = numbers[1], steps[i].b = numbers[2],
        steps[i].c = numbers[3];
    }
    if (p->columns != 0) {
        const size_t lanes = (size_t)(p->n_once * (p->tile + CN_MAP_SLACK)) + 1;
        p->shared = cn_arena_allocate(memory, lanes * sizeof *p->shared);
        CN_CHECK_MEMORY(p->shared);
    }
    p->places = b->places, p->once = b->once, p->steps = steps, p->constants = b->constants;
    p->grain = THREAD_WORK / (p->tile * (p->n_steps + p->n_places)) + 1;
    for (int32_t i = 0; i < p->n_places; i++)
        bytes += b->places[i].ahead ? p->count * b->places[i].item : 0;
    p->streams = bytes > STREAM_BYTES;
    return CN_OK;
}

static cn_status build(const cn_map *map, int64_t target, cn_arena *memory,
                       cn_map_prepared *prepared)
{
    builder b = {.map = map};
    CN_TRY(allocate_lists(&b, memory));
    find_last_uses(&b);
    set_axes(&b);
    set_tiles(&b.prepared, target, b.apart);
    CN_TRY(load_fixed_operands(&b, memory));
    keep_copied_operands(&b);
    for (int32_t i = 0; i < map->n_instructions; i++)
        add_instruction(&b, i);
    store_outputs(&b);
    CN_TRY(finish(&b, memory));
    *prepared = b.prepared;
    return CN_OK;
}

static bool fits(const cn_map_prepared *p)
{
    int64_t table = cn_map_slots(p) * (int64_t)sizeof(void *) + 64;
    return table + p->n_buffers * (p->tile + CN_MAP_SLACK) * 4 <= CN_MAP_AREA;
}

/* Programs with many live registers get shorter tiles. */
cn_status cn_map_prepare(cn_map *map, cn_arena *memory)
{
    cn_map_prepared *prepared = cn_arena_allocate(memory, sizeof *prepared);
    CN_CHECK_MEMORY(prepared);
    for (int64_t target = MOST_TARGET; target >= LEAST_TARGET; target /= 2) {
        CN_TRY(build(map, target, memory, prepared));
        map->prepared = prepared;
        if (fits(prepared))
            return CN_OK;
    }
    return cn_fail(CN_INTERNAL, "an elementwise program needs %d registers at once",
                   (int)prepared->n_buffers);
}
