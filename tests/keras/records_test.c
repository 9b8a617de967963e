/* Models as Keras wrote them: read, written again, and compared key by key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cornu/session.h"
#include "saving/saving.h"
#include "support/json_compare.h"
#include "support/keras_data.h"
#include "support/keras_model.h"
#include "support/model_run.h"

/* Read, written, and the same once more from what was written. */
static bool comes_back(const char *name, json_t *record)
{
    cn_model *model = NULL;
    cn_clear_session();
    if (cn_model_of_record(record, NULL, &model) != CN_OK ||
        cn_compile_of_record(model, json_object_get(record, "compile_config"), NULL) != CN_OK) {
        print_error("%s: %s\n", name, cn_error());
        cn_clear_error();
        return false;
    }
    json_t *own = cn_model_record(model, true);
    const bool same = cn_json_compare(name, record, own);
    json_decref(own);
    return same;
}

static void models_come_back(const char *file, const char *member)
{
    json_t *root = cn_keras_load(file), *item;
    size_t i, wrong = 0;
    cn_keras_each(root, i, item)
        wrong += !comes_back(cn_keras_name(item), json_object_get(item, member));
    json_decref(root);
    cn_clear_session();
    assert_int_equal(wrong, 0);
}

/* ---- layers by themselves -------------------------------------------------------------------- */

/* A layer that was not built comes back as it was. */
static bool layer_comes_back(const char *name, const json_t *record)
{
    cn_layer *layer = NULL;
    cn_clear_session();
    if (cn_layer_of_json(record, &layer) != CN_OK) {
        print_error("%s: %s\n", name, cn_error());
        cn_clear_error();
        return false;
    }
    json_t *own = cn_layer_json(layer);
    const bool same = cn_json_compare(name, record, own);
    json_decref(own);
    return same;
}

static void layers_come_back(void **state)
{
    static const char *const files[] = {
        "layers.json",         "sequence_layers.json",    "convolution_layers.json",
        "pooling_layers.json", "recurrent_layers.json",   "attention_layers.json",
        "vision_layers.json",  "vision_calls.json",       "window_layers.json",
        "image_layers.json",   "application_layers.json", "conv_lstm_layers.json",
        "sound_layers.json",   "embedding_calls.json",
    };
    size_t wrong = 0, n = 0;
    (void)state;
    for (size_t k = 0; k < sizeof files / sizeof files[0]; k++) {
        json_t *root = cn_keras_load(files[k]), *item;
        size_t i;
        cn_keras_each(root, i, item)
        {
            const json_t *record = json_object_get(item, "layer");
            n += json_is_object(record);
            wrong += json_is_object(record) && !layer_comes_back(cn_keras_name(item), record);
        }
        json_decref(root);
    }
    cn_clear_session();
    assert_true(n > 200);
    assert_int_equal(wrong, 0);
}

/* ---- models ---------------------------------------------------------------------------------- */

static void models_of_training(void **state)
{
    (void)state;
    models_come_back("training.json", "model");
}

/* ---- predictions ----------------------------------------------------------------------------- */

/* Fills a weight by its shape and the last part of its name, as tools/keras/old_records.py does. */
static void fill_weight(cn_model *model, int64_t index)
{
    cn_array *array = cn_get_weight_at(model, index);
    const char *leaf = strrchr(cn_weight_path(model, index), '/') + 1;
    uint32_t state = 131 * (uint32_t)strlen(leaf);
    assert_non_null(array);
    for (int i = 0; i < cn_array_rank(array); i++)
        state += (uint32_t)((i + 1) * cn_array_dim(array, i));
    const float offset = strcmp(leaf, "moving_variance") == 0 ? 0.5F : -0.25F;
    float *values = cn_array_data(array);
    for (int64_t i = 0; i < cn_array_size(array); i++) {
        state = state * 1664525u + 1013904223u;
        values[i] = (float)(state >> 8) / 16777216.0F * 0.5F + offset;
    }
    assert_int_equal(cn_set_weight_at(model, index, array), CN_OK);
    cn_array_free(array);
}

static void set_weights(cn_model *model, const json_t *item)
{
    size_t i;
    json_t *source;
    const json_t *sources = json_object_get(item, "weights");
    for (int64_t k = 0; sources == NULL && k < cn_weight_count(model); k++)
        fill_weight(model, k);
    if (sources == NULL)
        return;
    assert_int_equal(cn_weight_count(model), json_array_size(sources));
    json_array_foreach((json_t *)(uintptr_t)sources, i, source)
        assert_int_equal(cn_set_weight_at(model, (int64_t)i, cn_keras_source(source)), CN_OK);
}

static bool predicts_the_same(const json_t *item, cn_model *model)
{
    const json_t *sources = json_object_get(item, "input");
    const void *x[CN_MOST_TENSORS + 1];
    size_t n = 0;
    bool same = true;
    set_weights(model, item);
    for (; n < json_array_size(sources); n++)
        x[n] = cn_keras_source(json_array_get(sources, n));
    x[n] = CN_END;
    const cn_predictions y = cn_predict_all(model, (cn_items){.list = x}, .batch_size = 2);
    const json_t *expected = json_object_get(item, "predict");
    if (y.count != (int64_t)json_array_size(expected)) {
        print_error("%s: %d outputs, Keras has %zu: %s\n", cn_keras_name(item), (int)y.count,
                    json_array_size(expected), cn_error());
        return false;
    }
    for (size_t i = 0; i < json_array_size(expected); i++) {
        cn_keras_array array;
        json_t *output = json_pack("{s:O, s:O}", "name", json_object_get(item, "name"), "output",
                                   json_array_get(expected, i));
        assert_true(cn_keras_read(output, "output", &array));
        if (array.shape.rank == 0) { /* predict joins batches: an output needs a batch axis */
            cn_keras_array_free(&array);
            json_decref(output);
            continue;
        }
        double *got = malloc((size_t)array.size * sizeof *got);
        assert_non_null(got);
        assert_int_equal(cn_array_size(y.at[i]), array.size);
        for (int64_t k = 0; k < array.size; k++)
            got[k] = cn_array_at(y.at[i], k);
        same &= cn_keras_compare(output, "predict", &array, got, 2e-6, 2e-5);
        free(got);
        cn_keras_array_free(&array);
        json_decref(output);
    }
    return same;
}

/* The model that was read, one of what it writes, and a copy. */
static bool all_predict_the_same(const json_t *item)
{
    cn_clear_session();
    cn_model *model = cn_keras_model(json_object_get(item, "model"));
    char *text = cn_to_json(model);
    cn_model *again = text == NULL ? NULL : cn_from_json(text);
    cn_model *clone = cn_clone_model(model);
    free(text);
    if (again == NULL || clone == NULL) {
        print_error("%s: %s\n", cn_keras_name(item), cn_error());
        cn_clear_error();
        return false;
    }
    bool same = predicts_the_same(item, model);
    same = predicts_the_same(item, again) && same; /* each says what differs */
    same = predicts_the_same(item, clone) && same;
    cn_clear_error();
    return same;
}

static void compare_predictions(const char *file, size_t at_least)
{
    json_t *root = cn_keras_load(file), *item;
    size_t i, wrong = 0, n = 0;
    cn_keras_each(root, i, item)
    {
        if (json_object_get(item, "predict") == NULL)
            continue;
        wrong += !all_predict_the_same(item);
        n++;
    }
    json_decref(root);
    cn_clear_session();
    assert_true(n >= at_least);
    assert_int_equal(wrong, 0);
}

static void models_predict_as_keras(void **state)
{
    (void)state;
    compare_predictions("records.json", 15);
    compare_predictions("functions.json", 6);
    compare_predictions("array_functions.json", 4);
}

static void models_of_keras_2(void **state)
{
    (void)state;
    compare_predictions("records_keras2.json", 7);
    compare_predictions("records_tf_keras.json", 7);
}

static void models_of_early_keras_3(void **state)
{
    (void)state;
    compare_predictions("records_keras3_0.json", 7);
}

static void models_of_every_form(void **state)
{
    (void)state;
    models_come_back("records.json", "model");
    models_come_back("functions.json", "model");
    models_come_back("array_functions.json", "model");
}

/* ---- operations ------------------------------------------------------------------------------ */

/* The gradients of the sum of all float outputs, each number times one of a uniform generator. */
static bool has_the_same_gradients(const json_t *item)
{
    const json_t *expected = json_object_get(item, "gradients");
    const size_t n = json_array_size(expected);
    cn_clear_session();
    cn_model *model = cn_keras_model(json_object_get(item, "model"));
    const double *inputs[CN_MOST_TENSORS];
    double *gradients[CN_MOST_TENSORS];
    cn_shape shapes[CN_MOST_TENSORS];
    bool same = true;
    for (size_t i = 0; i < n; i++) {
        const cn_array *x = cn_keras_source(json_array_get(json_object_get(item, "input"), i));
        double *numbers = calloc((size_t)cn_array_size(x) + 1, sizeof *numbers);
        gradients[i] = calloc((size_t)cn_array_size(x) + 1, sizeof *numbers);
        assert_true(numbers != NULL && gradients[i] != NULL);
        for (int64_t k = 0; k < cn_array_size(x); k++)
            numbers[k] = cn_array_at(x, k);
        inputs[i] = numbers;
        shapes[i].rank = cn_array_rank(x);
        for (int k = 0; k < cn_array_rank(x); k++)
            shapes[i].dim[k] = cn_array_dim(x, k);
    }
    cn_test_input_gradients(model, shapes, inputs, 5, gradients);
    for (size_t i = 0; i < n; i++) {
        cn_keras_array array;
        json_t *one = json_pack("{s:O, s:O}", "name", json_object_get(item, "name"), "gradient",
                                json_array_get(expected, i));
        if (cn_keras_read(one, "gradient", &array)) {
            same &= cn_keras_compare(one, "gradient", &array, gradients[i], 2e-6, 2e-5);
            cn_keras_array_free(&array);
        }
        json_decref(one);
        free(gradients[i]);
        free((void *)(uintptr_t)inputs[i]);
    }
    return same;
}

/* Files of models of operations, whose gradients are compared too, and how many there are in
 * each. */
static const struct {
    const char *name;
    size_t models;
} operation_files[] = {{"operations.json", 11},      {"tensor_functions.json", 7},
                       {"image_functions.json", 8},  {"nn_functions.json", 5},
                       {"signal_functions.json", 2}, {"linear_functions.json", 14},
                       {"product_functions.json", 3}};
enum { OPERATION_FILES = sizeof operation_files / sizeof operation_files[0] };

static void operations_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < OPERATION_FILES; i++)
        models_come_back(operation_files[i].name, "model");
}

static void operations_predict_as_keras(void **state)
{
    (void)state;
    for (size_t i = 0; i < OPERATION_FILES; i++)
        compare_predictions(operation_files[i].name, operation_files[i].models);
}

static void operations_have_gradients_of_keras(void **state)
{
    size_t wrong = 0;
    (void)state;
    for (size_t k = 0; k < OPERATION_FILES; k++) {
        json_t *root = cn_keras_load(operation_files[k].name), *item;
        size_t i;
        cn_keras_each(root, i, item) wrong += !has_the_same_gradients(item);
        json_decref(root);
    }
    cn_clear_session();
    assert_int_equal(wrong, 0);
}

/* What the library writes of every model, in a folder, for tools/keras/open_models.py. */
static int write_models_of(const char *file, const char *folder)
{
    json_t *root = cn_keras_load(file), *item;
    size_t i;
    int failed = 0;
    cn_keras_each(root, i, item)
    {
        char path[1024];
        cn_clear_session();
        const cn_model *model = cn_keras_model(json_object_get(item, "model"));
        json_t *own = cn_model_record(model, false);
        (void)snprintf(path, sizeof path, "%s/%s.json", folder, cn_keras_name(item));
        char *text = own == NULL ? NULL : cn_json_text(own, JSON_ENSURE_ASCII);
        FILE *written = text == NULL ? NULL : fopen(path, "w");
        failed |= written == NULL || fputs(text, written) < 0 || fclose(written) != 0;
        free(text);
        json_decref(own);
    }
    json_decref(root);
    cn_clear_session();
    return failed;
}

static int write_all_models(const char *folder)
{
    int failed = write_models_of("records.json", folder);
    failed |= write_models_of("functions.json", folder);
    failed |= write_models_of("array_functions.json", folder);
    for (size_t i = 0; i < OPERATION_FILES; i++)
        failed |= write_models_of(operation_files[i].name, folder);
    return failed;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return write_all_models(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_come_back),
        cmocka_unit_test(models_of_training),
        cmocka_unit_test(models_of_every_form),
        cmocka_unit_test(models_predict_as_keras),
        cmocka_unit_test(models_of_keras_2),
        cmocka_unit_test(models_of_early_keras_3),
        cmocka_unit_test(operations_come_back),
        cmocka_unit_test(operations_predict_as_keras),
        cmocka_unit_test(operations_have_gradients_of_keras),
    };
    return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
