/* cornu summary: a model as a table of its layers. */
#include "cli.h"

#include <stddef.h>

struct settings {
    cli_model model;
    const char *style;
    int64_t line_length;
    bool expand_nested, show_trainable;
};

static cli_result run(const void *own)
{
    const struct settings *settings = own;
    cn_model *model = cli_load_model(&settings->model, NULL);
    if (model == NULL)
        return CLI_FAILED;
    if (cn_summary(model, .style = settings->style, .line_length = settings->line_length,
                   .expand_nested = settings->expand_nested,
                   .show_trainable = settings->show_trainable) != CN_OK)
        return cli_fail_by_library();
    return CLI_OK;
}

static const cli_option options[] = {
    CLI_MODEL_OPTIONS(struct settings, model),
    {.name = "style",
     .kind = CLI_TEXT,
     .argument = "STYLE",
     .field = offsetof(struct settings, style),
     .help = "whose table it looks like",
     .choices = "keras2 keras3"},
    {.name = "line-length",
     .kind = CLI_INTEGER,
     .argument = "N",
     .field = offsetof(struct settings, line_length),
     .help = "how wide the table is",
     .least = 1},
    {.name = "expand-nested",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, expand_nested),
     .help = "show the layers of models inside too"},
    {.name = "show-trainable",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, show_trainable),
     .help = "show which layers are trained"},
    {.name = NULL},
};

const cli_command cli_summary = {
    .name = "summary",
    .purpose = "print a model as a table of its layers",
    .text = "Prints the layers of a model with their output shapes and numbers of weights, as "
            "Model.summary of Keras does.",
    .example = "cornu summary model.keras --style keras3",
    .options = options,
    .settings_size = sizeof(struct settings),
    .defaults = &(const struct settings){.style = "keras2", .line_length = CN_NONE},
    .run = run,
};
