/* What Cornu does, in one program: trains a classifier of clothing on the 60,000 images of
 * Fashion-MNIST, tests it on 10,000 others, saves and reloads what it learnt, and draws pictures of
 * it all. */
#define _POSIX_C_SOURCE 200809L
#include <cornu/cornu.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define DEFAULT_FOLDER "/usr/share/datasets/fashion-mnist"

enum { BATCH = 128, CLASSES = 10, SMALL_SIDE = 14, SMALL_TRAIN = 800, SMALL_TEST = 200 };

static const char *const class_names[] = {"T-shirt/top", "trouser",    "pullover", "dress",
                                          "coat",        "sandal",     "shirt",    "sneaker",
                                          "bag",         "ankle boot", NULL};

/* A label and 14 x 14 pixels for each image. */
static const char *const small_set[] = {
#include "data/fashion_small.inc"
};

static const char usage[] =
    "usage: demo [--quick] [--seed N] [--output DIR] [FOLDER]\n"
    "\n"
    "Trains a classifier on Fashion-MNIST and draws pictures of what it learnt.\n"
    "\n"
    "  FOLDER        where the four IDX files of Fashion-MNIST are, .gz or not;\n"
    "                otherwise " DEFAULT_FOLDER ",\n"
    "                otherwise 1,000 small images that are part of this program\n"
    "  --quick       trains for a few seconds only\n"
    "  --seed N      another sequence of random numbers (1)\n"
    "  --output DIR  where pictures and weights go (demo-output)\n"
    "\n"
    "Control-C ends the training, and keeps what was trained so far.\n";

struct options {
    const char *folder, *output;
    uint64_t seed;
    bool quick;
};

struct data {
    cn_array *x_train, *y_train, *x_test, *y_test;
    bool small;
};

/* ---- the command line ------------------------------------------------------------------------ */

/* Returns the exit code if there is nothing to do, otherwise -1. */
static int read_options(int count, char **words, struct options *options)
{
    *options = (struct options){.output = "demo-output", .seed = 1};
    for (int i = 1; i < count; i++) {
        const char *word = words[i], *next = i + 1 < count ? words[i + 1] : NULL;
        if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            fputs(usage, stdout);
            return 0;
        }
        if (strcmp(word, "--quick") == 0) {
            options->quick = true;
        } else if (strcmp(word, "--seed") == 0 && next != NULL) {
            options->seed = strtoull(next, NULL, 10);
            i++;
        } else if (strcmp(word, "--output") == 0 && next != NULL) {
            options->output = next;
            i++;
        } else if (word[0] != '-' && options->folder == NULL) {
            options->folder = word;
        } else {
            fprintf(stderr, "demo: what is \"%s\"?\n\n%s", word, usage);
            return 2;
        }
    }
    return -1;
}

/* ---- the data -------------------------------------------------------------------------------- */

/* The file in the folder, compressed or not; NULL and no error if there is neither. */
static cn_array *load(const char *folder, const char *name)
{
    static const char *const endings[] = {".gz", ""};
    char path[4096];
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s%s", folder, name, endings[i]);
        FILE *file = fopen(path, "rb");
        if (file != NULL) {
            fclose(file);
            return cn_load_idx(path);
        }
    }
    return NULL;
}

static bool load_folder(const char *folder, struct data *data)
{
    data->x_train = load(folder, "train-images-idx3-ubyte");
    data->y_train = load(folder, "train-labels-idx1-ubyte");
    data->x_test = load(folder, "t10k-images-idx3-ubyte");
    data->y_test = load(folder, "t10k-labels-idx1-ubyte");
    return data->x_train != NULL && data->y_train != NULL && data->x_test != NULL &&
           data->y_test != NULL;
}

/* A share of the shades of grey from 0 to 255, of 64. */
static uint8_t shade(char letter)
{
    static const char shades[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
    return (uint8_t)((strchr(shades, letter) - shades) * 255 / 63);
}

static void unpack(int first, int count, cn_array **images, cn_array **labels)
{
    *images = cn_zeros({count, SMALL_SIDE, SMALL_SIDE}, .dtype = CN_UINT8);
    *labels = cn_zeros({count}, .dtype = CN_UINT8);
    if (cn_failed())
        return;
    uint8_t *pixel = cn_array_data(*images), *label = cn_array_data(*labels);
    for (int i = 0; i < count; i++) {
        const char *text = small_set[first + i];
        label[i] = (uint8_t)(text[0] - '0');
        for (int j = 0; j < SMALL_SIDE * SMALL_SIDE; j++)
            *pixel++ = shade(text[1 + j]);
    }
}

static bool load_small(struct data *data)
{
    printf(
        "Fashion-MNIST was not found in " DEFAULT_FOLDER ".\n"
        "Install it (Debian: apt install dataset-fashion-mnist), or say where its four IDX files\n"
        "are: demo FOLDER. This goes on with 1,000 small images, from which less can be learnt.\n\n");
    data->small = true;
    unpack(0, SMALL_TRAIN, &data->x_train, &data->y_train);
    unpack(SMALL_TRAIN, SMALL_TEST, &data->x_test, &data->y_test);
    return !cn_failed();
}

static bool load_data(const struct options *options, struct data *data)
{
    *data = (struct data){0};
    const char *folder = options->folder != NULL ? options->folder : DEFAULT_FOLDER;
    bool loaded = load_folder(folder, data);
    if (!loaded && !cn_failed() && options->folder != NULL)
        fprintf(stderr, "demo: %s does not have the four IDX files of Fashion-MNIST\n", folder);
    else if (!loaded && !cn_failed())
        loaded = load_small(data);
    if (loaded)
        printf("%d images of %d x %d pixels to train with, %d to test with\n\n",
               (int)cn_array_dim(data->x_train, 0), (int)cn_array_dim(data->x_train, 1),
               (int)cn_array_dim(data->x_train, 2), (int)cn_array_dim(data->x_test, 0));
    return loaded;
}

/* ---- the model ------------------------------------------------------------------------------- */

/* Pixels are bytes; the model itself makes numbers from 0 to 1 of them. */
static cn_model *draw(const struct data *data)
{
    cn_tensor *image = cn_input({cn_array_dim(data->x_train, 1), cn_array_dim(data->x_train, 2)},
                                .dtype = "uint8", .name = "image");
    cn_tensor *x = cn_chain(image, cn_rescaling(1.0 / 255), cn_flatten());
    x = cn_chain(x, cn_dense(256, .activation = "relu", .name = "hidden_1"), cn_dropout(0.2));
    x = cn_chain(x, cn_dense(128, .activation = "relu", .name = "hidden_2"), cn_dropout(0.2));
    cn_tensor *class = cn_call(cn_dense(CLASSES, .activation = "softmax", .name = "class"), x);
    return cn_model_of(image, class, .name = "clothing");
}

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
    cn_interrupt();
}

static void handle_interrupts(void)
{
    struct sigaction action = {.sa_flags = SA_RESTART | (int)SA_RESETHAND};
    action.sa_handler = interrupt; /* the second time, the program ends at once */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Adam, with a rate that falls along a cosine to nothing; a tenth of the images is kept to validate
 * on. */
static cn_history *train(cn_model *model, const struct options *options, const struct data *data)
{
    cn_array *x = data->x_train, *y = data->y_train;
    int64_t count = cn_array_dim(x, 0), epochs = data->small ? 40 : 15;
    if (options->quick && !data->small) {
        count = 10000;
        epochs = 4;
        x = cn_array_slice(x, 0, count);
        y = cn_array_slice(y, 0, count);
    }
    const double split = 0.1, steps = ceil((double)count * (1 - split) / BATCH) * (double)epochs;
    cn_compile(model,
               .optimizer = cn_adam(.learning_rate_schedule = cn_cosine_decay(1.5e-3, steps)),
               .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"});
    handle_interrupts();
    double start = seconds();
    cn_history *history =
        cn_fit(model, x, y, .batch_size = BATCH, .epochs = epochs, .validation_split = split);
    if (history == NULL)
        return NULL;
    if (interrupted)
        printf("\nInterrupted: going on with what was trained so far.");
    printf("\nTrained for %.1f seconds.\n", seconds() - start);
    return history;
}

/* Saves the weights, draws the same model anew, loads them into it, and compares what both say. */
static bool save_and_reload(cn_model *model, const struct data *data, const char *path)
{
    cn_save_weights(model, path);
    cn_model *reloaded = draw(data);
    cn_load_weights(reloaded, path);
    cn_array *some = cn_array_slice(data->x_test, 0, 100);
    cn_array *a = cn_predict(model, some), *b = cn_predict(reloaded, some);
    if (cn_failed())
        return false;
    size_t size = (size_t)cn_array_size(a) * sizeof(float);
    bool same = memcmp(cn_array_data(a), cn_array_data(b), size) == 0;
    printf("Weights saved to %s; a new model that loads them %s.\n", path,
           same ? "predicts the same, bit for bit" : "DOES NOT PREDICT THE SAME");
    cn_array_free(some);
    cn_array_free(a);
    cn_array_free(b);
    return same;
}

/* ---- pictures -------------------------------------------------------------------------------- */

/* Says where the picture is, or why there is none: without cairo or Graphviz the demo goes on. */
static void report(cn_status status, const char *what, const char *path)
{
    if (status == CN_OK)
        printf("  %-36s %s\n", what, path);
    else
        printf("  %-36s not drawn: %s\n", what, cn_error());
    cn_clear_error();
}

static void draw_pictures(cn_model *model, const cn_history *history, const struct data *data,
                          const cn_array *predicted, const char *folder)
{
    char path[4096];
    printf("\nPictures:\n");
    snprintf(path, sizeof path, "%s/model.png", folder);
    report(
        cn_plot_model(model, path, .show_shapes = true, .show_layer_activations = true, .dpi = 96),
        "the model's graph", path);
    snprintf(path, sizeof path, "%s/curves.png", folder);
    report(cn_plot_history(history, path, .title = "Fashion-MNIST"), "learning curves", path);
    snprintf(path, sizeof path, "%s/images.png", folder);
    report(cn_plot_images(path, data->x_test, .labels = data->y_test, .predicted = predicted,
                          .class_names = class_names, .columns = 8, .limit = 40,
                          .title = "Test images: what they are, and what they were taken for"),
           "test images and predictions", path);
    snprintf(path, sizeof path, "%s/confusion.png", folder);
    report(cn_plot_confusion(path, data->y_test, predicted, .class_names = class_names,
                             .title = "Test images"),
           "which classes are taken for which", path);
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* What a training that was not interrupted has to reach. */
static double expected_accuracy(const struct options *options, const struct data *data)
{
    return data->small ? 0.65 : options->quick ? 0.8 : 0.88;
}

static bool run(const struct options *options)
{
    struct data data;
    cn_set_random_seed(options->seed);
    if (!load_data(options, &data))
        return false;

    cn_model *model = draw(&data);
    cn_summary(model);
    cn_history *history = train(model, options, &data);
    cn_array *predicted = cn_predict(model, data.x_test, .batch_size = 500);
    double accuracy =
        cn_score(cn_evaluate(model, data.x_test, data.y_test, .batch_size = 500), "accuracy");
    if (cn_failed())
        return false;
    printf("Accuracy on %d test images: %.4f\n", (int)cn_array_dim(data.x_test, 0), accuracy);

    char path[4096];
    snprintf(path, sizeof path, "%s/weights.npz", options->output);
    if (mkdir(options->output, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "demo: cannot make %s: %s\n", options->output, strerror(errno));
        return false;
    }
    if (!save_and_reload(model, &data, path))
        return false;
    draw_pictures(model, history, &data, predicted, options->output);
    if (interrupted || accuracy >= expected_accuracy(options, &data))
        return true;
    fprintf(stderr, "demo: %.2f was expected\n", expected_accuracy(options, &data));
    return false;
}

int main(int count, char **words)
{
    struct options options;
    int exit_code = read_options(count, words, &options);
    if (exit_code >= 0)
        return exit_code;
    bool done = run(&options);
    if (cn_failed())
        fprintf(stderr, "demo: %s\n", cn_error());
    cn_clear_session();
    return done ? 0 : 1;
}
