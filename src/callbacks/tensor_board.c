/* TensorBoard: event files with what each epoch, and each batch, brought. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "callbacks/callbacks.h"
#include "callbacks/event_file.h"
#include "cornu/saving.h"
#include "cornu/training.h"

struct state {
    cn_callback_state base;
    cn_event_file train, validation;
    int64_t batches;    /* of training so far */
    int64_t iterations; /* of the optimizer when the epoch began */
    double epoch_begin, batch_begin;
};

static const cn_tensor_board_args *args_of(const struct state *state)
{
    return state->base.args;
}

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* A file is there when there is something to write. */
static cn_status open_file(const struct state *state, cn_event_file *file)
{
    char folder[4096];
    if (file->stream != NULL)
        return CN_OK;
    (void)snprintf(folder, sizeof folder, "%s/%s", args_of(state)->log_dir,
                   file == &state->train ? "train" : "validation");
    return cn_event_file_open(file, folder);
}

/* A value called prefix, name and suffix. */
static cn_status write(const struct state *state, cn_event_file *file, const char *const name[3],
                       int64_t step, double value)
{
    char tag[512];
    (void)snprintf(tag, sizeof tag, "%s%s%s", name[0], name[1], name[2]);
    CN_TRY(open_file(state, file));
    return cn_event_file_scalar(file, tag, step, value);
}

static cn_status flush(struct state *state)
{
    CN_TRY(cn_event_file_flush(&state->train));
    return cn_event_file_flush(&state->validation);
}

/* Puts the class in front of a message that begins with a file's path. */
static cn_status named(cn_status status)
{
    if (status != CN_OK)
        cn_fail_in("TensorBoard");
    return status;
}

/* ---- epochs ---------------------------------------------------------------------------------- */

static bool is_of_validation(const char *name)
{
    return strncmp(name, "val_", 4) == 0;
}

static cn_status write_logs(struct state *state, const cn_event *event)
{
    for (int64_t i = 0; i < event->count; i++) {
        const char *name = event->names[i];
        const bool validation = is_of_validation(name);
        const char *const parts[] = {"epoch_", validation ? name + 4 : name, ""};
        if (strcmp(name, "learning_rate") != 0)
            CN_TRY(write(state, validation ? &state->validation : &state->train, parts,
                         event->epoch, event->values[i]));
    }
    return write(state, &state->train, (const char *const[]){"epoch_", "learning_rate", ""},
                 event->epoch, cn_learning_rate(event->model));
}

static cn_status write_speed(struct state *state, const cn_event *event)
{
    const double steps = (double)(cn_iterations(event->model) - state->iterations);
    return write(state, &state->train, (const char *const[]){"epoch_", "steps_per_second", ""},
                 event->epoch, steps / (seconds_now() - state->epoch_begin));
}

static cn_status write_histogram(struct state *state, const cn_event *event, int64_t i)
{
    char tag[512];
    (void)snprintf(tag, sizeof tag, "%s/histogram", cn_weight_path(event->model, i));
    cn_array *weight = cn_get_weight_at(event->model, i);
    if (weight == NULL)
        return cn_error_status();
    cn_status status = cn_event_file_histogram(&state->train, tag, event->epoch, weight);
    cn_array_free(weight);
    return status;
}

static cn_status end_epoch(struct state *state, const cn_event *event)
{
    const cn_tensor_board_args *args = args_of(state);
    CN_TRY(write_logs(state, event));
    if (args->write_steps_per_second)
        CN_TRY(write_speed(state, event));
    if (args->histogram_freq > 0 && event->epoch % args->histogram_freq == 0)
        for (int64_t i = 0; i < cn_weight_count(event->model); i++)
            CN_TRY(write_histogram(state, event, i));
    return flush(state);
}

/* ---- hooks ----------------------------------------------------------------------------------- */

/* A model that has no record, because of a layer of the user's own, is trained all the same. */
static cn_status write_graph(struct state *state, cn_event *event)
{
    const bool failed_before = cn_failed();
    char *json = cn_to_json(event->model);
    if (json == NULL) {
        if (cn_error_status() == CN_OUT_OF_MEMORY && !failed_before)
            return CN_OUT_OF_MEMORY;
        cn_event_warn(event,
                      "TensorBoard: the model cannot be written as JSON, so there is no graph");
        if (!failed_before)
            cn_clear_error();
        return CN_OK;
    }
    cn_status status = open_file(state, &state->train);
    if (status == CN_OK)
        status = cn_event_file_model(&state->train, json);
    free(json);
    return status;
}

static cn_status on_train_begin(cn_event *event)
{
    struct state *state = event->data;
    return args_of(state)->write_graph ? named(write_graph(state, event)) : CN_OK;
}

static cn_status on_epoch_begin(cn_event *event)
{
    struct state *state = event->data;
    state->epoch_begin = seconds_now();
    state->iterations = cn_iterations(event->model);
    return CN_OK;
}

static cn_status on_epoch_end(cn_event *event)
{
    return named(end_epoch(event->data, event));
}

static cn_status on_train_batch_begin(cn_event *event)
{
    struct state *state = event->data;
    state->batch_begin = seconds_now();
    return CN_OK;
}

static cn_status end_batch(struct state *state, const cn_event *event)
{
    if (state->batches % args_of(state)->update_freq != 0)
        return CN_OK;
    if (args_of(state)->write_steps_per_second)
        CN_TRY(write(state, &state->train, (const char *const[]){"batch_", "steps_per_second", ""},
                     state->batches, 1 / (seconds_now() - state->batch_begin)));
    for (int64_t i = 0; i < event->count; i++)
        CN_TRY(write(state, &state->train, (const char *const[]){"batch_", event->names[i], ""},
                     state->batches, event->values[i]));
    return CN_OK;
}

static cn_status on_train_batch_end(cn_event *event)
{
    struct state *state = event->data;
    state->batches++;
    return named(end_batch(state, event));
}

static cn_status end_test(struct state *state, const cn_event *event)
{
    for (int64_t i = 0; i < event->count; i++)
        CN_TRY(write(state, &state->validation,
                     (const char *const[]){"evaluation_", event->names[i], "_vs_iterations"},
                     cn_iterations(event->model), event->values[i]));
    return flush(state);
}

static cn_status on_test_end(cn_event *event)
{
    return named(end_test(event->data, event));
}

static cn_status on_train_end(cn_event *event)
{
    return named(flush(event->data));
}

/* Values of batches are only computed for those who have a hook of batches. */
static cn_status begin(void *data, cn_callback *callback)
{
    if (args_of(data)->update_freq == CN_NONE)
        callback->on_train_batch_begin = callback->on_train_batch_end = NULL;
    return CN_OK;
}

static void end(void *data)
{
    struct state *state = data;
    cn_event_file_close(&state->train);
    cn_event_file_close(&state->validation);
}

/* ---- the class ------------------------------------------------------------------------------- */

static cn_status check(const void *arguments)
{
    const cn_tensor_board_args *args = arguments;
    CN_CHECK(args->log_dir != NULL && args->log_dir[0] != '\0',
             "TensorBoard: log_dir, the name of a folder, is needed");
    CN_CHECK(args->histogram_freq >= 0,
             "TensorBoard: histogram_freq must be 0 or more, got %" PRId64, args->histogram_freq);
    CN_CHECK(
        args->update_freq == CN_NONE || args->update_freq > 0,
        "TensorBoard: update_freq must be a number of batches, or CN_NONE for each epoch, got %" PRId64,
        args->update_freq);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_tensor_board_args, log_dir, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_tensor_board_args, histogram_freq, CN_FIELD_INT, 0),
    CN_FIELD(cn_tensor_board_args, write_graph, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_tensor_board_args, write_steps_per_second, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_tensor_board_args, update_freq, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_field kept[] = {
    CN_FIELD(struct state, batches, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_tensor_board_args defaults = {CN_TENSOR_BOARD_DEFAULTS};

const cn_callback_class cn_callback_tensor_board = {
    .base = {.name = "TensorBoard",
             .module = "keras.callbacks",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .hooks = {.on_train_begin = on_train_begin,
              .on_train_end = on_train_end,
              .on_epoch_begin = on_epoch_begin,
              .on_epoch_end = on_epoch_end,
              .on_train_batch_begin = on_train_batch_begin,
              .on_train_batch_end = on_train_batch_end,
              .on_test_end = on_test_end},
    .state_size = sizeof(struct state),
    .begin = begin,
    .end = end,
    .kept = kept,
};

const char *cn_tensor_board_with(const cn_tensor_board_args *args)
{
    return cn_callback_text(&cn_callback_tensor_board, args);
}
