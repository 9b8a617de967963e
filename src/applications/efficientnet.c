/* EfficientNetB0 to B7 (Tan and Le, 2019): MobileNetV2's blocks with squeeze and excite; from one
 * variant to the next, width, depth and the size of images grow together. Pixels are scaled
 * inside. */
#include <math.h>
#include <stddef.h>

#include "applications/efficient.h"

static const struct variant {
    double width, depth, dropout;
} variants[] = {{1.0, 1.0, 0.2}, {1.0, 1.1, 0.2}, {1.1, 1.2, 0.3}, {1.2, 1.4, 0.3},
                {1.4, 1.8, 0.4}, {1.6, 2.2, 0.4}, {1.8, 2.6, 0.5}, {2.0, 3.1, 0.5}};

/* Blocks that are alike, but for the strides of the first, before width and depth are scaled. */
static const struct stage {
    int repeats;
    int64_t channels, filters, cells, strides, expansion;
} stages[7] = {{1, 32, 16, 3, 1, 1},  {2, 16, 24, 3, 2, 6},  {2, 24, 40, 5, 2, 6},
               {3, 40, 80, 3, 2, 6},  {3, 80, 112, 5, 1, 6}, {4, 112, 192, 5, 2, 6},
               {1, 192, 320, 3, 1, 6}};

static int repeats_of(const struct stage *stage, const struct variant *variant)
{
    return (int)ceil(variant->depth * stage->repeats);
}

static cn_tensor *convolve_each(cn_tensor *x, const cn_efficient_block *block)
{
    const cn_label padding = cn_label_of("%sdwconv_pad", block->prefix.text),
                   name = cn_label_of("%sdwconv", block->prefix.text);
    if (block->strides == 2)
        x = cn_draw_correct_pad(x, block->cells, padding.text);
    x = cn_call(cn_depthwise_conv2d({block->cells, block->cells}, .strides = {block->strides},
                                    .padding = block->strides == 2 ? "valid" : "same",
                                    .use_bias = false, .depthwise_initializer = CN_EFFICIENT_KERNEL,
                                    .name = name.text),
                x);
    return cn_efficient_activate(x, block, "");
}

static cn_tensor *draw_block(cn_tensor *x, const cn_efficient_block *block)
{
    cn_tensor *inputs = x;
    if (block->expansion != 1)
        x = cn_efficient_conv(x, block, "expand_", block->channels * block->expansion, 1, 1,
                              "same");
    x = cn_efficient_excite(convolve_each(x, block), block);
    x = cn_efficient_linear_conv(x, block, "project_", block->filters, 1, 1, "same");
    return cn_efficient_add(x, block, inputs);
}

static cn_tensor *draw_blocks(cn_tensor *x, const struct variant *variant)
{
    int total = 0, number = 0;
    for (int i = 0; i < 7; i++)
        total += repeats_of(&stages[i], variant);
    for (int i = 0; i < 7; i++) {
        const struct stage *stage = &stages[i];
        cn_efficient_block block = {
            .filters = cn_round_channels((double)stage->filters * variant->width),
            .cells = stage->cells,
            .expansion = stage->expansion,
            .momentum = 0.99};
        for (int j = 0; j < repeats_of(stage, variant); j++, number++) {
            block.prefix = cn_label_of("block%d%c_", i + 1, 'a' + j);
            block.channels = cn_channels_of(x);
            block.strides = j == 0 ? stage->strides : 1;
            block.drop_rate = 0.2 * number / total;
            x = draw_block(x, &block);
        }
    }
    return x;
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    const struct variant *variant = &variants[drawing->application->variant];
    const cn_efficient_block stem = {.prefix = cn_label_of("stem_"), .momentum = 0.99},
                             top = {.prefix = cn_label_of("top_"), .momentum = 0.99};
    cn_tensor *x = cn_chain(images, cn_rescaling(1.0 / 255), cn_normalization());
    x = cn_draw_correct_pad(x, 3, "stem_conv_pad");
    x = cn_efficient_conv(x, &stem, "", cn_round_channels(32 * variant->width), 3, 2, "valid");
    x = draw_blocks(x, variant);
    x = cn_efficient_conv(x, &top, "", cn_round_channels(1280 * variant->width), 1, 1, "same");
    return cn_efficient_end(drawing, variant->dropout, x);
}

const cn_application_family cn_efficientnet_family = {
    .draw = draw, .keywords = offsetof(cn_application_args, weights)};

cn_model *cn_efficientnet_b0_with(const cn_application_args *args)
{
    return cn_application_make("efficientnet_b0", args);
}

cn_model *cn_efficientnet_b1_with(const cn_application_args *args)
{
    return cn_application_make("efficientnet_b1", args);
}

cn_model *cn_efficientnet_b2_with(const cn_application_args *args)
{
    return cn_application_make("efficientnet_b2", args);
}

cn_model *cn_efficientnet_b3_with(const cn_application_args *args)
{
    return cn_application_make("efficientnet_b3", args);
}

cn_model *cn_efficientnet_b4_with(const cn_application_args *args)
{
    return cn_application_make("efficientnet_b4", args);
}

cn_model *cn_efficientnet_b5_with(const cn_application_args *args)
{
    return cn_application_make("efficientnet_b5", args);
}

cn_model *cn_efficientnet_b6_with(const cn_application_args *args)
{
    return cn_application_make("efficientnet_b6", args);
}

cn_model *cn_efficientnet_b7_with(const cn_application_args *args)
{
    return cn_application_make("efficientnet_b7", args);
}
