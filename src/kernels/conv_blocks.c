/* How a convolution of narrow groups is cut into products of rows: blocks, lines and pieces. */
#include "kernels/conv.h"

enum {
    LONG_LINE = 512,   /* rows; a longer line is cut into parts, */
    PART_OF_LINE = 192 /* of about as many rows */
};

static int64_t ceil_divide(int64_t a, int64_t b)
{
    return a >= 0 ? (a + b - 1) / b : -(-a / b);
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    return -ceil_divide(-a, b);
}

static int64_t clamp(int64_t x, int64_t low, int64_t high)
{
    return x < low ? low : x > high ? high : x;
}

/* ---- windows --------------------------------------------------------------------------------- */

static cn_conv_windows windows_of_one(const cn_conv_axis *axis, int64_t o)
{
    const int64_t begin = o * axis->stride - axis->before;
    const int64_t first = clamp(ceil_divide(-begin, axis->dilation), 0, axis->kernel);
    const int64_t end =
        clamp(floor_divide(axis->in - 1 - begin, axis->dilation) + 1, first, axis->kernel);
    return (cn_conv_windows){o, 1, first, end - first};
}

/* The windows from begin on that are alike. */
static cn_conv_windows windows_at(const cn_conv_axis *axis, int64_t begin)
{
    cn_conv_windows windows = windows_of_one(axis, begin);
    if (windows.cells == axis->kernel && windows.cells > 0) {
        const int64_t last_cell = axis->in - 1 - (axis->kernel - 1) * axis->dilation;
        const int64_t last = floor_divide(last_cell + axis->before, axis->stride);
        windows.count = (last < axis->out ? last + 1 : axis->out) - begin;
        return windows;
    }
    for (; begin + windows.count < axis->out; windows.count++) {
        const cn_conv_windows next = windows_of_one(axis, begin + windows.count);
        if (next.first != windows.first || next.cells != windows.cells)
            break;
    }
    return windows;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void cut_lines(const cn_conv *conv, cn_conv_block *block)
{
    block->lines = 1;
    block->rows_axis = conv->rank - 1;
    for (int64_t i = 0; i < conv->rank; i++) {
        const int64_t count = block->windows[i].count;
        block->lines *= count;
        if (count > block->windows[block->rows_axis].count)
            block->rows_axis = i;
    }
    const int64_t rows = block->windows[block->rows_axis].count;
    block->parts_of_line = rows > LONG_LINE ? ceil_divide(rows, PART_OF_LINE) : 1;
    block->lines = block->lines / rows * block->parts_of_line;
}

static void cut_windows(const cn_conv *conv, cn_conv_block *block)
{
    block->pieces = block->windows[conv->rank - 1].cells > 0;
    for (int64_t i = 0; i + 1 < conv->rank; i++)
        block->pieces *= block->windows[i].cells;
}

static bool begin_block(const cn_conv *conv, cn_conv_block *block, int64_t from)
{
    for (int64_t i = from; i < conv->rank; i++)
        block->windows[i] = windows_at(&conv->axis[i], 0);
    cut_lines(conv, block);
    cut_windows(conv, block);
    return true;
}

bool cn_conv_first_block(const cn_conv *conv, cn_conv_block *block)
{
    for (int64_t i = 0; i < conv->rank; i++)
        if (conv->axis[i].out == 0)
            return false;
    return begin_block(conv, block, 0);
}

bool cn_conv_next_block(const cn_conv *conv, cn_conv_block *block)
{
    for (int64_t i = conv->rank - 1; i >= 0; i--) {
        cn_conv_windows *windows = &block->windows[i];
        if (windows->begin + windows->count < conv->axis[i].out) {
            *windows = windows_at(&conv->axis[i], windows->begin + windows->count);
            return begin_block(conv, block, i + 1);
        }
    }
    return false;
}

/* ---- lines and pieces ------------------------------------------------------------------------ */

cn_conv_line cn_conv_line_of(const cn_conv *conv, const cn_conv_block *block, int64_t line)
{
    const int64_t parts = block->parts_of_line, part = line % parts;
    const int64_t rows = block->windows[block->rows_axis].count;
    const cn_conv_axis *along = &conv->axis[block->rows_axis];
    cn_conv_line result = {.x_row = along->x_step * along->stride, .y_row = along->y_step};
    line /= parts;
    for (int64_t i = conv->rank - 1; i >= 0; i--) {
        const cn_conv_axis *axis = &conv->axis[i];
        const cn_conv_windows *windows = &block->windows[i];
        int64_t o = windows->begin;
        if (i == block->rows_axis) {
            o += rows * part / parts;
        } else {
            o += line % windows->count;
            line /= windows->count;
        }
        result.x += (o * axis->stride - axis->before + windows->first * axis->dilation) *
                    axis->x_step;
        result.y += o * axis->y_step;
    }
    result.rows = rows * (part + 1) / parts - rows * part / parts;
    return result;
}

cn_conv_piece cn_conv_piece_of(const cn_conv *conv, const cn_conv_block *block, int64_t piece)
{
    cn_conv_piece result = {0};
    for (int64_t i = conv->rank - 1; i >= 0; i--) {
        const cn_conv_axis *axis = &conv->axis[i];
        const cn_conv_windows *windows = &block->windows[i];
        const int64_t cells = i == conv->rank - 1 ? 1 : windows->cells;
        result.x += piece % cells * axis->dilation * axis->x_step;
        result.kernel += (windows->first + piece % cells) * axis->kernel_step;
        piece /= cells;
    }
    return result;
}
