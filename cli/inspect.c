/* cornu inspect: what a file holds, without running it. */
#include "cli.h"
#include "json.h"
#include "statistics.h"

#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct settings {
    const char *file;
    bool no_statistics;
};

static void print_title(const char *title)
{
    printf("\n%s%s%s\n", cli_style_code(stdout, CLI_BOLD), title,
           cli_style_code(stdout, CLI_PLAIN));
}

/* ---- arrays ---------------------------------------------------------------------------------- */

static int width_of(const char *const *names, int64_t count)
{
    int width = 4;
    for (int64_t i = 0; i < count; i++)
        width = (int)strlen(names[i]) > width ? (int)strlen(names[i]) : width;
    return width;
}

static void print_heading(int width, bool statistics)
{
    printf("%s%-*s  %-18s %-8s", cli_style_code(stdout, CLI_FAINT), width, "name", "shape", "type");
    if (statistics)
        printf(" %11s %11s %11s %11s", "mean", "deviation", "smallest", "largest");
    printf("%s\n", cli_style_code(stdout, CLI_PLAIN));
}

static void print_array(int width, const char *name, const cn_array *array, bool statistics)
{
    printf("%-*s  %-18s %-8s", width, name, cli_array_shape(array).text,
           cn_dtype_name(cn_array_dtype(array)));
    if (statistics) {
        const cli_statistics s = cli_statistics_of(array);
        if (s.finite > 0)
            printf(" %11.4g %11.4g %11.4g %11.4g", s.mean, s.deviation, s.smallest, s.largest);
        if (s.not_finite > 0)
            printf(" %s%lld not finite%s", cli_style_code(stdout, CLI_RED), (long long)s.not_finite,
                   cli_style_code(stdout, CLI_PLAIN));
    }
    (void)putchar('\n');
}

/* How many numbers they have. */
static int64_t print_list(const cn_arrays *arrays, bool statistics)
{
    int64_t numbers = 0;
    const int width = width_of(arrays->names, arrays->count);
    print_heading(width, statistics);
    for (int64_t i = 0; i < arrays->count; i++) {
        print_array(width, arrays->names[i], arrays->arrays[i], statistics);
        numbers += cn_array_size(arrays->arrays[i]);
    }
    return numbers;
}

static cli_result print_arrays(const cn_arrays *arrays, bool statistics)
{
    const int64_t numbers = print_list(arrays, statistics);
    printf("\n%s %s, %s %s\n", cli_grouped(arrays->count).text,
           arrays->count == 1 ? "array" : "arrays", cli_grouped(numbers).text,
           numbers == 1 ? "number" : "numbers");
    return CLI_OK;
}

/* ---- a model --------------------------------------------------------------------------------- */

static void print_tensors(const char *what, cn_tensors tensors)
{
    for (int64_t i = 0; i < tensors.count; i++)
        printf("%-8s %s %s %s\n", i == 0 ? what : "", cn_tensor_name(tensors.at[i]),
               cli_tensor_shape(tensors.at[i]).text, cn_tensor_dtype(tensors.at[i]));
}

static cli_result print_weights(const cn_model *model, bool statistics)
{
    cn_arrays *weights = cn_get_weights(model);
    if (weights == NULL)
        return cli_fail_by_library();
    print_title("Weights");
    (void)print_list(weights, statistics);
    cn_arrays_free(weights);
    return CLI_OK;
}

/* A record as "Adam(learning_rate=0.001, ...)", a name as it is, lists and tables of them. */
static void print_setting(const json_t *value)
{
    const json_t *class_name = json_object_get(value, "class_name");
    const char *key, *comma = "";
    json_t *part;
    size_t i;
    if (json_is_string(class_name)) {
        printf("%s(", json_string_value(class_name));
        json_object_foreach(json_object_get(value, "config"), key, part)
        {
            if (json_is_null(part) || strcmp(key, "name") == 0)
                continue;
            printf("%s%s=", comma, key);
            print_setting(part);
            comma = ", ";
        }
        printf(")");
    } else if (json_is_array(value)) {
        json_array_foreach(value, i, part)
        {
            printf("%s", i > 0 ? ", " : "");
            print_setting(part);
        }
    } else if (json_is_object(value)) {
        json_object_foreach((json_t *)(uintptr_t)value, key, part)
        {
            printf("%s%s: ", comma, key);
            print_setting(part);
            comma = "; ";
        }
    } else if (json_is_string(value)) {
        printf("%s", json_string_value(value));
    } else {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(7));
        printf("%s", text == NULL ? "?" : text);
        free(text);
    }
}

static cli_result print_compile(const cn_model *model)
{
    static const char *const keys[] = {"optimizer", "loss", "loss_weights", "metrics",
                                       "weighted_metrics"};
    char *text = cn_get_compile_config(model);
    json_t *config = cli_read_json(text);
    free(text);
    if (config == NULL)
        return cli_fail_by_library();
    print_title("Compiled with");
    if (json_object_size(config) == 0)
        printf("nothing: the file does not say how to train it\n");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const json_t *value = json_object_get(config, keys[i]);
        if (value == NULL || json_is_null(value))
            continue;
        printf("%-16s  ", keys[i]);
        print_setting(value);
        (void)putchar('\n');
    }
    json_decref(config);
    return CLI_OK;
}

static cli_result print_model(const struct settings *settings, cn_model *model, bool has_weights)
{
    const int64_t params = cn_count_params(model);
    printf("%s: model '%s' (%s), %lld layers", settings->file, cn_layer_name(model),
           cn_layer_class_name(model), (long long)cn_layer_count(model));
    if (params >= 0)
        printf(", %s parameters, %s of them trainable", cli_grouped(params).text,
               cli_grouped(cn_count_trainable_params(model)).text);
    printf("\n%s", params < 0 ? "not built: the shape of its input is not known\n" : "");
    print_tensors("inputs", cn_model_inputs(model));
    print_tensors("outputs", cn_model_outputs(model));
    if (params >= 0) {
        print_title("Layers");
        if (cn_summary(model, .expand_nested = true) != CN_OK)
            return cli_fail_by_library();
    }
    const cli_result result = print_weights(model, has_weights && !settings->no_statistics);
    return result == CLI_OK ? print_compile(model) : result;
}

/* ---- which file it is ------------------------------------------------------------------------ */

static cli_result inspect_npy(const struct settings *settings)
{
    cn_array *array = cn_load_npy(settings->file);
    if (array == NULL)
        return cli_fail_by_library();
    print_heading(4, !settings->no_statistics);
    print_array(4, "", array, !settings->no_statistics);
    return CLI_OK;
}

static cli_result inspect_weights(const struct settings *settings)
{
    const cn_arrays *arrays = cn_load_weight_arrays(settings->file);
    if (arrays == NULL)
        return cli_fail_by_library();
    printf("%s: weights or other arrays, without a model\n\n", settings->file);
    return print_arrays(arrays, !settings->no_statistics);
}

/* What holds no model may hold arrays; if it holds neither, the model's message says more. */
static cli_result inspect_archive(const struct settings *settings)
{
    static char message[2048];
    cn_model *model = cn_load_model(settings->file);
    if (model != NULL)
        return print_model(settings, model, true);
    (void)snprintf(message, sizeof message, "%s", cli_library_message());
    cn_clear_error();
    const cn_arrays *arrays = cn_load_weight_arrays(settings->file);
    if (arrays == NULL)
        return cli_fail("%s", message);
    if (strstr(message, "has no ") == NULL)
        cli_warn("the model cannot be read, but its weights can: %s", message);
    printf("%s: weights or other arrays, without a model\n\n", settings->file);
    return print_arrays(arrays, !settings->no_statistics);
}

static cli_result run(const void *own)
{
    const struct settings *settings = own;
    bool has_weights = false;
    cn_model *model = NULL;
    switch (cli_file_kind(settings->file)) {
    case CLI_NPY: return inspect_npy(settings);
    case CLI_ZIP:
    case CLI_HDF5: return inspect_archive(settings);
    default:
        if (cli_is_for_weights(settings->file))
            return inspect_weights(settings);
        model = cli_load_model(&(const cli_model){.path = settings->file}, &has_weights);
        return model == NULL ? CLI_FAILED : print_model(settings, model, has_weights);
    }
}

static const cli_option options[] = {
    {.name = "FILE",
     .kind = CLI_TEXT,
     .field = offsetof(struct settings, file),
     .help =
         "a model (.keras, .h5, .json), weights (.weights.h5, .weights.json), or arrays (.npz, .npy)"},
    {.name = "no-statistics",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, no_statistics),
     .help = "do not look at the numbers"},
    {.name = NULL},
};

const cli_command cli_inspect = {
    .name = "inspect",
    .purpose = "print what a file holds: layers, weights, compile settings",
    .text =
        "Prints what a file holds: a model's layers, its weights with their shapes and statistics, "
        "and how it was compiled; or the arrays of a file of weights or data. Nothing is run.",
    .example = "cornu inspect model.keras\ncornu inspect model.weights.h5",
    .options = options,
    .settings_size = sizeof(struct settings),
    .run = run,
};
