/* Asking a model: layers, weights, what is trained, tensors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "cornu/custom.h"
#include "cornu/session.h"
#include "support/model_run.h"

static cn_model *small_model(void)
{
    cn_tensor *x = cn_input({4}), *y = cn_chain(x, cn_dense(3), cn_dense(2, .name = "last"));
    return cn_model_of(x, y);
}

static void check_error(bool failed, const char *message)
{
    assert_true(failed);
    assert_string_equal(cn_error(), message);
    cn_clear_error();
}

static void layers_are_found(void **state)
{
    (void)state;
    cn_model *model = small_model();
    assert_int_equal(cn_layer_count(model), 3);
    assert_string_equal(cn_layer_name(cn_get_layer_at(model, 0)), "input_1");
    assert_string_equal(cn_layer_name(cn_get_layer_at(model, -1)), "last");
    assert_string_equal(cn_layer_class_name(cn_get_layer(model, "last")), "Dense");
    cn_test_ok();
    check_error(
        cn_get_layer(model, "lost") == NULL,
        "model_1: has no layer \"lost\": did you mean \"last\"? It has input_1, dense_1, last");
    check_error(cn_get_layer(model, "something_else") == NULL,
                "model_1: has no layer \"something_else\". It has input_1, dense_1, last");
    check_error(cn_get_layer_at(model, 3) == NULL, "model_1: has 3 layers, none with index 3");
    check_error(cn_get_layer(cn_get_layer(model, "last"), "x") == NULL,
                "cn_get_layer: expected a model, got the layer last");
    check_error(cn_layer_name(NULL) == NULL, "cn_layer_name: got NULL instead of a layer");
}

static void many_names_are_cut(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4}), *y = x;
    for (int i = 0; i < 40; i++)
        y = cn_call(cn_identity(), y);
    assert_null(cn_get_layer(cn_model_of(x, y), "q"));
    const char *end = cn_error() + strlen(cn_error()) - strlen("identity_23, ...");
    assert_string_equal(end, "identity_23, ...");
}

static void weights_are_counted_and_named(void **state)
{
    (void)state;
    cn_model *model = small_model();
    static const char *const paths[] = {"dense_1/kernel", "dense_1/bias", "last/kernel",
                                        "last/bias"};
    assert_int_equal(cn_weight_count(model), 4);
    for (int i = 0; i < 4; i++)
        assert_string_equal(cn_weight_path(model, i), paths[i]);
    assert_int_equal(cn_count_params(model), 4 * 3 + 3 + 3 * 2 + 2);
    assert_int_equal(cn_count_params(cn_get_layer(model, "last")), 8);
    assert_int_equal(cn_count_params(cn_dense(3)), -1);
    cn_test_ok();
    check_error(cn_weight_path(model, 4) == NULL, "model_1: has 4 weights, none with index 4");
}

static void frozen_layers_do_not_count_as_trainable(void **state)
{
    (void)state;
    cn_model *inner = small_model();
    cn_tensor *x = cn_input({4});
    cn_model *outer = cn_model_of(x, cn_call(cn_dense(1, .trainable = false), cn_call(inner, x)));
    assert_int_equal(cn_count_trainable_params(outer), 23);
    cn_set_trainable(cn_get_layer(inner, "last"), false);
    assert_int_equal(cn_count_trainable_params(outer), 15);
    cn_set_trainable(outer, true); /* all layers inside */
    assert_int_equal(cn_count_trainable_params(outer), 26);
    cn_set_trainable(inner, false);
    assert_false(cn_is_trainable(cn_get_layer(inner, "last")));
    assert_true(cn_is_trainable(outer));
    assert_int_equal(cn_count_trainable_params(outer), 3);
    assert_int_equal(cn_count_params(outer), 26);
    cn_test_ok();
}

static void weights_are_read_and_written(void **state)
{
    (void)state;
    cn_model *model = small_model();
    const double numbers[2] = {0.5, -1.25};
    cn_array *values = cn_array_new(CN_FLOAT64, (int64_t[]){2}, 1, numbers);
    assert_int_equal(cn_set_weight(model, "last/bias", values), CN_OK);
    cn_array *got = cn_get_weight(cn_get_layer(model, "last"), "bias");
    assert_int_equal(cn_array_dtype(got), CN_FLOAT32);
    assert_true(cn_array_at(got, 0) == 0.5 && cn_array_at(got, 1) == -1.25);
    cn_array *same = cn_get_weight_at(model, 3);
    assert_true(cn_array_at(same, 1) == -1.25);
    assert_int_equal(cn_set_weight_at(model, 3, cn_zeros({2}, .dtype = CN_INT32)), CN_OK);
    assert_true(cn_array_at(cn_get_weight_at(model, 3), 1) == 0);
    assert_true(cn_array_at(same, 1) == -1.25); /* a copy */
    cn_test_ok();
    check_error(cn_set_weight(model, "last/bias", cn_zeros({3})) != CN_OK,
                "last/bias: has shape (2,), got shape (3,)");
    check_error(cn_set_weight(model, "last/bias", NULL) != CN_OK,
                "last/bias: an array was expected, not NULL");
    check_error(cn_get_weight(model, "bias") == NULL,
                "model_1: 2 weights are called \"bias\"; use the whole path");
    check_error(
        cn_get_weight(model, "last/bas") == NULL,
        "model_1: has no weight \"last/bas\": did you mean \"last/bias\"? It has dense_1/kernel, dense_1/bias, "
        "last/kernel, last/bias");
    check_error(cn_get_weight(cn_flatten(), "kernel") == NULL,
                "flatten_1: has no weight \"kernel\". It has none");
}

static void check_same(const cn_array *a, const cn_array *b)
{
    assert_int_equal(cn_array_size(a), cn_array_size(b));
    for (int64_t i = 0; i < cn_array_size(a); i++)
        assert_true(cn_array_at(a, i) == cn_array_at(b, i));
}

static void all_weights_are_read_and_written(void **state)
{
    (void)state;
    cn_model *from = small_model(), *to = small_model();
    cn_arrays *weights = cn_get_weights(from);
    assert_int_equal(weights->count, 4);
    assert_string_equal(weights->names[0], "dense_1/kernel");
    assert_string_equal(weights->names[3], "last/bias");
    assert_int_equal(cn_set_weights(to, weights), CN_OK);
    for (int64_t i = 0; i < 4; i++) {
        cn_array *copy = cn_get_weight_at(to, i);
        check_same(weights->arrays[i], copy);
        cn_array_free(copy);
    }
    check_error(cn_set_weights(cn_get_layer(to, "last"), weights) != CN_OK,
                "last: has 2 weights, got 4 arrays");
    check_error(cn_set_weights(to, NULL) != CN_OK,
                "cn_set_weights: a list of arrays was expected, not NULL");
    check_error(cn_get_weights(NULL) == NULL, "cn_get_weights: got NULL instead of a layer");
    cn_arrays_free(weights);
}

static void weights_of_another_shape_change_nothing(void **state)
{
    (void)state;
    cn_model *model = small_model();
    cn_tensor *x = cn_input({4});
    cn_arrays *before = cn_get_weights(model),
              *others = cn_get_weights(
                  cn_model_of(x, cn_chain(x, cn_dense(3), cn_dense(3, .name = "other"))));
    check_error(cn_set_weights(model, others) != CN_OK,
                "last/kernel: has shape (3, 2), got shape (3, 3)");
    cn_array *kernel = cn_get_weight_at(model, 0);
    check_same(before->arrays[0], kernel);
    cn_array_free(kernel);
    cn_arrays_free(before);
    cn_arrays_free(others);
}

static void many_weights_are_listed_once(void **state)
{
    (void)state;
    enum { MANY = 200 };
    cn_layer *shared = cn_dense(2, .name = "shared");
    cn_tensor *x = cn_input({2}), *y = x;
    for (int i = 0; i < MANY; i++)
        y = cn_call(i % 2 == 0 ? shared : cn_dense(2), y);
    cn_model *inner = cn_model_of(x, y);
    cn_tensor *z = cn_input({2});
    cn_model *outer = cn_model_of(z, cn_call(inner, cn_call(shared, cn_call(inner, z))));
    assert_int_equal(cn_weight_count(inner), MANY + 2);
    assert_int_equal(cn_weight_count(outer), MANY + 2);
    assert_int_equal(cn_count_params(outer), (MANY / 2 + 1) * 6);
}

static void tensors_tell_their_shape(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({CN_NONE, 3}, .dtype = "int64", .batch_size = 8, .name = "x");
    assert_int_equal(cn_tensor_rank(x), 3);
    assert_int_equal(cn_tensor_dim(x, 0), 8);
    assert_int_equal(cn_tensor_dim(x, 1), CN_NONE);
    assert_int_equal(cn_tensor_dim(x, -1), 3);
    assert_string_equal(cn_tensor_dtype(x), "int64");
    assert_string_equal(cn_tensor_name(x), "x");
    cn_test_ok();
    check_error(cn_tensor_dim(x, 3) == 0, "cn_tensor_dim: axis 3 is not in shape (8, None, 3)");
    check_error(cn_tensor_rank(NULL) == -1, "cn_tensor_rank: expected a tensor, got NULL");
    cn_model *model = small_model();
    cn_layer *last = cn_get_layer(model, "last");
    assert_ptr_equal(cn_layer_output(last, 0, 0), cn_model_outputs(model).at[0]);
    assert_ptr_equal(cn_layer_input(cn_get_layer(model, "dense_1"), 0, 0),
                     cn_model_inputs(model).at[0]);
    check_error(cn_layer_output(last, 1, 0) == NULL,
                "last: was called 1 times, there is no call 1");
    check_error(cn_layer_input(last, 0, 1) == NULL, "last: has 1 inputs, none with index 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(layers_are_found, cn_test_clear),
        cmocka_unit_test_setup(many_names_are_cut, cn_test_clear),
        cmocka_unit_test_setup(weights_are_counted_and_named, cn_test_clear),
        cmocka_unit_test_setup(frozen_layers_do_not_count_as_trainable, cn_test_clear),
        cmocka_unit_test_setup(weights_are_read_and_written, cn_test_clear),
        cmocka_unit_test_setup(all_weights_are_read_and_written, cn_test_clear),
        cmocka_unit_test_setup(weights_of_another_shape_change_nothing, cn_test_clear),
        cmocka_unit_test_setup(many_weights_are_listed_once, cn_test_clear),
        cmocka_unit_test_setup(tensors_tell_their_shape, cn_test_clear),
    };
    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
