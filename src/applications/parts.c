/* Parts that several families draw. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "applications/applications.h"

cn_label cn_label_of(const char *format, ...)
{
    cn_label label;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(label.text, sizeof label.text, format, arguments);
    va_end(arguments);
    return label;
}

cn_label cn_label_of_size(const char *base, double alpha, int64_t height)
{
    if (height == CN_NONE)
        return cn_label_of("%s_%.2f_None", base, alpha);
    return cn_label_of("%s_%.2f_%" PRId64, base, alpha, height);
}

cn_tensor *cn_draw_predictions(const cn_drawing *drawing, const char *kernel_initializer,
                               cn_tensor *x)
{
    const cn_application_keywords *keywords = drawing->keywords;
    if (kernel_initializer == NULL)
        kernel_initializer = "glorot_uniform";
    return cn_call(cn_dense(keywords->classes, .activation = keywords->classifier_activation,
                            .kernel_initializer = kernel_initializer, .name = "predictions"),
                   x);
}

cn_tensor *cn_draw_pooling(const cn_drawing *drawing, bool named, cn_tensor *x)
{
    const char *pooling = drawing->keywords->pooling;
    if (pooling == NULL)
        return x;
    if (strcmp(pooling, "avg") == 0)
        return cn_call(cn_global_average_pooling2d(.name = named ? "avg_pool" : NULL), x);
    return cn_call(cn_global_max_pooling2d(.name = named ? "max_pool" : NULL), x);
}

cn_tensor *cn_draw_end(const cn_drawing *drawing, bool named, cn_tensor *x)
{
    if (!drawing->keywords->include_top)
        return cn_draw_pooling(drawing, named, x);
    x = cn_call(cn_global_average_pooling2d(.name = "avg_pool"), x);
    return cn_draw_predictions(drawing, NULL, x);
}

cn_tensor *cn_draw_correct_pad(cn_tensor *x, int64_t kernel_size, const char *name)
{
    if (x == NULL)
        return NULL;
    const int64_t height = cn_tensor_dim(x, 1), width = cn_tensor_dim(x, 2),
                  behind = kernel_size / 2, top = height == CN_NONE ? 1 : 1 - height % 2,
                  left = width == CN_NONE ? 1 : 1 - width % 2;
    return cn_call(
        cn_zero_padding2d({{behind - top, behind}, {behind - left, behind}}, .name = name), x);
}

int64_t cn_round_channels(double width)
{
    const int64_t rounded = (int64_t)(width + 4) / 8 * 8, channels = rounded < 8 ? 8 : rounded;
    return (double)channels < 0.9 * width ? channels + 8 : channels;
}

int64_t cn_channels_of(const cn_tensor *x)
{
    return x == NULL ? 0 : cn_tensor_dim(x, 3);
}
