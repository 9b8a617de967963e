/* ReduceLROnPlateau and LearningRateScheduler: the rate of each epoch. */
#include "callbacks/testing.h"

static void assert_rates(const cn_history *history, const double *expected, int64_t count)
{
    assert_non_null(history);
    assert_int_equal(cn_history_epochs(history), count);
    for (int64_t i = 0; i < count; i++) {
        const double rate = cn_history_value(history, "learning_rate", i);
        if (!(fabs(rate - expected[i]) < 1e-6 * expected[i]))
            fail_msg("epoch %d: the rate is %.9g, not %.9g", (int)i, rate, expected[i]);
    }
}

/* ---- ReduceLROnPlateau ----------------------------------------------------------------------- */

static void a_plateau_reduces_the_rate(void **state)
{
    (void)state;
    cn_model *model = test_model();
    const double expected[] = {0.01, 0.01, 0.01, 0.01, 0.001, 0.001, 0.0001};
    assert_rates(test_fit(model, TEST_SCRIPT("val_loss", 5, 4, 4, 4, 4, 4, 3),
                          cn_reduce_lr_on_plateau(.patience = 2)),
                 expected, 7);
    assert_true(fabs(cn_learning_rate(model) - 1e-4) < 1e-10);
}

static void after_a_reduction_it_cools_down(void **state)
{
    (void)state;
    assert_rates(test_fit(test_model(), TEST_SCRIPT("val_loss", 4, 4, 4, 4, 4, 4, 4),
                          cn_reduce_lr_on_plateau(.patience = 1, .factor = 0.5, .cooldown = 2)),
                 (const double[]){0.01, 0.01, 0.005, 0.005, 0.0025, 0.0025, 0.00125}, 7);
}

static void the_rate_has_a_floor(void **state)
{
    (void)state;
    assert_rates(test_fit(test_model(), TEST_SCRIPT("val_acc", 4, 4, 4, 4),
                          cn_reduce_lr_on_plateau("val_acc", .patience = 1, .min_lr = 0.002)),
                 (const double[]){0.01, 0.01, 0.002, 0.002}, 4);
}

static void small_changes_are_a_plateau(void **state)
{
    (void)state;
    assert_rates(test_fit(test_model(), TEST_SCRIPT("val_loss", 1, 0.99995, 0.99985, 0.9),
                          cn_reduce_lr_on_plateau(.patience = 1)),
                 (const double[]){0.01, 0.01, 0.001, 0.001}, 4);
}

static void a_schedule_cannot_be_reduced(void **state)
{
    (void)state;
    cn_model *model = test_model();
    (void)cn_compile(
        model, .loss = "mse",
        .optimizer = cn_sgd(.learning_rate_schedule = cn_exponential_decay(0.1, 10, 0.5)));
    assert_null(
        test_fit(model, TEST_SCRIPT("val_loss", 1, 1, 1), cn_reduce_lr_on_plateau(.patience = 1)));
    assert_int_equal(cn_error_status(), CN_STATE);
    assert_non_null(strstr(cn_error(), "the learning rate follows a schedule"));
    cn_clear_error();
}

/* ---- LearningRateScheduler ------------------------------------------------------------------- */

static double halve(int64_t epoch, double rate, void *data)
{
    ++*(int *)data;
    return epoch == 0 ? rate : rate / 2;
}

static double no_rate(int64_t epoch, double rate, void *data)
{
    (void)rate, (void)data;
    return epoch == 1 ? NAN : 0.5;
}

static void the_schedule_says_the_rate(void **state)
{
    (void)state;
    int calls = 0;
    const test_script *script = TEST_SCRIPT("val_loss", 1, 1, 1);
    assert_rates(test_fit(test_model(), script, cn_learning_rate_scheduler(halve, .data = &calls)),
                 (const double[]){0.01, 0.005, 0.0025}, 3);
    assert_int_equal(calls, 3);
    assert_null(test_fit(test_model(), script, cn_learning_rate_scheduler(no_rate)));
    assert_error(
        "LearningRateScheduler: the schedule must return a rate of 0 or more, got nan for epoch 1");
    assert_string_equal(cn_learning_rate_scheduler(NULL), "");
    assert_error(
        "LearningRateScheduler: needs a function: cn_learning_rate_scheduler(function) makes one");
}

static double constant(int64_t epoch, double rate, void *data)
{
    (void)rate, (void)data;
    return epoch == 0 ? 0.5 : 1;
}

static void they_say_what_keras_says(void **state)
{
    (void)state;
    cn_model *model = test_model();
    test_begin_output();
    (void)test_fit(model, TEST_SCRIPT("val_loss", 1, 1),
                   cn_learning_rate_scheduler(constant, .verbose = 1));
    (void)test_fit(model, TEST_SCRIPT("val_loss", 1, 1),
                   cn_reduce_lr_on_plateau(.patience = 1, .factor = 0.25, .verbose = 1));
    test_assert_output("\nEpoch 1: LearningRateScheduler setting learning rate to 0.5.\n"
                       "\nEpoch 2: LearningRateScheduler setting learning rate to 1.0.\n"
                       "\nEpoch 2: ReduceLROnPlateau reducing learning rate to 0.25.\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_plateau_reduces_the_rate, test_forget),
        cmocka_unit_test_teardown(after_a_reduction_it_cools_down, test_forget),
        cmocka_unit_test_teardown(the_rate_has_a_floor, test_forget),
        cmocka_unit_test_teardown(small_changes_are_a_plateau, test_forget),
        cmocka_unit_test_teardown(a_schedule_cannot_be_reduced, test_forget),
        cmocka_unit_test_teardown(the_schedule_says_the_rate, test_forget),
        cmocka_unit_test_teardown(they_say_what_keras_says, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
