/* cornu bench: time and memory of a prediction and of a training step, as a whole and layer by
 * layer. */
#include "cli.h"
#include "compiling.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct settings {
    cli_model model;
    int64_t batch_size, length, threads;
    double seconds;
    bool no_layers;
};

/* ---- time ------------------------------------------------------------------------------------ */

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int compare_numbers(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* One model with data that it takes. */
struct subject {
    cn_model *model;
    cn_tensors inputs, outputs;
    const void *x[CN_MAX_LIST + 1], *y[CN_MAX_LIST + 1]; /* ended by CN_END */
};

static bool predict_once(const struct subject *subject, int64_t batch_size)
{
    cn_predictions outputs =
        cn_predict_all(subject->model, ((cn_items){.list = subject->x}), .batch_size = batch_size);
    for (int64_t i = 0; i < outputs.count; i++)
        cn_array_free(outputs.at[i]);
    return outputs.count > 0;
}

static bool train_once(const struct subject *subject, int64_t batch_size)
{
    (void)batch_size;
    return cn_train_on_batch(subject->model, ((cn_items){.list = subject->x}),
                             ((cn_items){.list = subject->y}))
               .count > 0;
}

/* The median of as many runs as fit into so many seconds, at least three after one that warms up;
 * below 0 on failure. */
static double median_time(bool (*run)(const struct subject *, int64_t),
                          const struct subject *subject, int64_t batch_size, double seconds)
{
    enum { MOST = 1000, LEAST = 3 };
    double times[MOST];
    size_t n = 0;
    if (!run(subject, batch_size))
        return -1;
    for (const double end = now() + seconds; n < MOST && (n < LEAST || now() < end); n++) {
        const double begin = now();
        if (!run(subject, batch_size))
            return -1;
        times[n] = now() - begin;
    }
    qsort(times, n, sizeof *times, compare_numbers);
    return times[n / 2];
}

/* ---- data ------------------------------------------------------------------------------------ */

/* Words that every table of the model has. */
static int64_t vocabulary(const cn_model *model)
{
    int64_t least = 2;
    bool found = false;
    for (int64_t i = 0; i < cn_layer_count(model); i++) {
        const cn_layer *layer = cn_get_layer_at(model, i);
        if (strcmp(cn_layer_class_name(layer), "Embedding") != 0)
            continue;
        cn_array *table = cn_get_weight_at(layer, 0);
        const int64_t words = table == NULL ? 1 : cn_array_dim(table, 0);
        least = !found || words < least ? words : least;
        found = true;
        cn_array_free(table);
    }
    return least;
}

/* Random numbers of a tensor's shape, or zeros; unknown dimensions are length. */
static cn_array *make_array(const cn_tensor *tensor, int64_t batch_size, int64_t length,
                            int64_t words, bool zeros)
{
    int64_t shape[CN_MAX_RANK] = {batch_size};
    for (int i = 1; i < cn_tensor_rank(tensor); i++)
        shape[i] = cn_tensor_dim(tensor, i) == CN_NONE ? length : cn_tensor_dim(tensor, i);
    const bool whole = strcmp(cn_tensor_dtype(tensor), "float32") != 0;
    if (zeros || cn_tensor_rank(tensor) == 0)
        return cn_array_new(CN_FLOAT32, shape, cn_tensor_rank(tensor), NULL);
    if (whole)
        return cn_random_integers_with(
            &(const cn_random_integers_args){.low = 0,
                                             .high = words,
                                             .seed = 1,
                                             .shape = {shape[0], shape[1], shape[2], shape[3],
                                                       shape[4], shape[5], shape[6], shape[7]}});
    return cn_random_with(&(const cn_random_args){
        .maxval = 1,
        .seed = 1,
        .shape = {shape[0], shape[1], shape[2], shape[3], shape[4], shape[5], shape[6], shape[7]}});
}

static bool make_subject(cn_model *model, const struct settings *settings, int64_t words,
                         struct subject *subject)
{
    *subject = (struct subject){.model = model};
    subject->inputs = cn_model_inputs(model);
    subject->outputs = cn_model_outputs(model);
    if (subject->inputs.count == 0 || subject->inputs.count > CN_MAX_LIST ||
        subject->outputs.count == 0 || subject->outputs.count > CN_MAX_LIST)
        return false;
    for (int64_t i = 0; i < subject->inputs.count; i++)
        subject->x[i] =
            make_array(subject->inputs.at[i], settings->batch_size, settings->length, words, false);
    for (int64_t i = 0; i < subject->outputs.count; i++)
        subject->y[i] =
            make_array(subject->outputs.at[i], settings->batch_size, settings->length, words, true);
    subject->x[subject->inputs.count] = subject->y[subject->outputs.count] = CN_END;
    return !cn_failed();
}

/* Losses of labels want a whole number for each row: a step that fails with rows of numbers is
 * tried with those. */
static void use_labels(const struct subject *subject, struct subject *labels)
{
    *labels = *subject;
    for (int64_t i = 0; i < subject->outputs.count; i++) {
        const cn_array *y = subject->y[i];
        const int rank = cn_array_rank(y);
        int64_t dims[CN_MAX_RANK];
        for (int k = 0; k < rank; k++)
            dims[k] = k == rank - 1 && k > 0 ? 1 : cn_array_dim(y, k);
        labels->y[i] = cn_array_new(CN_INT32, dims, rank, NULL);
    }
}

static double time_of_step(const struct subject *subject, const struct settings *settings)
{
    struct subject labels;
    if (train_once(subject, settings->batch_size))
        return median_time(train_once, subject, settings->batch_size, settings->seconds);
    cn_clear_error();
    use_labels(subject, &labels);
    const double time = median_time(train_once, &labels, settings->batch_size, settings->seconds);
    if (time < 0)
        cn_clear_error();
    return time;
}

static int64_t memory_of(cn_model *model, int64_t batch_size, bool training)
{
    const int64_t bytes = cn_step_memory(model, batch_size, training);
    if (bytes < 0)
        cn_clear_error();
    return bytes;
}

/* ---- printing -------------------------------------------------------------------------------- */

static void print_time(double seconds, int width)
{
    char text[32] = "-";
    if (seconds >= 1)
        (void)snprintf(text, sizeof text, "%.3g s", seconds);
    else if (seconds >= 1e-3)
        (void)snprintf(text, sizeof text, "%.3g ms", seconds * 1e3);
    else if (seconds >= 0)
        (void)snprintf(text, sizeof text, "%.3g us", seconds * 1e6);
    printf(" %*s", width, text);
}

static void print_bytes(int64_t bytes, int width)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    char text[32] = "-";
    double amount = (double)bytes;
    size_t unit = 0;
    while (amount >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
        amount /= 1024;
        unit++;
    }
    if (bytes >= 0)
        (void)snprintf(text, sizeof text, "%.4g %s", amount, units[unit]);
    printf(" %*s", width, text);
}

enum { NAME = 44 };

static void print_row(const char *name, double predict, double step, int64_t predict_bytes,
                      int64_t step_bytes)
{
    printf("%-*.*s", NAME, NAME, name);
    print_time(predict, 12);
    print_bytes(predict_bytes, 12);
    print_time(step, 12);
    print_bytes(step_bytes, 12);
    (void)putchar('\n');
}

static void print_subject(const char *name, const struct subject *subject,
                          const struct settings *settings, bool compiled)
{
    const int64_t n = settings->batch_size;
    const double predict = median_time(predict_once, subject, n, settings->seconds);
    cn_clear_error();
    const double step = compiled ? time_of_step(subject, settings) : -1;
    print_row(name, predict, step, memory_of(subject->model, n, false),
              compiled ? memory_of(subject->model, n, true) : -1);
    (void)fflush(stdout);
}

/* ---- layers ---------------------------------------------------------------------------------- */

/* Each tensor that a layer's first call takes or makes, once. */
static int64_t tensors_of(cn_tensor *(*get)(const cn_layer *, int64_t, int64_t),
                          const cn_layer *layer, const void **list)
{
    int64_t n = 0;
    for (int64_t i = 0; i < CN_MAX_LIST; i++) {
        const cn_tensor *tensor = get(layer, 0, i);
        bool known = false;
        if (tensor == NULL)
            break;
        for (int64_t k = 0; k < n; k++)
            known |= list[k] == tensor;
        if (!known)
            list[n++] = tensor;
    }
    cn_clear_error();
    list[n] = CN_END;
    return n;
}

static void bench_layer(const cn_layer *layer, const struct settings *settings, int64_t words)
{
    const void *inputs[CN_MAX_LIST + 1], *outputs[CN_MAX_LIST + 1];
    char name[128];
    struct subject subject;
    if (tensors_of(cn_layer_input, layer, inputs) == 0 ||
        tensors_of(cn_layer_output, layer, outputs) == 0)
        return;
    (void)snprintf(name, sizeof name, "%s (%s)", cn_layer_name(layer), cn_layer_class_name(layer));
    cn_model *model = cn_model_of(((cn_items){.list = inputs}), ((cn_items){.list = outputs}));
    if (model == NULL || !make_subject(model, settings, words, &subject)) {
        cn_clear_error();
        print_row(name, -1, -1, -1, -1);
        return;
    }
    const bool compiled = cn_compile(model, .optimizer = "sgd", .loss = "mse") == CN_OK;
    cn_clear_error();
    print_subject(name, &subject, settings, compiled);
}

static void bench_layers(const cn_model *model, const struct settings *settings, int64_t words)
{
    printf("\n%seach layer alone%s\n", cli_style_code(stdout, CLI_BOLD),
           cli_style_code(stdout, CLI_PLAIN));
    for (int64_t i = 0; i < cn_layer_count(model); i++) {
        const cn_layer *layer = cn_get_layer_at(model, i);
        if (strcmp(cn_layer_class_name(layer), "InputLayer") != 0)
            bench_layer(layer, settings, words);
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* A model that is not compiled is measured with rmsprop and the mean squared error. */
static bool is_compiled(cn_model *model)
{
    char *config = cn_get_compile_config(model);
    const bool compiled = config != NULL && strcmp(config, "{}") != 0;
    free(config);
    return compiled || cn_compile(model, .loss = "mse") == CN_OK;
}

static cli_result run(const void *own)
{
    const struct settings *settings = own;
    struct subject subject;
    cn_set_threads((int)settings->threads);
    cn_model *model = cli_load_model(&settings->model, NULL);
    if (model == NULL)
        return CLI_FAILED;
    const int64_t words = vocabulary(model);
    if (!is_compiled(model) || !make_subject(model, settings, words, &subject))
        return cn_failed()
                   ? cli_fail_by_library()
                   : cli_fail("the model is not built: the shape of its input is not known");
    printf("batch size %lld, %d threads\n\n", (long long)settings->batch_size, cn_threads());
    printf("%s%-*s %12s %12s %12s %12s%s\n", cli_style_code(stdout, CLI_FAINT), NAME, "",
           "prediction", "memory", "step", "memory", cli_style_code(stdout, CLI_PLAIN));
    print_subject("the whole model", &subject, settings, true);
    if (!settings->no_layers)
        bench_layers(model, settings, words);
    return CLI_OK;
}

static const cli_option options[] = {
    CLI_MODEL_OPTIONS(struct settings, model),
    {.name = "batch-size",
     .kind = CLI_INTEGER,
     .argument = "N",
     .field = offsetof(struct settings, batch_size),
     .help = "samples at once; 32 if not given",
     .least = 1},
    {.name = "length",
     .kind = CLI_INTEGER,
     .argument = "N",
     .field = offsetof(struct settings, length),
     .help = "for dimensions that the model leaves open, such as steps; 64 if not given",
     .least = 1},
    {.name = "seconds",
     .kind = CLI_REAL,
     .argument = "S",
     .field = offsetof(struct settings, seconds),
     .help = "how long to measure each; 0.3 if not given"},
    {.name = "no-layers",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, no_layers),
     .help = "only the whole model"},
    {.name = "threads",
     .kind = CLI_INTEGER,
     .argument = "N",
     .field = offsetof(struct settings, threads),
     .help = "use so many threads; 0: one for each processor"},
    {.name = NULL},
};

const cli_command cli_bench = {
    .name = "bench",
    .purpose = "measure a prediction and a training step, by layer",
    .text =
        "Measures how long a prediction and a training step take on random data, the median of many "
        "runs, and how much memory they need beside weights and data; then each layer as a model of "
        "its own, trained by sgd on the mean squared error. The whole is not the sum of the layers: "
        "in it, layers are joined into fewer passes over memory.",
    .example = "cornu bench model.keras --batch-size 128 --threads 1",
    .options = options,
    .settings_size = sizeof(struct settings),
    .defaults = &(const struct settings){.batch_size = 32, .length = 64, .seconds = 0.3},
    .run = run,
};
