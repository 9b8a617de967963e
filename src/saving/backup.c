/* Backups of a training: a file of weights as Keras 3 has them, and in its group /training all else
 * that decides how it goes on: other variables of the step's program, where it stands, the history,
 * what callbacks have counted. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "callbacks/callbacks.h"
#include "runtime/file.h"
#include "saving/saving.h"
#include "saving/weights.h"

#define LATEST "latest.weights.h5"
enum { VERSION = 1, MOST_METADATA = 1 << 16 };

static cn_status no_memory(void)
{
    return cn_fail(CN_OUT_OF_MEMORY, "out of memory");
}

/* ---- variables that are no weights ----------------------------------------------------------- */

static bool is_among(const cn_variable *variable, const cn_saved_group *group)
{
    for (int64_t i = 0; group != NULL && i < group->n; i++)
        if (group->variables[i] == variable)
            return true;
    return false;
}

/* Whatever the program of a step changes and has no place among weights and the optimizer's
 * variables. */
static cn_status list_states(const cn_program *program, const cn_model *model, cn_arena *arena,
                             cn_saved_group *states)
{
    cn_saved_groups groups = {0};
    cn_saved_group *optimizer = NULL;
    CN_TRY(cn_list_groups(model, "layers", arena, &groups));
    CN_TRY(cn_saved_optimizer(model, false, arena, &optimizer));
    *states = (cn_saved_group){.path = "training", .name = "the training"};
    states->variables =
        cn_arena_allocate(arena, (size_t)(program->n_states + 1) * sizeof(cn_variable *));
    if (states->variables == NULL)
        return no_memory();
    for (int64_t i = 0; i < program->n_states; i++) {
        cn_variable *variable = program->states[i].variable;
        bool saved = program->states[i].final == program->states[i].initial ||
                     is_among(variable, optimizer);
        for (int64_t k = 0; k < groups.n && !saved; k++)
            saved = is_among(variable, &groups.list[k]);
        if (!saved)
            states->variables[states->n++] = variable;
    }
    return CN_OK;
}

static cn_status find_states(const cn_position *at, cn_arena *arena, cn_saved_group *states)
{
    cn_program program = {0};
    const cn_batch batch = cn_longest_batch(at->data, at->range);
    cn_status status = cn_step_build(at->training, CN_TRAIN, at->data, &batch, &program);
    if (status == CN_OK)
        status = list_states(&program, at->training->model, arena, states);
    cn_program_free(&program);
    return status;
}

/* ---- the history ----------------------------------------------------------------------------- */

static json_t *history_names(const cn_history *history)
{
    json_t *names = json_array();
    for (int64_t i = 0; i < cn_history_count(history); i++)
        cn_json_append(&names, json_string(cn_history_name(history, i)));
    return names;
}

/* float64 [epochs, names] in the arena. */
static cn_status put_history(cn_h5_writer *writer, struct cn_h5_node *group,
                             const cn_history *history, cn_arena *arena)
{
    const int64_t epochs = cn_history_epochs(history), n = cn_history_count(history);
    if (epochs == 0)
        return CN_OK;
    double *values = cn_arena_allocate(arena, (size_t)(epochs * n + 1) * sizeof *values);
    if (values == NULL)
        return no_memory();
    for (int64_t i = 0; i < epochs * n; i++)
        values[i] = cn_history_value(history, cn_history_name(history, i % n), i / n);
    return cn_h5_put_data(writer, group, "history", CN_FLOAT64, &CN_SHAPE(epochs, n), values);
}

static cn_status take_history(cn_history *history, const json_t *names, const cn_shape *shape,
                              const double *values, cn_arena *arena)
{
    const int64_t n = (int64_t)json_array_size(names);
    const char **list = cn_arena_allocate(arena, (size_t)(n + 1) * sizeof *list);
    if (list == NULL)
        return no_memory();
    for (int64_t i = 0; i < n; i++) {
        list[i] = json_string_value(json_array_get(names, (size_t)i));
        CN_CHECK(list[i] != NULL, "/training: the history has a name that is no text");
    }
    cn_history_empty(history);
    for (int64_t epoch = 0; epoch < shape->dim[0]; epoch++) {
        const cn_logs logs = {list, (double *)(uintptr_t)&values[epoch * n], n, n, n};
        CN_TRY(cn_history_append(history, &logs));
    }
    return CN_OK;
}

static cn_status read_history(cn_h5_object *group, const json_t *names, cn_history *history,
                              cn_arena *arena)
{
    cn_h5_object *object = NULL;
    cn_h5_data data;
    CN_TRY(cn_h5_find(group, "history", &object));
    if (object == NULL)
        return CN_OK;
    CN_TRY(cn_h5_data_of(object, &data));
    CN_CHECK(data.shape.rank == 2 && data.dtype == CN_FLOAT64 &&
                 data.shape.dim[1] == (int64_t)json_array_size(names),
             "/training/history: expected float64 of shape (epochs, %zu)", json_array_size(names));
    double *values =
        cn_arena_allocate(arena, (size_t)(cn_shape_size(&data.shape) + 1) * sizeof *values);
    if (values == NULL)
        return no_memory();
    CN_TRY(cn_h5_read(&data, values));
    return take_history(history, names, &data.shape, values, arena);
}

/* ---- callbacks ------------------------------------------------------------------------------- */

static json_t *callbacks_json(const cn_hooks *hooks)
{
    json_t *list = json_array();
    for (int64_t i = 0; i < hooks->n; i++)
        cn_json_append(&list, cn_callback_kept(&hooks->list[i]));
    return list;
}

/* Their arrays: /training/callbacks/0/0 ... */
static cn_status put_arrays(cn_h5_writer *writer, struct cn_h5_node *group, const cn_hooks *hooks)
{
    for (int64_t i = 0; i < hooks->n; i++) {
        const cn_array_list *arrays = cn_callback_arrays(&hooks->list[i]);
        for (int64_t k = 0; arrays != NULL && k < arrays->n; k++) {
            char path[64];
            (void)snprintf(path, sizeof path, "callbacks/%" PRId64 "/%" PRId64, i, k);
            const cn_array *array = arrays->items[k];
            CN_TRY(cn_h5_put_data(writer, group, path, array->dtype, &array->shape, array->data));
        }
    }
    return CN_OK;
}

static cn_status read_array(cn_h5_object *group, int64_t number, cn_array **array)
{
    char name[24];
    cn_h5_object *object = NULL;
    cn_h5_data data;
    (void)snprintf(name, sizeof name, "%" PRId64, number);
    CN_TRY(cn_h5_find(group, name, &object));
    CN_CHECK(object != NULL, "/training/callbacks has no array %s", name);
    CN_TRY(cn_h5_data_of(object, &data));
    CN_TRY(cn_array_create_raw(data.dtype, &data.shape, array));
    return cn_h5_read(&data, (*array)->data);
}

static cn_status read_arrays(cn_h5_object *group, int64_t number, cn_array_list *arrays)
{
    char path[64];
    const char *const *names = NULL;
    cn_h5_object *own = NULL;
    int64_t n = 0;
    (void)snprintf(path, sizeof path, "callbacks/%" PRId64, number);
    CN_TRY(cn_h5_find(group, path, &own));
    cn_array_list_free(arrays);
    if (own == NULL)
        return CN_OK;
    CN_TRY(cn_h5_members(own, &names, &n));
    arrays->items = cn_allocate((size_t)n * sizeof(cn_array *));
    if (arrays->items == NULL)
        return no_memory();
    arrays->n = n;
    for (int64_t i = 0; i < n; i++)
        CN_TRY(read_array(own, i, &arrays->items[i]));
    return CN_OK;
}

static cn_status resume_callbacks(cn_h5_object *group, const json_t *kept, const cn_hooks *hooks)
{
    for (int64_t i = 0; i < hooks->n; i++) {
        cn_array_list *arrays = cn_callback_arrays(&hooks->list[i]);
        CN_TRY(cn_callback_resume(&hooks->list[i], json_array_get(kept, (size_t)i)));
        if (arrays != NULL)
            CN_TRY(read_arrays(group, i, arrays));
    }
    return CN_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

static json_t *state_json(const cn_hooks *hooks)
{
    const cn_position *at = hooks->position;
    return json_pack("{s:i, s:I, s:I, s:I, s:[I, I], s:o, s:o}", "version", VERSION, "epoch",
                     (json_int_t)at->epoch, "batch", (json_int_t)at->step, "batches",
                     (json_int_t)at->range->steps, "order", (json_int_t)at->shuffles.seed,
                     (json_int_t)at->shuffles.counter, "history", history_names(at->history),
                     "callbacks", callbacks_json(hooks));
}

static cn_status put_training(cn_h5_writer *writer, const cn_hooks *hooks, cn_arena *arena)
{
    struct cn_h5_node *group = NULL, *vars = NULL;
    cn_saved_group states;
    CN_TRY(find_states(hooks->position, arena, &states));
    json_t *json = state_json(hooks);
    char *text = json == NULL ? NULL : cn_json_text(json, JSON_ENSURE_ASCII);
    json_decref(json);
    if (text == NULL)
        return no_memory();
    cn_status status = cn_write_vars(writer, &states, &vars);
    if (status == CN_OK)
        status = cn_h5_put_group(writer, NULL, states.path, &group);
    if (status == CN_OK)
        status = cn_h5_put_text(writer, group, "state", text, true);
    free(text);
    for (int64_t i = 0; i < states.n && status == CN_OK; i++)
        status = cn_write_variable(writer, vars, i, states.variables[i]);
    if (status == CN_OK)
        status = put_history(writer, group, hooks->position->history, arena);
    return status == CN_OK ? put_arrays(writer, group, hooks) : status;
}

static cn_status write_weights(const cn_hooks *hooks, const char *path, cn_arena *arena)
{
    cn_h5_writer writer = {0};
    cn_status status = cn_put_weights(&writer, hooks->position->training->model, true);
    if (status == CN_OK)
        status = put_training(&writer, hooks, arena);
    if (status == CN_OK)
        status = cn_h5_finish(&writer);
    if (status == CN_OK)
        status = cn_write_h5_file(&writer, path);
    cn_h5_writer_free(&writer);
    return status;
}

/* What Keras asks to know where it is. */
static cn_status write_metadata(const cn_position *at, const char *path)
{
    char text[128];
    cn_file file;
    const int n = snprintf(text, sizeof text, "{\"epoch\": %" PRId64 ", \"batch\": %" PRId64 "}",
                           at->epoch, at->step);
    CN_TRY(cn_file_begin(&file, path));
    cn_status status = cn_file_write(&file, text, (size_t)n);
    if (status == CN_OK)
        return cn_file_commit(&file);
    cn_file_abort(&file);
    return status;
}

static const char *in_folder(const char *folder, const char *name, cn_arena *arena)
{
    return cn_arena_format(arena, "%s/%s", folder, name);
}

/* The file gets another name; at no time is it without one. */
static cn_status keep_previous(const char *folder, const char *name, cn_arena *arena)
{
    const char *path = in_folder(folder, name, arena);
    const char *kept = path == NULL ? NULL : cn_arena_format(arena, "%s.bkp", path);
    const char *link_name = kept == NULL ? NULL : cn_arena_format(arena, "%s.tmp", kept);
    if (link_name == NULL)
        return no_memory();
    if (access(path, F_OK) != 0)
        return CN_OK;
    (void)unlink(link_name);
    if ((link(path, link_name) == 0 && rename(link_name, kept) == 0) || rename(path, kept) == 0)
        return CN_OK;
    return cn_fail(CN_IO, "%s: could not be renamed: %s", path, strerror(errno));
}

static cn_status write_backup(const cn_hooks *hooks, const cn_request *request, cn_arena *arena)
{
    const char *folder = request->folder;
    const char *weights = in_folder(folder, LATEST, arena),
               *metadata = in_folder(folder, "training_metadata.json", arena);
    if (weights == NULL || metadata == NULL)
        return no_memory();
    CN_TRY(cn_make_folders(weights));
    if (request->keep_previous) {
        CN_TRY(keep_previous(folder, LATEST, arena));
        CN_TRY(keep_previous(folder, "training_metadata.json", arena));
    }
    CN_TRY(write_weights(hooks, weights, arena));
    return write_metadata(hooks->position, metadata);
}

static cn_status run_backup(cn_hooks *hooks, const cn_request *request)
{
    cn_arena arena = {0};
    cn_status status = write_backup(hooks, request, &arena);
    cn_arena_free(&arena);
    return status;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* For messages of a reading that must leave nothing out. */
struct refusal {
    char text[512];
};

static void refuse(void *context, const char *message)
{
    struct refusal *refusal = context;
    (void)snprintf(refusal->text, sizeof refusal->text, "%s", message);
}

/* By their order, as weights are: names of layers depend on what else a program has made. */
static cn_status read_states(cn_weights_reading *reading, cn_h5_object *group,
                             const cn_saved_group *states)
{
    cn_h5_object *vars = NULL;
    const char *const *names = NULL;
    int64_t n = 0;
    CN_TRY(cn_h5_find(group, "vars", &vars));
    if (vars != NULL)
        CN_TRY(cn_h5_members(vars, &names, &n));
    CN_CHECK(n == states->n,
             "is of another training: it has %" PRId64 " states of layers and metrics where this "
             "one has %" PRId64,
             n, states->n);
    for (int64_t i = 0; i < n; i++) {
        char name[24];
        cn_h5_object *object = NULL;
        (void)snprintf(name, sizeof name, "%" PRId64, i);
        CN_TRY(cn_h5_find(vars, name, &object));
        CN_CHECK(object != NULL, "/training/vars/%s is missing", name);
        CN_TRY(cn_reading_add(reading, states->variables[i], object));
    }
    return CN_OK;
}

static cn_status read_position(const json_t *state, cn_position *at)
{
    json_int_t version = 0, epoch = -1, step = -1, steps = -1, seed = 0, counter = 0;
    if (json_unpack((json_t *)(uintptr_t)state, "{s:I, s:I, s:I, s:I, s:[I, I]}", "version",
                    &version, "epoch", &epoch, "batch", &step, "batches", &steps, "order", &seed,
                    &counter) != 0 ||
        version != VERSION || epoch < 0 || step < 0 || step > steps)
        return cn_fail(CN_BAD_FILE, "/training: its state is not one of version %d", VERSION);
    CN_CHECK(step == 0 || steps == at->range->steps,
             "stands in an epoch of %" PRId64 " batches, this training has %" PRId64,
             (int64_t)steps, at->range->steps);
    at->epoch = epoch;
    at->step = step;
    at->shuffles = (cn_stream){(uint64_t)seed, (uint64_t)counter};
    return CN_OK;
}

static cn_status read_training(cn_weights_reading *reading, cn_h5_object *group, const char *text,
                               cn_hooks *hooks, cn_arena *arena)
{
    cn_saved_group states;
    CN_TRY(find_states(hooks->position, arena, &states));
    json_t *state = cn_json_parse(text, strlen(text), "/training");
    if (state == NULL)
        return cn_error_status();
    cn_status status = read_states(reading, group, &states);
    if (status == CN_OK)
        status = read_position(state, hooks->position);
    if (status == CN_OK)
        status =
            read_history(group, json_object_get(state, "history"), hooks->position->history, arena);
    if (status == CN_OK)
        status = resume_callbacks(group, json_object_get(state, "callbacks"), hooks);
    json_decref(state);
    return status;
}

/* Of a backup that Keras made: the epoch to go on with. */
static cn_status read_metadata(cn_position *at, const char *path)
{
    char *text = NULL;
    size_t bytes = 0;
    if (access(path, F_OK) != 0)
        return CN_OK;
    CN_TRY(cn_file_read_all(path, MOST_METADATA, &text, &bytes));
    json_t *json = cn_json_parse(text, bytes, path);
    cn_release(text);
    if (json == NULL)
        return cn_error_status();
    const json_int_t epoch = json_integer_value(json_object_get(json, "epoch"));
    json_decref(json);
    if (epoch < 0)
        return cn_fail(CN_BAD_FILE, "%s: the epoch is below 0", path);
    at->epoch = epoch;
    at->step = 0;
    return CN_OK;
}

static cn_status read_all(cn_weights_reading *reading, cn_h5_file *file, cn_hooks *hooks,
                          const char *metadata, cn_arena *arena)
{
    cn_h5_object *group = NULL;
    const char *text = NULL;
    const struct refusal *refusal = reading->args->context;
    CN_TRY(cn_read_weights_file(reading, file));
    CN_CHECK(refusal->text[0] == '\0', "%s", refusal->text);
    CN_TRY(cn_h5_find(cn_h5_root(file), "training", &group));
    if (group != NULL)
        CN_TRY(cn_h5_text(group, "state", arena, &text));
    if (text == NULL)
        return read_metadata(hooks->position, metadata);
    return read_training(reading, group, text, hooks, arena);
}

static cn_status read_backup(cn_hooks *hooks, const char *path, const char *metadata,
                             cn_arena *arena)
{
    char *bytes = NULL;
    cn_h5_file *file = NULL;
    struct refusal refusal = {{0}};
    const cn_load_weights_args args = {
        .model = hooks->event.model, .path = path, .warn = refuse, .context = &refusal};
    cn_weights_reading reading = {.args = &args, .failed_before = cn_failed()};
    CN_TRY(cn_open_h5_file(path, &bytes, &file));
    cn_status status = read_all(&reading, file, hooks, metadata, arena);
    if (status == CN_OK)
        cn_reading_apply(&reading);
    else if (status == CN_INVALID)
        cn_fail_in("%s", path);
    cn_reading_free(&reading);
    cn_h5_close(file);
    cn_release(bytes);
    return status;
}

/* The latest file or, where it is damaged or missing, the one before. */
static cn_status read_either(cn_hooks *hooks, const char *folder, cn_arena *arena)
{
    const char *latest = in_folder(folder, LATEST, arena);
    const char *metadata = in_folder(folder, "training_metadata.json", arena);
    const char *previous = in_folder(folder, LATEST ".bkp", arena);
    const char *old_metadata = in_folder(folder, "training_metadata.json.bkp", arena);
    const bool failed_before = cn_failed();
    if (latest == NULL || metadata == NULL || previous == NULL || old_metadata == NULL)
        return no_memory();
    const bool has_previous = access(previous, F_OK) == 0;
    if (access(latest, F_OK) != 0)
        return has_previous ? read_backup(hooks, previous, old_metadata, arena) : CN_OK;
    cn_status status = read_backup(hooks, latest, metadata, arena);
    if ((status != CN_BAD_FILE && status != CN_IO) || !has_previous)
        return status;
    char text[512];
    (void)snprintf(text, sizeof text, "%s; the backup before it is taken",
                   failed_before ? latest : cn_error());
    if (!failed_before)
        cn_clear_error();
    cn_event_warn(&hooks->event, text);
    return read_backup(hooks, previous, old_metadata, arena);
}

static cn_status run_restore(cn_hooks *hooks, const cn_request *request)
{
    cn_arena arena = {0};
    cn_status status = read_either(hooks, request->folder, &arena);
    cn_arena_free(&arena);
    return status;
}

/* ---- for callbacks --------------------------------------------------------------------------- */

static cn_status check(const cn_event *event, const char *folder, const char *who)
{
    const cn_hooks *hooks = event->training_;
    CN_CHECK(folder != NULL && folder[0] != '\0', "%s: the name of a folder is needed", who);
    if (hooks == NULL || hooks->position == NULL)
        return cn_fail(CN_STATE, "%s: only fit can be backed up and restored", who);
    return CN_OK;
}

cn_status cn_event_backup(cn_event *event, const char *folder, bool keep)
{
    CN_TRY(check(event, folder, "cn_event_backup"));
    cn_hooks *hooks = event->training_;
    const char *copy = cn_arena_text(&hooks->names, folder);
    if (copy == NULL)
        return no_memory();
    hooks->backup = (cn_request){run_backup, copy, keep};
    return CN_OK;
}

/* Now, for a failure is the caller's to hear; and once more when all callbacks have begun. */
cn_status cn_event_restore(cn_event *event, const char *folder)
{
    CN_TRY(check(event, folder, "cn_event_restore"));
    cn_hooks *hooks = event->training_;
    const char *copy = cn_arena_text(&hooks->names, folder);
    if (copy == NULL)
        return no_memory();
    hooks->restore = (cn_request){run_restore, copy, false};
    return run_restore(hooks, &hooks->restore);
}
