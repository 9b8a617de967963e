/* Pixels 0 .. 255 as applications expect them. */
#include <string.h>

#include "cornu/applications.h"
#include "runtime/array.h"

/* y = (x / divisor - mean) / deviation for each of the channels, which may change places. */
struct preparation {
    const char *mode;
    bool reversed; /* red, green, blue become blue, green, red */
    float divisor, mean[3], deviation[3];
};

static const struct preparation preparations[] = {
    {"caffe", true, 1, {103.939F, 116.779F, 123.68F}, {1, 1, 1}},
    {"tf", false, 127.5F, {1, 1, 1}, {1, 1, 1}},
    {"torch", false, 255, {0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}},
};

static cn_status find(const char *mode, const struct preparation **preparation)
{
    for (size_t i = 0; mode != NULL && i < sizeof preparations / sizeof preparations[0]; i++)
        if (strcmp(preparations[i].mode, mode) == 0) {
            *preparation = &preparations[i];
            return CN_OK;
        }
    return cn_fail(CN_INVALID, "mode must be \"caffe\", \"tf\" or \"torch\", got %s%s%s",
                   mode == NULL ? "" : "\"", mode == NULL ? "NULL" : mode,
                   mode == NULL ? "" : "\"");
}

/* Which axis the channels are. */
static cn_status find_channels(const cn_array *images, const char *data_format, int64_t *axis)
{
    const cn_shape *shape = &images->shape;
    const bool first = data_format != NULL && strcmp(data_format, "channels_first") == 0;
    CN_CHECK(first || (data_format != NULL && strcmp(data_format, "channels_last") == 0),
             "data_format must be \"channels_last\" or \"channels_first\"");
    CN_CHECK(shape->rank == 3 || shape->rank == 4,
             "images must be an image or a batch of them, with 3 or 4 axes, not shape %s",
             cn_shape_str(shape));
    *axis = first ? shape->rank - 3 : shape->rank - 1;
    CN_CHECK(shape->dim[*axis] == 3, "images must have 3 channels, not shape %s",
             cn_shape_str(shape));
    return CN_OK;
}

/* step: from one channel to the next. */
static void prepare_pixel(float *pixel, int64_t step, const struct preparation *preparation)
{
    if (preparation->reversed) {
        const float red = pixel[0];
        pixel[0] = pixel[2 * step];
        pixel[2 * step] = red;
    }
    for (int c = 0; c < 3; c++) {
        const float x = pixel[c * step] / preparation->divisor - preparation->mean[c];
        pixel[c * step] = x / preparation->deviation[c];
    }
}

static cn_status preprocess(const cn_preprocess_input_args *args, cn_array **prepared)
{
    const cn_array *images = NULL;
    const struct preparation *preparation = NULL;
    int64_t axis = 0, step = 1;
    CN_TRY(cn_numbers_check(args->images, "images", &images));
    CN_TRY(find(args->mode, &preparation));
    CN_TRY(find_channels(images, args->data_format, &axis));
    *prepared = cn_array_cast(images, CN_FLOAT32);
    if (*prepared == NULL)
        return cn_error_status();
    for (int64_t i = axis + 1; i < images->shape.rank; i++)
        step *= images->shape.dim[i];
    float *data = (*prepared)->data;
    const int64_t size = cn_shape_size(&images->shape);
    for (int64_t start = 0; start < size; start += 3 * step)
        for (int64_t i = 0; i < step; i++)
            prepare_pixel(data + start + i, step, preparation);
    return CN_OK;
}

cn_array *cn_preprocess_input_with(const cn_preprocess_input_args *args)
{
    cn_array *prepared = NULL;
    return cn_array_or_null(preprocess(args, &prepared), "cn_preprocess_input", &prepared);
}

/* ---- of each family -------------------------------------------------------------------------- */

cn_array *cn_xception_preprocess_input(const cn_array *images)
{
    return cn_preprocess_input(images, .mode = "tf");
}

cn_array *cn_vgg16_preprocess_input(const cn_array *images)
{
    return cn_preprocess_input(images, .mode = "caffe");
}

cn_array *cn_vgg19_preprocess_input(const cn_array *images)
{
    return cn_preprocess_input(images, .mode = "caffe");
}

cn_array *cn_resnet_preprocess_input(const cn_array *images)
{
    return cn_preprocess_input(images, .mode = "caffe");
}

cn_array *cn_resnet_v2_preprocess_input(const cn_array *images)
{
    return cn_preprocess_input(images, .mode = "tf");
}

cn_array *cn_inception_v3_preprocess_input(const cn_array *images)
{
    return cn_preprocess_input(images, .mode = "tf");
}

cn_array *cn_inception_resnet_v2_preprocess_input(const cn_array *images)
{
    return cn_preprocess_input(images, .mode = "tf");
}

cn_array *cn_mobilenet_preprocess_input(const cn_array *images)
{
    return cn_preprocess_input(images, .mode = "tf");
}

cn_array *cn_mobilenet_v2_preprocess_input(const cn_array *images)
{
    return cn_preprocess_input(images, .mode = "tf");
}

cn_array *cn_densenet_preprocess_input(const cn_array *images)
{
    return cn_preprocess_input(images, .mode = "torch");
}

cn_array *cn_nasnet_preprocess_input(const cn_array *images)
{
    return cn_preprocess_input(images, .mode = "tf");
}

cn_array *cn_mobilenet_v3_preprocess_input(const cn_array *images)
{
    return cn_array_cast(images, CN_FLOAT32);
}

cn_array *cn_efficientnet_preprocess_input(const cn_array *images)
{
    return cn_array_cast(images, CN_FLOAT32);
}

cn_array *cn_efficientnet_v2_preprocess_input(const cn_array *images)
{
    return cn_array_cast(images, CN_FLOAT32);
}

cn_array *cn_convnext_preprocess_input(const cn_array *images)
{
    return cn_array_cast(images, CN_FLOAT32);
}
