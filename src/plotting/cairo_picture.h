/* A picture while it is drawn. Lengths are in points; a .png has two dots for each. */
#ifndef CORNU_PLOTTING_CAIRO_PICTURE_H
#define CORNU_PLOTTING_CAIRO_PICTURE_H

#include <cairo.h>

#include "plotting/plotting.h"
#include "runtime/file.h"

/* Colours that colour-blind people can tell apart (Okabe and Ito), and grays. */
enum {
    CN_BLUE = 0x0072B2,
    CN_ORANGE = 0xD55E00,
    CN_INK = 0x202124,
    CN_GRAY = 0x6B6F76,
    CN_LINE = 0xB9BDC3,
    CN_GRID = 0xE8EAED,
    CN_PAPER = 0xFFFFFF
};

typedef struct cn_picture {
    cairo_t *cairo;
    cairo_surface_t *surface;
    cn_file file;
    cn_picture_format format;
    cn_status status; /* of writing */
    double scale;     /* dots for each point */
} cn_picture;

/* Begins a white picture; cn_picture_end must follow unless it fails. */
cn_status cn_picture_begin(cn_picture *picture, const char *path, cn_picture_format format,
                           double width, double height);

/* Writes it; or, if something went wrong, forgets it. */
cn_status cn_picture_end(cn_picture *picture);

void cn_picture_color(const cn_picture *picture, uint32_t rgb);
void cn_picture_rectangle(const cn_picture *picture, double x, double y, double width,
                          double height);

/* A line from here to there, as sharp as the dots allow. */
void cn_picture_line(const cn_picture *picture, double x0, double y0, double x1, double y1);

void cn_picture_font(const cn_picture *picture, double size, bool bold);
double cn_picture_text_width(const cn_picture *picture, const char *text);

/* Text whose baseline begins (align -1), is centred (0) or ends (1) at a point. */
void cn_picture_text(const cn_picture *picture, double x, double y, int align, const char *text);

/* The same, cut with an ellipsis where it is wider than width. */
void cn_picture_text_within(const cn_picture *picture, double x, double y, int align, double width,
                            const char *text);

#endif
