/* gru: z, r = act(xw + b + h U); reset_after: hh = act(xw + r (h U + b)), otherwise hh = act(xw +
 * (r h) U); h' = z h + (1 - z) hh. A line of gates has four places: z, r, inner (h U + b, or r h),
 * hh; in the gradient those of z, r and hh before their activation, and of inner. */
#include <string.h>

#include "kernels/native/isa/recurrent.h"

enum { GATES = 3, INNER = 2, CANDIDATE = 3 };

static float *place(const cn_panel *panel, int64_t row, int64_t number)
{
    return panel->gates + row * panel->gate_line + number * panel->width;
}

/* ---- forward --------------------------------------------------------------------------------- */

/* ---- reset_after: all gates at once ---------------------------------------------------------- */

static bool is_whole(const cn_panel *panel)
{
    return panel->width == panel->r->units;
}

/* What rows read and write: xw, and places z, r, hh and inner for their gates; at, and line from
 * one to the next. It is in the sequences if whole vectors are there, or in the panel's lines. */
typedef struct row_lines {
    const float *xw;
    float *gates, *inner, *hs;
    int64_t xw_line, gates_line, inner_line, hs_line;
} row_lines;

static row_lines lines_of(const cn_panel *panel, const cn_cells *cells)
{
    const cn_recurrent *r = panel->r;
    const int64_t unit = cells->unit, line = panel->gate_line,
                  at = cn_panel_at(panel, cells->step, cells->row, r->units);
    float *staged = panel->spare + cells->row * line + unit;
    row_lines lines = {staged,
                       staged,
                       staged + 3 * panel->width,
                       panel->product + cells->row * panel->line + unit,
                       line,
                       line,
                       line,
                       panel->line};
    if (!is_whole(panel))
        return lines;
    lines.xw = r->xw + GATES * at + unit, lines.xw_line = GATES * r->units;
    if (r->gates != NULL)
        lines.gates = r->gates + GATES * at + unit, lines.gates_line = GATES * r->units;
    if (r->inner != NULL)
        lines.inner = r->inner + at + unit, lines.inner_line = r->units;
    if (r->hs != NULL)
        lines.hs = r->hs + at + unit, lines.hs_line = r->units;
    return lines;
}

/* Sums are h U + b: to z and r is added xw. */
static void add_inputs(const cn_panel *panel, const cn_cells *cells, const row_lines *lines)
{
    const int64_t n = cells->rows * CN_GEMM_LANES, width = panel->width;
    float *sums = cells->sums;
    for (int64_t k = 0; k < cells->rows; k++, sums += CN_GEMM_LANES) {
        const float *xw = lines->xw + k * lines->xw_line;
        cn_set_vector(sums, cn_vector(sums) + cn_vector(xw));
        cn_set_vector(sums + n, cn_vector(sums + n) + cn_vector(xw + width));
    }
}

/* candidate = xw + r inner of each row. */
static void add_inner(const cn_panel *panel, const cn_cells *cells, const row_lines *lines,
                      float *candidate)
{
    const int64_t n = cells->rows * CN_GEMM_LANES;
    const float *sums = cells->sums + n;
    for (int64_t k = 0; k < cells->rows; k++, sums += CN_GEMM_LANES, candidate += CN_GEMM_LANES) {
        const float *xw = lines->xw + k * lines->xw_line + 2 * panel->width;
        cn_set_vector(candidate, cn_vector(xw) + cn_vector(sums) * cn_vector(sums + n));
    }
}

/* h' of the rows, and what the gradient needs. */
static void set_output(const cn_panel *panel, const cn_cells *cells, const row_lines *lines,
                       const float *candidate)
{
    const int64_t n = cells->rows * CN_GEMM_LANES, line = cells->row * panel->line + cells->unit;
    const uint8_t *mask = cn_panel_mask(panel, cells->step, cells->row);
    const float *sums = cells->sums, *h = panel->h + line;
    float *next = panel->product + line, *gates = lines->gates;
    for (int64_t k = 0; k < cells->rows; k++) {
        const cn_gemm_vector before = cn_vector(h);
        cn_gemm_vector z = cn_vector(sums), r = cn_vector(sums + n),
                       inner = cn_vector(sums + INNER * n), hh = cn_vector(candidate),
                       after = z * before + (1 - z) * hh;
        if (mask != NULL && mask[k] == 0) {
            after = before;
            z = r = inner = hh = (cn_gemm_vector){0};
        }
        cn_set_vector(next, after);
        cn_set_vector(lines->hs + k * lines->hs_line, after);
        cn_set_vector(gates, z);
        cn_set_vector(gates + panel->width, r);
        cn_set_vector(gates + 2 * panel->width, hh);
        cn_set_vector(lines->inner + k * lines->inner_line, inner);
        sums += CN_GEMM_LANES, candidate += CN_GEMM_LANES;
        h += panel->line, next += panel->line, gates += lines->gates_line;
    }
}

static void run_cells(const cn_panel *panel, const cn_cells *cells)
{
    const cn_recurrent *r = panel->r;
    const int64_t n = cells->rows * CN_GEMM_LANES;
    const row_lines lines = lines_of(panel, cells);
    _Alignas(64) float candidate[CN_CELLS_MOST];
    for (int64_t i = 0; i < cells->rows; i++)
        cn_panel_fetch(panel, r->xw, r->reverse ? cells->step - 1 : cells->step + 1, cells->row + i,
                       GATES * r->units, GATES * cells->unit, GATES * CN_GEMM_LANES);
    add_inputs(panel, cells, &lines);
    cn_squash_run(r->recurrent_activation, cells->sums, 2 * n);
    add_inner(panel, cells, &lines, candidate);
    cn_squash_run(r->activation, candidate, n);
    set_output(panel, cells, &lines, candidate);
}

static void load_rows(const cn_panel *panel, int64_t step)
{
    for (int64_t row = 0; row < panel->rows; row++)
        cn_units_load(panel, panel->r->xw + cn_panel_at(panel, step, row, GATES * panel->r->units),
                      GATES, panel->spare + row * panel->gate_line);
}

static void store_rows(const cn_panel *panel, int64_t step)
{
    const cn_recurrent *r = panel->r;
    for (int64_t row = 0; row < panel->rows; row++) {
        const int64_t at = cn_panel_at(panel, step, row, r->units);
        const float *staged = panel->spare + row * panel->gate_line;
        if (r->hs != NULL)
            cn_units_store(panel, panel->h + row * panel->line, 1, r->hs + at);
        if (r->gates != NULL)
            cn_units_store(panel, staged, GATES, r->gates + GATES * at);
        if (r->inner != NULL)
            cn_units_store(panel, staged + 3 * panel->width, 1, r->inner + at);
    }
}

static void step_reset_after(cn_panel *panel, int64_t step)
{
    if (!is_whole(panel))
        load_rows(panel, step);
    cn_panel_cells(panel, GATES, step, (cn_cell_start){panel->bias, 0}, run_cells);
    if (!is_whole(panel))
        store_rows(panel, step);
}

/* ---- otherwise ------------------------------------------------------------------------------- */

/* A gate += h U, or h keep U. */
static void multiply(const cn_panel *panel, int64_t gate)
{
    const bool keeps = panel->r->keep != NULL;
    const cn_panel_product p = {.a = keeps ? panel->kept : panel->h,
                                .a_line = panel->line,
                                .depth_count = panel->r->units,
                                .column = gate * panel->width,
                                .column_count = panel->width,
                                .c = panel->gates + gate * panel->width,
                                .c_line = panel->gate_line,
                                .add = true};
    if (keeps)
        cn_panel_keep(panel, gate, panel->kept, panel->line);
    cn_panel_multiply(panel, &p);
}

/* What the products are added to. */
static void load(const cn_panel *panel, int64_t step, int64_t row)
{
    const int64_t units = panel->r->units;
    const float *xw = panel->r->xw + cn_panel_at(panel, step, row, GATES * units);
    cn_units_load(panel, xw, 2, place(panel, row, 0));
    cn_units_load(panel, xw + 2 * units, 1, place(panel, row, CANDIDATE));
}

/* inner = r h keep; then its product is added to the candidate. */
static void multiply_reset(const cn_panel *panel)
{
    const cn_recurrent *r = panel->r;
    const cn_panel_product p = {.a = panel->gates + INNER * panel->width,
                                .a_line = panel->gate_line,
                                .depth_count = r->units,
                                .column = 2 * panel->width,
                                .column_count = panel->width,
                                .c = panel->gates + CANDIDATE * panel->width,
                                .c_line = panel->gate_line,
                                .add = true};
    if (r->keep != NULL)
        cn_panel_keep(panel, 2, panel->kept, panel->line);
    for (int64_t row = 0; row < panel->rows; row++) {
        const float *reset = place(panel, row, 1),
                    *h = (r->keep != NULL ? panel->kept : panel->h) + row * panel->line;
        float *inner = place(panel, row, INNER);
        CN_INDEPENDENT
        for (int64_t i = 0; i < panel->width; i++)
            inner[i] = reset[i] * h[i];
    }
    cn_panel_multiply(panel, &p);
}

static void finish_cell(const cn_panel *panel, int64_t row)
{
    const int64_t n = panel->width;
    const float *z = place(panel, row, 0);
    float *candidate = place(panel, row, CANDIDATE), *h = panel->h + row * panel->line;
    cn_squash_run(panel->r->activation, candidate, n);
    CN_INDEPENDENT
    for (int64_t i = 0; i < n; i++)
        h[i] = z[i] * h[i] + (1 - z[i]) * candidate[i];
}

static void finish_row(const cn_panel *panel, int64_t step, int64_t row)
{
    const cn_recurrent *r = panel->r;
    const int64_t units = r->units, at = cn_panel_at(panel, step, row, units);
    float *places = place(panel, row, 0);
    if (cn_panel_active(panel, step, row))
        finish_cell(panel, row);
    else
        memset(places, 0, (size_t)(4 * panel->width) * sizeof *places);
    if (r->hs != NULL)
        cn_units_store(panel, panel->h + row * panel->line, 1, r->hs + at);
    if (r->gates != NULL) {
        cn_units_store(panel, places, 2, r->gates + GATES * at);
        cn_units_store(panel, place(panel, row, CANDIDATE), 1, r->gates + GATES * at + 2 * units);
    }
    if (r->inner != NULL)
        cn_units_store(panel, place(panel, row, INNER), 1, r->inner + at);
}

static void step_reset_before(cn_panel *panel, int64_t step)
{
    for (int64_t row = 0; row < panel->rows; row++)
        load(panel, step, row);
    multiply(panel, 0);
    multiply(panel, 1);
    for (int64_t row = 0; row < panel->rows; row++)
        cn_squash_run(panel->r->recurrent_activation, place(panel, row, 0), 2 * panel->width);
    multiply_reset(panel);
    for (int64_t row = 0; row < panel->rows; row++)
        finish_row(panel, step, row);
}

void CN_LOCAL(cn_gru)(const cn_recurrent *r)
{
    if (r->reset_after)
        cn_recurrent_forward(r, GATES, step_reset_after);
    else
        cn_recurrent_forward(r, 0, step_reset_before);
}

/* ---- backward -------------------------------------------------------------------------------- */

/* The gradients of z and hh before their activation, and h's own share. */
static void run_gradient(const cn_recurrent *r, int64_t n, const float *gates, const float *before,
                         float *dh, float *d)
{
    const float *z = gates, *candidate = gates + 2 * n;
    CN_INDEPENDENT
    for (int64_t i = 0; i < n; i++) {
        d[i] = dh[i] * (before[i] - candidate[i]);
        d[2 * n + i] = dh[i] * (1 - z[i]);
        dh[i] *= z[i];
    }
    cn_squash_gradient(r->recurrent_activation, z, d, n);
    cn_squash_gradient(r->activation, candidate, d + 2 * n, n);
}

/* reset_after: those of r and inner follow from hh's. */
static void run_inner_gradient(const cn_recurrent *r, int64_t n, const float *gates,
                               const float *inner, float *d)
{
    const float *reset = gates + n;
    CN_INDEPENDENT
    for (int64_t i = 0; i < n; i++) {
        d[n + i] = d[2 * n + i] * inner[i];
        d[3 * n + i] = d[2 * n + i] * reset[i];
    }
    cn_squash_gradient(r->recurrent_activation, reset, d + n, n);
}

static void step_row_back(const cn_panel *panel, int64_t step, int64_t row)
{
    const cn_recurrent *r = panel->r;
    const int64_t n = panel->width, units = r->units, at = cn_panel_at(panel, step, row, units);
    float *d = place(panel, row, 0), *space = panel->spare;
    cn_panel_add(panel, step, row);
    if (cn_panel_active(panel, step, row)) {
        const float *gates = cn_units_of(panel, r->gates + GATES * at, GATES, space),
                    *before = cn_units_of(panel, cn_panel_before(panel, r->hs, r->h0, step, row), 1,
                                          space + 3 * n);
        run_gradient(r, n, gates, before, panel->h + row * panel->line, d);
        if (r->reset_after)
            run_inner_gradient(r, n, gates, cn_units_of(panel, r->inner + at, 1, space + 4 * n), d);
    } else {
        memset(d, 0, (size_t)(4 * n) * sizeof *d);
    }
    if (r->reset_after)
        cn_units_store(panel, d + 3 * n, 1, r->d_inner + at);
}

/* Not reset_after: product is the gradient of r h keep. */
static void step_reset_back(const cn_panel *panel, int64_t step, int64_t row)
{
    const cn_recurrent *r = panel->r;
    const int64_t n = panel->width, units = r->units, at = cn_panel_at(panel, step, row, units);
    float *d = place(panel, row, 1), *h = panel->h + row * panel->line, *space = panel->spare;
    float *product = panel->product + row * panel->line;
    if (!cn_panel_active(panel, step, row))
        return;
    const float *reset = cn_units_of(panel, r->gates + GATES * at + units, 1, space),
                *before = cn_units_of(panel, cn_panel_before(panel, r->hs, r->h0, step, row), 1,
                                      space + n);
    if (r->keep != NULL) {
        const float *keep = r->keep + (2 * r->batch + panel->begin + row) * units;
        for (int64_t i = 0; i < units; i++)
            product[i] *= keep[i];
    }
    CN_INDEPENDENT
    for (int64_t i = 0; i < n; i++) {
        d[i] = product[i] * before[i];
        h[i] += product[i] * reset[i];
    }
    cn_squash_gradient(r->recurrent_activation, reset, d, n);
}

static void step_backward(cn_panel *panel, int64_t step)
{
    const cn_recurrent *r = panel->r;
    const cn_panel_product candidate = {.a = panel->gates + 2 * panel->width,
                                        .a_line = panel->gate_line,
                                        .depth = 2 * panel->width,
                                        .depth_count = panel->width,
                                        .column_count = panel->width,
                                        .c = panel->product,
                                        .c_line = panel->line};
    for (int64_t row = 0; row < panel->rows; row++)
        step_row_back(panel, step, row);
    if (!r->reset_after) {
        cn_panel_multiply(panel, &candidate);
        for (int64_t row = 0; row < panel->rows; row++)
            step_reset_back(panel, step, row);
    }
    for (int64_t row = 0; row < panel->rows; row++)
        cn_units_store(panel, place(panel, row, 0), GATES,
                       r->d_xw + cn_panel_at(panel, step, row, GATES * r->units));
    cn_panel_back(panel, place(panel, 0, 0), panel->gate_line, 0, 2, true);
    if (r->reset_after)
        cn_panel_back(panel, place(panel, 0, 3), panel->gate_line, 2, 1, true);
}

void CN_LOCAL(cn_gru_gradient)(const cn_recurrent *r)
{
    cn_recurrent_backward(r, step_backward);
}
