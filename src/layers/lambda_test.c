/* Lambda: functions that have names become layers, and their mistakes are named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cornu/cornu.h"
#include "support/anew.h"
#include "support/model_run.h"

/* ---- functions ------------------------------------------------------------------------------- */

static cn_tensor *scaled(cn_tensors inputs, const cn_function_call *call)
{
    const double *more = call->data;
    const double by = cn_function_number(call, "by", 1) + (more == NULL ? 0 : *more);
    return cn_ops_multiply(inputs.at[0], cn_ops_scalar(call->training ? 0 : by));
}

static cn_tensor *product(cn_tensors inputs, const cn_function_call *call)
{
    (void)call;
    cn_tensor *result = inputs.at[0];
    for (int64_t i = 1; i < inputs.count; i++)
        result = cn_ops_multiply(result, inputs.at[i]);
    return result;
}

static cn_tensor *same_mask(cn_tensors inputs, const cn_function_call *call)
{
    (void)inputs;
    return call->masks[0];
}

static cn_tensor *nothing(cn_tensors inputs, const cn_function_call *call)
{
    (void)inputs, (void)call;
    return NULL;
}

static cn_tensor *foreign(cn_tensors inputs, const cn_function_call *call)
{
    (void)inputs;
    return call->data;
}

static int clear(void **state)
{
    static double two = 2;
    (void)state;
    cn_clear_session();
    cn_clear_error();
    assert_int_equal(cn_register_function("scaled", scaled, NULL), CN_OK);
    assert_int_equal(cn_register_function("mine>more", scaled, &two), CN_OK);
    assert_int_equal(cn_register_function("product", product, NULL), CN_OK);
    assert_int_equal(cn_register_function("same_mask", same_mask, NULL), CN_OK);
    assert_int_equal(cn_register_function("nothing", nothing, NULL), CN_OK);
    return 0;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static double value_of(cn_layer *layer, double x)
{
    cn_tensor *input = cn_input({1});
    double output[1];
    cn_test_run(cn_model_of(input, cn_call(layer, input)), (cn_shape[]){CN_SHAPE(1, 1)},
                (const double *const[]){&x}, (double *const[]){output}, false);
    return output[0];
}

static void functions_compute(void **state)
{
    (void)state;
    assert_float_equal(value_of(cn_lambda("scaled"), 5), 5, 0);
    assert_float_equal(value_of(cn_lambda("scaled", .arguments = "{\"by\": 3}"), 5), 15, 0);
    assert_float_equal(value_of(cn_lambda("scaled", .arguments = "{\"by\": true}"), 5), 5, 0);
    assert_float_equal(value_of(cn_lambda("mine>more"), 5), 15, 0);
    assert_float_equal(value_of(cn_lambda("relu"), -5), 0, 0);
    assert_int_equal(cn_register_function("scaled", product, NULL), CN_OK);
    assert_float_equal(value_of(cn_lambda("scaled", .arguments = "{\"by\": 3}"), 5), 5, 0);
    assert_string_equal(cn_layer_name(cn_lambda("product")), "lambda_7");
}

/* The names are copied, and what was found stays when a name gets another function. */
static void texts_are_copied(void **state)
{
    (void)state;
    char name[] = "scaled", arguments[] = "{\"by\": 3}";
    cn_layer *layer = cn_lambda(name, .arguments = arguments);
    memset(name, 'x', sizeof name - 1);
    memset(arguments, 'x', sizeof arguments - 1);
    assert_int_equal(cn_register_function("scaled", nothing, NULL), CN_OK);
    assert_float_equal(value_of(layer, 5), 15, 0);
}

static void several_inputs(void **state)
{
    (void)state;
    cn_tensor *a = cn_input({2}), *b = cn_input({2}), *c = cn_input({1});
    cn_model *model = cn_model_of(CN_LIST(a, b, c), cn_call(cn_lambda("product"), a, b, c));
    double output[2];
    cn_test_run(model, (cn_shape[]){CN_SHAPE(1, 2), CN_SHAPE(1, 2), CN_SHAPE(1, 1)},
                (const double *const[]){(double[]){1, 2}, (double[]){3, 4}, (double[]){5}},
                (double *const[]){output}, false);
    cn_test_close(output, (double[]){15, 40}, 2, 0);
    assert_null(cn_call(cn_lambda("relu"), a, b));
    assert_non_null(strstr(cn_error(), "the activation relu takes 1 input, got 2"));
}

/* A mask is dropped unless a function gives one. */
static void masks(void **state)
{
    static const char *const names[] = {NULL, "same_mask", "nothing"};
    (void)state;
    for (int i = 0; i < 3; i++) {
        cn_tensor *x = cn_input({3, 1});
        cn_tensor *y = cn_call(cn_masking(0), x);
        y = cn_call(cn_lambda("scaled", .mask = names[i]), y);
        cn_model *model = cn_model_of(x, cn_call(cn_global_average_pooling1d(), y));
        double output[1];
        cn_test_run(model, (cn_shape[]){CN_SHAPE(1, 3, 1)},
                    (const double *const[]){(double[]){6, 0, 0}}, (double *const[]){output}, false);
        assert_float_equal(output[0], i == 1 ? 6 : 2, 1e-6);
    }
}

static void written_and_read(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4});
    cn_tensor *y = cn_call(
        cn_lambda("scaled", .arguments = "{\"by\": 3, \"t\": [1, null]}", .output_shape = {4}), x);
    y = cn_call(cn_lambda("mine>more", .mask = "same_mask"), y);
    char *text = cn_to_json(cn_model_of(x, cn_call(cn_lambda("tanh"), y)));
    assert_non_null(strstr(text, "\"function\": {\"module\": \"builtins\", \"class_name\": "
                                 "\"function\", \"config\": \"Custom>scaled\""));
    assert_non_null(strstr(text, "\"output_shape\": [4]"));
    assert_non_null(strstr(text, "\"arguments\": {\"by\": 3, \"t\": [1, null]}"));
    assert_non_null(strstr(text, "\"config\": \"mine>more\""));
    assert_non_null(strstr(text, "\"config\": \"Custom>same_mask\""));
    assert_non_null(strstr(text, "\"config\": \"tanh\""));
    cn_model *model = cn_from_json(text);
    assert_non_null(model);
    char *again = cn_to_json(cn_clone_model(model));
    assert_string_equal(text, again);
    free(again);
    free(text);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4});
    cn_expect_error(cn_lambda(NULL), "lambda_1: it needs a function's name");
    cn_expect_error(cn_lambda("scald"),
                    "lambda_2: unknown function \"scald\": did you mean \"scaled\"? (a function of "
                    "your own is to be registered with cn_register_function)");
    cn_expect_error(cn_lambda("tanh", .mask = "zzzzzz"),
                    "lambda_3: unknown function \"zzzzzz\" (a function of your own is to be "
                    "registered with cn_register_function)");
    cn_expect_error(cn_lambda("tanh", .arguments = "[1]"),
                    "lambda_4: arguments must be a JSON object: it is another value");
    cn_expect_error(cn_call(cn_lambda("nothing"), x),
                    "lambda_5: cannot be called on (None, 4): its function returned NULL");
    cn_expect_error(
        cn_call(cn_lambda("scaled", .output_shape = {5}), x),
        "lambda_6: cannot be called on (None, 4): its function made shape (None, 4), its output_shape is (5,) behind the "
        "batch axis");
    cn_expect_error(cn_call(cn_lambda("scaled", .arguments = "{\"by\": \"3\"}"), x),
                    "lambda_7: cannot be called on (None, 4): its argument \"by\" is no number");
    cn_expect_error(
        cn_call(cn_lambda("tanh", .mask = "scaled"), x),
        "lambda_8: cannot be called on (None, 4): its mask must be a tensor of bool, got one of float32");
    assert_int_equal(cn_register_function("foreign", foreign, x), CN_OK);
    cn_expect_error(
        cn_call(cn_lambda("foreign"), x),
        "lambda_9: cannot be called on (None, 4): its function must return a tensor that it computed from its inputs");
    assert_int_equal(cn_register_function(NULL, scaled, NULL), CN_INVALID);
    assert_string_equal(cn_error(), "cn_register_function: it needs a name");
    cn_clear_error();
    assert_int_equal(cn_register_function("f", NULL, NULL), CN_INVALID);
    assert_string_equal(cn_error(), "cn_register_function: \"f\" needs a function");
    cn_clear_error();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(functions_compute, clear),
        cmocka_unit_test_setup(texts_are_copied, clear),
        cmocka_unit_test_setup(several_inputs, clear),
        cmocka_unit_test_setup(masks, clear),
        cmocka_unit_test_setup(written_and_read, clear),
        cmocka_unit_test_setup(mistakes_are_named, clear),
    };
    return cmocka_run_group_tests_name("functions as layers", tests, NULL, NULL);
}
