/* evaluate, predict and single batches; several threads at once; weights in files. */
#include "training/testing.h"

#include <pthread.h>
#include <unistd.h>

static const int64_t batch_sizes[] = {1, 2, 7, 20, TEST_ROWS, 1000, CN_NONE};
enum { N_SIZES = sizeof batch_sizes / sizeof batch_sizes[0] };

static void assert_same(const char *what, int64_t size, const cn_array *got,
                        const cn_array *expected, double tolerance)
{
    assert_int_equal(cn_array_size(got), cn_array_size(expected));
    for (int64_t i = 0; i < cn_array_size(got); i++)
        if (!(fabs(cn_array_at(got, i) - cn_array_at(expected, i)) <= tolerance))
            fail_msg("%s %d: number %d is %.9g, expected %.9g", what, (int)size, (int)i,
                     cn_array_at(got, i), cn_array_at(expected, i));
}

static void test_any_batch_size(void **state)
{
    (void)state;
    cn_model *model = test_classifier();
    cn_array *x = test_x(), *y = test_labels(), *w = cn_random({TEST_ROWS});
    cn_compile(model, .loss = "sparse_categorical_crossentropy", .metrics = {"acc", "ce"},
               .weighted_metrics = {"acc"});
    const cn_array *expected = cn_predict(model, x, .batch_size = TEST_ROWS);
    cn_scores scores = cn_evaluate(model, x, y, .sample_weight = w, .batch_size = TEST_ROWS);
    double values[4];
    assert_int_equal(scores.count, 4);
    memcpy(values, scores.values, sizeof values);
    assert_string_equal(scores.names[0], "loss");
    test_near("scores.loss", scores.loss, values[0], 0);
    for (int i = 0; i < N_SIZES; i++) {
        assert_same("batch size", batch_sizes[i],
                    cn_predict(model, x, .batch_size = batch_sizes[i]), expected, 1e-6);
        scores = cn_evaluate(model, x, y, .sample_weight = w, .batch_size = batch_sizes[i]);
        for (int k = 0; k < 4; k++)
            test_near(scores.names[k], scores.values[k], values[k], 1e-6);
    }
    test_ok();
}

static void test_steps(void **state)
{
    (void)state;
    cn_model *model = test_model();
    cn_array *part = cn_predict(model, test_x(), .batch_size = 4, .steps = 2);
    assert_int_equal(cn_array_dim(part, 0), 8);
    assert_same("steps", 2, part, cn_predict(model, cn_array_slice(test_x(), 0, 8)), 1e-7);
    cn_compile(model, .loss = "mse");
    test_near(
        "loss", cn_evaluate(model, test_x(), test_y(), .batch_size = 4, .steps = 2).loss,
        cn_evaluate(model, cn_array_slice(test_x(), 0, 8), cn_array_slice(test_y(), 0, 8)).loss,
        1e-6);
}

static void test_predict_into(void **state)
{
    (void)state;
    float out[TEST_ROWS * 2];
    cn_model *model = test_model();
    cn_array *x = test_x();
    for (int64_t rows = 1; rows <= TEST_ROWS; rows += 5) {
        assert_int_equal(cn_predict_into(model, cn_array_data(x), rows, out), CN_OK);
        const cn_array *expected = cn_predict_on_batch(model, cn_array_slice(x, 0, rows));
        assert_memory_equal(out, cn_array_data(expected), (size_t)rows * 2 * sizeof *out);
    }
}

/* Numbers of any type; a missing axis of 1. */
static void test_converted_data(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({1});
    cn_model *model = cn_model_of(x, cn_call(cn_dense(2), x));
    float numbers[] = {0, 1, 2, 200};
    cn_array *floats = cn_array_view(CN_FLOAT32, (const int64_t[]){4, 1}, 2, numbers);
    const cn_array *expected = cn_predict(model, floats);
    const cn_dtype types[] = {CN_FLOAT64, CN_INT32, CN_INT64, CN_UINT8};
    for (int i = 0; i < 4; i++) {
        cn_array *given = cn_array_cast(floats, types[i]);
        assert_same("type", types[i], cn_predict(model, given), expected, 0);
        assert_same("flat", types[i],
                    cn_predict(model, cn_array_reshape(given, (const int64_t[]){4}, 1)), expected,
                    0);
    }
    test_ok();
}

/* ---- single batches -------------------------------------------------------------------------- */

static void test_train_on_batch(void **state)
{
    (void)state;
    cn_model *a = test_model(), *b = test_model();
    cn_array *x = test_x(), *y = test_y();
    cn_compile(a, .optimizer = "adam", .loss = "mse", .metrics = {"mae"});
    cn_compile(b, .optimizer = "adam", .loss = "mse", .metrics = {"mae"});
    cn_history *history =
        cn_fit(a, x, y, .batch_size = TEST_ROWS, .epochs = 3, .shuffle = false, .verbose = 0);
    for (int64_t i = 0; i < 3; i++) {
        const double before = cn_test_on_batch(b, x, y).loss;
        cn_scores scores = cn_train_on_batch(b, x, y);
        test_near("test_on_batch", before, scores.loss, 1e-6);
        test_near("loss", scores.loss, cn_history_value(history, "loss", i), 1e-7);
        test_near("mae", cn_score(scores, "mae"), cn_history_value(history, "mae", i), 1e-7);
    }
    test_near("distance", test_distance(a, b), 0, 0);
}

/* Neither test_on_batch nor evaluate nor predict trains. */
static void test_only_training_trains(void **state)
{
    (void)state;
    cn_model *model = test_model(), *before = test_model();
    cn_compile(model, .optimizer = "adam", .loss = "mse");
    (void)cn_test_on_batch(model, test_x(), test_y());
    (void)cn_evaluate(model, test_x(), test_y());
    (void)cn_predict(model, test_x());
    test_ok();
    test_near("distance", test_distance(model, before), 0, 0);
}

static void test_unbuilt_sequential(void **state)
{
    (void)state;
    cn_model *model = cn_sequential();
    cn_sequential_add(model, cn_dense(2));
    assert_int_equal(cn_compile(model, .optimizer = "sgd", .loss = "mse", .metrics = {"mae"}),
                     CN_OK);
    cn_history *history = cn_fit(model, test_x(), test_y(), .verbose = 0);
    test_ok();
    assert_true(cn_history_value(history, "mae", 0) > 0);
    assert_int_equal(cn_count_params(model), TEST_FEATURES * 2 + 2);
}

/* ---- threads --------------------------------------------------------------------------------- */

struct predictor {
    cn_model *model;
    const float *x, *expected;
    int64_t rows;
    int wrong;
};

static void *predict_often(void *context)
{
    struct predictor *predictor = context;
    float out[TEST_ROWS * 2];
    const int64_t dims[] = {predictor->rows, TEST_FEATURES};
    for (int i = 0; i < 20; i++) {
        predictor->wrong += cn_predict_into(predictor->model, predictor->x, predictor->rows, out) !=
                            CN_OK;
        for (int64_t k = 0; k < predictor->rows * 2; k++)
            predictor->wrong += !(fabsf(out[k] - predictor->expected[k]) <= 1e-6F);
        cn_array *x = cn_array_view(CN_FLOAT32, dims, 2, (void *)(uintptr_t)predictor->x);
        cn_array *y = cn_predict(predictor->model, x, .batch_size = 4);
        for (int64_t k = 0; k < predictor->rows * 2; k++)
            predictor->wrong += !(fabs(cn_array_at(y, k) - (double)predictor->expected[k]) <= 1e-6);
        cn_array_free(y);
        cn_array_free(x);
    }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    struct predictor predictors[THREADS];
    cn_array *x = test_x();
    cn_array *expected = cn_predict(test_model(), x);
    cn_model *model = test_model(); /* not used before the threads come */
    for (int64_t i = 0; i < THREADS; i++) {
        predictors[i] = (struct predictor){model, cn_array_data(x), cn_array_data(expected),
                                           TEST_ROWS - 5 * i, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, predict_often, &predictors[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        if (predictors[i].wrong != 0)
            fail_msg("thread %d: %d wrong numbers", i, predictors[i].wrong);
    }
}

/* ---- files ----------------------------------------------------------------------------------- */

static const char *file(void)
{
    static char path[64];
    (void)snprintf(path, sizeof path, "/tmp/cornu_weights_%ld.npz", (long)getpid());
    return path;
}

static void test_weights_round_trip(void **state)
{
    (void)state;
    cn_model *model = test_model(), *other = test_model(), *wide = NULL;
    cn_compile(model, .optimizer = "adam", .loss = "mse");
    assert_non_null(cn_fit(model, test_x(), test_y(), .verbose = 0));
    assert_true(test_distance(model, other) > 0);
    assert_int_equal(cn_save_weights(model, file()), CN_OK);
    assert_int_equal(cn_load_weights(other, file()), CN_OK);
    test_near("distance", test_distance(model, other), 0, 0);

    cn_tensor *x = cn_input({TEST_FEATURES + 1});
    wide = cn_model_of(x, cn_chain(x, cn_dense(5, .name = "hidden", .kernel_initializer = "zeros"),
                                   cn_dense(2, .name = "y")));
    assert_int_equal(cn_load_weights(wide, file()), CN_INVALID);
    assert_non_null(strstr(cn_error(), "hidden/kernel has shape (6, 5), the model's has (7, 5)"));
    cn_clear_error();
    for (int64_t i = 0; i < 35; i++) /* all or nothing */
        assert_true(cn_array_at(cn_get_weight(wide, "hidden/kernel"), i) == 0);
    (void)remove(file());
    assert_int_equal(cn_load_weights(other, file()), CN_IO);
    test_near("distance", test_distance(model, other), 0, 0);
}

/* The same model drawn again has other automatic names: weights then go by their order, if all
 * shapes fit. */
static void test_weights_of_other_names(void **state)
{
    (void)state;
    cn_model *model = test_model();
    cn_tensor *x = cn_input({TEST_FEATURES});
    cn_model *again = cn_model_of(x, cn_chain(x, cn_dense(5), cn_dense(2)));
    cn_model *other = cn_model_of(x, cn_chain(x, cn_dense(5), cn_dense(3)));
    assert_int_equal(cn_save_weights(again, file()), CN_OK);
    assert_int_equal(cn_load_weights(model, file()), CN_OK);
    test_near("distance", test_distance(model, again), 0, 0);
    assert_int_equal(cn_save_weights(other, file()), CN_OK);
    assert_int_equal(cn_load_weights(model, file()), CN_INVALID);
    assert_non_null(strstr(cn_error(), "y/kernel has shape (5, 3), the model's has (5, 2)"));
    test_near("distance after a refusal", test_distance(model, again), 0, 0);
    (void)remove(file());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_any_batch_size),     TEST(test_steps),
        TEST(test_predict_into),       TEST(test_converted_data),
        TEST(test_train_on_batch),     TEST(test_only_training_trains),
        TEST(test_unbuilt_sequential), TEST(test_threads),
        TEST(test_weights_round_trip), TEST(test_weights_of_other_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
