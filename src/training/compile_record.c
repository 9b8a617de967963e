/* What cn_compile was told, as Keras's compile_config. */
#include "training/training.h"

#include <stdlib.h>

static json_t *list_json(const char *const *identifiers, int64_t most)
{
    json_t *list = json_array();
    for (int64_t i = 0; i < most && identifiers[i] != NULL; i++)
        cn_json_append(&list, cn_identifier_json(identifiers[i]));
    if (list == NULL || json_array_size(list) > 0)
        return list;
    json_decref(list);
    return json_null();
}

/* ---- a table by output ----------------------------------------------------------------------- */

/* {"name": value} for every line that has one; null if none has. */
static json_t *table_json(const cn_compile_args *told, json_t *(*value)(const cn_output_args *line))
{
    json_t *table = json_object();
    for (int i = 0; i < CN_MAX_LIST && told->outputs[i].name != NULL; i++) {
        json_t *entry = value(&told->outputs[i]);
        if (json_is_null(entry))
            json_decref(entry);
        else
            cn_json_set(&table, told->outputs[i].name, entry);
    }
    if (table == NULL || json_object_size(table) > 0)
        return table;
    json_decref(table);
    return json_null();
}

static json_t *line_loss(const cn_output_args *line)
{
    return cn_identifier_json(line->loss);
}

static json_t *line_weight(const cn_output_args *line)
{
    return line->loss_weight == 0 || line->loss_weight == 1 ? json_null()
                                                            : cn_json_real(line->loss_weight);
}

static json_t *line_metrics(const cn_output_args *line)
{
    return list_json(line->metrics, sizeof line->metrics / sizeof line->metrics[0]);
}

static json_t *line_weighted(const cn_output_args *line)
{
    return list_json(line->weighted_metrics,
                     sizeof line->weighted_metrics / sizeof line->weighted_metrics[0]);
}

/* ---- all outputs alike ----------------------------------------------------------------------- */

/* Keras wants a list for each of several outputs. */
static json_t *metrics_json(const cn_training *training, const char *const *metrics)
{
    if (training->n_targets == 1 || metrics[0] == NULL)
        return list_json(metrics, CN_MAX_LIST);
    json_t *lists = json_array();
    for (int64_t i = 0; i < training->n_targets; i++)
        cn_json_append(&lists, list_json(metrics, CN_MAX_LIST));
    return lists;
}

static json_t *weights_json(const cn_training *training)
{
    bool any = false;
    for (int64_t i = 0; i < training->n_targets && i < CN_MAX_LIST; i++)
        any |= training->told->loss_weights[i] != 0;
    if (!any)
        return json_null();
    json_t *list = json_array();
    for (int64_t i = 0; i < training->n_targets; i++)
        cn_json_append(&list, cn_json_real(training->told->loss_weights[i]));
    return list;
}

static json_t *losses_json(const cn_compile_args *told)
{
    return told->losses[0] != NULL ? list_json(told->losses, CN_MAX_LIST)
                                   : cn_identifier_json(told->loss);
}

/* ---- the whole ------------------------------------------------------------------------------- */

json_t *cn_compile_json(const void *own)
{
    const cn_training *training = own;
    const cn_compile_args *told = training->told;
    if (told == NULL)
        return json_object();
    const bool table = told->outputs[0].name != NULL;
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:b, s:i, s:s}", "optimizer",
        training->optimizer != NULL ? cn_optimizer_json(training->optimizer)
                                    : cn_optimizer_record(training->optimizer_identifier),
        "loss", table ? table_json(told, line_loss) : losses_json(told), "loss_weights",
        table ? table_json(told, line_weight) : weights_json(training), "metrics",
        table ? table_json(told, line_metrics) : metrics_json(training, told->metrics),
        "weighted_metrics",
        table ? table_json(told, line_weighted) : metrics_json(training, told->weighted_metrics),
        "run_eagerly", 0, "steps_per_execution", 1, "jit_compile", "auto");
}

/* ---- keeping it ------------------------------------------------------------------------------ */

static cn_status keep_text(cn_arena *arena, const char **text)
{
    if (*text == NULL)
        return CN_OK;
    *text = cn_arena_text(arena, *text);
    CN_CHECK_MEMORY(*text);
    return CN_OK;
}

static cn_status keep_texts(cn_arena *arena, const char **texts, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        CN_TRY(keep_text(arena, &texts[i]));
    return CN_OK;
}

static cn_status keep_line(cn_arena *arena, cn_output_args *line)
{
    CN_TRY(keep_text(arena, &line->name));
    CN_TRY(keep_text(arena, &line->loss));
    CN_TRY(keep_texts(arena, line->metrics, sizeof line->metrics / sizeof line->metrics[0]));
    return keep_texts(arena, line->weighted_metrics,
                      sizeof line->weighted_metrics / sizeof line->weighted_metrics[0]);
}

cn_status cn_training_keep_told(cn_training *training, const cn_compile_args *args)
{
    cn_arena *arena = &training->arena;
    training->told = cn_arena_copy(arena, args, sizeof *args);
    CN_CHECK_MEMORY(training->told);
    CN_TRY(keep_text(arena, &training->told->optimizer));
    CN_TRY(keep_text(arena, &training->told->loss));
    CN_TRY(keep_texts(arena, training->told->losses, CN_MAX_LIST));
    CN_TRY(keep_texts(arena, training->told->metrics, CN_MAX_LIST));
    CN_TRY(keep_texts(arena, training->told->weighted_metrics, CN_MAX_LIST));
    for (int i = 0; i < CN_MAX_LIST && training->told->outputs[i].name != NULL; i++)
        CN_TRY(keep_line(arena, &training->told->outputs[i]));
    return CN_OK;
}
