/* The list of metrics, and what their identifiers say. */
#include "metrics/metrics.h"

#include <ctype.h>
#include <string.h>

#define CN_METRIC_ENTRY(name) extern const cn_metric_class cn_metric_##name;
#include "metrics/metrics.def"
#undef CN_METRIC_ENTRY

static const cn_class *const list[] = {
#define CN_METRIC_ENTRY(name) &cn_metric_##name.base,
#include "metrics/metrics.def"
#undef CN_METRIC_ENTRY
    NULL,
};

const cn_classes cn_metric_classes = {"metric", list, "cn_register_metric"};

const cn_field cn_metric_fields[] = {
    CN_FIELD(cn_metric_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

/* ---- names that the shapes decide ------------------------------------------------------------ */

static bool is_word(const char *text, const char *word)
{
    while (*text != '\0' && tolower((unsigned char)*text) == *word)
        text++, word++;
    return *text == '\0' && *word == '\0';
}

static int64_t last_dim(const cn_shape *shape)
{
    return shape->rank == 0 ? CN_NONE : shape->dim[shape->rank - 1];
}

/* One of three names, by the shapes alone; any other identifier is itself. */
static const char *choose(const char *identifier, const cn_shape *y_true, const cn_shape *y_pred)
{
    bool accuracy = is_word(identifier, "accuracy") || is_word(identifier, "acc");
    if (!accuracy && !is_word(identifier, "crossentropy") && !is_word(identifier, "ce"))
        return identifier;
    bool no_class_axis = last_dim(y_true) == 1 && last_dim(y_pred) > 1;
    if (last_dim(y_pred) == 1)
        return accuracy ? "binary_accuracy" : "binary_crossentropy";
    if (y_true->rank < y_pred->rank || no_class_axis)
        return accuracy ? "sparse_categorical_accuracy" : "sparse_categorical_crossentropy";
    return accuracy ? "categorical_accuracy" : "categorical_crossentropy";
}

/* ---- records --------------------------------------------------------------------------------- */

/* Keras writes arrays as {"class_name": "__tensor__", ...}; they are lists here. */
static void adapt_lists(json_t *config)
{
    const char *key;
    json_t *value;
    void *next;
    json_object_foreach_safe(config, next, key, value)
    {
        json_t *items = json_object_get(json_object_get(value, "config"), "value");
        if (json_is_array(items))
            json_object_set(config, key, items);
    }
}

static bool is_loss(const json_t *record)
{
    const char *module = json_string_value(json_object_get(record, "module"));
    return module != NULL && strcmp(module, "keras.losses") == 0;
}

/* The mean of a loss, called like the loss. */
static cn_status parse_loss(json_t *loss, cn_arena *arena, cn_object *metric)
{
    const char *class_name = json_string_value(json_object_get(loss, "class_name"));
    CN_CHECK(class_name != NULL, "a loss record needs a \"class_name\"");
    json_t *record = json_pack("{s:s, s:{s:O, s:s?}}", "class_name", "MeanMetricWrapper", "config",
                               "fn", loss, "name", cn_snake_case(arena, class_name));
    CN_CHECK_MEMORY(record);
    cn_status status = cn_object_parse_json(&cn_metric_classes, record, arena, metric);
    json_decref(record);
    return status;
}

static cn_status parse_record(const char *identifier, cn_arena *arena, cn_object *metric)
{
    json_error_t error;
    json_t *record = cn_json_load(identifier, strlen(identifier), JSON_REJECT_DUPLICATES, &error);
    CN_CHECK(record != NULL, "a metric record is not JSON: line %d: %s", error.line, error.text);
    cn_status status;
    if (is_loss(record)) {
        status = parse_loss(record, arena, metric);
    } else {
        adapt_lists(json_object_get(record, "config"));
        status = cn_object_parse_json(&cn_metric_classes, record, arena, metric);
    }
    json_decref(record);
    return status;
}

/* The "name" among the arguments; NULL if there is none. */
static const char *name_among(const cn_object *object)
{
    for (const cn_field *field = object->class->fields; field != NULL && field->name != NULL;
         field++)
        if (strcmp(field->name, "name") == 0 && field->kind == CN_FIELD_TEXT)
            return *(const char *const *)(const void *)((const char *)object->args + field->offset);
    return NULL;
}

cn_status cn_metric_parse(const char *identifier, const cn_shape *y_true, const cn_shape *y_pred,
                          cn_arena *arena, cn_object *metric, const char **name)
{
    CN_CHECK(identifier != NULL && identifier[0] != '\0',
             "metric: expected a name such as \"mae\" or what cn_auc(...) returns, got none");
    if (identifier[0] != '{') {
        *name = cn_arena_text(arena, identifier);
        CN_CHECK_MEMORY(*name);
        CN_TRY(
            cn_object_parse(&cn_metric_classes, choose(identifier, y_true, y_pred), arena, metric));
        return metric->class->check == NULL
                   ? CN_OK
                   : metric->class->check(metric->args); /* "mean_iou" needs classes */
    }
    CN_TRY(parse_record(identifier, arena, metric));
    *name = name_among(metric);
    if (*name == NULL)
        *name = cn_snake_case(arena, metric->class->name);
    CN_CHECK_MEMORY(*name);
    return CN_OK;
}
