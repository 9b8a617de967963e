/* Images as samples: each is read, resized and scaled when its batch is due. */
#include "images.h"

#include <stdlib.h>
#include <string.h>

/* What reading a sample needs, in memory that the session owns. */
struct images {
    const char *const *paths;
    const char *color_mode;
    int64_t height, width, channels;
    double rescale;
};

static cn_status read_image(const cn_sample_request *request, void *to)
{
    const struct images *images = request->data;
    cn_array *image = cn_load_image(images->paths[request->index], .color_mode = images->color_mode,
                                    .target_size = {images->height, images->width},
                                    .interpolation = "bilinear");
    if (image == NULL)
        return cn_error_status();
    const float *from = cn_array_data(image);
    const int64_t n = images->height * images->width * images->channels;
    for (int64_t i = 0; i < n; i++)
        ((float *)to)[i] = (float)(from[i] * images->rescale);
    cn_array_free(image);
    return CN_OK;
}

/* ---- what the input takes -------------------------------------------------------------------- */

static bool fit(const char *what, const cn_tensor *input, const cli_image_options *options,
                struct images *images)
{
    static const char *const modes[] = {"", "grayscale", "", "rgb", "rgba"};
    if (cn_tensor_rank(input) != 4)
        return !cli_fail("%s: %s takes %s, images are (None, height, width, channels)", what,
                         cn_tensor_name(input), cli_tensor_shape(input).text);
    images->height = cn_tensor_dim(input, 1);
    images->width = cn_tensor_dim(input, 2);
    images->channels = cn_tensor_dim(input, 3);
    if (images->channels == CN_NONE)
        images->channels = 3;
    if (images->channels < 1 || images->channels > 4 || *modes[images->channels] == '\0')
        return !cli_fail("%s: %s takes %lld channels, images have 1, 3 or 4", what,
                         cn_tensor_name(input), (long long)images->channels);
    images->color_mode = modes[images->channels];
    if (options->size[0] != 0) {
        images->height = options->size[0];
        images->width = options->size[1];
    }
    if (images->height == CN_NONE || images->width == CN_NONE)
        return !cli_fail("%s: %s takes images of any size: --image-size says which", what,
                         cn_tensor_name(input));
    images->rescale = options->rescale;
    return true;
}

/* ---- the samples ----------------------------------------------------------------------------- */

/* The list of files in memory of the session: its table, then the texts. */
static const char *const *keep_paths(const char *const *paths, int64_t n)
{
    size_t bytes = (size_t)n * sizeof *paths;
    for (int64_t i = 0; i < n; i++)
        bytes += strlen(paths[i]) + 1;
    cn_array *memory = cn_array_new(CN_UINT8, (int64_t[]){(int64_t)bytes}, 1, NULL);
    if (memory == NULL)
        return NULL;
    const char **table = cn_array_data(memory);
    char *text = (char *)(table + n);
    for (int64_t i = 0; i < n; i++) {
        const size_t length = strlen(paths[i]) + 1;
        table[i] = memcpy(text, paths[i], length);
        text += length;
    }
    return table;
}

static const char *const *list_folder(const char *path, int64_t *n)
{
    cn_image_folder *folder = cn_image_folder_of(path, .label_mode = NULL, .shuffle = false);
    if (folder == NULL)
        return NULL;
    *n = folder->count;
    return folder->paths;
}

const void *cli_load_images(const char *what, const char *const *paths, int64_t n,
                            const cn_tensor *input, const cli_image_options *options,
                            cli_data *data)
{
    cn_array *memory = cn_array_new(CN_UINT8, (int64_t[]){sizeof(struct images)}, 1, NULL);
    struct images *images = memory == NULL ? NULL : cn_array_data(memory);
    cn_samples *samples = NULL;
    if (images != NULL && !fit(what, input, options, images))
        return NULL;
    if (images != NULL && n == 1 && cli_file_kind(paths[0]) == CLI_FOLDER)
        images->paths = list_folder(paths[0], &n);
    else if (images != NULL)
        images->paths = keep_paths(paths, n);
    if (images != NULL && images->paths != NULL)
        samples = cn_samples_of(n, {images->height, images->width, images->channels},
                                .read = read_image, .data = images);
    if (samples == NULL) {
        (void)cli_fail_by_library();
        return NULL;
    }
    data->names = images->paths;
    data->samples = n;
    return samples;
}
