/* Layers that take strings: what they give and learn is what Keras gives and learns; models with them; their
 * messages. */
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

/* ---- Keras ----------------------------------------------------------------------------------- */

static bool has_strings(const json_t *array)
{
    return strcmp(json_string_value(json_object_get(array, "dtype")), "string") == 0;
}

/* Its texts are those of the JSON. */
static cn_array *strings_of(const json_t *array)
{
    const json_t *values = json_object_get(array, "values"),
                 *shape = json_object_get(array, "shape");
    int64_t dims[CN_MAX_RANK];
    for (size_t i = 0; i < json_array_size(shape); i++)
        dims[i] = json_integer_value(json_array_get(shape, i));
    cn_array *made = cn_array_new(CN_STRING, dims, (int)json_array_size(shape), NULL);
    assert_non_null(made);
    assert_int_equal(cn_array_size(made), json_array_size(values));
    const char **texts = cn_array_data(made);
    for (size_t i = 0; i < json_array_size(values); i++)
        texts[i] = json_string_value(json_array_get(values, i));
    return made;
}

static cn_array *array_of(const json_t *array)
{
    cn_keras_array read;
    if (has_strings(array))
        return strings_of(array);
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

static void check_output(const char *name, const cn_array *got, const json_t *expected)
{
    cn_array *right = array_of(expected);
    assert_int_equal(cn_array_dtype(got) == CN_STRING, cn_array_dtype(right) == CN_STRING);
    assert_int_equal(cn_array_rank(got), cn_array_rank(right));
    for (int i = 0; i < cn_array_rank(got); i++)
        if (cn_array_dim(got, i) != cn_array_dim(right, i))
            fail_msg("%s: axis %d has size %d, Keras has %d", name, i, (int)cn_array_dim(got, i),
                     (int)cn_array_dim(right, i));
    for (int64_t i = 0; i < cn_array_size(right); i++) {
        if (cn_array_dtype(right) == CN_STRING)
            assert_string_equal(cn_array_text(got, i), cn_array_text(right, i));
        else if (!(fabs(cn_array_at(got, i) - cn_array_at(right, i)) <= 1e-5))
            fail_msg("%s: element %d is %g, Keras has %g", name, (int)i, cn_array_at(got, i),
                     cn_array_at(right, i));
    }
}

/* The learnt vocabulary stands in the config here, and in a file of its own there. */
static void check_learnt(const json_t *item, cn_layer *layer)
{
    const json_t *expected = json_object_get(item, "vocabulary");
    if (cn_adapt(layer, array_of(json_object_get(item, "adapt"))) != CN_OK)
        fail_msg("%s: %s", cn_keras_name(item), cn_error());
    json_t *own = cn_args_json(&layer->class->base, layer->args);
    const json_t *got = json_object_get(own, "vocabulary");
    assert_int_equal(json_array_size(got), json_array_size(expected));
    for (size_t i = 0; i < json_array_size(expected); i++)
        assert_string_equal(json_string_value(json_array_get(got, i)),
                            json_string_value(json_array_get(expected, i)));
    json_decref(own);
}

static void check_case(const json_t *item)
{
    cn_layer *layer = cn_keras_layer(json_object_get(item, "layer"));
    const json_t *inputs = json_object_get(item, "inputs");
    const void *arrays[5], *tensors[5];
    const size_t n = json_array_size(inputs);
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
    cn_model *model = cn_model_of((cn_items){.list = tensors}, cn_call_list(layer, tensors));
    cn_array *output =
        model == NULL ? NULL : cn_predict(model, (cn_items){.list = arrays}, .batch_size = 100);
    if (output == NULL)
        fail_msg("%s: %s", cn_keras_name(item), cn_error());
    check_output(cn_keras_name(item), output, json_object_get(item, "output"));
}

static void keras_says_the_same(void **state)
{
    json_t *root = cn_keras_load("string_layers.json"), *item;
    size_t i;
    cn_keras_each(root, i, item)
    {
        clear(state);
        check_case(item);
    }
    assert_true(i > 100);
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keras_says_the_same, clear, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
