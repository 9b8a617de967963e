/* Images as files: PNG and JPEG. An image is an array [height, width, channels]; channels are 1
 * (gray), 3 (red, green, blue) or 4 (with opacity).
 *
 * Every function returns NULL (or another status than CN_OK) on failure; cn_error() then names the
 * file and what is wrong with it. A file is trusted in nothing: its sizes are checked before memory
 * is asked for, and a damaged image is an error, not half an image. Saving never leaves half a
 * file. All functions may be called from several threads at once, on different files.
 *
 * A library that was built without libpng or libjpeg refuses the files of that kind and says so. */
#ifndef CORNU_IMAGE_FILES_H
#define CORNU_IMAGE_FILES_H

#include "cornu/array.h"
#include "cornu/error.h"

CN_BEGIN_DECLS

/* cn_load_image("cat.jpg", .target_size = {150, 150}): the image in a PNG or JPEG file (found out
 * by looking), uint8 [height, width, channels], for the caller to free.
 *   color_mode     "rgb" (3 channels), "rgba" (4; opaque where the file says nothing) or
 *                  "grayscale" (1: 0.299 red + 0.587 green + 0.114 blue)
 *   target_size    {height, width} to resize to; none: as it is
 *   interpolation  "nearest": uint8, the pixel in whose middle the new one's middle falls;
 *                  "bilinear": float32, between the four pixels around it
 * 16 bits for a channel become 8, palettes become colours; colour profiles and the orientation that
 * a camera noted are ignored. Keras: keras.utils.load_img with img_to_array. */
typedef struct cn_load_image_args {
    const char *path;
    const char *color_mode;
    int64_t target_size[2];
    const char *interpolation;
    char end_;
} cn_load_image_args;
#define CN_LOAD_IMAGE_DEFAULTS .color_mode = "rgb", .interpolation = "nearest"
CN_API cn_array *cn_load_image_with(const cn_load_image_args *args);

/* cn_save_image("out.png", image): saves [height, width, channels] or [height, width] as PNG or
 * JPEG, by the path's ending (.png, .jpg, .jpeg). uint8 is saved as it is. Other numbers are
 * rounded; with scale they are first shifted and stretched to 0 .. 255 (as Keras does by default),
 * otherwise they must lie there. JPEG takes 1 or 3 channels. quality: of a JPEG, 1 to 100. Keras:
 * keras.utils.save_img. */
typedef struct cn_save_image_args {
    const char *path;
    const cn_array *image;
    bool scale;
    int quality;
    char end_;
} cn_save_image_args;
#define CN_SAVE_IMAGE_DEFAULTS .quality = 90
CN_API cn_status cn_save_image_with(const cn_save_image_args *args);

#ifndef __cplusplus
#define cn_load_image(...)                                                                         \
    CN_KEYWORDS_(cn_load_image_with, cn_load_image_args, CN_LOAD_IMAGE_DEFAULTS,                   \
                 .path = __VA_ARGS__)
#define cn_save_image(...)                                                                         \
    CN_KEYWORDS_(cn_save_image_with, cn_save_image_args, CN_SAVE_IMAGE_DEFAULTS,                   \
                 .path = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
