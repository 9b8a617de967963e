/* What EfficientNet and EfficientNetV2 are both made of. */
#include "applications/efficient.h"

static cn_tensor *normalize(cn_tensor *x, const cn_efficient_block *block, const char *part)
{
    const cn_label name = cn_label_of("%s%sbn", block->prefix.text, part);
    return cn_call(cn_batch_normalization(.momentum = block->momentum, .name = name.text), x);
}

cn_tensor *cn_efficient_activate(cn_tensor *x, const cn_efficient_block *block, const char *part)
{
    const cn_label name = cn_label_of("%s%sactivation", block->prefix.text, part);
    return cn_call(cn_activation("swish", .name = name.text), normalize(x, block, part));
}

static cn_tensor *convolve(cn_tensor *x, const cn_efficient_block *block, const char *part,
                           int64_t filters, int64_t cells, int64_t strides, const char *padding)
{
    const cn_label name = cn_label_of("%s%sconv", block->prefix.text, part);
    return cn_call(cn_conv2d(filters, {cells, cells}, .strides = {strides}, .padding = padding,
                             .use_bias = false, .kernel_initializer = CN_EFFICIENT_KERNEL,
                             .name = name.text),
                   x);
}

cn_tensor *cn_efficient_conv(cn_tensor *x, const cn_efficient_block *block, const char *part,
                             int64_t filters, int64_t cells, int64_t strides, const char *padding)
{
    x = convolve(x, block, part, filters, cells, strides, padding);
    return cn_efficient_activate(x, block, part);
}

cn_tensor *cn_efficient_linear_conv(cn_tensor *x, const cn_efficient_block *block, const char *part,
                                    int64_t filters, int64_t cells, int64_t strides,
                                    const char *padding)
{
    return normalize(convolve(x, block, part, filters, cells, strides, padding), block, part);
}

cn_tensor *cn_efficient_excite(cn_tensor *x, const cn_efficient_block *block)
{
    const char *prefix = block->prefix.text;
    const int64_t channels = block->channels * block->expansion,
                  inside = block->channels < 4 ? 1 : block->channels / 4;
    const cn_label squeeze = cn_label_of("%sse_squeeze", prefix),
                   reshape = cn_label_of("%sse_reshape", prefix),
                   reduce = cn_label_of("%sse_reduce", prefix),
                   expand = cn_label_of("%sse_expand", prefix),
                   product = cn_label_of("%sse_excite", prefix);
    cn_tensor *f =
        cn_chain(x, cn_global_average_pooling2d(.name = squeeze.text),
                 cn_reshape({1, 1, channels}, .name = reshape.text),
                 cn_conv2d(inside, 1, .padding = "same", .activation = "swish",
                           .kernel_initializer = CN_EFFICIENT_KERNEL, .name = reduce.text),
                 cn_conv2d(channels, 1, .padding = "same", .activation = "sigmoid",
                           .kernel_initializer = CN_EFFICIENT_KERNEL, .name = expand.text));
    return cn_call(cn_multiply(.name = product.text), x, f);
}

cn_tensor *cn_efficient_add(cn_tensor *x, const cn_efficient_block *block, cn_tensor *inputs)
{
    const cn_label drop = cn_label_of("%sdrop", block->prefix.text),
                   sum = cn_label_of("%sadd", block->prefix.text);
    if (block->strides != 1 || block->channels != block->filters)
        return x;
    if (block->drop_rate > 0)
        x = cn_call(
            cn_dropout(block->drop_rate, .noise_shape = {CN_NONE, 1, 1, 1}, .name = drop.text), x);
    return cn_call(cn_add(.name = sum.text), x, inputs);
}

cn_tensor *cn_efficient_end(const cn_drawing *drawing, double dropout, cn_tensor *x)
{
    if (!drawing->keywords->include_top)
        return cn_draw_pooling(drawing, true, x);
    x = cn_chain(x, cn_global_average_pooling2d(.name = "avg_pool"),
                 cn_dropout(dropout, .name = "top_dropout"));
    return cn_draw_predictions(drawing, CN_EFFICIENT_DENSE_KERNEL, x);
}
