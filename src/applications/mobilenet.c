/* MobileNet (Howard et al., 2017): depthwise convolutions of 3 x 3 cells and pointwise ones in
 * turn. */
#include <stddef.h>

#include "applications/applications.h"

/* The pointwise filters of the 13 blocks, before alpha; a block that strides has twice those of the
 * one before. */
static const int64_t widths[13] = {64,  128, 128, 256, 256,  512, 512,
                                   512, 512, 512, 512, 1024, 1024};

static cn_tensor *normalize(cn_tensor *x, const char *name)
{
    const cn_label normalization = cn_label_of("%s_bn", name),
                   activation = cn_label_of("%s_relu", name);
    return cn_chain(x, cn_batch_normalization(.name = normalization.text),
                    cn_relu(6, .name = activation.text));
}

static cn_tensor *draw_block(cn_tensor *x, int block, const cn_mobilenet_args *args, bool strides)
{
    const cn_label padding = cn_label_of("conv_pad_%d", block),
                   depthwise = cn_label_of("conv_dw_%d", block),
                   pointwise = cn_label_of("conv_pw_%d", block);
    const int64_t filters = (int64_t)((double)widths[block - 1] * args->alpha);
    if (strides)
        x = cn_call(cn_zero_padding2d({{0, 1}, {0, 1}}, .name = padding.text), x);
    x = cn_call(cn_depthwise_conv2d(3, .strides = {strides ? 2 : 1},
                                    .padding = strides ? "valid" : "same",
                                    .depth_multiplier = args->depth_multiplier, .use_bias = false,
                                    .name = depthwise.text),
                x);
    x = normalize(x, depthwise.text);
    x = cn_call(cn_conv2d(filters, 1, .padding = "same", .use_bias = false, .name = pointwise.text),
                x);
    return normalize(x, pointwise.text);
}

static cn_tensor *draw_top(const cn_drawing *drawing, double dropout, cn_tensor *x)
{
    const cn_application_keywords *keywords = drawing->keywords;
    return cn_chain(x, cn_global_average_pooling2d(.keepdims = true),
                    cn_dropout(dropout, .name = "dropout"),
                    cn_conv2d(keywords->classes, 1, .padding = "same", .name = "conv_preds"),
                    cn_reshape({keywords->classes}, .name = "reshape_2"),
                    cn_activation(keywords->classifier_activation, .name = "predictions"));
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    const cn_mobilenet_args *args = drawing->args;
    cn_tensor *x = cn_call(cn_conv2d((int64_t)(32 * args->alpha), 3, .strides = {2},
                                     .padding = "same", .use_bias = false, .name = "conv1"),
                           images);
    x = normalize(x, "conv1");
    for (int block = 1; block <= 13; block++)
        x = draw_block(x, block, args, block > 1 && widths[block - 1] > widths[block - 2]);
    return drawing->keywords->include_top ? draw_top(drawing, args->dropout, x)
                                          : cn_draw_pooling(drawing, false, x);
}

static cn_label name(const cn_drawing *drawing)
{
    const cn_mobilenet_args *args = drawing->args;
    return cn_label_of_size("mobilenet", args->alpha, drawing->height);
}

const cn_application_family cn_mobilenet_family = {
    .draw = draw, .name = name, .keywords = offsetof(cn_mobilenet_args, weights)};

cn_model *cn_mobilenet_with(const cn_mobilenet_args *args)
{
    return cn_application_make("mobilenet", args);
}
