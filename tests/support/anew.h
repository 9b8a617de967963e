/* What most tests begin, and end mistakes, with. */
#ifndef CORNU_TESTS_ANEW_H
#define CORNU_TESTS_ANEW_H

/* A setup and teardown: no names, models or errors are left. */
int cn_begin_anew(void **state);

/* A call gave NULL and this message, which is taken away. */
void cn_expect_error(const void *result, const char *message);

#endif
