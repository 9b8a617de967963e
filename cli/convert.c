/* cornu convert: a model, or its parts, in another format. */
#include "cli.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct settings {
    const char *from, *to, *weights;
    bool without_optimizer;
    double max_shard_size;
};

/* ---- weights without a model ----------------------------------------------------------------- */

/* A file of weights alone becomes an .npz of arrays by their paths in the file. */
static cli_result convert_arrays(const struct settings *settings)
{
    const cn_arrays *arrays = cn_load_weight_arrays(settings->from);
    if (arrays == NULL)
        return cli_fail_by_library();
    cn_item *items = calloc((size_t)arrays->count + 1, sizeof *items);
    if (items == NULL)
        return cli_fail("out of memory");
    for (int64_t i = 0; i < arrays->count; i++)
        items[i] = (cn_item){arrays->names[i], arrays->arrays[i]};
    const cn_status status = cn_save_npz(settings->to, ((cn_items){.dict = items}));
    free(items);
    return status == CN_OK ? CLI_OK : cli_fail_by_library();
}

/* ---- a model --------------------------------------------------------------------------------- */

static cli_result write_json(const cn_model *model, const char *path)
{
    cli_output output;
    char *text = cn_to_json(model);
    if (text == NULL)
        return cli_fail_by_library();
    bool good = cli_output_begin(&output, path);
    if (good) {
        fprintf(output.stream, "%s\n", text);
        good = cli_output_end(&output);
    }
    free(text);
    return good ? CLI_OK : CLI_FAILED;
}

static bool is_for_model(const char *path)
{
    return cli_ends_with(path, ".keras") || cli_ends_with(path, ".h5") ||
           cli_ends_with(path, ".hdf5");
}

static cli_result convert_model(const struct settings *settings)
{
    const char *to = settings->to;
    bool has_weights = false;
    const cli_model from = {settings->from, settings->weights};
    cn_model *model = cli_load_model(&from, &has_weights);
    if (model == NULL)
        return CLI_FAILED;
    if (cli_ends_with(to, ".json") && !cli_is_for_weights(to))
        return write_json(model, to);
    if (!has_weights)
        cli_warn("%s has no weights: those in %s are new, random ones; --weights names a file of "
                 "weights",
                 settings->from, to);
    const cn_status status =
        cli_is_for_weights(to)
            ? cn_save_weights(model, to, .max_shard_size = settings->max_shard_size)
            : cn_save(model, to, .include_optimizer = !settings->without_optimizer);
    return status == CN_OK ? CLI_OK : cli_fail_by_library();
}

static cli_result run(const void *own)
{
    const struct settings *settings = own;
    if (!is_for_model(settings->to) && !cli_is_for_weights(settings->to) &&
        !cli_ends_with(settings->to, ".json"))
        return cli_usage(
            "OUT: a file that ends in .keras, .h5, .weights.h5, .weights.json, .npz or "
            ".json was expected, got '%s'",
            settings->to);
    if (settings->max_shard_size > 0 && !cli_ends_with(settings->to, ".weights.json"))
        return cli_usage("--max-shard-size: is for an OUT that ends in .weights.json");
    if (cli_ends_with(settings->to, ".npz") && cli_is_for_weights(settings->from))
        return convert_arrays(settings);
    return convert_model(settings);
}

static const cli_option options[] = {
    {.name = "IN",
     .kind = CLI_TEXT,
     .field = offsetof(struct settings, from),
     .help = "a model; or .weights.h5 or .weights.json, if OUT is an .npz"},
    {.name = "OUT",
     .kind = CLI_TEXT,
     .field = offsetof(struct settings, to),
     .help = "whose ending says the format: .keras and .h5 for models; .json for the architecture; "
             ".weights.h5, .weights.json and .npz for the weights"},
    {.name = "weights",
     .kind = CLI_TEXT,
     .argument = "FILE",
     .field = offsetof(struct settings, weights),
     .help = "load these weights into the model first"},
    {.name = "without-optimizer",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, without_optimizer),
     .help = "leave out how the model was compiled, and the optimizer's state"},
    {.name = "max-shard-size",
     .kind = CLI_REAL,
     .argument = "GB",
     .field = offsetof(struct settings, max_shard_size),
     .help = "of .weights.json: the most that one file holds"},
    {.name = NULL},
};

const cli_command cli_convert = {
    .name = "convert",
    .purpose = "write a model or its weights in another format",
    .text =
        "Reads a model and writes it, its architecture or its weights in another format. Models of "
        "Keras 2 become models of Keras 3.",
    .example = "cornu convert old.h5 new.keras\n"
               "cornu convert model.keras model.weights.h5\n"
               "cornu convert model.json model.keras --weights model.weights.h5",
    .options = options,
    .settings_size = sizeof(struct settings),
    .run = run,
};
