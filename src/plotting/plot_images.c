/* cn_plot_images: pixels from numbers, and what stands under each image. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "plotting/plotting.h"
#include "runtime/array.h"

static const char who[] = "cn_plot_images";

/* What is shown: the first n images, each of height * width * channels numbers. */
struct source {
    const cn_array *array;
    int64_t n, height, width, channels;
    double low, high; /* the numbers of black and white */
};

/* ---- pixels ---------------------------------------------------------------------------------- */

static cn_status take_images(const cn_plot_images_args *args, struct source *source)
{
    CN_TRY(cn_numbers_check(args->images, who, &source->array));
    const cn_shape *shape = &source->array->shape;
    const bool known =
        shape->rank == 3 ||
        (shape->rank == 4 && (shape->dim[3] == 1 || shape->dim[3] == 3 || shape->dim[3] == 4));
    CN_CHECK(
        known,
        "%s: images have the shape (N, height, width) or (N, height, width, channels) with 1, 3 or 4 channels, "
        "got %s",
        who, cn_shape_str(shape));
    CN_CHECK(cn_array_size(source->array) > 0, "%s: there are no images in shape %s", who,
             cn_shape_str(shape));
    CN_CHECK(args->limit > 0, "%s: limit must be positive, got %" PRId64, who, args->limit);
    CN_CHECK(args->columns == CN_NONE || args->columns > 0,
             "%s: columns must be positive, got %" PRId64, who, args->columns);
    source->n = shape->dim[0] < args->limit ? shape->dim[0] : args->limit;
    source->height = shape->dim[1];
    source->width = shape->dim[2];
    source->channels = shape->rank == 4 ? shape->dim[3] : 1;
    return CN_OK;
}

static void find_range(struct source *source)
{
    const int64_t count = source->n * source->height * source->width * source->channels;
    double low = INFINITY, high = -INFINITY;
    source->low = 0;
    source->high = 255;
    for (int64_t i = 0; i < count; i++) {
        const double value = cn_array_at(source->array, i);
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    if (source->array->dtype == CN_UINT8 || (low >= 0 && high > 1 && high <= 255))
        return;
    const bool unit = low >= 0 && high <= 1;
    source->low = unit ? 0 : low;
    source->high = unit || !(high > low) ? source->low + 1 : high;
}

/* 0 .. 255. */
static double level(const struct source *source, int64_t index)
{
    const double part = (cn_array_at(source->array, index) - source->low) /
                        (source->high - source->low);
    return part > 0 ? fmin(part, 1) * 255 : 0; /* also for NaN */
}

static uint32_t pixel(const struct source *source, int64_t index)
{
    const int64_t channels = source->channels, at = index * channels;
    const double opacity = channels == 4 ? level(source, at + 3) / 255 : 1;
    uint32_t color = 0xFF;
    for (int64_t k = 0; k < 3; k++) {
        const double shown = 255 + (level(source, channels == 1 ? at : at + k) - 255) * opacity;
        color = color << 8 | (uint32_t)lround(shown);
    }
    return color;
}

static cn_status make_pixels(struct source *source, cn_arena *memory, cn_sheet_image *images)
{
    const int64_t each = source->height * source->width;
    uint32_t *pixels = cn_arena_allocate(memory, (size_t)(source->n * each) * sizeof *pixels);
    CN_CHECK_MEMORY(pixels);
    find_range(source);
    for (int64_t i = 0; i < source->n * each; i++)
        pixels[i] = pixel(source, i);
    for (int64_t i = 0; i < source->n; i++)
        images[i].pixels = pixels + i * each;
    return CN_OK;
}

/* ---- captions -------------------------------------------------------------------------------- */

static cn_status take_classes(const char *what, const cn_array *array, const struct source *source,
                              cn_arena *memory, cn_verdicts *verdicts)
{
    if (array == NULL)
        return CN_OK;
    CN_TRY(cn_verdicts_of(who, what, array, source->n, memory, verdicts));
    CN_CHECK(cn_array_dim(array, 0) == source->array->shape.dim[0],
             "%s: there are %" PRId64 " images, but %s has %" PRId64 " rows", who,
             source->array->shape.dim[0], what, cn_array_dim(array, 0));
    return CN_OK;
}

/* "Sneaker 97%" */
static const char *verdict_text(const cn_verdicts *verdicts, int64_t i, bool sure,
                                const char *const *class_names, cn_arena *memory)
{
    const char *name = cn_class_label(class_names, verdicts->classes[i], memory);
    if (name == NULL || !sure || verdicts->probabilities == NULL)
        return name;
    return cn_arena_format(memory, "%s %.0f%%", name, floor(verdicts->probabilities[i] * 100));
}

static cn_status caption_image(const cn_plot_images_args *args, const cn_verdicts *labels,
                               const cn_verdicts *predicted, int64_t i, cn_arena *memory,
                               cn_sheet_image *image)
{
    const cn_verdicts *shown = predicted->count > 0 ? predicted : labels;
    image->wrong = labels->count > 0 && predicted->count > 0 &&
                   labels->classes[i] != predicted->classes[i];
    if (shown->count > 0) {
        image->caption = verdict_text(shown, i, shown == predicted, args->class_names, memory);
        CN_CHECK_MEMORY(image->caption);
    }
    if (image->wrong) {
        const char *name = cn_class_label(args->class_names, labels->classes[i], memory);
        image->remark = name == NULL ? NULL : cn_arena_format(memory, "is %s", name);
        CN_CHECK_MEMORY(image->remark);
    }
    if (args->captions != NULL)
        image->caption = args->captions[i];
    return CN_OK;
}

static cn_status caption_all(const cn_plot_images_args *args, const struct source *source,
                             cn_arena *memory, cn_sheet *sheet, cn_sheet_image *images)
{
    cn_verdicts labels = {0}, predicted = {0};
    int64_t right = 0;
    CN_TRY(take_classes("labels", args->labels, source, memory, &labels));
    CN_TRY(take_classes("predicted", args->predicted, source, memory, &predicted));
    for (int64_t i = 0; i < source->n; i++) {
        CN_TRY(caption_image(args, &labels, &predicted, i, memory, &images[i]));
        right += !images[i].wrong;
    }
    if (labels.count > 0 && predicted.count > 0) {
        sheet->note = cn_arena_format(memory, "%" PRId64 " of %" PRId64 " right", right, source->n);
        CN_CHECK_MEMORY(sheet->note);
    }
    return CN_OK;
}

static cn_status plot(const cn_plot_images_args *args, cn_picture_format format, cn_arena *memory)
{
    struct source source = {.n = 0};
    CN_TRY(take_images(args, &source));
    cn_sheet_image *images = cn_arena_allocate(memory, (size_t)source.n * sizeof *images);
    CN_CHECK_MEMORY(images);
    cn_sheet sheet = {.title = args->title,
                      .images = images,
                      .n_images = source.n,
                      .height = source.height,
                      .width = source.width,
                      .columns = args->columns};
    CN_TRY(caption_all(args, &source, memory, &sheet, images));
    CN_TRY(make_pixels(&source, memory, images));
    return cn_draw_sheet(args->path, format, &sheet);
}

cn_status cn_plot_images_with(const cn_plot_images_args *args)
{
    cn_picture_format format;
    cn_arena memory = {0};
    CN_TRY(cn_picture_format_of(who, args->path, false, &format));
    cn_status status = plot(args, format, &memory);
    cn_arena_free(&memory);
    return status;
}
