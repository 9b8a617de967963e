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

static int clear(void **state)
{
    (void)state;
    cn_clear_session();
    cn_clear_error();
    return 0;
}

/* One step of training on a batch whose only channel has mean 2 and variance 1, with a learning
 * rate of 0. */
static void train_once(cn_model *model)
{
    const float x[2] = {1, 3}, y[2] = {0, 0};
    cn_array *inputs = cn_array_new(CN_FLOAT32, (const int64_t[]){2, 1}, 2, x),
             *targets = cn_array_new(CN_FLOAT32, (const int64_t[]){2, 1}, 2, y);
    assert_int_equal(cn_compile(model, .optimizer = cn_sgd(.learning_rate = 0), .loss = "mse"),
                     CN_OK);
    assert_non_null(cn_fit(model, inputs, targets, .epochs = 1, .batch_size = 2, .verbose = 0));
    cn_array_free(inputs);
    cn_array_free(targets);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(statistics_move_in_training, clear),
        cmocka_unit_test_setup(a_shared_layer_moves_at_each_call, clear),
        cmocka_unit_test_setup(a_frozen_layer_stays, clear),
    };
    return cmocka_run_group_tests_name("layers.normalization", tests, NULL, NULL);
}
