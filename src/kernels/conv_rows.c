/* A convolution as a matrix product: which windows are its rows, which cells its columns, and where
 * these lie. */
#include "kernels/conv.h"

/* What a cell outside x is read from. */
static const float zeros[CN_CONV_CHANNELS];

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t count_pieces(int64_t items, int64_t most)
{
    return (items + most - 1) / most;
}

/* ---- axes ------------------------------------------------------------------------------------ */

/* An axis of windows of single cells, all inside: its stride becomes part of the step. */
static void simplify(cn_conv_axis *axis)
{
    if (axis->kernel != 1 || axis->before != 0 || (axis->out - 1) * axis->stride >= axis->in)
        return;
    axis->x_step *= axis->stride;
    axis->stride = axis->dilation = 1;
    axis->in = axis->out;
}

static bool is_simple(const cn_conv_axis *axis)
{
    return axis->kernel == 1 && axis->before == 0 && axis->stride == 1 && axis->in == axis->out;
}

/* Whether the axes can be one, of which a window is one cell. */
static bool can_merge(const cn_conv_axis *outer, const cn_conv_axis *inner)
{
    return is_simple(outer) && is_simple(inner) && outer->x_step == inner->x_step * inner->out &&
           outer->y_step == inner->y_step * inner->out;
}

void cn_conv_prepare(cn_conv *conv)
{
    int64_t rank = 0;
    for (int64_t i = 0; i < conv->rank; i++) {
        cn_conv_axis axis = conv->axis[i];
        simplify(&axis);
        if (rank > 0 && can_merge(&conv->axis[rank - 1], &axis)) {
            axis.out *= conv->axis[rank - 1].out;
            axis.in = axis.out;
            rank--;
        }
        conv->axis[rank++] = axis;
    }
    conv->rank = rank;
}

int64_t cn_conv_kernel_size(const cn_conv *conv)
{
    int64_t size = conv->groups * conv->channels * conv->filters;
    for (int64_t i = 0; i < conv->rank; i++)
        size *= conv->axis[i].kernel;
    return size;
}

int64_t cn_conv_count_rows(const cn_conv *conv)
{
    int64_t rows = 1;
    for (int64_t i = 0; i < conv->rank; i++)
        rows *= conv->axis[i].out;
    return rows;
}

int64_t cn_conv_grain(const cn_conv *conv, int64_t count)
{
    const double work_for_a_thread = cn_conv_is_depthwise(conv) ? 5e5 : 4e6; /* multiplications */
    const double work = (double)cn_conv_kernel_size(conv) * (double)cn_conv_count_rows(conv);
    return work < 1 ? count : (int64_t)(work_for_a_thread * (double)count / work) + 1;
}

/* ---- cells and slices ------------------------------------------------------------------------ */

static bool lies_together(const cn_conv *conv)
{
    const cn_conv_axis *last = &conv->axis[conv->rank - 1];
    const int64_t end = (last->out - 1) * last->stride - last->before +
                        (last->kernel - 1) * last->dilation;
    return conv->groups == 1 && !conv->transposed && last->before <= 0 && end < last->in &&
           last->dilation * last->x_step == conv->channels &&
           last->kernel_step == conv->channels * conv->filters;
}

cn_conv_cells cn_conv_cells_of(const cn_conv *conv)
{
    cn_conv_cells cells = {1, conv->channels, conv->rank};
    if (lies_together(conv)) {
        cells.axes--;
        cells.depth *= conv->axis[cells.axes].kernel;
    }
    for (int64_t i = 0; i < cells.axes; i++)
        cells.count *= conv->axis[i].kernel;
    if (cells.depth == 0)
        cells.count = 0;
    return cells;
}

/* Cells of a slice, if it has whole ones. */
static int64_t most_cells(const cn_conv_cells *cells, int64_t most)
{
    return cells->depth > most / 2 ? 1 : smaller(most / cells->depth, CN_CONV_CELLS);
}

int64_t cn_conv_count_slices(const cn_conv_cells *cells, int64_t most)
{
    if (cells->count == 0)
        return 0;
    return count_pieces(cells->count, most_cells(cells, most)) * count_pieces(cells->depth, most);
}

cn_conv_slice cn_conv_slice_of(const cn_conv_cells *cells, int64_t most, int64_t number)
{
    const int64_t parts = count_pieces(cells->depth, most), part = number % parts;
    const int64_t pieces = count_pieces(cells->count, most_cells(cells, most));
    const int64_t cell = cells->count * (number / parts) / pieces;
    const int64_t first = cells->depth * part / parts;
    return (cn_conv_slice){.cell = cell,
                           .cells = cells->count * (number / parts + 1) / pieces - cell,
                           .first = first,
                           .depth = cells->depth * (part + 1) / parts - first};
}

int64_t cn_conv_cell_of_kernel(const cn_conv *conv, const cn_conv_cells *cells, int64_t cell)
{
    int64_t place = 0;
    for (int64_t i = cells->axes - 1; i >= 0; i--) {
        place += cell % conv->axis[i].kernel * conv->axis[i].kernel_step;
        cell /= conv->axis[i].kernel;
    }
    return place;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* The cells of window o that are inside x. */
static void find_inside(const cn_conv_axis *axis, int64_t o, int64_t *first, int64_t *end)
{
    const int64_t begin = o * axis->stride - axis->before;
    *first = begin >= 0 ? 0 : smaller((-begin + axis->dilation - 1) / axis->dilation, axis->kernel);
    *end = axis->kernel;
    if (begin + (axis->kernel - 1) * axis->dilation >= axis->in)
        *end = begin >= axis->in ? 0 : (axis->in - 1 - begin) / axis->dilation + 1;
}

/* Part of a line: windows that differ along the last axis only. */
struct line {
    int64_t x, y, first[CN_CONV_AXES], end[CN_CONV_AXES];
    bool inside;
};

/* What window o along an axis adds to a line. */
static void add_axis(const cn_conv_axis *axis, int64_t i, int64_t o, struct line *line)
{
    line->x += (o * axis->stride - axis->before) * axis->x_step;
    line->y += o * axis->y_step;
    find_inside(axis, o, &line->first[i], &line->end[i]);
    line->inside &= line->first[i] == 0 && line->end[i] == axis->kernel;
}

static void store_row(const struct line *line, int64_t rank, int64_t row, cn_conv_rows *rows)
{
    rows->x[row] = line->x;
    rows->y[row] = line->y;
    rows->inside[row] = line->inside;
    for (int64_t i = 0; i < rank && !line->inside; i++)
        rows->first[i][row] = line->first[i], rows->end[i][row] = line->end[i];
}

void cn_conv_find_rows(const cn_conv *conv, int64_t begin, int64_t count, cn_conv_rows *rows)
{
    const int64_t last = conv->rank - 1, length = conv->axis[last].out;
    rows->count = count;
    for (int64_t row = 0; row < count;) {
        struct line line = {.inside = true};
        int64_t rest = (begin + row) / length, o = (begin + row) % length;
        for (int64_t i = last - 1; i >= 0; i--) {
            add_axis(&conv->axis[i], i, i == 0 ? rest : rest % conv->axis[i].out, &line);
            rest /= conv->axis[i].out;
        }
        for (; o < length && row < count; o++, row++) {
            struct line window = line;
            add_axis(&conv->axis[last], last, o, &window);
            store_row(&window, conv->rank, row, rows);
        }
    }
}

void cn_conv_find_cell(const cn_conv *conv, const cn_conv_cells *cells, const cn_conv_rows *rows,
                       int64_t cell, const float *x, const float **places)
{
    int64_t digit[CN_CONV_AXES], offset = 0;
    for (int64_t i = cells->axes - 1; i >= 0; i--) {
        digit[i] = cell % conv->axis[i].kernel;
        cell /= conv->axis[i].kernel;
        offset += digit[i] * conv->axis[i].dilation * conv->axis[i].x_step;
    }
    for (int64_t row = 0; row < rows->count; row++) {
        bool inside = true;
        for (int64_t i = 0; !rows->inside[row] && i < cells->axes; i++)
            inside &= digit[i] >= rows->first[i][row] && digit[i] < rows->end[i][row];
        places[row] = inside ? x + (rows->x[row] + offset) : zeros;
    }
}

void cn_conv_gather(const float **places, int64_t rows, int64_t cells, int64_t depth, float *copy)
{
    for (int64_t row = 0; row < rows; row++) {
        float *to = copy + row * cells * depth;
        for (int64_t cell = 0; cell < cells; cell++)
            for (int64_t i = 0; i < depth; i++)
                to[cell * depth + i] = places[cell * rows + row][i];
        places[row] = to;
    }
}
