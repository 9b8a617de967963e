/* MobileNetV3, small and large (Howard et al., 2019): MobileNetV2's blocks, with channels weighted
 * by what they hold in the whole image (squeeze and excite), and hard_swish in the later ones. */
#include <stddef.h>

#include "applications/applications.h"

struct block {
    double expansion; /* times as many channels inside */
    int64_t filters, cells, strides;
    bool excites, swishes;
};

static const struct block small[] = {
    {1, 16, 3, 2, true, false},          {72.0 / 16, 24, 3, 2, false, false},
    {88.0 / 24, 24, 3, 1, false, false}, {4, 40, 5, 2, true, true},
    {6, 40, 5, 1, true, true},           {6, 40, 5, 1, true, true},
    {3, 48, 5, 1, true, true},           {3, 48, 5, 1, true, true},
    {6, 96, 5, 2, true, true},           {6, 96, 5, 1, true, true},
    {6, 96, 5, 1, true, true},
};

static const struct block large[] = {
    {1, 16, 3, 1, false, false},  {4, 24, 3, 2, false, false},  {3, 24, 3, 1, false, false},
    {3, 40, 5, 2, true, false},   {3, 40, 5, 1, true, false},   {3, 40, 5, 1, true, false},
    {6, 80, 3, 2, false, true},   {2.5, 80, 3, 1, false, true}, {2.3, 80, 3, 1, false, true},
    {2.3, 80, 3, 1, false, true}, {6, 112, 3, 1, true, true},   {6, 112, 3, 1, true, true},
    {6, 160, 5, 2, true, true},   {6, 160, 5, 1, true, true},   {6, 160, 5, 1, true, true},
};

static const struct variant {
    const struct block *blocks;
    int count;
    int64_t last; /* channels of the classifier's first layer */
} variants[] = {{small, sizeof small / sizeof small[0], 1024},
                {large, sizeof large / sizeof large[0], 1280}};

static cn_tensor *activate(cn_tensor *x, bool swishes)
{
    return cn_call(swishes ? cn_activation("hard_swish") : cn_relu(), x);
}

static cn_tensor *normalize(cn_tensor *x, const char *name)
{
    const cn_label label = cn_label_of("%s_bn", name);
    return cn_call(cn_batch_normalization(.momentum = 0.999, .name = label.text), x);
}

/* Pointwise convolution, and normalization. */
static cn_tensor *mix(cn_tensor *x, int64_t filters, const char *prefix, const char *part)
{
    const cn_label name = cn_label_of("%s%s", prefix, part);
    x = cn_call(cn_conv2d(filters, 1, .padding = "same", .use_bias = false, .name = name.text), x);
    return normalize(x, name.text);
}

/* x times relu6(f + 3) / 6 for each channel, f computed from the channels' means. */
static cn_tensor *excite(cn_tensor *x, int64_t channels, const char *prefix)
{
    const cn_label mean = cn_label_of("%ssqueeze_excite_avg_pool", prefix),
                   first = cn_label_of("%ssqueeze_excite_conv", prefix),
                   relu = cn_label_of("%ssqueeze_excite_relu", prefix),
                   second = cn_label_of("%ssqueeze_excite_conv_1", prefix),
                   product = cn_label_of("%ssqueeze_excite_mul", prefix);
    const int64_t inside = cn_round_channels(0.25 * (double)channels);
    cn_tensor *f = cn_chain(x, cn_global_average_pooling2d(.keepdims = true, .name = mean.text),
                            cn_conv2d(inside, 1, .padding = "same", .name = first.text),
                            cn_relu(.name = relu.text),
                            cn_conv2d(channels, 1, .padding = "same", .name = second.text));
    f = cn_call(cn_relu(6), cn_ops_add(f, cn_ops_scalar(3)));
    f = cn_ops_multiply(f, cn_ops_scalar(1.0 / 6));
    return cn_call(cn_multiply(.name = product.text), x, f);
}

static cn_tensor *convolve_each(cn_tensor *x, int64_t cells, int64_t strides, const char *prefix)
{
    const cn_label padding = cn_label_of("%sdepthwise_pad", prefix),
                   name = cn_label_of("%sdepthwise", prefix);
    if (strides == 2)
        x = cn_draw_correct_pad(x, cells, padding.text);
    x = cn_call(cn_depthwise_conv2d(cells, .strides = {strides},
                                    .padding = strides == 1 ? "same" : "valid", .use_bias = false,
                                    .name = name.text),
                x);
    return normalize(x, name.text);
}

static cn_tensor *draw_block(cn_tensor *x, int number, const struct block *block,
                             const cn_mobilenet_v3_args *args)
{
    const cn_label prefix = number == 0 ? cn_label_of("expanded_conv_")
                                        : cn_label_of("expanded_conv_%d_", number);
    const cn_label sum = cn_label_of("%sadd", prefix.text);
    const int64_t channels = cn_channels_of(x),
                  inside = cn_round_channels((double)channels * block->expansion),
                  filters = cn_round_channels((double)block->filters * args->alpha),
                  cells = args->minimalistic ? 3 : block->cells;
    const bool swishes = block->swishes && !args->minimalistic;
    cn_tensor *shortcut = x;
    if (number > 0)
        x = activate(mix(x, inside, prefix.text, "expand"), swishes);
    x = activate(convolve_each(x, cells, block->strides, prefix.text), swishes);
    if (block->excites && !args->minimalistic)
        x = excite(x, inside, prefix.text);
    x = mix(x, filters, prefix.text, "project");
    return channels == filters && block->strides == 1
               ? cn_call(cn_add(.name = sum.text), shortcut, x)
               : x;
}

static cn_tensor *draw_top(const cn_drawing *drawing, int64_t last, cn_tensor *x)
{
    const cn_mobilenet_v3_args *args = drawing->args;
    x = cn_chain(x, cn_global_average_pooling2d(.keepdims = true),
                 cn_conv2d(last, 1, .padding = "same", .name = "conv_2"));
    x = activate(x, !args->minimalistic);
    if (args->dropout_rate > 0)
        x = cn_call(cn_dropout(args->dropout_rate), x);
    return cn_chain(x, cn_conv2d(args->classes, 1, .padding = "same", .name = "logits"),
                    cn_flatten(),
                    cn_activation(args->classifier_activation, .name = "predictions"));
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    const cn_mobilenet_v3_args *args = drawing->args;
    const struct variant *variant = &variants[drawing->application->variant];
    cn_tensor *x = images;
    if (args->include_preprocessing)
        x = cn_call(cn_rescaling(1 / 127.5, .offset = {-1}), x);
    x = cn_call(
        cn_conv2d(16, 3, .strides = {2}, .padding = "same", .use_bias = false, .name = "conv"), x);
    x = activate(normalize(x, "conv"), !args->minimalistic);
    for (int i = 0; i < variant->count; i++)
        x = draw_block(x, i, &variant->blocks[i], args);
    x = mix(x, cn_round_channels(6 * (double)cn_channels_of(x)), "conv_1", "");
    x = activate(x, !args->minimalistic);
    if (!args->include_top)
        return cn_draw_pooling(drawing, true, x);
    const int64_t last = args->alpha > 1 ? cn_round_channels((double)variant->last * args->alpha)
                                         : variant->last;
    return draw_top(drawing, last, x);
}

const cn_application_family cn_mobilenet_v3_family = {
    .draw = draw, .keywords = offsetof(cn_mobilenet_v3_args, weights), .any_size = true};

cn_model *cn_mobilenet_v3_small_with(const cn_mobilenet_v3_args *args)
{
    return cn_application_make("mobilenet_v3_small", args);
}

cn_model *cn_mobilenet_v3_large_with(const cn_mobilenet_v3_args *args)
{
    return cn_application_make("mobilenet_v3_large", args);
}
