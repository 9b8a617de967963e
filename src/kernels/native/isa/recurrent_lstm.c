/* lstm: gates i, f, c, o = act(xw + h U); c' = f c + i g, h' = o act(c'), where g is gate c. */
#include <string.h>

#include "kernels/native/isa/math.h"
#include "kernels/native/isa/recurrent.h"

enum { GATES = 4 };

/* ---- forward --------------------------------------------------------------------------------- */

static bool is_whole(const cn_panel *panel)
{
    return panel->width == panel->r->units;
}

/* What is not in whole vectors stands in the panel's lines while a step is done. */
static float *staged(const cn_panel *panel, int64_t row)
{
    return panel->spare + row * panel->gate_line;
}

/* Where the rows' gates go: at, and line from one to the next. */
typedef struct places {
    float *at;
    int64_t line;
} places;

static places gates_of(const cn_panel *panel, const cn_cells *cells)
{
    const cn_recurrent *r = panel->r;
    if (!is_whole(panel) || r->gates == NULL)
        return (places){staged(panel, cells->row) + cells->unit, panel->gate_line};
    const int64_t size = GATES * r->units;
    return (places){r->gates + cn_panel_at(panel, cells->step, cells->row, size) + cells->unit,
                    size};
}

/* A part of the next step's rows: as much as a vector of units needs. */
static void fetch_next(const cn_panel *panel, const cn_cells *cells)
{
    const cn_recurrent *r = panel->r;
    const int64_t next = r->reverse ? cells->step - 1 : cells->step + 1, size = GATES * r->units;
    for (int64_t i = 0; i < cells->rows; i++)
        cn_panel_fetch(panel, r->xw, next, cells->row + i, size, GATES * cells->unit,
                       GATES * CN_GEMM_LANES);
    for (int64_t i = 0; i < cells->rows && r->gates != NULL; i++)
        cn_panel_fetch(panel, r->gates, next, cells->row + i, size, GATES * cells->unit,
                       GATES * CN_GEMM_LANES);
}

/* c' of the rows, from their gates; and the gates to their place. */
static void add_to_state(const cn_panel *panel, const cn_cells *cells, float *state)
{
    const int64_t n = cells->rows * CN_GEMM_LANES, width = panel->width;
    const uint8_t *mask = cn_panel_mask(panel, cells->step, cells->row);
    const places to = gates_of(panel, cells);
    const float *sums = cells->sums;
    float *c = panel->c + cells->row * panel->line + cells->unit, *gates = to.at;
    for (int64_t k = 0; k < cells->rows; k++) {
        cn_gemm_vector i = cn_vector(sums), f = cn_vector(sums + n), g = cn_vector(sums + 2 * n),
                       o = cn_vector(sums + 3 * n), c_after = f * cn_vector(c) + i * g;
        cn_set_vector(state, c_after);
        if (mask != NULL && mask[k] == 0)
            i = f = g = o = (cn_gemm_vector){0};
        else
            cn_set_vector(c, c_after);
        cn_set_vector(gates, i);
        cn_set_vector(gates + width, f);
        cn_set_vector(gates + 2 * width, g);
        cn_set_vector(gates + 3 * width, o);
        sums += CN_GEMM_LANES, state += CN_GEMM_LANES, c += panel->line, gates += to.line;
    }
}

/* h' of the rows, from act(c'). */
static void set_output(const cn_panel *panel, const cn_cells *cells, const float *y)
{
    const cn_recurrent *r = panel->r;
    const int64_t line = cells->row * panel->line + cells->unit,
                  at = cn_panel_at(panel, cells->step, cells->row, r->units) + cells->unit;
    const uint8_t *mask = cn_panel_mask(panel, cells->step, cells->row);
    const float *o = cells->sums + 3 * cells->rows * CN_GEMM_LANES, *c = panel->c + line,
                *before = panel->h + line;
    float *h = panel->product + line, *hs = is_whole(panel) && r->hs != NULL ? r->hs + at : h,
          *cs = is_whole(panel) && r->cs != NULL ? r->cs + at : NULL;
    for (int64_t k = 0; k < cells->rows; k++) {
        cn_gemm_vector after = cn_vector(o) * cn_vector(y);
        if (mask != NULL && mask[k] == 0)
            after = cn_vector(before);
        cn_set_vector(h, after);
        cn_set_vector(hs, after);
        if (cs != NULL)
            cn_set_vector(cs + k * r->units, cn_vector(c));
        o += CN_GEMM_LANES, y += CN_GEMM_LANES, c += panel->line, before += panel->line;
        h += panel->line, hs += is_whole(panel) && r->hs != NULL ? r->units : panel->line;
    }
}

static void run_cells(const cn_panel *panel, const cn_cells *cells)
{
    const cn_recurrent *r = panel->r;
    const int64_t n = cells->rows * CN_GEMM_LANES;
    _Alignas(64) float state[CN_CELLS_MOST];
    cn_squash_run(r->recurrent_activation, cells->sums, 2 * n);
    cn_squash_run(r->activation, cells->sums + 2 * n, n);
    cn_squash_run(r->recurrent_activation, cells->sums + 3 * n, n);
    fetch_next(panel, cells);
    add_to_state(panel, cells, state);
    cn_squash_run(r->activation, state, n);
    set_output(panel, cells, state);
}

static void load_rows(const cn_panel *panel, int64_t step)
{
    for (int64_t row = 0; row < panel->rows; row++)
        cn_units_load(panel, panel->r->xw + cn_panel_at(panel, step, row, GATES * panel->r->units),
                      GATES, staged(panel, row));
}

static void store_rows(const cn_panel *panel, int64_t step)
{
    const cn_recurrent *r = panel->r;
    for (int64_t row = 0; row < panel->rows; row++) {
        const int64_t at = cn_panel_at(panel, step, row, r->units);
        if (r->hs != NULL)
            cn_units_store(panel, panel->h + row * panel->line, 1, r->hs + at);
        if (r->cs != NULL)
            cn_units_store(panel, panel->c + row * panel->line, 1, r->cs + at);
        if (r->gates != NULL)
            cn_units_store(panel, staged(panel, row), GATES, r->gates + GATES * at);
    }
}

static void step_forward(cn_panel *panel, int64_t step)
{
    const cn_recurrent *r = panel->r;
    if (is_whole(panel)) {
        const float *xw = r->xw + cn_panel_at(panel, step, 0, GATES * r->units);
        cn_panel_cells(panel, GATES, step, (cn_cell_start){xw, GATES * r->units}, run_cells);
        return;
    }
    load_rows(panel, step);
    cn_panel_cells(panel, GATES, step, (cn_cell_start){panel->spare, panel->gate_line}, run_cells);
    store_rows(panel, step);
}

void CN_LOCAL(cn_lstm)(const cn_recurrent *r)
{
    cn_recurrent_forward(r, GATES, step_forward);
}

static bool is_usual(const cn_recurrent *r)
{
    return r->activation == CN_SQUASH_TANH && r->recurrent_activation == CN_SQUASH_SIGMOID;
}

/* ---- backward -------------------------------------------------------------------------------- */

/* What a row's gradient needs of a step, in whole vectors. */
typedef struct saved {
    const float *gates, *c, *c_before;
} saved;

/* From those of h' and c' to those of the gates before their activation, and of c. y: space. */
static void run_gradient(const cn_recurrent *r, int64_t n, const saved *s, const float *dh,
                         float *dc, float *d, float *y)
{
    const float *i = s->gates, *f = i + n, *g = i + 2 * n, *o = i + 3 * n;
    memcpy(y, s->c, (size_t)n * sizeof *y);
    cn_squash_run(r->activation, y, n);
    CN_INDEPENDENT
    for (int64_t u = 0; u < n; u++) {
        d[u] = dh[u] * o[u];
        d[3 * n + u] = dh[u] * y[u];
    }
    cn_squash_gradient(r->activation, y, d, n);
    CN_INDEPENDENT
    for (int64_t u = 0; u < n; u++) {
        const float whole = dc[u] + d[u];
        d[u] = whole * g[u];
        d[n + u] = whole * s->c_before[u];
        d[2 * n + u] = whole * i[u];
        dc[u] = whole * f[u];
    }
    cn_squash_gradient(r->recurrent_activation, s->gates, d, 2 * n);
    cn_squash_gradient(r->activation, s->gates + 2 * n, d + 2 * n, n);
    cn_squash_gradient(r->recurrent_activation, s->gates + 3 * n, d + 3 * n, n);
}

/* The same for tanh and sigmoid, in one pass. */
static void run_usual_gradient(int64_t n, const saved *s, const float *dh, float *dc, float *d)
{
    const float *gates = s->gates;
    CN_INDEPENDENT
    for (int64_t u = 0; u < n; u++) {
        const float i = gates[u], f = gates[n + u], g = gates[2 * n + u], o = gates[3 * n + u];
        const cn_fraction parts = cn_tanh_parts(s->c[u]);
        const float y = parts.top / parts.bottom, whole = dc[u] + dh[u] * o * (1 - y * y);
        d[u] = whole * g * (i * (1 - i));
        d[n + u] = whole * s->c_before[u] * (f * (1 - f));
        d[2 * n + u] = whole * i * (1 - g * g);
        d[3 * n + u] = dh[u] * y * (o * (1 - o));
        dc[u] = whole * f;
    }
}

/* The gradients of the gates stand in the sequence at once, if all of them are made in one pass, in
 * whole vectors: they may lie where the gates do. */
static places gradients_of(const cn_panel *panel, int64_t step)
{
    const cn_recurrent *r = panel->r;
    const int64_t size = GATES * r->units;
    if (is_whole(panel) && is_usual(r))
        return (places){r->d_xw + cn_panel_at(panel, step, 0, size), size};
    return (places){panel->gates, panel->gate_line};
}

static void step_row_back(const cn_panel *panel, int64_t step, int64_t row, float *d)
{
    const cn_recurrent *r = panel->r;
    const int64_t n = panel->width, units = r->units, at = cn_panel_at(panel, step, row, units);
    float *h = panel->h + row * panel->line, *space = panel->spare;
    const int64_t next = r->reverse ? step + 1 : step - 1;
    cn_panel_fetch(panel, r->gates, next, row, GATES * units, 0, GATES * units);
    cn_panel_fetch(panel, r->d_xw, next, row, GATES * units, 0, GATES * units);
    cn_panel_fetch(panel, r->cs, next, row, units, 0, units);
    cn_panel_add(panel, step, row);
    if (!cn_panel_active(panel, step, row)) {
        memset(d, 0, (size_t)(GATES * n) * sizeof *d);
        return;
    }
    const float *before = cn_panel_before(panel, r->cs, r->c0, step, row);
    const saved s = {.gates = cn_units_of(panel, r->gates + GATES * at, GATES, space),
                     .c = cn_units_of(panel, r->cs + at, 1, space + 4 * n),
                     .c_before = cn_units_of(panel, before, 1, space + 5 * n)};
    if (is_usual(r))
        run_usual_gradient(n, &s, h, panel->c + row * panel->line, d);
    else
        run_gradient(r, n, &s, h, panel->c + row * panel->line, d, space + 6 * n);
    if (r->mask != NULL)
        memset(h, 0, (size_t)n * sizeof *h);
}

static void step_backward(cn_panel *panel, int64_t step)
{
    const cn_recurrent *r = panel->r;
    const places d = gradients_of(panel, step);
    for (int64_t row = 0; row < panel->rows; row++)
        step_row_back(panel, step, row, d.at + row * d.line);
    for (int64_t row = 0; row < panel->rows && d.at == panel->gates; row++)
        cn_units_store(panel, d.at + row * d.line, GATES,
                       r->d_xw + cn_panel_at(panel, step, row, GATES * r->units));
    cn_panel_back(panel, d.at, d.line, 0, GATES, r->mask != NULL);
}

void CN_LOCAL(cn_lstm_gradient)(const cn_recurrent *r)
{
    cn_recurrent_backward(r, step_backward);
}
