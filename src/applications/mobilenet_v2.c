/* MobileNetV2 (Sandler et al., 2018): blocks that widen, convolve each channel, and narrow without
 * activation; x + f(x) where the shapes allow it. */
#include <stddef.h>

#include "applications/applications.h"

/* The 17 blocks: filters before alpha, strides. All but the first widen six times. */
static const struct block {
    int64_t filters, strides;
} blocks[17] = {{16, 1}, {24, 2}, {24, 1}, {32, 2}, {32, 1},  {32, 1},  {64, 2},  {64, 1}, {64, 1},
                {64, 1}, {96, 1}, {96, 1}, {96, 1}, {160, 2}, {160, 1}, {160, 1}, {320, 1}};

static cn_tensor *normalize(cn_tensor *x, const char *name)
{
    return cn_call(cn_batch_normalization(.momentum = 0.999, .name = name), x);
}

/* Pointwise convolution, and normalization. */
static cn_tensor *mix(cn_tensor *x, int64_t filters, const char *prefix, const char *part)
{
    const cn_label name = cn_label_of("%s%s", prefix, part),
                   normalization = cn_label_of("%s_BN", name.text);
    x = cn_call(cn_conv2d(filters, 1, .padding = "same", .use_bias = false, .name = name.text), x);
    return normalize(x, normalization.text);
}

static cn_tensor *activate(cn_tensor *x, const char *prefix, const char *part)
{
    const cn_label name = cn_label_of("%s%s_relu", prefix, part);
    return cn_call(cn_relu(6, .name = name.text), x);
}

static cn_tensor *convolve_each(cn_tensor *x, int64_t strides, const char *prefix)
{
    const cn_label padding = cn_label_of("%spad", prefix),
                   name = cn_label_of("%sdepthwise", prefix),
                   normalization = cn_label_of("%s_BN", name.text);
    if (strides == 2)
        x = cn_draw_correct_pad(x, 3, padding.text);
    x = cn_call(cn_depthwise_conv2d(3, .strides = {strides},
                                    .padding = strides == 1 ? "same" : "valid", .use_bias = false,
                                    .name = name.text),
                x);
    return normalize(x, normalization.text);
}

static cn_tensor *draw_block(cn_tensor *x, int number, double alpha)
{
    const cn_label prefix = number == 0 ? cn_label_of("expanded_conv_")
                                        : cn_label_of("block_%d_", number);
    const struct block *block = &blocks[number];
    const int64_t channels = cn_channels_of(x),
                  filters = cn_round_channels((double)(int64_t)((double)block->filters * alpha));
    const cn_label sum = cn_label_of("%sadd", prefix.text);
    cn_tensor *shortcut = x;
    if (number > 0)
        x = activate(mix(x, 6 * channels, prefix.text, "expand"), prefix.text, "expand");
    x = activate(convolve_each(x, block->strides, prefix.text), prefix.text, "depthwise");
    x = mix(x, filters, prefix.text, "project");
    return channels == filters && block->strides == 1
               ? cn_call(cn_add(.name = sum.text), shortcut, x)
               : x;
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    const double alpha = ((const cn_mobilenet_v2_args *)drawing->args)->alpha;
    cn_tensor *x = cn_call(cn_conv2d(cn_round_channels(32 * alpha), 3, .strides = {2},
                                     .padding = "same", .use_bias = false, .name = "Conv1"),
                           images);
    x = activate(normalize(x, "bn_Conv1"), "Conv1", "");
    for (int number = 0; number < 17; number++)
        x = draw_block(x, number, alpha);
    const int64_t last = alpha > 1 ? cn_round_channels(1280 * alpha) : 1280;
    x = cn_call(cn_conv2d(last, 1, .use_bias = false, .name = "Conv_1"), x);
    x = activate(normalize(x, "Conv_1_bn"), "out", "");
    if (!drawing->keywords->include_top)
        return cn_draw_pooling(drawing, false, x);
    return cn_draw_predictions(drawing, NULL, cn_call(cn_global_average_pooling2d(), x));
}

static cn_label name(const cn_drawing *drawing)
{
    const cn_mobilenet_v2_args *args = drawing->args;
    return cn_label_of_size("mobilenetv2", args->alpha, drawing->height);
}

const cn_application_family cn_mobilenet_v2_family = {
    .draw = draw, .name = name, .keywords = offsetof(cn_mobilenet_v2_args, weights)};

cn_model *cn_mobilenet_v2_with(const cn_mobilenet_v2_args *args)
{
    return cn_application_make("mobilenet_v2", args);
}
