/* Convolutions: forward, and the kernel's gradient. */
#include "kernels/conv.h"

#include <stdatomic.h>
#include <string.h>

#include "kernels/gemm.h"
#include "runtime/threads.h"

enum {
    ROWS_OF_A_THREAD = 16,    /* of the kernel's gradient, or more */
    CHANNELS_OF_A_THREAD = 64 /* the same where there is one channel to a group */
};
static const double work_for_a_thread = 4e6; /* multiplications */

struct job {
    const cn_conv *conv;
    const float *x, *kernel, *dy;
    float *y, *dkernel;
    const cn_finish *finish;
    _Atomic cn_status status; /* of a product that failed, if any did */
};

static void keep(struct job *job, cn_status status)
{
    if (status != CN_OK)
        atomic_store(&job->status, status);
}

/* Items of which each thread has work enough, of count items that share the whole work. */
static int64_t grain_of(const cn_conv *conv, int64_t count)
{
    double work = (double)cn_conv_kernel_size(conv);
    for (int64_t i = 0; i < conv->rank; i++)
        work *= (double)conv->axis[i].out;
    return work < 1 ? count : (int64_t)(work_for_a_thread * (double)count / work) + 1;
}

/* ---- forward --------------------------------------------------------------------------------- */

/* Adds (or, at first, sets) one piece's part of a line. */
static cn_status multiply_piece(const struct job *job, const cn_conv_block *block,
                                const cn_conv_line *line, int64_t piece, int64_t group)
{
    const cn_conv *c = job->conv;
    const cn_conv_piece at = cn_conv_piece_of(c, block, piece);
    const int64_t kernel = at.kernel + (c->transposed ? 0 : group * c->filters);
    return cn_sgemm(false, c->transposed, line->rows, c->filters, block->depth,
                    job->x + line->x + at.x + group * c->channels, line->x_row,
                    job->kernel + kernel, c->transposed ? c->channels : c->groups * c->filters,
                    job->y + line->y + group * c->filters, line->y_row, piece > 0);
}

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
                native->multiply_rows(&(cn_row_products){
                    .rows = line->rows,
                    .columns = c->groups,
                    .cells = block->windows[last].cells,
                    .a = job->x + line->x + at.x + i,
                    .a_row = line->x_row,
                    .a_cell = c->axis[last].dilation * c->axis[last].x_step,
                    .a_step = c->channels,
                    .b = job->kernel + at.kernel + i * c->groups * c->filters + k,
                    .b_cell = c->axis[last].kernel_step,
                    .b_step = c->filters,
                    .c = job->y + line->y + k,
                    .c_row = line->y_row,
                    .c_step = c->filters,
                    .add = piece > 0 || i > 0});
    }
}

static void run_line(struct job *job, const cn_conv_block *block, int64_t number)
{
    const cn_conv *c = job->conv;
    const cn_conv_line line = cn_conv_line_of(c, block, number);
    float *y = job->y + line.y;
    for (int64_t i = 0; i < line.rows && block->pieces == 0; i++)
        memset(y + i * line.y_row, 0, (size_t)(c->groups * c->filters) * sizeof *y);
    if (cn_conv_is_depthwise(c))
        multiply_channels(job, block, &line);
    else
        for (int64_t group = 0; group < c->groups; group++)
            for (int64_t piece = 0; piece < block->pieces; piece++)
                keep(job, multiply_piece(job, block, &line, piece, group));
    if (job->finish != NULL)
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

/* Products of a single line are cut up by their own kernel. */
cn_status cn_conv_run(const cn_conv *conv, const float *x, const float *kernel, float *y,
                      const cn_finish *finish)
{
    struct job job = {.conv = conv, .x = x, .kernel = kernel, .y = y, .finish = finish};
    const int64_t lines = count_lines(conv);
    cn_parallel_for(lines, grain_of(conv, lines), run_lines, &job);
    return atomic_load(&job.status);
}

/* ---- the kernel's gradient ------------------------------------------------------------------- */

/* Adds a piece's rows begin .. end-1 of the kernel's rows (cells times channels), from one line. */
static void add_piece(struct job *job, const cn_conv_block *block, const cn_conv_line *line,
                      int64_t piece, int64_t begin, int64_t end)
{
    const cn_conv *c = job->conv;
    const int64_t width = c->groups * c->filters;
    const cn_conv_piece at = cn_conv_piece_of(c, block, piece);
    const int64_t first = at.kernel / width, from = begin > first ? begin : first;
    const int64_t to = end < first + block->depth ? end : first + block->depth;
    for (int64_t group = 0; group < c->groups && from < to; group++)
        keep(job, cn_sgemm(true, false, to - from, c->filters, line->rows,
                           job->x + line->x + at.x + from - first + group * c->channels,
                           line->x_row, job->dy + line->y + group * c->filters, line->y_row,
                           job->dkernel + from * width + group * c->filters, width, true));
}

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

/* What a thread's part adds: rows of the kernel, or its groups where they are narrow. */
static void add_part(struct job *job, int64_t begin, int64_t end)
{
    cn_conv_block block;
    for (bool more = cn_conv_first_block(job->conv, &block); more;
         more = cn_conv_next_block(job->conv, &block))
        for (int64_t i = 0; i < block.lines; i++) {
            const cn_conv_line line = cn_conv_line_of(job->conv, &block, i);
            if (cn_conv_is_depthwise(job->conv))
                add_channels(job, &block, &line, begin, end);
            else
                for (int64_t piece = 0; piece < block.pieces; piece++)
                    add_piece(job, &block, &line, piece, begin, end);
        }
}

static int64_t kernel_rows(const cn_conv *conv)
{
    return cn_conv_is_depthwise(conv) ? conv->groups
                                      : cn_conv_kernel_size(conv) / (conv->groups * conv->filters);
}

static int64_t count_parts(const cn_conv *conv)
{
    const int64_t parts = kernel_rows(conv) /
                          (cn_conv_is_depthwise(conv) ? CHANNELS_OF_A_THREAD : ROWS_OF_A_THREAD);
    return parts > 0 ? parts : 1;
}

static void add_parts(void *context, int64_t begin, int64_t end)
{
    struct job *job = context;
    const int64_t rows = kernel_rows(job->conv), parts = count_parts(job->conv);
    add_part(job, rows * begin / parts, rows * end / parts);
}

/* A single product is cut up by its own kernel. */
cn_status cn_conv_kernel_gradient_run(const cn_conv *conv, const float *x, const float *dy,
                                      float *dkernel)
{
    struct job job = {.conv = conv, .x = x, .dy = dy, .dkernel = dkernel};
    const int64_t size = cn_conv_kernel_size(conv), parts = count_parts(conv);
    memset(dkernel, 0, (size_t)size * sizeof *dkernel);
    if (size == 0)
        return CN_OK;
    if (conv->groups == 1 && conv->rank == 1 && conv->axis[0].kernel == 1)
        add_part(&job, 0, kernel_rows(conv));
    else
        cn_parallel_for(parts, grain_of(conv, parts), add_parts, &job);
    return atomic_load(&job.status);
}
