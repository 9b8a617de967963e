/* History: a table of values, a column for each name, a row for each epoch. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "training/training.h"

struct column {
    const char *name;
    double *values; /* NaN where an epoch had none */
    int64_t capacity;
};

struct cn_history {
    cn_kind kind;
    cn_arena arena;         /* names */
    struct column *columns; /* by name */
    int64_t count, capacity, epochs;
    char warning[256];
};

static void release(void *object)
{
    cn_history *history = object;
    for (int64_t i = 0; i < history->count; i++)
        cn_release(history->columns[i].values);
    cn_release(history->columns);
    cn_arena_free(&history->arena);
    history->columns = NULL;
    history->count = history->capacity = history->epochs = 0;
}

cn_history *cn_history_make(cn_session *session)
{
    cn_history *history = cn_arena_allocate(cn_session_arena(session), sizeof *history);
    if (history == NULL)
        return NULL;
    history->kind = CN_KIND_HISTORY;
    return cn_session_on_clear(session, release, history) == CN_OK ? history : NULL;
}

void cn_history_free(cn_history *history)
{
    if (history != NULL)
        release(history);
}

static struct column *find(const cn_history *history, const char *name)
{
    for (int64_t i = 0; i < history->count; i++)
        if (strcmp(history->columns[i].name, name) == 0)
            return &history->columns[i];
    return NULL;
}

static cn_status add_column(cn_history *history, const char *name, struct column **column)
{
    CN_TRY(cn_grow(&history->columns, &history->capacity, history->count + 1,
                   sizeof *history->columns));
    int64_t at = history->count;
    for (; at > 0 && strcmp(history->columns[at - 1].name, name) > 0; at--)
        history->columns[at] = history->columns[at - 1];
    history->count++;
    *column = &history->columns[at];
    **column = (struct column){.name = cn_arena_text(&history->arena, name)};
    CN_CHECK_MEMORY((*column)->name);
    return CN_OK;
}

cn_status cn_history_append(cn_history *history, const cn_logs *logs)
{
    for (int64_t i = 0; i < logs->count; i++) {
        struct column *column = find(history, logs->names[i]);
        if (column == NULL)
            CN_TRY(add_column(history, logs->names[i], &column));
    }
    history->epochs++;
    for (int64_t i = 0; i < history->count; i++) {
        struct column *column = &history->columns[i];
        int64_t known = column->capacity;
        CN_TRY(
            cn_grow(&column->values, &column->capacity, history->epochs, sizeof *column->values));
        for (int64_t k = known; k < column->capacity; k++)
            column->values[k] = NAN;
    }
    for (int64_t i = 0; i < logs->count; i++)
        find(history, logs->names[i])->values[history->epochs - 1] = logs->values[i];
    return CN_OK;
}

void cn_history_empty(cn_history *history)
{
    history->epochs = 0;
}

void cn_history_warn(cn_history *history, const char *format, ...)
{
    if (history->warning[0] != '\0')
        return;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(history->warning, sizeof history->warning, format, arguments);
    va_end(arguments);
}

/* ---- asking ---------------------------------------------------------------------------------- */

int64_t cn_history_epochs(const cn_history *history)
{
    return history == NULL ? 0 : history->epochs;
}

int64_t cn_history_count(const cn_history *history)
{
    return history == NULL ? 0 : history->count;
}

const char *cn_history_name(const cn_history *history, int64_t index)
{
    return history == NULL || index < 0 || index >= history->count ? NULL
                                                                   : history->columns[index].name;
}

const char *cn_history_warning(const cn_history *history)
{
    return history == NULL || history->warning[0] == '\0' ? NULL : history->warning;
}

double cn_history_value(const cn_history *history, const char *name, int64_t epoch)
{
    if (history == NULL)
        return NAN;
    const struct column *column = find(history, name);
    int64_t row = epoch < 0 ? epoch + history->epochs : epoch;
    if (column != NULL && row >= 0 && row < history->epochs)
        return column->values[row];
    char known[512] = "";
    for (int64_t i = 0; i < history->count; i++) {
        size_t at = strlen(known);
        (void)snprintf(known + at, sizeof known - at, "%s%s", i == 0 ? "" : ", ",
                       history->columns[i].name);
    }
    if (column == NULL)
        (void)cn_fail(CN_INVALID, "cn_history_value: there is no \"%s\"; there are: %s", name,
                      known);
    else
        (void)cn_fail(CN_INVALID, "cn_history_value: there is no epoch %lld of %lld",
                      (long long)epoch, (long long)history->epochs);
    return NAN;
}
