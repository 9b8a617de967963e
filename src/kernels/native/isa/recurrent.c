/* What the recurrent cells share: packing the weights, taking panels of rows through all steps, the
 * product of a step, activations. Each row's numbers are made in the same order however the rows
 * are cut into panels and shares. */
#include "kernels/native/isa/recurrent.h"

#include <string.h>

#include "kernels/native/isa/math.h"
#include "runtime/threads.h"

enum {
    PANEL = 4 * CN_GEMM_ROWS,       /* rows of a panel: few enough for the caches; */
    LARGE_PANEL = 8 * CN_GEMM_ROWS, /* more, where the weights do not stay in the first two */
    LARGE_WEIGHTS = 1 << 16,        /* floats */
    DEPTH = 256,                    /* most rows of the weights at a time, as in sgemm.c */
    THREAD_WORK = 1 << 23,          /* floating-point operations worth a thread */
    CELL_WORK = 64                  /* those of an activation, in terms of the product's */
};

/* ---- weights --------------------------------------------------------------------------------- */

/* Vectors of the next strip. */
static int64_t strip_vectors(const cn_packed *w, int64_t rest)
{
    return rest >= w->most ? w->most : rest >= 2 ? 2 : 1;
}

/* Vectors first .. first+count-1 of U_r[U,GU], by columns: depth is U. */
static void pack_columns(const cn_recurrent *r, const cn_packed *w, int64_t first, int64_t count)
{
    const int64_t width = cn_recurrent_width(r->units), row = r->gate_count * r->units;
    for (int64_t v = first, n; v < first + count; v += n) {
        n = strip_vectors(w, first + count - v);
        for (int64_t i = 0; i < n; i++) {
            const int64_t column = (v + i) * CN_GEMM_LANES, gate = column / width,
                          unit = column - gate * width, rest = r->units - unit;
            float *to = w->data + v * CN_GEMM_LANES * w->depth + i * CN_GEMM_LANES;
            const float *from = r->kernel + gate * r->units + unit;
            const size_t inside = (size_t)(rest < CN_GEMM_LANES ? rest : CN_GEMM_LANES);
            for (int64_t k = 0; k < r->units && rest > 0; k++)
                memcpy(to + k * n * CN_GEMM_LANES, from + k * row, inside * sizeof *to);
        }
    }
}

/* By vectors of units: [width / CN_GEMM_LANES, U, gates, CN_GEMM_LANES]. */
static void pack_cells(const cn_recurrent *r, float *to, int64_t gates)
{
    const int64_t row = r->gate_count * r->units;
    for (int64_t unit = 0; unit < r->units; unit += CN_GEMM_LANES) {
        const int64_t rest = r->units - unit;
        const size_t inside = (size_t)(rest < CN_GEMM_LANES ? rest : CN_GEMM_LANES);
        float *at = to + unit * r->units * gates;
        for (int64_t k = 0; k < r->units; k++)
            for (int64_t gate = 0; gate < gates; gate++, at += CN_GEMM_LANES)
                memcpy(at, r->kernel + k * row + gate * r->units + unit, inside * sizeof *at);
    }
}

/* The transposed: depth is GU, gate by gate in whole vectors. */
static void pack_rows(const cn_recurrent *r, const cn_packed *w)
{
    const int64_t width = cn_recurrent_width(r->units), row = r->gate_count * r->units;
    const int64_t count = width / CN_GEMM_LANES;
    for (int64_t v = 0, n; v < count; v += n) {
        n = strip_vectors(w, count - v);
        for (int64_t i = 0; i < n; i++) {
            const int64_t unit = (v + i) * CN_GEMM_LANES, rest = r->units - unit;
            float *to = w->data + v * CN_GEMM_LANES * w->depth + i * CN_GEMM_LANES;
            for (int64_t gate = 0; gate < r->gate_count && rest > 0; gate++)
                cn_gemm_transpose(r->kernel + unit * row + gate * r->units, row,
                                  to + gate * width * n * CN_GEMM_LANES, n * CN_GEMM_LANES,
                                  rest < CN_GEMM_LANES ? rest : CN_GEMM_LANES, r->units);
        }
    }
}

/* Few rows leave room for wider strips. */
static cn_packed begin_packing(const cn_recurrent *r, int64_t depth)
{
    const size_t bytes = (size_t)cn_recurrent_weight_floats(r->units, r->gate_count) *
                         sizeof(float);
    if (cn_recurrent_width(r->units) != r->units)
        memset(r->scratch, 0, bytes);
    return (cn_packed){r->scratch, depth, r->batch <= CN_GEMM_ROWS / 2 ? 4 : 2};
}

/* ---- the product of a step ------------------------------------------------------------------- */

/* All rows of one strip of n vectors. */
static void multiply_strip(const cn_panel *panel, const cn_panel_product *p, const float *b,
                           int64_t n, int64_t begin, int64_t depth, float *c)
{
    const int64_t blocks = (panel->rows + CN_GEMM_ROWS - 1) / CN_GEMM_ROWS;
    const int64_t rows = panel->rows / blocks, longer = panel->rows % blocks;
    for (int64_t block = 0, i = 0, count; block < blocks; block++, i += count) {
        count = rows + (block < longer);
        const cn_gemm_block run = {.k = depth,
                                   .a = p->a + i * p->a_line + begin,
                                   .a_row = p->a_line,
                                   .a_depth = 1,
                                   .b = b,
                                   .ldb = n * CN_GEMM_LANES,
                                   .c = c + i * p->c_line,
                                   .ldc = p->c_line,
                                   .add = p->add || begin > 0};
        cn_gemm_run(count, n, &run);
    }
}

void cn_panel_multiply(const cn_panel *panel, const cn_panel_product *p)
{
    const cn_packed *w = &panel->weights;
    const int64_t first = p->column / CN_GEMM_LANES, count = p->column_count / CN_GEMM_LANES;
    for (int64_t begin = 0; begin < p->depth_count; begin += DEPTH) {
        const int64_t rest = p->depth_count - begin, depth = rest < DEPTH ? rest : DEPTH;
        for (int64_t v = 0, n; v < count; v += n) {
            n = strip_vectors(w, count - v);
            const float *b = w->data + (first + v) * CN_GEMM_LANES * w->depth +
                             (p->depth + begin) * n * CN_GEMM_LANES;
            multiply_strip(panel, p, b, n, begin, depth, p->c + v * CN_GEMM_LANES);
        }
    }
}

void cn_panel_keep(const cn_panel *panel, int64_t gate, float *kept, int64_t line)
{
    const cn_recurrent *r = panel->r;
    for (int64_t row = 0; row < panel->rows; row++) {
        const float *h = panel->h + row * panel->line,
                    *keep = r->keep + (gate * r->batch + panel->begin + row) * r->units;
        float *to = kept + row * line;
        CN_INDEPENDENT
        for (int64_t i = 0; i < r->units; i++)
            to[i] = h[i] * keep[i];
    }
}

void cn_panel_add(const cn_panel *panel, int64_t step, int64_t row)
{
    const cn_recurrent *r = panel->r;
    if (r->d_hs == NULL)
        return;
    const float *d = r->d_hs + cn_panel_at(panel, step, row, r->units);
    float *h = panel->h + row * panel->line;
    CN_INDEPENDENT
    for (int64_t i = 0; i < r->units; i++)
        h[i] += d[i];
}

static void add_kept(const cn_panel *panel, int64_t gate)
{
    const cn_recurrent *r = panel->r;
    for (int64_t row = 0; row < panel->rows; row++) {
        const float *product = panel->product + row * panel->line,
                    *keep = r->keep + (gate * r->batch + panel->begin + row) * r->units;
        float *h = panel->h + row * panel->line;
        CN_INDEPENDENT
        for (int64_t i = 0; i < r->units; i++)
            h[i] += product[i] * keep[i];
    }
}

void cn_panel_back(const cn_panel *panel, const float *d, int64_t line, int64_t gate, int64_t count,
                   bool add)
{
    const bool keeps = panel->r->keep != NULL;
    cn_panel_product p = {.a = d,
                          .a_line = line,
                          .depth = gate * panel->width,
                          .depth_count = (keeps ? 1 : count) * panel->width,
                          .column_count = panel->width,
                          .c = keeps ? panel->product : panel->h,
                          .c_line = panel->line,
                          .add = add && !keeps};
    for (int64_t row = 0; row < panel->rows && keeps && !add; row++)
        memset(panel->h + row * panel->line, 0, (size_t)panel->width * sizeof *panel->h);
    cn_panel_multiply(panel, &p);
    for (int64_t i = 0; i < count && keeps; i++) {
        if (i > 0)
            cn_panel_multiply(panel, &p);
        add_kept(panel, gate + i);
        p.a += panel->width, p.depth += panel->width;
    }
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* The sums of rows of the panel. */
static void multiply_cells(const cn_panel *panel, int64_t gates, const cn_cells *cells,
                           const cn_cell_start *start)
{
    const bool keeps = panel->r->keep != NULL;
    const int64_t most = keeps ? 1 : 2 * CN_GEMM_ROWS / gates, depth = panel->r->units;
    for (int64_t i = 0, left = (cells->rows + most - 1) / most, rows; left > 0; left--, i += rows) {
        const int64_t row = cells->row + i;
        rows = (cells->rows - i) / left;
        const cn_cell_block block = {.h = keeps ? panel->gates + row * panel->gate_line
                                                : panel->h + row * panel->line,
                                     .weights = panel->weights.data + cells->unit * depth * gates,
                                     .added = start->at + row * start->line + cells->unit,
                                     .line = panel->line,
                                     .gate_line = keeps ? panel->width : 0,
                                     .depth = depth,
                                     .added_line = start->line,
                                     .added_gate = panel->width,
                                     .sums = cells->sums + i * CN_GEMM_LANES,
                                     .sums_gate = cells->rows * CN_GEMM_LANES};
        cn_cell_multiply(rows, gates, &block);
    }
}

void cn_panel_cells(cn_panel *panel, int64_t gates, int64_t step, cn_cell_start start,
                    cn_cell *cell)
{
    const int64_t most = CN_CELL_BLOCKS * (2 * CN_GEMM_ROWS / gates);
    _Alignas(64) float sums[CN_CELL_MOST_GATES * CN_CELLS_MOST];
    for (int64_t gate = 0; gate < gates && panel->r->keep != NULL; gate++)
        cn_panel_keep(panel, gate, panel->gates + gate * panel->width, panel->gate_line);
    for (int64_t row = 0; row < panel->rows; row += most)
        for (int64_t unit = 0; unit < panel->width; unit += CN_GEMM_LANES) {
            const int64_t rest = panel->rows - row;
            const cn_cells cells = {step, row, rest < most ? rest : most, unit, sums};
            multiply_cells(panel, gates, &cells, &start);
            cell(panel, &cells);
        }
    float *before = panel->h;
    panel->h = panel->product, panel->product = before;
}

/* ---- units in whole vectors, and back -------------------------------------------------------- */

void cn_units_load(const cn_panel *panel, const float *from, int64_t n, float *to)
{
    const int64_t units = panel->r->units, width = panel->width;
    if (width == units) {
        memcpy(to, from, (size_t)(n * units) * sizeof *to);
        return;
    }
    for (int64_t gate = 0; gate < n; gate++) {
        memcpy(to + gate * width, from + gate * units, (size_t)units * sizeof *to);
        memset(to + gate * width + units, 0, (size_t)(width - units) * sizeof *to);
    }
}

void cn_units_store(const cn_panel *panel, const float *from, int64_t n, float *to)
{
    const int64_t units = panel->r->units, width = panel->width;
    if (width == units)
        memcpy(to, from, (size_t)(n * units) * sizeof *to);
    else
        for (int64_t gate = 0; gate < n; gate++)
            memcpy(to + gate * units, from + gate * width, (size_t)units * sizeof *to);
}

/* ---- panels ---------------------------------------------------------------------------------- */

typedef struct sequence {
    const cn_recurrent *r;
    cn_packed weights;
    cn_panel_step *step;
    bool backward;
} sequence;

/* A panel in the memory of its rows. */
static cn_panel make_panel(const sequence *s, int64_t begin, int64_t rows)
{
    const cn_recurrent *r = s->r;
    const int64_t width = cn_recurrent_width(r->units), line = width + CN_RECURRENT_GAP,
                  gate_line = 4 * width + CN_RECURRENT_GAP;
    float *at = r->scratch + cn_recurrent_weight_floats(r->units, r->gate_count) +
                begin * cn_recurrent_row_floats(r->units);
    return (cn_panel){.r = r,
                      .weights = s->weights,
                      .begin = begin,
                      .rows = rows,
                      .width = width,
                      .line = line,
                      .gate_line = gate_line,
                      .h = at,
                      .c = at + rows * line,
                      .product = at + 2 * rows * line,
                      .kept = at + 3 * rows * line,
                      .gates = at + 4 * rows * line,
                      .spare = at + rows * (4 * line + gate_line),
                      .bias = at + rows * (4 * line + 2 * gate_line)};
}

/* The state's lines from, or to, rows of [N,U]; NULL: zeros, or nowhere. */
static void load_state(const cn_panel *panel, const float *from, float *to)
{
    const int64_t units = panel->r->units;
    for (int64_t row = 0; row < panel->rows; row++)
        if (from == NULL)
            memset(to + row * panel->line, 0, (size_t)panel->width * sizeof *to);
        else
            cn_units_load(panel, from + (panel->begin + row) * units, 1, to + row * panel->line);
}

static void store_state(const cn_panel *panel, const float *from, float *to)
{
    const int64_t units = panel->r->units;
    for (int64_t row = 0; row < panel->rows && to != NULL; row++)
        cn_units_store(panel, from + row * panel->line, 1, to + (panel->begin + row) * units);
}

static void load_bias(const cn_panel *panel)
{
    memset(panel->bias, 0, (size_t)(4 * panel->width) * sizeof *panel->bias);
    if (panel->r->bias != NULL)
        cn_units_load(panel, panel->r->bias, panel->r->gate_count, panel->bias);
}

static void run_panel(const sequence *s, int64_t begin, int64_t rows)
{
    const cn_recurrent *r = s->r;
    cn_panel panel = make_panel(s, begin, rows);
    load_state(&panel, s->backward ? r->d_h_last : r->h0, panel.h);
    load_state(&panel, s->backward ? r->d_c_last : r->c0, panel.c);
    if (!s->backward)
        load_bias(&panel);
    for (int64_t i = 0; i < r->steps; i++)
        s->step(&panel, s->backward != r->reverse ? r->steps - 1 - i : i);
    store_state(&panel, panel.h, s->backward ? r->d_h0 : r->h_last);
    store_state(&panel, panel.c, s->backward ? r->d_c0 : r->c_last);
}

static void run_share(void *context, int64_t begin, int64_t end)
{
    const sequence *s = context;
    const bool large = cn_recurrent_weight_floats(s->r->units, s->r->gate_count) > LARGE_WEIGHTS;
    const int64_t most = large ? LARGE_PANEL : PANEL;
    for (int64_t row = begin; row < end; row += most)
        run_panel(s, row, end - row < most ? end - row : most);
}

static void run_rows(sequence *s)
{
    const cn_recurrent *r = s->r;
    const int64_t row_work = r->steps * r->gate_count * r->units * (2 * r->units + CELL_WORK);
    cn_parallel_for(r->batch, THREAD_WORK / (row_work + 1) + 1, run_share, s);
}

void cn_recurrent_forward(const cn_recurrent *r, int64_t gates, cn_panel_step *step)
{
    const int64_t vectors = cn_recurrent_width(r->units) / CN_GEMM_LANES;
    sequence s = {r, begin_packing(r, r->units), step, false};
    pack_cells(r, s.weights.data, gates);
    for (int64_t gate = gates; gate < r->gate_count; gate++)
        pack_columns(r, &s.weights, gate * vectors, vectors);
    run_rows(&s);
}

void cn_recurrent_backward(const cn_recurrent *r, cn_panel_step *step)
{
    sequence s = {r, begin_packing(r, r->gate_count * cn_recurrent_width(r->units)), step, true};
    pack_rows(r, &s.weights);
    run_rows(&s);
}

/* ---- activations ----------------------------------------------------------------------------- */

static void clip_line(float slope, float *x, int64_t n)
{
    CN_INDEPENDENT
    for (int64_t i = 0; i < n; i++)
        x[i] = cn_smaller(cn_larger(x[i] * slope + 0.5f, 0), 1);
}

static float slope_of(cn_squash kind)
{
    return kind == CN_SQUASH_HARD_SIGMOID ? 1.0f / 6 : 0.2f;
}

void cn_squash_run(cn_squash kind, float *x, int64_t n)
{
    switch (kind) {
    case CN_SQUASH_LINEAR: break;
    case CN_SQUASH_TANH:
        CN_INDEPENDENT
        for (int64_t i = 0; i < n; i++) {
            const cn_fraction y = cn_tanh_parts(x[i]);
            x[i] = y.top / y.bottom;
        }
        break;
    case CN_SQUASH_SIGMOID:
        CN_INDEPENDENT
        for (int64_t i = 0; i < n; i++) {
            const cn_fraction y = cn_sigmoid_parts(x[i]);
            x[i] = y.top / y.bottom;
        }
        break;
    case CN_SQUASH_RELU:
        CN_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            x[i] = cn_larger(x[i], 0);
        break;
    case CN_SQUASH_HARD_SIGMOID:
    case CN_SQUASH_HARD_SIGMOID_KERAS2: clip_line(slope_of(kind), x, n); break;
    }
}

void cn_squash_gradient(cn_squash kind, const float *x, float *d, int64_t n)
{
    const float slope = slope_of(kind);
    switch (kind) {
    case CN_SQUASH_LINEAR: break;
    case CN_SQUASH_TANH:
        CN_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            d[i] *= 1 - x[i] * x[i];
        break;
    case CN_SQUASH_SIGMOID:
        CN_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            d[i] *= x[i] * (1 - x[i]);
        break;
    case CN_SQUASH_RELU:
        CN_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            d[i] = x[i] > 0 ? d[i] : 0;
        break;
    case CN_SQUASH_HARD_SIGMOID:
    case CN_SQUASH_HARD_SIGMOID_KERAS2:
        CN_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            d[i] = ((x[i] > 0) & (x[i] < 1)) ? d[i] * slope : 0;
        break;
    }
}
