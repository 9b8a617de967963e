/* ModelCheckpoint: which files appear, what is in them, and what is said. */
#include "callbacks/testing.h"
#include "cornu/saving.h"

static bool exists(const char *name)
{
    return access(test_path(name), F_OK) == 0;
}

static double saved_kernel(cn_model *model, const char *name)
{
    assert_int_equal(cn_load_weights(model, test_path(name)), CN_OK);
    return cn_array_at(cn_get_weight(model, "kernel"), 0);
}

static double kernels[16];

static cn_status keep_kernel(cn_event *event)
{
    kernels[event->epoch] = cn_array_at(cn_get_weight(event->model, "kernel"), 0);
    return CN_OK;
}

/* ---- files ----------------------------------------------------------------------------------- */

static void every_epoch_is_saved(void **state)
{
    (void)state;
    assert_non_null(test_fit(test_model(), TEST_SCRIPT("val_loss", 0.5, 0.256, 1),
                             cn_model_checkpoint(test_path("e{epoch:02d}-{val_loss:.2f}.npz"))));
    assert_true(exists("e01-0.50.npz"));
    assert_true(exists("e02-0.26.npz"));
    assert_true(exists("e03-1.00.npz"));
}

static void the_best_is_kept(void **state)
{
    (void)state;
    static const double values[] = {3, 1, 2, NAN};
    test_script script = {"val_loss", values, 4};
    cn_model *model = test_model();
    assert_non_null(
        cn_fit(model, test_x(), test_y(), .epochs = 4, .verbose = 0,
               .callbacks = {cn_custom_callback(.on_epoch_end = test_play, .data = &script),
                             cn_custom_callback(.on_epoch_end = keep_kernel),
                             cn_model_checkpoint(test_path("best.npz"), .save_best_only = true)}));
    const double kernel = saved_kernel(model, "best.npz");
    assert_true(kernel == kernels[1]);
    assert_true(kernel != kernels[3]);
}

static void a_threshold_has_to_be_beaten(void **state)
{
    (void)state;
    const char *callback = cn_model_checkpoint(test_path("t{epoch}.npz"), "val_acc",
                                               .save_best_only = true,
                                               .initial_value_threshold = 0.5);
    assert_non_null(test_fit(test_model(), TEST_SCRIPT("val_acc", 0.4, 0.6, 0.55), callback));
    assert_false(exists("t1.npz"));
    assert_true(exists("t2.npz"));
    assert_false(exists("t3.npz"));
}

static void a_value_that_never_comes_saves_every_epoch(void **state)
{
    (void)state;
    const char *callback = cn_model_checkpoint(test_path("n{epoch}.npz"), .save_best_only = true);
    cn_history *history = test_fit(test_model(), TEST_SCRIPT("a", 1, 2), callback);
    assert_true(exists("n1.npz") && exists("n2.npz"));
    assert_string_equal(
        cn_history_warning(history),
        "ModelCheckpoint: there is no value \"val_loss\" to watch; there are: a, loss");
    callback = cn_model_checkpoint(test_path("s{epoch}.npz"), .save_best_only = true);
    assert_null(cn_history_warning(
        test_fit(test_model(), TEST_SCRIPT("val_loss", 1, INFINITY, 0.5), callback)));
    assert_true(exists("s1.npz") && !exists("s2.npz") && exists("s3.npz"));
}

static void batches_can_be_counted(void **state)
{
    (void)state;
    const char *callback = cn_model_checkpoint(test_path("b{epoch}-{batch}.npz"), .save_freq = 3);
    assert_non_null(test_fit(test_model(), TEST_SCRIPT("a", 1, 2, 3), callback));
    assert_true(exists("b2-1.npz") && exists("b3-2.npz"));
    assert_false(exists("b1-2.npz"));
}

static void folders_are_made(void **state)
{
    (void)state;
    char folder[256];
    (void)snprintf(folder, sizeof folder, "%s", test_path("deep"));
    assert_non_null(test_fit(test_model(), TEST_SCRIPT("a", 1),
                             cn_model_checkpoint(test_path("deep/er/{epoch}.npz"))));
    assert_true(exists("deep/er/1.npz"));
    assert_int_equal(
        unlink(test_path("deep/er/1.npz")) + rmdir(test_path("deep/er")) + rmdir(folder), 0);
    assert_null(
        test_fit(test_model(), TEST_SCRIPT("a", 1), cn_model_checkpoint("/dev/null/a/b.npz")));
    assert_error("ModelCheckpoint: the folder /dev/null/a cannot be made: Not a directory");
}

static void it_says_what_keras_says(void **state)
{
    (void)state;
    cn_model *model = test_model();
    assert_int_equal(chdir(test_folder), 0);
    test_begin_output();
    (void)test_fit(model, TEST_SCRIPT("val_loss", 0.5, 0.75),
                   cn_model_checkpoint("p.npz", .verbose = 1, .save_best_only = true));
    (void)test_fit(model, TEST_SCRIPT("val_loss", 0.5), cn_model_checkpoint("p.npz", .verbose = 1));
    test_assert_output("\nEpoch 1: val_loss improved from None to 0.50000, saving model to p.npz\n"
                       "\nEpoch 1: finished saving model to p.npz\n"
                       "\nEpoch 2: val_loss did not improve from 0.50000\n"
                       "\nEpoch 1: saving model to p.npz\n"
                       "\nEpoch 1: finished saving model to p.npz\n");
}

/* ---- paths ----------------------------------------------------------------------------------- */

static void values_stand_in_paths(void **state)
{
    (void)state;
    static const char *const names[] = {"acc", "loss", "val_loss"};
    static const double values[] = {0.987654321, -0.00012345, 1};
    static const char *const cases[][2] = {
        {"plain.npz", "plain.npz"},
        {"{epoch}", "7"},
        {"{epoch:02d}-{val_loss:.2f}.npz", "07-1.00.npz"},
        {"{epoch:3d}|{epoch:4}|{epoch:.1f}", "  7|   7|7.0"},
        {"{batch:05d}", "00012"},
        {"{acc}|{val_loss}|{loss}", "0.987654321|1.0|-0.00012345"},
        {"{acc:.3g}|{acc:.1e}|{acc:.1%}", "0.988|9.9e-01|98.8%"},
        {"{loss:08.3f}|{loss:10.1E}", "-000.000|  -1.2E-04"},
        {"{{epoch}}{epoch}", "{epoch}7"},
    };
    cn_event event = {.count = 3, .names = names, .values = values};
    const cn_path_values known = {7, 12, &event};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cn_arena memory = {0};
        char *path;
        assert_int_equal(cn_path_check("test", cases[i][0], true), CN_OK);
        assert_int_equal(cn_path_format("test", cases[i][0], &known, &memory, &path), CN_OK);
        assert_string_equal(path, cases[i][1]);
        cn_arena_free(&memory);
    }
}

static void wrong_paths_are_refused_at_the_start(void **state)
{
    (void)state;
    static const char *const broken[] = {"{epoch",     "epoch}",        "{}",        "{:02d}",
                                         "{epoch:>3}", "{epoch:02x}",   "{loss:.3}", "{loss!r}",
                                         "{a[0]}",     "{epoch:1000d}", "{epoch:.}"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        assert_int_equal(cn_path_check("test", broken[i], true), CN_INVALID);
        assert_error(
            "test: \"%s\" is no path: values in it look like {epoch}, {epoch:02d} or {val_loss:.2f}",
            broken[i]);
    }
    assert_string_equal(cn_model_checkpoint("{batch}.npz"), "");
    assert_error(
        "ModelCheckpoint: \"{batch}.npz\": {batch} is only known if save_freq is a number of batches");
    assert_string_equal(cn_model_checkpoint("{loss:d}.npz"), "");
    assert_error(
        "ModelCheckpoint: \"{loss:d}.npz\": loss is not a whole number: use a format such as .2f");
    assert_string_equal(cn_model_checkpoint("best.txt"), "");
    assert_error("ModelCheckpoint: models are saved in files that end in .keras or .h5, weights in "
                 ".weights.h5, .weights.json or .npz, got \"best.txt\"");
    assert_string_equal(cn_model_checkpoint("best.keras", .save_weights_only = true), "");
    assert_error("ModelCheckpoint: weights are saved in files that end in .weights.h5, "
                 ".weights.json, .h5 or .npz, got \"best.keras\"");
    assert_string_not_equal(cn_model_checkpoint("best.keras"), "");
    assert_string_not_equal(cn_model_checkpoint("best.weights.h5"), "");
    assert_string_equal(cn_model_checkpoint("a.npz", .save_freq = 0), "");
    assert_error(
        "ModelCheckpoint: save_freq must be a number of batches, or CN_NONE for each epoch, got 0");
}

static void a_path_with_an_unknown_value_ends_the_training(void **state)
{
    (void)state;
    assert_null(test_fit(test_model(), TEST_SCRIPT("a", 1), cn_model_checkpoint("{acc:.2f}.npz")));
    assert_error(
        "ModelCheckpoint: \"{acc:.2f}.npz\": there is no value {acc}; there are: epoch, a, loss");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_epoch_is_saved, test_forget),
        cmocka_unit_test_teardown(the_best_is_kept, test_forget),
        cmocka_unit_test_teardown(a_threshold_has_to_be_beaten, test_forget),
        cmocka_unit_test_teardown(a_value_that_never_comes_saves_every_epoch, test_forget),
        cmocka_unit_test_teardown(batches_can_be_counted, test_forget),
        cmocka_unit_test_teardown(folders_are_made, test_forget),
        cmocka_unit_test_teardown(it_says_what_keras_says, test_forget),
        cmocka_unit_test_teardown(values_stand_in_paths, test_forget),
        cmocka_unit_test_teardown(wrong_paths_are_refused_at_the_start, test_forget),
        cmocka_unit_test_teardown(a_path_with_an_unknown_value_ends_the_training, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
