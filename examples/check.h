/* How the examples check themselves: check() says what does not hold, finish() makes it the exit
 * code. */
#ifndef CORNU_EXAMPLES_CHECK_H
#define CORNU_EXAMPLES_CHECK_H

#include <cornu/cornu.h>
#include <stdio.h>

static int failed_checks;

static inline void check(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "this should hold, but does not: %s\n", what);
        failed_checks++;
    }
}

/* Errors are sticky, so that one look at the end sees the first one of the whole program. */
static inline int finish(void)
{
    if (cn_failed())
        fprintf(stderr, "error: %s\n", cn_error());
    int exit_code = cn_failed() || failed_checks > 0;
    cn_clear_session();
    return exit_code;
}

#endif
