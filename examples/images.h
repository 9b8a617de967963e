/* What the examples on images share: IDX files, models that are built of residual and Inception
 * blocks, and pictures of what a classifier says. */
#ifndef CORNU_EXAMPLES_IMAGES_H
#define CORNU_EXAMPLES_IMAGES_H

#include "real_data.h"

struct images {
    cn_array *x_train, *y_train, *x_test, *y_test;
};

/* An IDX file of the data folder or, if elsewhere is not NULL and has it, of that folder. */
static inline cn_array *load_idx(const char *elsewhere, const char *set, const char *name)
{
    char path[4096];
    struct stat about;
    (void)snprintf(path, sizeof path, "%s/%s.gz", elsewhere == NULL ? "" : elsewhere, name);
    if (elsewhere == NULL || stat(path, &about) != 0)
        (void)snprintf(path, sizeof path, "%s/%s/%s.gz", options.folder, set, name);
    return cn_load_idx(path);
}

/* The first samples only, in a quick run. */
static inline cn_array *shorten(cn_array *array, int64_t most)
{
    return options.quick && array != NULL && cn_array_dim(array, 0) > most
               ? cn_array_slice(array, 0, most)
               : array;
}

/* The four files of a set like MNIST. */
static inline struct images load_images(const char *elsewhere, const char *set)
{
    return (struct images){
        shorten(load_idx(elsewhere, set, "train-images-idx3-ubyte"), 2000),
        shorten(load_idx(elsewhere, set, "train-labels-idx1-ubyte"), 2000),
        shorten(load_idx(elsewhere, set, "t10k-images-idx3-ubyte"), 500),
        shorten(load_idx(elsewhere, set, "t10k-labels-idx1-ubyte"), 500),
    };
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Convolution, batch normalization, ReLU. */
static inline cn_tensor *convolve(cn_tensor *x, int64_t filters, int64_t size)
{
    return cn_chain(x, cn_conv2d(filters, size, .padding = "same", .use_bias = false),
                    cn_batch_normalization(.momentum = 0.9), cn_relu());
}

/* Two convolutions, and a way around them. */
static inline cn_tensor *residual_block(cn_tensor *x, int64_t filters)
{
    cn_tensor *y = convolve(x, filters, 3), *around = x;
    y = cn_chain(y, cn_conv2d(filters, 3, .padding = "same", .use_bias = false),
                 cn_batch_normalization(.momentum = 0.9));
    if (x != NULL && cn_tensor_dim(x, -1) != filters)
        around = cn_chain(x, cn_conv2d(filters, 1, .use_bias = false),
                          cn_batch_normalization(.momentum = 0.9));
    return cn_call(cn_relu(), cn_call(cn_add(), y, around));
}

/* Four branches that look at windows of different sizes, one behind the other. */
static inline cn_tensor *inception_block(cn_tensor *x, int64_t filters)
{
    cn_tensor *one = convolve(x, filters, 1);
    cn_tensor *three = convolve(convolve(x, filters, 1), filters, 3);
    cn_tensor *five = convolve(convolve(convolve(x, filters, 1), filters, 3), filters, 3);
    cn_tensor *pooled =
        convolve(cn_call(cn_average_pooling2d(3, .strides = 1, .padding = "same"), x), filters, 1);
    return cn_call(cn_concatenate(), one, three, five, pooled);
}

/* ---- pictures -------------------------------------------------------------------------------- */

/* A confusion matrix, and a sheet of test images with what they were taken for. */
static inline void draw_predictions(const char *name, const cn_array *x, const cn_array *y,
                                    const cn_array *predicted, const char *const *classes)
{
    char path[4096];
    if (cn_failed())
        return;
    (void)snprintf(path, sizeof path, "%s/%s-confusion.png", options.output, name);
    cn_status status = cn_plot_confusion(path, y, predicted, .class_names = classes);
    (void)snprintf(path, sizeof path, "%s/%s-images.png", options.output, name);
    if (status == CN_OK)
        status = cn_plot_images(path, x, .labels = y, .predicted = predicted,
                                .class_names = classes, .limit = 40);
    if (status == CN_OK)
        return;
    printf("no pictures of the predictions: %s\n", cn_error());
    cn_clear_error();
}

#endif
