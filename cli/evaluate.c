/* cornu evaluate: loss and metrics of a model on data. */
#include "cli.h"
#include "compiling.h"

#include <math.h>
#include <stddef.h>
#include <unistd.h>

struct settings {
    cli_model model;
    cli_words x, y, sample_weight;
    cli_compiling compiling;
    int64_t batch_size, threads;
    cli_image_options images;
    bool quiet;
};

static cli_result evaluate(const struct settings *settings, cn_model *model)
{
    cli_data x, y, weights = {.count = 0};
    const cn_tensors outputs = cn_model_outputs(model);
    if (!cli_read_data("--x", &settings->x, cn_model_inputs(model), &settings->images, &x) ||
        !cli_read_data("--y", &settings->y, outputs, NULL, &y) ||
        (settings->sample_weight.count > 0 &&
         !cli_read_data("--sample-weight", &settings->sample_weight, outputs, NULL, &weights)))
        return CLI_FAILED;
    const cn_items none = {.one = NULL};
    const cn_scores scores =
        cn_evaluate(model, cli_items(&x), cli_items(&y), .batch_size = settings->batch_size,
                    .sample_weights = weights.count > 0 ? cli_items(&weights) : none,
                    .verbose = !settings->quiet && isatty(STDOUT_FILENO) ? 1 : 0);
    if (scores.count == 0)
        return cli_fail_by_library();
    for (int64_t i = 0; i < scores.count; i++)
        printf("%s: %.7g\n", scores.names[i], scores.values[i]);
    return CLI_OK;
}

static cli_result run(const void *own)
{
    const struct settings *settings = own;
    bool has_weights = false;
    cn_set_threads((int)settings->threads);
    cn_model *model = cli_load_model(&settings->model, &has_weights);
    if (model == NULL || !cli_compile(model, &settings->compiling, settings->model.path))
        return CLI_FAILED;
    if (!has_weights)
        cli_warn("%s has no weights: new, random ones are evaluated", settings->model.path);
    return evaluate(settings, model);
}

static const cli_option options[] = {
    CLI_MODEL_OPTIONS(struct settings, model),
    CLI_DATA_OPTIONS(struct settings),
    CLI_LOSS_OPTIONS(struct settings, compiling),
    CLI_IMAGE_OPTIONS(struct settings, images),
    CLI_RUN_OPTIONS(struct settings),
    {.name = NULL},
};

const cli_command cli_evaluate = {
    .name = "evaluate",
    .purpose = "print loss and metrics of a model on data",
    .text =
        "Runs a model on samples and prints its loss and metrics, a line for each. Which they are "
        "the file says, unless the options do.",
    .example = "cornu evaluate model.keras --x x_test.npy --y y_test.npy --metrics accuracy",
    .options = options,
    .settings_size = sizeof(struct settings),
    .defaults = &(const struct settings){.batch_size = CN_NONE,
                                         .images = {.rescale = 1},
                                         .compiling = {CLI_COMPILING_DEFAULTS}},
    .run = run,
};
