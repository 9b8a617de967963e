/* Images of another number of channels, or of another size. */
#include <inttypes.h>
#include <string.h>

#include "images/images.h"
#include "runtime/memory.h"

cn_status cn_image_create(const char *path, int64_t height, int64_t width, int64_t channels,
                          cn_image *image)
{
    if (height < 1 || width < 1 || height > CN_MOST_IMAGE_BYTES || width > CN_MOST_IMAGE_BYTES ||
        height * width > CN_MOST_IMAGE_BYTES / channels)
        return cn_fail(CN_BAD_FILE, "%s: an image of %" PRId64 " x %" PRId64 " pixels is too large",
                       path, height, width);
    *image = (cn_image){.height = height, .width = width, .channels = channels};
    image->pixels = cn_allocate((size_t)(height * width * channels));
    CN_CHECK_MEMORY(image->pixels);
    return CN_OK;
}

/* ---- channels -------------------------------------------------------------------------------- */

/* Rounded, with weights of ITU-R 601 that add up to 2^16. */
static uint8_t gray_of(const uint8_t *pixel)
{
    return (uint8_t)((19595u * pixel[0] + 38470u * pixel[1] + 7471u * pixel[2] + 32768u) >> 16);
}

static void convert_pixel(const uint8_t *from, int64_t channels, uint8_t *to, int64_t wanted)
{
    const bool gray = channels == 1;
    const uint8_t opacity = channels == 4 ? from[3] : UINT8_MAX;
    uint8_t pixel[4] = {from[0], gray ? from[0] : from[1], gray ? from[0] : from[2], opacity};
    if (wanted == 1)
        to[0] = gray ? from[0] : gray_of(pixel);
    else
        memcpy(to, pixel, (size_t)wanted);
}

cn_status cn_image_convert(const char *path, cn_image *image, int64_t channels)
{
    if (image->channels == channels)
        return CN_OK;
    cn_image made;
    CN_TRY(cn_image_create(path, image->height, image->width, channels, &made));
    const int64_t n = image->height * image->width;
    for (int64_t i = 0; i < n; i++)
        convert_pixel(image->pixels + i * image->channels, image->channels,
                      made.pixels + i * channels, channels);
    cn_release(image->pixels);
    *image = made;
    return CN_OK;
}

/* ---- size ------------------------------------------------------------------------------------ */

/* The old pixel in which the middle of new pixel i lies. */
static int64_t nearest(int64_t i, int64_t old_size, int64_t new_size)
{
    const int64_t at = (2 * i + 1) * old_size / (2 * new_size);
    return at < old_size ? at : old_size - 1;
}

void cn_image_resize_nearest(const cn_image *image, int64_t height, int64_t width, uint8_t *to)
{
    const size_t channels = (size_t)image->channels;
    for (int64_t y = 0; y < height; y++) {
        const uint8_t *row = image->pixels +
                             (size_t)(nearest(y, image->height, height) * image->width) * channels;
        for (int64_t x = 0; x < width; x++, to += channels)
            memcpy(to, row + (size_t)nearest(x, image->width, width) * channels, channels);
    }
}
