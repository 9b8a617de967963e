/* Models as JSON: cn_to_json, cn_from_json, cn_clone_model. */
#include <stdlib.h>
#include <string.h>

#include "saving/saving.h"

/* Deeper nesting than any model needs, and what recursion over it can bear. */
enum { MOST_DEPTH = 256 };
static const size_t most_bytes = (size_t)256 << 20;

/* ---- text ------------------------------------------------------------------------------------ */

static cn_status check_depth(const char *text, size_t length, const char *what)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < length; i++) {
        const char c = text[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '['))
            depth++;
        else if (!in_string && (c == '}' || c == ']'))
            depth--;
        if (depth > MOST_DEPTH)
            return cn_fail(CN_BAD_FILE, "%s: is nested deeper than %d levels", what, MOST_DEPTH);
    }
    return CN_OK;
}

json_t *cn_json_parse(const char *text, size_t length, const char *what)
{
    json_error_t error;
    if (length > most_bytes) {
        (void)cn_fail(CN_BAD_FILE, "%s: is longer than %d MB", what, (int)(most_bytes >> 20));
        return NULL;
    }
    if (check_depth(text, length, what) != CN_OK)
        return NULL;
    json_t *json = cn_json_load(text, length, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL)
        (void)(error.text[0] == '\0' ? cn_fail(CN_OUT_OF_MEMORY, "%s: out of memory", what)
                                     : cn_fail(CN_BAD_FILE, "%s: is not JSON: line %d: %s", what,
                                               error.line, error.text));
    return json;
}

/* ---- records --------------------------------------------------------------------------------- */

json_t *cn_model_record(const cn_model *model, bool compile)
{
    json_t *record = cn_layer_json(model);
    if (record != NULL && !compile)
        cn_json_set(&record, "compile_config", json_object());
    if (record == NULL || cn_share_written(record) == CN_OK)
        return record;
    json_decref(record);
    (void)cn_fail(CN_OUT_OF_MEMORY, "%s: out of memory", model->name);
    return NULL;
}

static cn_status read_model(json_t *record, cn_model **model)
{
    cn_sharing sharing;
    cn_session *session = cn_session_current();
    if (session == NULL || cn_share_given(record) != CN_OK)
        return cn_fail(CN_OUT_OF_MEMORY, "out of memory");
    cn_sharing_begin(session, &sharing);
    const cn_status status = cn_model_of_json(record, cn_layer_of_json, model);
    cn_sharing_end(session);
    return status;
}

cn_status cn_model_of_record(json_t *record, const char *keras_version, cn_model **model)
{
    const cn_keras_kind kind = cn_keras_kind_of(record, keras_version);
    *model = NULL;
    CN_CHECK(cn_is_model_record(record), "the record is of no model: its \"class_name\" must be "
                                         "\"Functional\", \"Model\" or \"Sequential\"");
    if (kind == CN_KERAS_3)
        return read_model(record, model);
    json_t *translated = cn_keras3_model(record, kind);
    if (translated == NULL)
        return cn_error_status();
    cn_status status = read_model(translated, model);
    json_decref(translated);
    return status;
}

/* ---- public ---------------------------------------------------------------------------------- */

char *cn_to_json(const cn_model *model)
{
    if (cn_model_check(model, "cn_to_json") != CN_OK)
        return NULL;
    json_t *record = cn_model_record(model, true);
    char *text = record == NULL ? NULL : cn_json_text(record, JSON_ENSURE_ASCII);
    if (text == NULL && !cn_failed())
        (void)cn_fail(CN_OUT_OF_MEMORY, "%s: out of memory", model->name);
    json_decref(record);
    return text;
}

static cn_status read_text(const cn_from_json_args *args, cn_model **model)
{
    CN_CHECK(args->text != NULL, "cn_from_json: the text is NULL");
    json_t *record = cn_json_parse(args->text, strlen(args->text), "cn_from_json: the text");
    if (record == NULL)
        return cn_error_status();
    cn_status status = cn_model_of_record(record, NULL, model);
    if (status == CN_OK && args->compile)
        status = cn_compile_of_model(*model, record, cn_record_text(record, "keras_version"));
    json_decref(record);
    return status;
}

cn_model *cn_from_json_with(const cn_from_json_args *args)
{
    cn_model *model = NULL;
    return read_text(args, &model) == CN_OK ? model : NULL;
}

char *cn_get_compile_config(const cn_model *model)
{
    if (cn_model_check(model, "cn_get_compile_config") != CN_OK)
        return NULL;
    const cn_graph *graph = model->graph;
    json_t *config = graph->training == NULL || graph->compile_json == NULL
                         ? json_object()
                         : graph->compile_json(graph->training);
    char *text = config == NULL ? NULL : cn_json_text(config, JSON_ENSURE_ASCII);
    json_decref(config);
    if (text == NULL && !cn_failed())
        (void)cn_fail(CN_OUT_OF_MEMORY, "%s: out of memory", model->name);
    return text;
}

static cn_status compile_as(cn_model *model, const json_t *config)
{
    CN_CHECK(json_object_get(config, "optimizer") != NULL ||
                 json_object_get(config, "loss") != NULL,
             "cn_compile_from_config: neither \"optimizer\" nor \"loss\" is in the text");
    return cn_compile_of_record(model, config, NULL);
}

cn_status cn_compile_from_config(cn_model *model, const char *text)
{
    CN_TRY(cn_model_check(model, "cn_compile_from_config"));
    CN_CHECK(text != NULL, "cn_compile_from_config: the text is NULL");
    json_t *config = cn_json_parse(text, strlen(text), "cn_compile_from_config: the text");
    if (config == NULL)
        return cn_error_status();
    cn_status status = compile_as(model, config);
    json_decref(config);
    return status;
}

cn_model *cn_clone_model(const cn_model *model)
{
    cn_layer *copy = NULL;
    if (cn_model_check(model, "cn_clone_model") != CN_OK)
        return NULL;
    return cn_layer_copy(model, model->name, &copy) == CN_OK ? copy : NULL;
}
