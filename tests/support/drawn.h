/* What was drawn from two tensors, compared with numbers. */
#ifndef CORNU_TESTS_DRAWN_H
#define CORNU_TESTS_DRAWN_H

#include "cornu/model.h"

enum { CN_MOST_EXPECTED = 32 };

/* From x[2, 3] = {1, -2, 3; 0.5, 5, -6} and y[2, 3] = {2, 2, 2; 4, 4, 4}: the first n numbers that
 * a result has. */
struct cn_drawn {
    const char *name;
    cn_tensor *result;
    int64_t n;
    double expected[CN_MOST_EXPECTED];
};

/* Fails with the name of the first that could not be drawn, or gives other numbers. */
void cn_test_check_drawn(cn_tensor *x, cn_tensor *y, const struct cn_drawn *cases, int n);
#define CN_CHECK_DRAWN(x, y, cases)                                                                \
    cn_test_check_drawn(x, y, cases, (int)(sizeof(cases) / sizeof(cases)[0]))

#endif
