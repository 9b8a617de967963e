/* ResNet50, 101 and 152 (He et al., 2015), and their second versions (He et al., 2016), whose
 * blocks begin with the normalization and activation that end the first ones': x + f(x), f
 * narrowing, convolving and widening again. */
#include <stddef.h>

#include "applications/applications.h"

/* Blocks in each of the four stacks, by variant. */
static const int depths[][4] = {{3, 4, 6, 3}, {3, 4, 23, 3}, {3, 8, 36, 3}};

/* A block: its name, the filters inside, and how its shortcut comes about. */
struct block {
    cn_label name;
    int64_t filters, strides;
    bool widens; /* the shortcut is a convolution */
};

static cn_tensor *normalize(cn_tensor *x, const char *name, const char *part)
{
    const cn_label label = cn_label_of("%s_%s", name, part);
    return cn_call(cn_batch_normalization(.epsilon = 1.001e-5, .name = label.text), x);
}

static cn_tensor *activate(cn_tensor *x, const char *name, const char *part)
{
    const cn_label label = cn_label_of("%s_%s", name, part);
    return cn_call(cn_activation("relu", .name = label.text), x);
}

static cn_tensor *add(cn_tensor *a, cn_tensor *b, const char *name, const char *part)
{
    const cn_label label = cn_label_of("%s_%s", name, part);
    return cn_call(cn_add(.name = label.text), a, b);
}

static cn_tensor *pad(cn_tensor *x, int64_t cells, const char *name)
{
    return cn_call(cn_zero_padding2d({{cells, cells}, {cells, cells}}, .name = name), x);
}

/* Convolution number i of a block, with one cell and a bias. */
static cn_tensor *convolve_cells(cn_tensor *x, const struct block *block, int i, int64_t filters,
                                 int64_t strides)
{
    const cn_label label = cn_label_of("%s_%d_conv", block->name.text, i);
    return cn_call(cn_conv2d(filters, 1, .strides = {strides}, .name = label.text), x);
}

/* ---- first version --------------------------------------------------------------------------- */

static cn_tensor *draw_block(cn_tensor *x, const struct block *block)
{
    const char *name = block->name.text;
    const cn_label convolution = cn_label_of("%s_2_conv", name);
    cn_tensor *shortcut = x;
    if (block->widens) {
        shortcut = convolve_cells(x, block, 0, 4 * block->filters, block->strides);
        shortcut = normalize(shortcut, name, "0_bn");
    }
    x = convolve_cells(x, block, 1, block->filters, block->strides);
    x = activate(normalize(x, name, "1_bn"), name, "1_relu");
    x = cn_call(cn_conv2d(block->filters, 3, .padding = "same", .name = convolution.text), x);
    x = activate(normalize(x, name, "2_bn"), name, "2_relu");
    x = normalize(convolve_cells(x, block, 3, 4 * block->filters, 1), name, "3_bn");
    return activate(add(shortcut, x, name, "add"), name, "out");
}

/* The first block of a stack widens, and of all but the first stack strides. */
static cn_tensor *draw_stack(cn_tensor *x, int stack, int depth)
{
    for (int i = 1; i <= depth; i++) {
        const struct block block = {.name = cn_label_of("conv%d_block%d", stack + 2, i),
                                    .filters = (int64_t)64 << stack,
                                    .strides = i == 1 && stack > 0 ? 2 : 1,
                                    .widens = i == 1};
        x = draw_block(x, &block);
    }
    return x;
}

/* ---- second version -------------------------------------------------------------------------- */

static cn_tensor *draw_block_v2(cn_tensor *x, const struct block *block)
{
    const char *name = block->name.text;
    const cn_label first = cn_label_of("%s_1_conv", name), padding = cn_label_of("%s_2_pad", name),
                   second = cn_label_of("%s_2_conv", name);
    cn_tensor *before = activate(normalize(x, name, "preact_bn"), name, "preact_relu");
    cn_tensor *shortcut = x;
    if (block->widens)
        shortcut = convolve_cells(before, block, 0, 4 * block->filters, block->strides);
    else if (block->strides > 1)
        shortcut = cn_call(cn_max_pooling2d(1, .strides = {block->strides}), x);
    x = cn_call(cn_conv2d(block->filters, 1, .use_bias = false, .name = first.text), before);
    x = activate(normalize(x, name, "1_bn"), name, "1_relu");
    x = cn_call(cn_conv2d(block->filters, 3, .strides = {block->strides}, .use_bias = false,
                          .name = second.text),
                pad(x, 1, padding.text));
    x = activate(normalize(x, name, "2_bn"), name, "2_relu");
    return add(shortcut, convolve_cells(x, block, 3, 4 * block->filters, 1), name, "out");
}

/* The first block of a stack widens; the last one of all but the last stack strides. */
static cn_tensor *draw_stack_v2(cn_tensor *x, int stack, int depth)
{
    for (int i = 1; i <= depth; i++) {
        const struct block block = {.name = cn_label_of("conv%d_block%d", stack + 2, i),
                                    .filters = (int64_t)64 << stack,
                                    .strides = i == depth && stack < 3 ? 2 : 1,
                                    .widens = i == 1};
        x = draw_block_v2(x, &block);
    }
    return x;
}

/* ---- both ------------------------------------------------------------------------------------ */

static cn_tensor *draw_stem(cn_tensor *images)
{
    return cn_call(cn_conv2d(64, 7, .strides = {2}, .name = "conv1_conv"),
                   pad(images, 3, "conv1_pad"));
}

static cn_tensor *draw_pool(cn_tensor *x)
{
    return cn_call(cn_max_pooling2d(3, .strides = {2}, .name = "pool1_pool"),
                   pad(x, 1, "pool1_pad"));
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    cn_tensor *x = activate(normalize(draw_stem(images), "conv1", "bn"), "conv1", "relu");
    x = draw_pool(x);
    for (int i = 0; i < 4; i++)
        x = draw_stack(x, i, depths[drawing->application->variant][i]);
    return cn_draw_end(drawing, true, x);
}

static cn_tensor *draw_v2(const cn_drawing *drawing, cn_tensor *images)
{
    cn_tensor *x = draw_pool(draw_stem(images));
    for (int i = 0; i < 4; i++)
        x = draw_stack_v2(x, i, depths[drawing->application->variant][i]);
    return cn_draw_end(drawing, true, activate(normalize(x, "post", "bn"), "post", "relu"));
}

const cn_application_family cn_resnet_family = {.draw = draw,
                                                .keywords = offsetof(cn_application_args, weights)};

const cn_application_family cn_resnet_v2_family = {
    .draw = draw_v2, .keywords = offsetof(cn_application_args, weights)};

cn_model *cn_resnet50_with(const cn_application_args *args)
{
    return cn_application_make("resnet50", args);
}

cn_model *cn_resnet101_with(const cn_application_args *args)
{
    return cn_application_make("resnet101", args);
}

cn_model *cn_resnet152_with(const cn_application_args *args)
{
    return cn_application_make("resnet152", args);
}

cn_model *cn_resnet50_v2_with(const cn_application_args *args)
{
    return cn_application_make("resnet50_v2", args);
}

cn_model *cn_resnet101_v2_with(const cn_application_args *args)
{
    return cn_application_make("resnet101_v2", args);
}

cn_model *cn_resnet152_v2_with(const cn_application_args *args)
{
    return cn_application_make("resnet152_v2", args);
}
