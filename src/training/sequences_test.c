/* Sequences of different lengths against the same data padded by hand, against one sample at a
 * time, and what is refused. */
#include "training/testing.h"

#include <pthread.h>

#include "runtime/memory.h"

enum { SAMPLES = 37, WORDS = 12, LONGEST = 23, FEATURES = 3 };

/* A number that looks random: the same for the same arguments. */
static int64_t noise(int64_t a, int64_t b, int64_t n)
{
    return (int64_t)(((uint64_t)(a * 7919 + b * 104729 + 12345) * 2654435761u >> 7) % (uint64_t)n);
}

static int64_t length_of(int64_t sample)
{
    return 1 + noise(sample, 1, LONGEST);
}

/* Words 1 .. WORDS - 1; 0 is padding. */
static cn_sequences *texts(void)
{
    cn_sequences *made = cn_sequences_new(CN_INT32, NULL, 0);
    for (int64_t i = 0; i < SAMPLES; i++) {
        int32_t words[LONGEST];
        for (int64_t t = 0; t < LONGEST; t++)
            words[t] = (int32_t)(1 + noise(i, t + 2, WORDS - 1));
        assert_int_equal(cn_sequences_append(made, words, length_of(i)), CN_OK);
    }
    return made;
}

/* FEATURES numbers in each step; other lengths than those of texts. */
static cn_sequences *measurements(void)
{
    cn_sequences *made = cn_sequences_new(CN_FLOAT32, (const int64_t[]){FEATURES}, 1);
    for (int64_t i = 0; i < SAMPLES; i++) {
        float values[LONGEST * FEATURES];
        for (int64_t t = 0; t < LONGEST * FEATURES; t++)
            values[t] = (float)(1 + noise(i, t + 50, 100)) / 100;
        assert_int_equal(cn_sequences_append(made, values, 1 + noise(i, 9, LONGEST)), CN_OK);
    }
    return made;
}

static cn_array *padded_texts(const cn_sequences *x)
{
    return cn_pad_sequences(x, .padding = "post");
}

static cn_array *padded_measurements(const cn_sequences *x)
{
    return cn_pad_sequences(x, .padding = "post", .dtype = CN_FLOAT32);
}

static cn_array *targets(void)
{
    return cn_random({SAMPLES, 2}, .seed = 12);
}

/* ---- models ---------------------------------------------------------------------------------- */

static cn_layer *embed(bool mask_zero)
{
    return cn_embedding(WORDS, 4, .mask_zero = mask_zero, .name = "table",
                        .embeddings_initializer = cn_random_uniform_initializer(.seed = 3));
}

static cn_layer *dense(int64_t units, const char *name, const char *activation)
{
    return cn_dense(units, .name = name, .activation = activation,
                    .kernel_initializer = cn_glorot_uniform(.seed = 4));
}

static cn_model *compiled(cn_model *model, const char *loss)
{
    cn_compile(model, .optimizer = cn_adam(0.01), .loss = loss, .metrics = {"mae"},
               .weighted_metrics = {"mse"});
    test_ok();
    return model;
}

/* words [T] -> y [2]. masked: padding is found by its value, as in Keras. */
static cn_model *text_model(bool masked)
{
    cn_tensor *x = cn_input({CN_NONE}, .dtype = "int32", .name = "words");
    return compiled(cn_model_of(x, cn_chain(x, embed(masked), cn_global_average_pooling1d(),
                                            dense(2, "y", NULL))),
                    "mse");
}

/* words [T] -> y [2], read by an LSTM and, if both, backwards too. */
static cn_model *reading_model(bool masked, bool both)
{
    cn_tensor *x = cn_input({CN_NONE}, .dtype = "int32", .name = "words");
    cn_layer *lstm = cn_lstm(3, .kernel_initializer = cn_glorot_uniform(.seed = 5),
                             .recurrent_initializer = cn_glorot_uniform(.seed = 6));
    if (both)
        lstm = cn_bidirectional(lstm);
    return compiled(cn_model_of(x, cn_chain(x, embed(masked), lstm, dense(2, "y", NULL))), "mse");
}

/* steps [T, FEATURES] -> y [2] */
static cn_model *measurement_model(bool masked)
{
    cn_tensor *x = cn_input({CN_NONE, FEATURES}, .name = "steps");
    cn_tensor *from = masked ? cn_call(cn_masking(), x) : x;
    return compiled(cn_model_of(x, cn_chain(from, dense(5, "hidden", "tanh"),
                                            cn_global_average_pooling1d(), dense(2, "y", NULL))),
                    "mse");
}

/* words [T], steps [T, FEATURES], age [1] -> y [2] */
static cn_model *mixed_model(bool masked)
{
    cn_tensor *words = cn_input({CN_NONE}, .dtype = "int32", .name = "words");
    cn_tensor *steps = cn_input({CN_NONE, FEATURES}, .name = "steps");
    cn_tensor *age = cn_input({1}, .name = "age");
    cn_tensor *from = masked ? cn_call(cn_masking(), steps) : steps;
    cn_tensor *a = cn_chain(words, embed(masked), cn_global_average_pooling1d());
    cn_tensor *b = cn_chain(from, dense(5, "hidden", "tanh"), cn_global_average_pooling1d());
    cn_tensor *all = cn_call(cn_concatenate(), a, b, age);
    return compiled(cn_model_of(CN_LIST(words, steps, age), cn_call(dense(2, "y", NULL), all)),
                    "mse");
}

/* words [T] -> tag [T, 1] of every word */
static cn_model *tagging_model(bool masked)
{
    cn_tensor *x = cn_input({CN_NONE}, .dtype = "int32", .name = "words");
    return compiled(cn_model_of(x, cn_chain(x, embed(masked), dense(1, "tag", "sigmoid"))), "mse");
}

/* ---- comparing ------------------------------------------------------------------------------- */

static void expect_same_array(const char *what, const cn_array *got, const cn_array *expected)
{
    test_ok();
    assert_int_equal(cn_array_size(got), cn_array_size(expected));
    for (int64_t i = 0; i < cn_array_size(got); i++)
        test_near(what, cn_array_at(got, i), cn_array_at(expected, i), 1e-5);
}

static void expect_same_history(const cn_history *got, const cn_history *expected)
{
    test_ok();
    assert_int_equal(cn_history_count(got), cn_history_count(expected));
    for (int64_t i = 0; i < cn_history_count(got); i++)
        for (int64_t epoch = 0; epoch < cn_history_epochs(got); epoch++) {
            const char *name = cn_history_name(got, i);
            test_near(name, cn_history_value(got, name, epoch),
                      cn_history_value(expected, name, epoch), 1e-5);
        }
}

static void expect_same_scores(cn_scores got, cn_scores expected)
{
    test_ok();
    assert_int_equal(got.count, expected.count);
    for (int64_t i = 0; i < got.count; i++)
        test_near(got.names[i], got.values[i], expected.values[i], 1e-5);
}

#define FIT(model, x, y, ...)                                                                      \
    cn_fit(model, x, y, .epochs = 3, .batch_size = 8, .shuffle = false, .verbose = 0, __VA_ARGS__)

/* Trains a model on sequences and its twin on the padded arrays, and compares all that is
 * measured. */
static void expect_same_training(cn_model *ragged, cn_items x, cn_model *padded, cn_items rows)
{
    cn_array *y = targets(), *weights = cn_random({SAMPLES}, .seed = 31);
    cn_history *got = FIT(ragged, x, y, .sample_weight = weights, .validation_split = 0.3);
    cn_history *expected = FIT(padded, rows, y, .sample_weight = weights, .validation_split = 0.3);
    expect_same_history(got, expected);
    assert_true(test_distance(ragged, padded) < 1e-5);
    expect_same_array("prediction", cn_predict(ragged, x, .batch_size = 8),
                      cn_predict(padded, rows));
    cn_scores scores = cn_evaluate(padded, rows, y, .batch_size = 8);
    expect_same_scores(cn_evaluate(ragged, x, y, .batch_size = 8), scores);
    cn_predictions some = cn_predict_all(ragged, x, .batch_size = 8, .steps = 2);
    assert_int_equal(cn_array_dim(some.at[0], 0), 16);
    expect_same_array("first prediction", some.at[0],
                      cn_predict(padded, rows, .batch_size = 8, .steps = 2));
}

static void test_integers(void **state)
{
    (void)state;
    cn_sequences *x = texts();
    expect_same_training(text_model(false), CN_LIST(x), text_model(true), CN_LIST(padded_texts(x)));
    expect_same_training(text_model(true), CN_LIST(x), text_model(true), CN_LIST(padded_texts(x)));
}

static void test_recurrent(void **state)
{
    (void)state;
    cn_sequences *x = texts();
    for (int both = 0; both < 2; both++)
        for (int front = 0; front < 2; front++) {
            assert_int_equal(cn_sequences_set_padding(x, front ? "pre" : "post", 0), CN_OK);
            expect_same_training(reading_model(false, both), CN_LIST(x), reading_model(true, both),
                                 CN_LIST(padded_texts(x)));
        }
}

static void test_features(void **state)
{
    (void)state;
    cn_sequences *x = measurements();
    expect_same_training(measurement_model(false), CN_LIST(x), measurement_model(true),
                         CN_LIST(padded_measurements(x)));
    assert_int_equal(cn_sequences_set_padding(x, "pre", -7), CN_OK);
    expect_same_training(measurement_model(false), CN_DICT({"steps", x}), measurement_model(true),
                         CN_LIST(padded_measurements(x)));
}

static void test_several_inputs(void **state)
{
    (void)state;
    cn_sequences *words = texts(), *steps = measurements();
    cn_array *age = cn_random({SAMPLES, 1}, .seed = 8);
    expect_same_training(
        mixed_model(false), CN_DICT({"age", age}, {"steps", steps}, {"words", words}),
        mixed_model(true), CN_LIST(padded_texts(words), padded_measurements(steps), age));
}

/* ---- targets and weights of steps ------------------------------------------------------------ */

static cn_sequences *of_steps(const cn_sequences *like, int64_t seed)
{
    cn_sequences *made = cn_sequences_new(CN_FLOAT32, NULL, 0);
    for (int64_t i = 0; i < cn_sequences_count(like); i++) {
        float values[LONGEST];
        for (int64_t t = 0; t < LONGEST; t++)
            values[t] = (float)noise(i + seed, t, 10) / 10;
        assert_int_equal(cn_sequences_append(made, values, cn_sequences_length(like, i)), CN_OK);
    }
    return made;
}

/* A loss of steps is the mean over a batch's steps, so validation has one batch: sorted by length,
 * several would have other samples. */
static void test_targets_of_steps(void **state)
{
    (void)state;
    cn_sequences *x = texts(), *y = of_steps(x, 5), *w = of_steps(x, 6);
    cn_model *ragged = tagging_model(false), *padded = tagging_model(true);
    cn_array *rows = padded_texts(x), *kept = padded_measurements(w);
    cn_array *tags = padded_measurements(y);
    tags = cn_array_reshape(tags, (int64_t[]){SAMPLES, cn_array_dim(tags, 1), 1}, 3);
    cn_history *got = FIT(ragged, x, y, .sample_weight = w, .validation_data = {x, y, w},
                          .validation_batch_size = SAMPLES);
    cn_history *expected = FIT(padded, rows, tags, .sample_weight = kept,
                               .validation_data = {rows, tags, kept},
                               .validation_batch_size = SAMPLES);
    expect_same_history(got, expected);
    assert_true(test_distance(ragged, padded) < 1e-5);
}

/* A prediction of steps: those of the sequence, 0 behind it. */
static void test_steps_come_back(void **state)
{
    (void)state;
    cn_sequences *x = texts();
    cn_model *model = tagging_model(false);
    int64_t longest = 0;
    for (int64_t i = 0; i < SAMPLES; i++)
        longest = length_of(i) > longest ? length_of(i) : longest;
    for (int front = 0; front < 2; front++) {
        assert_int_equal(cn_sequences_set_padding(x, front ? "pre" : "post", 0), CN_OK);
        cn_array *all = cn_predict(model, x, .batch_size = 4);
        test_ok();
        assert_int_equal(cn_array_dim(all, 1), longest);
        for (int64_t i = 0; i < SAMPLES; i++) {
            const int64_t n = length_of(i), first = front ? longest - n : 0;
            cn_array *one = cn_array_reshape(cn_sequences_at(x, i), (int64_t[]){1, n}, 2);
            cn_array *alone = cn_predict(model, one);
            for (int64_t t = 0; t < longest; t++) {
                const bool inside = t >= first && t < first + n;
                test_near("step", cn_array_at(all, i * longest + t),
                          inside ? cn_array_at(alone, t - first) : 0, 1e-5);
            }
        }
    }
}

/* ---- one by one ------------------------------------------------------------------------------ */

static void test_one_by_one(void **state)
{
    (void)state;
    cn_sequences *x = texts();
    cn_array *y = targets();
    cn_model *model = text_model(false);
    cn_array *all = cn_predict(model, x, .batch_size = 5);
    cn_scores together = cn_evaluate(model, x, y, .batch_size = 5);
    const double loss = together.loss;
    double sum = 0;
    for (int64_t i = 0; i < SAMPLES; i++) {
        cn_array *one = cn_array_reshape(cn_sequences_at(x, i), (int64_t[]){1, length_of(i)}, 2);
        expect_same_array("alone", cn_predict(model, one), cn_array_slice(all, i, i + 1));
        sum += cn_test_on_batch(model, one, cn_array_slice(y, i, i + 1)).loss;
    }
    test_near("loss", loss, sum / SAMPLES, 1e-5);
}

static void test_one_sequence(void **state)
{
    (void)state;
    cn_sequences *x = cn_sequences_new(CN_INT32, NULL, 0);
    assert_int_equal(cn_sequences_append(x, (int32_t[]){3, 4, 5}, 3), CN_OK);
    cn_model *model = text_model(false);
    cn_array *y = cn_random({1, 2}, .seed = 2);
    assert_non_null(cn_fit(model, x, y, .verbose = 0));
    assert_true(cn_train_on_batch(model, x, y).loss > 0);
    assert_int_equal(cn_array_size(cn_predict(model, x)), 2);
    test_ok();
}

/* A sequence without steps has no say in losses of steps; a batch may be nothing but such. */
static void test_empty_sequences(void **state)
{
    (void)state;
    cn_sequences *x = cn_sequences_new(CN_INT32, NULL, 0);
    for (int64_t i = 0; i < 6; i++)
        assert_int_equal(cn_sequences_append(x, (int32_t[]){3, 4, 5}, i < 3 ? 0 : i - 2), CN_OK);
    cn_model *model = tagging_model(false);
    cn_sequences *y = of_steps(x, 1);
    cn_history *history =
        cn_fit(model, x, y, .batch_size = 3, .shuffle = false, .epochs = 2, .verbose = 0);
    test_ok();
    assert_true(isfinite(cn_history_value(history, "loss", -1)));
    cn_array *all = cn_predict(model, x);
    assert_int_equal(cn_array_dim(all, 1), 3);
    for (int64_t i = 0; i < 9; i++)
        assert_true(cn_array_at(all, i) == 0);
}

/* A Sequential takes its input from the sequences. */
static void test_sequential(void **state)
{
    (void)state;
    cn_model *model = cn_sequential();
    cn_sequential_add(model, embed(false));
    cn_sequential_add(model, cn_global_average_pooling1d());
    cn_sequential_add(model, dense(2, "y", NULL));
    cn_compile(model, .loss = "mse");
    assert_non_null(cn_fit(model, texts(), targets(), .verbose = 0));
    test_ok();
}

/* ---- shuffling ------------------------------------------------------------------------------- */

static cn_status note_samples(cn_event *event)
{
    *(int64_t *)event->data += event->samples;
    return CN_OK;
}

/* The same seed gives the same bits, another one others; every sample is seen in every epoch. */
static void test_shuffled(void **state)
{
    (void)state;
    cn_model *models[3];
    for (int i = 0; i < 3; i++) {
        int64_t seen = 0;
        models[i] = text_model(false);
        cn_set_random_seed(i == 2 ? 8 : 7);
        const char *note = cn_custom_callback(.on_train_batch_end = note_samples, .data = &seen);
        assert_non_null(cn_fit(models[i], texts(), targets(), .batch_size = 4, .epochs = 5,
                               .verbose = 0, .callbacks = {note}));
        test_ok();
        assert_int_equal(seen, 5 * SAMPLES);
    }
    assert_true(test_distance(models[0], models[1]) == 0);
    assert_true(test_distance(models[0], models[2]) > 0);
}

/* ---- threads --------------------------------------------------------------------------------- */

struct task {
    cn_model *model;
    const cn_sequences *x;
    const cn_array *expected;
    double most;
};

static void *predict_often(void *argument)
{
    struct task *task = argument;
    for (int round = 0; round < 20; round++) {
        cn_array *y = cn_predict(task->model, task->x, .batch_size = 3 + round % 4);
        for (int64_t i = 0; i < 2 * SAMPLES; i++)
            task->most =
                fmax(task->most,
                     y == NULL ? 1 : fabs(cn_array_at(y, i) - cn_array_at(task->expected, i)));
        cn_array_free(y);
    }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    pthread_t threads[3];
    struct task tasks[3];
    cn_sequences *x = texts();
    cn_model *model = text_model(false);
    cn_array *expected = cn_predict(model, x);
    for (int i = 0; i < 3; i++) {
        tasks[i] = (struct task){model, x, expected, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, predict_often, &tasks[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(tasks[i].most < 1e-5);
    }
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static void expect_error(const char *expected)
{
    assert_string_equal(cn_error(), expected);
    cn_clear_error();
}

static void test_wrong_shapes(void **state)
{
    (void)state;
    cn_sequences *x = texts(), *steps = measurements();
    cn_model *model = measurement_model(false);
    assert_null(cn_fit(model, x, targets(), .verbose = 0));
    expect_error(
        "cn_fit: x for \"steps\" should have shape (None, None, 3), but its sequences give "
        "(37, None)");
    assert_null(cn_predict(text_model(false), steps));
    expect_error(
        "cn_predict: x for \"words\" should have shape (None, None), but its sequences give "
        "(37, None, 3)");
    assert_null(cn_fit(model, steps, cn_zeros({SAMPLES + 1, 2}), .verbose = 0));
    expect_error("cn_fit: y for \"y\" has 38 samples, others have 37");
    assert_null(cn_fit(model, steps, x, .verbose = 0));
    expect_error("cn_fit: y for \"y\" is sequences, but the output has no steps: its shape is "
                 "(None, 2)");
    cn_tensor *ten = cn_input({10}, .dtype = "int32", .name = "ten");
    cn_model *fixed = cn_model_of(ten, cn_chain(ten, embed(false), cn_global_average_pooling1d()));
    assert_null(cn_predict(fixed, x));
    char expected[128];
    int64_t first = 0;
    while (length_of(first) <= 10)
        first++;
    (void)snprintf(
        expected, sizeof expected,
        "cn_predict: x for \"ten\": sequence %d has %d steps, the model takes at most 10",
        (int)first, (int)length_of(first));
    expect_error(expected);
}

static void test_wrong_values(void **state)
{
    (void)state;
    cn_sequences *x = cn_sequences_new(CN_FLOAT32, NULL, 0), *y = texts();
    assert_int_equal(cn_sequences_append(x, (float[]){1, 2}, 2), CN_OK);
    assert_int_equal(cn_sequences_append(x, (float[]){1, 2.5f}, 2), CN_OK);
    assert_null(cn_predict(text_model(false), x));
    expect_error("words: sequence 1 has 2.5, where a whole number of 32 bits is needed");
    cn_sequences *shorter = cn_sequences_new(CN_INT32, NULL, 0);
    for (int64_t i = 0; i < SAMPLES; i++)
        assert_int_equal(cn_sequences_append(shorter, cn_array_data(cn_sequences_at(y, i)),
                                             length_of(i) - (i == 2)),
                         CN_OK);
    cn_model *tagging = tagging_model(false);
    assert_null(cn_fit(tagging, y, shorter, .shuffle = false, .verbose = 0));
    char expected[128];
    (void)snprintf(expected, sizeof expected,
                   "cn_fit: epoch 1, batch 1: tag: sequence 2 has %d steps, that of x has %d",
                   (int)length_of(2) - 1, (int)length_of(2));
    expect_error(expected);
    assert_null(cn_fit(tagging, y, y, .class_weight = {{1, 2.0}}, .verbose = 0));
    assert_non_null(strstr(cn_error(), "class_weight needs one class for each sample"));
    cn_clear_error();
}

/* ---- memory ---------------------------------------------------------------------------------- */

static bool work(void)
{
    cn_sequences *x = cn_sequences_new(CN_INT32, NULL, 0);
    for (int32_t i = 0; i < 4; i++)
        if (cn_sequences_append(x, (int32_t[]){3, 4, 5, 6}, 1 + i) != CN_OK)
            return false;
    cn_tensor *input = cn_input({CN_NONE}, .dtype = "int32");
    cn_model *model = cn_model_of(
        input, cn_chain(input, embed(false), cn_global_average_pooling1d(), dense(2, "y", NULL)));
    cn_compile(model, .loss = "mse");
    cn_array *y = cn_zeros({4, 2});
    return cn_fit(model, x, y, .batch_size = 2, .verbose = 0, .validation_data = {x, y}) != NULL &&
           cn_predict(model, x, .batch_size = 3) != NULL;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    bool done = false;
    for (int64_t n = 1; !done; n++) {
        cn_set_random_seed(1);
        cn_memory_fail_at(n);
        done = work();
        cn_memory_fail_at(0);
        done = done && !cn_failed(); /* a name that was not made is as if none was given */
        assert_int_equal(cn_error_status(), done ? CN_OK : CN_OUT_OF_MEMORY);
        cn_clear_error();
        cn_clear_session();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_integers),
        TEST(test_features),
        TEST(test_several_inputs),
        TEST(test_targets_of_steps),
        TEST(test_steps_come_back),
        TEST(test_one_by_one),
        TEST(test_one_sequence),
        TEST(test_empty_sequences),
        TEST(test_sequential),
        TEST(test_shuffled),
        TEST(test_threads),
        TEST(test_wrong_shapes),
        TEST(test_recurrent),
        TEST(test_wrong_values),
        TEST(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
