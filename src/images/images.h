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

/* The image in a PNG or JPEG file, with so many channels. */
cn_status cn_image_load(const char *path, int64_t channels, cn_image *image);

/* 1 for "grayscale", 3 for "rgb", 4 for "rgba". */
cn_status cn_image_channels_of(const char *color_mode, int64_t *channels);

/* Another number of channels: of the same memory if it becomes less. */
cn_status cn_image_convert(const char *path, cn_image *image, int64_t channels);

/* [height, width, channels] of another size, by the nearest pixel. */
void cn_image_resize_nearest(const cn_image *image, int64_t height, int64_t width, uint8_t *to);

/* Cuts off what does not fit the shape of height : width, the same on both sides. */
void cn_image_crop_to_ratio(cn_image *image, int64_t height, int64_t width);

/* Where the middle of a new pixel lies in the image, both measured from the middle in parts of the
 * whole size: (y, x) of the image = matrix (y, x) of the new one + shift. */
typedef struct cn_image_view {
    double matrix[2][2], shift[2];
    bool smooth; /* between the four pixels around it, or else the nearest one */
} cn_image_view;
extern const cn_image_view cn_image_whole_view; /* as it is, and smooth: bilinear interpolation */

/* [height, width, channels] as seen so; pixels outside are those mirrored at the border. */
void cn_image_look(const cn_image *image, const cn_image_view *view, int64_t height, int64_t width,
                   float *to);

#endif
