/* Training on samples that are read when they are needed. */
#include "training/testing.h"

#include <stdatomic.h>

enum { COUNT = 45, WIDTH = 6, BATCH = 8 };

/* Samples made from an array, and what was seen while they were read. */
struct source {
    cn_array *values;
    int64_t fails_from; /* samples from here on cannot be read; 0: none */
    atomic_int reads, for_training, last_epoch;
};

static cn_status read_row(const cn_sample_request *request, void *to)
{
    struct source *source = request->data;
    const float *row = (const float *)cn_array_data(source->values) + request->index * WIDTH;
    atomic_fetch_add(&source->reads, 1);
    atomic_fetch_add(&source->for_training, request->training);
    if (request->training)
        atomic_store(&source->last_epoch, (int)request->epoch);
    if (source->fails_from != 0 && request->index >= source->fails_from)
        return cn_sample_fail("the disk is gone");
    memcpy(to, row, WIDTH * sizeof *row);
    return CN_OK;
}

static cn_samples *samples_of(struct source *source, int workers)
{
    return cn_samples_of(COUNT, {WIDTH}, .read = read_row, .data = source, .workers = workers);
}

static cn_model *draw(void)
{
    cn_set_random_seed(5);
    cn_tensor *x = cn_input({WIDTH});
    cn_model *model = cn_model_of(x, cn_chain(x, cn_dense(4, .activation = "tanh"), cn_dense(1)));
    cn_compile(model, .optimizer = "adam", .loss = "mse");
    return model;
}

static void compare_weights(cn_model *model, cn_model *other)
{
    for (int64_t i = 0; i < cn_weight_count(model); i++) {
        cn_array *a = cn_get_weight_at(model, i), *b = cn_get_weight_at(other, i);
        test_ok();
        assert_memory_equal(cn_array_data(a), cn_array_data(b),
                            (size_t)cn_array_size(a) * sizeof(float));
        cn_array_free(a);
        cn_array_free(b);
    }
}

/* x is an array or samples of the same numbers. */
static cn_model *trained(const void *x, cn_array *y)
{
    cn_model *model = draw();
    const cn_items items = {.one = x};
    cn_history *history = cn_fit(model, items, y, .batch_size = BATCH, .epochs = 3, .verbose = 0,
                                 .validation_split = 0.2);
    test_ok();
    assert_int_equal(cn_history_epochs(history), 3);
    return model;
}

static void test_same_as_arrays(void **state)
{
    (void)state;
    struct source source = {.values = cn_random({COUNT, WIDTH})};
    cn_array *y = cn_random({COUNT, 1});
    cn_model *expected = trained(source.values, y);
    for (int workers = 0; workers < 5; workers += 2) {
        cn_samples *x = samples_of(&source, workers);
        cn_model *model = trained(x, y);
        compare_weights(model, expected);
        assert_true(cn_evaluate(model, x, y).loss == cn_evaluate(expected, source.values, y).loss);
        cn_array *a = cn_predict(model, x, .batch_size = 7),
                 *b = cn_predict(expected, source.values, .batch_size = 7);
        test_ok();
        assert_memory_equal(cn_array_data(a), cn_array_data(b), COUNT * sizeof(float));
        cn_samples_free(x);
    }
}

static void test_targets_too(void **state)
{
    (void)state;
    struct source source = {.values = cn_random({COUNT, WIDTH})};
    cn_samples *samples = samples_of(&source, 2);
    cn_tensor *x = cn_input({WIDTH});
    cn_model *model = cn_model_of(x, cn_call(cn_dense(WIDTH), x));
    cn_compile(model, .loss = "mse");
    cn_scores whole = cn_evaluate(model, source.values, source.values);
    const double expected = whole.loss;
    assert_true(cn_evaluate(model, samples, samples).loss == expected);
    assert_true(cn_evaluate(model, source.values, samples).loss == expected);
    assert_true(cn_test_on_batch(model, samples, samples).loss > 0);
    test_ok();
}

/* What a reader is told. */
static void test_requests(void **state)
{
    (void)state;
    struct source source = {.values = cn_random({COUNT, WIDTH})};
    cn_array *y = cn_random({COUNT, 1});
    cn_model *model = draw();
    cn_samples *x = samples_of(&source, 2);
    cn_fit(model, x, y, .batch_size = BATCH, .epochs = 2, .initial_epoch = 0, .verbose = 0,
           .validation_split = 0.2);
    test_ok();
    assert_int_equal(atomic_load(&source.for_training), 2 * 36);
    assert_int_equal(atomic_load(&source.reads), 2 * COUNT);
    assert_int_equal(atomic_load(&source.last_epoch), 1);
}

/* How far the readers were ahead when a step began, at most. */
struct watch {
    struct source *source;
    int64_t most;
};

static cn_status look(cn_event *event)
{
    struct watch *watch = event->data;
    const int64_t ahead = atomic_load(&watch->source->reads) - event->batch * BATCH;
    watch->most = ahead > watch->most ? ahead : watch->most;
    return CN_OK;
}

static void test_bounded(void **state)
{
    (void)state;
    struct source source = {.values = cn_random({COUNT, WIDTH})};
    struct watch watch = {&source, 0};
    cn_model *model = draw();
    cn_samples *x =
        cn_samples_of(COUNT, {WIDTH}, .read = read_row, .data = &source, .workers = 3, .ahead = 2);
    cn_fit(model, x, cn_random({COUNT, 1}), .batch_size = BATCH, .verbose = 0, .shuffle = false,
           .callbacks = {cn_custom_callback(.on_train_batch_begin = look, .data = &watch)});
    test_ok();
    assert_true(watch.most <= 2 * BATCH);
}

static void test_failure(void **state)
{
    (void)state;
    for (int workers = 0; workers < 4; workers++) {
        struct source source = {.values = cn_random({COUNT, WIDTH}), .fails_from = 19};
        cn_model *model = draw();
        cn_samples *x = samples_of(&source, workers);
        assert_null(cn_fit(model, x, cn_random({COUNT, 1}), .batch_size = BATCH, .verbose = 0,
                           .shuffle = false));
        assert_string_equal(cn_error(), "cn_fit: epoch 1, batch 3: sample 19: the disk is gone");
        cn_clear_error();
        assert_null(cn_predict(model, x));
        assert_non_null(strstr(cn_error(), "sample 19: the disk is gone"));
        cn_clear_error();
    }
}

static void test_mistakes(void **state)
{
    (void)state;
    struct source source = {.values = cn_random({COUNT, WIDTH})};
    cn_model *model = draw();
    assert_null(cn_samples_of(5, {2}));
    assert_string_equal(cn_error(), "cn_samples_of: needs a function to read with, .read");
    cn_clear_error();
    assert_null(cn_samples_of(-5, {2}, .read = read_row));
    assert_string_equal(cn_error(), "cn_samples_of: count must not be negative, got -5");
    cn_clear_error();
    cn_samples *x = samples_of(&source, 1);
    assert_null(cn_samples_at(x, COUNT));
    assert_string_equal(cn_error(), "cn_samples_at: there is no sample 45 among 45");
    cn_clear_error();
    assert_null(cn_fit(model, x, cn_random({COUNT - 1, 1})));
    assert_non_null(strstr(cn_error(), "44 samples, others have 45"));
    cn_clear_error();
    cn_samples *narrow = cn_samples_of(COUNT, {WIDTH - 1}, .read = read_row);
    assert_null(cn_predict(model, narrow));
    assert_non_null(strstr(cn_error(), "should have shape (None, 6), has (45, 5)"));
    cn_clear_error();
    cn_samples *labels = cn_samples_of(COUNT, {1}, .read = read_row);
    assert_null(cn_fit(model, x, labels, .class_weight = {{1, 2.0}}));
    assert_non_null(strstr(cn_error(), "class_weight needs labels as an array"));
    cn_clear_error();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_same_as_arrays, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_targets_too, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_requests, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_bounded, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_failure, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_mistakes, test_begin, test_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
