/* Pictures: a model's graph, learning curves, sheets of images, and which classes are taken for
 * which.
 *
 * The ending of the path says the kind of file: .png, .svg or .pdf. A file is written whole or not
 * at all: after a failure the old one is still there. On failure the functions return what went
 * wrong, and cn_error() says it in words. They may be called from several threads at once, on
 * different files.
 *
 * cn_plot_history, cn_plot_images and cn_plot_confusion need a library that was built with cairo;
 * without it they fail and say so. cn_plot_model needs no cairo, but runs Graphviz's program dot.
 */
#ifndef CORNU_PLOTTING_H
#define CORNU_PLOTTING_H

#include "cornu/array.h"
#include "cornu/error.h"
#include "cornu/training.h"

CN_BEGIN_DECLS

/* cn_plot_model(model, "model.svg", .show_shapes = true): draws the graph of a model's layers as
 * Keras 3 does. It is laid out by Graphviz's dot, which has to be installed; "model.dot" writes the
 * graph's text instead and needs nothing. show_shapes: what goes in and comes out. show_dtype: the
 * type of what comes out. show_layer_names: names before classes. show_layer_activations: the
 * activation of layers that have one. show_trainable: whether layers with weights are frozen.
 * expand_nested: the layers of models inside too, in a dashed frame with the model's name. rankdir:
 * "TB" from top to bottom, "LR" from left to right, "BT", "RL". splines: how edges are drawn:
 * "ortho", "spline", "polyline", "curved", "line". dpi: dots per inch of a .png. The model's input
 * shape must be known. Keras: keras.utils.plot_model, which leaves the names out unless asked. */
typedef struct cn_plot_model_args {
    const cn_model *model;
    const char *to_file;
    bool show_shapes, show_dtype, show_layer_names;
    const char *rankdir;
    bool expand_nested;
    int64_t dpi;
    bool show_layer_activations, show_trainable;
    const char *splines;
    char end_;
} cn_plot_model_args;
#define CN_PLOT_MODEL_DEFAULTS                                                                     \
    .to_file = "model.png", .show_layer_names = true, .rankdir = "TB", .dpi = 200,                 \
    .splines = "ortho"
CN_API cn_status cn_plot_model_with(const cn_plot_model_args *args);

/* cn_plot_history(history, "curves.png"): learning curves, a panel for each value with training and
 * validation together. Where the name says which way is better (see cornu/callback_classes.h) the
 * best epoch is marked, by validation if there is one. names: only these, in this order, without
 * "val_": {"loss", "accuracy"}; none: all, the loss first. */
typedef struct cn_plot_history_args {
    const cn_history *history;
    const char *path;
    const char *title;
    const char *names[CN_MAX_LIST];
    char end_;
} cn_plot_history_args;
#define CN_PLOT_HISTORY_DEFAULTS .title = NULL
CN_API cn_status cn_plot_history_with(const cn_plot_history_args *args);

/* cn_plot_images("sheet.png", x_test, .labels = y_test, .predicted = y, .class_names = names):
 * images in rows, with what they are and what they were taken for; wrong predictions stand out.
 * images: (N, H, W), (N, H, W, 1) gray, (N, H, W, 3) colours or (N, H, W, 4) with opacity, of any
 * data type. uint8 is shown as it is; other numbers count from 0 to 1 if they lie there, else from
 * 0 to 255, and if they do not fit there either, from the smallest to the largest of them all.
 * Small images are enlarged pixel by pixel. labels, predicted: a class for each image: whole
 * numbers (N,) or (N, 1), or a row of scores or one-hot (N, C), of which the largest counts; in
 * (N,) or (N, 1), fractions above 0.5 are class 1. Scores that are probabilities are shown.
 * class_names: texts for classes 0, 1, ..., ended by NULL. captions: a text of its own for each
 * image, instead. columns: images in a row, CN_NONE: as many as look well. limit: at most so many
 * images, from the first. */
typedef struct cn_plot_images_args {
    const char *path;
    const cn_array *images;
    int64_t columns, limit;
    const cn_array *labels, *predicted;
    const char *const *class_names;
    const char *const *captions;
    const char *title;
    char end_;
} cn_plot_images_args;
#define CN_PLOT_IMAGES_DEFAULTS .columns = CN_NONE, .limit = 32
CN_API cn_status cn_plot_images_with(const cn_plot_images_args *args);

/* cn_plot_confusion("confusion.png", y_true, y_pred, .class_names = names): how often each class (a
 * row) was taken for each class (a column), with the recall of each row and the precision of each
 * column. y_true and y_pred give classes as labels and predicted do in cn_plot_images; at most 256
 * classes. */
typedef struct cn_plot_confusion_args {
    const char *path;
    const cn_array *y_true, *y_pred;
    const char *const *class_names; /* ended by NULL */
    const char *title;
    char end_;
} cn_plot_confusion_args;
#define CN_PLOT_CONFUSION_DEFAULTS .title = NULL
CN_API cn_status cn_plot_confusion_with(const cn_plot_confusion_args *args);

#ifndef __cplusplus
#define cn_plot_model(...)                                                                         \
    CN_KEYWORDS_(cn_plot_model_with, cn_plot_model_args, CN_PLOT_MODEL_DEFAULTS,                   \
                 .model = __VA_ARGS__)
#define cn_plot_history(...)                                                                       \
    CN_KEYWORDS_(cn_plot_history_with, cn_plot_history_args, CN_PLOT_HISTORY_DEFAULTS,             \
                 .history = __VA_ARGS__)
#define cn_plot_images(...)                                                                        \
    CN_KEYWORDS_(cn_plot_images_with, cn_plot_images_args, CN_PLOT_IMAGES_DEFAULTS,                \
                 .path = __VA_ARGS__)
#define cn_plot_confusion(...)                                                                     \
    CN_KEYWORDS_(cn_plot_confusion_with, cn_plot_confusion_args, CN_PLOT_CONFUSION_DEFAULTS,       \
                 .path = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
