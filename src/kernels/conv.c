/* Convolutions: forward, and the kernel's gradient. */
#include "kernels/conv.h"

#include <string.h>

#include "kernels/gemm.h"
#include "runtime/threads.h"

enum {
    PANEL = 72,             /* rows that are multiplied together, */
    CHUNK = 72 * 1024,      /* floats of a copy of the kernel, or of dy: both stay in the cache */
    ROWS_OF_A_THREAD = 128, /* with fewer, threads share the columns instead */
    UNIT = 12,              /* rows */
    SMALL_KERNEL = 32,      /* rows of a kernel whose windows are gathered for its gradient */
    KERNEL_ROWS = 12        /* of the kernel's gradient */
};

struct job {
    const cn_conv *conv;
    cn_conv_cells cells;
    const cn_native *native;
    const float *x, *kernel, *dy;
    float *y, *dkernel;
    const cn_finish *finish;
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* From one row of y to the next, which all lie at the same distance where they are finished. */
static int64_t row_of_y(const cn_conv *conv)
{
    return conv->axis[conv->rank - 1].y_step;
}

/* Columns of a chunk: whole strips. */
static int64_t columns_of_chunk(const cn_native *native)
{
    return CHUNK / native->depth / native->strip * native->strip;
}

/* ---- forward --------------------------------------------------------------------------------- */

/* What one thread does of one group: a range of rows and of columns. */
struct share {
    int64_t group, row, end_row, column, end_column;
};

/* A slice of some columns of the kernel. */
static void pack(const struct job *job, const cn_conv_slice *slice, int64_t group, int64_t column,
                 int64_t columns, float *packed)
{
    const cn_conv *c = job->conv;
    for (int64_t i = 0; i < slice->cells; i++) {
        const float *kernel = job->kernel + cn_conv_cell_of_kernel(c, &job->cells, slice->cell + i);
        const int64_t row = c->groups * (c->transposed ? c->channels : c->filters);
        const int64_t depth_step = c->transposed ? 1 : row, column_step = c->transposed ? row : 1;
        kernel += group * (c->transposed ? c->channels : c->filters);
        job->native->pack_columns(kernel + slice->first * depth_step + column * column_step,
                                  depth_step, column_step, slice->depth, columns, packed,
                                  slice->cells * slice->depth, i * slice->depth);
    }
}

static void multiply_gathered(const cn_native *native, cn_window_product product,
                              const float **places)
{
    float copy[PANEL * CN_CONV_ROWS];
    cn_conv_gather(places, product.rows, product.cells, product.depth, copy);
    product.depth *= product.cells;
    product.cells = 1;
    native->multiply_windows(&product);
}

/* Some rows of one slice and some columns. */
static void multiply_panel(const struct job *job, const cn_conv_slice *slice,
                           const struct share *share, const float *packed, bool add)
{
    const cn_conv *c = job->conv;
    const int64_t count = share->end_row - share->row;
    cn_conv_rows rows;
    const float *places[CN_CONV_CELLS * PANEL];
    float *y[PANEL];
    cn_conv_find_rows(c, share->row, count, &rows);
    for (int64_t i = 0; i < slice->cells; i++)
        cn_conv_find_cell(c, &job->cells, &rows, slice->cell + i,
                          job->x + share->group * c->channels + slice->first, places + i * count);
    for (int64_t i = 0; i < count; i++)
        y[i] = job->y + rows.y[i] + share->group * c->filters;
    const cn_window_product product = {.rows = count,
                                       .cells = slice->cells,
                                       .depth = slice->depth,
                                       .columns = share->end_column - share->column,
                                       .column = share->column,
                                       .x = places,
                                       .packed = packed,
                                       .y = y,
                                       .add = add};
    if (slice->depth < CN_CONV_NARROW && slice->cells > 1)
        multiply_gathered(job->native, product, places);
    else
        job->native->multiply_windows(&product);
}

/* A chunk of columns of all rows. Rows are finished if no other columns of them follow. */
static void multiply_chunk(const struct job *job, const struct share *share, bool finishes)
{
    float packed[CHUNK] __attribute__((aligned(64)));
    const int64_t slices = cn_conv_count_slices(&job->cells, job->native->depth);
    for (int64_t i = 0; i < slices; i++) {
        const cn_conv_slice slice = cn_conv_slice_of(&job->cells, job->native->depth, i);
        pack(job, &slice, share->group, share->column, share->end_column - share->column, packed);
        struct share panel = *share;
        for (; panel.row < share->end_row; panel.row = panel.end_row) {
            panel.end_row = smaller(panel.row + PANEL, share->end_row);
            multiply_panel(job, &slice, &panel, packed, i > 0);
            const int64_t y_row = row_of_y(job->conv);
            if (finishes && i == slices - 1)
                cn_finish_rows(job->finish, job->y + panel.row * y_row, y_row,
                               panel.end_row - panel.row);
        }
    }
}

static void multiply_share(const struct job *job, struct share share, bool finishes)
{
    const int64_t groups = job->conv->groups, end = share.end_column,
                  columns = columns_of_chunk(job->native);
    for (share.group = 0; share.group < groups; share.group++)
        for (int64_t column = share.column; column < end; column += columns) {
            struct share chunk = share;
            chunk.column = column, chunk.end_column = smaller(column + columns, end);
            multiply_chunk(job, &chunk,
                           finishes && share.group == groups - 1 && chunk.end_column == end);
        }
}

static void run_rows(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const struct share share = {.row = begin * UNIT,
                                .end_row = smaller(end * UNIT, cn_conv_count_rows(job->conv)),
                                .end_column = job->conv->filters};
    multiply_share(job, share, true);
}

static void run_columns(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const int64_t strip = job->native->strip;
    const struct share share = {.end_row = cn_conv_count_rows(job->conv),
                                .column = begin * strip,
                                .end_column = smaller(end * strip, job->conv->filters)};
    multiply_share(job, share, false);
}

static void finish_all(const struct job *job)
{
    cn_finish_rows(job->finish, job->y, row_of_y(job->conv), cn_conv_count_rows(job->conv));
}

/* Windows without cells. */
static void clear(const cn_conv *conv, float *y)
{
    const int64_t count = cn_conv_count_rows(conv);
    cn_conv_rows rows;
    for (int64_t row = 0; row < count; row += rows.count) {
        cn_conv_find_rows(conv, row, smaller(CN_CONV_ROWS, count - row), &rows);
        for (int64_t i = 0; i < rows.count; i++)
            memset(y + rows.y[i], 0, (size_t)(conv->groups * conv->filters) * sizeof *y);
    }
}

/* Windows of one cell at equal distances: one matrix product, whose kernel cuts it up itself. */
static bool is_product(const cn_conv *conv)
{
    const cn_conv_axis *axis = &conv->axis[0];
    return conv->rank == 1 && conv->groups == 1 && axis->kernel == 1 && axis->before == 0 &&
           axis->stride == 1 && axis->in == axis->out;
}

static cn_status run_product(const struct job *job)
{
    const cn_conv *c = job->conv;
    return cn_sgemm(false, c->transposed, c->axis[0].out, c->filters, c->channels, job->x,
                    c->axis[0].x_step, job->kernel, c->transposed ? c->channels : c->filters,
                    job->y, c->axis[0].y_step, false, job->finish);
}

cn_status cn_conv_run(const cn_conv *conv, const float *x, const float *kernel, float *y,
                      const cn_finish *finish)
{
    struct job job = {.conv = conv,
                      .cells = cn_conv_cells_of(conv),
                      .native = cn_native_kernels(),
                      .x = x,
                      .kernel = kernel,
                      .y = y,
                      .finish = finish};
    const int64_t rows = cn_conv_count_rows(conv), units = (rows + UNIT - 1) / UNIT;
    const int64_t strips = (conv->filters + job.native->strip - 1) / job.native->strip;
    if (rows == 0 || conv->groups * conv->filters == 0)
        return CN_OK;
    if (job.cells.count == 0) {
        clear(conv, y);
        finish_all(&job);
    } else if (cn_conv_is_depthwise(conv)) {
        const bool together = row_of_y(conv) == conv->groups * conv->filters;
        cn_conv_run_depthwise(conv, x, kernel, y, together ? finish : NULL);
        if (!together)
            finish_all(&job);
    } else if (is_product(conv)) {
        CN_TRY(run_product(&job));
    } else if (rows >= 2 * ROWS_OF_A_THREAD || strips == 1) {
        cn_parallel_for(units, cn_conv_grain(conv, units), run_rows, &job);
    } else {
        cn_parallel_for(strips, cn_conv_grain(conv, strips), run_columns, &job);
        finish_all(&job);
    }
    return CN_OK;
}

/* ---- the kernel's gradient ------------------------------------------------------------------- */

/* Rows begin .. end-1 of the kernel's rows (cells times channels), of some columns of one group,
 * from some windows. */
static void add_windows(const struct job *job, const cn_conv_rows *rows, const float *packed,
                        const struct share *share, bool add)
{
    const cn_conv *c = job->conv;
    const int64_t depth = job->cells.depth, width = c->groups * c->filters;
    for (int64_t row = share->row, end; row < share->end_row; row = end) {
        const int64_t cell = row / depth, first = row % depth;
        const float *places[CN_CONV_ROWS];
        end = smaller(smaller((cell + 1) * depth, row + CN_CONV_ROWS), share->end_row);
        cn_conv_find_cell(c, &job->cells, rows, cell, job->x + share->group * c->channels + first,
                          places);
        job->native->sum_window_products(
            &(cn_window_sums){.rows = rows->count,
                              .channels = end - row,
                              .columns = share->end_column - share->column,
                              .x = places,
                              .packed = packed,
                              .sums = job->dkernel + cn_conv_cell_of_kernel(c, &job->cells, cell) +
                                      first * width + share->group * c->filters + share->column,
                              .sums_row = width,
                              .add = add});
    }
}

/* The same for all rows of a small kernel. */
static void add_gathered(const struct job *job, const cn_conv_rows *rows, const float *packed,
                         const struct share *share, bool add)
{
    const cn_conv *c = job->conv;
    const int64_t cells = job->cells.count, depth = job->cells.depth;
    const float *places[CN_CONV_ROWS * SMALL_KERNEL];
    float copy[CN_CONV_ROWS * SMALL_KERNEL];
    for (int64_t cell = 0; cell < cells; cell++)
        cn_conv_find_cell(c, &job->cells, rows, cell, job->x, places + cell * rows->count);
    cn_conv_gather(places, rows->count, cells, depth, copy);
    for (int64_t row = 0; row < rows->count; row++)
        places[row] += share->row;
    job->native->sum_window_products(
        &(cn_window_sums){.rows = rows->count,
                          .channels = share->end_row - share->row,
                          .columns = share->end_column - share->column,
                          .x = places,
                          .packed = packed,
                          .sums = job->dkernel + share->row * c->filters + share->column,
                          .sums_row = c->filters,
                          .add = add});
}

/* Rows of dy, each of which is copied where it lies. */
static void pack_rows(const struct job *job, const cn_conv_rows *rows, const struct share *share,
                      float *packed)
{
    const int64_t column = share->group * job->conv->filters + share->column;
    for (int64_t i = 0; i < rows->count; i++)
        job->native->pack_columns(job->dy + rows->y[i] + column, 0, 1, 1,
                                  share->end_column - share->column, packed, rows->count, i);
}

/* Whether windows are gathered. */
static bool is_small(const struct job *job)
{
    return job->conv->groups == 1 && job->cells.depth < CN_CONV_NARROW &&
           job->cells.count * job->cells.depth <= SMALL_KERNEL;
}

static void add_chunk(const struct job *job, const struct share *share)
{
    float packed[CHUNK] __attribute__((aligned(64)));
    const int64_t count = cn_conv_count_rows(job->conv);
    cn_conv_rows rows;
    for (int64_t row = 0; row < count; row += rows.count) {
        cn_conv_find_rows(job->conv, row, smaller(job->native->depth, count - row), &rows);
        pack_rows(job, &rows, share, packed);
        if (is_small(job))
            add_gathered(job, &rows, packed, share, row > 0);
        else
            add_windows(job, &rows, packed, share, row > 0);
    }
}

static void add_rows(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const cn_conv *c = job->conv;
    const int64_t columns = columns_of_chunk(job->native),
                  kernel_rows = job->cells.count * job->cells.depth;
    for (int64_t group = 0; group < c->groups; group++)
        for (int64_t column = 0; column < c->filters; column += columns)
            add_chunk(job, &(struct share){group, begin * KERNEL_ROWS,
                                           smaller(end * KERNEL_ROWS, kernel_rows), column,
                                           smaller(column + columns, c->filters)});
}

cn_status cn_conv_kernel_gradient_run(const cn_conv *conv, const float *x, const float *dy,
                                      float *dkernel)
{
    struct job job = {.conv = conv,
                      .cells = cn_conv_cells_of(conv),
                      .native = cn_native_kernels(),
                      .x = x,
                      .dy = dy,
                      .dkernel = dkernel};
    const int64_t size = cn_conv_kernel_size(conv);
    if (size == 0 || cn_conv_count_rows(conv) == 0) {
        memset(dkernel, 0, (size_t)size * sizeof *dkernel);
    } else if (cn_conv_is_depthwise(conv)) {
        cn_conv_depthwise_kernel_gradient(conv, x, dy, dkernel);
    } else if (is_product(conv)) {
        return cn_sgemm(true, false, conv->channels, conv->filters, conv->axis[0].out, x,
                        conv->axis[0].x_step, dy, conv->axis[0].y_step, dkernel, conv->filters,
                        false, NULL);
    } else {
        const int64_t units = (job.cells.count * job.cells.depth + KERNEL_ROWS - 1) / KERNEL_ROWS;
        cn_parallel_for(units, cn_conv_grain(conv, units), add_rows, &job);
    }
    return CN_OK;
}
