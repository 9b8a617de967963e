/* What the tests of training share: small models and data, and comparing. */
#ifndef CORNU_TRAINING_TESTING_H
#define CORNU_TRAINING_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cornu/cornu.h"

enum { TEST_ROWS = 21, TEST_FEATURES = 6 };

/* A new session with a known seed. */
static inline int test_begin(void **state)
{
    (void)state;
    cn_clear_session();
    cn_clear_error();
    cn_set_random_seed(3);
    return 0;
}

static inline int test_end(void **state)
{
    (void)state;
    cn_clear_session();
    return 0;
}

static inline void test_ok(void)
{
    if (cn_failed())
        fail_msg("%s", cn_error());
}

static inline cn_array *test_x(void)
{
    return cn_random({TEST_ROWS, TEST_FEATURES}, .seed = 11);
}

static inline cn_array *test_y(void)
{
    return cn_random({TEST_ROWS, 2}, .seed = 12);
}

static inline cn_array *test_labels(void)
{
    return cn_random_integers(0, 3, {TEST_ROWS}, .seed = 13);
}

/* 6 -> 5 -> 2, not compiled. */
static inline cn_model *test_model(void)
{
    cn_tensor *x = cn_input({TEST_FEATURES}, .name = "x");
    return cn_model_of(
        x, cn_chain(x,
                    cn_dense(5, .activation = "tanh", .name = "hidden",
                             .kernel_initializer = cn_glorot_uniform(.seed = 5)),
                    cn_dense(2, .name = "y", .kernel_initializer = cn_glorot_uniform(.seed = 6))));
}

/* 6 -> 3 classes, not compiled. */
static inline cn_model *test_classifier(void)
{
    cn_tensor *x = cn_input({TEST_FEATURES}, .name = "x");
    return cn_model_of(x, cn_call(cn_dense(3, .activation = "softmax", .name = "class",
                                           .kernel_initializer = cn_glorot_uniform(.seed = 7)),
                                  x));
}

/* All weights of a model one after the other; to be freed with free. */
static inline float *test_weights(const cn_model *model, int64_t *n)
{
    float *all = NULL;
    *n = 0;
    for (int64_t i = 0; i < cn_weight_count(model); i++) {
        cn_array *weight = cn_get_weight_at(model, i);
        const size_t size = (size_t)cn_array_size(weight);
        all = realloc(all, ((size_t)*n + size) * sizeof *all);
        assert_non_null(all);
        memcpy(all + *n, cn_array_data(weight), size * sizeof *all);
        *n += (int64_t)size;
        cn_array_free(weight);
    }
    return all;
}

/* The largest difference between the weights of two models of one shape. */
static inline double test_distance(const cn_model *a, const cn_model *b)
{
    int64_t n, m;
    double most = 0;
    float *left = test_weights(a, &n), *right = test_weights(b, &m);
    assert_int_equal(n, m);
    for (int64_t i = 0; i < n; i++)
        most = fmax(most, fabs((double)left[i] - (double)right[i]));
    free(left);
    free(right);
    return most;
}

static inline void test_near(const char *what, double got, double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance * fmax(1, fabs(expected))))
        fail_msg("%s is %.9g, expected %.9g", what, got, expected);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, test_begin, test_end)

#endif
