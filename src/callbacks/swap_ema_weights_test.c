/* SwapEMAWeights, against what Keras does (tests/keras/data/swapped_averages.json), and what is not
 * as in Keras: prediction brings the weights back, and so does a training that ends early. */
#include "callbacks/testing.h"
#include "cornu/saving.h"
#include "support/keras_data.h"

static double kernels[8];

static cn_status keep_kernel(cn_event *event)
{
    kernels[event->epoch] = cn_array_at(cn_get_weight(event->model, "kernel"), 0);
    return CN_OK;
}

static double kernel_of(const cn_model *model)
{
    return cn_array_at(cn_get_weight(model, "kernel"), 0);
}

static cn_model *averaging_model(const char *optimizer)
{
    cn_model *model = cn_sequential();
    (void)cn_sequential_add(
        model, cn_dense(1, .input_shape = {1}, .use_bias = false, .kernel_initializer = "ones"));
    (void)cn_compile(model, .optimizer = optimizer, .loss = "mse");
    return model;
}

static cn_model *usual_model(void)
{
    return averaging_model(cn_sgd(0.01, .use_ema = true, .ema_momentum = 0.75));
}

static double number(const json_t *item, const char *key)
{
    const json_t *value = json_object_get(item, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static void check_case(const json_t *item)
{
    cn_model *model = usual_model();
    const char *swap =
        cn_swap_ema_weights(.swap_on_epoch = json_is_true(json_object_get(item, "swap_on_epoch")));
    const cn_history *history =
        cn_fit(model, test_x(), test_y(), .epochs = 4, .batch_size = 2, .verbose = 0,
               .shuffle = false, .validation_data = {test_x(), test_y()},
               .callbacks = {swap, cn_custom_callback(.on_epoch_end = keep_kernel)});
    size_t i;
    const json_t *epoch;
    assert_non_null(history);
    json_array_foreach(json_object_get(item, "epochs"), i, epoch)
    {
        assert_float_equal(cn_history_value(history, "loss", (int64_t)i), number(epoch, "loss"),
                           1e-5);
        assert_float_equal(cn_history_value(history, "val_loss", (int64_t)i),
                           number(epoch, "val_loss"), 1e-5);
        assert_float_equal(kernels[i], number(epoch, "kernel"), 1e-6);
    }
    assert_true(i == 4);
    assert_float_equal(kernel_of(model), number(item, "kernel"), 1e-6);
}

static void keras_does_the_same(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("swapped_averages.json"), *item;
    size_t i;
    cn_keras_each(root, i, item) check_case(item);
    assert_true(i == 2);
    json_decref(root);
}

static cn_status stop(cn_event *event)
{
    if (event->epoch == 1)
        cn_stop_training(event->model);
    return CN_OK;
}

/* However it ends, the averages are left. */
static void an_early_end_leaves_the_averages(void **state)
{
    (void)state;
    double left[2];
    for (int i = 0; i < 2; i++) {
        cn_model *model = usual_model();
        const char *swap = cn_swap_ema_weights(.swap_on_epoch = true);
        assert_non_null(cn_fit(model, test_x(), test_y(), .epochs = i == 0 ? 9 : 2, .batch_size = 2,
                               .verbose = 0, .shuffle = false,
                               .callbacks = {swap, cn_custom_callback(.on_epoch_end = stop)}));
        left[i] = kernel_of(model);
    }
    assert_true(left[0] == left[1]);
}

static void averages_and_back(void **state)
{
    (void)state;
    cn_model *model = usual_model();
    assert_int_equal(cn_use_averages(model, true), CN_OK); /* there are none yet */
    assert_float_equal(kernel_of(model), 1, 0);
    for (int i = 0; i < 3; i++)
        assert_true(cn_train_on_batch(model, test_x(), test_y()).count > 0);
    const double kernel = kernel_of(model);
    assert_int_equal(cn_use_averages(model, true), CN_OK);
    assert_int_equal(cn_use_averages(model, true), CN_OK);
    assert_true(kernel_of(model) < kernel);
    assert_int_equal(cn_use_averages(model, false), CN_OK);
    assert_true(kernel_of(model) == kernel);
    assert_int_equal(cn_use_averages(model, true), CN_OK);
    const double average = kernel_of(model);
    assert_true(cn_train_on_batch(model, test_x(), test_y()).count > 0);
    assert_true(kernel_of(model) > kernel && average < kernel);
}

/* Goes on from the weights, whatever the model computes with when the backup is made. */
static void backups_have_the_weights(void **state)
{
    (void)state;
    double left[2];
    for (int i = 0; i < 2; i++) {
        cn_model *model = usual_model();
        const char *swap = cn_swap_ema_weights(.swap_on_epoch = true);
        const char *backup = cn_backup_and_restore(test_folder, .delete_checkpoint = false);
        for (int64_t epochs = i == 0 ? 4 : 2; epochs <= 4; epochs += 2)
            assert_non_null(cn_fit(model, test_x(), test_y(), .epochs = epochs, .batch_size = 2,
                                   .verbose = 0, .shuffle = false,
                                   .callbacks = {swap, i == 0 ? NULL : backup}));
        left[i] = kernel_of(model);
    }
    assert_true(left[0] == left[1]);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_model *model = averaging_model(cn_sgd(0.01));
    assert_null(cn_fit(model, test_x(), test_y(), .epochs = 1, .verbose = 0,
                       .validation_data = {test_x(), test_y()},
                       .callbacks = {cn_swap_ema_weights()}));
    assert_error("cn_use_averages: sgd keeps no averages: it needs .use_ema = true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(keras_does_the_same, test_forget),
        cmocka_unit_test_teardown(an_early_end_leaves_the_averages, test_forget),
        cmocka_unit_test_teardown(averages_and_back, test_forget),
        cmocka_unit_test_teardown(backups_have_the_weights, test_forget),
        cmocka_unit_test_teardown(mistakes_are_named, test_forget),
    };
    return cmocka_run_group_tests_name("SwapEMAWeights", tests, test_make_folder,
                                       test_remove_folder);
}
