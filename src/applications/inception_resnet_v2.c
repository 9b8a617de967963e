/* InceptionResNetV2 (Szegedy et al., 2016): inception blocks whose result is scaled and added to
 * what came in. */
#include <stddef.h>

#include "applications/inception.h"

static cn_tensor *draw_inception(cn_tensor *x)
{
    cn_tensor *one = cn_inception_conv(x, 96, 1, 1);
    cn_tensor *five = cn_inception_conv(cn_inception_conv(x, 48, 1, 1), 64, 5, 5);
    cn_tensor *twice =
        cn_inception_conv(cn_inception_conv(cn_inception_conv(x, 64, 1, 1), 96, 3, 3), 96, 3, 3);
    cn_tensor *mean = cn_call(cn_average_pooling2d(3, .strides = {1}, .padding = "same"), x);
    mean = cn_inception_conv(mean, 64, 1, 1);
    return cn_call(cn_concatenate(.name = "mixed_5b"), one, five, twice, mean);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* x + scale f(x): the branches that are mixed get as many channels as x has. */
static cn_tensor *add_scaled(cn_tensor *x, cn_tensor *mixed, const char *name, double scale,
                             bool relu)
{
    const cn_label convolution = cn_label_of("%s_conv", name),
                   activation = cn_label_of("%s_ac", name);
    cn_tensor *up = cn_call(
        cn_conv2d(cn_channels_of(x), 1, .padding = "same", .name = convolution.text), mixed);
    x = cn_call(cn_custom_scale_layer(scale), x, up);
    return relu ? cn_call(cn_activation("relu", .name = activation.text), x) : x;
}

static cn_tensor *draw_block35(cn_tensor *x, int i)
{
    const cn_label name = cn_label_of("block35_%d", i), mixed = cn_label_of("%s_mixed", name.text);
    cn_tensor *one = cn_inception_conv(x, 32, 1, 1);
    cn_tensor *three = cn_inception_conv(cn_inception_conv(x, 32, 1, 1), 32, 3, 3);
    cn_tensor *twice =
        cn_inception_conv(cn_inception_conv(cn_inception_conv(x, 32, 1, 1), 48, 3, 3), 64, 3, 3);
    cn_tensor *all = cn_call(cn_concatenate(.name = mixed.text), one, three, twice);
    return add_scaled(x, all, name.text, 0.17, true);
}

static cn_tensor *draw_block17(cn_tensor *x, int i)
{
    const cn_label name = cn_label_of("block17_%d", i), mixed = cn_label_of("%s_mixed", name.text);
    cn_tensor *one = cn_inception_conv(x, 192, 1, 1);
    cn_tensor *seven =
        cn_inception_conv(cn_inception_conv(cn_inception_conv(x, 128, 1, 1), 160, 1, 7), 192, 7, 1);
    cn_tensor *all = cn_call(cn_concatenate(.name = mixed.text), one, seven);
    return add_scaled(x, all, name.text, 0.1, true);
}

static cn_tensor *draw_block8(cn_tensor *x, int i)
{
    const cn_label name = cn_label_of("block8_%d", i), mixed = cn_label_of("%s_mixed", name.text);
    const bool last = i == 10;
    cn_tensor *one = cn_inception_conv(x, 192, 1, 1);
    cn_tensor *three =
        cn_inception_conv(cn_inception_conv(cn_inception_conv(x, 192, 1, 1), 224, 1, 3), 256, 3, 1);
    cn_tensor *all = cn_call(cn_concatenate(.name = mixed.text), one, three);
    return add_scaled(x, all, name.text, last ? 1 : 0.2, !last);
}

static cn_tensor *shrink_a(cn_tensor *x)
{
    cn_tensor *three = cn_inception_conv_inside(x, 384, 3, 2);
    cn_tensor *twice = cn_inception_conv_inside(
        cn_inception_conv(cn_inception_conv(x, 256, 1, 1), 256, 3, 3), 384, 3, 2);
    cn_tensor *most = cn_call(cn_max_pooling2d(3, .strides = {2}), x);
    return cn_call(cn_concatenate(.name = "mixed_6a"), three, twice, most);
}

static cn_tensor *shrink_b(cn_tensor *x)
{
    cn_tensor *a = cn_inception_conv_inside(cn_inception_conv(x, 256, 1, 1), 384, 3, 2);
    cn_tensor *b = cn_inception_conv_inside(cn_inception_conv(x, 256, 1, 1), 288, 3, 2);
    cn_tensor *c = cn_inception_conv_inside(
        cn_inception_conv(cn_inception_conv(x, 256, 1, 1), 288, 3, 3), 320, 3, 2);
    cn_tensor *most = cn_call(cn_max_pooling2d(3, .strides = {2}), x);
    return cn_call(cn_concatenate(.name = "mixed_7a"), a, b, c, most);
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    cn_tensor *x = draw_inception(cn_inception_stem(images));
    for (int i = 1; i <= 10; i++)
        x = draw_block35(x, i);
    x = shrink_a(x);
    for (int i = 1; i <= 20; i++)
        x = draw_block17(x, i);
    x = shrink_b(x);
    for (int i = 1; i <= 10; i++)
        x = draw_block8(x, i);
    x = cn_chain(x, cn_conv2d(1536, 1, .padding = "same", .use_bias = false, .name = "conv_7b"),
                 cn_batch_normalization(.scale = false, .name = "conv_7b_bn"),
                 cn_activation("relu", .name = "conv_7b_ac"));
    return cn_draw_end(drawing, false, x);
}

const cn_application_family cn_inception_resnet_v2_family = {
    .draw = draw, .keywords = offsetof(cn_application_args, weights)};

cn_model *cn_inception_resnet_v2_with(const cn_application_args *args)
{
    return cn_application_make("inception_resnet_v2", args);
}
