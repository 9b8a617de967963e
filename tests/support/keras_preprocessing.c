/* Layers that learn from data, compared with Keras. */
#include "support/keras_preprocessing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/keras_data.h"
#include "support/keras_layer.h"

/* ---- arrays ---------------------------------------------------------------------------------- */

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

static void check_element(const char *name, const cn_array *got, const cn_array *right, int64_t i)
{
    if (cn_array_dtype(right) == CN_STRING) {
        if (strcmp(cn_array_text(got, i), cn_array_text(right, i)) != 0)
            fail_msg("%s: element %d is \"%s\", Keras has \"%s\"", name, (int)i,
                     cn_array_text(got, i), cn_array_text(right, i));
        return;
    }
    const double value = cn_array_at(got, i), keras = cn_array_at(right, i);
    if (!(fabs(value - keras) <= 1e-6 + 1e-6 * fabs(keras)))
        fail_msg("%s: element %d is %.9g, Keras has %.9g", name, (int)i, value, keras);
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
    for (int64_t i = 0; i < cn_array_size(right); i++)
        check_element(name, got, right, i);
}

/* ---- cases ----------------------------------------------------------------------------------- */

static bool is_same(const json_t *a, const json_t *b)
{
    if (json_is_string(a) || json_is_string(b))
        return json_equal(a, b) == 1;
    return fabs(json_number_value(a) - json_number_value(b)) <= 1e-6;
}

/* What is learnt stands in the config here, also a vocabulary, which has a file of its own
 * there. */
static void check_learnt(const json_t *item, cn_layer *layer)
{
    const json_t *vocabulary = json_object_get(item, "vocabulary"),
                 *boundaries = json_object_get(json_object_get(item, "learnt"), "bin_boundaries");
    if (cn_adapt(layer, array_of(json_object_get(item, "adapt"))) != CN_OK)
        fail_msg("%s: %s", cn_keras_name(item), cn_error());
    if (strcmp(layer->class->base.name, "Normalization") == 0)
        return; /* what it learnt are weights */
    json_t *own = cn_args_json(&layer->class->base, layer->args);
    const json_t *expected = vocabulary != NULL ? vocabulary : boundaries,
                 *got = json_object_get(own, vocabulary != NULL ? "vocabulary" : "bin_boundaries");
    assert_int_equal(json_array_size(got), json_array_size(expected));
    for (size_t i = 0; i < json_array_size(expected); i++)
        if (!is_same(json_array_get(got, i), json_array_get(expected, i)))
            fail_msg("%s: learnt another number %d", cn_keras_name(item), (int)i);
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

void cn_keras_check_preprocessing(const char *file, size_t more_than)
{
    json_t *root = cn_keras_load(file), *item;
    size_t i;
    cn_keras_each(root, i, item)
    {
        cn_clear_session();
        cn_clear_error();
        check_case(item);
    }
    assert_true(i > more_than);
    json_decref(root);
}

/* ---- files ----------------------------------------------------------------------------------- */

/* What a layer learnt lies beside the config there. */
static void check_saved(const json_t *saved, const char *path, const char *again)
{
    cn_model *model = cn_load_model(path);
    if (model == NULL)
        fail_msg("%s", cn_error());
    const cn_predictions outputs = cn_predict_all(model, array_of(json_object_get(saved, "input")));
    const json_t *expected = json_object_get(saved, "outputs");
    if (outputs.count == 0)
        fail_msg("%s", cn_error());
    assert_int_equal(outputs.count, json_array_size(expected));
    for (int64_t i = 0; i < outputs.count; i++)
        check_output(path, outputs.at[i], json_array_get(expected, (size_t)i));
    assert_int_equal(cn_save(model, again), CN_OK);
}

void cn_keras_check_saved_preprocessing(const char *file, const char *path, const char *again)
{
    json_t *root = cn_keras_load(file);
    const json_t *saved = json_object_get(root, "saved");
    check_saved(saved, path, again);
    check_saved(saved, again, again);
    assert_int_equal(remove(again), 0);
    json_decref(root);
}
