/* fit: which batches it makes, what its history says, and how it ends. */
#include "training/testing.h"

#include <pthread.h>
#include <stdatomic.h>

/* ---- what a callback sees -------------------------------------------------------------------- */

enum { MOST_SEEN = 64 };

struct seen {
    int64_t n, samples[MOST_SEEN], epochs[MOST_SEEN], batches[MOST_SEEN], steps;
    double losses[MOST_SEEN];
};

static cn_status see_batch(cn_event *event)
{
    struct seen *seen = event->data;
    if (seen->n < MOST_SEEN) {
        seen->samples[seen->n] = event->samples;
        seen->epochs[seen->n] = event->epoch;
        seen->batches[seen->n] = event->batch;
        seen->losses[seen->n] = cn_event_value(event, "loss");
    }
    seen->n++;
    seen->steps = event->steps;
    return CN_OK;
}

#define SEEN(seen) cn_custom_callback(.on_train_batch_end = see_batch, .data = (seen))

static void assert_list(const char *what, const int64_t *got, const int64_t *expected, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (got[i] != expected[i])
            fail_msg("%s[%d] is %d, expected %d", what, (int)i, (int)got[i], (int)expected[i]);
}

static void test_partial_last_batch(void **state)
{
    (void)state;
    struct seen seen = {0};
    cn_model *model = test_model();
    cn_compile(model, .optimizer = "sgd", .loss = "mse");
    assert_non_null(cn_fit(model, test_x(), test_y(), .epochs = 2, .batch_size = 8, .verbose = 0,
                           .callbacks = {SEEN(&seen)}));
    assert_int_equal(seen.n, 6);
    assert_int_equal(seen.steps, 3);
    assert_list("samples", seen.samples, (const int64_t[]){8, 8, 5, 8, 8, 5}, 6);
    assert_list("epochs", seen.epochs, (const int64_t[]){0, 0, 0, 1, 1, 1}, 6);
    assert_list("batches", seen.batches, (const int64_t[]){0, 1, 2, 0, 1, 2}, 6);
}

/* With a rate of 0 the epoch's loss is the mean over samples, not over batches. */
static void test_loss_is_mean_of_samples(void **state)
{
    (void)state;
    cn_model *model = test_model();
    cn_compile(model, .optimizer = cn_sgd(0.0), .loss = "mse", .metrics = {"mae"});
    cn_scores scores = cn_evaluate(model, test_x(), test_y(), .batch_size = TEST_ROWS);
    const double loss = scores.loss, mae = cn_score(scores, "mae");
    cn_history *history = cn_fit(model, test_x(), test_y(), .batch_size = 8, .verbose = 0);
    test_near("loss", cn_history_value(history, "loss", 0), loss, 1e-6);
    test_near("mae", cn_history_value(history, "mae", 0), mae, 1e-6);
}

static void test_more_batch_than_samples(void **state)
{
    (void)state;
    struct seen seen = {0};
    cn_model *model = test_model();
    cn_compile(model, .loss = "mse");
    assert_non_null(cn_fit(model, test_x(), test_y(), .batch_size = 1000, .verbose = 0,
                           .callbacks = {SEEN(&seen)}));
    assert_int_equal(seen.n, 1);
    assert_int_equal(seen.samples[0], TEST_ROWS);
}

static void test_steps_per_epoch(void **state)
{
    (void)state;
    struct seen seen = {0};
    cn_model *model = test_model();
    cn_compile(model, .loss = "mse");
    assert_non_null(cn_fit(model, test_x(), test_y(), .epochs = 2, .batch_size = 4,
                           .steps_per_epoch = 3, .verbose = 0, .callbacks = {SEEN(&seen)}));
    assert_int_equal(seen.n, 6);
    assert_list("samples", seen.samples, (const int64_t[]){4, 4, 4, 4, 4, 4}, 6);
}

static void test_initial_epoch(void **state)
{
    (void)state;
    struct seen seen = {0};
    cn_model *model = test_model();
    cn_compile(model, .loss = "mse");
    cn_history *history = cn_fit(model, test_x(), test_y(), .epochs = 5, .initial_epoch = 3,
                                 .verbose = 0, .callbacks = {SEEN(&seen)});
    assert_int_equal(cn_history_epochs(history), 2);
    assert_list("epochs", seen.epochs, (const int64_t[]){3, 4}, 2);
    history = cn_fit(model, test_x(), test_y(), .epochs = 2, .initial_epoch = 2, .verbose = 0);
    assert_non_null(history);
    assert_int_equal(cn_history_epochs(history), 0);
}

/* ---- history --------------------------------------------------------------------------------- */

static void test_history_names(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "acc", "ce", "loss", "val_acc", "val_ce", "val_loss", "val_weighted_acc", "weighted_acc"};
    cn_model *model = test_classifier();
    cn_compile(model, .loss = "sparse_categorical_crossentropy", .metrics = {"acc", "ce"},
               .weighted_metrics = {"acc"});
    cn_history *history = cn_fit(model, test_x(), test_labels(), .epochs = 4,
                                 .validation_split = 0.25, .verbose = 0, .validation_freq = 2);
    test_ok();
    assert_int_equal(cn_history_epochs(history), 4);
    assert_int_equal(cn_history_count(history), 8);
    for (int64_t i = 0; i < 8; i++)
        assert_string_equal(cn_history_name(history, i), expected[i]);
    assert_null(cn_history_name(history, 8));
    assert_null(cn_history_name(history, -1));
    assert_true(
        isnan(cn_history_value(history, "val_loss", 0))); /* validated after every second epoch */
    assert_true(isfinite(cn_history_value(history, "val_loss", 1)));
    assert_true(cn_history_value(history, "loss", -1) == cn_history_value(history, "loss", 3));
    assert_null(cn_history_warning(history));
    test_ok();
}

/* ---- validation ------------------------------------------------------------------------------ */

static void test_split_is_the_last_part(void **state)
{
    (void)state;
    struct seen seen = {0};
    cn_model *model = test_model();
    cn_array *x = test_x(), *y = test_y();
    cn_compile(model, .optimizer = cn_sgd(0.1), .loss = "mse");
    cn_history *history = cn_fit(model, x, y, .batch_size = 4, .validation_split = 0.3,
                                 .verbose = 0, .callbacks = {SEEN(&seen)});
    assert_int_equal(seen.n, 4); /* floor(21 * 0.7) = 14 samples */
    assert_int_equal(seen.samples[3], 2);
    const double last = cn_evaluate(model, cn_array_slice(x, 14, TEST_ROWS),
                                    cn_array_slice(y, 14, TEST_ROWS), .batch_size = 4)
                            .loss;
    test_near("val_loss", cn_history_value(history, "val_loss", 0), last, 1e-7);
}

/* Rows that are kept for validation never train, shuffled or not: their targets do not matter. */
static void test_split_does_not_train(void **state)
{
    (void)state;
    cn_model *models[2];
    for (int i = 0; i < 2; i++) {
        cn_array *y = test_y();
        cn_set_random_seed(9);
        models[i] = test_model();
        cn_compile(models[i], .optimizer = "sgd", .loss = "mse");
        for (int64_t k = 14 * 2; i == 1 && k < TEST_ROWS * 2; k++)
            ((float *)cn_array_data(y))[k] = 1000;
        assert_non_null(cn_fit(models[i], test_x(), y, .epochs = 3, .batch_size = 4,
                               .validation_split = 0.3, .verbose = 0));
    }
    test_near("distance", test_distance(models[0], models[1]), 0, 0);
}

static void test_validation_data(void **state)
{
    (void)state;
    cn_model *model = test_model();
    cn_array *x = cn_random({9, TEST_FEATURES}), *y = cn_random({9, 2}), *w = cn_random({9});
    cn_compile(model, .loss = "mse");
    cn_history *history = cn_fit(model, test_x(), test_y(), .validation_data = {x, y, w},
                                 .validation_batch_size = 4, .verbose = 0);
    test_ok();
    test_near("val_loss", cn_history_value(history, "val_loss", 0),
              cn_evaluate(model, x, y, .sample_weight = w, .batch_size = 4).loss, 1e-7);
}

/* ---- shuffling ------------------------------------------------------------------------------- */

static float *train(uint64_t seed, bool shuffle, int64_t *n)
{
    cn_clear_session();
    cn_set_random_seed(seed);
    cn_tensor *x = cn_input({TEST_FEATURES});
    cn_model *model = cn_model_of(
        x, cn_chain(x, cn_dense(16, .activation = "relu"), cn_dropout(0.5), cn_dense(2)));
    cn_compile(model, .optimizer = "adam", .loss = "mse");
    assert_non_null(cn_fit(model, test_x(), test_y(), .epochs = 4, .batch_size = 4,
                           .shuffle = shuffle, .verbose = 0));
    return test_weights(model, n);
}

static void test_same_seed_same_bits(void **state)
{
    (void)state;
    int64_t n, m, k;
    for (int shuffle = 0; shuffle < 2; shuffle++) {
        float *first = train(5, shuffle, &n), *second = train(5, shuffle, &m),
              *other = train(6, shuffle, &k);
        assert_int_equal(n, m);
        assert_memory_equal(first, second, (size_t)n * sizeof *first);
        assert_true(memcmp(first, other, (size_t)n * sizeof *first) != 0);
        free(first);
        free(second);
        free(other);
    }
}

/* Each sample once in each epoch, in another order each time: with a rate of 0, the losses of
 * single rows. */
static void test_shuffle_is_a_permutation(void **state)
{
    (void)state;
    struct seen seen = {0}, plain = {0};
    cn_model *model = test_model();
    cn_compile(model, .optimizer = cn_sgd(0.0), .loss = "mse");
    assert_non_null(cn_fit(model, test_x(), test_y(), .batch_size = 7, .epochs = 3, .verbose = 0,
                           .callbacks = {SEEN(&seen)}));
    assert_non_null(cn_fit(model, test_x(), test_y(), .batch_size = 7, .epochs = 3, .verbose = 0,
                           .shuffle = false, .callbacks = {SEEN(&plain)}));
    assert_int_equal(seen.n, 9);
    assert_true(seen.losses[0] != seen.losses[3] && seen.losses[3] != seen.losses[6]);
    assert_true(plain.losses[0] == plain.losses[3] && plain.losses[3] == plain.losses[6]);
    for (int epoch = 0; epoch < 3;
         epoch++) /* the running mean after the last batch is over all samples */
        test_near("epoch's loss", seen.losses[3 * epoch + 2], plain.losses[2], 1e-6);
}

/* ---- ends ------------------------------------------------------------------------------------ */

static cn_status interrupt_at_second(cn_event *event)
{
    ++*(int64_t *)event->data;
    if (event->batch == 1)
        cn_interrupt();
    return CN_OK;
}

static void test_interrupted_by_callback(void **state)
{
    (void)state;
    int64_t batches = 0;
    cn_model *model = test_model(), *before = test_model();
    cn_compile(model, .loss = "mse");
    cn_history *history =
        cn_fit(model, test_x(), test_y(), .epochs = 5, .batch_size = 4, .validation_split = 0.2,
               .verbose = 0,
               .callbacks = {cn_custom_callback(.on_train_batch_end = interrupt_at_second,
                                                .data = &batches)});
    assert_non_null(history);
    test_ok();
    assert_int_equal(batches, 2);
    assert_int_equal(cn_history_epochs(history), 1);
    assert_true(test_distance(model, before) > 0);
    assert_true(isfinite(cn_history_value(history, "loss", 0)));
    history = cn_fit(model, test_x(), test_y(), .epochs = 2,
                     .verbose = 0); /* the next one is not interrupted */
    assert_int_equal(cn_history_epochs(history), 2);
}

static atomic_bool running;

static cn_status say_running(cn_event *event)
{
    (void)event;
    running = true;
    return CN_OK;
}

static void *interrupt_when_running(void *unused)
{
    while (!running)
        (void)sched_yield();
    cn_interrupt();
    return unused;
}

static void test_interrupted_by_thread(void **state)
{
    (void)state;
    pthread_t thread;
    cn_model *model = test_model();
    cn_compile(model, .loss = "mse");
    running = false;
    assert_int_equal(pthread_create(&thread, NULL, interrupt_when_running, NULL), 0);
    cn_history *history =
        cn_fit(model, test_x(), test_y(), .epochs = INT64_MAX / 2, .verbose = 0,
               .callbacks = {cn_custom_callback(.on_train_batch_end = say_running)});
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_non_null(history);
    assert_true(cn_history_epochs(history) >= 1);
}

static cn_status stop(cn_event *event)
{
    cn_stop_training(event->model);
    return CN_OK;
}

static void test_stopped_by_callback(void **state)
{
    (void)state;
    cn_model *model = test_model();
    cn_compile(model, .loss = "mse");
    cn_history *history = cn_fit(model, test_x(), test_y(), .epochs = 9, .verbose = 0,
                                 .callbacks = {cn_custom_callback(.on_epoch_end = stop)});
    assert_int_equal(cn_history_epochs(history), 1);
}

static cn_status refuse(cn_event *event)
{
    (void)event;
    return CN_INVALID;
}

static void test_callback_that_fails(void **state)
{
    (void)state;
    cn_model *model = test_model();
    cn_compile(model, .loss = "mse");
    assert_null(cn_fit(model, test_x(), test_y(), .verbose = 0,
                       .callbacks = {cn_custom_callback(.on_train_batch_begin = refuse)}));
    cn_clear_error();
    assert_non_null(cn_fit(model, test_x(), test_y(), .verbose = 0));
}

/* ---- NaN ------------------------------------------------------------------------------------- */

static void test_nan_is_a_warning(void **state)
{
    (void)state;
    cn_model *model = test_model();
    cn_array *y = test_y();
    ((float *)cn_array_data(y))[2 * 9] = NAN; /* row 9, in the second batch of 8 */
    cn_compile(model, .optimizer = "sgd", .loss = "mse");
    cn_history *history =
        cn_fit(model, test_x(), y, .epochs = 2, .batch_size = 8, .shuffle = false, .verbose = 0);
    assert_int_equal(cn_history_epochs(history), 2);
    assert_string_equal(cn_history_warning(history), "the loss became NaN in epoch 1, batch 2");
    test_ok();
}

static void test_nan_terminates(void **state)
{
    (void)state;
    struct seen seen = {0};
    cn_model *model = test_model();
    cn_array *y = test_y();
    ((float *)cn_array_data(y))[2 * 9] = NAN;
    cn_compile(model, .optimizer = "sgd", .loss = "mse");
    cn_history *history = cn_fit(model, test_x(), y, .epochs = 2, .batch_size = 8, .shuffle = false,
                                 .verbose = 0, .callbacks = {SEEN(&seen), cn_terminate_on_nan()});
    assert_non_null(history);
    assert_int_equal(seen.n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_partial_last_batch),
        TEST(test_loss_is_mean_of_samples),
        TEST(test_more_batch_than_samples),
        TEST(test_steps_per_epoch),
        TEST(test_initial_epoch),
        TEST(test_history_names),
        TEST(test_split_is_the_last_part),
        TEST(test_split_does_not_train),
        TEST(test_validation_data),
        TEST(test_same_seed_same_bits),
        TEST(test_shuffle_is_a_permutation),
        TEST(test_interrupted_by_callback),
        TEST(test_interrupted_by_thread),
        TEST(test_stopped_by_callback),
        TEST(test_callback_that_fails),
        TEST(test_nan_is_a_warning),
        TEST(test_nan_terminates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
