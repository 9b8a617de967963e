/* EfficientNetV2 (Tan and Le, 2021): early blocks convolve all channels at once ("fused"), later
 * ones are EfficientNet's. Pixels are scaled inside. */
#include <math.h>
#include <stddef.h>

#include "applications/efficient.h"

/* Blocks that are alike, but for the strides of the first, before width and depth are scaled. */
struct stage {
    int repeats;
    int64_t filters, strides, expansion;
    bool fused; /* otherwise depthwise, with squeeze and excite */
};

static const struct stage base[] = {{1, 16, 1, 1, true},   {2, 32, 2, 4, true},
                                    {2, 48, 2, 4, true},   {3, 96, 2, 4, false},
                                    {5, 112, 1, 6, false}, {8, 192, 2, 6, false}};
static const struct stage small[] = {{2, 24, 1, 1, true},   {4, 48, 2, 4, true},
                                     {4, 64, 2, 4, true},   {6, 128, 2, 4, false},
                                     {9, 160, 1, 6, false}, {15, 256, 2, 6, false}};
static const struct stage medium[] = {
    {3, 24, 1, 1, true},    {5, 48, 2, 4, true},    {5, 80, 2, 4, true},  {7, 160, 2, 4, false},
    {14, 176, 1, 6, false}, {18, 304, 2, 6, false}, {5, 512, 1, 6, false}};
static const struct stage large[] = {
    {4, 32, 1, 1, true},    {7, 64, 2, 4, true},    {7, 96, 2, 4, true},  {10, 192, 2, 4, false},
    {19, 224, 1, 6, false}, {25, 384, 2, 6, false}, {7, 640, 1, 6, false}};

static const struct variant {
    const struct stage *stages;
    int count;
    int64_t stem;
    double width, depth;
    bool by_channel; /* pixels are scaled by each channel's mean and variance */
} variants[] = {{base, 6, 32, 1.0, 1.0, true},   {base, 6, 32, 1.0, 1.1, true},
                {base, 6, 32, 1.1, 1.2, true},   {base, 6, 32, 1.2, 1.4, true},
                {small, 6, 24, 1.0, 1.0, false}, {medium, 7, 24, 1.0, 1.0, false},
                {large, 7, 32, 1.0, 1.0, false}};

/* Unlike cn_round_channels, this may be any amount less. */
static int64_t scale_width(int64_t filters, const struct variant *variant)
{
    const int64_t rounded = (int64_t)((double)filters * variant->width + 4) / 8 * 8;
    return rounded < 8 ? 8 : rounded;
}

static cn_tensor *draw_fused(cn_tensor *x, const cn_efficient_block *block)
{
    cn_tensor *inputs = x;
    const int64_t channels = block->channels * block->expansion;
    if (block->expansion == 1) {
        x = cn_efficient_conv(x, block, "project_", block->filters, 3, block->strides, "same");
    } else {
        x = cn_efficient_conv(x, block, "expand_", channels, 3, block->strides, "same");
        x = cn_efficient_linear_conv(x, block, "project_", block->filters, 1, 1, "same");
    }
    return cn_efficient_add(x, block, inputs);
}

static cn_tensor *draw_block(cn_tensor *x, const cn_efficient_block *block)
{
    const cn_label name = cn_label_of("%sdwconv2", block->prefix.text);
    cn_tensor *inputs = x;
    x = cn_efficient_conv(x, block, "expand_", block->channels * block->expansion, 1, 1, "same");
    x = cn_call(cn_depthwise_conv2d(3, .strides = {block->strides}, .padding = "same",
                                    .use_bias = false, .depthwise_initializer = CN_EFFICIENT_KERNEL,
                                    .name = name.text),
                x);
    x = cn_efficient_excite(cn_efficient_activate(x, block, ""), block);
    x = cn_efficient_linear_conv(x, block, "project_", block->filters, 1, 1, "same");
    return cn_efficient_add(x, block, inputs);
}

static cn_tensor *draw_blocks(cn_tensor *x, const struct variant *variant)
{
    int total = 0, number = 0;
    for (int i = 0; i < variant->count; i++)
        total += variant->stages[i].repeats;
    for (int i = 0; i < variant->count; i++) {
        const struct stage *stage = &variant->stages[i];
        cn_efficient_block block = {.filters = scale_width(stage->filters, variant),
                                    .expansion = stage->expansion,
                                    .momentum = 0.9};
        for (int j = 0; j < (int)ceil(variant->depth * stage->repeats); j++, number++) {
            block.prefix = cn_label_of("block%d%c_", i + 1, 'a' + j);
            block.channels = cn_channels_of(x);
            block.strides = j == 0 ? stage->strides : 1;
            block.drop_rate = 0.2 * number / total;
            x = stage->fused ? draw_fused(x, &block) : draw_block(x, &block);
        }
    }
    return x;
}

static cn_tensor *prepare(const cn_drawing *drawing, bool by_channel, cn_tensor *images)
{
    if (!by_channel || drawing->channels != 3)
        return cn_call(cn_rescaling(1.0 / 128, .offset = {-1}), images);
    return cn_chain(images, cn_rescaling(1.0 / 255),
                    cn_normalization(.mean = {0.485, 0.456, 0.406},
                                     .variance = {0.229 * 0.229, 0.224 * 0.224, 0.225 * 0.225}));
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    const cn_preprocessing_application_args *args = drawing->args;
    const struct variant *variant = &variants[drawing->application->variant];
    const cn_efficient_block stem = {.prefix = cn_label_of("stem_"), .momentum = 0.9},
                             top = {.prefix = cn_label_of("top_"), .momentum = 0.9};
    cn_tensor *x = images;
    if (args->include_preprocessing)
        x = prepare(drawing, variant->by_channel, x);
    x = cn_efficient_conv(x, &stem, "", scale_width(variant->stem, variant), 3, 2, "same");
    x = draw_blocks(x, variant);
    x = cn_efficient_conv(x, &top, "", scale_width(1280, variant), 1, 1, "same");
    return cn_efficient_end(drawing, 0.2, x);
}

const cn_application_family cn_efficientnet_v2_family = {
    .draw = draw, .keywords = offsetof(cn_preprocessing_application_args, weights)};

cn_model *cn_efficientnet_v2_b0_with(const cn_preprocessing_application_args *args)
{
    return cn_application_make("efficientnet_v2_b0", args);
}

cn_model *cn_efficientnet_v2_b1_with(const cn_preprocessing_application_args *args)
{
    return cn_application_make("efficientnet_v2_b1", args);
}

cn_model *cn_efficientnet_v2_b2_with(const cn_preprocessing_application_args *args)
{
    return cn_application_make("efficientnet_v2_b2", args);
}

cn_model *cn_efficientnet_v2_b3_with(const cn_preprocessing_application_args *args)
{
    return cn_application_make("efficientnet_v2_b3", args);
}

cn_model *cn_efficientnet_v2_s_with(const cn_preprocessing_application_args *args)
{
    return cn_application_make("efficientnet_v2_s", args);
}

cn_model *cn_efficientnet_v2_m_with(const cn_preprocessing_application_args *args)
{
    return cn_application_make("efficientnet_v2_m", args);
}

cn_model *cn_efficientnet_v2_l_with(const cn_preprocessing_application_args *args)
{
    return cn_application_make("efficientnet_v2_l", args);
}
