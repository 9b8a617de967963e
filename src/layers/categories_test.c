/* Layers of categories: what they give and learn is what Keras gives and learns; their messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cornu/cornu.h"
#include "layers/categories.h"
#include "support/keras_data.h"
#include "support/keras_layer.h"

static int clear(void **state)
{
    (void)state;
    cn_clear_session();
    cn_clear_error();
    return 0;
}

static cn_array *array_of(const json_t *array)
{
    cn_keras_array read;
    json_t *wrapped = json_pack("{s:O}", "array", array);
    assert_true(cn_keras_read(wrapped, "array", &read));
    cn_array *wide = cn_array_new(CN_FLOAT64, read.shape.dim, (int)read.shape.rank, read.values);
    cn_array *made = cn_array_cast(wide, read.dtype);
    assert_non_null(made);
    cn_keras_array_free(&read);
    json_decref(wrapped);
    return made;
}

static cn_tensor *input_of(const cn_array *array)
{
    cn_input_args args = {.batch_size = CN_NONE, .dtype = cn_dtype_name(cn_array_dtype(array))};
    for (int i = 1; i < cn_array_rank(array); i++)
        args.shape[i - 1] = cn_array_dim(array, i);
    return cn_input_with(&args);
}

/* The learnt config is Keras's; a vocabulary stands in it here, and in a file of its own there. */
static void check_learnt(const json_t *item, cn_layer *layer)
{
    const json_t *vocabulary = json_object_get(item, "vocabulary"),
                 *boundaries = json_object_get(json_object_get(item, "learnt"), "bin_boundaries");
    cn_array *data = array_of(json_object_get(item, "adapt"));
    if (cn_adapt(layer, data) != CN_OK)
        fail_msg("%s: %s", cn_keras_name(item), cn_error());
    if (strcmp(layer->class->base.name, "Normalization") == 0)
        return; /* what it learnt are weights */
    json_t *own = cn_args_json(&layer->class->base, layer->args);
    const json_t *expected = vocabulary != NULL ? vocabulary : boundaries,
                 *got = json_object_get(own, vocabulary != NULL ? "vocabulary" : "bin_boundaries");
    assert_int_equal(json_array_size(got), json_array_size(expected));
    for (size_t i = 0; i < json_array_size(expected); i++) {
        const double difference = json_number_value(json_array_get(got, i)) -
                                  json_number_value(json_array_get(expected, i));
        if (difference > 1e-6 || difference < -1e-6)
            fail_msg("%s: learnt %.9g as number %d", cn_keras_name(item),
                     json_number_value(json_array_get(got, i)), (int)i);
    }
    json_decref(own);
}

static void check_case(const json_t *item)
{
    cn_layer *layer = cn_keras_layer(json_object_get(item, "layer"));
    const json_t *inputs = json_object_get(item, "inputs");
    const void *arrays[5], *tensors[5];
    const size_t n = json_array_size(inputs);
    cn_keras_array expected;
    if (layer == NULL)
        fail_msg("%s: %s", cn_keras_name(item), cn_error());
    cn_keras_compare_config(layer, json_object_get(item, "layer"), cn_keras_name(item));
    if (json_object_get(item, "adapt") != NULL)
        check_learnt(item, layer);
    for (size_t i = 0; i < n; i++) {
        arrays[i] = array_of(json_array_get(inputs, i));
        tensors[i] = input_of(arrays[i]);
    }
    arrays[n] = tensors[n] = CN_END;
    cn_tensor *y = cn_call_list(layer, tensors);
    if (y == NULL)
        fail_msg("%s: %s", cn_keras_name(item), cn_error());
    cn_model *model = cn_model_of((cn_items){.list = tensors}, y);
    cn_array *output = cn_predict(model, (cn_items){.list = arrays});
    if (output == NULL)
        fail_msg("%s: %s", cn_keras_name(item), cn_error());
    assert_true(cn_keras_read(item, "output", &expected));
    cn_array *wide = cn_array_cast(output, CN_FLOAT64);
    assert_int_equal(cn_array_size(wide), expected.size);
    assert_int_equal(cn_array_rank(wide), expected.shape.rank);
    assert_true(cn_keras_compare(item, "output", &expected, cn_array_data(wide), 1e-6, 1e-6));
    cn_keras_array_free(&expected);
}

static void keras_says_the_same(void **state)
{
    json_t *root = cn_keras_load("category_layers.json"), *item;
    size_t i;
    cn_keras_each(root, i, item)
    {
        clear(state);
        check_case(item);
    }
    assert_true(i > 60);
    json_decref(root);
}

/* What a layer learnt lies beside the config there. Saved again and loaded, the model is the same. */
static void check_saved(const json_t *saved, const char *path)
{
    cn_model *model = cn_load_model(path);
    if (model == NULL)
        fail_msg("%s", cn_error());
    cn_array *x = array_of(json_object_get(saved, "input"));
    const cn_predictions outputs = cn_predict_all(model, x);
    const json_t *expected = json_object_get(saved, "outputs");
    assert_int_equal(outputs.count, json_array_size(expected));
    for (int64_t i = 0; i < outputs.count; i++) {
        cn_array *right = array_of(json_array_get(expected, (size_t)i));
        assert_int_equal(cn_array_size(outputs.at[i]), cn_array_size(right));
        for (int64_t k = 0; k < cn_array_size(right); k++)
            if (fabs(cn_array_at(outputs.at[i], k) - cn_array_at(right, k)) > 1e-5)
                fail_msg("%s: output %d, element %d is %g, Keras has %g", path, (int)i, (int)k,
                         cn_array_at(outputs.at[i], k), cn_array_at(right, k));
    }
    assert_int_equal(cn_save(model, "categories_test.keras"), CN_OK);
}

static void what_was_learnt_is_read(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("category_layers.json");
    check_saved(json_object_get(root, "saved"),
                CN_SOURCE_DIR "/tests/keras/data/saved/lookups.keras");
    check_saved(json_object_get(root, "saved"), "categories_test.keras");
    assert_int_equal(remove("categories_test.keras"), 0);
    json_decref(root);
}

static void check_error(const char *message)
{
    assert_string_equal(cn_error(), message);
    cn_clear_error();
}

static void bad_arguments_are_named(void **state)
{
    (void)state;
    assert_null(cn_discretization());
    check_error("discretization_1: either bin_boundaries or num_bins is needed");
    assert_null(cn_discretization(.bin_boundaries = CN_NUMBERS(1, 3, 2)));
    check_error("discretization_2: bin_boundaries must be in ascending order, got 2 as number 2");
    assert_null(cn_discretization(.num_bins = 3, .output_mode = "tf_idf"));
    check_error("discretization_3: output_mode must be \"int\", \"one_hot\", \"multi_hot\" or "
                "\"count\", got \"tf_idf\"");
    assert_null(cn_category_encoding(0));
    check_error("category_encoding_1: num_tokens must be positive, got 0");
    assert_null(cn_hashing(0));
    check_error("hashing_1: num_bins must be positive, got 0");
    assert_null(cn_integer_lookup(.vocabulary = CN_NUMBERS(1, 2, 1)));
    check_error("integer_lookup_1: vocabulary has 1 twice");
    assert_null(cn_integer_lookup(.vocabulary = CN_NUMBERS(1, 2), .max_tokens = 2));
    check_error("integer_lookup_2: vocabulary needs 3 places, max_tokens is 2");
    assert_null(cn_integer_lookup(.vocabulary = CN_NUMBERS(1, 2), .output_mode = "tf_idf"));
    check_error("integer_lookup_3: idf_weights need a weight for each of the vocabulary, 2, got 0");
}

static void bad_calls_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}, .dtype = "int32"), *real = cn_input({1});
    assert_null(cn_call(cn_integer_lookup(), x));
    check_error("integer_lookup_1: has no vocabulary yet, it is to learn one by cn_adapt before it "
                "is called");
    assert_null(cn_call(cn_discretization(.num_bins = 3), x));
    check_error("discretization_1: has no boundaries yet, it is to learn them by cn_adapt before "
                "it is called");
    assert_null(cn_call(cn_hashed_crossing(3), x, x));
    check_error("hashed_crossing_1: takes inputs of shape (None,) or (None, 1), got (None, 3)");
    assert_null(cn_call(cn_hashed_crossing(3), real, real));
    check_error("hashed_crossing_2: takes whole numbers or strings, got float32");
    assert_null(cn_call(cn_category_encoding(3), x, real));
    check_error("category_encoding_1: count_weights are for output_mode \"count\", not "
                "\"multi_hot\"");
    cn_array *data = cn_array_new(CN_INT32, (const int64_t[]){2}, 1, (const int32_t[]){5, 6});
    assert_int_equal(cn_adapt(cn_dense(3), data), CN_INVALID);
    check_error("cn_adapt: dense_1 learns nothing from data");
    cn_layer *lookup = cn_integer_lookup(.vocabulary = CN_NUMBERS(5), .num_oov_indices = 0);
    assert_int_equal(cn_adapt(lookup, data), CN_INVALID);
    check_error("cn_adapt: integer_lookup_2: a vocabulary was given, there is nothing to learn");
    cn_model *model = cn_model_of(x, cn_call(lookup, x));
    cn_array *other =
        cn_array_new(CN_INT32, (const int64_t[]){1, 3}, 2, (const int32_t[]){5, 6, 5});
    assert_null(cn_predict(model, other));
    assert_non_null(strstr(cn_error(), "integer_lookup_2: place in the vocabulary (-1: it is not "
                                       "there, and num_oov_indices is 0) -1 at row 0, place 1"));
    assert_int_equal(cn_adapt(lookup, data), CN_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keras_says_the_same, clear, clear),
        cmocka_unit_test_setup_teardown(what_was_learnt_is_read, clear, clear),
        cmocka_unit_test_setup_teardown(bad_arguments_are_named, clear, clear),
        cmocka_unit_test_setup_teardown(bad_calls_are_named, clear, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
