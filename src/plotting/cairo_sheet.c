/* A sheet of images in rows, small ones enlarged pixel by pixel, with a line or two under each. */
#include <math.h>

#include "plotting/cairo_picture.h"

static const double margin = 20, gap = 16, line_height = 15, narrowest = 88;

/* Lengths in points. */
struct layout {
    const cn_sheet *sheet;
    int64_t columns, rows, zoom; /* zoom: points of a pixel's side, 0: less than one */
    double width, height;        /* of an image */
    double cell_width, cell_height, top;
    int lines; /* under each image */
};

/* ---- layout ---------------------------------------------------------------------------------- */

static void size_images(struct layout *layout)
{
    const int64_t enough = 96, most = 180;
    const cn_sheet *sheet = layout->sheet;
    const int64_t longest = sheet->width > sheet->height ? sheet->width : sheet->height;
    layout->zoom = longest <= enough / 2 ? enough / longest : longest <= most ? 1 : 0;
    const double scale = layout->zoom > 0 ? (double)layout->zoom : (double)most / (double)longest;
    layout->width = fmax(1, (double)sheet->width * scale);
    layout->height = fmax(1, (double)sheet->height * scale);
}

static int count_lines(const cn_sheet *sheet)
{
    int lines = 0;
    for (int64_t i = 0; i < sheet->n_images; i++) {
        if (sheet->images[i].caption != NULL && lines < 1)
            lines = 1;
        if (sheet->images[i].remark != NULL)
            lines = 2;
    }
    return lines;
}

/* A few images stand in one row; otherwise the sheet becomes about 1.6 times as wide as high. */
static int64_t choose_columns(const struct layout *layout)
{
    const int64_t few = 6;
    const double n = (double)layout->sheet->n_images;
    if (layout->sheet->n_images <= few)
        return layout->sheet->n_images;
    const int64_t columns =
        (int64_t)lround(sqrt(1.6 * n * layout->cell_height / layout->cell_width));
    return columns < 2 ? 2 : columns > layout->sheet->n_images ? layout->sheet->n_images : columns;
}

static struct layout lay_out(const cn_sheet *sheet)
{
    struct layout layout = {.sheet = sheet, .lines = count_lines(sheet)};
    size_images(&layout);
    const double room = layout.lines > 0 ? fmax(layout.width, narrowest) : layout.width;
    layout.cell_width = room + gap;
    layout.cell_height = layout.height + gap + line_height * layout.lines +
                         (layout.lines > 0 ? 3 : 0);
    layout.columns = sheet->columns != CN_NONE ? sheet->columns : choose_columns(&layout);
    if (layout.columns > sheet->n_images)
        layout.columns = sheet->n_images;
    layout.rows = (sheet->n_images + layout.columns - 1) / layout.columns;
    layout.top = sheet->title != NULL || sheet->note != NULL ? margin + 30 : margin;
    return layout;
}

/* ---- images ---------------------------------------------------------------------------------- */

/* Each pixel becomes a square of side * side dots, so that nothing blurs it. */
static void enlarge(const cn_sheet *sheet, const uint32_t *pixels, int64_t side,
                    cairo_surface_t *surface)
{
    unsigned char *data = cairo_image_surface_get_data(surface);
    const int64_t stride = cairo_image_surface_get_stride(surface), width = sheet->width * side;
    for (int64_t y = 0; y < sheet->height * side; y++) {
        uint32_t *row = (uint32_t *)(void *)(data + y * stride);
        for (int64_t x = 0; x < width; x++)
            row[x] = pixels[y / side * sheet->width + x / side];
    }
    cairo_surface_mark_dirty(surface);
}

static void draw_pixels(const cn_picture *picture, const struct layout *layout,
                        const uint32_t *pixels, double x, double y)
{
    const cn_sheet *sheet = layout->sheet;
    const int64_t side = layout->zoom > 0 ? layout->zoom * 2 : 1;
    cairo_surface_t *surface = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (int)(sheet->width * side), (int)(sheet->height * side));
    if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS)
        enlarge(sheet, pixels, side, surface);
    cairo_save(picture->cairo);
    cairo_translate(picture->cairo, x, y);
    cairo_scale(picture->cairo, layout->width / (double)(sheet->width * side),
                layout->height / (double)(sheet->height * side));
    cairo_set_source_surface(picture->cairo, surface, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(picture->cairo),
                             layout->zoom > 0 ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_BEST);
    cairo_paint(picture->cairo);
    cairo_restore(picture->cairo);
    cairo_surface_destroy(surface);
}

static void draw_frame(const cn_picture *picture, const struct layout *layout, bool wrong, double x,
                       double y)
{
    const double thick = wrong ? 3 : 1;
    cn_picture_color(picture, wrong ? CN_ORANGE : CN_LINE);
    cairo_set_line_width(picture->cairo, thick);
    cairo_rectangle(picture->cairo, x - thick / 2, y - thick / 2, layout->width + thick,
                    layout->height + thick);
    cairo_stroke(picture->cairo);
}

static void draw_captions(const cn_picture *picture, const struct layout *layout,
                          const cn_sheet_image *image, double centre, double y)
{
    const double room = layout->cell_width - 8;
    cn_picture_color(picture, image->wrong ? CN_ORANGE : CN_INK);
    cn_picture_font(picture, 11, image->wrong);
    if (image->caption != NULL)
        cn_picture_text_within(picture, centre, y, 0, room, image->caption);
    cn_picture_font(picture, 11, false);
    cn_picture_color(picture, CN_GRAY);
    if (image->remark != NULL)
        cn_picture_text_within(picture, centre, y + line_height, 0, room, image->remark);
}

static void draw_header(const cn_picture *picture, const struct layout *layout, double width)
{
    double x = margin;
    if (layout->sheet->title != NULL) {
        cn_picture_font(picture, 15, true);
        cn_picture_color(picture, CN_INK);
        cn_picture_text_within(picture, x, margin + 14, -1, width - 2 * margin,
                               layout->sheet->title);
        x += cn_picture_text_width(picture, layout->sheet->title) + 14;
    }
    cn_picture_font(picture, 12, false);
    cn_picture_color(picture, CN_GRAY);
    if (layout->sheet->note != NULL && x < width - margin)
        cn_picture_text_within(picture, x, margin + 14, -1, width - margin - x,
                               layout->sheet->note);
}

cn_status cn_draw_sheet(const char *path, cn_picture_format format, const cn_sheet *sheet)
{
    const struct layout layout = lay_out(sheet);
    const double width = 2 * margin - gap + layout.cell_width * (double)layout.columns;
    const double height = layout.top + margin - gap + layout.cell_height * (double)layout.rows;
    cn_picture picture;
    CN_TRY(cn_picture_begin(&picture, path, format, width, height));
    draw_header(&picture, &layout, width);
    for (int64_t i = 0; i < sheet->n_images; i++) {
        const double centre = margin - gap / 2 +
                              layout.cell_width * ((double)(i % layout.columns) + 0.5);
        const double x = floor(centre - layout.width / 2);
        const double y = floor(layout.top + layout.cell_height * (double)(i / layout.columns));
        draw_pixels(&picture, &layout, sheet->images[i].pixels, x, y);
        draw_frame(&picture, &layout, sheet->images[i].wrong, x, y);
        draw_captions(&picture, &layout, &sheet->images[i], centre,
                      y + layout.height + line_height);
    }
    return cn_picture_end(&picture);
}
