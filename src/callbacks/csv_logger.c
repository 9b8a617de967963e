/* CSVLogger: a table of what each epoch brought, written line by line, in the form of Python's csv
 * module. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "callbacks/callbacks.h"

struct state {
    cn_callback_state base;
    FILE *file;
    bool has_header;
    const char **names; /* of the columns after the first; in the state's memory */
    int64_t count;
};

static cn_status failed_to_write(const cn_csv_logger_args *args)
{
    return cn_fail(CN_IO, "CSVLogger: %s: could not be written: %s", args->filename,
                   strerror(errno));
}

static cn_status on_train_begin(cn_event *event)
{
    struct state *state = event->data;
    const cn_csv_logger_args *args = state->base.args;
    struct stat old;
    state->has_header = args->append && stat(args->filename, &old) == 0 && old.st_size > 0;
    state->file = fopen(args->filename, args->append ? "a" : "w");
    return state->file == NULL ? failed_to_write(args) : CN_OK;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Only texts with a special character stand in quotes, which are doubled inside. */
static void put_text(FILE *file, const char *text, char separator)
{
    const char special[] = {separator, '"', '\r', '\n', '\0'};
    if (strpbrk(text, special) == NULL) {
        (void)fputs(text, file);
        return;
    }
    (void)fputc('"', file);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            (void)fputc('"', file);
        (void)fputc(*text, file);
    }
    (void)fputc('"', file);
}

/* The first epoch says what the columns are. */
static cn_status take_names(struct state *state, const cn_event *event)
{
    state->names =
        cn_arena_allocate(&state->base.memory, (size_t)(event->count + 1) * sizeof *state->names);
    CN_CHECK_MEMORY(state->names);
    for (state->count = 0; state->count < event->count; state->count++) {
        const char *name = cn_arena_text(&state->base.memory, event->names[state->count]);
        CN_CHECK_MEMORY(name);
        state->names[state->count] = name;
    }
    return CN_OK;
}

static void put_header(const struct state *state, char separator)
{
    (void)fputs("epoch", state->file);
    for (int64_t i = 0; i < state->count; i++) {
        (void)fputc(separator, state->file);
        put_text(state->file, state->names[i], separator);
    }
    (void)fputs("\r\n", state->file);
}

static void put_row(const struct state *state, const cn_event *event, char separator)
{
    cn_python_text text;
    double value;
    (void)fprintf(state->file, "%" PRId64, event->epoch);
    for (int64_t i = 0; i < state->count; i++) {
        (void)fputc(separator, state->file);
        const bool known = cn_event_find(event, state->names[i], &value);
        put_text(state->file, known ? cn_python_print(value, &text) : "NA", separator);
    }
    (void)fputs("\r\n", state->file);
}

/* ---- hooks ----------------------------------------------------------------------------------- */

static cn_status on_epoch_end(cn_event *event)
{
    struct state *state = event->data;
    const cn_csv_logger_args *args = state->base.args;
    const char separator = args->separator[0];
    if (state->names == NULL)
        CN_TRY(take_names(state, event));
    if (!state->has_header)
        put_header(state, separator);
    state->has_header = true;
    put_row(state, event, separator);
    return fflush(state->file) != 0 || ferror(state->file) ? failed_to_write(args) : CN_OK;
}

static cn_status on_train_end(cn_event *event)
{
    struct state *state = event->data;
    FILE *file = state->file;
    state->file = NULL;
    return file != NULL && fclose(file) != 0 ? failed_to_write(state->base.args) : CN_OK;
}

static void end(void *data)
{
    struct state *state = data;
    if (state->file != NULL)
        (void)fclose(state->file);
}

/* ---- the class ------------------------------------------------------------------------------- */

static cn_status check(const void *arguments)
{
    const cn_csv_logger_args *args = arguments;
    CN_CHECK(args->filename != NULL && args->filename[0] != '\0',
             "CSVLogger: the name of a file is needed");
    CN_CHECK(args->separator != NULL && strlen(args->separator) == 1 &&
                 strchr("\"\r\n", args->separator[0]) == NULL,
             "CSVLogger: separator must be one character such as \",\", got \"%s\"",
             args->separator == NULL ? "(null)" : args->separator);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_csv_logger_args, filename, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_csv_logger_args, separator, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_csv_logger_args, append, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_csv_logger_args defaults = {CN_CSV_LOGGER_DEFAULTS};

const cn_callback_class cn_callback_csv_logger = {
    .base = {.name = "CSVLogger",
             .module = "keras.callbacks",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .hooks = {.on_train_begin = on_train_begin,
              .on_epoch_end = on_epoch_end,
              .on_train_end = on_train_end},
    .state_size = sizeof(struct state),
    .end = end,
};

const char *cn_csv_logger_with(const cn_csv_logger_args *args)
{
    return cn_callback_text(&cn_callback_csv_logger, args);
}
