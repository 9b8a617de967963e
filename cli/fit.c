/* cornu fit: trains a model on data. */
#include "cli.h"
#include "compiling.h"

#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct settings {
    cli_model model;
    cli_words x, y, sample_weight, validation_x, validation_y;
    cli_compiling compiling;
    const char *output, *history, *checkpoint;
    int64_t batch_size, epochs, seed, patience, threads;
    double validation_split;
    cli_image_options images;
    bool no_shuffle, quiet;
};

/* ---- history --------------------------------------------------------------------------------- */

/* As History.history of Keras: {"loss": [0.5, 0.25], ...}. What is no number is null. */
static void print_json(FILE *to, const cn_history *history)
{
    json_t *table = json_object();
    for (int64_t i = 0; i < cn_history_count(history); i++) {
        const char *name = cn_history_name(history, i);
        json_t *list = json_array();
        for (int64_t epoch = 0; epoch < cn_history_epochs(history); epoch++) {
            const double value = cn_history_value(history, name, epoch);
            json_array_append_new(list, isfinite(value) ? json_real(value) : json_null());
        }
        json_object_set_new(table, name, list);
    }
    (void)json_dumpf(table, to, JSON_REAL_PRECISION(9));
    (void)fputc('\n', to);
    json_decref(table);
}

static void print_csv(FILE *to, const cn_history *history)
{
    const int64_t n = cn_history_count(history);
    fprintf(to, "epoch");
    for (int64_t i = 0; i < n; i++)
        fprintf(to, ",%s", cn_history_name(history, i));
    for (int64_t epoch = 0; epoch < cn_history_epochs(history); epoch++) {
        fprintf(to, "\n%lld", (long long)epoch);
        for (int64_t i = 0; i < n; i++)
            fprintf(to, ",%.9g", cn_history_value(history, cn_history_name(history, i), epoch));
    }
    (void)fputc('\n', to);
}

static cli_result save_history(const char *path, const cn_history *history)
{
    cli_output output;
    if (path == NULL)
        return CLI_OK;
    if (!cli_output_begin(&output, path))
        return CLI_FAILED;
    if (cli_ends_with(path, ".csv"))
        print_csv(output.stream, history);
    else
        print_json(output.stream, history);
    return cli_output_end(&output) ? CLI_OK : CLI_FAILED;
}

/* ---- training -------------------------------------------------------------------------------- */

/* The first Ctrl-C ends the training after the batch in hand, the second one the program. */
static void interrupt(int signal)
{
    (void)signal;
    cn_interrupt();
}

static void listen_to_interrupts(void)
{
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
}

struct data {
    cli_data x, y, weights, validation_x, validation_y;
};

static bool read_data(const struct settings *settings, cn_model *model, struct data *data)
{
    const cn_tensors inputs = cn_model_inputs(model), outputs = cn_model_outputs(model);
    *data = (struct data){.weights = {.count = 0}};
    return cli_read_data("--x", &settings->x, inputs, &settings->images, &data->x) &&
           cli_read_data("--y", &settings->y, outputs, NULL, &data->y) &&
           (settings->sample_weight.count == 0 ||
            cli_read_data("--sample-weight", &settings->sample_weight, outputs, NULL,
                          &data->weights)) &&
           (settings->validation_x.count == 0 ||
            (cli_read_data("--validation-x", &settings->validation_x, inputs, &settings->images,
                           &data->validation_x) &&
             cli_read_data("--validation-y", &settings->validation_y, outputs, NULL,
                           &data->validation_y)));
}

/* What is written while it trains; with validation, only what is better than before. */
static cn_history *train(const struct settings *settings, cn_model *model, const struct data *data)
{
    const cn_items none = {.one = NULL};
    const bool validates = settings->validation_split > 0 || data->validation_x.count > 0;
    const char *callbacks[3] = {NULL};
    int n = 0;
    if (settings->checkpoint != NULL)
        callbacks[n++] = cn_model_checkpoint(settings->checkpoint, .save_best_only = validates);
    if (settings->patience != CN_NONE)
        callbacks[n++] = cn_early_stopping(.monitor = validates ? "val_loss" : "loss",
                                           .patience = settings->patience,
                                           .restore_best_weights = true);
    listen_to_interrupts();
    return cn_fit(
        model, cli_items(&data->x), cli_items(&data->y), .batch_size = settings->batch_size,
        .epochs = settings->epochs, .verbose = settings->quiet ? 0 : CN_NONE,
        .callbacks = {callbacks[0], callbacks[1]}, .validation_split = settings->validation_split,
        .validation_data = {.xs = data->validation_x.count > 0 ? cli_items(&data->validation_x)
                                                               : none,
                            .ys = data->validation_x.count > 0 ? cli_items(&data->validation_y)
                                                               : none},
        .sample_weights = data->weights.count > 0 ? cli_items(&data->weights) : none,
        .shuffle = !settings->no_shuffle);
}

static cli_result fit(const struct settings *settings, cn_model *model)
{
    struct data data;
    if (!read_data(settings, model, &data))
        return CLI_FAILED;
    cn_history *history = train(settings, model, &data);
    if (history == NULL)
        return cli_fail_by_library();
    if (cn_save(model, settings->output) != CN_OK)
        return cli_fail_by_library();
    return save_history(settings->history, history);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Everything about the words that can be known before hours of training. */
static cli_result check(const struct settings *settings)
{
    const char *output = settings->output, *history = settings->history;
    if (!cli_ends_with(output, ".keras") && !cli_ends_with(output, ".h5"))
        return cli_usage("--output: a file that ends in .keras or .h5 was expected, got '%s'",
                         output);
    if (history != NULL && !cli_ends_with(history, ".json") && !cli_ends_with(history, ".csv"))
        return cli_usage("--history: a file that ends in .json or .csv was expected, got '%s'",
                         history);
    if ((settings->validation_x.count > 0) != (settings->validation_y.count > 0))
        return cli_usage("--validation-x and --validation-y belong together");
    if (settings->validation_split >= 1)
        return cli_usage("--validation-split: a part between 0 and 1 was expected, got %g",
                         settings->validation_split);
    const char *files[] = {output, history, settings->checkpoint};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (files[i] != NULL && i != 2 && !cli_can_write(files[i]))
            return CLI_FAILED;
    return CLI_OK;
}

static cli_result run(const void *own)
{
    const struct settings *settings = own;
    const cli_result result = check(settings);
    if (result != CLI_OK)
        return result;
    if (settings->seed != CN_NONE)
        cn_set_random_seed((uint64_t)settings->seed);
    cn_set_threads((int)settings->threads);
    cn_model *model = cli_load_model(&settings->model, NULL);
    if (model == NULL || !cli_compile(model, &settings->compiling, settings->model.path))
        return CLI_FAILED;
    return fit(settings, model);
}

static const cli_option options[] = {
    CLI_MODEL_OPTIONS(struct settings, model),
    CLI_DATA_OPTIONS(struct settings),
    {.name = "output",
     .letter = 'o',
     .kind = CLI_TEXT,
     .argument = "OUT",
     .field = offsetof(struct settings, output),
     .help = "where the trained model goes: .keras or .h5",
     .required = true},
    {.name = "epochs",
     .kind = CLI_INTEGER,
     .argument = "N",
     .field = offsetof(struct settings, epochs),
     .help = "how often to go over the data; 1 if not given",
     .least = 1},
    CLI_COMPILING_OPTIONS(struct settings, compiling),
    {.name = "validation-split",
     .kind = CLI_REAL,
     .argument = "F",
     .field = offsetof(struct settings, validation_split),
     .help = "keep this part of the samples, from the end, for validation"},
    {.name = "validation-x",
     .kind = CLI_WORDS,
     .argument = "INPUT",
     .field = offsetof(struct settings, validation_x),
     .help = "other samples to validate on"},
    {.name = "validation-y",
     .kind = CLI_WORDS,
     .argument = "TARGET",
     .field = offsetof(struct settings, validation_y),
     .help = "and what the outputs should be there"},
    {.name = "no-shuffle",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, no_shuffle),
     .help = "take the samples in their order"},
    {.name = "seed",
     .kind = CLI_INTEGER,
     .argument = "N",
     .field = offsetof(struct settings, seed),
     .help = "the same seed trains the same"},
    {.name = "patience",
     .kind = CLI_INTEGER,
     .argument = "N",
     .field = offsetof(struct settings, patience),
     .help =
         "stop after so many epochs in which the loss (of the validation, if there is one) did not "
         "get better, and keep the best weights"},
    {.name = "history",
     .kind = CLI_TEXT,
     .argument = "FILE",
     .field = offsetof(struct settings, history),
     .help = "where what each epoch measured goes: .json or .csv"},
    {.name = "checkpoint",
     .kind = CLI_TEXT,
     .argument = "FILE",
     .field = offsetof(struct settings, checkpoint),
     .help =
         "save the model after each epoch; with validation, only when it is better than before. The "
         "name may have values: {epoch:02d}-{val_loss:.2f}.keras"},
    CLI_IMAGE_OPTIONS(struct settings, images),
    CLI_RUN_OPTIONS(struct settings),
    {.name = NULL},
};

const cli_command cli_fit = {
    .name = "fit",
    .purpose = "train a model on data",
    .text =
        "Trains a model and saves it. Optimizer (with its state), loss and metrics are those of the "
        "file, unless the options say others.\n\n"
        "Ctrl-C ends the training after the batch in hand, and saves what was trained.",
    .example =
        "cornu fit model.keras --x x.npy --y y.npy --epochs 10 --validation-split 0.1 -o new.keras\n"
        "cornu fit model.json --x data.npz:x --y data.npz:y --optimizer adam --loss mse -o m.keras",
    .options = options,
    .settings_size = sizeof(struct settings),
    .defaults = &(const struct settings){.batch_size = CN_NONE,
                                         .epochs = 1,
                                         .seed = CN_NONE,
                                         .patience = CN_NONE,
                                         .images = {.rescale = 1},
                                         .compiling = {CLI_COMPILING_DEFAULTS}},
    .run = run,
};
