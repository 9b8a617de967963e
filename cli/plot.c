/* cornu plot: the graph of a model's layers as a picture. */
#include "cli.h"

#include <stddef.h>

struct settings {
    cli_model model;
    const char *output, *rankdir;
    bool show_shapes, show_dtype, show_activations, show_trainable, hide_names, expand_nested;
    int64_t dpi;
};

static cli_result run(const void *own)
{
    const struct settings *settings = own;
    const char *to = settings->output;
    if (!cli_ends_with(to, ".svg") && !cli_ends_with(to, ".png") && !cli_ends_with(to, ".pdf") &&
        !cli_ends_with(to, ".dot"))
        return cli_usage("OUT: a file that ends in .svg, .png, .pdf or .dot was expected, got '%s'",
                         to);
    cn_model *model = cli_load_model(&settings->model, NULL);
    if (model == NULL)
        return CLI_FAILED;
    if (cn_plot_model(model, to, .show_shapes = settings->show_shapes,
                      .show_dtype = settings->show_dtype, .show_layer_names = !settings->hide_names,
                      .show_layer_activations = settings->show_activations,
                      .show_trainable = settings->show_trainable,
                      .expand_nested = settings->expand_nested, .rankdir = settings->rankdir,
                      .dpi = settings->dpi) != CN_OK)
        return cli_fail_by_library();
    return CLI_OK;
}

static const cli_option options[] = {
    CLI_MODEL_OPTIONS(struct settings, model),
    {.name = "OUT",
     .kind = CLI_TEXT,
     .field = offsetof(struct settings, output),
     .help =
         "the picture: .svg, .png or .pdf, drawn by Graphviz's dot; or .dot, the text it reads"},
    {.name = "show-shapes",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, show_shapes),
     .help = "show what goes in and comes out"},
    {.name = "show-dtype",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, show_dtype),
     .help = "show the type of what comes out"},
    {.name = "show-activations",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, show_activations),
     .help = "show the activation of layers that have one"},
    {.name = "show-trainable",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, show_trainable),
     .help = "show which layers are trained"},
    {.name = "hide-names",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, hide_names),
     .help = "show only the classes of layers"},
    {.name = "expand-nested",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, expand_nested),
     .help = "show the layers of models inside too"},
    {.name = "rankdir",
     .kind = CLI_TEXT,
     .argument = "DIR",
     .field = offsetof(struct settings, rankdir),
     .help = "from top to bottom, left to right, or back",
     .choices = "TB LR BT RL"},
    {.name = "dpi",
     .kind = CLI_INTEGER,
     .argument = "N",
     .field = offsetof(struct settings, dpi),
     .help = "of .png: dots per inch; 200 if not given",
     .least = 1},
    {.name = NULL},
};

const cli_command cli_plot = {
    .name = "plot",
    .purpose = "draw the graph of a model's layers",
    .text = "Draws the graph of a model's layers, as keras.utils.plot_model does.",
    .example = "cornu plot model.keras model.svg --show-shapes",
    .options = options,
    .settings_size = sizeof(struct settings),
    .defaults = &(const struct settings){.rankdir = "TB", .dpi = 200},
    .run = run,
};
