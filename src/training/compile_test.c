/* compile: which weights are trained and for what; sample and class weights; losses and metrics of
 * the user's own. */
#include "training/testing.h"

static cn_history *fit_plain(cn_model *model, cn_array *x, cn_array *y)
{
    cn_history *history =
        cn_fit(model, x, y, .epochs = 2, .batch_size = 8, .shuffle = false, .verbose = 0);
    if (history == NULL)
        fail_msg("%s", cn_error());
    return history;
}

/* ---- again ----------------------------------------------------------------------------------- */

/* The weights stay, and the optimizer begins anew: as a model that is given these weights. */
static void test_recompile(void **state)
{
    (void)state;
    cn_model *model = test_model(), *fresh = test_model();
    cn_compile(model, .optimizer = "adam", .loss = "mse");
    fit_plain(model, test_x(), test_y());
    for (int64_t i = 0; i < cn_weight_count(model); i++)
        assert_int_equal(cn_set_weight_at(fresh, i, cn_get_weight_at(model, i)), CN_OK);
    cn_compile(model, .optimizer = cn_sgd(0.1, .momentum = 0.9), .loss = "mae");
    test_near("distance after compile", test_distance(model, fresh), 0, 0);
    cn_compile(fresh, .optimizer = cn_sgd(0.1, .momentum = 0.9), .loss = "mae");
    fit_plain(model, test_x(), test_y());
    fit_plain(fresh, test_x(), test_y());
    test_near("distance after fit", test_distance(model, fresh), 0, 0);
}

static void test_failed_compile_changes_nothing(void **state)
{
    (void)state;
    cn_model *model = test_model();
    cn_compile(model, .optimizer = "sgd", .loss = "mse", .metrics = {"mae"});
    const double loss = cn_evaluate(model, test_x(), test_y()).loss;
    assert_int_equal(cn_compile(model, .loss = "no such loss"), CN_INVALID);
    cn_clear_error();
    cn_scores scores = cn_evaluate(model, test_x(), test_y());
    assert_int_equal(scores.count, 2);
    test_near("loss", scores.loss, loss, 0);
}

/* The rate can be asked for and set before the first step. */
static void test_learning_rate(void **state)
{
    (void)state;
    cn_model *model = test_model(), *before = test_model();
    assert_true(isnan(cn_learning_rate(model)));
    assert_int_equal(cn_error_status(), CN_STATE);
    cn_clear_error();
    cn_compile(model, .optimizer = cn_sgd(0.25), .loss = "mse");
    test_near("rate", cn_learning_rate(model), 0.25, 1e-7);
    assert_int_equal(cn_set_learning_rate(model, 0), CN_OK);
    test_near("rate", cn_learning_rate(model), 0, 0);
    fit_plain(model, test_x(), test_y());
    test_near("distance", test_distance(model, before), 0, 0);
    cn_compile(model,
               .optimizer = cn_sgd(.learning_rate_schedule = cn_exponential_decay(0.1, 10, 0.5)),
               .loss = "mse");
    assert_int_equal(cn_set_learning_rate(model, 1), CN_STATE);
    cn_clear_error();
}

/* Plans for the stack as it was are not used for another one. */
static void test_changed_stack(void **state)
{
    (void)state;
    cn_model *model = cn_sequential();
    cn_sequential_add(model, cn_dense(2, .input_shape = {TEST_FEATURES}));
    cn_compile(model, .optimizer = "sgd", .loss = "mse");
    fit_plain(model, test_x(), test_y());
    assert_int_equal(cn_array_dim(cn_predict(model, test_x()), 1), 2);
    cn_sequential_add(model, cn_dense(5));
    assert_int_equal(cn_array_dim(cn_predict(model, test_x()), 1), 5);
    assert_null(cn_fit(model, test_x(), test_y(), .verbose = 0));
    assert_int_equal(cn_error_status(), CN_STATE);
    cn_clear_error();
    cn_sequential_pop(model);
    assert_int_equal(cn_array_dim(cn_predict(model, test_x()), 1), 2);
    cn_compile(model, .optimizer = "sgd", .loss = "mse");
    fit_plain(model, test_x(), test_y());
}

/* ---- frozen ---------------------------------------------------------------------------------- */

static bool same_weight(const cn_model *a, const cn_model *b, const char *path)
{
    const cn_array *left = cn_get_weight(a, path), *right = cn_get_weight(b, path);
    test_ok();
    return memcmp(cn_array_data(left), cn_array_data(right),
                  (size_t)cn_array_size(left) * sizeof(float)) == 0;
}

static void test_frozen_layer(void **state)
{
    (void)state;
    cn_model *model = test_model(), *before = test_model();
    cn_set_trainable(cn_get_layer(model, "hidden"), false);
    cn_compile(model, .optimizer = cn_adam(0.01, .weight_decay = 0.1), .loss = "mse");
    fit_plain(model, test_x(), test_y());
    assert_true(same_weight(model, before, "hidden/kernel"));
    assert_true(same_weight(model, before, "hidden/bias"));
    assert_false(same_weight(model, before, "y/kernel"));
}

/* What is trainable is decided at compile. */
static void test_frozen_after_compile(void **state)
{
    (void)state;
    cn_model *model = test_model(), *before = test_model(), *kept = test_model();
    cn_compile(model, .optimizer = "sgd", .loss = "mse");
    cn_set_trainable(cn_get_layer(model, "hidden"), false);
    fit_plain(model, test_x(), test_y());
    assert_false(same_weight(model, before, "hidden/kernel"));
    for (int64_t i = 0; i < cn_weight_count(model); i++)
        assert_int_equal(cn_set_weight_at(kept, i, cn_get_weight_at(model, i)), CN_OK);
    cn_compile(model, .optimizer = "sgd", .loss = "mse");
    fit_plain(model, test_x(), test_y());
    assert_true(same_weight(model, kept, "hidden/kernel"));
    assert_false(same_weight(model, kept, "y/kernel"));
}

static void test_all_frozen(void **state)
{
    (void)state;
    cn_model *model = test_model(), *before = test_model();
    cn_set_trainable(model, false);
    cn_compile(model, .optimizer = "adam", .loss = "mse");
    fit_plain(model, test_x(), test_y());
    test_near("distance", test_distance(model, before), 0, 0);
}

/* ---- weights of samples ---------------------------------------------------------------------- */

static cn_model *trained_with(const cn_array *weights, const cn_class_weight *table)
{
    cn_model *model = test_classifier();
    cn_compile(model, .optimizer = cn_sgd(0.5), .loss = "sparse_categorical_crossentropy");
    cn_fit_args args = {CN_FIT_DEFAULTS};
    args.model = model;
    args.x = (cn_items){.one = test_x()};
    args.y = (cn_items){.one = test_labels()};
    args.epochs = 2;
    args.batch_size = 8;
    args.verbose = 0;
    args.shuffle = false;
    args.sample_weight = weights;
    if (table != NULL)
        memcpy(args.class_weight, table, 2 * sizeof *table);
    if (cn_fit_with(&args) == NULL)
        fail_msg("%s", cn_error());
    return model;
}

static void test_sample_weights(void **state)
{
    (void)state;
    cn_array *ones = cn_array_new(CN_FLOAT32, (const int64_t[]){TEST_ROWS}, 1, NULL);
    for (int i = 0; i < TEST_ROWS; i++)
        ((float *)cn_array_data(ones))[i] = 1;
    const cn_array *weights = cn_random({TEST_ROWS}, .seed = 21);
    const cn_array *column = cn_array_reshape(weights, (const int64_t[]){TEST_ROWS, 1}, 2);
    cn_model *plain = trained_with(NULL, NULL), *flat = trained_with(weights, NULL);
    assert_true(test_distance(plain, flat) > 1e-3);
    test_near("ones", test_distance(plain, trained_with(ones, NULL)), 0, 1e-6);
    test_near("(n, 1)", test_distance(flat, trained_with(column, NULL)), 0, 0);
}

/* A table of classes is the same as a weight for each sample. */
static void test_class_weights(void **state)
{
    (void)state;
    static const cn_class_weight table[2] = {{0, 3.0}, {2, 0.25}};
    const float of_class[3] = {3, 1, 0.25F};
    const cn_array *labels = test_labels();
    cn_array *weights = cn_random({TEST_ROWS});
    for (int64_t i = 0; i < TEST_ROWS; i++)
        ((float *)cn_array_data(weights))[i] = of_class[(int)cn_array_at(labels, i)];
    cn_model *by_class = trained_with(NULL, table);
    test_near("distance", test_distance(by_class, trained_with(weights, NULL)), 0, 1e-7);
    assert_true(test_distance(by_class, trained_with(NULL, NULL)) > 1e-3);
}

/* One-hot rows have classes too. */
static void test_class_weights_of_one_hot(void **state)
{
    (void)state;
    cn_model *models[2] = {test_classifier(), test_classifier()};
    cn_array *labels = test_labels(), *rows = cn_to_categorical(labels, .num_classes = 3);
    cn_compile(models[0], .optimizer = "sgd", .loss = "sparse_categorical_crossentropy");
    cn_compile(models[1], .optimizer = "sgd", .loss = "categorical_crossentropy");
    for (int i = 0; i < 2; i++)
        assert_non_null(cn_fit(models[i], test_x(), i == 0 ? labels : rows, .shuffle = false,
                               .verbose = 0, .class_weight = {{0, 3.0}, {1, 0.5}}));
    test_near("distance", test_distance(models[0], models[1]), 0, 1e-6);
}

/* ---- the user's own -------------------------------------------------------------------------- */

static cn_tensor *squares(cn_tensor *y_true, cn_tensor *y_pred, void *data)
{
    ++*(int *)data;
    return cn_ops_square(cn_ops_subtract(y_true, y_pred));
}

static void test_custom_loss_and_metric(void **state)
{
    (void)state;
    int loss_calls = 0, metric_calls = 0;
    cn_model *own = test_model(), *keras = test_model();
    assert_int_equal(cn_register_loss("squares", squares, &loss_calls), CN_OK);
    assert_int_equal(cn_register_metric("my_mse", squares, &metric_calls), CN_OK);
    assert_int_equal(
        cn_compile(own, .optimizer = "sgd", .loss = "squares", .metrics = {"my_mse", "mse"}),
        CN_OK);
    cn_compile(keras, .optimizer = "sgd", .loss = "mse");
    cn_history *a = fit_plain(own, test_x(), test_y()), *b = fit_plain(keras, test_x(), test_y());
    assert_true(loss_calls > 0 && metric_calls > 0);
    test_near("loss", cn_history_value(a, "loss", 1), cn_history_value(b, "loss", 1), 1e-6);
    test_near("metric", cn_history_value(a, "my_mse", 1), cn_history_value(a, "mse", 1), 1e-6);
    test_near("distance", test_distance(own, keras), 0, 1e-6);
}

static cn_tensor *nothing(cn_tensor *y_true, cn_tensor *y_pred, void *data)
{
    (void)y_true, (void)y_pred, (void)data;
    return NULL;
}

static void test_custom_loss_that_fails(void **state)
{
    (void)state;
    cn_model *model = test_model();
    assert_int_equal(cn_register_loss("nothing", nothing, NULL), CN_OK);
    assert_int_equal(cn_register_loss("", nothing, NULL), CN_INVALID);
    cn_clear_error();
    cn_compile(model, .loss = "nothing");
    assert_null(cn_fit(model, test_x(), test_y(), .verbose = 0));
    assert_true(cn_failed());
    cn_clear_error();
    cn_compile(model, .loss = "mse");
    fit_plain(model, test_x(), test_y());
}

/* ---- several outputs ------------------------------------------------------------------------- */

/* Outputs age (1) and class (3), in either order. */
static cn_model *two_outputs(bool turned)
{
    cn_tensor *x = cn_input({TEST_FEATURES});
    cn_tensor *age =
        cn_call(cn_dense(1, .name = "age", .kernel_initializer = cn_glorot_uniform(.seed = 1)), x);
    cn_tensor *class = cn_call(cn_dense(3, .name = "class", .activation = "softmax",
                                        .kernel_initializer = cn_glorot_uniform(.seed = 2)),
                               x);
    return turned ? cn_model_of(x, CN_LIST(class, age)) : cn_model_of(x, CN_LIST(age, class));
}

static cn_scores scores_of(cn_model *model, cn_array *age, cn_array *class)
{
    cn_array *x = test_x();
    if (cn_fit(model, x, CN_DICT({"class", class}, {"age", age}), .shuffle = false, .verbose = 0,
               .epochs = 3) == NULL)
        fail_msg("%s", cn_error());
    return cn_evaluate(model, x, CN_DICT({"age", age}, {"class", class}));
}

static void test_permuted_outputs(void **state)
{
    (void)state;
    static const char *const names[] = {"loss",    "age_loss",  "class_loss",
                                        "age_mae", "class_acc", "class_ce"};
    cn_array *age = cn_random({TEST_ROWS, 1}), *class = test_labels();
    cn_scores scores[3];
    for (int i = 0; i < 3; i++) {
        cn_model *model = two_outputs(i == 1);
        if (i == 2)
            cn_compile(model, .optimizer = "adam",
                       .outputs = {{"class", .loss = "sparse_categorical_crossentropy",
                                    .loss_weight = 0.5, .metrics = {"acc", "ce"}},
                                   {"age", .loss = "mae", .metrics = {"mae"}}});
        else
            cn_compile(model, .optimizer = "adam",
                       .outputs = {{"age", .loss = "mae", .metrics = {"mae"}},
                                   {"class", .loss = "sparse_categorical_crossentropy",
                                    .loss_weight = 0.5, .metrics = {"ce", "acc"}}});
        scores[i] = scores_of(model, age, class);
        assert_int_equal(scores[i].count, 6);
    }
    for (size_t k = 0; k < 6; k++)
        for (int i = 1; i < 3; i++)
            test_near(names[k], cn_score(scores[i], names[k]), cn_score(scores[0], names[k]), 1e-6);
    test_near("total", scores[0].loss,
              cn_score(scores[0], "age_loss") + 0.5 * cn_score(scores[0], "class_loss"), 1e-6);
    test_ok();
}

/* An output without a loss is not trained and needs no target. */
static void test_output_without_loss(void **state)
{
    (void)state;
    cn_model *model = two_outputs(false), *before = two_outputs(false);
    cn_array *age = cn_random({TEST_ROWS, 1});
    cn_compile(model, .optimizer = "sgd", .outputs = {{"age", .loss = "mse"}, {"class"}});
    cn_history *history = cn_fit(model, test_x(), CN_DICT({"age", age}), .verbose = 0);
    test_ok();
    assert_non_null(history);
    assert_true(same_weight(model, before, "class/kernel"));
    assert_false(same_weight(model, before, "age/kernel"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_recompile),
        TEST(test_failed_compile_changes_nothing),
        TEST(test_learning_rate),
        TEST(test_changed_stack),
        TEST(test_frozen_layer),
        TEST(test_frozen_after_compile),
        TEST(test_all_frozen),
        TEST(test_sample_weights),
        TEST(test_class_weights),
        TEST(test_class_weights_of_one_hot),
        TEST(test_custom_loss_and_metric),
        TEST(test_custom_loss_that_fails),
        TEST(test_permuted_outputs),
        TEST(test_output_without_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
