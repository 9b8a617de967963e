/* What the files of this room share: kinds of files, and what is to be drawn, ready for drawing. */
#ifndef CORNU_PLOTTING_ROOM_H
#define CORNU_PLOTTING_ROOM_H

#include "cornu/plotting.h"
#include "runtime/memory.h"

typedef enum cn_picture_format { CN_PNG, CN_SVG, CN_PDF, CN_DOT } cn_picture_format;

/* The format that a path's ending says. */
cn_status cn_picture_format_of(const char *who, const char *path, bool dot_is_one,
                               cn_picture_format *format);

/* ---- drawing: with cairo, or a failure that says that there is none -------------------------- */

/* A value's course. Epochs that have none are NaN. */
typedef struct cn_panel {
    const char *name;
    const double *training, *validation; /* either may be NULL */
    int64_t best;     /* epoch, from 0, of validation, else of training; -1: not known */
    bool logarithmic; /* all values are positive and spread over orders of magnitude */
} cn_panel;

typedef struct cn_curves {
    const char *title; /* may be NULL */
    const cn_panel *panels;
    int64_t n_panels, epochs;
} cn_curves;
cn_status cn_draw_curves(const char *path, cn_picture_format format, const cn_curves *curves);

/* Images, each of height * width pixels 0xAARRGGBB, with up to two lines under each. */
typedef struct cn_sheet_image {
    const uint32_t *pixels;
    const char *caption, *remark; /* may be NULL */
    bool wrong;
} cn_sheet_image;

typedef struct cn_sheet {
    const char *title, *note; /* may be NULL */
    const cn_sheet_image *images;
    int64_t n_images, height, width, columns; /* columns CN_NONE: as many as look well */
} cn_sheet;
cn_status cn_draw_sheet(const char *path, cn_picture_format format, const cn_sheet *sheet);

/* counts[n_classes][n_classes]: rows are true classes, columns predicted ones. */
typedef struct cn_confusion {
    const char *title; /* may be NULL */
    const char *const *names;
    const int64_t *counts;
    int64_t n_classes;
} cn_confusion;
cn_status cn_draw_confusion(const char *path, cn_picture_format format,
                            const cn_confusion *confusion);

/* ---- classes --------------------------------------------------------------------------------- */

/* A class for each sample, in the caller's memory, and, where rows are probabilities, that of the
 * class. */
typedef struct cn_verdicts {
    int64_t count, highest;
    int64_t *classes;
    double *probabilities; /* NULL: there are none */
} cn_verdicts;
cn_status cn_verdicts_of(const char *who, const char *what, const cn_array *array, int64_t limit,
                         cn_arena *memory, cn_verdicts *verdicts);

/* The name of a class: class_names[number] if there is one, else the number. NULL if memory ran
 * out. */
const char *cn_class_label(const char *const *class_names, int64_t number, cn_arena *memory);

/* ---- graphs ---------------------------------------------------------------------------------- */

/* The graph of a built model as Graphviz's text, in memory. dpi is left out if it is 0. */
cn_status cn_model_dot(const cn_plot_model_args *args, int64_t dpi, cn_arena *memory, char **text);

/* Runs Graphviz's dot on a text; the picture takes the path when it is complete. */
cn_status cn_graphviz_run(const char *who, const char *text, cn_picture_format format,
                          const char *path);

#endif
