/* The calling thread's kept failure: the first message since it was last cleared. */
#include "runtime/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct failure {
    cn_status status;
    char message[2048];
    bool fresh; /* the latest failure is the one kept, so that its callers may still say where it
                   was */
} failure;

static _Thread_local failure kept;

const char cn_end_of_list = 0;

cn_status cn_fail(cn_status status, const char *format, ...)
{
    kept.fresh = kept.status == CN_OK;
    if (!kept.fresh)
        return status;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(kept.message, sizeof kept.message, format, arguments);
    va_end(arguments);
    kept.status = status;
    return status;
}

void cn_fail_in(const char *format, ...)
{
    char message[sizeof kept.message];
    if (!kept.fresh)
        return;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof message)
        return;
    (void)snprintf(message + length, sizeof message - (size_t)length, ": %.1500s", kept.message);
    memcpy(kept.message, message, sizeof message);
}

bool cn_failed(void)
{
    return kept.status != CN_OK;
}

const char *cn_error(void)
{
    return kept.status == CN_OK ? "" : kept.message;
}

cn_status cn_error_status(void)
{
    return kept.status;
}

void cn_clear_error(void)
{
    kept.status = CN_OK;
    kept.message[0] = '\0';
    kept.fresh = false;
}

/* Levenshtein distance, given up (large) for long names. */
static size_t distance(const char *a, const char *b)
{
    enum { LONGEST = 63 };
    size_t n = strlen(a), m = strlen(b), row[LONGEST + 1];
    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            size_t skip = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = change < skip ? change : skip;
        }
    }
    return row[m];
}

const char *cn_nearest_name(const char *name, const char *const *names)
{
    const char *nearest = NULL;
    size_t best = strlen(name) / 3 + 2;
    for (; *names != NULL; names++) {
        size_t d = distance(name, *names);
        if (d < best) {
            best = d;
            nearest = *names;
        }
    }
    return nearest;
}
