/* Callbacks: identifiers in all their forms, the user's own, failures, and which way a value should
 * go. */
#include "callbacks/testing.h"

static const double three[] = {3, 2, 1};

static cn_status count_free(cn_event *event)
{
    (void)event;
    return CN_OK;
}

/* ---- identifiers ----------------------------------------------------------------------------- */

static void names_and_records_are_identifiers(void **state)
{
    (void)state;
    const char *const identifiers[] = {
        "EarlyStopping",
        "early_stopping",
        "terminate_on_nan",
        "reduce_lr_on_plateau",
        cn_early_stopping(),
        cn_early_stopping("loss", 0.5, 3),
        cn_csv_logger("log.csv"),
        "{\"class_name\": \"EarlyStopping\", \"config\": {\"patience\": 2, \"baseline\": null}}",
        cn_model_checkpoint("a.npz"),
        cn_terminate_on_nan(),
        cn_reduce_lr_on_plateau(.factor = 0.5),
    };
    for (size_t i = 0; i < sizeof identifiers / sizeof identifiers[0]; i++) {
        cn_callback callback;
        if (cn_callback_create(identifiers[i], &callback) != CN_OK)
            fail_msg("%s: %s", identifiers[i], cn_error());
        assert_non_null(callback.free);
        callback.free(callback.data);
    }
}

static void wrong_identifiers_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"early_stoping", "unknown callback \"early_stoping\": did you mean \"early_stopping\"?"},
        {"",
         "a callback is a name or what a constructor such as cn_early_stopping(...) returns, got nothing"},
        {"ModelCheckpoint", "ModelCheckpoint: filepath, the name of a file, is needed"},
        {"csv_logger", "CSVLogger: the name of a file is needed"},
        {"LearningRateScheduler",
         "LearningRateScheduler: needs a function: cn_learning_rate_scheduler(function) makes one"},
        {"{\"class_name\": \"EarlyStopping\", \"config\": {\"patence\": 2}}",
         "EarlyStopping: EarlyStopping has no argument \"patence\": did you mean \"patience\"?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cn_callback callback;
        assert_int_equal(cn_callback_create(cases[i][0], &callback), CN_INVALID);
        assert_error("%s", cases[i][1]);
    }
}

static void a_refused_argument_refuses_the_training(void **state)
{
    (void)state;
    cn_model *model = test_model();
    assert_null(
        test_fit(model, TEST_SCRIPT("val_loss", 1), cn_early_stopping(.monitor = "height")));
    assert_error(
        "EarlyStopping: whether \"height\" should go up or down cannot be told from its name: give "
        ".mode = \"max\" or \"min\"");
    assert_non_null(
        test_fit(model, TEST_SCRIPT("height", 1), cn_early_stopping("height", .mode = "max")));
    assert_string_equal(cn_reduce_lr_on_plateau(.factor = 1), "");
    assert_error("ReduceLROnPlateau: factor must be from 0 up to, not with, 1, got 1");
    assert_string_equal(cn_early_stopping(.mode = "up"), "");
    assert_error("EarlyStopping: mode must be \"auto\", \"min\" or \"max\", got \"up\"");
    assert_string_equal(cn_early_stopping(.monitor = NULL), "");
    assert_error("EarlyStopping: monitor must be the name of a value such as \"val_loss\"");
    assert_string_equal(cn_csv_logger("a.csv", .separator = "::"), "");
    assert_error("CSVLogger: separator must be one character such as \",\", got \"::\"");
}

static void the_name_says_which_way_is_better(void **state)
{
    (void)state;
    static const char *const up[] = {
        "acc",     "val_acc", "age_acc",   "accuracy", "val_sparse_categorical_accuracy",
        "auc_1",   "val_auc", "precision", "recall_2", "f1_score",
        "r2_score"};
    static const char *const down[] = {"loss",
                                       "val_loss",
                                       "val_age_loss",
                                       "mse",
                                       "mean_squared_error",
                                       "val_mae",
                                       "binary_crossentropy",
                                       "hinge",
                                       "kl_divergence",
                                       "root_mean_squared_error"};
    for (size_t i = 0; i < sizeof up / sizeof up[0]; i++)
        if (cn_monitor_check("test", up[i], "auto") != CN_OK ||
            !cn_monitor_begin(up[i], "auto", 0, NAN).up)
            fail_msg("%s should go up", up[i]);
    for (size_t i = 0; i < sizeof down / sizeof down[0]; i++)
        if (cn_monitor_check("test", down[i], "auto") != CN_OK ||
            cn_monitor_begin(down[i], "auto", 0, NAN).up)
            fail_msg("%s should go down", down[i]);
    assert_int_equal(cn_monitor_check("test", "gloss", "auto"), CN_INVALID);
    cn_clear_error();
    assert_true(cn_monitor_begin("loss", "max", 0, NAN).up);
    assert_false(cn_monitor_begin("acc", "min", 0, NAN).up);
}

/* ---- the user's own -------------------------------------------------------------------------- */

struct tally {
    char text[256];
    int freed;
};

static void note(cn_event *event, const char *what)
{
    struct tally *tally = event->data;
    (void)strncat(tally->text, what, sizeof tally->text - strlen(tally->text) - 1);
}

static cn_status train_begin(cn_event *event)
{
    return note(event, "<"), CN_OK;
}

static cn_status train_end(cn_event *event)
{
    return note(event, ">"), CN_OK;
}

static cn_status epoch_begin(cn_event *event)
{
    return note(event, "("), CN_OK;
}

static cn_status epoch_end(cn_event *event)
{
    return note(event, ")"), CN_OK;
}

static cn_status batch_end(cn_event *event)
{
    note(event, event->samples == 2 && isfinite(cn_event_value(event, "loss")) ? "." : "?");
    return CN_OK;
}

static void tally_free(void *data)
{
    ((struct tally *)data)->freed++;
}

static void a_callback_of_the_users_own_is_called(void **state)
{
    (void)state;
    struct tally tally = {.freed = 0};
    const char *mine = cn_custom_callback(.on_train_begin = train_begin, .on_train_end = train_end,
                                          .on_epoch_begin = epoch_begin, .on_epoch_end = epoch_end,
                                          .on_train_batch_end = batch_end, .data = &tally,
                                          .free = tally_free);
    const char *other = cn_custom_callback(.on_epoch_end = count_free);
    assert_string_not_equal(mine, other);
    assert_non_null(test_fit(test_model(), TEST_SCRIPT("val_loss", 1, 2), mine));
    assert_string_equal(tally.text, "<(..)(..)>");
    assert_int_equal(tally.freed, 1);
}

static cn_status refuse(cn_event *event)
{
    (void)event;
    return cn_fail(CN_INTERRUPTED, "no more");
}

static void a_hook_that_fails_ends_the_training(void **state)
{
    (void)state;
    struct tally tally = {.freed = 0};
    cn_model *model = test_model();
    assert_null(cn_fit(model, test_x(), test_y(), .verbose = 0,
                       .callbacks = {cn_custom_callback(.data = &tally, .free = tally_free),
                                     cn_custom_callback(.on_epoch_end = refuse),
                                     cn_early_stopping("loss")}));
    assert_error("no more");
    assert_int_equal(tally.freed, 1);
    assert_non_null(cn_fit(model, test_x(), test_y(), .verbose = 0));
}

/* ---- values that never come ------------------------------------------------------------------ */

static void a_value_that_never_comes_is_a_warning(void **state)
{
    (void)state;
    const test_script none = {"val_loss", three, 0}, script = {"val_mae", three, 3};
    cn_history *history = test_fit(test_model(), &script, cn_early_stopping());
    assert_int_equal(cn_history_epochs(history), 3);
    assert_string_equal(
        cn_history_warning(history),
        "EarlyStopping: there is no value \"val_loss\" to watch; there are: loss, val_mae");
    assert_null(cn_history_warning(test_fit(test_model(), &none, cn_early_stopping())));
    assert_null(cn_history_warning(
        test_fit(test_model(), TEST_SCRIPT("val_loss", INFINITY, 2), cn_early_stopping())));
}

/* ---- TerminateOnNaN -------------------------------------------------------------------------- */

static void nan_ends_the_training(void **state)
{
    (void)state;
    float y[] = {2, 4, NAN, 8};
    cn_array *wrong = cn_array_view(CN_FLOAT32, (const int64_t[]){4, 1}, 2, y);
    struct tally tally = {.freed = 0};
    const char *dots = cn_custom_callback(.on_train_batch_begin = epoch_begin, .data = &tally);
    cn_history *history = cn_fit(test_model(), test_x(), wrong, .batch_size = 1, .epochs = 5,
                                 .verbose = 0, .shuffle = false,
                                 .callbacks = {cn_terminate_on_nan(), dots});
    assert_int_equal(cn_history_epochs(history), 1);
    assert_string_equal(tally.text, "(((");
    assert_null(cn_fit(test_model(), test_x(), wrong, .batch_size = 1, .verbose = 0,
                       .shuffle = false, .callbacks = {cn_terminate_on_nan(.raise_error = true)}));
    assert_error("TerminateOnNaN: the loss is NaN in epoch 1, batch 3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(names_and_records_are_identifiers, test_forget),
        cmocka_unit_test_teardown(wrong_identifiers_are_refused, test_forget),
        cmocka_unit_test_teardown(a_refused_argument_refuses_the_training, test_forget),
        cmocka_unit_test_teardown(the_name_says_which_way_is_better, test_forget),
        cmocka_unit_test_teardown(a_callback_of_the_users_own_is_called, test_forget),
        cmocka_unit_test_teardown(a_hook_that_fails_ends_the_training, test_forget),
        cmocka_unit_test_teardown(a_value_that_never_comes_is_a_warning, test_forget),
        cmocka_unit_test_teardown(nan_ends_the_training, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
