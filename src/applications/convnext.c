/* ConvNeXt (Liu et al., 2022): x + scale f(x), f a depthwise convolution of 7 x 7 cells and two
 * dense layers. Pixels are scaled inside. */
#include <stddef.h>

#include "applications/applications.h"

static const struct variant {
    int depths[4];
    int64_t channels[4];
} variants[] = {{{3, 3, 9, 3}, {96, 192, 384, 768}},
                {{3, 3, 27, 3}, {96, 192, 384, 768}},
                {{3, 3, 27, 3}, {128, 256, 512, 1024}},
                {{3, 3, 27, 3}, {192, 384, 768, 1536}},
                {{3, 3, 27, 3}, {256, 512, 1024, 2048}}};

static cn_tensor *prepare(const char *name, cn_tensor *images)
{
    const cn_label label = cn_label_of("%s_prestem_normalization", name);
    return cn_call(
        cn_normalization(.mean = {0.485 * 255, 0.456 * 255, 0.406 * 255},
                         .variance = {0.229 * 255 * 0.229 * 255, 0.224 * 255 * 0.224 * 255,
                                      0.225 * 255 * 0.225 * 255},
                         .name = label.text),
        images);
}

/* The models in front of the stages: the stem convolves and normalizes, the others normalize and
 * convolve. */
static cn_model *make_stem(const char *name, int64_t channels)
{
    const cn_label own = cn_label_of("%s_stem", name),
                   convolution = cn_label_of("%s_conv", own.text),
                   normalization = cn_label_of("%s_layernorm", own.text);
    cn_model *model = cn_sequential(.name = own.text);
    cn_sequential_add(model, cn_conv2d(channels, 4, .strides = {4}, .name = convolution.text));
    cn_sequential_add(model, cn_layer_normalization(.epsilon = 1e-6, .name = normalization.text));
    return model;
}

static cn_model *make_downsampling(const char *name, int i, int64_t channels)
{
    const cn_label own = cn_label_of("%s_downsampling_block_%d", name, i),
                   normalization = cn_label_of("%s_downsampling_layernorm_%d", name, i),
                   convolution = cn_label_of("%s_downsampling_conv_%d", name, i);
    cn_model *model = cn_sequential(.name = own.text);
    cn_sequential_add(model, cn_layer_normalization(.epsilon = 1e-6, .name = normalization.text));
    cn_sequential_add(model, cn_conv2d(channels, 2, .strides = {2}, .name = convolution.text));
    return model;
}

static cn_tensor *draw_block(cn_tensor *x, const char *name)
{
    const cn_label convolution = cn_label_of("%s_depthwise_conv", name),
                   normalization = cn_label_of("%s_layernorm", name),
                   widen = cn_label_of("%s_pointwise_conv_1", name),
                   activation = cn_label_of("%s_gelu", name),
                   narrow = cn_label_of("%s_pointwise_conv_2", name),
                   scale = cn_label_of("%s_layer_scale", name),
                   identity = cn_label_of("%s_identity", name);
    const int64_t channels = cn_channels_of(x);
    cn_tensor *f = cn_chain(
        x, cn_conv2d(channels, 7, .padding = "same", .groups = channels, .name = convolution.text),
        cn_layer_normalization(.epsilon = 1e-6, .name = normalization.text),
        cn_dense(4 * channels, .name = widen.text), cn_activation("gelu", .name = activation.text),
        cn_dense(channels, .name = narrow.text), cn_layer_scale(1e-6, channels, .name = scale.text),
        cn_activation("linear", .name = identity.text));
    return cn_ops_add(x, f);
}

static cn_tensor *draw_head(const cn_drawing *drawing, cn_tensor *x)
{
    const cn_application_keywords *keywords = drawing->keywords;
    const cn_label mean = cn_label_of("%s_head_gap", drawing->name),
                   normalization = cn_label_of("%s_head_layernorm", drawing->name),
                   dense = cn_label_of("%s_head_dense", drawing->name);
    return cn_chain(x, cn_global_average_pooling2d(.name = mean.text),
                    cn_layer_normalization(.epsilon = 1e-6, .name = normalization.text),
                    cn_dense(keywords->classes, .activation = keywords->classifier_activation,
                             .name = dense.text));
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    const cn_preprocessing_application_args *args = drawing->args;
    const struct variant *variant = &variants[drawing->application->variant];
    const char *name = drawing->name;
    cn_tensor *x = images;
    if (args->include_preprocessing && drawing->channels == 3)
        x = prepare(name, x);
    for (int i = 0; i < 4; i++) {
        const int64_t channels = variant->channels[i];
        x = cn_call(i == 0 ? make_stem(name, channels) : make_downsampling(name, i - 1, channels),
                    x);
        for (int j = 0; j < variant->depths[i]; j++) {
            const cn_label block = cn_label_of("%s_stage_%d_block_%d", name, i, j);
            x = draw_block(x, block.text);
        }
    }
    if (args->include_top)
        return draw_head(drawing, x);
    x = cn_draw_pooling(drawing, false, x);
    return cn_call(cn_layer_normalization(.epsilon = 1e-6), x);
}

const cn_application_family cn_convnext_family = {
    .draw = draw, .keywords = offsetof(cn_preprocessing_application_args, weights)};

cn_model *cn_convnext_tiny_with(const cn_preprocessing_application_args *args)
{
    return cn_application_make("convnext_tiny", args);
}

cn_model *cn_convnext_small_with(const cn_preprocessing_application_args *args)
{
    return cn_application_make("convnext_small", args);
}

cn_model *cn_convnext_base_with(const cn_preprocessing_application_args *args)
{
    return cn_application_make("convnext_base", args);
}

cn_model *cn_convnext_large_with(const cn_preprocessing_application_args *args)
{
    return cn_application_make("convnext_large", args);
}

cn_model *cn_convnext_xlarge_with(const cn_preprocessing_application_args *args)
{
    return cn_application_make("convnext_xlarge", args);
}
