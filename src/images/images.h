/* What the files of this room share: decoded images, and a coder for each kind of file. */
#ifndef CORNU_IMAGES_H
#define CORNU_IMAGES_H

#include "runtime/array.h"

/* 8 bits for each channel, rows from the top, channels of a pixel together. */
typedef struct cn_image {
    int64_t height, width, channels; /* 1, 3 or 4 */
    uint8_t *pixels;                 /* of cn_allocate */
} cn_image;

/* Bytes that an image may have. */
enum { CN_MOST_IMAGE_BYTES = 1 << 30 };

/* Asks for an image's memory, if its size is possible. path is for the message. */
cn_status cn_image_create(const char *path, int64_t height, int64_t width, int64_t channels,
                          cn_image *image);

/* Decoding: the bytes of a whole file. Encoding: the bytes of one, to be released with cn_release.
 * channels of a decoded image: those that suit the file, 2 (gray with opacity) becoming 4. */
cn_status cn_png_decode(const char *path, const void *bytes, size_t size, cn_image *image);
cn_status cn_png_encode(const char *path, const cn_image *image, void **bytes, size_t *size);
cn_status cn_jpeg_decode(const char *path, const void *bytes, size_t size, cn_image *image);
cn_status cn_jpeg_encode(const char *path, const cn_image *image, int quality, void **bytes,
                         size_t *size);

/* Another number of channels: of the same memory if it becomes less. */
cn_status cn_image_convert(const char *path, cn_image *image, int64_t channels);

/* [height, width, channels] of another size: uint8 by the nearest pixel, float32 by bilinear
 * interpolation. */
void cn_image_resize_nearest(const cn_image *image, int64_t height, int64_t width, uint8_t *to);
void cn_image_resize_bilinear(const cn_image *image, int64_t height, int64_t width, float *to);

#endif
