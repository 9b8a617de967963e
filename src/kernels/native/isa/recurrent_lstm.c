/* lstm: gates i, f, c, o = act(xw + h U); c' = f c + i g, h' = o act(c'), where g is gate c. */
#include <string.h>

#include "kernels/native/isa/math.h"
#include "kernels/native/isa/recurrent.h"

enum { GATES = 4 };

/* ---- forward --------------------------------------------------------------------------------- */

static void multiply(const cn_panel *panel)
{
    const cn_recurrent *r = panel->r;
    cn_panel_product p = {.a = panel->h,
                          .a_line = panel->line,
                          .depth_count = r->units,
                          .column_count = GATES * panel->width,
                          .c = panel->gates,
                          .c_line = panel->gate_line,
                          .add = true};
    if (r->keep == NULL) {
        cn_panel_multiply(panel, &p);
        return;
    }
    p.a = panel->kept;
    p.column_count = panel->width;
    for (int64_t gate = 0; gate < GATES; gate++) {
        p.column = gate * panel->width;
        p.c = panel->gates + p.column;
        cn_panel_keep(panel, gate);
        cn_panel_multiply(panel, &p);
    }
}

static void run_cell(const cn_recurrent *r, int64_t n, float *gates, float *c, float *h)
{
    const float *i = gates, *f = gates + n, *g = gates + 2 * n, *o = gates + 3 * n;
    cn_squash_run(r->recurrent_activation, gates, 2 * n);
    cn_squash_run(r->activation, gates + 2 * n, n);
    cn_squash_run(r->recurrent_activation, gates + 3 * n, n);
    CN_INDEPENDENT
    for (int64_t u = 0; u < n; u++)
        h[u] = c[u] = f[u] * c[u] + i[u] * g[u];
    cn_squash_run(r->activation, h, n);
    CN_INDEPENDENT
    for (int64_t u = 0; u < n; u++)
        h[u] *= o[u];
}

/* The same for tanh and sigmoid: four fractions share one division. */
static void run_usual_cell(int64_t n, float *gates, float *c, float *h)
{
    CN_INDEPENDENT
    for (int64_t u = 0; u < n; u++) {
        const cn_fraction i = cn_sigmoid_parts(gates[u]), f = cn_sigmoid_parts(gates[n + u]),
                          g = cn_tanh_parts(gates[2 * n + u]),
                          o = cn_sigmoid_parts(gates[3 * n + u]);
        const float first = i.bottom * f.bottom, second = g.bottom * o.bottom;
        const float inverse = 1.0f / (first * second);
        const float for_first = inverse * second, for_second = inverse * first;
        const float i_gate = i.top * f.bottom * for_first, f_gate = f.top * i.bottom * for_first,
                    g_gate = g.top * o.bottom * for_second, o_gate = o.top * g.bottom * for_second;
        const float state = f_gate * c[u] + i_gate * g_gate;
        const cn_fraction y = cn_tanh_parts(state);
        gates[u] = i_gate, gates[n + u] = f_gate;
        gates[2 * n + u] = g_gate, gates[3 * n + u] = o_gate;
        c[u] = state;
        h[u] = o_gate * (y.top / y.bottom);
    }
}

static bool is_usual(const cn_recurrent *r)
{
    return r->activation == CN_SQUASH_TANH && r->recurrent_activation == CN_SQUASH_SIGMOID;
}

static void step_forward(const cn_panel *panel, int64_t step)
{
    const cn_recurrent *r = panel->r;
    const int64_t units = r->units;
    for (int64_t row = 0; row < panel->rows; row++)
        cn_units_load(panel, r->xw + cn_panel_at(panel, step, row, GATES * units), GATES,
                      panel->gates + row * panel->gate_line);
    multiply(panel);
    for (int64_t row = 0; row < panel->rows; row++) {
        float *gates = panel->gates + row * panel->gate_line, *c = panel->c + row * panel->line,
              *h = panel->h + row * panel->line;
        const int64_t at = cn_panel_at(panel, step, row, units);
        cn_panel_fetch(panel, r->xw, r->reverse ? step - 1 : step + 1, row, GATES * units);
        if (!cn_panel_active(panel, step, row))
            memset(gates, 0, (size_t)(GATES * panel->width) * sizeof *gates);
        else if (is_usual(r))
            run_usual_cell(panel->width, gates, c, h);
        else
            run_cell(r, panel->width, gates, c, h);
        if (r->hs != NULL)
            cn_units_store(panel, h, 1, r->hs + at);
        if (r->cs != NULL)
            cn_units_store(panel, c, 1, r->cs + at);
        if (r->gates != NULL)
            cn_units_store(panel, gates, GATES, r->gates + GATES * at);
    }
}

void CN_LOCAL(cn_lstm)(const cn_recurrent *r)
{
    cn_recurrent_forward(r, r->keep == NULL ? GATES : 0, step_forward);
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

static void step_row_back(const cn_panel *panel, int64_t step, int64_t row)
{
    const cn_recurrent *r = panel->r;
    const int64_t n = panel->width, units = r->units, at = cn_panel_at(panel, step, row, units);
    float *d = panel->gates + row * panel->gate_line, *h = panel->h + row * panel->line,
          *space = panel->spare;
    const int64_t next = r->reverse ? step + 1 : step - 1;
    cn_panel_fetch(panel, r->gates, next, row, GATES * units);
    cn_panel_fetch(panel, r->cs, next, row, units);
    cn_panel_add(panel, step, row);
    if (cn_panel_active(panel, step, row)) {
        const saved s = {.gates = cn_units_of(panel, r->gates + GATES * at, GATES, space),
                         .c = cn_units_of(panel, r->cs + at, 1, space + 4 * n),
                         .c_before = cn_units_of(panel,
                                                 cn_panel_before(panel, r->cs, r->c0, step, row), 1,
                                                 space + 5 * n)};
        if (is_usual(r))
            run_usual_gradient(n, &s, h, panel->c + row * panel->line, d);
        else
            run_gradient(r, n, &s, h, panel->c + row * panel->line, d, space + 6 * n);
        memset(h, 0, (size_t)n * sizeof *h);
    } else {
        memset(d, 0, (size_t)(GATES * n) * sizeof *d);
    }
    cn_units_store(panel, d, GATES, r->d_xw + GATES * at);
}

static void step_backward(const cn_panel *panel, int64_t step)
{
    for (int64_t row = 0; row < panel->rows; row++)
        step_row_back(panel, step, row);
    cn_panel_back(panel, 0, 0, GATES);
}

void CN_LOCAL(cn_lstm_gradient)(const cn_recurrent *r)
{
    cn_recurrent_backward(r, step_backward);
}
