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

/* Gates first .. first+count-1 += h U, or h keep U of a single one. */
static void multiply(const cn_panel *panel, int64_t first, int64_t count, bool keeps)
{
    const cn_panel_product p = {.a = keeps ? panel->kept : panel->h,
                                .a_line = panel->line,
                                .depth_count = panel->r->units,
                                .column = first * panel->width,
                                .column_count = count * panel->width,
                                .c = panel->gates + first * panel->width,
                                .c_line = panel->gate_line,
                                .add = true};
    if (keeps)
        cn_panel_keep(panel, first);
    cn_panel_multiply(panel, &p);
}

/* What the products are added to. */
static void load(const cn_panel *panel, int64_t step, int64_t row)
{
    const cn_recurrent *r = panel->r;
    const int64_t units = r->units;
    const float *xw = r->xw + cn_panel_at(panel, step, row, GATES * units);
    cn_units_load(panel, xw, 2, place(panel, row, 0));
    cn_units_load(panel, xw + 2 * units, 1, place(panel, row, CANDIDATE));
    memset(place(panel, row, INNER), 0, (size_t)panel->width * sizeof(float));
    for (int64_t gate = 0; gate < GATES && r->bias != NULL; gate++) {
        float *to = place(panel, row, gate);
        const float *bias = r->bias + gate * units;
        CN_INDEPENDENT
        for (int64_t i = 0; i < units; i++)
            to[i] += bias[i];
    }
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
        cn_panel_keep(panel, 2);
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

static void run_cell(const cn_panel *panel, int64_t row)
{
    const cn_recurrent *r = panel->r;
    const int64_t n = panel->width;
    const float *z = place(panel, row, 0), *reset = z + n, *inner = z + INNER * n;
    float *candidate = place(panel, row, CANDIDATE), *h = panel->h + row * panel->line;
    const int64_t reset_count = r->reset_after ? n : 0;
    CN_INDEPENDENT
    for (int64_t i = 0; i < reset_count; i++)
        candidate[i] += reset[i] * inner[i];
    cn_squash_run(r->activation, candidate, n);
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
        run_cell(panel, row);
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

static void step_forward(const cn_panel *panel, int64_t step)
{
    const cn_recurrent *r = panel->r;
    const int64_t count = r->reset_after ? 3 : 2;
    for (int64_t row = 0; row < panel->rows; row++)
        load(panel, step, row);
    if (r->keep == NULL)
        multiply(panel, 0, count, false);
    for (int64_t gate = 0; gate < count && r->keep != NULL; gate++)
        multiply(panel, gate, 1, true);
    for (int64_t row = 0; row < panel->rows; row++)
        cn_squash_run(r->recurrent_activation, place(panel, row, 0), 2 * panel->width);
    if (!r->reset_after)
        multiply_reset(panel);
    for (int64_t row = 0; row < panel->rows; row++)
        finish_row(panel, step, row);
}

void CN_LOCAL(cn_gru)(const cn_recurrent *r)
{
    cn_recurrent_forward(r, r->keep != NULL ? 0 : r->reset_after ? 3 : 2, step_forward);
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

static void step_backward(const cn_panel *panel, int64_t step)
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
    cn_panel_back(panel, 0, 0, 2);
    if (r->reset_after)
        cn_panel_back(panel, 3, 2, 1);
}

void CN_LOCAL(cn_gru_gradient)(const cn_recurrent *r)
{
    cn_recurrent_backward(r, step_backward);
}
