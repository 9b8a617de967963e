/* BackupAndRestore: a training that was killed goes on when it is started again. */
#include <dirent.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "callbacks/callbacks.h"

struct state {
    cn_callback_state base;
    int64_t batches; /* since the last backup */
};

static const cn_backup_and_restore_args *args_of(const cn_event *event)
{
    const cn_callback_state *state = event->data;
    return state->args;
}

/* ---- the folder ------------------------------------------------------------------------------ */

static bool begins_with(const char *name, const char *beginning)
{
    return strncmp(name, beginning, strlen(beginning)) == 0;
}

static bool is_unfinished(const char *name)
{
    const size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".tmp") == 0;
}

/* Deletes the backup's files, or only those that somebody was killed over; others stay. */
static void clean(const char *path, bool all)
{
    DIR *folder = opendir(path);
    if (folder == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const char *name = entry->d_name;
        const bool own = begins_with(name, "latest.weights.h5") ||
                         begins_with(name, "training_metadata.json");
        if (own && (all || is_unfinished(name)))
            (void)unlinkat(dirfd(folder), name, 0);
    }
    (void)closedir(folder);
    if (all)
        (void)rmdir(path);
}

/* ---- hooks ----------------------------------------------------------------------------------- */

static cn_status on_train_begin(cn_event *event)
{
    clean(args_of(event)->backup_dir, false);
    return cn_event_restore(event, args_of(event)->backup_dir);
}

static cn_status back_up(cn_event *event)
{
    return cn_event_backup(event, args_of(event)->backup_dir, args_of(event)->double_checkpoint);
}

static cn_status on_train_batch_end(cn_event *event)
{
    struct state *state = event->data;
    if (++state->batches < args_of(event)->save_freq)
        return CN_OK;
    state->batches = 0;
    return back_up(event);
}

static cn_status on_train_end(cn_event *event)
{
    if (args_of(event)->delete_checkpoint && !cn_interrupted())
        clean(args_of(event)->backup_dir, true);
    return CN_OK;
}

/* One of the two hooks: values of batches are only computed for those who have a hook of
 * batches. */
static cn_status begin(void *data, cn_callback *callback)
{
    const cn_callback_state *state = data;
    const cn_backup_and_restore_args *args = state->args;
    if (args->save_freq == CN_NONE)
        callback->on_train_batch_end = NULL;
    else
        callback->on_epoch_end = NULL;
    return CN_OK;
}

/* ---- the class ------------------------------------------------------------------------------- */

static cn_status check(const void *arguments)
{
    const cn_backup_and_restore_args *args = arguments;
    CN_CHECK(args->backup_dir != NULL && args->backup_dir[0] != '\0',
             "BackupAndRestore: backup_dir, the name of a folder, is needed");
    CN_CHECK(
        args->save_freq == CN_NONE || args->save_freq > 0,
        "BackupAndRestore: save_freq must be a number of batches, or CN_NONE for each epoch, got %" PRId64,
        args->save_freq);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_backup_and_restore_args, backup_dir, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_backup_and_restore_args, save_freq, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_backup_and_restore_args, double_checkpoint, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_backup_and_restore_args, delete_checkpoint, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_field kept[] = {
    CN_FIELD(struct state, batches, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_backup_and_restore_args defaults = {CN_BACKUP_AND_RESTORE_DEFAULTS};

const cn_callback_class cn_callback_backup_and_restore = {
    .base = {.name = "BackupAndRestore",
             .module = "keras.callbacks",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .hooks = {.on_train_begin = on_train_begin,
              .on_train_batch_end = on_train_batch_end,
              .on_epoch_end = back_up,
              .on_train_end = on_train_end},
    .state_size = sizeof(struct state),
    .begin = begin,
    .kept = kept,
};

const char *cn_backup_and_restore_with(const cn_backup_and_restore_args *args)
{
    return cn_callback_text(&cn_callback_backup_and_restore, args);
}
