/* Compile settings of the command line, put in the place of those in the file. */
#include "compiling.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

/* One name, or a list of several. */
static json_t *words_json(const cli_words *words)
{
    json_t *list = json_array();
    for (int64_t i = 0; i < words->count; i++)
        json_array_append_new(list, json_string(words->at[i]));
    return list;
}

/* One loss serves all outputs, several are one for each. */
static void set_loss(json_t *config, const cli_words *loss)
{
    if (loss->count == 0)
        return;
    json_object_set_new(config, "loss",
                        loss->count == 1 ? json_string(loss->at[0]) : words_json(loss));
    json_object_del(config, "loss_weights");
}

/* Every output has all of them: Keras wants a list for each. */
static void set_metrics(json_t *config, const cli_words *metrics, int64_t outputs)
{
    if (metrics->count == 0)
        return;
    json_t *lists = json_array();
    for (int64_t i = 0; i < outputs; i++)
        json_array_append_new(lists, words_json(metrics));
    json_object_set(config, "metrics", outputs == 1 ? json_array_get(lists, 0) : lists);
    json_decref(lists);
}

static bool compile_as(cn_model *model, json_t *config)
{
    char *text = json_dumps(config, 0);
    const bool good = text != NULL && cn_compile_from_config(model, text) == CN_OK;
    free(text);
    return good || !cli_fail_by_library();
}

/* What the file says, as an object. */
static json_t *own_config(const cn_model *model)
{
    char *text = cn_get_compile_config(model);
    json_t *config = text == NULL ? NULL : json_loads(text, 0, NULL);
    free(text);
    return config;
}

static bool change(cn_model *model, json_t *config, const cli_compiling *compiling,
                   const char *path)
{
    const bool anew = compiling->optimizer != NULL || compiling->loss.count > 0 ||
                      compiling->metrics.count > 0;
    if (compiling->optimizer != NULL)
        json_object_set_new(config, "optimizer", json_string(compiling->optimizer));
    set_loss(config, &compiling->loss);
    set_metrics(config, &compiling->metrics, cn_model_outputs(model).count);
    const json_t *loss = json_object_get(config, "loss");
    if (loss == NULL || json_is_null(loss))
        return !cli_fail("%s: does not say how the model is trained: give at least --loss", path);
    return !anew || compile_as(model, config);
}

bool cli_compile(cn_model *model, const cli_compiling *compiling, const char *path)
{
    json_t *config = own_config(model);
    if (config == NULL)
        return !cli_fail_by_library();
    const bool good = change(model, config, compiling, path);
    json_decref(config);
    if (!good || isnan(compiling->learning_rate))
        return good;
    return cn_set_learning_rate(model, compiling->learning_rate) == CN_OK || !cli_fail_by_library();
}
