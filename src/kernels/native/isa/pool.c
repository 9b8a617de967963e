/* Pooling of x[N,D,H,W,C] by windows over D H W, and its gradients. All loops over cells are
 * gathering: each cell of the result is made once, by one thread, from a list of the cells that it
 * depends on, in vectors of channels that stay in registers. */
#include <string.h>

#include "kernels/native/isa/gemm.h"
#include "runtime/threads.h"

enum {
    MOST_READS = 64,           /* of a list; longer ones come in parts */
    BLOCK = 4,                 /* vectors of channels at once */
    THREAD_ELEMENTS = 1 << 15, /* worth a thread */
    LANES = CN_GEMM_LANES
};

typedef cn_gemm_vector floats;
typedef int32_t integers
    __attribute__((vector_size(LANES * sizeof(int32_t)), aligned(4), may_alias));
typedef uint8_t bytes __attribute__((vector_size(LANES), aligned(1), may_alias));

typedef struct pool_call {
    const cn_pool *pool;
    const float *in;
    float *out;
    int64_t in_row, out_row; /* floats from one cell to the next */
    const void *index;       /* of cells as of in, or, the new one, of out: they lie together */
    void *new_index;
} pool_call;

/* ---- places ---------------------------------------------------------------------------------- */

/* A part of one axis: cells of a window, or windows that hold a cell. */
typedef struct range {
    int64_t begin, end;
} range;

/* Where a window would begin without the edge. */
static int64_t start_of(const cn_pool_axis *axis, int64_t window)
{
    return axis->stride == 0 ? window * axis->in / axis->out : window * axis->stride - axis->before;
}

static range cells_of(const cn_pool_axis *axis, int64_t window)
{
    const int64_t start = start_of(axis, window);
    int64_t end = start + axis->size;
    if (axis->stride == 0)
        end = ((window + 1) * axis->in + axis->out - 1) / axis->out;
    return (range){start < 0 ? 0 : start, end < axis->in ? end : axis->in};
}

static range windows_over(const cn_pool_axis *axis, int64_t cell)
{
    if (axis->stride == 0)
        return (range){cell * axis->out / axis->in, ((cell + 1) * axis->out - 1) / axis->in + 1};
    const int64_t behind = cell + axis->before, first = behind - axis->size + 1,
                  end = behind / axis->stride + 1;
    return (range){first <= 0 ? 0 : (first + axis->stride - 1) / axis->stride,
                   end < axis->out ? end : axis->out};
}

/* A cell of [N, D, H, W], in or out. */
typedef struct location {
    int64_t sample, at[3];
} location;

static location place_of(int64_t cell, const int64_t dim[3])
{
    location place;
    for (int i = 2; i >= 0; i--) {
        place.at[i] = cell % dim[i];
        cell /= dim[i];
    }
    place.sample = cell;
    return place;
}

static void advance(location *place, const int64_t dim[3])
{
    for (int i = 2; i >= 0; i--) {
        if (++place->at[i] < dim[i])
            return;
        place->at[i] = 0;
    }
    place->sample++;
}

static void dims_in(const cn_pool *pool, int64_t dim[3])
{
    for (int i = 0; i < 3; i++)
        dim[i] = pool->axes[i].in;
}

static void dims_out(const cn_pool *pool, int64_t dim[3])
{
    for (int i = 0; i < 3; i++)
        dim[i] = pool->axes[i].out;
}

/* ---- what a place is made from --------------------------------------------------------------- */

/* Places that are read for one result: cells of what is read, the number of the cell within
 * the window, and the share of dy that a cell gets. */
typedef struct reads {
    int64_t n, cell[MOST_READS];
    int32_t number[MOST_READS];
    float share[MOST_READS];
    float scale; /* of the result, with the last part */
    bool is_first_part;
    int64_t out; /* the result's cell */
} reads;

typedef void cn_pool_use(const pool_call *call, const reads *list);

static void add_read(const pool_call *call, cn_pool_use *use, reads *list, int64_t cell,
                     int64_t number, float share)
{
    if (list->n == MOST_READS) {
        use(call, list);
        list->n = 0;
        list->is_first_part = false;
    }
    list->cell[list->n] = cell;
    list->number[list->n] = (int32_t)number;
    list->share[list->n++] = share;
}

static int64_t cells_in(const cn_pool_axis *axis, int64_t window)
{
    const range inside = cells_of(axis, window);
    return inside.end - inside.begin;
}

/* The cells of the window at a place. */
static void read_cells(const pool_call *call, cn_pool_use *use, const location *window, reads *list)
{
    const cn_pool *pool = call->pool;
    const cn_pool_axis *axes = pool->axes;
    range box[3];
    int64_t start[3];
    for (int i = 0; i < 3; i++) {
        box[i] = cells_of(&axes[i], window->at[i]);
        start[i] = start_of(&axes[i], window->at[i]);
    }
    for (int64_t d = box[0].begin; d < box[0].end; d++)
        for (int64_t h = box[1].begin; h < box[1].end; h++) {
            const int64_t row = (window->sample * axes[0].in + d) * axes[1].in + h;
            const int64_t number = ((d - start[0]) * axes[1].size + h - start[1]) * axes[2].size;
            for (int64_t w = box[2].begin; w < box[2].end; w++)
                add_read(call, use, list, row * axes[2].in + w, number + w - start[2], 1);
        }
}

/* The windows that hold the cell at a place. */
static void read_windows(const pool_call *call, cn_pool_use *use, const location *cell, reads *list)
{
    const cn_pool *pool = call->pool;
    const cn_pool_axis *axes = pool->axes;
    range box[3];
    for (int i = 0; i < 3; i++)
        box[i] = windows_over(&axes[i], cell->at[i]);
    for (int64_t d = box[0].begin; d < box[0].end; d++)
        for (int64_t h = box[1].begin; h < box[1].end; h++) {
            const int64_t row = (cell->sample * axes[0].out + d) * axes[1].out + h;
            const int64_t cells = cells_in(&axes[0], d) * cells_in(&axes[1], h);
            const int64_t number = (cell->at[0] - start_of(&axes[0], d)) * axes[1].size +
                                   cell->at[1] - start_of(&axes[1], h);
            for (int64_t w = box[2].begin; w < box[2].end; w++)
                add_read(call, use, list, row * axes[2].out + w,
                         number * axes[2].size + cell->at[2] - start_of(&axes[2], w),
                         1 / (float)(cells * cells_in(&axes[2], w)));
        }
}

static void run(pool_call *call, const int64_t dim[3], cn_parallel_body *body)
{
    const cn_pool *pool = call->pool;
    int64_t cost = pool->channels;
    for (int i = 0; i < 3; i++)
        cost *= pool->axes[i].size;
    cn_parallel_for(pool->samples * dim[0] * dim[1] * dim[2], THREAD_ELEMENTS / cost + 1, body,
                    call);
}

/* Results are windows, and cells are read. */
CN_INLINE void make_windows(const pool_call *call, cn_pool_use *use, int64_t begin, int64_t end)
{
    int64_t dim[3];
    dims_out(call->pool, dim);
    location window = place_of(begin, dim);
    reads list;
    for (int64_t i = begin; i < end; i++, advance(&window, dim)) {
        list.n = 0;
        list.is_first_part = true;
        list.scale = 1;
        list.out = i;
        int64_t cells = 1;
        for (int k = 0; k < 3; k++)
            cells *= cells_in(&call->pool->axes[k], window.at[k]);
        read_cells(call, use, &window, &list);
        list.scale = 1 / (float)cells;
        use(call, &list);
    }
}

/* Results are cells, and windows are read; a cell that no window holds gets nothing. */
CN_INLINE void make_cells(const pool_call *call, cn_pool_use *use, int64_t begin, int64_t end)
{
    int64_t dim[3];
    dims_in(call->pool, dim);
    location cell = place_of(begin, dim);
    reads list;
    for (int64_t i = begin; i < end; i++, advance(&cell, dim)) {
        list.n = 0;
        list.is_first_part = true;
        list.scale = 1;
        list.out = i;
        read_windows(call, use, &cell, &list);
        use(call, &list);
    }
}

/* ---- max ------------------------------------------------------------------------------------- */

static inline floats load(const float *from)
{
    return *(const floats *)from;
}

static inline integers load_index(const pool_call *call, const void *index, int64_t at)
{
    if (call->pool->wide)
        return *(const integers *)((const int32_t *)index + at);
    return __builtin_convertvector(*(const bytes *)((const uint8_t *)index + at), integers);
}

static inline void store_index(const pool_call *call, int64_t at, integers numbers)
{
    if (call->pool->wide)
        *(integers *)((int32_t *)call->new_index + at) = numbers;
    else
        *(bytes *)((uint8_t *)call->new_index + at) = __builtin_convertvector(numbers, bytes);
}

/* Channels from c on. vectors is a constant where this is inlined, and so is whether numbers are
 * kept. NaN is larger than all. */
CN_INLINE void max_of_vectors(const int vectors, const bool numbers, const pool_call *call,
                              const reads *list, int64_t c)
{
    const int64_t channels = call->pool->channels;
    floats best[BLOCK];
    integers kept[BLOCK];
    CN_UNROLLED
    for (int i = 0; i < vectors; i++) {
        const int64_t at = c + i * LANES;
        best[i] = load(list->is_first_part ? call->in + list->cell[0] * call->in_row + at
                                           : call->out + list->out * call->out_row + at);
        if (numbers && list->is_first_part)
            kept[i] = (integers){0} + list->number[0];
        else if (numbers)
            kept[i] = load_index(call, call->new_index, list->out * channels + at);
    }
    for (int64_t u = list->is_first_part; u < list->n; u++) {
        const float *x = call->in + list->cell[u] * call->in_row + c;
        const integers number = (integers){0} + list->number[u];
        CN_UNROLLED
        for (int i = 0; i < vectors; i++) {
            const floats now = load(x + i * LANES);
            const integers larger = ~(integers)(now <= best[i]) & (integers)(best[i] == best[i]);
            best[i] = (floats)((larger & (integers)now) | (~larger & (integers)best[i]));
            if (numbers)
                kept[i] = (larger & number) | (~larger & kept[i]);
        }
    }
    CN_UNROLLED
    for (int i = 0; i < vectors; i++) {
        *(floats *)(call->out + list->out * call->out_row + c + i * LANES) = best[i];
        if (numbers)
            store_index(call, list->out * channels + c + i * LANES, kept[i]);
    }
}

static void max_of_channel(const pool_call *call, const reads *list, int64_t c)
{
    float *const out = call->out + list->out * call->out_row + c;
    const int64_t at = list->out * call->pool->channels + c;
    for (int64_t u = 0; u < list->n; u++) {
        const float now = call->in[list->cell[u] * call->in_row + c];
        if (!(u == 0 && list->is_first_part) && !(!(now <= *out) && *out == *out))
            continue;
        *out = now;
        if (call->new_index != NULL && call->pool->wide)
            ((int32_t *)call->new_index)[at] = list->number[u];
        else if (call->new_index != NULL)
            ((uint8_t *)call->new_index)[at] = (uint8_t)list->number[u];
    }
}

CN_INLINE void max_of_reads(const bool numbers, const pool_call *call, const reads *list)
{
    const int64_t n = call->pool->channels;
    int64_t c = 0;
    for (; c + BLOCK * LANES <= n; c += BLOCK * LANES)
        max_of_vectors(BLOCK, numbers, call, list, c);
    for (; c + LANES <= n; c += LANES)
        max_of_vectors(1, numbers, call, list, c);
    for (; c < n; c++)
        max_of_channel(call, list, c);
}

static void use_for_max(const pool_call *call, const reads *list)
{
    if (call->new_index != NULL)
        max_of_reads(true, call, list);
    else
        max_of_reads(false, call, list);
}

static void max_part(void *context, int64_t begin, int64_t end)
{
    make_windows(context, use_for_max, begin, end);
}

void CN_LOCAL(cn_max_pool)(const cn_pool *pool, const float *x, float *y, void *index)
{
    pool_call call = {.pool = pool,
                      .in = x,
                      .out = y,
                      .in_row = pool->x_row,
                      .out_row = pool->y_row,
                      .new_index = index};
    int64_t dim[3];
    dims_out(pool, dim);
    run(&call, dim, max_part);
}

/* dx = dy where the index is the cell's number; add: to what other windows gave. */
static void give_narrow(const float *restrict dy, const uint8_t *restrict index, uint8_t number,
                        bool add, float *restrict dx, int64_t n)
{
    if (add)
        for (int64_t j = 0; j < n; j++)
            dx[j] += index[j] == number ? dy[j] : 0;
    else
        for (int64_t j = 0; j < n; j++)
            dx[j] = index[j] == number ? dy[j] : 0;
}

static void give_wide(const float *restrict dy, const int32_t *restrict index, int32_t number,
                      bool add, float *restrict dx, int64_t n)
{
    if (add)
        for (int64_t j = 0; j < n; j++)
            dx[j] += index[j] == number ? dy[j] : 0;
    else
        for (int64_t j = 0; j < n; j++)
            dx[j] = index[j] == number ? dy[j] : 0;
}

/* Window by window: gcc 12 widens bytes well in loops, but not in single vectors. */
static void use_chosen(const pool_call *call, const reads *list)
{
    const int64_t n = call->pool->channels;
    float *dx = call->out + list->out * call->out_row;
    for (int64_t u = 0; u < list->n; u++) {
        const float *dy = call->in + list->cell[u] * call->in_row;
        const int64_t at = list->cell[u] * n;
        const bool add = u > 0 || !list->is_first_part;
        if (call->pool->wide)
            give_wide(dy, (const int32_t *)call->index + at, list->number[u], add, dx, n);
        else
            give_narrow(dy, (const uint8_t *)call->index + at, (uint8_t)list->number[u], add, dx,
                        n);
    }
    if (list->n == 0)
        memset(dx, 0, (size_t)n * sizeof *dx);
}

static void max_gradient_part(void *context, int64_t begin, int64_t end)
{
    make_cells(context, use_chosen, begin, end);
}

void CN_LOCAL(cn_max_pool_gradient)(const cn_pool *pool, const float *dy, const void *index,
                                    float *dx)
{
    pool_call call = {.pool = pool,
                      .in = dy,
                      .out = dx,
                      .in_row = pool->y_row,
                      .out_row = pool->x_row,
                      .index = index};
    int64_t dim[3];
    dims_in(pool, dim);
    run(&call, dim, max_gradient_part);
}

/* ---- average --------------------------------------------------------------------------------- */

CN_INLINE void sum_of_vectors(const int vectors, const pool_call *call, const reads *list,
                              int64_t c)
{
    float *out = call->out + list->out * call->out_row + c;
    floats sum[BLOCK];
    CN_UNROLLED
    for (int i = 0; i < vectors; i++)
        sum[i] = list->is_first_part ? (floats){0} : load(out + i * LANES);
    for (int64_t u = 0; u < list->n; u++) {
        const float *x = call->in + list->cell[u] * call->in_row + c;
        CN_UNROLLED
        for (int i = 0; i < vectors; i++)
            sum[i] += load(x + i * LANES) * list->share[u];
    }
    CN_UNROLLED
    for (int i = 0; i < vectors; i++)
        *(floats *)(out + i * LANES) = sum[i] * list->scale;
}

static void sum_of_channel(const pool_call *call, const reads *list, int64_t c)
{
    float *out = call->out + list->out * call->out_row + c, sum = list->is_first_part ? 0 : *out;
    for (int64_t u = 0; u < list->n; u++)
        sum += call->in[list->cell[u] * call->in_row + c] * list->share[u];
    *out = sum * list->scale;
}

static void use_shares(const pool_call *call, const reads *list)
{
    const int64_t n = call->pool->channels;
    int64_t c = 0;
    for (; c + BLOCK * LANES <= n; c += BLOCK * LANES)
        sum_of_vectors(BLOCK, call, list, c);
    for (; c + LANES <= n; c += LANES)
        sum_of_vectors(1, call, list, c);
    for (; c < n; c++)
        sum_of_channel(call, list, c);
}

static void average_part(void *context, int64_t begin, int64_t end)
{
    make_windows(context, use_shares, begin, end);
}

void CN_LOCAL(cn_average_pool)(const cn_pool *pool, const float *x, float *y)
{
    pool_call call = {
        .pool = pool, .in = x, .out = y, .in_row = pool->x_row, .out_row = pool->y_row};
    int64_t dim[3];
    dims_out(pool, dim);
    run(&call, dim, average_part);
}

static void average_gradient_part(void *context, int64_t begin, int64_t end)
{
    make_cells(context, use_shares, begin, end);
}

void CN_LOCAL(cn_average_pool_gradient)(const cn_pool *pool, const float *dy, float *dx)
{
    pool_call call = {
        .pool = pool, .in = dy, .out = dx, .in_row = pool->y_row, .out_row = pool->x_row};
    int64_t dim[3];
    dims_in(pool, dim);
    run(&call, dim, average_gradient_part);
}
