/* CSVLogger: the file, byte for byte as Python's csv module writes it. */
#include "callbacks/testing.h"

/* The loss becomes a number that is easy to write. */
static cn_status round_loss(cn_event *event)
{
    return cn_event_log(event, "loss", event->epoch == 0 ? 0.6931471824645996 : 1);
}

static cn_history *log_to(const char *callback, const test_script *script, int64_t epochs)
{
    test_script copy = *script;
    return cn_fit(test_model(), test_x(), test_y(), .epochs = epochs, .verbose = 0,
                  .callbacks = {cn_custom_callback(.on_epoch_end = round_loss),
                                cn_custom_callback(.on_epoch_end = test_play, .data = &copy),
                                callback});
}

static void a_line_for_each_epoch(void **state)
{
    (void)state;
    const char *path = test_path("log.csv");
    const test_script *script = TEST_SCRIPT("val_loss", 1e-5, INFINITY, NAN, 0.001);
    assert_non_null(log_to(cn_csv_logger(path), script, 4));
    test_assert_file(
        "log.csv", "epoch,loss,val_loss\r\n0,0.6931471824645996,1e-05\r\n1,1.0,NA\r\n2,1.0,nan\r\n"
                   "3,1.0,0.001\r\n");
    assert_non_null(log_to(cn_csv_logger(path, .separator = ";"), script, 1));
    test_assert_file("log.csv", "epoch;loss;val_loss\r\n0;0.6931471824645996;1e-05\r\n");
    assert_non_null(log_to(cn_csv_logger(path, .separator = ";", .append = true), script, 1));
    test_assert_file(
        "log.csv",
        "epoch;loss;val_loss\r\n0;0.6931471824645996;1e-05\r\n0;0.6931471824645996;1e-05\r\n");
}

static void appending_to_nothing_begins_with_the_header(void **state)
{
    (void)state;
    assert_non_null(
        log_to(cn_csv_logger(test_path("new.csv"), .append = true), TEST_SCRIPT("a", 2), 1));
    test_assert_file("new.csv", "epoch,a,loss\r\n0,2.0,0.6931471824645996\r\n");
}

static void names_with_separators_are_quoted(void **state)
{
    (void)state;
    assert_non_null(log_to(cn_csv_logger(test_path("quoted.csv")), TEST_SCRIPT("a, \"b\"", 2), 1));
    test_assert_file("quoted.csv", "epoch,\"a, \"\"b\"\"\",loss\r\n0,2.0,0.6931471824645996\r\n");
}

/* What is known is in the file before the epoch after it begins. */
static cn_status look(cn_event *event)
{
    if (event->epoch == 1)
        test_assert_file("live.csv", "epoch,loss\r\n0,0.6931471824645996\r\n");
    return CN_OK;
}

static void lines_are_written_at_once(void **state)
{
    (void)state;
    assert_non_null(
        cn_fit(test_model(), test_x(), test_y(), .epochs = 2, .verbose = 0,
               .callbacks = {cn_custom_callback(.on_epoch_end = round_loss, .on_epoch_begin = look),
                             cn_csv_logger(test_path("live.csv"))}));
}

static void files_that_cannot_be_written_end_the_training(void **state)
{
    (void)state;
    assert_null(log_to(cn_csv_logger("/nowhere/log.csv"), TEST_SCRIPT("a", 2), 1));
    assert_error("CSVLogger: /nowhere/log.csv: could not be written: No such file or directory");
    if (access("/dev/full", W_OK) != 0)
        return;
    cn_model *model = test_model();
    assert_null(
        cn_fit(model, test_x(), test_y(), .verbose = 0, .callbacks = {cn_csv_logger("/dev/full")}));
    assert_int_equal(cn_error_status(), CN_IO);
    assert_error("CSVLogger: /dev/full: could not be written: No space left on device");
    assert_true(cn_array_at(cn_get_weight(model, "kernel"), 0) != 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_line_for_each_epoch, test_forget),
        cmocka_unit_test_teardown(appending_to_nothing_begins_with_the_header, test_forget),
        cmocka_unit_test_teardown(names_with_separators_are_quoted, test_forget),
        cmocka_unit_test_teardown(lines_are_written_at_once, test_forget),
        cmocka_unit_test_teardown(files_that_cannot_be_written_end_the_training, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
