/* Samples that are read when they are needed: data larger than memory, folders of images, numbers
 * that a function makes.
 *
 * cn_samples stand wherever cn_fit, cn_evaluate and cn_predict take an array, beside arrays too: as
 * x, y or sample_weight. While a step runs, threads in the background read the samples of the next
 * batches, in the order in which they will be used, and never further than .ahead batches; that is
 * all the memory it takes. Shuffling, validation_split and the order of predictions are as for
 * arrays.
 *
 * A sample that cannot be read ends the training as failed, when its batch is due: the message says
 * which, and what was trained until then stays. */
#ifndef CORNU_SAMPLES_H
#define CORNU_SAMPLES_H

#include "cornu/array.h"
#include "cornu/error.h"

CN_BEGIN_DECLS

/* Which sample is wanted, and what for. */
typedef struct cn_sample_request {
    void *data;    /* as given to cn_samples_of */
    int64_t index; /* 0 .. count-1 */
    bool training; /* for a training step, so that it may be varied at random */
    int64_t epoch; /* of the training, from 0 */
} cn_sample_request;

/* Writes one sample, row-major, to memory of its shape and type; or fails, with a message by
 * cn_sample_fail. Called from several threads at once, for different samples. What it writes should
 * depend on the request alone: then the same seed trains the same, whatever thread came first. */
typedef cn_status cn_read_sample(const cn_sample_request *request, void *to);

/* What a cn_read_sample returns when it fails. */
CN_API cn_status cn_sample_fail(const char *message);

/* cn_samples_of(count, {28, 28, 1}, .read = function, .data = mine): samples made by a function.
 * They belong to the caller as arrays do: free them with cn_samples_free, or let the session do it.
 *   dtype     of each number
 *   workers   threads that read; 0: the training thread does it itself; CN_NONE: one for each
 *             processor that training may use
 *   ahead     batches that are read before they are needed
 * data is only passed on: it must outlive the samples. Keras: keras.utils.PyDataset. */
typedef struct cn_samples_args {
    int64_t count;
    int64_t shape[CN_MAX_RANK]; /* of one sample; none: a number */
    cn_dtype dtype;
    cn_read_sample *read;
    void *data;
    int workers;
    int64_t ahead;
    char end_;
} cn_samples_args;
#define CN_SAMPLES_DEFAULTS .dtype = CN_FLOAT32, .workers = CN_NONE, .ahead = 2
CN_API cn_samples *cn_samples_of_with(const cn_samples_args *args);

/* The number of samples; 0, with an error, if these are no samples. */
CN_API int64_t cn_samples_count(const cn_samples *samples);

/* One sample as it is for evaluation, or as it is in an epoch of training, for the caller to free.
 * NULL, with an error, for an index out of range or what cannot be read. */
CN_API cn_array *cn_samples_at(const cn_samples *samples, int64_t index);
CN_API cn_array *cn_samples_at_epoch(const cn_samples *samples, int64_t index, int64_t epoch);

/* Frees the samples. NULL is allowed. */
CN_API void cn_samples_free(cn_samples *samples);

/* ---- folders of images ----------------------------------------------------------------------- */

/* How images are varied at random for training; what is not named stays as it is. Pixels that come
 * from outside are those mirrored at the border. The same seed, epoch and image give the same
 * variation. */
typedef struct cn_augment {
    const char *flip;   /* "horizontal", "vertical", "horizontal_and_vertical": with even odds */
    double rotation;    /* by up to so much of a full turn, either way: 0.1 is up to 36 degrees */
    double zoom;        /* 0.2: by 0.8 to 1.2 */
    double translation; /* by up to so much of the height and of the width, either way */
    double brightness;  /* by up to so much of 255, up or down */
    double contrast;    /* 0.2: distances from the channel's mean by 0.8 to 1.2 */
} cn_augment;

/* A folder of images, one folder inside for each class. */
typedef struct cn_image_folder {
    cn_samples *images; /* float32 [height, width, channels], 0 to 255 */
    cn_array *labels;   /* by label_mode; NULL: there are none */
    int64_t count, class_count;
    const char *const *class_names;
    const char *const *paths; /* of each image */
    cn_array *storage_;
} cn_image_folder;

/* cn_image_folder_of("photos", .image_size = {96, 96}): the PNG and JPEG files in a folder, also in
 * folders inside. Only their names are read now; each image is read, decoded, resized and varied
 * when it is needed. NULL on failure; free with cn_image_folder_free.
 *   image_size            {height, width}
 *   color_mode            "rgb", "rgba" or "grayscale"
 *   label_mode            "int": int32 [N], the number of the class; "binary": float32 [N, 1], of
 *                         two classes; "categorical": float32 [N, classes], one-hot; NULL: no
 *                         labels, and folders mean nothing
 *   class_names           these folders, in this order; none: all, sorted by name
 *   shuffle, seed         puts the images into random order, once; otherwise by class and name. A
 *                         validation_split of cn_fit takes the last part of this order. seed
 *                         CN_NONE: the session's
 *   validation_split      keeps this part back, as .subset = "training" or "validation" says; both
 *                         calls need the same seed
 *   interpolation         "bilinear" or "nearest"
 *   crop_to_aspect_ratio  cuts off what does not fit the size's shape, instead of distorting
 *   augment               for training steps only
 *   workers, ahead        as cn_samples_of
 * Keras: keras.utils.image_dataset_from_directory. */
typedef struct cn_image_folder_args {
    const char *directory;
    int64_t image_size[2];
    const char *color_mode, *label_mode;
    const char *class_names[CN_MAX_LIST];
    bool shuffle;
    int64_t seed;
    double validation_split;
    const char *subset;
    const char *interpolation;
    bool crop_to_aspect_ratio;
    cn_augment augment;
    int workers;
    int64_t ahead;
    char end_;
} cn_image_folder_args;
#define CN_IMAGE_FOLDER_DEFAULTS                                                                   \
    .image_size = {256, 256}, .color_mode = "rgb", .label_mode = "int", .shuffle = true,           \
    .seed = CN_NONE, .interpolation = "bilinear", .workers = CN_NONE, .ahead = 2
CN_API cn_image_folder *cn_image_folder_of_with(const cn_image_folder_args *args);
CN_API void cn_image_folder_free(cn_image_folder *folder);

#ifndef __cplusplus
#define cn_samples_of(...)                                                                         \
    CN_KEYWORDS_(cn_samples_of_with, cn_samples_args, CN_SAMPLES_DEFAULTS, .count = __VA_ARGS__)
#define cn_image_folder_of(...)                                                                    \
    CN_KEYWORDS_(cn_image_folder_of_with, cn_image_folder_args, CN_IMAGE_FOLDER_DEFAULTS,          \
                 .directory = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
