/* Learning curves: panels side by side, each with epochs to the right and a value upwards. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "plotting/cairo_picture.h"

static const double panel_width = 400, panel_height = 290, title_height = 40;
static const double left = 58, right = 18, top = 54, bottom = 42;

/* Where a panel's values lie: its frame in the picture, and the numbers at its edges. */
struct plot {
    const cn_picture *picture;
    const cn_panel *panel;
    int64_t epochs;
    double x, y, width, height;
    double low, high, step; /* of the value (or its logarithm), and between two ticks */
};

/* ---- scales ---------------------------------------------------------------------------------- */

/* The smallest of 1, 2, 5, 10, ... times a power of ten that makes at most so many steps. */
static double nice_step(double range, int most)
{
    const double rough = range / most, power = pow(10, floor(log10(rough)));
    static const double factors[] = {1, 2, 5, 10};
    for (int i = 0; i < 3; i++)
        if (factors[i] * power >= rough * (1 - 1e-9))
            return factors[i] * power;
    return 10 * power;
}

static double scaled(const struct plot *plot, double value)
{
    return plot->panel->logarithmic ? log10(value) : value;
}

static void widen(struct plot *plot, const double *values)
{
    for (int64_t i = 0; values != NULL && i < plot->epochs; i++)
        if (isfinite(values[i])) {
            plot->low = fmin(plot->low, scaled(plot, values[i]));
            plot->high = fmax(plot->high, scaled(plot, values[i]));
        }
}

static void make_scale(struct plot *plot)
{
    plot->low = INFINITY;
    plot->high = -INFINITY;
    widen(plot, plot->panel->training);
    widen(plot, plot->panel->validation);
    if (plot->low > plot->high)
        plot->low = plot->high = 0;
    double range = plot->high - plot->low;
    if (!(range > 1e-9 * fabs(plot->high)))
        range = plot->high == 0 ? 1 : fabs(plot->high) / 5;
    const double middle = (plot->low + plot->high) / 2, half = range * 0.54;
    plot->low = plot->low >= 0 && middle < half ? 0 : middle - half;
    plot->high = middle + half;
    plot->step = nice_step(plot->high - plot->low, 8);
    if (plot->panel->logarithmic)
        plot->step = fmax(1, plot->step);
}

static double x_of(const struct plot *plot, double epoch)
{
    const double inset = 10, room = plot->width - 2 * inset;
    if (plot->epochs < 2)
        return plot->x + plot->width / 2;
    return plot->x + inset + room * epoch / (double)(plot->epochs - 1);
}

static double y_of(const struct plot *plot, double value)
{
    return plot->y + plot->height * (plot->high - scaled(plot, value)) / (plot->high - plot->low);
}

/* ---- axes ------------------------------------------------------------------------------------ */

static const char *tick_text(const struct plot *plot, double value, char *text, size_t size)
{
    const double largest = fmax(fabs(plot->low), fabs(plot->high));
    const int decimals = (int)fmax(0, ceil(-log10(plot->step) - 1e-9));
    if (plot->panel->logarithmic || largest >= 1e6 || decimals > 5)
        (void)snprintf(text, size, "%.3g", value);
    else
        (void)snprintf(text, size, "%.*f", decimals, value);
    return text;
}

static void draw_values_axis(const struct plot *plot)
{
    char text[64];
    cairo_set_line_width(plot->picture->cairo, 1);
    cn_picture_font(plot->picture, 11, false);
    const double last = plot->high / plot->step + 1e-9;
    for (double i = ceil(plot->low / plot->step - 1e-9); i <= last; i++) {
        const double at = i == 0 ? 0 : i * plot->step,
                     value = plot->panel->logarithmic ? pow(10, at) : at;
        const double y = y_of(plot, value);
        cn_picture_color(plot->picture, CN_GRID);
        cn_picture_line(plot->picture, plot->x, y, plot->x + plot->width, y);
        cn_picture_color(plot->picture, CN_GRAY);
        cn_picture_text(plot->picture, plot->x - 7, y + 4, 1,
                        tick_text(plot, value, text, sizeof text));
    }
}

static void draw_epochs_axis(const struct plot *plot)
{
    char text[32];
    const double base = plot->y + plot->height;
    const int64_t step = plot->epochs < 9 ? 1
                                          : (int64_t)fmax(1, nice_step((double)plot->epochs, 8));
    cn_picture_color(plot->picture, CN_LINE);
    cn_picture_line(plot->picture, plot->x, base, plot->x + plot->width, base);
    for (int64_t epoch = step; epoch <= plot->epochs; epoch += step) {
        const double x = x_of(plot, (double)(epoch - 1));
        (void)snprintf(text, sizeof text, "%" PRId64, epoch);
        cn_picture_color(plot->picture, CN_LINE);
        cn_picture_line(plot->picture, x, base, x, base + 4);
        cn_picture_color(plot->picture, CN_GRAY);
        cn_picture_text(plot->picture, x, base + 17, 0, text);
    }
    cn_picture_text(plot->picture, plot->x + plot->width / 2, base + 33, 0, "epoch");
}

/* ---- curves ---------------------------------------------------------------------------------- */

static void draw_dot(const struct plot *plot, double x, double y, double radius)
{
    cairo_arc(plot->picture->cairo, x, y, radius, 0, 2 * 3.14159265358979);
    cairo_fill(plot->picture->cairo);
}

/* Epochs without a value interrupt the line; a value between two gaps is a dot. */
static void draw_curve(const struct plot *plot, const double *values, uint32_t color)
{
    cairo_t *cairo = plot->picture->cairo;
    const double radius = plot->epochs <= 40 ? 2.6 : 1;
    bool pen_is_down = false;
    cn_picture_color(plot->picture, color);
    cairo_set_line_width(cairo, 2);
    for (int64_t i = 0; values != NULL && i < plot->epochs; i++) {
        if (isfinite(values[i]))
            (pen_is_down ? cairo_line_to : cairo_move_to)(cairo, x_of(plot, (double)i),
                                                          y_of(plot, values[i]));
        pen_is_down = isfinite(values[i]);
    }
    cairo_stroke(cairo);
    for (int64_t i = 0; values != NULL && i < plot->epochs; i++)
        if (isfinite(values[i]))
            draw_dot(plot, x_of(plot, (double)i), y_of(plot, values[i]), radius);
}

static void draw_best_line(const struct plot *plot)
{
    static const double dashes[] = {3, 3};
    if (plot->panel->best < 0 || plot->epochs < 2)
        return;
    const double x = x_of(plot, (double)plot->panel->best);
    cn_picture_color(plot->picture, CN_LINE);
    cairo_set_line_width(plot->picture->cairo, 1);
    cairo_set_dash(plot->picture->cairo, dashes, 2, 0);
    cn_picture_line(plot->picture, x, plot->y, x, plot->y + plot->height);
    cairo_set_dash(plot->picture->cairo, NULL, 0, 0);
}

static void draw_best_ring(const struct plot *plot)
{
    const cn_panel *panel = plot->panel;
    if (panel->best < 0)
        return;
    const double *values = panel->validation != NULL ? panel->validation : panel->training;
    const double x = x_of(plot, (double)panel->best), y = y_of(plot, values[panel->best]);
    cn_picture_color(plot->picture, CN_PAPER);
    draw_dot(plot, x, y, 6.5);
    cn_picture_color(plot->picture, panel->validation != NULL ? CN_ORANGE : CN_BLUE);
    draw_dot(plot, x, y, 5);
    cn_picture_color(plot->picture, CN_PAPER);
    draw_dot(plot, x, y, 2.2);
}

/* ---- panels ---------------------------------------------------------------------------------- */

/* Ends at x; returns where it begins. */
static double draw_key(const struct plot *plot, double x, uint32_t color, const char *text)
{
    const double y = plot->y - 34, start = x - cn_picture_text_width(plot->picture, text);
    cn_picture_color(plot->picture, CN_INK);
    cn_picture_text(plot->picture, start, y, -1, text);
    cn_picture_color(plot->picture, color);
    cairo_set_line_width(plot->picture->cairo, 2.5);
    cairo_move_to(plot->picture->cairo, start - 22, y - 4);
    cairo_line_to(plot->picture->cairo, start - 6, y - 4);
    cairo_stroke(plot->picture->cairo);
    return start - 34;
}

static void draw_header(const struct plot *plot)
{
    const cn_panel *panel = plot->panel;
    char text[128];
    double x = plot->x + plot->width;
    cn_picture_font(plot->picture, 11, false);
    if (panel->validation != NULL)
        x = draw_key(plot, x, CN_ORANGE, "validation");
    if (panel->validation != NULL && panel->training != NULL)
        x = draw_key(plot, x, CN_BLUE, "training");
    if (panel->best >= 0) {
        const double *values = panel->validation != NULL ? panel->validation : panel->training;
        (void)snprintf(text, sizeof text, "best %s%.4g in epoch %" PRId64,
                       panel->validation != NULL && panel->training != NULL ? "validation " : "",
                       values[panel->best], panel->best + 1);
        cn_picture_color(plot->picture, CN_GRAY);
        cn_picture_text(plot->picture, plot->x, plot->y - 17, -1, text);
    }
    cn_picture_font(plot->picture, 13, true);
    cn_picture_color(plot->picture, CN_INK);
    cn_picture_text_within(plot->picture, plot->x, plot->y - 34, -1, x - plot->x, panel->name);
}

static void draw_panel(const cn_picture *picture, const cn_panel *panel, int64_t epochs, double x,
                       double y)
{
    struct plot plot = {.picture = picture,
                        .panel = panel,
                        .epochs = epochs,
                        .x = x + left,
                        .y = y + top,
                        .width = panel_width - left - right,
                        .height = panel_height - top - bottom};
    make_scale(&plot);
    draw_values_axis(&plot);
    draw_best_line(&plot);
    draw_epochs_axis(&plot);
    draw_curve(&plot, panel->training, CN_BLUE);
    draw_curve(&plot, panel->validation, CN_ORANGE);
    draw_best_ring(&plot);
    draw_header(&plot);
}

/* Up to three panels side by side; four make a square. */
cn_status cn_draw_curves(const char *path, cn_picture_format format, const cn_curves *curves)
{
    const int64_t n = curves->n_panels,
                  columns = n == 4  ? 2
                            : n < 3 ? n
                                    : 3,
                  rows = (n + columns - 1) / columns;
    const double above = curves->title != NULL ? title_height : 0,
                 width = panel_width * (double)columns;
    cn_picture picture;
    CN_TRY(cn_picture_begin(&picture, path, format, width, above + panel_height * (double)rows));
    for (int64_t i = 0; i < n; i++)
        draw_panel(&picture, &curves->panels[i], curves->epochs,
                   panel_width * (double)(i % columns),
                   above + panel_height * (double)(i / columns));
    if (curves->title != NULL) {
        cn_picture_font(&picture, 16, true);
        cn_picture_color(&picture, CN_INK);
        cn_picture_text_within(&picture, left, 30, -1, width - left - right, curves->title);
    }
    return cn_picture_end(&picture);
}
