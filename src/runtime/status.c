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

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters were left out, added, changed, or swapped with their neighbour (Damerau and
 * Levenshtein's distance); given up (large) for long names. */
static size_t distance(const char *a, const char *b)
{
    enum { LONGEST = 63 };
    size_t n = strlen(a), m = strlen(b), rows[3][LONGEST + 1];
    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (size_t i = 0; i <= n; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        for (size_t j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                row[j] = i + j;
                continue;
            }
            row[j] =
                smaller(smaller(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
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

bool cn_is_among(const char *name, const char *const *names)
{
    while (name != NULL && *names != NULL && strcmp(*names, name) != 0)
        names++;
    return name != NULL && *names != NULL;
}
