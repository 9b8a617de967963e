/* A confusion matrix: right answers blue, wrong ones orange, the stronger the larger their part of
 * the row. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "plotting/cairo_picture.h"

static const double margin = 22, longest_label = 150;

/* Lengths in points; the matrix begins at (x, y). */
struct layout {
    const cn_picture *picture;
    const cn_confusion *confusion;
    double cell, x, y, size;
    double label, font; /* the widest label; 0: labels find no room */
    double header;      /* its width */
    bool slanted;       /* column labels */
};

static int64_t count_at(const cn_confusion *confusion, int64_t row, int64_t column)
{
    return confusion->counts[row * confusion->n_classes + column];
}

static int64_t row_sum(const cn_confusion *confusion, int64_t row)
{
    int64_t sum = 0;
    for (int64_t k = 0; k < confusion->n_classes; k++)
        sum += count_at(confusion, row, k);
    return sum;
}

static int64_t column_sum(const cn_confusion *confusion, int64_t column)
{
    int64_t sum = 0;
    for (int64_t k = 0; k < confusion->n_classes; k++)
        sum += count_at(confusion, k, column);
    return sum;
}

/* Whether cells are large enough for numbers in and beside them. */
static bool has_margins(const struct layout *layout)
{
    return layout->cell >= 20;
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* From white to a colour. */
static uint32_t tint(uint32_t color, double part)
{
    uint32_t result = 0;
    for (int shift = 16; shift >= 0; shift -= 8)
        result |= (uint32_t)lround(255 + ((double)(color >> shift & 255) - 255) * part) << shift;
    return result;
}

static void draw_count(const struct layout *layout, int64_t count, double x, double y, bool dark)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%" PRId64, count);
    cn_picture_color(layout->picture, dark ? CN_PAPER : CN_INK);
    for (double size = 12; size >= 5; size--) {
        cn_picture_font(layout->picture, size, false);
        if (cn_picture_text_width(layout->picture, text) < layout->cell - 4) {
            cn_picture_text(layout->picture, x + layout->cell / 2,
                            y + layout->cell / 2 + size * 0.36, 0, text);
            return;
        }
    }
}

/* Few errors matter too: their colour grows fast at first. */
static void draw_cell(const struct layout *layout, int64_t row, int64_t column)
{
    const double x = layout->x + layout->cell * (double)column,
                 y = layout->y + layout->cell * (double)row;
    const int64_t count = count_at(layout->confusion, row, column),
                  sum = row_sum(layout->confusion, row);
    const double part = sum == 0 ? 0 : (double)count / (double)sum;
    const double strength = row == column ? part : sqrt(part);
    const double space = layout->cell >= 12 ? 1 : 0;
    cn_picture_color(layout->picture,
                     count == 0 ? 0xF6F7F8 : tint(row == column ? CN_BLUE : CN_ORANGE, strength));
    cn_picture_rectangle(layout->picture, x, y, layout->cell - space, layout->cell - space);
    if (count > 0 && has_margins(layout))
        draw_count(layout, count, x, y, strength > 0.7);
}

/* ---- labels ---------------------------------------------------------------------------------- */

static void draw_column_label(const struct layout *layout, int64_t column)
{
    cairo_t *cairo = layout->picture->cairo;
    const double x = layout->x + layout->cell * ((double)column + 0.5);
    cairo_save(cairo);
    cairo_translate(cairo, x, layout->y - 7);
    if (layout->slanted) {
        cairo_translate(cairo, layout->font * 0.3, 0);
        cairo_rotate(cairo, -0.785398);
    }
    cn_picture_text_within(layout->picture, 0, 0, layout->slanted ? -1 : 0, longest_label,
                           layout->confusion->names[column]);
    cairo_restore(cairo);
}

static void draw_labels(const struct layout *layout)
{
    const cn_confusion *confusion = layout->confusion;
    cn_picture_color(layout->picture, CN_INK);
    cn_picture_font(layout->picture, layout->font, false);
    for (int64_t i = 0; layout->label > 0 && i < confusion->n_classes; i++) {
        const double y = layout->y + layout->cell * ((double)i + 0.5) + layout->font * 0.36;
        cn_picture_text_within(layout->picture, layout->x - 8, y, 1, longest_label,
                               confusion->names[i]);
        draw_column_label(layout, i);
    }
}

/* In whole percent; 100 only if nothing is missing. */
static void draw_percentage(const struct layout *layout, double x, double y, int64_t part,
                            int64_t whole)
{
    char text[32] = "\xE2\x80\x93";
    if (whole > 0)
        (void)snprintf(text, sizeof text, "%.0f%%",
                       part == whole ? 100 : fmin(99, 100 * (double)part / (double)whole));
    cn_picture_text(layout->picture, x, y, 0, text);
}

/* Recall to the right of each row, precision under each column. */
static void draw_margins(const struct layout *layout)
{
    const cn_confusion *confusion = layout->confusion;
    const double right = layout->x + layout->size + 24, below = layout->y + layout->size + 17;
    cn_picture_color(layout->picture, CN_GRAY);
    cn_picture_font(layout->picture, fmin(10.5, layout->cell * 0.36), false);
    if (!has_margins(layout))
        return;
    cn_picture_text(layout->picture, layout->x - 8, below, 1, "precision");
    cn_picture_text(layout->picture, right, below, 0, "recall");
    for (int64_t i = 0; i < confusion->n_classes; i++) {
        const double at = layout->cell * ((double)i + 0.5);
        const int64_t hits = count_at(confusion, i, i);
        draw_percentage(layout, right, layout->y + at + 4, hits, row_sum(confusion, i));
        draw_percentage(layout, layout->x + at, below, hits, column_sum(confusion, i));
    }
}

/* What rows and columns are, turned along them. */
static void draw_axes(const struct layout *layout)
{
    cairo_t *cairo = layout->picture->cairo;
    cn_picture_color(layout->picture, CN_GRAY);
    cn_picture_font(layout->picture, 12, true);
    cn_picture_text(layout->picture, layout->x + layout->size / 2,
                    layout->y + layout->size + (has_margins(layout) ? 42 : 22), 0,
                    "predicted class");
    cairo_save(cairo);
    cairo_translate(cairo, margin + 2, layout->y + layout->size / 2);
    cairo_rotate(cairo, -1.570796);
    cn_picture_text(layout->picture, 0, 0, 0, "true class");
    cairo_restore(cairo);
}

/* ---- the picture ----------------------------------------------------------------------------- */

/* Rounded, but 100 only where nothing is wrong. */
static double percent(int64_t right, int64_t all)
{
    const double share = 100 * (double)right / (double)all;
    return right < all ? fmin(share, 99.9) : share;
}

/* "accuracy 89.1% (8912 of 10000)" behind the title; returns where it ends. */
static double draw_header(const cn_picture *picture, const cn_confusion *confusion)
{
    int64_t right = 0, all = 0;
    char text[96];
    double x = margin;
    for (int64_t i = 0; i < confusion->n_classes; i++) {
        right += count_at(confusion, i, i);
        all += row_sum(confusion, i);
    }
    if (confusion->title != NULL) {
        cn_picture_font(picture, 15, true);
        cn_picture_color(picture, CN_INK);
        cn_picture_text(picture, x, margin + 14, -1, confusion->title);
        x += cn_picture_text_width(picture, confusion->title) + 14;
    }
    (void)snprintf(text, sizeof text, "accuracy %.1f%% (%" PRId64 " of %" PRId64 ")",
                   percent(right, all), right, all);
    cn_picture_font(picture, 12, false);
    cn_picture_color(picture, CN_GRAY);
    cn_picture_text(picture, x, margin + 14, -1, text);
    return x + cn_picture_text_width(picture, text);
}

static void measure_text(struct layout *layout)
{
    const cn_confusion *confusion = layout->confusion;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    const cn_picture scratch = {.surface = surface, .cairo = cairo_create(surface)};
    layout->header = draw_header(&scratch, confusion);
    cn_picture_font(&scratch, layout->font, false);
    if (has_margins(layout))
        layout->label = cn_picture_text_width(&scratch, "precision");
    for (int64_t i = 0; layout->font >= 6 && i < confusion->n_classes; i++)
        layout->label = fmax(layout->label, cn_picture_text_width(&scratch, confusion->names[i]));
    layout->label = fmin(layout->label, longest_label);
    for (int64_t i = 0; layout->label > 0 && i < confusion->n_classes; i++)
        layout->slanted |= cn_picture_text_width(&scratch, confusion->names[i]) > layout->cell - 6;
    cairo_destroy(scratch.cairo);
    cairo_surface_destroy(surface);
}

/* Text is measured before the picture's size is known. */
static struct layout lay_out(const cn_confusion *confusion)
{
    const double n = (double)confusion->n_classes;
    struct layout layout = {.confusion = confusion};
    layout.cell = n <= 4    ? 72
                  : n <= 12 ? 44
                  : n <= 40 ? fmax(22, floor(500 / n))
                            : fmax(4, floor(800 / n));
    layout.font = fmin(12, layout.cell * 0.8);
    layout.size = layout.cell * n;
    measure_text(&layout);
    layout.x = margin + 22 + layout.label + 8;
    layout.y = margin + 30 + (layout.slanted ? layout.label * 0.72 : layout.font) + 14;
    return layout;
}

cn_status cn_draw_confusion(const char *path, cn_picture_format format,
                            const cn_confusion *confusion)
{
    cn_picture picture;
    struct layout layout = lay_out(confusion);
    const double right = fmax(50, layout.slanted ? layout.label * 0.72 : 0);
    const double width = fmax(layout.x + layout.size + right, layout.header) + margin;
    CN_TRY(cn_picture_begin(&picture, path, format, width, layout.y + layout.size + 42 + margin));
    layout.picture = &picture;
    for (int64_t row = 0; row < confusion->n_classes; row++)
        for (int64_t column = 0; column < confusion->n_classes; column++)
            draw_cell(&layout, row, column);
    draw_labels(&layout);
    draw_margins(&layout);
    draw_axes(&layout);
    (void)draw_header(&picture, confusion);
    return cn_picture_end(&picture);
}
