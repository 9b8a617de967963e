/* Convolutions of narrow groups. With one channel and one filter to a group, y is made window by
 * window, of all cells at once; otherwise, and for the kernel's gradient, line by line. */
#include "kernels/conv.h"

#include <string.h>

#include "runtime/threads.h"

enum {
    CHANNELS_OF_A_THREAD = 64, /* of the kernel's gradient, or more */
    PANEL = 24,                /* windows that are multiplied together */
    UNIT = 12                  /* windows */
};

struct job {
    const cn_conv *conv;
    const float *x, *kernel, *dy;
    float *y, *dkernel;
    const cn_finish *finish;
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool is_single(const cn_conv *conv)
{
    return conv->channels == 1 && conv->filters == 1;
}

/* ---- single channels ------------------------------------------------------------------------- */

/* Some cells and channels of some windows. */
static void multiply_windows(const struct job *job, const cn_conv_rows *rows,
                             const cn_conv_slice *slice, int64_t channel, int64_t channels)
{
    const cn_conv_cells cells = cn_conv_cells_of(job->conv);
    const float *places[CN_CONV_CELLS * PANEL], *kernel[CN_CONV_CELLS];
    float *y[PANEL];
    for (int64_t i = 0; i < rows->count; i++)
        y[i] = job->y + rows->y[i] + channel;
    for (int64_t i = 0; i < slice->cells; i++) {
        const int64_t cell = slice->cell + i;
        cn_conv_find_cell(job->conv, &cells, rows, cell, job->x + channel,
                          places + i * rows->count);
        kernel[i] = job->kernel + channel + cn_conv_cell_of_kernel(job->conv, &cells, cell);
    }
    cn_native_kernels()->multiply_channels(&(cn_channel_product){.rows = rows->count,
                                                                 .cells = slice->cells,
                                                                 .columns = channels,
                                                                 .x = places,
                                                                 .kernel = kernel,
                                                                 .y = y,
                                                                 .add = slice->cell > 0});
}

static void run_panel(const struct job *job, int64_t row, int64_t count)
{
    const cn_conv_cells cells = cn_conv_cells_of(job->conv);
    const int64_t slices = cn_conv_count_slices(&cells, CN_CONV_CELLS), end = job->conv->groups;
    cn_conv_rows rows;
    cn_conv_find_rows(job->conv, row, count, &rows);
    for (int64_t channel = 0; channel < end; channel += CN_CONV_CHANNELS)
        for (int64_t i = 0; i < slices; i++) {
            const cn_conv_slice slice = cn_conv_slice_of(&cells, CN_CONV_CELLS, i);
            multiply_windows(job, &rows, &slice, channel, smaller(CN_CONV_CHANNELS, end - channel));
        }
}

static void run_windows(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const int64_t last = smaller(end * UNIT, cn_conv_count_rows(job->conv)),
                  width = job->conv->groups;
    for (int64_t row = begin * UNIT; row < last; row += PANEL) {
        const int64_t count = smaller(PANEL, last - row);
        run_panel(job, row, count);
        cn_finish_rows(job->finish, job->y + row * width, width, count);
    }
}

/* ---- forward --------------------------------------------------------------------------------- */

/* A piece of all groups at once. */
static void multiply_channels(const struct job *job, const cn_conv_block *block,
                              const cn_conv_line *line)
{
    const cn_conv *c = job->conv;
    const cn_native *native = cn_native_kernels();
    const int64_t last = c->rank - 1;
    for (int64_t piece = 0; piece < block->pieces; piece++) {
        const cn_conv_piece at = cn_conv_piece_of(c, block, piece);
        for (int64_t i = 0; i < c->channels; i++)
            for (int64_t k = 0; k < c->filters; k++)
                native->multiply_rows(
                    &(cn_row_products){.rows = line->rows,
                                       .columns = c->groups,
                                       .cells = block->windows[last].cells,
                                       .a = job->x + line->x + at.x + i,
                                       .a_row = line->x_row,
                                       .a_cell = c->axis[last].dilation * c->axis[last].x_step,
                                       .a_step = c->channels,
                                       .b = job->kernel + at.kernel +
                                            (c->transposed ? k * c->groups * c->channels + i
                                                           : i * c->groups * c->filters + k),
                                       .b_cell = c->axis[last].kernel_step,
                                       .b_step = c->transposed ? c->channels : c->filters,
                                       .c = job->y + line->y + k,
                                       .c_row = line->y_row,
                                       .c_step = c->filters,
                                       .add = piece > 0 || i > 0});
    }
}

static void run_line(const struct job *job, const cn_conv_block *block, int64_t number)
{
    const cn_conv *c = job->conv;
    const cn_conv_line line = cn_conv_line_of(c, block, number);
    float *y = job->y + line.y;
    for (int64_t i = 0; i < line.rows && block->pieces == 0; i++)
        memset(y + i * line.y_row, 0, (size_t)(c->groups * c->filters) * sizeof *y);
    multiply_channels(job, block, &line);
    cn_finish_rows(job->finish, y, line.y_row, line.rows);
}

static void run_lines(void *context, int64_t begin, int64_t end)
{
    struct job *job = context;
    cn_conv_block block;
    int64_t before = 0; /* lines of the blocks before this one */
    for (bool more = cn_conv_first_block(job->conv, &block); more && before < end;
         more = cn_conv_next_block(job->conv, &block)) {
        for (int64_t i = begin > before ? begin - before : 0; i < block.lines && before + i < end;
             i++)
            run_line(job, &block, i);
        before += block.lines;
    }
}

static int64_t count_lines(const cn_conv *conv)
{
    cn_conv_block block;
    int64_t lines = 0;
    for (bool more = cn_conv_first_block(conv, &block); more;
         more = cn_conv_next_block(conv, &block))
        lines += block.lines;
    return lines;
}

void cn_conv_run_depthwise(const cn_conv *conv, const float *x, const float *kernel, float *y,
                           const cn_finish *finish)
{
    struct job job = {.conv = conv, .x = x, .kernel = kernel, .y = y, .finish = finish};
    const int64_t lines = count_lines(conv), units = (cn_conv_count_rows(conv) + UNIT - 1) / UNIT;
    if (is_single(conv))
        cn_parallel_for(units, cn_conv_grain(conv, units), run_windows, &job);
    else
        cn_parallel_for(lines, cn_conv_grain(conv, lines), run_lines, &job);
}

/* ---- the kernel's gradient ------------------------------------------------------------------- */

static void add_channels(const struct job *job, const cn_conv_block *block,
                         const cn_conv_line *line, int64_t begin, int64_t end)
{
    const cn_conv *c = job->conv;
    const cn_native *native = cn_native_kernels();
    const int64_t last = c->rank - 1;
    for (int64_t piece = 0; piece < block->pieces; piece++) {
        const cn_conv_piece at = cn_conv_piece_of(c, block, piece);
        for (int64_t i = 0; i < c->channels; i++)
            for (int64_t k = 0; k < c->filters; k++)
                native->sum_row_products(&(cn_row_products){
                    .rows = line->rows,
                    .columns = end - begin,
                    .cells = block->windows[last].cells,
                    .a = job->x + line->x + at.x + begin * c->channels + i,
                    .a_row = line->x_row,
                    .a_cell = c->axis[last].dilation * c->axis[last].x_step,
                    .a_step = c->channels,
                    .b = job->dy + line->y + begin * c->filters + k,
                    .b_row = line->y_row,
                    .b_step = c->filters,
                    .c = job->dkernel + at.kernel + (i * c->groups + begin) * c->filters + k,
                    .c_cell = c->axis[last].kernel_step,
                    .c_step = c->filters});
    }
}

static int64_t count_parts(const cn_conv *conv)
{
    const int64_t parts = conv->groups / CHANNELS_OF_A_THREAD;
    return parts > 0 ? parts : 1;
}

/* Parts begin where vectors do, and the last one has what remains: so the vectors are the same
 * ones however many parts a thread gets. */
static void add_parts(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const int64_t from = begin * CHANNELS_OF_A_THREAD, to = end == count_parts(job->conv)
                                                                ? job->conv->groups
                                                                : end * CHANNELS_OF_A_THREAD;
    cn_conv_block block;
    for (bool more = cn_conv_first_block(job->conv, &block); more;
         more = cn_conv_next_block(job->conv, &block))
        for (int64_t i = 0; i < block.lines; i++) {
            const cn_conv_line line = cn_conv_line_of(job->conv, &block, i);
            add_channels(job, &block, &line, from, to);
        }
}

void cn_conv_depthwise_kernel_gradient(const cn_conv *conv, const float *x, const float *dy,
                                       float *dkernel)
{
    struct job job = {.conv = conv, .x = x, .dy = dy, .dkernel = dkernel};
    const int64_t parts = count_parts(conv);
    memset(dkernel, 0, (size_t)cn_conv_kernel_size(conv) * sizeof *dkernel);
    cn_parallel_for(parts, cn_conv_grain(conv, parts), add_parts, &job);
}
