/* simple_rnn: h' = act(xw + h U). */
#include <string.h>

#include "kernels/native/isa/recurrent.h"

static void step_forward(cn_panel *panel, int64_t step)
{
    const cn_recurrent *r = panel->r;
    const cn_panel_product product = {.a = r->keep == NULL ? panel->h : panel->kept,
                                      .a_line = panel->line,
                                      .depth_count = r->units,
                                      .column_count = panel->width,
                                      .c = panel->gates,
                                      .c_line = panel->gate_line,
                                      .add = true};
    if (r->keep != NULL)
        cn_panel_keep(panel, 0, panel->kept, panel->line);
    for (int64_t row = 0; row < panel->rows; row++)
        cn_units_load(panel, r->xw + cn_panel_at(panel, step, row, r->units), 1,
                      panel->gates + row * panel->gate_line);
    cn_panel_multiply(panel, &product);
    for (int64_t row = 0; row < panel->rows; row++) {
        float *h = panel->h + row * panel->line;
        if (cn_panel_active(panel, step, row)) {
            memcpy(h, panel->gates + row * panel->gate_line, (size_t)panel->width * sizeof *h);
            cn_squash_run(r->activation, h, panel->width);
        }
        if (r->hs != NULL)
            cn_units_store(panel, h, 1, r->hs + cn_panel_at(panel, step, row, r->units));
    }
}

void CN_LOCAL(cn_simple_rnn)(const cn_recurrent *r)
{
    cn_recurrent_forward(r, 0, step_forward);
}

static void step_backward(cn_panel *panel, int64_t step)
{
    const cn_recurrent *r = panel->r;
    const size_t bytes = (size_t)panel->width * sizeof(float);
    for (int64_t row = 0; row < panel->rows; row++) {
        const int64_t at = cn_panel_at(panel, step, row, r->units);
        float *d = panel->gates + row * panel->gate_line, *h = panel->h + row * panel->line;
        cn_panel_add(panel, step, row);
        if (cn_panel_active(panel, step, row)) {
            memcpy(d, h, bytes);
            memset(h, 0, bytes);
            cn_squash_gradient(r->activation, cn_units_of(panel, r->hs + at, 1, panel->spare), d,
                               panel->width);
        } else {
            memset(d, 0, bytes);
        }
        cn_units_store(panel, d, 1, r->d_xw + at);
    }
    cn_panel_back(panel, panel->gates, panel->gate_line, 0, 1, true);
}

void CN_LOCAL(cn_simple_rnn_gradient)(const cn_recurrent *r)
{
    cn_recurrent_backward(r, step_backward);
}
