/* Layers and activations of the user's: they compute, have gradients, and their mistakes are named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "cornu/custom.h"
#include "cornu/session.h"
#include "support/model_run.h"

/* ---- y = x * scale --------------------------------------------------------------------------- */

static cn_status build_scale(cn_layer *layer, cn_tensors inputs)
{
    return cn_add_weight(layer, "scale", {cn_tensor_dim(inputs.at[0], -1)}, .initializer = "ones");
}

static cn_tensor *call_scale(cn_layer *layer, cn_tensors inputs, bool training)
{
    (void)training;
    return cn_ops_multiply(inputs.at[0], cn_layer_weight(layer, "scale"));
}

static void a_layer_with_a_weight(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({2});
    cn_layer *scale = cn_custom_layer("Scale", build_scale, call_scale);
    cn_model *model = cn_model_of(x, cn_call(scale, x));
    assert_string_equal(cn_layer_name(scale), "scale_1");
    assert_string_equal(cn_layer_class_name(scale), "Scale");
    assert_string_equal(cn_weight_path(model, 0), "scale_1/scale");
    cn_array *values = cn_array_new(CN_FLOAT64, (int64_t[]){2}, 1, (double[]){2, -3});
    assert_int_equal(cn_set_weight(model, "scale", values), CN_OK);
    double output[4], gradient[2];
    cn_test_run(model, (cn_shape[]){CN_SHAPE(2, 2)},
                (const double *const[]){(double[]){1, 10, 2, 20}},
                (double *const[]){output, gradient}, true);
    cn_test_close(output, (double[]){2, -30, 4, -60}, 4, 1e-4);
    cn_test_close(gradient, (double[]){3, 30}, 2, 1e-4);
}

/* ---- data, several inputs, phase ------------------------------------------------------------- */

struct mix_data {
    double share;
};

/* share * a + (1 - share) * b, in training the mean. */
static cn_tensor *call_mix(cn_layer *layer, cn_tensors inputs, bool training)
{
    const struct mix_data *data = cn_layer_data(layer);
    const double share = training ? 0.5 : data->share;
    return cn_ops_add(cn_ops_multiply(cn_ops_scalar(share), inputs.at[0]),
                      cn_ops_multiply(cn_ops_scalar(1 - share), inputs.at[1]));
}

static cn_layer *mix(double share)
{
    const struct mix_data data = {share};
    return cn_custom_layer("MixTwo", .call = call_mix, .data = &data, .data_size = sizeof data,
                           .min_inputs = 2, .max_inputs = 2, .name = "mix");
}

static void data_inputs_and_phase(void **state)
{
    (void)state;
    cn_tensor *a = cn_input({1}), *b = cn_input({1});
    cn_layer *layer = mix(0.25);
    cn_model *model = cn_model_of(CN_LIST(a, b), cn_call(layer, a, b));
    double output[1];
    cn_test_run(model, (cn_shape[]){CN_SHAPE(1, 1), CN_SHAPE(1, 1)},
                (const double *const[]){(double[]){4}, (double[]){8}}, (double *const[]){output},
                false);
    cn_test_close(output, (double[]){7}, 1, 1e-5);
    cn_program program = {0};
    cn_arena memory = {0};
    cn_trace trace = {.program = &program, .memory = &memory, .training = true};
    cn_value inputs[2], result;
    for (int i = 0; i < 2; i++)
        inputs[i] = cn_program_input(&program, CN_FLOAT32, CN_SHAPE(1, 1));
    assert_int_equal(cn_trace_model(&trace, model, inputs, NULL, &result, NULL), CN_OK);
    cn_program_output(&program, result);
    assert_int_equal(cn_program_interpret(&program,
                                          (const double *const[]){(double[]){4}, (double[]){8}},
                                          (double *const[]){output}, NULL),
                     CN_OK);
    cn_test_close(output, (double[]){6}, 1, 1e-9);
    cn_arena_free(&memory);
    cn_program_free(&program);
    assert_null(cn_call(layer, a));
    assert_string_equal(cn_error(), "mix: takes 2 inputs, got 1");
}

/* ---- layers inside --------------------------------------------------------------------------- */

static cn_layer *inner_of(const cn_layer *layer)
{
    return *(cn_layer *const *)(uintptr_t)cn_layer_data(layer);
}

static cn_status build_residual(cn_layer *layer, cn_tensors inputs)
{
    (void)inputs;
    return cn_add_layer(layer, inner_of(layer));
}

static cn_tensor *call_residual(cn_layer *layer, cn_tensors inputs, bool training)
{
    (void)training;
    return cn_ops_add(inputs.at[0], cn_call(inner_of(layer), inputs.at[0]));
}

static void layers_inside(void **state)
{
    (void)state;
    cn_layer *dense =
        cn_dense(2, .use_bias = false, .kernel_initializer = "ones", .name = "inside");
    cn_layer *residual = cn_custom_layer("Residual", build_residual, call_residual, .data = &dense,
                                         .data_size = sizeof dense);
    cn_tensor *x = cn_input({2});
    cn_model *model = cn_model_of(x, cn_call(residual, cn_call(residual, x)));
    assert_int_equal(cn_count_params(model), 4);
    assert_string_equal(cn_weight_path(model, 0), "residual_1/inside/kernel");
    cn_set_trainable(model, false);
    assert_int_equal(cn_count_trainable_params(model), 0);
    double output[2], gradient[4];
    cn_test_run(model, (cn_shape[]){CN_SHAPE(1, 2)}, (const double *const[]){(double[]){1, 2}},
                (double *const[]){output, gradient}, true);
    cn_test_close(output, (double[]){4 + 9, 5 + 9}, 2,
                  1e-4); /* x -> x + sum(x): (4, 5) -> (13, 14) */
    cn_test_close(gradient, (double[]){7, 7, 11, 11}, 4, 1e-4);
}

/* ---- activations ----------------------------------------------------------------------------- */

static cn_tensor *cube(cn_tensor *x, void *data)
{
    return cn_ops_multiply(cn_ops_power(x, cn_ops_scalar(3)), cn_ops_scalar(*(const double *)data));
}

static void a_registered_activation(void **state)
{
    (void)state;
    double factor = 2;
    assert_int_equal(cn_register_activation("cube", cube, &factor), CN_OK);
    cn_tensor *x = cn_input({1});
    cn_layer *dense =
        cn_dense(1, .activation = "cube", .use_bias = false, .kernel_initializer = "ones");
    double output[2], gradient[1];
    cn_test_run(cn_model_of(x, cn_call(dense, x)), (cn_shape[]){CN_SHAPE(2, 1)},
                (const double *const[]){(double[]){2, -1}}, (double *const[]){output, gradient},
                true);
    cn_test_close(output, (double[]){16, -2}, 2, 1e-4);
    cn_test_close(gradient, (double[]){6 * 8 - 6 * 1}, 1, 1e-3);
    cn_clear_session(); /* forgets it */
    assert_null(cn_activation("cube"));
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static cn_tensor *call_nothing(cn_layer *layer, cn_tensors inputs, bool training)
{
    (void)layer, (void)inputs, (void)training;
    return NULL;
}

static cn_tensor *call_missing_weight(cn_layer *layer, cn_tensors inputs, bool training)
{
    (void)training;
    return cn_ops_multiply(inputs.at[0], cn_layer_weight(layer, "scael"));
}

static cn_tensor *drawn;

static cn_tensor *call_drawn(cn_layer *layer, cn_tensors inputs, bool training)
{
    (void)layer, (void)training;
    return cn_ops_add(inputs.at[0], drawn);
}

static cn_status build_twice(cn_layer *layer, cn_tensors inputs)
{
    return build_scale(layer, inputs) == CN_OK ? build_scale(layer, inputs) : CN_INVALID;
}

static cn_status build_nothing(cn_layer *layer, cn_tensors inputs)
{
    (void)layer, (void)inputs;
    return CN_STATE;
}

static cn_tensor *wider(cn_tensor *x, void *data)
{
    (void)data;
    return cn_ops_sum(x, .axis = -1);
}

static void check_error(bool failed, const char *message)
{
    assert_true(failed);
    assert_string_equal(cn_error(), message);
    cn_clear_error();
}

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({2});
    drawn = x;
    check_error(cn_custom_layer(NULL) == NULL, "cn_custom_layer: it needs a class_name");
    check_error(cn_custom_layer("Scale") == NULL, "cn_custom_layer: Scale needs a call function");
    check_error(cn_call(cn_custom_layer("A", NULL, call_nothing), x) == NULL,
                "a_1: cannot be called on (None, 2): a_1: its call returned NULL");
    check_error(cn_call(cn_custom_layer("B", build_scale, call_missing_weight), x) == NULL,
                "b_1: cannot be called on (None, 2): b_1: has no weight \"scael\"");
    check_error(
        cn_call(cn_custom_layer("C", NULL, call_drawn), x) == NULL,
        "c_1: cannot be called on (None, 2): add: input 1 was drawn, it cannot be used while a program is traced");
    check_error(cn_call(cn_custom_layer("D", build_twice, call_scale), x) == NULL,
                "d_1: has a weight \"scale\" already");
    check_error(cn_call(cn_custom_layer("E", build_nothing, call_scale), x) == NULL,
                "e_1: its build failed");
    check_error(cn_layer_weight(cn_custom_layer("F", NULL, call_scale), "scale") == NULL,
                "f_1: cn_layer_weight can be asked in call only");
    check_error(cn_layer_data(cn_dense(1)) == NULL,
                "cn_layer_data: dense_1 was not made by cn_custom_layer");
    check_error(cn_register_activation("x", NULL, NULL) != CN_OK,
                "cn_register_activation: \"x\" needs a function");
    assert_int_equal(cn_register_activation("wider", wider, NULL), CN_OK);
    check_error(
        cn_call(cn_activation("wider"), cn_input({3}, .batch_size = 2)) == NULL,
        "activation_1: cannot be called on (2, 3): wider: its function made shape (2,) of shape (2, 3)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_layer_with_a_weight, cn_test_clear),
        cmocka_unit_test_setup(data_inputs_and_phase, cn_test_clear),
        cmocka_unit_test_setup(layers_inside, cn_test_clear),
        cmocka_unit_test_setup(a_registered_activation, cn_test_clear),
        cmocka_unit_test_setup(mistakes_are_named, cn_test_clear),
    };
    return cmocka_run_group_tests_name("custom", tests, NULL, NULL);
}
