/* Pooling of x[N,D,H,W,C] by windows over D H W, and its gradients. All loops over cells are
 * gathering: each cell of the result is made once, by one thread, from the cells that it depends
 * on, in vectors of channels. */
#include <string.h>

#include "kernels/native/isa/isa.h"
#include "runtime/threads.h"

enum {
    CHANNELS = 64,            /* whose largest are kept at once */
    THREAD_ELEMENTS = 1 << 15 /* worth a thread */
};

typedef struct pool_call {
    const cn_pool *pool;
    const float *in;
    float *out;
    const void *index;
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

/* Through a box of three ranges of one sample of [N, dim, channels]. */
typedef struct box_walk {
    range box[3];
    int64_t sample, at[3], dim[3], channels;
} box_walk;

/* false if the box is empty; walk_next: if it was the last place. */
static bool walk_begin(box_walk *walk)
{
    bool any = true;
    for (int i = 0; i < 3; i++) {
        walk->at[i] = walk->box[i].begin;
        any &= walk->box[i].begin < walk->box[i].end;
    }
    return any;
}

static bool walk_next(box_walk *walk)
{
    for (int i = 2; i >= 0; i--) {
        if (++walk->at[i] < walk->box[i].end)
            return true;
        walk->at[i] = walk->box[i].begin;
    }
    return false;
}

/* The first element of the place that was reached. */
static int64_t walk_offset(const box_walk *walk)
{
    const int64_t rows = (walk->sample * walk->dim[0] + walk->at[0]) * walk->dim[1] + walk->at[1];
    return (rows * walk->dim[2] + walk->at[2]) * walk->channels;
}

/* The cells of the window at a place. */
static box_walk walk_window(const cn_pool *pool, const location *window)
{
    box_walk walk = {.sample = window->sample, .channels = pool->channels};
    for (int i = 0; i < 3; i++)
        walk.box[i] = cells_of(&pool->axes[i], window->at[i]);
    dims_in(pool, walk.dim);
    return walk;
}

/* The windows that hold the cell at a place. */
static box_walk walk_windows(const cn_pool *pool, const location *cell)
{
    box_walk walk = {.sample = cell->sample, .channels = pool->channels};
    for (int i = 0; i < 3; i++)
        walk.box[i] = windows_over(&pool->axes[i], cell->at[i]);
    dims_out(pool, walk.dim);
    return walk;
}

/* The number of a cell within a window. */
static int64_t number_within(const cn_pool *pool, const int64_t cell[3], const int64_t window[3])
{
    int64_t number = 0;
    for (int i = 0; i < 3; i++)
        number = number * pool->axes[i].size + cell[i] - start_of(&pool->axes[i], window[i]);
    return number;
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

/* ---- max ------------------------------------------------------------------------------------- */

/* NaN is larger than all. */
static inline bool is_larger(float x, float than)
{
    return (x > than) | ((x != x) & (than == than));
}

static void keep_larger(const float *restrict x, float *restrict best, int64_t n)
{
    for (int64_t j = 0; j < n; j++)
        best[j] = is_larger(x[j], best[j]) ? x[j] : best[j];
}

static void keep_larger_and_number(const float *restrict x, int32_t number, float *restrict best,
                                   int32_t *restrict kept, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        const float now = x[j], old = best[j];
        const int32_t old_number = kept[j];
        const bool larger = is_larger(now, old);
        best[j] = larger ? now : old;
        kept[j] = larger ? number : old_number;
    }
}

static void store_index(const pool_call *call, int64_t offset, const int32_t *restrict numbers,
                        int64_t n)
{
    if (call->pool->wide) {
        memcpy((int32_t *)call->new_index + offset, numbers, (size_t)n * sizeof *numbers);
        return;
    }
    uint8_t *restrict index = (uint8_t *)call->new_index + offset;
    for (int64_t j = 0; j < n; j++)
        index[j] = (uint8_t)numbers[j];
}

/* n channels of one window, from channel c on. */
static void max_of_window(const pool_call *call, box_walk *walk, const location *window, int64_t c,
                          int64_t n, int64_t out)
{
    float best[CHANNELS];
    int32_t kept[CHANNELS];
    (void)walk_begin(walk);
    const int32_t first = (int32_t)number_within(call->pool, walk->at, window->at);
    memcpy(best, call->in + walk_offset(walk) + c, (size_t)n * sizeof *best);
    for (int64_t j = 0; j < n; j++)
        kept[j] = first;
    while (walk_next(walk)) {
        const float *x = call->in + walk_offset(walk) + c;
        if (call->new_index == NULL)
            keep_larger(x, best, n);
        else
            keep_larger_and_number(x, (int32_t)number_within(call->pool, walk->at, window->at),
                                   best, kept, n);
    }
    memcpy(call->out + out, best, (size_t)n * sizeof *best);
    if (call->new_index != NULL)
        store_index(call, out, kept, n);
}

static void max_part(void *context, int64_t begin, int64_t end)
{
    const pool_call *call = context;
    const int64_t channels = call->pool->channels;
    int64_t dim[3];
    dims_out(call->pool, dim);
    location window = place_of(begin, dim);
    for (int64_t i = begin; i < end; i++, advance(&window, dim)) {
        box_walk walk = walk_window(call->pool, &window);
        for (int64_t c = 0; c < channels; c += CHANNELS) {
            const int64_t n = channels - c < CHANNELS ? channels - c : CHANNELS;
            max_of_window(call, &walk, &window, c, n, i * channels + c);
        }
    }
}

void CN_LOCAL(cn_max_pool)(const cn_pool *pool, const float *x, float *y, void *index)
{
    pool_call call = {.pool = pool, .in = x, .out = y, .new_index = index};
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

static void max_gradient_part(void *context, int64_t begin, int64_t end)
{
    const pool_call *call = context;
    const int64_t n = call->pool->channels;
    int64_t dim[3];
    dims_in(call->pool, dim);
    location cell = place_of(begin, dim);
    for (int64_t i = begin; i < end; i++, advance(&cell, dim)) {
        box_walk walk = walk_windows(call->pool, &cell);
        float *dx = call->out + i * n;
        bool add = false;
        for (bool any = walk_begin(&walk); any; any = walk_next(&walk), add = true) {
            const int64_t at = walk_offset(&walk),
                          number = number_within(call->pool, cell.at, walk.at);
            if (call->pool->wide)
                give_wide(call->in + at, (const int32_t *)call->index + at, (int32_t)number, add,
                          dx, n);
            else
                give_narrow(call->in + at, (const uint8_t *)call->index + at, (uint8_t)number, add,
                            dx, n);
        }
        if (!add)
            memset(dx, 0, (size_t)n * sizeof *dx);
    }
}

void CN_LOCAL(cn_max_pool_gradient)(const cn_pool *pool, const float *dy, const void *index,
                                    float *dx)
{
    pool_call call = {.pool = pool, .in = dy, .out = dx, .index = index};
    int64_t dim[3];
    dims_in(pool, dim);
    run(&call, dim, max_gradient_part);
}

/* ---- average --------------------------------------------------------------------------------- */

static void add_scaled(const float *restrict x, float scale, float *restrict sum, int64_t n)
{
    for (int64_t j = 0; j < n; j++)
        sum[j] += scale * x[j];
}

static void set_scaled(const float *restrict x, float scale, float *restrict sum, int64_t n)
{
    for (int64_t j = 0; j < n; j++)
        sum[j] = scale * x[j];
}

/* 1 / the number of the window's cells that are inside. */
static float share_of(const cn_pool *pool, const int64_t window[3])
{
    int64_t cells = 1;
    for (int i = 0; i < 3; i++) {
        const range inside = cells_of(&pool->axes[i], window[i]);
        cells *= inside.end - inside.begin;
    }
    return 1 / (float)cells;
}

static void average_part(void *context, int64_t begin, int64_t end)
{
    const pool_call *call = context;
    const int64_t n = call->pool->channels;
    int64_t dim[3];
    dims_out(call->pool, dim);
    location window = place_of(begin, dim);
    for (int64_t i = begin; i < end; i++, advance(&window, dim)) {
        box_walk walk = walk_window(call->pool, &window);
        float *y = call->out + i * n;
        (void)walk_begin(&walk);
        memcpy(y, call->in + walk_offset(&walk), (size_t)n * sizeof *y);
        while (walk_next(&walk))
            add_scaled(call->in + walk_offset(&walk), 1, y, n);
        const float share = share_of(call->pool, window.at);
        for (int64_t j = 0; j < n; j++)
            y[j] *= share;
    }
}

void CN_LOCAL(cn_average_pool)(const cn_pool *pool, const float *x, float *y)
{
    pool_call call = {.pool = pool, .in = x, .out = y};
    int64_t dim[3];
    dims_out(pool, dim);
    run(&call, dim, average_part);
}

static void average_gradient_part(void *context, int64_t begin, int64_t end)
{
    const pool_call *call = context;
    const int64_t n = call->pool->channels;
    int64_t dim[3];
    dims_in(call->pool, dim);
    location cell = place_of(begin, dim);
    for (int64_t i = begin; i < end; i++, advance(&cell, dim)) {
        box_walk walk = walk_windows(call->pool, &cell);
        float *dx = call->out + i * n;
        bool add = false;
        for (bool any = walk_begin(&walk); any; any = walk_next(&walk), add = true)
            (add ? add_scaled : set_scaled)(call->in + walk_offset(&walk),
                                            share_of(call->pool, walk.at), dx, n);
        if (!add)
            memset(dx, 0, (size_t)n * sizeof *dx);
    }
}

void CN_LOCAL(cn_average_pool_gradient)(const cn_pool *pool, const float *dy, float *dx)
{
    pool_call call = {.pool = pool, .in = dy, .out = dx};
    int64_t dim[3];
    dims_in(pool, dim);
    run(&call, dim, average_gradient_part);
}
