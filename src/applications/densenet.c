/* DenseNet121, 169 and 201 (Huang et al., 2016): every layer of a block sees the results of all
 * layers before it. */
#include <stddef.h>

#include "applications/applications.h"

/* Layers in each of the four blocks, by variant. */
static const int depths[][4] = {{6, 12, 24, 16}, {6, 12, 32, 32}, {6, 12, 48, 32}};

static cn_tensor *activate(cn_tensor *x, const char *name, const char *part)
{
    const cn_label normalization = cn_label_of("%s%sbn", name, part),
                   activation = cn_label_of("%s%srelu", name, part);
    return cn_chain(x, cn_batch_normalization(.epsilon = 1.001e-5, .name = normalization.text),
                    cn_activation("relu", .name = activation.text));
}

/* x with 32 channels more. */
static cn_tensor *draw_layer(cn_tensor *x, const char *name)
{
    const cn_label narrow = cn_label_of("%s_1_conv", name), grow = cn_label_of("%s_2_conv", name),
                   all = cn_label_of("%s_concat", name);
    cn_tensor *y = activate(x, name, "_0_");
    y = cn_call(cn_conv2d(128, 1, .use_bias = false, .name = narrow.text), y);
    y = activate(y, name, "_1_");
    y = cn_call(cn_conv2d(32, 3, .padding = "same", .use_bias = false, .name = grow.text), y);
    return cn_call(cn_concatenate(.name = all.text), x, y);
}

/* Half the channels, half the size. */
static cn_tensor *draw_transition(cn_tensor *x, const char *name)
{
    const cn_label convolution = cn_label_of("%s_conv", name), pool = cn_label_of("%s_pool", name);
    x = activate(x, name, "_");
    return cn_chain(
        x, cn_conv2d(cn_channels_of(x) / 2, 1, .use_bias = false, .name = convolution.text),
        cn_average_pooling2d(2, .strides = {2}, .name = pool.text));
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    const int *depth = depths[drawing->application->variant];
    cn_tensor *x =
        cn_chain(images, cn_zero_padding2d({{3, 3}, {3, 3}}),
                 cn_conv2d(64, 7, .strides = {2}, .use_bias = false, .name = "conv1_conv"));
    x = activate(x, "conv1", "_");
    x = cn_chain(x, cn_zero_padding2d({{1, 1}, {1, 1}}),
                 cn_max_pooling2d(3, .strides = {2}, .name = "pool1"));
    for (int i = 0; i < 4; i++) {
        const cn_label transition = cn_label_of("pool%d", i + 1);
        if (i > 0)
            x = draw_transition(x, transition.text);
        for (int j = 1; j <= depth[i]; j++) {
            const cn_label name = cn_label_of("conv%d_block%d", i + 2, j);
            x = draw_layer(x, name.text);
        }
    }
    return cn_draw_end(drawing, true, activate(x, "", ""));
}

const cn_application_family cn_densenet_family = {
    .draw = draw, .keywords = offsetof(cn_application_args, weights)};

cn_model *cn_densenet121_with(const cn_application_args *args)
{
    return cn_application_make("densenet121", args);
}

cn_model *cn_densenet169_with(const cn_application_args *args)
{
    return cn_application_make("densenet169", args);
}

cn_model *cn_densenet201_with(const cn_application_args *args)
{
    return cn_application_make("densenet201", args);
}
