/* The list of optimizers, and what their identifiers say: Keras's records, in which "learning_rate"
 * is a number or a schedule, and the arguments that all of them have. */
#include "optimizers/optimizers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CN_OPTIMIZER_ENTRY(name) extern const cn_optimizer_class cn_optimizer_##name;
#include "optimizers/optimizers.def"
#undef CN_OPTIMIZER_ENTRY

static const cn_class *const list[] = {
#define CN_OPTIMIZER_ENTRY(name) &cn_optimizer_##name.base,
#include "optimizers/optimizers.def"
#undef CN_OPTIMIZER_ENTRY
    NULL,
};

const cn_classes cn_optimizer_classes = {"optimizer", list, NULL};

/* ---- the arguments that all have ------------------------------------------------------------- */

static const cn_field keyword_fields[] = {CN_OPTIMIZER_FIELDS(cn_optimizer_keywords),
                                          CN_END_FIELDS};

static const cn_field *find_field(const cn_class *class, const char *name)
{
    for (const cn_field *field = class->fields; field != NULL && field->name != NULL; field++)
        if (strcmp(field->name, name) == 0)
            return field;
    return NULL;
}

/* Copies by name what the class has of them; a user's class need not have them all. */
static cn_optimizer_keywords keywords_of(const cn_class *class, const void *args)
{
    cn_optimizer_keywords keywords = {
        .learning_rate = 0.001, .weight_decay = CN_UNSET, CN_OPTIMIZER_DEFAULTS_};
    for (const cn_field *field = keyword_fields; field->name != NULL; field++) {
        const cn_field *own = find_field(class, field->name);
        if (own != NULL && own->kind == field->kind)
            memcpy((char *)&keywords + field->offset, (const char *)args + own->offset,
                   cn_field_size(field->kind));
    }
    return keywords;
}

static cn_status check_clipping(const char *who, const cn_optimizer_keywords *keywords)
{
    const double values[] = {keywords->clipnorm, keywords->clipvalue, keywords->global_clipnorm};
    static const char *const names[] = {"clipnorm", "clipvalue", "global_clipnorm"};
    int first = -1;
    for (int i = 0; i < 3; i++) {
        if (isnan(values[i]))
            continue;
        CN_CHECK(first < 0,
                 "%s: at most one of clipnorm, clipvalue and global_clipnorm may be given, got "
                 "%s = %g and "
                 "%s = %g",
                 who, names[first < 0 ? 0 : first], values[first < 0 ? 0 : first], names[i],
                 values[i]);
        CN_CHECK(values[i] > 0, "%s: %s must be positive, got %g", who, names[i], values[i]);
        first = i;
    }
    return CN_OK;
}

/* A number of steps, which the program counts in int32. */
static cn_status check_count(const char *who, const char *name, int64_t count, int64_t least)
{
    CN_CHECK(count == CN_NONE || count >= least, "%s: %s must be at least %d, got %lld", who, name,
             (int)least, (long long)count);
    CN_CHECK(count <= INT32_MAX, "%s: %s must be at most %d, got %lld", who, name, INT32_MAX,
             (long long)count);
    return CN_OK;
}

static cn_status check_keywords(const char *who, const cn_optimizer_keywords *keywords)
{
    CN_CHECK(keywords->learning_rate >= 0, "%s: learning_rate must not be negative, got %g", who,
             keywords->learning_rate);
    CN_TRY(check_clipping(who, keywords));
    CN_CHECK(keywords->ema_momentum >= 0 && keywords->ema_momentum <= 1,
             "%s: ema_momentum must be between 0 and 1, got %g", who, keywords->ema_momentum);
    CN_TRY(check_count(who, "ema_overwrite_frequency", keywords->ema_overwrite_frequency, 1));
    CN_TRY(
        check_count(who, "gradient_accumulation_steps", keywords->gradient_accumulation_steps, 2));
    CN_CHECK(isnan(keywords->loss_scale_factor) || keywords->loss_scale_factor > 0,
             "%s: loss_scale_factor must be positive, got %g", who, keywords->loss_scale_factor);
    return CN_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Whether a | is one between patterns, not within one. */
static bool separates(const char *text, const char *at)
{
    int depth = 0;
    for (const char *c = text; c < at; c++) {
        if (*c == '\\' && c + 1 < at)
            c++;
        else if (*c == '(' || *c == '[')
            depth++;
        else if (*c == ')' || *c == ']')
            depth--;
    }
    return *at == '|' && depth == 0 && (at == text || at[-1] != '\\');
}

/* Keras's list of patterns, from one text with | between them. NULL if memory ran out. */
static json_t *patterns_json(const char *text)
{
    json_t *patterns = json_array();
    while (patterns != NULL && text != NULL && *text != '\0') {
        const char *end = text;
        while (*end != '\0' && !separates(text, end))
            end++;
        if (json_array_append_new(patterns, json_stringn(text, (size_t)(end - text))) != 0) {
            json_decref(patterns);
            return NULL;
        }
        text = end + (*end == '|');
    }
    return patterns;
}

/* Puts a value, which is taken, into a record's config; *record is NULL afterwards if memory ran
 * out. */
static void set_in_config(json_t **record, const char *key, json_t *value)
{
    json_t *config = json_object_get(*record, "config");
    if (config != NULL && json_object_set_new(config, key, value) == 0)
        return;
    if (config == NULL)
        json_decref(value);
    json_decref(*record);
    *record = NULL;
}

/* The record, with a schedule in the learning rate's place. */
static json_t *record_of(const cn_class *class, const void *args,
                         const cn_optimizer_keywords *keywords)
{
    json_t *record = cn_object_json(class, args);
    if (keywords->learning_rate_schedule != NULL)
        set_in_config(&record, "learning_rate",
                      cn_identifier_json(keywords->learning_rate_schedule));
    const cn_field *patterns = find_field(class, "exclude_layers");
    if (patterns != NULL) {
        const char *text;
        memcpy(&text, (const char *)args + patterns->offset, sizeof text);
        set_in_config(&record, "exclude_layers", patterns_json(text));
    }
    return record;
}

const char *cn_optimizer_text(const cn_class *class, const void *args)
{
    cn_session *session = cn_session_current();
    const cn_optimizer_keywords keywords = keywords_of(class, args);
    if (session == NULL || check_keywords(class->name, &keywords) != CN_OK ||
        (class->check != NULL && class->check(args) != CN_OK))
        return NULL;
    json_t *record = record_of(class, args, &keywords);
    if (keywords.exclude_from_weight_decay != NULL)
        set_in_config(&record, "exclude_from_weight_decay",
                      json_string(keywords.exclude_from_weight_decay));
    char *dump = record == NULL ? NULL : cn_json_text(record, 0);
    const char *text = dump == NULL ? NULL : cn_arena_text(cn_session_arena(session), dump);
    if (text == NULL)
        (void)cn_fail(CN_OUT_OF_MEMORY, "%s: out of memory", class->name);
    free(dump);
    json_decref(record);
    return text;
}

/* LossScaleOptimizer's record around another's, which is taken. */
static json_t *wrapped(const void *args, const char *name, json_t *inner)
{
    json_t *record = cn_object_json(&cn_optimizer_loss_scale_optimizer.base, args);
    set_in_config(&record, "inner_optimizer", inner);
    set_in_config(&record, "name", json_string(name));
    return record;
}

static json_t *bare_json(const cn_optimizer *optimizer)
{
    json_t *record =
        record_of(optimizer->object.class, optimizer->object.args, &optimizer->keywords);
    set_in_config(&record, "name", json_string(optimizer->name));
    if (optimizer->schedule.class == NULL)
        set_in_config(&record, "learning_rate",
                      cn_json_real(cn_optimizer_learning_rate(optimizer)));
    return record;
}

json_t *cn_optimizer_json(const cn_optimizer *optimizer)
{
    json_t *record = bare_json(optimizer);
    return optimizer->scaling == NULL
               ? record
               : wrapped(optimizer->scaling, optimizer->scaling_name, record);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Keras's list of patterns becomes one text. What is no list is left for the field table to
 * refuse. */
static void join_patterns(json_t *config)
{
    const json_t *patterns = json_object_get(config, "exclude_layers");
    json_t *joined = json_is_array(patterns) ? json_string("") : NULL;
    for (size_t i = 0; joined != NULL && i < json_array_size(patterns); i++) {
        const char *pattern = json_string_value(json_array_get(patterns, i));
        json_t *longer = json_sprintf("%s%s%s", json_string_value(joined), i == 0 ? "" : "|",
                                      pattern == NULL ? "" : pattern);
        json_decref(joined);
        joined = longer;
    }
    if (joined != NULL)
        (void)json_object_set_new(config, "exclude_layers", joined);
}

/* Brings Keras's form into that of the field table: a schedule is an argument of its own here, and
 * keys of Keras 2 that Keras 3 passes over are passed over. */
static void adapt_config(json_t *config)
{
    static const char *const ignored[] = {"decay", "jit_compile", "is_legacy_optimizer"};
    json_t *rate = json_object_get(config, "learning_rate");
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        json_object_del(config, ignored[i]);
    join_patterns(config);
    if (json_is_object(rate)) {
        json_object_set(config, "learning_rate_schedule", rate);
        json_object_del(config, "learning_rate");
    }
}

static cn_status parse_record(const char *identifier, cn_arena *arena, cn_object *object)
{
    json_error_t error;
    json_t *record = cn_json_load(identifier, strlen(identifier), JSON_REJECT_DUPLICATES, &error);
    if (record == NULL)
        return cn_json_failure(CN_INVALID, "an optimizer record", &error);
    adapt_config(json_object_get(record, "config"));
    cn_status status = cn_object_parse_json(&cn_optimizer_classes, record, arena, object);
    json_decref(record);
    return status;
}

/* An optimizer in an optimizer in an optimizer is none. */
static cn_status check_inner(const cn_loss_scale_optimizer_args *args, cn_arena *arena)
{
    cn_object inner;
    cn_optimizer_keywords keywords;
    CN_CHECK(args->inner_optimizer != NULL,
             "LossScaleOptimizer: inner_optimizer, another optimizer, is needed");
    CN_CHECK(
        strstr(args->inner_optimizer, "LossScaleOptimizer") == NULL &&
            strcmp(args->inner_optimizer, "loss_scale_optimizer") != 0,
        "LossScaleOptimizer: inner_optimizer must be another optimizer, not one of this class");
    return cn_optimizer_parse(args->inner_optimizer, arena, &inner, &keywords);
}

cn_status cn_optimizer_parse(const char *identifier, cn_arena *arena, cn_object *object,
                             cn_optimizer_keywords *keywords)
{
    CN_CHECK(identifier != NULL && identifier[0] != '\0',
             "optimizer: expected a name such as \"adam\" or what cn_adam(...) returns, got none");
    if (identifier[0] == '{')
        CN_TRY(parse_record(identifier, arena, object));
    else
        CN_TRY(cn_object_parse(&cn_optimizer_classes, identifier, arena, object));
    *keywords = keywords_of(object->class, object->args);
    if (object->class == &cn_optimizer_loss_scale_optimizer.base)
        return check_inner(object->args, arena);
    return check_keywords(object->class->name, keywords);
}

static json_t *parsed_record(const cn_object *object, const cn_optimizer_keywords *keywords,
                             cn_arena *memory)
{
    const char *name = keywords->name != NULL ? keywords->name
                                              : cn_snake_case(memory, object->class->name);
    if (name == NULL)
        return NULL;
    if (object->class == &cn_optimizer_loss_scale_optimizer.base) {
        const cn_loss_scale_optimizer_args *args = object->args;
        return wrapped(args, name, cn_optimizer_record(args->inner_optimizer));
    }
    json_t *record = record_of(object->class, object->args, keywords);
    set_in_config(&record, "name", json_string(name));
    if (keywords->learning_rate_schedule == NULL)
        set_in_config(&record, "learning_rate",
                      cn_json_real((double)(float)keywords->learning_rate));
    return record;
}

json_t *cn_optimizer_record(const char *identifier)
{
    cn_arena memory = {0};
    cn_object object;
    cn_optimizer_keywords keywords;
    json_t *record = NULL;
    if (cn_optimizer_parse(identifier, &memory, &object, &keywords) == CN_OK)
        record = parsed_record(&object, &keywords, &memory);
    cn_arena_free(&memory);
    return record;
}
