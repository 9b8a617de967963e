/* InceptionV3 (Szegedy et al., 2015): branches of convolutions of several sizes, concatenated. */
#include <stddef.h>

#include "applications/inception.h"

/* The branch that averages. */
static cn_tensor *average(cn_tensor *x, int64_t filters)
{
    x = cn_call(cn_average_pooling2d(3, .strides = {1}, .padding = "same"), x);
    return cn_inception_conv(x, filters, 1, 1);
}

static cn_tensor *mix(int number, cn_tensor *a, cn_tensor *b, cn_tensor *c, cn_tensor *d)
{
    const cn_label name = cn_label_of("mixed%d", number);
    return cn_call(cn_concatenate(.name = name.text), a, b, c, d);
}

/* 35 x 35 cells, of an image of 299 x 299: windows of 5 x 5 and twice 3 x 3. */
static cn_tensor *draw_large(cn_tensor *x, int number, int64_t pool_filters)
{
    cn_tensor *one = cn_inception_conv(x, 64, 1, 1);
    cn_tensor *five = cn_inception_conv(cn_inception_conv(x, 48, 1, 1), 64, 5, 5);
    cn_tensor *twice =
        cn_inception_conv(cn_inception_conv(cn_inception_conv(x, 64, 1, 1), 96, 3, 3), 96, 3, 3);
    return mix(number, one, five, twice, average(x, pool_filters));
}

static cn_tensor *shrink_large(cn_tensor *x)
{
    cn_tensor *three = cn_inception_conv_inside(x, 384, 3, 2);
    cn_tensor *twice = cn_inception_conv(cn_inception_conv(x, 64, 1, 1), 96, 3, 3);
    twice = cn_inception_conv_inside(twice, 96, 3, 2);
    cn_tensor *most = cn_call(cn_max_pooling2d(3, .strides = {2}), x);
    return cn_call(cn_concatenate(.name = "mixed3"), three, twice, most);
}

/* 17 x 17 cells: windows of 7 x 7 as rows and columns. */
static cn_tensor *draw_middle(cn_tensor *x, int number, int64_t filters)
{
    cn_tensor *one = cn_inception_conv(x, 192, 1, 1);
    cn_tensor *seven = cn_inception_conv(cn_inception_conv(x, filters, 1, 1), filters, 1, 7);
    seven = cn_inception_conv(seven, 192, 7, 1);
    cn_tensor *twice = cn_inception_conv(cn_inception_conv(x, filters, 1, 1), filters, 7, 1);
    twice = cn_inception_conv(cn_inception_conv(twice, filters, 1, 7), filters, 7, 1);
    twice = cn_inception_conv(twice, 192, 1, 7);
    return mix(number, one, seven, twice, average(x, 192));
}

static cn_tensor *shrink_middle(cn_tensor *x)
{
    cn_tensor *three = cn_inception_conv_inside(cn_inception_conv(x, 192, 1, 1), 320, 3, 2);
    cn_tensor *seven =
        cn_inception_conv(cn_inception_conv(cn_inception_conv(x, 192, 1, 1), 192, 1, 7), 192, 7, 1);
    seven = cn_inception_conv_inside(seven, 192, 3, 2);
    cn_tensor *most = cn_call(cn_max_pooling2d(3, .strides = {2}), x);
    return cn_call(cn_concatenate(.name = "mixed8"), three, seven, most);
}

/* 1 x 3 and 3 x 1 beside each other. */
static cn_tensor *cross(cn_tensor *x, const char *name)
{
    cn_tensor *row = cn_inception_conv(x, 384, 1, 3);
    cn_tensor *column = cn_inception_conv(x, 384, 3, 1);
    return cn_call(cn_concatenate(.name = name), row, column);
}

/* 8 x 8 cells. */
static cn_tensor *draw_small(cn_tensor *x, int i)
{
    const cn_label name = cn_label_of("mixed9_%d", i);
    cn_tensor *one = cn_inception_conv(x, 320, 1, 1);
    cn_tensor *three = cross(cn_inception_conv(x, 384, 1, 1), name.text);
    cn_tensor *twice = cross(cn_inception_conv(cn_inception_conv(x, 448, 1, 1), 384, 3, 3), NULL);
    return mix(9 + i, one, three, twice, average(x, 192));
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    static const int64_t pool_filters[3] = {32, 64, 64}, middle_filters[4] = {128, 160, 160, 192};
    cn_tensor *x = cn_inception_stem(images);
    for (int i = 0; i < 3; i++)
        x = draw_large(x, i, pool_filters[i]);
    x = shrink_large(x);
    for (int i = 0; i < 4; i++)
        x = draw_middle(x, 4 + i, middle_filters[i]);
    x = shrink_middle(x);
    for (int i = 0; i < 2; i++)
        x = draw_small(x, i);
    return cn_draw_end(drawing, false, x);
}

const cn_application_family cn_inception_v3_family = {
    .draw = draw, .keywords = offsetof(cn_application_args, weights)};

cn_model *cn_inception_v3_with(const cn_application_args *args)
{
    return cn_application_make("inception_v3", args);
}
