/* Images from files to arrays and back. */
#include "cornu/image_files.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "images/images.h"
#include "runtime/file.h"
#include "runtime/memory.h"

/* A file that is longer is no image that fits in memory. */
enum { MOST_FILE_BYTES = 1 << 30 };

/* ---- what this library can ------------------------------------------------------------------- */

#ifndef CN_HAVE_PNG
static cn_status cn_no_png(const char *path)
{
    return cn_fail(CN_STATE, "%s: this library was built without libpng", path);
}
#define cn_png_decode(path, bytes, size, image) ((void)(bytes), (void)(image), cn_no_png(path))
#define cn_png_encode(path, image, bytes, size) ((void)(bytes), (void)(size), cn_no_png(path))
#endif

#ifndef CN_HAVE_JPEG
static cn_status cn_no_jpeg(const char *path)
{
    return cn_fail(CN_STATE, "%s: this library was built without libjpeg", path);
}
#define cn_jpeg_decode(path, bytes, size, image) ((void)(bytes), (void)(image), cn_no_jpeg(path))
#define cn_jpeg_encode(path, image, quality, bytes, size)                                          \
    ((void)(bytes), (void)(size), (void)(quality), cn_no_jpeg(path))
#endif

/* ---- loading --------------------------------------------------------------------------------- */

static cn_status decode(const char *path, const char *bytes, size_t size, cn_image *image)
{
    static const unsigned char png[4] = {0x89, 'P', 'N', 'G'}, jpeg[3] = {0xFF, 0xD8, 0xFF};
    if (size >= sizeof png && memcmp(bytes, png, sizeof png) == 0)
        return cn_png_decode(path, bytes, size, image);
    if (size >= sizeof jpeg && memcmp(bytes, jpeg, sizeof jpeg) == 0)
        return cn_jpeg_decode(path, bytes, size, image);
    return cn_fail(CN_BAD_FILE, "%s: is neither a PNG nor a JPEG image", path);
}

cn_status cn_image_channels_of(const char *color_mode, int64_t *channels)
{
    static const struct {
        const char *mode;
        int64_t channels;
    } modes[] = {{"grayscale", 1}, {"rgb", 3}, {"rgba", 4}};
    *channels = 0;
    for (size_t i = 0; i < 3 && color_mode != NULL; i++)
        if (strcmp(color_mode, modes[i].mode) == 0)
            *channels = modes[i].channels;
    CN_CHECK(*channels != 0, "color_mode must be \"rgb\", \"rgba\" or \"grayscale\", got \"%s\"",
             color_mode == NULL ? "NULL" : color_mode);
    return CN_OK;
}

cn_status cn_image_load(const char *path, int64_t channels, cn_image *image)
{
    char *bytes;
    size_t size;
    *image = (cn_image){.pixels = NULL};
    CN_TRY(cn_file_read_all(path, MOST_FILE_BYTES, &bytes, &size));
    cn_status status = decode(path, bytes, size, image);
    cn_release(bytes);
    if (status == CN_OK)
        status = cn_image_convert(path, image, channels);
    if (status != CN_OK) {
        cn_release(image->pixels);
        image->pixels = NULL;
    }
    return status;
}

static cn_status check_load(const cn_load_image_args *args)
{
    CN_CHECK(args->path != NULL, "the path is NULL");
    CN_CHECK(args->interpolation != NULL && (strcmp(args->interpolation, "nearest") == 0 ||
                                             strcmp(args->interpolation, "bilinear") == 0),
             "interpolation must be \"nearest\" or \"bilinear\", got \"%s\"",
             args->interpolation == NULL ? "NULL" : args->interpolation);
    const int64_t *size = args->target_size;
    CN_CHECK((size[0] == 0 && size[1] == 0) || (size[0] > 0 && size[1] > 0),
             "target_size must be {height, width}, got {%" PRId64 ", %" PRId64 "}", size[0],
             size[1]);
    return CN_OK;
}

static cn_status array_of(const cn_load_image_args *args, const cn_image *image, cn_array **array)
{
    const bool resized = args->target_size[0] > 0, smooth = args->interpolation[0] == 'b';
    const int64_t height = resized ? args->target_size[0] : image->height,
                  width = resized ? args->target_size[1] : image->width;
    const cn_shape shape = CN_SHAPE(height, width, image->channels);
    CN_TRY(cn_array_create_raw(smooth ? CN_FLOAT32 : CN_UINT8, &shape, array));
    if (smooth)
        cn_image_look(image, &cn_image_whole_view, height, width, (*array)->data);
    else
        cn_image_resize_nearest(image, height, width, (*array)->data);
    return CN_OK;
}

static cn_status load(const cn_load_image_args *args, cn_array **array)
{
    int64_t channels = 0;
    cn_image image;
    CN_TRY(check_load(args));
    CN_TRY(cn_image_channels_of(args->color_mode, &channels));
    CN_TRY(cn_image_load(args->path, channels, &image));
    cn_status status = array_of(args, &image, array);
    cn_release(image.pixels);
    return status;
}

cn_array *cn_load_image_with(const cn_load_image_args *args)
{
    cn_array *array = NULL;
    return cn_array_or_null(load(args, &array), "cn_load_image", &array);
}

/* ---- saving ---------------------------------------------------------------------------------- */

/* How numbers become bytes: (x - low) * factor, rounded. */
struct scale {
    double low, factor;
};

static struct scale find_scale(const cn_array *image)
{
    double low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < cn_array_size(image); i++) {
        low = fmin(low, cn_array_at(image, i));
        high = fmax(high, cn_array_at(image, i));
    }
    return (struct scale){low, high > low ? 255 / (high - low) : 0};
}

static cn_status fill_pixels(const cn_save_image_args *args, cn_image *image)
{
    const struct scale scale = args->scale ? find_scale(args->image) : (struct scale){0, 1};
    for (int64_t i = 0; i < cn_array_size(args->image); i++) {
        const double given = cn_array_at(args->image, i),
                     value = nearbyint((given - scale.low) * scale.factor);
        CN_CHECK(value >= 0 && value <= UINT8_MAX,
                 "%s: element %" PRId64
                 " is %g, and an image has 0 to 255 (.scale = true stretches to that)",
                 args->path, i, given);
        image->pixels[i] = (uint8_t)value;
    }
    return CN_OK;
}

enum format { PNG, JPEG };

static cn_status format_of(const char *path, enum format *format)
{
    const char *ending = strrchr(path, '.');
    if (ending != NULL && strcasecmp(ending, ".png") == 0)
        *format = PNG;
    else if (ending != NULL &&
             (strcasecmp(ending, ".jpg") == 0 || strcasecmp(ending, ".jpeg") == 0))
        *format = JPEG;
    else
        return cn_fail(CN_INVALID, "%s: the ending must be .png, .jpg or .jpeg", path);
    return CN_OK;
}

static cn_status check_save(const cn_save_image_args *args, enum format *format, cn_image *size)
{
    const cn_array *image;
    CN_CHECK(args->path != NULL, "the path is NULL");
    CN_TRY(format_of(args->path, format));
    CN_TRY(cn_numbers_check(args->image, args->path, &image));
    const cn_shape *shape = &image->shape;
    const int64_t channels = shape->rank == 2 ? 1 : shape->rank == 3 ? shape->dim[2] : 0;
    CN_CHECK(channels == 1 || channels == 3 || (channels == 4 && *format == PNG),
             "%s: an image is [height, width, 1 or 3%s], got shape %s", args->path,
             *format == PNG ? " or 4" : "", cn_shape_str(shape));
    CN_CHECK(args->quality >= 1 && args->quality <= 100, "%s: quality is 1 to 100, got %d",
             args->path, args->quality);
    *size = (cn_image){.height = shape->dim[0], .width = shape->dim[1], .channels = channels};
    return CN_OK;
}

static cn_status write_file(const char *path, const void *bytes, size_t size)
{
    cn_file file;
    CN_TRY(cn_file_begin(&file, path));
    cn_status status = cn_file_write(&file, bytes, size);
    if (status == CN_OK)
        status = cn_file_commit(&file);
    cn_file_abort(&file);
    return status;
}

static cn_status save(const cn_save_image_args *args)
{
    enum format format = PNG;
    cn_image image;
    void *bytes = NULL;
    size_t size = 0;
    CN_TRY(check_save(args, &format, &image));
    CN_TRY(cn_image_create(args->path, image.height, image.width, image.channels, &image));
    cn_status status = fill_pixels(args, &image);
    if (status == CN_OK)
        status = format == PNG ? cn_png_encode(args->path, &image, &bytes, &size)
                               : cn_jpeg_encode(args->path, &image, args->quality, &bytes, &size);
    if (status == CN_OK)
        status = write_file(args->path, bytes, size);
    cn_release(bytes);
    cn_release(image.pixels);
    return status;
}

cn_status cn_save_image_with(const cn_save_image_args *args)
{
    cn_status status = save(args);
    if (status != CN_OK)
        cn_fail_in("cn_save_image");
    return status;
}
