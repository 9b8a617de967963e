/* Runs a prepared elementwise program. */
#include "kernels/native/map.h"

#include <string.h>

#include "kernels/native/map_prepared.h"
#include "runtime/threads.h"

enum { LINE = 64 /* bytes of the cache */ };

/* ---- operands that are broadcast ------------------------------------------------------------- */

/* Offset, in elements, of the row that holds the element at position; counts through rows from
 * there. */
typedef struct row_cursor {
    int64_t index[CN_MAX_RANK], offset;
} row_cursor;

static row_cursor cursor_at(const cn_map_prepared *map, const cn_map_spread *spread, int64_t row)
{
    row_cursor cursor;
    cursor.offset = 0;
    for (int64_t axis = map->rank - 2; axis > 0; axis--) {
        cursor.index[axis] = row % map->dim[axis];
        row /= map->dim[axis];
        cursor.offset += cursor.index[axis] * spread->stride[axis];
    }
    cursor.index[0] = row;
    if (map->rank > 1)
        cursor.offset += row * spread->stride[0];
    return cursor;
}

static void cursor_next(const cn_map_prepared *map, const cn_map_spread *spread, row_cursor *cursor)
{
    for (int64_t axis = map->rank - 2; axis >= 0; axis--) {
        cursor->offset += spread->stride[axis];
        if (++cursor->index[axis] < map->dim[axis])
            return;
        cursor->offset -= spread->stride[axis] * map->dim[axis];
        cursor->index[axis] = 0;
    }
}

uint32_t cn_map_lane(const void *element, cn_dtype dtype)
{
    uint32_t bits;
    if (dtype == CN_FLOAT32 || dtype == CN_INT32) {
        memcpy(&bits, element, sizeof bits);
        return bits;
    }
    uint8_t byte = *(const uint8_t *)element;
    float truth = byte != 0 ? 1.0f : 0.0f;
    memcpy(&bits, &truth, sizeof bits);
    return dtype == CN_BOOL ? bits : byte;
}

/* Writes whole vectors, up to CN_MAP_SLACK elements too many. */
static void splat(uint32_t *to, uint32_t lane, int64_t n)
{
    for (int64_t i = 0; i < n; i += CN_MAP_SLACK)
        for (int64_t j = 0; j < CN_MAP_SLACK; j++)
            to[i + j] = lane;
}

/* n elements of one row, stride apart. */
static void spread_row(uint32_t *to, const char *from, int64_t stride, cn_dtype dtype, int64_t n)
{
    if (stride == 0) {
        splat(to, cn_map_lane(from, dtype), n);
    } else if (stride == 1 && (dtype == CN_FLOAT32 || dtype == CN_INT32)) {
        memcpy(to, from, (size_t)n * sizeof *to);
    } else if (dtype == CN_FLOAT32 || dtype == CN_INT32) {
        const uint32_t *element = (const void *)from;
        for (int64_t i = 0; i < n; i++)
            to[i] = element[i * stride];
    } else {
        for (int64_t i = 0; i < n; i++)
            to[i] = cn_map_lane(from + i * stride, dtype);
    }
}

/* The operand's elements from position start on: where they lie, if they are in order there, or
 * in buffer. */
static void *spread(const cn_map_prepared *map, const cn_map_spread *operand, uint32_t *buffer,
                    int64_t start, int64_t n)
{
    const int64_t row = start / map->row, stride = operand->stride[map->rank - 1];
    const int64_t item = operand->dtype == CN_FLOAT32 || operand->dtype == CN_INT32 ? 4 : 1;
    int64_t within = start - row * map->row;
    row_cursor cursor = cursor_at(map, operand, row);
    if (stride == 1 && item == 4 && within + n <= map->row)
        return (char *)(uintptr_t)operand->data + (cursor.offset + within) * 4;
    for (int64_t done = 0; done < n;) {
        int64_t part = map->row - within < n - done ? map->row - within : n - done;
        spread_row(buffer + done, operand->data + (cursor.offset + within * stride) * item, stride,
                   operand->dtype, part);
        cursor_next(map, operand, &cursor);
        done += part;
        within = 0;
    }
    return buffer;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static double lane_value(const void *lanes, bool integer, int64_t i)
{
    if (lanes == NULL)
        return 0;
    return integer ? (double)((const int32_t *)lanes)[i] : (double)((const float *)lanes)[i];
}

static void *address(void *const *slots, int32_t slot)
{
    return slot < 0 ? NULL : slots[slot];
}

static void apply_scalar(const cn_map_step *step, void *const *slots, int64_t n)
{
    void *out = slots[step->out];
    const void *a = address(slots, step->a), *b = address(slots, step->b),
               *c = address(slots, step->c);
    for (int64_t i = 0; i < n; i++) {
        double result = step->scalar(lane_value(a, step->integer[1], i),
                                     lane_value(b, step->integer[2], i),
                                     lane_value(c, step->integer[3], i));
        if (step->integer[0])
            ((int32_t *)out)[i] = (int32_t)result;
        else
            ((float *)out)[i] = (float)result;
    }
}

/* Where an element of a row lies; of a map that is not by rows, there is one. */
static char *address_of(const cn_map_place *place, int64_t row, int64_t within)
{
    return place->data + (row * place->pitch + within) * place->item;
}

static int64_t row_of(const cn_map_prepared *map, int64_t start)
{
    return map->by_rows ? start / map->row : 0;
}

/* Asks for the memory of n elements from start on, which a later tile reads or writes. The
 * processor foresees no more than a page, and not while a tile works on its buffers. */
static void ask_for(const cn_map_prepared *map, int64_t start, int64_t n)
{
    const int64_t row = row_of(map, start), within = start - row * map->row;
    for (int32_t i = 0; i < map->n_places; i++) {
        const cn_map_place *place = map->places + i;
        const char *at = address_of(place, row, within), *end = at + n * place->item;
        for (; place->ahead && at < end; at += LINE)
            __builtin_prefetch(at, 1, 2);
    }
}

static void run_steps(const cn_map_prepared *map, void **slots, int64_t start, int64_t n)
{
    const int64_t share = map->tile / map->n_steps + 1;
    int64_t ahead = start + n;
    const int64_t row = row_of(map, start), within = start - row * map->row;
    for (int32_t i = 0; i < map->n_places; i++)
        slots[i] = address_of(map->places + i, row, within);
    const cn_map_step *const end = map->steps + map->n_steps;
    for (const cn_map_step *step = map->steps; step < end; step++) {
        if (map->streams && ahead + share <= map->count) {
            ask_for(map, ahead, share);
            ahead += share;
        }
        if (step->tile != NULL)
            step->tile(slots[step->out], slots[step->a], slots[step->b], slots[step->c], n);
        else if (step->spread != NULL)
            slots[step->spread->slot] =
                spread(map, step->spread, slots[step->spread->buffer], start, n);
        else
            apply_scalar(step, slots, n);
    }
}

/* ---- tiles ----------------------------------------------------------------------------------- */

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What cn_map_begin_rows has filled, for the operand number i of those. */
static uint32_t *shared_buffer(const cn_map_prepared *map, int32_t i)
{
    return map->shared + i * (map->tile + CN_MAP_SLACK);
}

static void set_slots(const cn_map_prepared *map, char *area, void **slots)
{
    char *buffers = area + (cn_map_slots(map) * (int64_t)sizeof *slots + 63) / 64 * 64;
    const int64_t bytes = (map->tile + CN_MAP_SLACK) * 4;
    for (int32_t i = 0; i < map->n_buffers; i++)
        slots[map->n_places + i] = buffers + i * bytes;
    for (int32_t i = 0; i < map->n_constants; i++)
        slots[map->n_places + map->n_buffers + i] = map->constants[i];
    for (int32_t i = 0; i < map->n_once; i++)
        if (map->shared != NULL)
            slots[map->once[i].buffer] = shared_buffer(map, i);
        else
            spread(map, map->once + i, slots[map->once[i].buffer], 0,
                   smaller(map->tile, map->count));
}

static void run_tiles(void *context, int64_t begin, int64_t end)
{
    const cn_map_prepared *map = context;
    _Alignas(64) char area[CN_MAP_AREA];
    void **slots = (void **)(void *)area;
    set_slots(map, area, slots);
    for (int64_t i = begin; i < end; i++) {
        int64_t row = i / map->pieces, start = (i - row * map->pieces) * map->tile;
        if (map->pieces > 1)
            run_steps(map, slots, row * map->row + start, smaller(map->tile, map->row - start));
        else
            run_steps(map, slots, i * map->tile, smaller(map->tile, map->count - i * map->tile));
    }
}

void cn_map_run(const cn_map *map)
{
    cn_parallel_for(map->prepared->n_tiles, map->prepared->grain, run_tiles,
                    (void *)(uintptr_t)map->prepared);
}

/* ---- some rows ------------------------------------------------------------------------------- */

void cn_map_begin_rows(const cn_map *map)
{
    const cn_map_prepared *p = map->prepared;
    for (int32_t i = 0; i < p->n_once; i++)
        spread(p, p->once + i, shared_buffer(p, i), 0, smaller(p->tile, p->count));
}

/* Elements that lie together. What is read in place must not go on beyond its row. */
static void run_elements(const cn_map_prepared *map, void **slots, int64_t start, int64_t n)
{
    const int64_t end = start + n;
    while (start < end) {
        int64_t part = smaller(map->tile, end - start);
        if (map->tile <= map->row)
            part = smaller(part, map->row - start % map->row);
        run_steps(map, slots, start, part);
        start += part;
    }
}

struct rows {
    const cn_map_prepared *map;
    int64_t start, step;
};

static void run_rows(void *context, int64_t begin, int64_t end)
{
    const struct rows *rows = context;
    const cn_map_prepared *map = rows->map;
    _Alignas(64) char area[CN_MAP_AREA];
    void **slots = (void **)(void *)area;
    set_slots(map, area, slots);
    if (rows->step == map->columns)
        run_elements(map, slots, rows->start + begin * rows->step, (end - begin) * rows->step);
    else
        for (int64_t i = begin; i < end; i++)
            run_elements(map, slots, rows->start + i * rows->step, map->columns);
}

void cn_map_run_rows(const cn_map *map, int64_t start, int64_t step, int64_t rows)
{
    const cn_map_prepared *p = map->prepared;
    struct rows context = {p, start, step};
    cn_parallel_for(rows, p->grain * p->tile / p->columns + 1, run_rows, &context);
}
