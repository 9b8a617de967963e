/* cornu predict: runs a model on data. */
#include "cli.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct settings {
    cli_model model;
    cli_words inputs;
    const char *output;
    int64_t batch_size, threads;
    cli_image_options images;
    bool quiet;
};

/* ---- .csv ------------------------------------------------------------------------------------ */

/* A text: in quotes where it needs them. */
static void print_field(FILE *to, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        (void)fputs(text, to);
        return;
    }
    (void)fputc('"', to);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            (void)fputc('"', to);
        (void)fputc(*text, to);
    }
    (void)fputc('"', to);
}

static int64_t columns_of(const cn_array *array)
{
    const int64_t rows = cn_array_dim(array, 0);
    return rows == 0 ? 0 : cn_array_size(array) / rows;
}

/* Whether text is NAME_0, NAME_1 ... below NAME_n. */
static bool is_numbered(const char *text, const char *name, int64_t n)
{
    const size_t length = strlen(name);
    char *end = NULL;
    if (strncmp(text, name, length) != 0 || text[length] != '_' ||
        !isdigit((unsigned char)text[length + 1]))
        return false;
    return strtoll(text + length + 1, &end, 10) < n && *end == '\0';
}

/* Whether a column of output i would have the name of another column. */
static bool clashes(const cn_predictions *outputs, char *const *names, int64_t i, bool has_files)
{
    const int64_t n = columns_of(outputs->at[i]);
    for (int64_t k = 0; n > 1 && k < outputs->count; k++)
        if (columns_of(outputs->at[k]) == 1 && is_numbered(names[k], names[i], n))
            return true;
    return n == 1 && has_files && strcmp(names[i], "file") == 0;
}

/* NAME for a single number of a sample, NAME_0, NAME_1 ... for several; NAME[0], NAME[1] ... where
 * another column is called like that. */
static void print_header(FILE *to, const cn_predictions *outputs, char *const *names,
                         const cli_data *data)
{
    const char *comma = "";
    if (data->names != NULL) {
        (void)fputs("file", to);
        comma = ",";
    }
    for (int64_t i = 0; i < outputs->count; i++) {
        const int64_t n = columns_of(outputs->at[i]);
        const bool brackets = clashes(outputs, names, i, data->names != NULL);
        for (int64_t k = 0; k < n; k++, comma = ",") {
            char number[32] = "";
            if (brackets)
                (void)snprintf(number, sizeof number, "[%lld]", (long long)k);
            else if (n > 1)
                (void)snprintf(number, sizeof number, "_%lld", (long long)k);
            (void)fputs(comma, to);
            print_field(to, names[i]);
            (void)fputs(number, to);
        }
    }
    (void)fputc('\n', to);
}

/* Nine digits give every float32 back. */
static void print_element(FILE *to, const char *comma, const cn_array *array, int64_t index)
{
    if (cn_array_dtype(array) != CN_STRING) {
        (void)fprintf(to, "%s%.9g", comma, cn_array_at(array, index));
        return;
    }
    (void)fputs(comma, to);
    print_field(to, cn_array_text(array, index));
}

static void print_row(FILE *to, const cn_predictions *outputs, int64_t row, const char *name)
{
    const char *comma = "";
    if (name != NULL) {
        print_field(to, name);
        comma = ",";
    }
    for (int64_t i = 0; i < outputs->count; i++) {
        const int64_t n = columns_of(outputs->at[i]);
        for (int64_t k = 0; k < n; k++, comma = ",")
            print_element(to, comma, outputs->at[i], row * n + k);
    }
    (void)fputc('\n', to);
}

static cli_result write_csv(const char *path, const cn_predictions *outputs, char *const *names,
                            const cli_data *data)
{
    cli_output output;
    if (!cli_output_begin(&output, path))
        return CLI_FAILED;
    const int64_t rows = outputs->count == 0 ? 0 : cn_array_dim(outputs->at[0], 0);
    print_header(output.stream, outputs, names, data);
    for (int64_t row = 0; row < rows; row++)
        print_row(output.stream, outputs, row,
                  row < data->samples && data->names != NULL ? data->names[row] : NULL);
    return cli_output_end(&output) ? CLI_OK : CLI_FAILED;
}

/* ---- the others ------------------------------------------------------------------------------ */

static cn_status write_npz(const char *path, const cn_predictions *outputs, char *const *names)
{
    cn_item items[CN_MAX_LIST + 1] = {{NULL, NULL}};
    for (int64_t i = 0; i < outputs->count; i++)
        items[i] = (cn_item){names[i], outputs->at[i]};
    return cn_save_npz(path, ((cn_items){.dict = items}));
}

static cli_result save(const char *path, const cn_predictions *outputs, char *const *names,
                       const cli_data *data)
{
    cn_status status = CN_OK;
    if (path == NULL || strcmp(path, "-") == 0 || cli_ends_with(path, ".csv"))
        return write_csv(path, outputs, names, data);
    if (cli_ends_with(path, ".npz"))
        status = write_npz(path, outputs, names);
    else if (outputs->count == 1)
        status = cn_save_npy(path, outputs->at[0]);
    else
        return cli_fail("%s: an .npy holds one array, the model has %lld outputs: use .npz or .csv",
                        path, (long long)outputs->count);
    return status == CN_OK ? CLI_OK : cli_fail_by_library();
}

/* ---- the whole ------------------------------------------------------------------------------- */

static cli_result check_output(const char *path)
{
    if (path == NULL || strcmp(path, "-") == 0 || cli_ends_with(path, ".npy") ||
        cli_ends_with(path, ".npz") || cli_ends_with(path, ".csv"))
        return CLI_OK;
    return cli_usage("--output: a file that ends in .npy, .npz or .csv was expected, got '%s'",
                     path);
}

static cli_result predict(const struct settings *settings, cn_model *model)
{
    cli_data data;
    if (!cli_read_data("INPUT", &settings->inputs, cn_model_inputs(model), &settings->images,
                       &data))
        return CLI_FAILED;
    const bool shows_progress = !settings->quiet && settings->output != NULL &&
                                isatty(STDOUT_FILENO);
    const cn_predictions outputs = cn_predict_all(model, cli_items(&data),
                                                  .batch_size = settings->batch_size,
                                                  .verbose = shows_progress ? 1 : 0);
    if (outputs.count == 0)
        return cli_fail_by_library();
    char **names = cli_tensor_names(cn_model_outputs(model));
    if (names == NULL)
        return CLI_FAILED;
    const cli_result result = save(settings->output, &outputs, names, &data);
    free(names);
    return result;
}

static cli_result run(const void *own)
{
    const struct settings *settings = own;
    bool has_weights = false;
    const cli_result result = check_output(settings->output);
    if (result != CLI_OK)
        return result;
    cn_set_threads((int)settings->threads);
    cn_model *model = cli_load_model(&settings->model, &has_weights);
    if (model == NULL)
        return CLI_FAILED;
    if (!has_weights)
        cli_warn("%s has no weights: these are predictions of new, random ones; --weights names a "
                 "file of weights",
                 settings->model.path);
    return predict(settings, model);
}

static const cli_option options[] = {
    CLI_MODEL_OPTIONS(struct settings, model),
    {.name = "INPUT",
     .kind = CLI_WORDS,
     .field = offsetof(struct settings, inputs),
     .help = "the samples; see 'cornu --help', DATA"},
    {.name = "output",
     .letter = 'o',
     .kind = CLI_TEXT,
     .argument = "FILE",
     .field = offsetof(struct settings, output),
     .help =
         "where to: .npy for a model with one output; .npz, by the names of the outputs; .csv, a "
         "row for each sample, with columns NAME_0, NAME_1 ... for an output of several numbers. "
         "Without it, rows of .csv are printed"},
    {.name = "batch-size",
     .kind = CLI_INTEGER,
     .argument = "N",
     .field = offsetof(struct settings, batch_size),
     .help = "samples at once; 32 if not given",
     .least = 1},
    CLI_IMAGE_OPTIONS(struct settings, images),
    CLI_RUN_OPTIONS(struct settings),
    {.name = NULL},
};

const cli_command cli_predict = {
    .name = "predict",
    .purpose = "run a model on data and save what it predicts",
    .text =
        "Runs a model on samples and saves its outputs, float32 or strings, a row for each sample. "
        "Strings go into .csv only.",
    .example = "cornu predict model.keras x.npy -o y.npy\n"
               "cornu predict classifier.keras photos/*.jpg --rescale 0.00392157\n"
               "cornu predict two_inputs.keras text=text.npy question=question.npy -o y.npz",
    .options = options,
    .settings_size = sizeof(struct settings),
    .defaults = &(const struct settings){.batch_size = CN_NONE, .images = {.rescale = 1}},
    .run = run,
};
