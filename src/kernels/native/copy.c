/* Copies of n-dimensional blocks: joins, slices, pads, broadcasts, transposes. The two innermost
 * axes are one of four loops; the axes around them are counted through. */
#include "kernels/native/native.h"

#include <string.h>

#include "kernels/native/transpose.h"
#include "runtime/threads.h"

enum {
    BLOCK = 16,            /* rows and columns of a transposed block: a line of the cache each */
    ROWS = 64,             /* that one item of work has */
    SHORT = 64,            /* bytes: for fewer a call of memcpy costs more than the copy */
    THREAD_BYTES = 1 << 19 /* worth a thread */
};

/* ---- preparation ----------------------------------------------------------------------------- */

static void swap_axes(cn_copy *copy, int64_t a, int64_t b)
{
    const int64_t dim = copy->dim[a], from = copy->from_stride[a], to = copy->to_stride[a];
    copy->dim[a] = copy->dim[b], copy->from_stride[a] = copy->from_stride[b],
    copy->to_stride[a] = copy->to_stride[b];
    copy->dim[b] = dim, copy->from_stride[b] = from, copy->to_stride[b] = to;
}

/* The order of axes is free: those that take large steps in the destination go first. */
static void sort_axes(cn_copy *copy)
{
    for (int64_t i = 1; i < copy->rank; i++)
        for (int64_t j = i; j > 0 && copy->to_stride[j] > copy->to_stride[j - 1]; j--)
            swap_axes(copy, j, j - 1);
}

static void drop_axes_of_1(cn_copy *copy)
{
    int64_t rank = 0;
    for (int64_t axis = 0; axis < copy->rank; axis++)
        if (copy->dim[axis] != 1)
            swap_axes(copy, rank++, axis);
    copy->rank = rank;
}

static void merge_axes(cn_copy *copy)
{
    int64_t last = 0;
    for (int64_t axis = 1; axis < copy->rank; axis++) {
        const int64_t dim = copy->dim[axis];
        const bool merges = copy->from_stride[last] == copy->from_stride[axis] * dim &&
                            copy->to_stride[last] == copy->to_stride[axis] * dim;
        if (merges) {
            copy->dim[axis] *= copy->dim[last];
            swap_axes(copy, last, axis);
        } else {
            swap_axes(copy, ++last, axis);
        }
    }
    copy->rank = copy->rank == 0 ? 0 : last + 1;
}

/* If the last axis steps through the source, the axis that does not goes beside it: the two are
 * transposed. */
static void pair_axes(cn_copy *copy)
{
    const int64_t last = copy->rank - 1;
    for (int64_t axis = 0; axis < last - 1; axis++)
        if (copy->from_stride[last] != 1 && copy->from_stride[axis] == 1)
            swap_axes(copy, axis, last - 1);
}

void cn_copy_prepare(cn_copy *copy)
{
    drop_axes_of_1(copy);
    sort_axes(copy);
    merge_axes(copy);
    pair_axes(copy);
}

/* ---- the two innermost axes ------------------------------------------------------------------ */

/* One piece of work: some rows of the second last axis. Strides are in elements. */
typedef struct plane {
    const char *from;
    char *to;
    int64_t rows, columns, from_row, from_column, to_row, to_column;
    size_t item;
} plane;

/* 1 .. SHORT bytes, in two pieces of 16, 8, 4, 2 or 1 that may overlap. */
static inline void copy_short(char *restrict to, const char *restrict from, size_t bytes)
{
    size_t piece = bytes >= 16 ? 16 : bytes >= 8 ? 8 : bytes >= 4 ? 4 : bytes >= 2 ? 2 : 1;
    const char *last_from = from + bytes - piece;
    char *last_to = to + bytes - piece;
    if (piece == 16) {
        for (; from < last_from; from += 16, to += 16)
            memcpy(to, from, 16);
        memcpy(last_to, last_from, 16);
    } else if (piece == 8) {
        memcpy(to, from, 8);
        memcpy(last_to, last_from, 8);
    } else if (piece == 4) {
        memcpy(to, from, 4);
        memcpy(last_to, last_from, 4);
    } else {
        *to = *from;
        to[piece - 1] = from[piece - 1];
        *last_to = *last_from;
        last_to[piece - 1] = last_from[piece - 1];
    }
}

static void copy_rows(const plane *p)
{
    const int64_t from_step = p->from_row * (int64_t)p->item,
                  to_step = p->to_row * (int64_t)p->item;
    const size_t bytes = (size_t)p->columns * p->item;
    if (bytes <= SHORT)
        for (int64_t r = 0; r < p->rows; r++)
            copy_short(p->to + r * to_step, p->from + r * from_step, bytes);
    else
        for (int64_t r = 0; r < p->rows; r++)
            memcpy(p->to + r * to_step, p->from + r * from_step, bytes);
}

static void repeat_elements(const plane *p)
{
    for (int64_t r = 0; r < p->rows; r++)
        cn_fill_run(p->to + r * p->to_row * (int64_t)p->item,
                    p->from + r * p->from_row * (int64_t)p->item, p->item, p->columns);
}

static void copy_words(const plane *p, int64_t first_row, int64_t rows, int64_t first_column,
                       int64_t columns)
{
    const uint32_t *from = (const void *)p->from;
    uint32_t *to = (void *)p->to;
    from += first_row * p->from_row + first_column * p->from_column;
    to += first_row * p->to_row + first_column * p->to_column;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < columns; c++)
            to[r * p->to_row + c * p->to_column] = from[r * p->from_row + c * p->from_column];
}

static void copy_bytes(const plane *p, int64_t first_row, int64_t rows, int64_t first_column,
                       int64_t columns)
{
    const char *from = p->from + first_row * p->from_row + first_column * p->from_column;
    char *to = p->to + first_row * p->to_row + first_column * p->to_column;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < columns; c++)
            to[r * p->to_row + c * p->to_column] = from[r * p->from_row + c * p->from_column];
}

/* A whole block of a transposed matrix: rows run along the source, columns along the
 * destination. */
static void transpose_block(const plane *p, int64_t first_row, int64_t first_column)
{
    const float *from = (const float *)(const void *)p->from + first_row +
                        first_column * p->from_column;
    float *to = (float *)(void *)p->to + first_row * p->to_row + first_column;
    for (int64_t r = 0; r < BLOCK; r += 4)
        for (int64_t c = 0; c < BLOCK; c += 4)
            cn_transpose_4_by_4(from + r + c * p->from_column, p->from_column,
                                to + r * p->to_row + c, p->to_row);
}

/* Block by block, so that lines of the source stay in the cache until all of them has been read. */
static void copy_blocks(const plane *p)
{
    const bool transposes = p->item == 4 && p->from_row == 1 && p->to_column == 1;
    for (int64_t c = 0; c < p->columns; c += BLOCK)
        for (int64_t r = 0; r < p->rows; r += BLOCK) {
            const int64_t rows = p->rows - r < BLOCK ? p->rows - r : BLOCK;
            const int64_t columns = p->columns - c < BLOCK ? p->columns - c : BLOCK;
            if (transposes && rows == BLOCK && columns == BLOCK)
                transpose_block(p, r, c);
            else if (p->item == 4)
                copy_words(p, r, rows, c, columns);
            else
                copy_bytes(p, r, rows, c, columns);
        }
}

static void copy_plane(const plane *p)
{
    if (p->to_column == 1 && p->from_column == 1)
        copy_rows(p);
    else if (p->to_column == 1 && p->from_column == 0)
        repeat_elements(p);
    else
        copy_blocks(p);
}

/* ---- the axes around them -------------------------------------------------------------------- */

/* A dimension or stride counted from the last axis; there may be none. */
static int64_t from_end(const int64_t *list, int64_t rank, int64_t back, int64_t otherwise)
{
    return back <= rank ? list[rank - back] : otherwise;
}

static int64_t count_row_blocks(const cn_copy *copy)
{
    return (from_end(copy->dim, copy->rank, 2, 1) + ROWS - 1) / ROWS;
}

static int64_t count_outer(const cn_copy *copy)
{
    int64_t count = 1;
    for (int64_t axis = 0; axis < copy->rank - 2; axis++)
        count *= copy->dim[axis];
    return count;
}

static void copy_outer(const cn_copy *copy, plane p, int64_t outer, int64_t block)
{
    int64_t from = block * ROWS * p.from_row, to = block * ROWS * p.to_row;
    for (int64_t axis = copy->rank - 3; axis >= 0; axis--) {
        const int64_t index = outer % copy->dim[axis];
        outer /= copy->dim[axis];
        from += index * copy->from_stride[axis];
        to += index * copy->to_stride[axis];
    }
    p.from += from * (int64_t)p.item;
    p.to += to * (int64_t)p.item;
    p.rows = p.rows - block * ROWS < ROWS ? p.rows - block * ROWS : ROWS;
    copy_plane(&p);
}

static void copy_items(void *context, int64_t begin, int64_t end)
{
    const cn_copy *copy = context;
    const int64_t rank = copy->rank, blocks = count_row_blocks(copy);
    const plane p = {
        .from = copy->from,
        .to = copy->to,
        .item = copy->item,
        .rows = from_end(copy->dim, rank, 2, 1),
        .columns = from_end(copy->dim, rank, 1, 1),
        .from_row = from_end(copy->from_stride, rank, 2, 0),
        .from_column = from_end(copy->from_stride, rank, 1, 1),
        .to_row = from_end(copy->to_stride, rank, 2, 0),
        .to_column = from_end(copy->to_stride, rank, 1, 1),
    };
    for (int64_t i = begin; i < end; i++)
        copy_outer(copy, p, i / blocks, i % blocks);
}

/* Bytes of an array in one piece. */
static void copy_piece(void *context, int64_t begin, int64_t end)
{
    const cn_copy *copy = context;
    memcpy((char *)copy->to + begin, (const char *)copy->from + begin, (size_t)(end - begin));
}

void cn_copy_run(const cn_copy *copy)
{
    int64_t bytes = (int64_t)copy->item;
    for (int64_t axis = 0; axis < copy->rank; axis++)
        bytes *= copy->dim[axis];
    void *context = (void *)(uintptr_t)copy;
    if (bytes == 0)
        return;
    if (copy->rank == 0 ||
        (copy->rank == 1 && copy->from_stride[0] == 1 && copy->to_stride[0] == 1)) {
        cn_parallel_for(bytes, THREAD_BYTES, copy_piece, context);
        return;
    }
    const int64_t items = count_outer(copy) * count_row_blocks(copy);
    cn_parallel_for(items, THREAD_BYTES / (bytes / items + 1) + 1, copy_items, context);
}

/* ---- filling --------------------------------------------------------------------------------- */

typedef struct filling {
    char *out;
    uint32_t word;
    size_t item;
} filling;

static void fill_part(void *context, int64_t begin, int64_t end)
{
    const filling *fill = context;
    const uint8_t byte = (uint8_t)fill->word;
    if (fill->item == 1 || fill->word == byte * 0x01010101u) {
        memset(fill->out + begin * (int64_t)fill->item, byte, (size_t)(end - begin) * fill->item);
        return;
    }
    uint32_t *out = (void *)fill->out;
    for (int64_t i = begin; i < end; i++)
        out[i] = fill->word;
}

void cn_fill_run(void *out, const void *value, size_t item, int64_t n)
{
    filling fill = {.out = out, .item = item};
    memcpy(&fill.word, value, item);
    cn_parallel_for(n, THREAD_BYTES / (int64_t)item, fill_part, &fill);
}
