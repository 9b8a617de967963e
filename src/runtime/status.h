/* How internal functions fail: they return a status; the message is kept for cn_error(). */
#ifndef CORNU_RUNTIME_STATUS_H
#define CORNU_RUNTIME_STATUS_H

#include "cornu/error.h"

/* Keeps the message unless an earlier failure's is still there, and returns status. */
cn_status cn_fail(cn_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "prefix: " in front of the kept message: used where a caller knows better who failed. Does
 * nothing if the latest failure was not kept, because an earlier one is: that one has nothing to do
 * with the caller. */
void cn_fail_in(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The one way to pass a failure on. */
#define CN_TRY(expression)                                                                         \
    do {                                                                                           \
        cn_status try_ = (expression);                                                             \
        if (try_ != CN_OK)                                                                         \
            return try_;                                                                           \
    } while (0)

/* For user input: CN_CHECK(condition, "format", ...) fails with CN_INVALID. */
#define CN_CHECK(condition, ...)                                                                   \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return cn_fail(CN_INVALID, __VA_ARGS__);                                               \
    } while (0)

/* For an allocation: fails with CN_OUT_OF_MEMORY. */
#define CN_CHECK_MEMORY(pointer)                                                                   \
    do {                                                                                           \
        if ((pointer) == NULL)                                                                     \
            return cn_fail(CN_OUT_OF_MEMORY, "out of memory");                                     \
    } while (0)

/* The name in names (ended by NULL) nearest to name, if it is near enough to be a slip of the pen;
 * otherwise NULL. */
const char *cn_nearest_name(const char *name, const char *const *names);

/* Whether a name, which may be NULL, is one of such a list. */
bool cn_is_among(const char *name, const char *const *names);

#endif
