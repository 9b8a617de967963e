/* Batch statistics: once for each call of a shared layer, none of a frozen one; trained through the
 * public API. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "cornu/cornu.h"
#include "layers/layers.h"
#include "support/anew.h"

/* One step of training on a batch whose only channel has mean 2 and variance 1. */
static void train_at(cn_model *model, double learning_rate)
{
    const float x[2] = {1, 3}, y[2] = {0, 0};
    cn_array *inputs = cn_array_new(CN_FLOAT32, (const int64_t[]){2, 1}, 2, x),
             *targets = cn_array_new(CN_FLOAT32, (const int64_t[]){2, 1}, 2, y);
    assert_int_equal(
        cn_compile(model, .optimizer = cn_sgd(.learning_rate = learning_rate), .loss = "mse"),
        CN_OK);
    assert_non_null(cn_fit(model, inputs, targets, .epochs = 1, .batch_size = 2, .verbose = 0));
    cn_array_free(inputs);
    cn_array_free(targets);
}

static void train_once(cn_model *model)
{
    train_at(model, 0);
}

static double weight_of(cn_layer *layer, int64_t index)
{
    cn_array *array = cn_get_weight_at(layer, index);
    assert_non_null(array);
    const double value = (double)*(const float *)cn_array_data(array);
    cn_array_free(array);
    return value;
}

static void assert_near(double got, double expected)
{
    if (!(fabs(got - expected) < 1e-6))
        fail_msg("got %.9g, expected %.9g", got, expected);
}

static void statistics_move_in_training(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({1});
    cn_layer *layer = cn_batch_normalization(.momentum = 0.75);
    train_once(cn_model_of(x, cn_call(layer, x)));
    assert_near(weight_of(layer, 2), 0.5); /* 0 * 0.75 + 2 * 0.25 */
    assert_near(weight_of(layer, 3), 1);   /* 1 * 0.75 + 1 * 0.25 */
    assert_int_equal(cn_count_trainable_params(layer), 2);
}

/* The second call begins with what the first one left. */
static void a_shared_layer_moves_at_each_call(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({1});
    cn_layer *layer = cn_batch_normalization(.momentum = 0.5);
    cn_tensor *y = cn_call(cn_add(), cn_call(layer, x), cn_call(layer, x));
    train_once(cn_model_of(x, y));
    assert_near(weight_of(layer, 2), 1.5); /* (0 * 0.5 + 1) * 0.5 + 1 */
}

static void a_frozen_layer_stays(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({1});
    cn_layer *layer = cn_batch_normalization(.momentum = 0.5);
    cn_tensor *y = cn_call(cn_dense(1), cn_call(layer, x));
    cn_set_trainable(layer, false);
    train_once(cn_model_of(x, y));
    assert_near(weight_of(layer, 2), 0);
    assert_near(weight_of(layer, 3), 1);
}

/* Of the kernel (4), 4 / 4 is kept; the gradient of mean((1 w)^2, (3 w)^2) is 10 there. */
static void a_spectrum_is_normalized(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({1});
    cn_layer *inner = cn_dense(1, .kernel_initializer = "{\"class_name\": \"Constant\", "
                                                        "\"config\": {\"value\": 4}}");
    cn_layer *layer = cn_spectral_normalization(inner, .power_iterations = 2);
    cn_model *model = cn_model_of(x, cn_call(layer, x));
    assert_int_equal(cn_weight_count(model), 3);
    assert_int_equal(cn_count_params(model), 3);
    assert_int_equal(cn_count_trainable_params(model), 2);
    assert_near(weight_of(layer, 0), 4);
    train_at(model, 0.01);
    assert_near(weight_of(layer, 0), 0.9);
    assert_near(fabs(weight_of(layer, 1)), 1);
    assert_near(weight_of(inner, 0), 0.9);
    assert_near(weight_of(layer, 2), -0.04); /* the bias, of mean(2 (1 + 3) / 2) */
}

/* Two calls in a step divide the kernel once; zeros stay. */
static void a_shared_spectrum_is_normalized_once(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({1});
    cn_layer *inner = cn_dense(1, .use_bias = false,
                               .kernel_initializer = "{\"class_name\": \"Constant\", "
                                                     "\"config\": {\"value\": 4}}");
    cn_layer *layer = cn_spectral_normalization(inner);
    train_at(cn_model_of(x, cn_call(cn_add(), cn_call(layer, x), cn_call(layer, x))), 0.01);
    assert_near(weight_of(layer, 0), 0.6); /* y = 2 x w: the gradient is 40 */
    cn_layer *zeros = cn_spectral_normalization(cn_dense(1, .kernel_initializer = "zeros"));
    cn_model *model = cn_model_of(x, cn_call(zeros, x));
    const double before = weight_of(zeros, 1);
    train_once(model);
    assert_near(weight_of(zeros, 0), 0);
    assert_near(weight_of(zeros, 1), before);
}

static void what_has_no_kernel_is_refused(void **state)
{
    (void)state;
    assert_null(cn_call(cn_spectral_normalization(cn_dropout(0.5)), cn_input({1})));
    assert_string_equal(cn_error(),
                        "spectral_normalization_1: dropout_1 has neither a kernel nor embeddings");
    cn_clear_error();
    assert_null(cn_spectral_normalization(cn_dense(1), .power_iterations = 0));
    assert_string_equal(cn_error(),
                        "spectral_normalization_2: power_iterations must be positive, got 0");
}

/* One mean and variance of all numbers; learnt again, they are those of the latest data. */
static void moments_of_all_numbers_are_learnt(void **state)
{
    (void)state;
    cn_layer *layer = cn_normalization(.axis = {0});
    cn_array *first = cn_array_new(CN_FLOAT32, (int64_t[]){2, 2}, 2, (const float[]){1, 3, 5, 7}),
             *second = cn_array_new(CN_INT32, (int64_t[]){1, 2}, 2, (const int32_t[]){10, 14});
    cn_tensor *x = cn_input({2});
    assert_int_equal(cn_adapt(layer, first), CN_OK);
    cn_model *model = cn_model_of(x, cn_call(layer, x));
    cn_array *y = cn_predict(model, first);
    for (int i = 0; i < 4; i++)
        assert_float_equal(cn_array_at(y, i), (2 * i - 3) / sqrt(5), 1e-6);
    assert_int_equal(cn_adapt(layer, second), CN_OK);
    y = cn_predict(model, second);
    assert_float_equal(cn_array_at(y, 0), -1, 1e-6);
    assert_float_equal(cn_array_at(y, 1), 1, 1e-6);
    assert_int_equal(cn_adapt(cn_normalization(.mean = {1}, .variance = {2}), first), CN_INVALID);
    assert_string_equal(cn_error(),
                        "cn_adapt: normalization_2: mean and variance were given, there "
                        "is nothing to learn");
    cn_clear_error();
    cn_layer *each = cn_normalization();
    assert_int_equal(cn_adapt(each, first), CN_OK);
    assert_int_equal(cn_adapt(each, cn_zeros({2, 3})), CN_INVALID);
    assert_string_equal(cn_error(), "cn_adapt: normalization_3: its weights have shape (2,), which "
                                    "does not fit an input of shape (None, 3)");
    cn_clear_error();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(statistics_move_in_training, cn_begin_anew),
        cmocka_unit_test_setup(a_shared_layer_moves_at_each_call, cn_begin_anew),
        cmocka_unit_test_setup(a_frozen_layer_stays, cn_begin_anew),
        cmocka_unit_test_setup(a_spectrum_is_normalized, cn_begin_anew),
        cmocka_unit_test_setup(a_shared_spectrum_is_normalized_once, cn_begin_anew),
        cmocka_unit_test_setup(what_has_no_kernel_is_refused, cn_begin_anew),
        cmocka_unit_test_setup(moments_of_all_numbers_are_learnt, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("layers.normalization", tests, NULL, NULL);
}
