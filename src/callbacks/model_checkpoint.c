/* ModelCheckpoint: saves the model while it is trained, always or when it is the best so far. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "callbacks/callbacks.h"
#include "cornu/saving.h"
#include "runtime/file.h"

struct state {
    cn_callback_state base;
    cn_monitor monitor;
    int64_t batches; /* since the last saving */
};

/* ---- saving ---------------------------------------------------------------------------------- */

static const char *best_text(const cn_monitor *monitor, char *text, size_t size)
{
    if (isnan(monitor->best))
        return "None";
    (void)snprintf(text, size, "%.5f", monitor->best);
    return text;
}

static bool ends_with(const char *path, const char *end)
{
    const size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcmp(path + length - tail, end) == 0;
}

/* Weights alone where that is asked for, or where the file can hold nothing else. */
static cn_status save_model(const cn_model_checkpoint_args *args, const cn_model *model,
                            const char *path)
{
    static const char *const only_weights[] = {".npz", ".weights.h5", ".weights.json"};
    bool weights = args->save_weights_only;
    for (size_t i = 0; i < sizeof only_weights / sizeof only_weights[0]; i++)
        weights = weights || ends_with(path, only_weights[i]);
    return weights ? cn_save_weights(model, path) : cn_save(model, path);
}

/* Whether to save now; says so. */
static bool wants_saving(struct state *state, const cn_event *event, const char *path)
{
    const cn_model_checkpoint_args *args = state->base.args;
    const int64_t epoch = event->epoch + 1;
    cn_monitor *monitor = &state->monitor;
    char text[512];
    double current;
    if (!args->save_best_only) {
        if (args->verbose > 0)
            printf("\nEpoch %" PRId64 ": saving model to %s\n", epoch, path);
        return true;
    }
    if (!cn_monitor_read(monitor, event, &current))
        return !monitor->seen;
    const bool better = cn_monitor_is_better(monitor, current, monitor->best);
    const char *best = best_text(monitor, text, sizeof text);
    if (args->verbose > 0 && better)
        printf("\nEpoch %" PRId64 ": %s improved from %s to %.5f, saving model to %s\n", epoch,
               monitor->name, best, current, path);
    else if (args->verbose > 0)
        printf("\nEpoch %" PRId64 ": %s did not improve from %s\n", epoch, monitor->name, best);
    if (better)
        monitor->best = current;
    return better;
}

static cn_status save(struct state *state, const cn_event *event, int64_t batch, cn_arena *memory)
{
    const cn_model_checkpoint_args *args = state->base.args;
    const cn_path_values values = {event->epoch + 1, batch, event};
    char *path;
    CN_TRY(cn_path_format("ModelCheckpoint", args->filepath, &values, memory, &path));
    if (!wants_saving(state, event, path))
        return CN_OK;
    cn_status status = cn_make_folders(path);
    if (status != CN_OK)
        cn_fail_in("ModelCheckpoint");
    CN_TRY(status);
    CN_TRY(save_model(args, event->model, path));
    if (args->verbose > 0)
        printf("\nEpoch %" PRId64 ": finished saving model to %s\n", event->epoch + 1, path);
    return CN_OK;
}

static cn_status save_at(const cn_event *event, int64_t batch)
{
    cn_arena memory = {0};
    cn_status status = save(event->data, event, batch, &memory);
    cn_arena_free(&memory);
    return status;
}

/* ---- hooks ----------------------------------------------------------------------------------- */

static cn_status on_epoch_end(cn_event *event)
{
    return save_at(event, 0);
}

static cn_status on_train_batch_end(cn_event *event)
{
    struct state *state = event->data;
    const cn_model_checkpoint_args *args = state->base.args;
    if (++state->batches < args->save_freq)
        return CN_OK;
    state->batches = 0;
    return save_at(event, event->batch + 1);
}

static cn_status on_train_end(cn_event *event)
{
    const struct state *state = event->data;
    cn_monitor_end(&state->monitor, event, "ModelCheckpoint");
    return CN_OK;
}

/* One of the two hooks: values of batches are only computed for those who have a hook of batches.
 */
static cn_status begin(void *data, cn_callback *callback)
{
    struct state *state = data;
    const cn_model_checkpoint_args *args = state->base.args;
    state->monitor = cn_monitor_begin(args->monitor, args->mode, 0, args->initial_value_threshold);
    if (args->save_freq == CN_NONE)
        callback->on_train_batch_end = NULL;
    else
        callback->on_epoch_end = NULL;
    return CN_OK;
}

/* ---- the class ------------------------------------------------------------------------------- */

/* Whether something can be saved under this name, before hours of training. */
static bool can_save(const cn_model_checkpoint_args *args)
{
    static const char *const models[] = {".keras", ".h5", ".hdf5", ".npz", ".weights.json"},
                             *const weights[] = {".h5", ".hdf5", ".npz", ".weights.json"};
    const char *const *endings = args->save_weights_only ? weights : models;
    const size_t n = args->save_weights_only ? sizeof weights / sizeof weights[0]
                                             : sizeof models / sizeof models[0];
    for (size_t i = 0; i < n; i++)
        if (ends_with(args->filepath, endings[i]))
            return true;
    return false;
}

static cn_status check(const void *arguments)
{
    const cn_model_checkpoint_args *args = arguments;
    const char *path = args->filepath;
    CN_CHECK(path != NULL, "ModelCheckpoint: filepath, the name of a file, is needed");
    CN_CHECK(can_save(args), "ModelCheckpoint: %s, got \"%s\"",
             args->save_weights_only
                 ? "weights are saved in files that end in .weights.h5, .weights.json, .h5 or .npz"
                 : "models are saved in files that end in .keras or .h5, weights in .weights.h5, "
                   ".weights.json or .npz",
             path);
    CN_CHECK(
        args->save_freq == CN_NONE || args->save_freq > 0,
        "ModelCheckpoint: save_freq must be a number of batches, or CN_NONE for each epoch, got %" PRId64,
        args->save_freq);
    CN_TRY(cn_path_check("ModelCheckpoint", path, args->save_freq != CN_NONE));
    return args->save_best_only ? cn_monitor_check("ModelCheckpoint", args->monitor, args->mode)
                                : CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_model_checkpoint_args, filepath, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_model_checkpoint_args, monitor, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_model_checkpoint_args, verbose, CN_FIELD_INT, 0),
    CN_FIELD(cn_model_checkpoint_args, save_best_only, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_model_checkpoint_args, save_weights_only, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_model_checkpoint_args, mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_model_checkpoint_args, save_freq, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_model_checkpoint_args, initial_value_threshold, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_field kept[] = {
    CN_FIELD(struct state, monitor.best, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(struct state, batches, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_model_checkpoint_args defaults = {CN_MODEL_CHECKPOINT_DEFAULTS};

const cn_callback_class cn_callback_model_checkpoint = {
    .base = {.name = "ModelCheckpoint",
             .module = "keras.callbacks",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .hooks = {.on_epoch_end = on_epoch_end,
              .on_train_batch_end = on_train_batch_end,
              .on_train_end = on_train_end},
    .state_size = sizeof(struct state),
    .begin = begin,
    .kept = kept,
};

const char *cn_model_checkpoint_with(const cn_model_checkpoint_args *args)
{
    return cn_callback_text(&cn_callback_model_checkpoint, args);
}
