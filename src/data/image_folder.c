/* A folder of images as samples: each is read, decoded, resized and varied when it is wanted. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "data/image_list.h"
#include "data/samples.h"
#include "images/images.h"

/* What reading needs; it lies in the same memory as the public struct. */
struct state {
    const char *const *paths;
    int64_t height, width, channels;
    bool smooth, crops, augments, flips_rows, flips_columns;
    cn_augment augment;
    cn_stream stream;
};

struct folder {
    cn_image_folder public;
    struct state state;
};

/* ---- reading one ----------------------------------------------------------------------------- */

static const double whole_turn = 6.283185307179586;

/* Numbers of one image in one epoch. */
struct dice {
    cn_stream stream;
    uint64_t next;
};

/* From -reach to reach. */
static double throw_dice(struct dice *dice, double reach)
{
    return reach * (2 * cn_random_uniform_at(dice->stream, dice->next++) - 1);
}

static cn_image_view choose_view(const struct state *state, struct dice *dice)
{
    const cn_augment *augment = &state->augment;
    const double ratio = (double)state->height / (double)state->width;
    const double turn = whole_turn * throw_dice(dice, augment->rotation);
    const double zoom = 1 + throw_dice(dice, augment->zoom);
    const double flip_y = throw_dice(dice, 1) < 0 && state->flips_rows ? -1 : 1,
                 flip_x = throw_dice(dice, 1) < 0 && state->flips_columns ? -1 : 1;
    const double up = throw_dice(dice, augment->translation),
                 aside = throw_dice(dice, augment->translation);
    return (cn_image_view){
        .matrix = {{flip_y * zoom * cos(turn), -flip_y * zoom * sin(turn) / ratio},
                   {flip_x * zoom * sin(turn) * ratio, flip_x * zoom * cos(turn)}},
        .shift = {up, aside},
        .smooth = state->smooth};
}

/* Contrast about each channel's mean, then brightness; the result stays within 0 to 255. */
static void change_light(const struct state *state, struct dice *dice, float *pixels)
{
    const float contrast = (float)(1 + throw_dice(dice, state->augment.contrast)),
                light = (float)(255 * throw_dice(dice, state->augment.brightness));
    const int64_t n = state->height * state->width, channels = state->channels;
    if (state->augment.contrast == 0 && state->augment.brightness == 0)
        return;
    for (int64_t c = 0; c < channels; c++) {
        double sum = 0;
        for (int64_t i = 0; i < n; i++)
            sum += pixels[i * channels + c];
        const float mean = (float)(sum / (double)n);
        for (int64_t i = 0; i < n; i++) {
            const float changed = (pixels[i * channels + c] - mean) * contrast + mean + light;
            pixels[i * channels + c] = changed < 0 ? 0 : changed > 255 ? 255 : changed;
        }
    }
}

static void fill(const struct state *state, const cn_sample_request *request, const cn_image *image,
                 float *to)
{
    cn_image_view view = cn_image_whole_view;
    view.smooth = state->smooth;
    struct dice dice = {{state->stream.seed, state->stream.counter ^
                                                 (uint64_t)request->epoch << 40 ^
                                                 (uint64_t)request->index << 8},
                        0};
    if (request->training && state->augments)
        view = choose_view(state, &dice);
    cn_image_look(image, &view, state->height, state->width, to);
    if (request->training && state->augments)
        change_light(state, &dice, to);
}

static cn_status read_image(const cn_sample_request *request, void *to)
{
    const struct state *state = request->data;
    cn_image image;
    CN_TRY(cn_image_load(state->paths[request->index], state->channels, &image));
    if (state->crops)
        cn_image_crop_to_ratio(&image, state->height, state->width);
    fill(state, request, &image, to);
    cn_release(image.pixels);
    return CN_OK;
}

/* ---- arguments ------------------------------------------------------------------------------- */

static bool is(const char *text, const char *word)
{
    return text != NULL && strcmp(text, word) == 0;
}

static cn_status check_part(const char *name, double part, double most)
{
    CN_CHECK(part >= 0 && part <= most, "%s must be from 0 to %g, got %g", name, most, part);
    return CN_OK;
}

static cn_status check_augment(const cn_augment *augment)
{
    CN_CHECK(
        augment->flip == NULL || is(augment->flip, "horizontal") || is(augment->flip, "vertical") ||
            is(augment->flip, "horizontal_and_vertical"),
        "augment.flip must be \"horizontal\", \"vertical\" or \"horizontal_and_vertical\", got "
        "\"%s\"",
        augment->flip);
    CN_TRY(check_part("augment.rotation", augment->rotation, 1));
    CN_TRY(check_part("augment.zoom", augment->zoom, 0.99));
    CN_TRY(check_part("augment.translation", augment->translation, 1));
    CN_TRY(check_part("augment.brightness", augment->brightness, 1));
    return check_part("augment.contrast", augment->contrast, 1);
}

static cn_status check_args(const cn_image_folder_args *args)
{
    CN_CHECK(args->directory != NULL, "the directory is NULL");
    CN_CHECK(args->image_size[0] > 0 && args->image_size[1] > 0 &&
                 args->image_size[0] <= CN_MOST_IMAGE_BYTES &&
                 args->image_size[1] <= CN_MOST_IMAGE_BYTES / args->image_size[0],
             "image_size must be {height, width}, got {%" PRId64 ", %" PRId64 "}",
             args->image_size[0], args->image_size[1]);
    CN_CHECK(args->label_mode == NULL || is(args->label_mode, "int") ||
                 is(args->label_mode, "binary") || is(args->label_mode, "categorical"),
             "label_mode must be \"int\", \"binary\", \"categorical\" or NULL, got \"%s\"",
             args->label_mode);
    CN_CHECK(is(args->interpolation, "bilinear") || is(args->interpolation, "nearest"),
             "interpolation must be \"bilinear\" or \"nearest\", got \"%s\"",
             args->interpolation == NULL ? "NULL" : args->interpolation);
    CN_CHECK(args->validation_split >= 0 && args->validation_split < 1,
             "validation_split must be from 0 up to, not with, 1, got %g", args->validation_split);
    CN_CHECK(args->validation_split == 0 || is(args->subset, "training") ||
                 is(args->subset, "validation"),
             "validation_split needs .subset = \"training\" or \"validation\", got \"%s\"",
             args->subset == NULL ? "NULL" : args->subset);
    CN_CHECK(args->validation_split == 0 || !args->shuffle || args->seed != CN_NONE,
             "validation_split needs a .seed, so that training and validation share no image");
    return check_augment(&args->augment);
}

/* ---- making ---------------------------------------------------------------------------------- */

/* Which images of the list are taken, in their order. */
struct choice {
    int64_t *order;
    int64_t begin, count;
};

static cn_status choose(const cn_image_folder_args *args, int64_t n, cn_stream stream,
                        struct choice *choice)
{
    choice->order = cn_allocate_raw((size_t)n * sizeof *choice->order);
    CN_CHECK_MEMORY(choice->order);
    for (int64_t i = 0; i < n; i++)
        choice->order[i] = i;
    if (args->shuffle)
        cn_random_permutation(stream, choice->order, n);
    const int64_t kept = n - (int64_t)(args->validation_split * (double)n);
    choice->count = kept;
    if (args->validation_split > 0 && is(args->subset, "validation")) {
        choice->begin = kept;
        choice->count = n - kept;
    }
    CN_CHECK(choice->count > 0, "validation_split %g of %" PRId64 " images leaves none on one side",
             args->validation_split, n);
    return CN_OK;
}

static size_t text_bytes(const cn_image_list *list, const struct choice *choice)
{
    size_t bytes = 0;
    for (int64_t i = 0; i < list->n_classes; i++)
        bytes += strlen(list->classes[i]) + 1;
    for (int64_t i = 0; i < choice->count; i++)
        bytes += strlen(list->paths[choice->order[choice->begin + i]]) + 1;
    return bytes;
}

static char *put_text(char *at, const char *text, const char **place)
{
    const size_t bytes = strlen(text) + 1;
    *place = memcpy(at, text, bytes);
    return at + bytes;
}

/* The folder with all its names in one piece of memory. */
static cn_status pack(const cn_image_list *list, const struct choice *choice,
                      struct folder **folder)
{
    cn_array *storage = NULL;
    const size_t names = (size_t)(list->n_classes + choice->count);
    CN_TRY(cn_array_create_storage(
        sizeof **folder + names * sizeof(char *) + text_bytes(list, choice), &storage));
    struct folder *made = storage->data;
    const char **classes = (const char **)(void *)(made + 1), **paths = classes + list->n_classes;
    char *text = (char *)(paths + choice->count);
    for (int64_t i = 0; i < list->n_classes; i++)
        text = put_text(text, list->classes[i], &classes[i]);
    for (int64_t i = 0; i < choice->count; i++)
        text = put_text(text, list->paths[choice->order[choice->begin + i]], &paths[i]);
    made->public = (cn_image_folder){.count = choice->count,
                                     .class_count = list->n_classes,
                                     .class_names = classes,
                                     .paths = paths,
                                     .storage_ = storage};
    made->state.paths = paths;
    *folder = made;
    return CN_OK;
}

static cn_status make_labels(const cn_image_folder_args *args, const cn_image_list *list,
                             const struct choice *choice, cn_array **labels)
{
    const int64_t n = choice->count, classes = list->n_classes;
    const bool whole = is(args->label_mode, "int"), binary = is(args->label_mode, "binary");
    if (args->label_mode == NULL)
        return CN_OK;
    CN_CHECK(!binary || classes == 2, "label_mode \"binary\" needs two classes, %s has %" PRId64,
             args->directory, classes);
    const cn_shape shape = whole ? CN_SHAPE(n) : CN_SHAPE(n, binary ? 1 : classes);
    CN_TRY(cn_array_create(whole ? CN_INT32 : CN_FLOAT32, &shape, labels));
    for (int64_t i = 0; i < n; i++) {
        const int32_t label = list->labels[choice->order[choice->begin + i]];
        if (whole)
            ((int32_t *)(*labels)->data)[i] = label;
        else if (binary)
            ((float *)(*labels)->data)[i] = (float)label;
        else
            ((float *)(*labels)->data)[i * classes + label] = 1;
    }
    return CN_OK;
}

static cn_status make_images(const cn_image_folder_args *args, int64_t channels, cn_stream stream,
                             struct folder *folder)
{
    const cn_augment *augment = &args->augment;
    struct state *state = &folder->state;
    state->height = args->image_size[0];
    state->width = args->image_size[1];
    state->channels = channels;
    state->smooth = is(args->interpolation, "bilinear");
    state->crops = args->crop_to_aspect_ratio;
    state->augment = *augment;
    state->augment.flip = NULL; /* the caller's text; it is known by now */
    state->flips_rows = augment->flip != NULL && augment->flip[0] == 'v';
    state->flips_rows |= is(augment->flip, "horizontal_and_vertical");
    state->flips_columns = augment->flip != NULL && augment->flip[0] == 'h';
    state->augments = augment->flip != NULL || augment->rotation > 0 || augment->zoom > 0 ||
                      augment->translation > 0 || augment->brightness > 0 || augment->contrast > 0;
    state->stream = (cn_stream){stream.seed, stream.counter ^ (uint64_t)1 << 62};
    return cn_samples_make(&(cn_samples_args){.count = folder->public.count,
                                              .shape = {state->height, state->width, channels},
                                              .dtype = CN_FLOAT32,
                                              .read = read_image,
                                              .data = state,
                                              .workers = args->workers,
                                              .ahead = args->ahead},
                           &folder->public.images);
}

static cn_status make(const cn_image_folder_args *args, cn_arena *arena, struct choice *choice,
                      struct folder **folder)
{
    int64_t channels = 0;
    cn_image_list list;
    CN_TRY(check_args(args));
    CN_TRY(cn_image_channels_of(args->color_mode, &channels));
    CN_TRY(cn_image_list_make(args->directory, args->label_mode != NULL, args->class_names, arena,
                              &list));
    cn_session *session = cn_session_current();
    CN_CHECK_MEMORY(session);
    const cn_stream stream = args->seed == CN_NONE ? cn_session_stream(session)
                                                   : (cn_stream){(uint64_t)args->seed, 0};
    CN_TRY(choose(args, list.count, stream, choice));
    CN_TRY(pack(&list, choice, folder));
    CN_TRY(make_labels(args, &list, choice, &(*folder)->public.labels));
    return make_images(args, channels, stream, *folder);
}

cn_image_folder *cn_image_folder_of_with(const cn_image_folder_args *args)
{
    cn_arena arena = {0};
    struct choice choice = {0};
    struct folder *folder = NULL;
    cn_status status = make(args, &arena, &choice, &folder);
    cn_arena_free(&arena);
    cn_release(choice.order);
    if (status == CN_OK)
        return &folder->public;
    cn_fail_in("cn_image_folder_of");
    cn_image_folder_free(folder == NULL ? NULL : &folder->public);
    return NULL;
}

void cn_image_folder_free(cn_image_folder *folder)
{
    if (folder == NULL)
        return;
    cn_array *storage = folder->storage_;
    cn_samples_free(folder->images);
    cn_array_free(folder->labels);
    cn_array_free(storage);
}
