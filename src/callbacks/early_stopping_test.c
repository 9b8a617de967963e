/* EarlyStopping, against what Keras does with the same values: when it ends, and which weights are
 * left. */
#include "callbacks/testing.h"

/* The kernel after each epoch. */
static double kernels[16];

static cn_status keep_kernel(cn_event *event)
{
    cn_array *kernel = cn_get_weight(event->model, "kernel");
    kernels[event->epoch] = cn_array_at(kernel, 0);
    return CN_OK;
}

static double kernel_of(const cn_model *model)
{
    return cn_array_at(cn_get_weight(model, "kernel"), 0);
}

static int64_t epochs_with(const test_script *script, const char *callback)
{
    cn_history *history = test_fit(test_model(), script, callback);
    assert_non_null(history);
    return cn_history_epochs(history);
}

/* Keras's own test: with these losses it stops after epoch max(patience, 1) + 2, counted from 0. */
static void patience_counts_epochs_without_improvement(void **state)
{
    (void)state;
    for (int64_t patience = 0; patience < 4; patience++)
        assert_int_equal(epochs_with(TEST_SCRIPT("val_loss", 10, 9, 8, 9, 8.9, 8.8, 8.7, 8.6, 8.5),
                                     cn_early_stopping(.patience = patience)),
                         (patience > 1 ? patience : 1) + 3);
}

static void min_delta_is_what_an_improvement_exceeds(void **state)
{
    (void)state;
    assert_int_equal(epochs_with(TEST_SCRIPT("val_loss", 1, 0.75, 0.5, 0.25, 0),
                                 cn_early_stopping(.min_delta = 0.25)),
                     2);
    assert_int_equal(epochs_with(TEST_SCRIPT("val_loss", 1, 0.75, 0.5, 0.25, 0),
                                 cn_early_stopping(.min_delta = -0.2)),
                     5);
    assert_int_equal(
        epochs_with(TEST_SCRIPT("val_acc", 0, 0.5, 0.6, 0.7), cn_early_stopping("val_acc", 0.25)),
        3);
}

static void higher_is_better_where_the_name_says_so(void **state)
{
    (void)state;
    assert_int_equal(
        epochs_with(TEST_SCRIPT("val_acc", 0.1, 0.2, 0.3, 0.3, 0.9), cn_early_stopping("val_acc")),
        4);
    assert_int_equal(epochs_with(TEST_SCRIPT("val_acc", 0.1, 0.2, 0.3),
                                 cn_early_stopping("val_acc", .mode = "min")),
                     2);
}

/* Keras's own test: no value beats the baseline, so that patience runs from the first epoch. */
static void only_what_beats_the_baseline_is_an_improvement(void **state)
{
    (void)state;
    const char *callback = cn_early_stopping(.patience = 5, .baseline = 0.5);
    assert_int_equal(
        epochs_with(TEST_SCRIPT("val_loss", 0.9, 0.8, 0.7, 0.71, 0.72, 0.73), callback), 5);
    assert_int_equal(epochs_with(TEST_SCRIPT("val_loss", 0.9, 0.8, 0.4, 0.3, 0.2, 0.1), callback),
                     6);
}

static void early_epochs_need_not_be_looked_at(void **state)
{
    (void)state;
    assert_int_equal(epochs_with(TEST_SCRIPT("val_loss", 1, 2, 3, 4, 5),
                                 cn_early_stopping(.start_from_epoch = 2)),
                     4);
    assert_int_equal(
        epochs_with(TEST_SCRIPT("val_loss", INFINITY, 2, INFINITY, 3, 1), cn_early_stopping()), 4);
}

static void nan_is_no_improvement(void **state)
{
    (void)state;
    assert_int_equal(epochs_with(TEST_SCRIPT("val_loss", NAN, 3, 2, NAN, 1), cn_early_stopping()),
                     4);
}

static void the_best_weights_come_back(void **state)
{
    (void)state;
    const test_script *script = TEST_SCRIPT("val_loss", 0.2, 0.15, 0.1, 0.11, 0.12, 0.13);
    static const double all[] = {0.9, 0.8, 0.7, 0.71};
    test_script short_script = {"val_loss", all, 4};
    cn_model *model = test_model();
    const char *callback = cn_early_stopping(.patience = 2, .restore_best_weights = true);
    assert_non_null(
        cn_fit(model, test_x(), test_y(), .epochs = 6, .verbose = 0,
               .callbacks = {
                   cn_custom_callback(.on_epoch_end = test_play, .data = (void *)(uintptr_t)script),
                   callback, cn_custom_callback(.on_epoch_end = keep_kernel)}));
    assert_true(kernel_of(model) == kernels[2]);
    assert_true(kernels[2] != kernels[4]);
    assert_non_null(
        cn_fit(model, test_x(), test_y(), .epochs = 4, .verbose = 0,
               .callbacks = {
                   cn_custom_callback(.on_epoch_end = test_play, .data = &short_script),
                   cn_early_stopping(.patience = 9, .restore_best_weights = true, .baseline = 0.5),
                   cn_custom_callback(.on_epoch_end = keep_kernel)}));
    assert_true(kernel_of(model) == kernels[2]);
}

static void it_says_what_keras_says(void **state)
{
    (void)state;
    cn_model *model = test_model();
    test_begin_output();
    (void)test_fit(model, TEST_SCRIPT("val_loss", 3, 2, 4, 5, 1),
                   cn_early_stopping(.patience = 2, .verbose = 1, .restore_best_weights = true));
    test_assert_output("Epoch 4: early stopping\n"
                       "Restoring model weights from the end of the best epoch: 2.\n");
    test_begin_output();
    (void)test_fit(model, TEST_SCRIPT("val_loss", 3, 4), cn_early_stopping());
    test_assert_output("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(patience_counts_epochs_without_improvement, test_forget),
        cmocka_unit_test_teardown(min_delta_is_what_an_improvement_exceeds, test_forget),
        cmocka_unit_test_teardown(higher_is_better_where_the_name_says_so, test_forget),
        cmocka_unit_test_teardown(only_what_beats_the_baseline_is_an_improvement, test_forget),
        cmocka_unit_test_teardown(early_epochs_need_not_be_looked_at, test_forget),
        cmocka_unit_test_teardown(nan_is_no_improvement, test_forget),
        cmocka_unit_test_teardown(the_best_weights_come_back, test_forget),
        cmocka_unit_test_teardown(it_says_what_keras_says, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
