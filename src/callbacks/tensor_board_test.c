/* TensorBoard: event files, read record by record. */
#include "callbacks/testing.h"

/* ---- reading --------------------------------------------------------------------------------- */

/* CRC-32C, bit by bit. */
static uint32_t checksum(const unsigned char *bytes, size_t n)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
    }
    crc = ~crc;
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
}

static uint64_t little(const unsigned char *bytes, int n)
{
    uint64_t number = 0;
    for (int i = n - 1; i >= 0; i--)
        number = number << 8 | bytes[i];
    return number;
}

/* A part of a message. */
typedef struct part {
    const unsigned char *bytes;
    size_t n;
} part;

static uint64_t take_varint(part *m)
{
    uint64_t number = 0;
    for (int shift = 0;; shift += 7) {
        assert_true(m->n > 0 && shift < 64);
        const unsigned char byte = *m->bytes++;
        m->n--;
        number |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return number;
    }
}

/* The member of this number: what is in it, or its number. */
static bool find(part m, uint64_t field, part *inside, uint64_t *number)
{
    while (m.n > 0) {
        const uint64_t tag = take_varint(&m);
        const int wire = tag & 7;
        uint64_t value = 0;
        part found = {m.bytes, 8};
        if (wire == 0)
            value = take_varint(&m);
        if (wire == 2) {
            found.n = (size_t)take_varint(&m);
            found.bytes = m.bytes;
        }
        assert_true(wire <= 2 && (wire == 0 || found.n <= m.n));
        m.bytes += wire == 0 ? 0 : found.n;
        m.n -= wire == 0 ? 0 : found.n;
        if (tag >> 3 != field)
            continue;
        if (inside != NULL)
            *inside = found;
        if (number != NULL)
            *number = value;
        return true;
    }
    return false;
}

static void print_content(FILE *to, part tensor)
{
    part content;
    uint64_t type = 0;
    assert_true(find(tensor, 1, NULL, &type));
    if (type == 7) {
        assert_true(find(tensor, 8, &content, NULL));
        (void)fprintf(to, "text of %d", content.n > 100 && content.bytes[0] == '{');
        return;
    }
    assert_true(find(tensor, 4, &content, NULL));
    for (size_t i = 0; i < content.n; i += type == 1 ? 4 : 8) {
        const uint64_t bits = little(content.bytes + i, type == 1 ? 4 : 8);
        const uint32_t half = (uint32_t)bits;
        float single;
        double number;
        memcpy(&single, &half, sizeof single);
        memcpy(&number, &bits, sizeof number);
        (void)fprintf(to, "%s%.4g", i == 0 ? "" : " ", type == 1 ? (double)single : number);
    }
}

/* "scalars epoch_loss 3: 0.25" */
static void print_event(FILE *to, part event)
{
    part summary = {0}, value = {0}, tag, tensor = {0}, metadata = {0}, data = {0}, plugin = {0};
    uint64_t step = 0;
    if (find(event, 3, &tag, NULL)) {
        (void)fprintf(to, "%.*s\n", (int)tag.n, (const char *)tag.bytes);
        return;
    }
    (void)find(event, 2, NULL, &step);
    assert_true(find(event, 5, &summary, NULL) && find(summary, 1, &value, NULL));
    assert_true(find(value, 1, &tag, NULL) && find(value, 8, &tensor, NULL));
    assert_true(find(value, 9, &metadata, NULL) && find(metadata, 1, &data, NULL));
    assert_true(find(data, 1, &plugin, NULL));
    (void)fprintf(to, "%.*s %.*s %d: ", (int)plugin.n, (const char *)plugin.bytes, (int)tag.n,
                  (const char *)tag.bytes, (int)step);
    print_content(to, tensor);
    (void)fprintf(to, "\n");
}

static void print_records(FILE *to, const unsigned char *bytes, size_t n)
{
    while (n > 0) {
        assert_true(n > 16);
        const size_t length = (size_t)little(bytes, 8);
        assert_int_equal(little(bytes + 8, 4), checksum(bytes, 8));
        assert_true(length + 16 <= n);
        assert_int_equal(little(bytes + 12 + length, 4), checksum(bytes + 12, length));
        print_event(to, (part){bytes + 12, length});
        bytes += length + 16;
        n -= length + 16;
    }
}

/* What the one file in a folder says, as text; the file and the folder are deleted. */
static void assert_events(const char *folder, const char *expected)
{
    char path[512] = "", text[8192] = "", directory[256];
    (void)snprintf(directory, sizeof directory, "%s", test_path(folder));
    DIR *open = opendir(directory);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open)) != NULL;)
        if (strstr(entry->d_name, "tfevents") != NULL)
            (void)snprintf(path, sizeof path, "%s/%.200s", directory, entry->d_name);
    (void)closedir(open);
    size_t n = 0;
    unsigned char *bytes = test_read(path, &n);
    FILE *to = fmemopen(text, sizeof text, "w");
    print_records(to, bytes, n);
    assert_int_equal(fclose(to), 0);
    free(bytes);
    assert_string_equal(text, expected);
    assert_int_equal(unlink(path) + rmdir(directory), 0);
}

/* ---- tests ----------------------------------------------------------------------------------- */

/* A model that nothing changes: the loss of y = 2x, by x, is the mean of x^2. */
static cn_model *still_model(void)
{
    cn_model *model = test_model();
    (void)cn_compile(model, .optimizer = cn_sgd(0), .loss = "mse");
    return model;
}

static void fit_logged(const char *callback)
{
    assert_non_null(cn_fit(still_model(), test_x(), test_y(), .epochs = 2, .batch_size = 2,
                           .verbose = 0, .shuffle = false,
                           .validation_data = {.x = test_x(), .y = test_y()},
                           .callbacks = {callback}));
}

static void epochs_are_written(void **state)
{
    (void)state;
    fit_logged(cn_tensor_board(test_path("logs"), .write_graph = false));
    assert_events("logs/train", "brain.Event:2\n"
                                "scalars epoch_loss 0: 7.5\n"
                                "scalars epoch_learning_rate 0: 0\n"
                                "scalars epoch_loss 1: 7.5\n"
                                "scalars epoch_learning_rate 1: 0\n");
    assert_events("logs/validation", "brain.Event:2\n"
                                     "scalars evaluation_loss_vs_iterations 2: 7.5\n"
                                     "scalars epoch_loss 0: 7.5\n"
                                     "scalars evaluation_loss_vs_iterations 4: 7.5\n"
                                     "scalars epoch_loss 1: 7.5\n");
    assert_int_equal(rmdir(test_path("logs")), 0);
}

static void batches_are_counted(void **state)
{
    (void)state;
    assert_non_null(cn_fit(still_model(), test_x(), test_y(), .epochs = 2, .batch_size = 1,
                           .verbose = 0, .shuffle = false,
                           .callbacks = {cn_tensor_board(test_path("logs"), .update_freq = 3)}));
    assert_events("logs/train", "brain.Event:2\n"
                                "graph_keras_model keras 0: text of 1\n"
                                "scalars batch_loss 3: 4.667\n"
                                "scalars epoch_loss 0: 7.5\n"
                                "scalars epoch_learning_rate 0: 0\n"
                                "scalars batch_loss 6: 2.5\n"
                                "scalars epoch_loss 1: 7.5\n"
                                "scalars epoch_learning_rate 1: 0\n");
    assert_int_equal(rmdir(test_path("logs")), 0);
}

static void weights_have_histograms(void **state)
{
    (void)state;
    static const float kernel[] = {-1, 0, 0.5f, 2};
    cn_model *model = cn_sequential();
    (void)cn_sequential_add(model, cn_dense(4, .input_shape = {1}, .name = "d"));
    (void)cn_compile(model, .optimizer = cn_sgd(0), .loss = "mse");
    assert_int_equal(cn_set_weight(model, "d/kernel",
                                   cn_array_new(CN_FLOAT32, (const int64_t[]){1, 4}, 2, kernel)),
                     CN_OK);
    assert_non_null(cn_fit(model, cn_zeros({2, 1}), cn_zeros({2, 4}), .verbose = 0, .epochs = 2,
                           .callbacks = {cn_tensor_board(test_path("logs"), .histogram_freq = 2,
                                                         .write_graph = false)}));
    char expected[2048] = "brain.Event:2\n"
                          "scalars epoch_loss 0: 0\n"
                          "scalars epoch_learning_rate 0: 0\n"
                          "histograms d/kernel/histogram 0:";
    for (int i = 0; i < 30; i++) {
        const size_t at = strlen(expected);
        (void)snprintf(expected + at, sizeof expected - at, " %.4g %.4g %d", -1 + 3.0 * i / 30,
                       -1 + 3.0 * (i + 1) / 30, i == 0 || i == 10 || i == 15 || i == 29);
    }
    (void)strcat(expected, "\nhistograms d/bias/histogram 0: -0.5 0.5 4\n"
                           "scalars epoch_loss 1: 0\n"
                           "scalars epoch_learning_rate 1: 0\n");
    assert_events("logs/train", expected);
    assert_int_equal(rmdir(test_path("logs")), 0);
}

static void evaluations_are_written(void **state)
{
    (void)state;
    cn_model *model = still_model();
    (void)cn_evaluate(model, test_x(), test_y(), .callbacks = {cn_tensor_board(test_path("logs"))});
    assert_events("logs/validation", "brain.Event:2\n"
                                     "scalars evaluation_loss_vs_iterations 0: 7.5\n");
    assert_int_equal(rmdir(test_path("logs")), 0);
}

static void failures_are_told(void **state)
{
    (void)state;
    assert_null(test_fit(test_model(), TEST_SCRIPT("a", 1), cn_tensor_board("/dev/null/logs")));
    assert_error("TensorBoard: the folder /dev/null/logs cannot be made: Not a directory");
    (void)cn_tensor_board("");
    assert_error("TensorBoard: log_dir, the name of a folder, is needed");
    (void)cn_tensor_board(.update_freq = 0);
    assert_error("TensorBoard: update_freq must be a number of batches, or CN_NONE for each epoch, "
                 "got 0");
    (void)cn_tensor_board(.histogram_freq = -1);
    assert_error("TensorBoard: histogram_freq must be 0 or more, got -1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(epochs_are_written, test_forget),
        cmocka_unit_test_teardown(batches_are_counted, test_forget),
        cmocka_unit_test_teardown(weights_have_histograms, test_forget),
        cmocka_unit_test_teardown(evaluations_are_written, test_forget),
        cmocka_unit_test_teardown(failures_are_told, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
