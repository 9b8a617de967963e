/* What Keras 2 wrote of compiling (training_config), as Keras 3 would have written it. */
#include <math.h>
#include <string.h>

#include "saving/saving.h"

static bool is_class(const json_t *record, const char *name)
{
    const char *class = cn_record_text(record, "class_name");
    return class != NULL && strcmp(class, name) == 0;
}

static void rename_key(json_t *config, const char *from, const char *to)
{
    json_t *value = json_object_get(config, from);
    if (value != NULL && json_object_get(config, to) == NULL)
        (void)json_object_set(config, to, value);
    (void)json_object_del(config, from);
}

/* lr / (1 + decay step) is a schedule now. */
static void translate_decay(json_t *config)
{
    const double decay = json_number_value(json_object_get(config, "decay"));
    const json_t *rate = json_object_get(config, "learning_rate");
    (void)json_object_del(config, "decay");
    if (!(decay > 0) || !json_is_number(rate))
        return;
    (void)json_object_set_new(
        config, "learning_rate",
        json_pack("{s:s, s:s, s:{s:f, s:i, s:f}}", "module", "keras.optimizers.schedules",
                  "class_name", "InverseTimeDecay", "config", "initial_learning_rate",
                  json_number_value(rate), "decay_steps", 1, "decay_rate", decay));
}

/* "Custom>Adam": what Keras 2.11 to 2.15 call their new optimizers in .h5 files. */
static void translate_class(json_t *record)
{
    static const char prefix[] = "Custom>";
    const char *class = cn_record_text(record, "class_name");
    json_t *rest = class != NULL && strncmp(class, prefix, strlen(prefix)) == 0
                       ? json_string(class + strlen(prefix))
                       : NULL;
    if (rest != NULL)
        (void)json_object_set_new(record, "class_name", rest);
}

/* Optimizers of Keras 2, and those of TensorFlow before 2.11, which have no averages. */
static void translate_optimizer(json_t *record, cn_keras_kind kind)
{
    json_t *config = json_object_get(record, "config");
    const bool old = json_object_get(config, "use_ema") == NULL;
    if (!json_is_object(config))
        return;
    translate_class(record);
    rename_key(config, "lr", "learning_rate");
    translate_decay(config);
    (void)json_object_del(config, "schedule_decay");
    (void)json_object_del(config, "is_legacy_optimizer");
    (void)json_object_del(config, "jit_compile");
    if (kind == CN_KERAS_2)
        rename_key(config, "clipnorm", "global_clipnorm");
    if (json_is_null(json_object_get(config, "epsilon")))
        (void)json_object_del(config, "epsilon");
    if (old && (is_class(record, "RMSprop") || is_class(record, "Adagrad")))
        (void)json_object_set_new(config, "epsilon_outside", json_true());
    if (kind == CN_KERAS_2 && is_class(record, "Adagrad") &&
        json_object_get(config, "initial_accumulator_value") == NULL)
        (void)json_object_set_new(config, "initial_accumulator_value", json_real(0));
}

/* "auto" is what Keras 3 calls by what it means. */
static void translate_reductions(json_t *json)
{
    const char *key;
    json_t *value;
    size_t i;
    const char *reduction = cn_record_text(json, "reduction");
    if (reduction != NULL && strcmp(reduction, "auto") == 0)
        (void)json_object_set_new(json, "reduction", json_string("sum_over_batch_size"));
    json_object_foreach(json, key, value) translate_reductions(value);
    json_array_foreach(json, i, value) translate_reductions(value);
}

json_t *cn_keras3_compile(const json_t *config, cn_keras_kind kind)
{
    json_t *copy = json_deep_copy(config);
    if (copy == NULL) {
        (void)cn_fail(CN_OUT_OF_MEMORY, "a training config: out of memory");
        return NULL;
    }
    rename_key(copy, "optimizer_config", "optimizer");
    if (kind == CN_KERAS_3)
        return copy;
    translate_optimizer(json_object_get(copy, "optimizer"), kind);
    translate_reductions(json_object_get(copy, "loss"));
    return copy;
}
