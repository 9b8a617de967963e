/* A steady step of fit, and cn_predict_into, allocate nothing: the C library's allocator is
 * replaced by one that counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "cornu/cornu.h"

/* Sanitizers bring an allocator of their own; other C libraries do not have glibc's second
 * names. */
#if defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define SANITIZED
#endif
#endif
#if defined __GLIBC__ && !defined SANITIZED && !defined __SANITIZE_ADDRESS__ &&                    \
    !defined __SANITIZE_THREAD__
#define COUNTS
#endif

static atomic_long allocations; /* of all threads, since the program began */

#ifdef COUNTS
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size)
{
    allocations++;
    return __libc_realloc(pointer, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    allocations++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **pointer, size_t alignment, size_t size)
{
    allocations++;
    *pointer = __libc_memalign(alignment, size);
    return *pointer == NULL ? ENOMEM : 0;
}
#endif

static int skip_if_not_counted(void **state)
{
    (void)state;
#ifndef COUNTS
    print_message("skipped: allocations cannot be counted in this build\n");
#endif
    cn_clear_session();
    cn_clear_error();
    cn_set_random_seed(1);
    return 0;
}

static void test_counter(void **state)
{
    (void)state;
#ifdef COUNTS
    const long before = allocations;
    void *volatile pieces[3] = {malloc(1), calloc(1, 1), aligned_alloc(64, 64)};
    pieces[0] = realloc(pieces[0], 2);
    for (int i = 0; i < 3; i++)
        free(pieces[i]);
    assert_int_equal(allocations - before, 4);
#endif
}

/* ---- fit ------------------------------------------------------------------------------------- */

enum { ROWS = 110, BATCH = 16, STEPS = 7 }; /* the last batch has 14 rows */

struct watch {
    long at_begin; /* of what is watched; -1: nothing is */
    int64_t seen;  /* steps */
};

static void end_watch(struct watch *watch, const char *what, const cn_event *event)
{
    if (watch->at_begin >= 0 && allocations != watch->at_begin)
        fail_msg("%s of epoch %d, batch %d: %ld allocations", what, (int)event->epoch,
                 (int)event->batch, (long)allocations - watch->at_begin);
    watch->at_begin = -1;
}

/* From the third batch on in the first epoch, and every batch of later ones. What is between two
 * epochs does not count. */
static cn_status before_batch(cn_event *event)
{
    struct watch *watch = event->data;
    if (event->batch == 0)
        watch->at_begin = -1;
    end_watch(watch, "before the step", event);
    if (event->epoch > 0 || event->batch >= 2)
        watch->at_begin = allocations;
    return CN_OK;
}

static cn_status after_batch(cn_event *event)
{
    struct watch *watch = event->data;
    watch->seen += watch->at_begin >= 0;
    end_watch(watch, "the step", event);
    if (event->batch + 1 < event->steps && watch->seen > 0)
        watch->at_begin = allocations; /* what is between two steps counts too */
    return CN_OK;
}

static cn_model *make_model(const char *optimizer)
{
    cn_tensor *x = cn_input({12});
    cn_tensor *hidden = cn_chain(x, cn_dense(24, .activation = "gelu", .kernel_regularizer = "l2"),
                                 cn_dropout(0.25), cn_dense(24, .activation = "relu"));
    cn_model *model = cn_model_of(x, cn_call(cn_dense(5, .activation = "softmax"), hidden));
    cn_compile(model, .optimizer = optimizer, .loss = "sparse_categorical_crossentropy",
               .metrics = {"accuracy", "sparse_top_k_categorical_accuracy"},
               .weighted_metrics = {"acc"});
    return model;
}

static void watch_fit(const char *name, const char *optimizer, cn_array *x, cn_array *y,
                      cn_array *weights, bool with_logs)
{
    struct watch watch = {.at_begin = -1};
    const char *callback =
        with_logs ? cn_custom_callback(.on_train_batch_begin = before_batch,
                                       .on_train_batch_end = after_batch, .data = &watch)
                  : cn_custom_callback(.on_train_batch_begin = before_batch, .data = &watch);
    cn_history *history = cn_fit(make_model(optimizer), x, y, .epochs = 3, .batch_size = BATCH,
                                 .verbose = 0, .sample_weight = weights, .callbacks = {callback});
    if (history == NULL)
        fail_msg("%s: %s", name, cn_error());
    if (with_logs && watch.seen != 3 * STEPS - 2)
        fail_msg("%s: %d steps were watched, expected %d", name, (int)watch.seen, 3 * STEPS - 2);
}

static void test_fit(void **state)
{
    (void)state;
    const char *const optimizers[] = {"sgd", "adam",
                                      cn_rmsprop(0.01, .momentum = 0.9, .centered = true),
                                      cn_adam(0.01, .global_clipnorm = 1, .use_ema = true)};
    cn_array *y = cn_random_integers(0, 5, {ROWS}), *x = cn_random({ROWS, 12});
    for (size_t i = 0; i < sizeof optimizers / sizeof optimizers[0]; i++)
        watch_fit(optimizers[i], optimizers[i], x, y, NULL, true);
}

static void test_fit_without_logs(void **state)
{
    (void)state;
    watch_fit("without logs", "adam", cn_random({ROWS, 12}), cn_random_integers(0, 5, {ROWS}), NULL,
              false);
}

static void test_fit_converts(void **state)
{
    (void)state;
    cn_array *doubles = cn_array_cast(cn_random({ROWS, 12}), CN_FLOAT64);
    cn_array *longs = cn_array_cast(cn_random_integers(0, 5, {ROWS}), CN_INT64);
    watch_fit("converted arrays, weights", "adam", doubles, longs, cn_random({ROWS}), true);
}

/* Lengths that are padded to the same: 17 and 18. */
static void test_fit_sequences(void **state)
{
    (void)state;
    static const int32_t words[18] = {3, 1, 4, 1, 5};
    struct watch watch = {.at_begin = -1};
    cn_sequences *texts = cn_sequences_new(CN_INT32, NULL, 0);
    for (int i = 0; i < ROWS; i++)
        assert_int_equal(cn_sequences_append(texts, words, 17 + i % 2), CN_OK);
    cn_tensor *x = cn_input({CN_NONE}, .dtype = "int32");
    cn_model *model =
        cn_model_of(x, cn_chain(x, cn_embedding(6, 4), cn_global_average_pooling1d(), cn_dense(1)));
    cn_compile(model, .optimizer = "adam", .loss = "mse", .metrics = {"mae"});
    const char *callback = cn_custom_callback(.on_train_batch_begin = before_batch,
                                              .on_train_batch_end = after_batch, .data = &watch);
    cn_history *history = cn_fit(model, texts, cn_random({ROWS, 1}), .epochs = 3,
                                 .batch_size = BATCH, .verbose = 0, .callbacks = {callback});
    if (history == NULL)
        fail_msg("%s", cn_error());
    assert_int_equal(watch.seen, 3 * STEPS - 2);
}

/* ---- predict_into ---------------------------------------------------------------------------- */

static void test_predict_into(void **state)
{
    (void)state;
    static const int64_t rows[] = {1, 7, 64};
    float out[64 * 5];
    cn_model *model = make_model("sgd");
    const float *x = cn_array_data(cn_random({64, 12}));
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(cn_predict_into(model, x, rows[i], out), CN_OK);
    const long before = allocations;
    for (int again = 0; again < 4; again++)
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(cn_predict_into(model, x, rows[i], out), CN_OK);
    if (allocations != before)
        fail_msg("%ld allocations in 12 predictions", (long)allocations - before);
}

static int end(void **state)
{
    (void)state;
    cn_clear_session();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counter),
        cmocka_unit_test_setup_teardown(test_fit, skip_if_not_counted, end),
        cmocka_unit_test_setup_teardown(test_fit_without_logs, skip_if_not_counted, end),
        cmocka_unit_test_setup_teardown(test_fit_converts, skip_if_not_counted, end),
        cmocka_unit_test_setup_teardown(test_fit_sequences, skip_if_not_counted, end),
        cmocka_unit_test_setup_teardown(test_predict_into, skip_if_not_counted, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
