/* Xception (Chollet, 2017): an entry of strided blocks, eight alike in the middle, an exit. */
#include <stddef.h>

#include "applications/applications.h"

static cn_tensor *convolve(cn_tensor *x, int64_t filters, int64_t strides, const char *name)
{
    const cn_label normalization = cn_label_of("%s_bn", name),
                   activation = cn_label_of("%s_act", name);
    return cn_chain(x, cn_conv2d(filters, 3, .strides = {strides}, .use_bias = false, .name = name),
                    cn_batch_normalization(.name = normalization.text),
                    cn_activation("relu", .name = activation.text));
}

/* Where the activation stands, seen from the separable convolution. */
enum place { NOWHERE, BEFORE, BEHIND };

static cn_tensor *separate(cn_tensor *x, int block, int number, int64_t filters, enum place relu)
{
    const cn_label name = cn_label_of("block%d_sepconv%d", block, number),
                   normalization = cn_label_of("%s_bn", name.text),
                   activation = cn_label_of("%s_act", name.text);
    if (relu == BEFORE)
        x = cn_call(cn_activation("relu", .name = activation.text), x);
    x = cn_chain(
        x, cn_separable_conv2d(filters, 3, .padding = "same", .use_bias = false, .name = name.text),
        cn_batch_normalization(.name = normalization.text));
    return relu == BEHIND ? cn_call(cn_activation("relu", .name = activation.text), x) : x;
}

/* Half the size: two separable convolutions and a maximum, beside a convolution of one cell. */
static cn_tensor *shrink(cn_tensor *x, int block, int64_t first_filters, int64_t filters)
{
    const cn_label pool = cn_label_of("block%d_pool", block);
    cn_tensor *shortcut =
        cn_chain(x, cn_conv2d(filters, 1, .strides = {2}, .padding = "same", .use_bias = false),
                 cn_batch_normalization());
    x = separate(x, block, 1, first_filters, block == 2 ? NOWHERE : BEFORE);
    x = separate(x, block, 2, filters, BEFORE);
    x = cn_call(cn_max_pooling2d(3, .strides = {2}, .padding = "same", .name = pool.text), x);
    return cn_call(cn_add(), x, shortcut);
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    cn_tensor *x = convolve(images, 32, 2, "block1_conv1");
    x = convolve(x, 64, 1, "block1_conv2");
    x = shrink(x, 2, 128, 128);
    x = shrink(x, 3, 256, 256);
    x = shrink(x, 4, 728, 728);
    for (int block = 5; block < 13; block++) {
        cn_tensor *shortcut = x;
        for (int number = 1; number <= 3; number++)
            x = separate(x, block, number, 728, BEFORE);
        x = cn_call(cn_add(), x, shortcut);
    }
    x = shrink(x, 13, 728, 1024);
    x = separate(x, 14, 1, 1536, BEHIND);
    x = separate(x, 14, 2, 2048, BEHIND);
    return cn_draw_end(drawing, false, x);
}

const cn_application_family cn_xception_family = {
    .draw = draw, .keywords = offsetof(cn_application_args, weights)};

cn_model *cn_xception_with(const cn_application_args *args)
{
    return cn_application_make("xception", args);
}
