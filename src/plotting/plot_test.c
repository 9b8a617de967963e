/* Pictures drawn with cairo. What they show is for eyes; here the same contents in different forms
 * must give the same bytes, and different contents different ones. */
#include "data/testing.h"

#include <math.h>

#include "cornu/layers.h"
#include "cornu/plotting.h"
#include "cornu/training.h"
#include "plotting/plotting.h"

/* Fonts come from fontconfig, which keeps some memory for good. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

static const char *const names[] = {"cat", "dog", "a name that is much too long for its place",
                                    NULL};

/* The bytes of a picture; kept until the next but one call. */
struct bytes {
    unsigned char *data;
    size_t count;
};

static struct bytes bytes_of(const char *path)
{
    static unsigned char *kept[2];
    static int next;
    struct bytes bytes;
    free(kept[next % 2]);
    bytes.data = kept[next++ % 2] = test_read(path, &bytes.count);
    return bytes;
}

static bool same(struct bytes a, struct bytes b)
{
    return a.count == b.count && memcmp(a.data, b.data, a.count) == 0;
}

/* Width and height of a .png. */
static void assert_png(struct bytes bytes, int width, int height)
{
    assert_true(bytes.count > 100);
    assert_memory_equal(bytes.data, "\x89PNG\r\n\x1a\n", 8);
    const unsigned char *at = bytes.data + 16;
    assert_int_equal(at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3], width);
    assert_int_equal(at[4] << 24 | at[5] << 16 | at[6] << 8 | at[7], height);
}

static int make_folder(void **state)
{
    const float black = 0;
    cn_array *image = cn_array_new(CN_FLOAT32, (const int64_t[]){1, 1, 1}, 3, &black);
    if (test_make_folder(state) != 0)
        return 1;
    const bool drawn = cn_plot_images(test_path("try.png"), image) == CN_OK;
    if (!drawn && strstr(cn_error(), "built without cairo") != NULL)
        puts("without cairo there is nothing to test");
    else if (!drawn)
        return 1;
    cn_clear_error();
    cn_clear_session();
    *state = drawn ? (void *)(uintptr_t)names : NULL;
    return 0;
}

static void need_cairo(void **state)
{
    if (*state == NULL)
        skip();
}

/* ---- images ---------------------------------------------------------------------------------- */

enum { N = 5, SIDE = 6, PIXELS = N * SIDE * SIDE };

/* A ramp in several types and shapes: 0 .. 255, or parts of it. */
static cn_array *ramp(cn_dtype dtype, double scale, double offset, int64_t channels)
{
    const int64_t dims[] = {N, SIDE, SIDE, channels};
    cn_array *array = cn_array_new(CN_FLOAT64, dims, channels == 0 ? 3 : 4, NULL);
    double *at = cn_array_data(array);
    const int64_t repeated = channels == 0 ? 1 : channels;
    for (int64_t i = 0; i < PIXELS; i++)
        for (int64_t k = 0; k < repeated; k++)
            at[i * repeated + k] = channels == 4 && k == 3 ? scale * 255 + offset
                                                           : scale * (double)(i % 256) + offset;
    at[0] = offset;
    at[(PIXELS - 1) * repeated] = scale * 255 + offset;
    for (int64_t k = 1; k < repeated && k < 3; k++)
        at[(PIXELS - 1) * repeated + k] = scale * 255 + offset;
    return cn_array_cast(array, dtype);
}

static struct bytes draw(const cn_array *images)
{
    const char *path = test_path("images.png");
    if (cn_plot_images(path, images) != CN_OK)
        fail_msg("%s", cn_error());
    return bytes_of(path);
}

static void numbers_are_shown_by_their_range(void **state)
{
    need_cairo(state);
    cn_array *bytes = ramp(CN_UINT8, 1, 0, 0);
    assert_true(same(draw(bytes), draw(ramp(CN_FLOAT32, 1, 0, 0))));
    assert_true(same(draw(bytes), draw(ramp(CN_FLOAT64, 1 / 255.0, 0, 0))));
    assert_true(same(draw(bytes), draw(ramp(CN_INT32, 1, 0, 0))));
    assert_true(same(draw(bytes), draw(ramp(CN_FLOAT64, 2 / 255.0, -1, 0))));
    assert_true(same(draw(bytes), draw(ramp(CN_FLOAT64, 100, 7, 0))));
    assert_false(same(draw(bytes), draw(ramp(CN_UINT8, 0.5, 0, 0))));
}

static void channels_are_colours(void **state)
{
    need_cairo(state);
    cn_array *gray = ramp(CN_UINT8, 1, 0, 0), *colours = ramp(CN_UINT8, 1, 0, 3);
    assert_true(same(draw(gray), draw(ramp(CN_UINT8, 1, 0, 1))));
    assert_true(same(draw(gray), draw(colours)));
    assert_true(same(draw(gray), draw(ramp(CN_UINT8, 1, 0, 4))));
    ((unsigned char *)cn_array_data(colours))[30] ^= 128;
    assert_false(same(draw(gray), draw(colours)));
}

static void sheets_have_the_size_of_their_cells(void **state)
{
    need_cairo(state);
    cn_array *images = ramp(CN_UINT8, 1, 0, 0);
    const char *path = test_path("images.png");
    assert_int_equal(cn_plot_images(path, images, .columns = 2, .limit = 3), CN_OK);
    assert_png(bytes_of(path), 2 * (2 * 20 + 2 * 96 + 16), 2 * (2 * 20 + 2 * 96 + 16));
    assert_int_equal(cn_plot_images(path, images, .columns = 99), CN_OK);
    assert_png(bytes_of(path), 2 * (2 * 20 + 5 * 96 + 4 * 16), 2 * (2 * 20 + 96));
}

static struct bytes draw_labelled(const cn_array *labels, const cn_array *predicted)
{
    const char *path = test_path("labelled.png");
    if (cn_plot_images(path, ramp(CN_UINT8, 1, 0, 0), .labels = labels, .predicted = predicted,
                       .class_names = names, .title = "animals") != CN_OK)
        fail_msg("%s", cn_error());
    return bytes_of(path);
}

static void captions_tell_right_from_wrong(void **state)
{
    need_cairo(state);
    const int32_t truth[] = {0, 1, 2, 1, 0};
    const double rows[] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0},
                 sure[] = {0.2, 0.9, 0.8, 0.7, 0.1};
    cn_array *labels = cn_array_new(CN_INT32, (const int64_t[]){5}, 1, truth);
    cn_array *one_hot = cn_array_new(CN_FLOAT64, (const int64_t[]){5, 3}, 2, rows);
    cn_array *sigmoid = cn_array_new(CN_FLOAT64, (const int64_t[]){5, 1}, 2, sure);
    assert_true(same(draw_labelled(labels, labels), draw_labelled(one_hot, labels)));
    assert_false(same(draw_labelled(labels, labels), draw_labelled(labels, sigmoid)));
    assert_false(same(draw_labelled(labels, labels), draw_labelled(labels, NULL)));
    assert_false(same(draw_labelled(labels, NULL), draw_labelled(NULL, NULL)));
}

static void wrong_images_are_refused(void **state)
{
    (void)state;
    cn_array *flat = cn_zeros({2, 784}), *images = cn_zeros({2, 3, 3}), *labels = cn_zeros({3});
    assert_int_equal(cn_plot_images("a.png", flat), CN_INVALID);
    assert_error(
        "cn_plot_images: images have the shape (N, height, width) or (N, height, width, channels) with 1, 3 or "
        "4 channels, got (2, 784)");
    assert_int_equal(cn_plot_images("a.png", images, .labels = labels), CN_INVALID);
    assert_error("cn_plot_images: there are 2 images, but labels has 3 rows");
    assert_int_equal(cn_plot_images("a.gif", images), CN_INVALID);
    assert_error("cn_plot_images: \"a.gif\": pictures end in .png, .svg or .pdf");
    assert_int_equal(cn_plot_images("a.png", images, .limit = 0), CN_INVALID);
    assert_error("cn_plot_images: limit must be positive, got 0");
    assert_int_equal(cn_plot_images("a.png", NULL), CN_INVALID);
    cn_clear_error();
}

static void folders_have_to_be_there(void **state)
{
    need_cairo(state);
    assert_int_equal(cn_plot_images("/nowhere/a.png", cn_zeros({2, 3, 3})), CN_IO);
    assert_error("/nowhere/a.png: no file can be made in this folder: No such file or directory");
    if (access("/dev/full", W_OK) == 0) {
        const char *path = test_path("full.pdf");
        assert_int_equal(symlink("/dev/full", path), 0);
        assert_int_equal(cn_plot_images(path, cn_zeros({2, 3, 3})), CN_IO);
        assert_error("/dev/full: could not be written: No space left on device");
    }
}

/* ---- classes --------------------------------------------------------------------------------- */

static void classes_come_in_several_forms(void **state)
{
    (void)state;
    cn_arena memory = {0};
    cn_verdicts verdicts;
    const float scores[] = {1, 5, 2, 0.5F, 0.25F, 0.25F}, parts[] = {0.25F, 0.75F, 1};
    cn_array *rows = cn_array_new(CN_FLOAT32, (const int64_t[]){2, 3}, 2, scores);
    assert_int_equal(cn_verdicts_of("test", "y", rows, CN_NONE, &memory, &verdicts), CN_OK);
    assert_true(verdicts.classes[0] == 1 && verdicts.classes[1] == 0 && verdicts.highest == 2);
    assert_null(verdicts.probabilities);
    cn_array *column = cn_array_new(CN_FLOAT32, (const int64_t[]){3, 1}, 2, parts);
    assert_int_equal(cn_verdicts_of("test", "y", column, 2, &memory, &verdicts), CN_OK);
    assert_true(verdicts.count == 2 && verdicts.classes[0] == 0 && verdicts.classes[1] == 1);
    assert_true(verdicts.probabilities[0] == 0.75 && verdicts.probabilities[1] == 0.75);
    ((float *)cn_array_data(column))[1] = -3;
    assert_int_equal(cn_verdicts_of("test", "y", column, CN_NONE, &memory, &verdicts), CN_INVALID);
    assert_error("test: y: classes are whole numbers from 0, got 0.25 in row 0");
    assert_int_equal(cn_verdicts_of("test", "y", cn_zeros({2, 2, 2}), CN_NONE, &memory, &verdicts),
                     CN_INVALID);
    assert_error("test: y must have the shape (N,), (N, 1) or (N, classes), has (2, 2, 2)");
    cn_arena_free(&memory);
}

static struct bytes draw_confusion(const cn_array *y_true, const cn_array *y_pred)
{
    const char *path = test_path("confusion.png");
    if (cn_plot_confusion(path, y_true, y_pred, .class_names = names) != CN_OK)
        fail_msg("%s", cn_error());
    return bytes_of(path);
}

static void confusions_are_counted(void **state)
{
    need_cairo(state);
    const int64_t truth[] = {0, 0, 1, 2}, taken[] = {0, 1, 1, 1};
    const float rows[] = {0.9F, 0.1F, 0, 0.1F, 0.9F, 0, 0, 1, 0, 0, 1, 0};
    cn_array *y_true = cn_array_new(CN_INT64, (const int64_t[]){4}, 1, truth);
    cn_array *y_pred = cn_array_new(CN_INT64, (const int64_t[]){4, 1}, 2, taken);
    cn_array *scores = cn_array_new(CN_FLOAT32, (const int64_t[]){4, 3}, 2, rows);
    assert_true(same(draw_confusion(y_true, y_pred), draw_confusion(y_true, scores)));
    assert_false(same(draw_confusion(y_true, y_pred), draw_confusion(y_pred, y_true)));
    assert_int_equal(cn_plot_confusion("a.png", y_true, cn_zeros({3})), CN_INVALID);
    assert_error("cn_plot_confusion: y_true has 4 rows, y_pred has 3");
    ((int64_t *)cn_array_data(y_pred))[2] = 300;
    assert_int_equal(cn_plot_confusion("a.png", y_true, y_pred), CN_INVALID);
    assert_error("cn_plot_confusion: at most 256 classes can be shown, there are 301");
}

/* ---- histories ------------------------------------------------------------------------------- */

static cn_status log_values(cn_event *event)
{
    const double t = (double)event->epoch;
    CN_TRY(cn_event_log(event, "val_loss", event->epoch == 1 ? NAN : 1 / (t + 1)));
    CN_TRY(cn_event_log(event, "accuracy", 0.5));
    CN_TRY(cn_event_log(event, "learning_rate", pow(0.01, t)));
    return cn_event_log(event, "val_only", INFINITY);
}

static cn_history *history(int64_t epochs)
{
    cn_model *model = cn_sequential();
    (void)cn_sequential_add(model, cn_dense(1, .input_shape = {1}));
    (void)cn_compile(model, .loss = "mse");
    return cn_fit(model, cn_zeros({2, 1}), cn_zeros({2, 1}), .epochs = epochs, .verbose = 0,
                  .callbacks = {cn_custom_callback(.on_epoch_end = log_values)});
}

static void histories_are_panels(void **state)
{
    need_cairo(state);
    static const char *const kinds[][2] = {{"h.svg", "<?xml"}, {"h.pdf", "%PDF"}};
    const char *path = test_path("history.png");
    assert_int_equal(cn_plot_history(history(3), path), CN_OK);
    assert_png(bytes_of(path), 2 * 2 * 400, 2 * 2 * 290);
    assert_int_equal(cn_plot_history(history(1), path, .title = "one epoch",
                                     .names = {"val_loss", "accuracy", "only"}),
                     CN_OK);
    assert_png(bytes_of(path), 2 * 3 * 400, 2 * (290 + 40));
    for (size_t i = 0; i < 2; i++) {
        path = test_path(kinds[i][0]);
        assert_int_equal(cn_plot_history(history(50), path), CN_OK);
        assert_memory_equal(bytes_of(path).data, kinds[i][1], strlen(kinds[i][1]));
    }
}

static void wrong_histories_are_refused(void **state)
{
    (void)state;
    assert_int_equal(cn_plot_history(NULL, "a.png"), CN_INVALID);
    assert_error("cn_plot_history: the history is NULL: was there a failure in cn_fit?");
    assert_int_equal(cn_plot_history(history(0), "a.png"), CN_INVALID);
    assert_error("cn_plot_history: the history has no epochs");
    assert_int_equal(cn_plot_history(history(1), "a.png", .names = {"los"}), CN_INVALID);
    assert_error(
        "cn_plot_history: there is no \"los\"; there are: accuracy, learning_rate, loss, val_loss, val_only");
    assert_int_equal(cn_plot_history(history(1), "curves"), CN_INVALID);
    assert_error("cn_plot_history: \"curves\": pictures end in .png, .svg or .pdf");
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* In a session of their own, which is not cleared in between. */
static cn_history *ready;
static cn_array *images, *labels;

static bool draw_with_little_memory(void)
{
    return cn_plot_history(ready, test_path("m.png"), .names = {"loss", "accuracy"}) == CN_OK &&
           cn_plot_images(test_path("m.png"), images, .labels = labels, .predicted = labels) ==
               CN_OK &&
           cn_plot_confusion(test_path("m.png"), labels, labels) == CN_OK;
}

static void every_allocation_may_fail(void **state)
{
    need_cairo(state);
    cn_session *own = cn_session_new(), *before = cn_session_use(own);
    ready = history(2);
    images = ramp(CN_UINT8, 1, 0, 0);
    labels = cn_zeros({N, 3});
    (void)cn_session_use(before);
    test_fail_allocations(draw_with_little_memory);
    cn_session_free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(numbers_are_shown_by_their_range, test_forget),
        cmocka_unit_test_teardown(channels_are_colours, test_forget),
        cmocka_unit_test_teardown(sheets_have_the_size_of_their_cells, test_forget),
        cmocka_unit_test_teardown(captions_tell_right_from_wrong, test_forget),
        cmocka_unit_test_teardown(wrong_images_are_refused, test_forget),
        cmocka_unit_test_teardown(folders_have_to_be_there, test_forget),
        cmocka_unit_test_teardown(classes_come_in_several_forms, test_forget),
        cmocka_unit_test_teardown(confusions_are_counted, test_forget),
        cmocka_unit_test_teardown(histories_are_panels, test_forget),
        cmocka_unit_test_teardown(wrong_histories_are_refused, test_forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, test_forget),
    };
    return cmocka_run_group_tests(tests, make_folder, test_remove_folder);
}
