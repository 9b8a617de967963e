/* What the tests of callbacks share: a small model that is really trained, and values that follow a
 * script. */
#ifndef CORNU_CALLBACKS_TESTING_H
#define CORNU_CALLBACKS_TESTING_H

#include "data/testing.h"

#include <math.h>

#include "callbacks/callbacks.h"
#include "cornu/layers.h"
#include "cornu/optimizers.h"
#include "cornu/training.h"

/* One weight and a bias, trained towards 2x on two batches of two. */
static inline cn_model *test_model(void)
{
    cn_model *model = cn_sequential();
    (void)cn_sequential_add(model, cn_dense(1, .input_shape = {1}, .kernel_initializer = "ones"));
    (void)cn_compile(model, .optimizer = cn_sgd(0.01), .loss = "mse");
    return model;
}

static inline cn_array *test_x(void)
{
    static const float x[] = {1, 2, 3, 4};
    return cn_array_new(CN_FLOAT32, (const int64_t[]){4, 1}, 2, x);
}

static inline cn_array *test_y(void)
{
    static const float y[] = {2, 4, 6, 8};
    return cn_array_new(CN_FLOAT32, (const int64_t[]){4, 1}, 2, y);
}

/* The values that "val_loss" (or another name) takes epoch by epoch; an infinite one is left out.
 */
typedef struct test_script {
    const char *name;
    const double *values;
    int64_t count;
} test_script;

static inline cn_status test_play(cn_event *event)
{
    const test_script *script = event->data;
    if (event->epoch >= script->count || isinf(script->values[event->epoch]))
        return CN_OK;
    return cn_event_log(event, script->name, script->values[event->epoch]);
}

/* Trains test_model with the script before the callback. */
static inline cn_history *test_fit(cn_model *model, const test_script *script, const char *callback)
{
    test_script copy = *script;
    return cn_fit(
        model, test_x(), test_y(), .epochs = script->count, .batch_size = 2, .verbose = 0,
        .shuffle = false,
        .callbacks = {cn_custom_callback(.on_epoch_end = test_play, .data = &copy), callback});
}

#define TEST_SCRIPT(name, ...)                                                                     \
    (&(test_script){name, (const double[]){__VA_ARGS__},                                           \
                    (int64_t)(sizeof(const double[]){__VA_ARGS__} / sizeof(double))})

/* ---- what is printed ------------------------------------------------------------------------- */

static int test_stdout = -1;

static inline void test_begin_output(void)
{
    (void)fflush(stdout);
    test_stdout = dup(STDOUT_FILENO);
    assert_true(test_stdout >= 0);
    assert_non_null(freopen(test_path("output"), "w", stdout));
}

/* What was printed since begin; to be freed with free. */
static inline char *test_end_output(void)
{
    size_t count;
    (void)fflush(stdout);
    assert_true(dup2(test_stdout, STDOUT_FILENO) >= 0);
    (void)close(test_stdout);
    return (char *)test_read(test_path("output"), &count);
}

static inline void test_assert_output(const char *expected)
{
    char *output = test_end_output();
    assert_string_equal(output, expected);
    free(output);
}

static inline void test_assert_file(const char *name, const char *expected)
{
    size_t count;
    char *text = (char *)test_read(test_path(name), &count);
    assert_string_equal(text, expected);
    free(text);
}

#endif
