/* Pictures with cairo: files, colours, lines and text. */
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <string.h>

#include "plotting/cairo_picture.h"

/* ---- files ----------------------------------------------------------------------------------- */

static cairo_status_t write_bytes(void *context, const unsigned char *data, unsigned int length)
{
    cn_picture *picture = context;
    if (picture->status == CN_OK)
        picture->status = cn_file_write(&picture->file, data, length);
    return picture->status == CN_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static cairo_surface_t *make_surface(cn_picture *picture, double width, double height)
{
    if (picture->format == CN_SVG)
        return cairo_svg_surface_create_for_stream(write_bytes, picture, width, height);
    if (picture->format == CN_PDF)
        return cairo_pdf_surface_create_for_stream(write_bytes, picture, width, height);
    picture->scale = 2;
    return cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(2 * width),
                                      (int)ceil(2 * height));
}

cn_status cn_picture_begin(cn_picture *picture, const char *path, cn_picture_format format,
                           double width, double height)
{
    const double most = 16000; /* cairo's images have 15 bits */
    *picture = (cn_picture){.format = format, .scale = 1};
    CN_CHECK(width < most && height < most, "%s: a picture of %.0f by %.0f points is too large",
             path, width, height);
    CN_TRY(cn_file_begin(&picture->file, path));
    picture->surface = make_surface(picture, width, height);
    picture->cairo = cairo_create(picture->surface);
    cairo_scale(picture->cairo, picture->scale, picture->scale);
    cn_picture_color(picture, CN_PAPER);
    cairo_paint(picture->cairo);
    cairo_set_line_join(picture->cairo, CAIRO_LINE_JOIN_ROUND);
    return CN_OK;
}

static cn_status finish(cn_picture *picture)
{
    cairo_status_t status = cairo_status(picture->cairo);
    if (status == CAIRO_STATUS_SUCCESS && picture->format == CN_PNG)
        status = cairo_surface_write_to_png_stream(picture->surface, write_bytes, picture);
    cairo_surface_finish(picture->surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(picture->surface);
    CN_TRY(picture->status);
    if (status == CAIRO_STATUS_SUCCESS)
        return CN_OK;
    return cn_fail(status == CAIRO_STATUS_NO_MEMORY ? CN_OUT_OF_MEMORY : CN_INTERNAL,
                   "%s: cairo: %s", picture->file.path, cairo_status_to_string(status));
}

cn_status cn_picture_end(cn_picture *picture)
{
    cn_status status = finish(picture);
    cairo_destroy(picture->cairo);
    cairo_surface_destroy(picture->surface);
    if (status == CN_OK)
        return cn_file_commit(&picture->file);
    cn_file_abort(&picture->file);
    return status;
}

/* ---- shapes ---------------------------------------------------------------------------------- */

void cn_picture_color(const cn_picture *picture, uint32_t rgb)
{
    cairo_set_source_rgb(picture->cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0,
                         (rgb & 255) / 255.0);
}

void cn_picture_rectangle(const cn_picture *picture, double x, double y, double width,
                          double height)
{
    cairo_rectangle(picture->cairo, x, y, width, height);
    cairo_fill(picture->cairo);
}

/* Lines of one point lie on whole pairs of dots. */
void cn_picture_line(const cn_picture *picture, double x0, double y0, double x1, double y1)
{
    cairo_move_to(picture->cairo, floor(x0) + 0.5, floor(y0) + 0.5);
    cairo_line_to(picture->cairo, floor(x1) + 0.5, floor(y1) + 0.5);
    cairo_stroke(picture->cairo);
}

/* ---- text ------------------------------------------------------------------------------------ */

void cn_picture_font(const cn_picture *picture, double size, bool bold)
{
    cairo_select_font_face(picture->cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(picture->cairo, size);
}

double cn_picture_text_width(const cn_picture *picture, const char *text)
{
    cairo_text_extents_t extents;
    cairo_text_extents(picture->cairo, text, &extents);
    return extents.x_advance;
}

void cn_picture_text(const cn_picture *picture, double x, double y, int align, const char *text)
{
    const double width = align < 0 ? 0 : cn_picture_text_width(picture, text);
    cairo_move_to(picture->cairo, x - width * (align + 1) / 2, y);
    cairo_show_text(picture->cairo, text);
}

void cn_picture_text_within(const cn_picture *picture, double x, double y, int align, double width,
                            const char *text)
{
    enum { LONGEST = 200 };
    char cut[LONGEST + 8];
    size_t n = strlen(text);
    if (n <= LONGEST && cn_picture_text_width(picture, text) <= width) {
        cn_picture_text(picture, x, y, align, text);
        return;
    }
    for (n = n < LONGEST ? n : LONGEST; n > 0; n--) {
        if (((unsigned char)text[n] & 0xC0) == 0x80) /* inside a character */
            continue;
        memcpy(cut, text, n);
        (void)strcpy(cut + n, "\xE2\x80\xA6");
        if (cn_picture_text_width(picture, cut) <= width)
            break;
    }
    if (n > 0)
        cn_picture_text(picture, x, y, align, cut);
}
