/* Models and weights that real Keras saved (tests/keras/data/saved, tools/keras/saved_models.py):
 * loaded, they predict what Keras predicted and go on training as Keras did; saved again and
 * loaded, they are the same. With CORNU_KEEP_SAVED=FOLDER what is written stays there, for Keras to
 * read. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cornu/cornu.h"
#include "support/anew.h"

enum { SAMPLES = 4 };

static json_t *values;
static char folder[256];
static bool keep;

/* A file of real Keras, and one of ours; each valid until the next but one call. */
static const char *given(const char *name)
{
    static char path[2][512];
    static int turn;
    (void)snprintf(path[turn = !turn], sizeof path[0], "%s/tests/keras/data/saved/%s",
                   CN_SOURCE_DIR, name);
    return path[turn];
}

static const char *written(const char *name)
{
    static char path[2][512];
    static int turn;
    (void)snprintf(path[turn = !turn], sizeof path[0], "%s/%s", folder, name);
    return path[turn];
}

static json_t *read_json(const char *name)
{
    json_error_t error;
    json_t *json = json_load_file(given(name), 0, &error);
    if (json == NULL)
        fail_msg("%s: line %d: %s", name, error.line, error.text);
    return json;
}

static void must(cn_status status)
{
    if (status != CN_OK)
        fail_msg("%s", cn_error());
}

static void must_not_warn(void *context, const char *message)
{
    (void)context;
    fail_msg("a warning: %s", message);
}

/* ---- the model that tools/keras/saved_models.py draws ---------------------------------------- */

static cn_array *wave(int64_t rows, int64_t columns, double scale)
{
    cn_array *array = cn_array_new(CN_FLOAT32, (int64_t[]){rows, columns}, 2, NULL);
    for (int64_t i = 0; i < rows * columns; i++)
        ((float *)cn_array_data(array))[i] = (float)(scale * sin((double)(i + 1)));
    return array;
}

static cn_array *words(void)
{
    cn_array *array = cn_array_new(CN_INT32, (int64_t[]){SAMPLES, 5}, 2, NULL);
    for (int i = 0; i < SAMPLES * 5; i++)
        ((int32_t *)cn_array_data(array))[i] = i * 3 % 7;
    return array;
}

static cn_model *mixed(void)
{
    cn_tensor *tokens = cn_input({5}, .dtype = "int32", .name = "words");
    cn_tensor *numbers = cn_input({6}, .name = "numbers");
    cn_tensor *x = cn_call(cn_embedding(7, 4), tokens);
    cn_tensor *a = cn_call(cn_bidirectional(cn_lstm(3)), x);
    cn_tensor *b =
        cn_call(cn_rnn(cn_stacked_rnn_cells(CN_LIST(cn_lstm_cell(2), cn_gru_cell(3)))), x);
    cn_tensor *c = cn_call(cn_time_distributed(cn_dense(2, .activation = "tanh")), x);
    c = cn_call(cn_flatten(), cn_call(cn_multi_head_attention(2, 3), c, c));
    cn_tensor *d =
        cn_chain(x, cn_separable_conv1d(4, 3, .padding = "same"), cn_global_max_pooling1d());
    cn_layer *shared = cn_dense(6, .activation = "tanh", .name = "shared");
    cn_model *inner = cn_sequential(.name = "inner");
    cn_sequential_add(inner, cn_dense(6, .activation = "relu", .input_shape = {6}));
    cn_sequential_add(inner, cn_batch_normalization());
    cn_tensor *e = cn_call(cn_add(), cn_call(inner, cn_call(shared, numbers)),
                           cn_call(shared, cn_call(inner, numbers)));
    return cn_model_of(
        CN_LIST(tokens, numbers),
        cn_call(cn_dense(2, .name = "out"), cn_call(cn_concatenate(), a, b, c, d, e)),
        .name = "mixed");
}

static void compare(const char *what, double got, const json_t *expected)
{
    const double number = json_number_value(expected);
    if (!(fabs(got - number) < 1e-5))
        fail_msg("%s: %.9g, Keras has %.9g", what, got, number);
}

static void check_predictions(const char *what, cn_model *model)
{
    const json_t *expected = json_object_get(values, "predictions");
    cn_array *got = cn_predict(model, CN_LIST(words(), wave(SAMPLES, 6, 1)));
    if (got == NULL)
        fail_msg("%s: %s", what, cn_error());
    assert_int_equal(cn_array_size(got), json_array_size(expected));
    for (int64_t i = 0; i < cn_array_size(got); i++)
        compare(what, cn_array_at(got, i), json_array_get(expected, (size_t)i));
}

/* Two more steps have Keras's losses. */
static void check_training(const char *what, cn_model *model)
{
    for (size_t i = 0; i < 2; i++) {
        cn_scores scores =
            cn_train_on_batch(model, CN_LIST(words(), wave(SAMPLES, 6, 1)), wave(SAMPLES, 2, 0.5));
        compare(what, scores.loss, json_array_get(json_object_get(values, "after"), i));
    }
}

static void compile(cn_model *model)
{
    must(cn_compile(model, .optimizer = cn_adam(0.01), .loss = "mse"));
}

/* ---- weights --------------------------------------------------------------------------------- */

/* Keras's weights files, of each kind, into a model that is drawn; then ours. */
static void weights_are_keras_weights(void **state)
{
    (void)state;
    static const char *const files[] = {"mixed.weights.h5", "shards.weights.json", "mixed.h5",
                                        "mixed.keras"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        cn_model *model = mixed();
        must(cn_load_weights(model, given(files[i]), .warn = must_not_warn));
        check_predictions(files[i], model);
    }
}

static void weights_make_the_round_trip(void **state)
{
    (void)state;
    static const char *const files[] = {"mixed.weights.h5", "shards.weights.json", "legacy.h5",
                                        "mixed.npz"};
    cn_model *model = mixed();
    compile(model);
    must(cn_load_weights(model, given("mixed.weights.h5"), .warn = must_not_warn));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        must(cn_save_weights(model, written(files[i]), .max_shard_size = i == 1 ? 3e-6 : 0));
        cn_model *other = mixed();
        must(cn_load_weights(other, written(files[i]), .warn = must_not_warn));
        check_predictions(files[i], other);
    }
}

static void training_goes_on_from_weights(void **state)
{
    (void)state;
    static const char *const files[] = {"mixed.weights.h5", "shards.weights.json"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        cn_model *model = mixed();
        compile(model);
        must(cn_load_weights(model, given(files[i]), .warn = must_not_warn));
        check_training(files[i], model);
    }
}

/* ---- what does not fit ----------------------------------------------------------------------- */

static char warning[1024];

static void note(void *context, const char *message)
{
    (void)context;
    (void)snprintf(warning, sizeof warning, "%s", message);
}

static void weights_that_do_not_fit(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({6});
    cn_model *small =
        cn_model_of(x, cn_chain(x, cn_dense(3, .name = "shared"), cn_dense(2, .name = "out")));
    assert_int_equal(cn_load_weights(small, given("mixed.h5")), CN_INVALID);
    assert_non_null(strstr(cn_error(), "2 layers with weights, the file has 9"));
    cn_clear_error();
    assert_int_equal(cn_load_weights(small, given("mixed.weights.h5")), CN_INVALID);
    assert_non_null(strstr(cn_error(), "shared/kernel has shape (6, 3), the file has (6, 6)"));
    cn_clear_error();
    assert_int_equal(cn_load_weights(small, given("mixed.weights.h5"), .by_name = true),
                     CN_INVALID);
    assert_non_null(strstr(cn_error(), "by_name is for old .h5 files"));
    cn_clear_error();
    assert_int_equal(cn_load_weights(small, given("mixed.h5"), .by_name = true), CN_INVALID);
    assert_non_null(strstr(cn_error(), "shared/kernel has shape (6, 3), the file has (6, 6)"));
    cn_clear_error();
    must(cn_load_weights(small, given("mixed.h5"), .by_name = true, .skip_mismatch = true,
                         .warn = note));
    assert_non_null(strstr(warning, "left as it is: "));
    must(cn_load_weights(small, given("mixed.weights.h5"), .skip_mismatch = true, .warn = note));
    assert_non_null(strstr(warning, "left as it is: "));
}

static void layers_of_the_same_name(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({6});
    cn_model *part =
        cn_model_of(x, cn_chain(x, cn_dense(6, .name = "shared"), cn_dense(2, .name = "new")));
    cn_model *whole = mixed();
    must(cn_load_weights(whole, given("mixed.h5")));
    must(cn_load_weights(part, given("mixed.h5"), .by_name = true));
    cn_array *mine = cn_get_weight(part, "shared/kernel"),
             *other = cn_get_weight(whole, "shared/kernel");
    assert_memory_equal(cn_array_data(mine), cn_array_data(other), 36 * sizeof(float));
}

/* ---- models ---------------------------------------------------------------------------------- */

static void models_are_keras_models(void **state)
{
    (void)state;
    static const char *const files[] = {"mixed.keras", "mixed.h5"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        cn_model *model = cn_load_model(given(files[i]), .warn = must_not_warn);
        if (model == NULL)
            fail_msg("%s", cn_error());
        check_predictions(files[i], model);
        must(cn_save(model, written(files[i])));
        cn_model *again = cn_load_model(written(files[i]), .warn = must_not_warn);
        if (again == NULL)
            fail_msg("%s", cn_error());
        check_predictions(files[i], again);
        check_training(files[i], model);
        check_training(files[i], again);
    }
}

/* Every optimizer goes on where Keras's stood, and where ours stood after another round trip. */
static void optimizers_go_on(void **state)
{
    (void)state;
    static const char *const names[] = {"sgd", "adam", "rmsprop",       "nadam",     "adafactor",
                                        "ema", "muon", "schedule_free", "loss_scale"};
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        char file[32];
        (void)snprintf(file, sizeof file, "%s.keras", names[k]);
        cn_model *model = cn_load_model(given(file), .warn = must_not_warn);
        if (model == NULL)
            fail_msg("%s", cn_error());
        must(cn_save(model, written(file)));
        cn_model *again = cn_load_model(written(file), .warn = must_not_warn);
        if (again == NULL)
            fail_msg("%s", cn_error());
        const json_t *after = json_object_get(json_object_get(values, names[k]), "after");
        for (size_t i = 0; i < 3; i++) {
            compare(file, cn_train_on_batch(model, wave(SAMPLES, 6, 1), wave(SAMPLES, 2, 0.5)).loss,
                    json_array_get(after, i));
            compare(file, cn_train_on_batch(again, wave(SAMPLES, 6, 1), wave(SAMPLES, 2, 0.5)).loss,
                    json_array_get(after, i));
        }
    }
}

/* A file of an older Keras (tools/keras/old_models.py): predictions, two more steps, and the same
 * after a round trip. */
static void check_old(cn_model *model, const char *file, const json_t *old)
{
    if (model == NULL)
        fail_msg("%s", cn_error());
    cn_array *got = cn_predict(model, words());
    for (int64_t i = 0; i < cn_array_size(got); i++)
        compare(file, cn_array_at(got, i),
                json_array_get(json_object_get(old, "predictions"), (size_t)i));
}

static void check_old_training(cn_model *model, const char *file, const json_t *old)
{
    for (size_t i = 0; i < 2; i++)
        compare(file, cn_train_on_batch(model, words(), wave(SAMPLES, 2, 0.5)).loss,
                json_array_get(json_object_get(old, "after"), i));
}

static void old_files_are_read(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"keras225", "keras225.h5"},     {"keras213", "keras213.h5"},
        {"keras213", "keras213.keras"},  {"keras3.0.5", "keras3.0.5.keras"},
        {"keras3.3.3", "keras3.3.3.h5"}, {"keras3.6.0", "keras3.6.0.keras"}};
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        char file[64];
        (void)snprintf(file, sizeof file, "%s.json", names[k][0]);
        json_t *old = read_json(file);
        cn_model *model = cn_load_model(given(names[k][1]), .warn = must_not_warn);
        check_old(model, names[k][1], old);
        must(cn_save(model, written("old.keras")));
        cn_model *again = cn_load_model(written("old.keras"), .warn = must_not_warn);
        check_old(again, names[k][1], old);
        check_old_training(model, names[k][1], old);
        check_old_training(again, names[k][1], old);
        json_decref(old);
    }
}

/* Weights alone of the oldest new layout, into a model that has forgotten its own. */
static void oldest_weights_are_read(void **state)
{
    (void)state;
    json_t *old = read_json("keras213.json");
    cn_model *model = cn_load_model(given("keras213.keras"), .compile = false);
    for (int64_t i = 0; i < cn_weight_count(model); i++) {
        cn_array *weight = cn_get_weight_at(model, i);
        memset(cn_array_data(weight), 0, (size_t)cn_array_size(weight) * sizeof(float));
        must(cn_set_weight_at(model, i, weight));
    }
    must(cn_load_weights(model, given("keras213.weights.h5"), .warn = must_not_warn));
    check_old(model, "keras213.weights.h5", old);
    json_decref(old);
}

static void saving_refuses(void **state)
{
    (void)state;
    cn_model *model = mixed();
    assert_int_equal(cn_save(model, "model.txt"), CN_INVALID);
    assert_non_null(
        strstr(cn_error(), "cn_save: models are kept in files that end in .keras or .h5"));
    cn_clear_error();
    assert_int_equal(cn_save(model, "model.weights.h5"), CN_INVALID);
    cn_clear_error();
    assert_int_equal(cn_save_weights(model, "model.txt"), CN_INVALID);
    cn_clear_error();
    assert_null(cn_load_model(given("values.json")));
    assert_non_null(strstr(cn_error(), "values.json: is neither a .keras nor an .h5 file"));
    cn_clear_error();
    assert_null(cn_load_model(given("mixed.weights.h5")));
    assert_non_null(strstr(cn_error(), "use cn_load_weights"));
    cn_clear_error();
    assert_null(cn_load_model("/nowhere.keras"));
    cn_clear_error();
    assert_int_equal(cn_save(model, "/nowhere/at/all.keras"), CN_IO);
    cn_clear_error();
}

static int begin(void **state)
{
    (void)state;
    const char *kept = getenv("CORNU_KEEP_SAVED");
    keep = kept != NULL;
    (void)snprintf(folder, sizeof folder, "%s", keep ? kept : "/tmp/cornu-saved-XXXXXX");
    values = read_json("values.json");
    return !keep && mkdtemp(folder) == NULL;
}

static int end(void **state)
{
    (void)state;
    static const char *const all[] = {
        "mixed.weights.h5", "shards.weights.json", "legacy.h5",  "mixed.npz",     "mixed.keras",
        "mixed.h5",         "sgd.keras",           "adam.keras", "rmsprop.keras", "nadam.keras",
        "adafactor.keras",  "ema.keras",           "old.keras"};
    char shard[64];
    json_decref(values);
    if (keep)
        return 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        (void)unlink(written(all[i]));
    for (int i = 0; i < 64; i++) {
        (void)snprintf(shard, sizeof shard, "shards_%05d.weights.h5", i);
        (void)unlink(written(shard));
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(weights_are_keras_weights, cn_begin_anew),
        cmocka_unit_test_teardown(weights_make_the_round_trip, cn_begin_anew),
        cmocka_unit_test_teardown(training_goes_on_from_weights, cn_begin_anew),
        cmocka_unit_test_teardown(weights_that_do_not_fit, cn_begin_anew),
        cmocka_unit_test_teardown(layers_of_the_same_name, cn_begin_anew),
        cmocka_unit_test_teardown(models_are_keras_models, cn_begin_anew),
        cmocka_unit_test_teardown(optimizers_go_on, cn_begin_anew),
        cmocka_unit_test_teardown(old_files_are_read, cn_begin_anew),
        cmocka_unit_test_teardown(oldest_weights_are_read, cn_begin_anew),
        cmocka_unit_test_teardown(saving_refuses, cn_begin_anew),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
