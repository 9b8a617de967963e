/* What InceptionV3 and InceptionResNetV2 are both made of. */
#include "applications/inception.h"

cn_tensor *cn_inception_conv(cn_tensor *x, int64_t filters, int64_t rows, int64_t columns)
{
    return cn_chain(x, cn_conv2d(filters, {rows, columns}, .padding = "same", .use_bias = false),
                    cn_batch_normalization(.scale = false), cn_activation("relu"));
}

cn_tensor *cn_inception_conv_inside(cn_tensor *x, int64_t filters, int64_t cells, int64_t strides)
{
    return cn_chain(x, cn_conv2d(filters, {cells, cells}, .strides = {strides}, .use_bias = false),
                    cn_batch_normalization(.scale = false), cn_activation("relu"));
}

cn_tensor *cn_inception_stem(cn_tensor *images)
{
    cn_tensor *x = cn_inception_conv_inside(images, 32, 3, 2);
    x = cn_inception_conv_inside(x, 32, 3, 1);
    x = cn_inception_conv(x, 64, 3, 3);
    x = cn_call(cn_max_pooling2d(3, .strides = {2}), x);
    x = cn_inception_conv_inside(x, 80, 1, 1);
    x = cn_inception_conv_inside(x, 192, 3, 1);
    return cn_call(cn_max_pooling2d(3, .strides = {2}), x);
}
