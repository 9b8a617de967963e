/* Drawing: names, shared layers, nested models, Sequential, mistakes; and that what was drawn
 * computes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "cornu/custom.h"
#include "cornu/session.h"
#include "support/anew.h"
#include "support/model_run.h"

/* ---- names ----------------------------------------------------------------------------------- */

static void automatic_names_count_from_one(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        cn_layer *named = cn_dense(3, .name = "dense_9"), *one = cn_dense(3), *two = cn_dense(3);
        assert_string_equal(cn_layer_name(named), "dense_9");
        assert_string_equal(cn_layer_name(one), "dense_1");
        assert_string_equal(cn_layer_name(two), "dense_2");
        cn_tensor *x = cn_input({4}), *y = cn_call(one, x);
        assert_string_equal(cn_tensor_name(x), "input_1");
        assert_string_equal(cn_layer_name(cn_model_of(x, y)), "model_1");
        assert_string_equal(cn_layer_name(cn_model_of(x, y, .name = "mine")), "mine");
        assert_string_equal(cn_layer_name(cn_sequential()), "sequential_1");
        assert_string_equal(cn_layer_name(cn_relu()), "re_lu_1");
        assert_string_equal(cn_layer_name(cn_prelu()), "p_re_lu_1");
        assert_string_equal(cn_layer_name(cn_repeat_vector(2)), "repeat_vector_1");
        assert_string_equal(cn_tensor_name(cn_ops_add(y, y)), "add_1");
        assert_string_equal(cn_layer_name(cn_add()), "add_2");
        cn_clear_session(); /* names start again */
    }
    cn_test_ok();
}

static void sessions_have_their_own_names(void **state)
{
    (void)state;
    assert_string_equal(cn_layer_name(cn_dense(1)), "dense_1");
    cn_session *other = cn_session_new(), *before = cn_session_use(other);
    assert_string_equal(cn_layer_name(cn_dense(1)), "dense_1");
    cn_tensor *foreign = cn_input({2});
    (void)cn_session_use(before);
    assert_string_equal(cn_layer_name(cn_dense(1)), "dense_2");
    assert_null(cn_call(cn_dense(1), foreign));
    assert_string_equal(cn_error(), "dense_3: input 0 was drawn in another session");
    cn_session_free(other);
}

/* ---- Sequential ------------------------------------------------------------------------------ */

static void sequential_knows_its_shape_from_the_first_layer(void **state)
{
    (void)state;
    cn_model *model = cn_sequential();
    assert_int_equal(cn_sequential_add(model, cn_dense(8, .input_shape = {4})), CN_OK);
    assert_int_equal(cn_count_params(model), 40);
    assert_int_equal(cn_sequential_add(model, cn_dense(2)), CN_OK);
    assert_int_equal(cn_count_params(model), 58);
    assert_int_equal(cn_layer_count(model), 2);
    assert_string_equal(cn_tensor_name(cn_model_inputs(model).at[0]), "dense_1_input");
    assert_int_equal(cn_tensor_dim(cn_model_outputs(model).at[0], -1), 2);
    assert_int_equal(cn_sequential_pop(model), CN_OK);
    assert_int_equal(cn_count_params(model), 40);
    assert_int_equal(cn_tensor_dim(cn_model_outputs(model).at[0], -1), 8);
    cn_test_ok();
}

static void sequential_without_shape_is_built_by_a_call(void **state)
{
    (void)state;
    cn_model *model = cn_sequential();
    cn_sequential_add(model, cn_dense(8));
    cn_sequential_add(model, cn_dense(2));
    assert_int_equal(cn_count_params(model), -1);
    assert_int_equal(cn_model_inputs(model).count, 0);
    assert_null(cn_model_inputs(model).at[0]);
    cn_tensor *y = cn_call(model, cn_input({4}));
    assert_int_equal(cn_tensor_dim(y, 1), 2);
    assert_int_equal(cn_count_params(model), 58);
    cn_test_ok();
}

static void sequential_holds_models(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4});
    cn_model *inner = cn_model_of(x, cn_call(cn_dense(3), x)), *outer = cn_sequential();
    cn_sequential_add(outer, inner);
    cn_sequential_add(outer, cn_dense(1));
    assert_int_equal(cn_count_params(outer), 15 + 4);
    assert_string_equal(cn_weight_path(outer, 0), "dense_1/kernel");
    cn_test_ok();
}

/* ---- shared layers and nested models --------------------------------------------------------- */

/* A Dense(1) without bias of one weight w. */
static cn_layer *times(double w, const char *name)
{
    cn_layer *dense = cn_dense(1, .use_bias = false, .name = name);
    cn_tensor *unused = cn_call(dense, cn_input({1}));
    assert_non_null(unused);
    cn_array *value = cn_array_new(CN_FLOAT32, (int64_t[]){1, 1}, 2, &(float){(float)w});
    assert_int_equal(cn_set_weight(dense, "kernel", value), CN_OK);
    return dense;
}

static void a_shared_layer_adds_up_its_gradients(void **state)
{
    (void)state;
    cn_tensor *a = cn_input({1}), *b = cn_input({1});
    cn_layer *shared = times(3, "shared");
    cn_tensor *y = cn_call(cn_multiply(), cn_call(shared, a), cn_call(shared, b)); /* 9 a b */
    cn_model *model = cn_model_of(CN_LIST(a, b), y);
    double output[2], gradient[1];
    cn_test_run(model, (cn_shape[]){CN_SHAPE(2, 1), CN_SHAPE(2, 1)},
                (const double *const[]){(double[]){1, 2}, (double[]){5, 7}},
                (double *const[]){output, gradient}, true);
    cn_test_close(output, (double[]){45, 126}, 2, 1e-4);
    cn_test_close(gradient, (double[]){2 * 3 * 5 + 2 * 3 * 14}, 1, 1e-3);
    assert_int_equal(cn_count_params(model), 1);
}

/* (x, y) -> (2x, 2x + y): two in, two out. */
static cn_model *two_by_two(void)
{
    cn_tensor *x = cn_input({1}, .name = "x"), *y = cn_input({1}, .name = "y"),
              *doubled = cn_call(times(2, "double"), x);
    return cn_model_of(CN_LIST(x, y), CN_LIST(doubled, cn_call(cn_add(), doubled, y)),
                       .name = "inner");
}

static void a_model_is_a_layer_that_can_be_called_twice(void **state)
{
    (void)state;
    cn_model *inner = two_by_two();
    cn_tensor *a = cn_input({1}), *b = cn_input({1});
    cn_tensors first = cn_call_all(inner, a, b);
    assert_int_equal(first.count, 2);
    cn_tensors second = cn_call_all(inner, first.at[1], first.at[0]);
    cn_model *outer = cn_model_of(CN_LIST(a, b), CN_LIST(second.at[0], second.at[1]));
    double sums[2], others[2], gradient[1];
    /* first: 2a, 2a + b; second: 4a + 2b, 4a + 2b + 2a; with w = 2: w (w a + b), w (w a + b) + w a
     */
    cn_test_run(outer, (cn_shape[]){CN_SHAPE(2, 1), CN_SHAPE(2, 1)},
                (const double *const[]){(double[]){1, 10}, (double[]){2, 20}},
                (double *const[]){sums, others, gradient}, true);
    cn_test_close(sums, (double[]){8, 80}, 2, 1e-4);
    cn_test_close(others, (double[]){10, 100}, 2, 1e-4);
    cn_test_close(gradient, (double[]){2 * (4 * 11 + 22) + 11}, 1, 1e-3);
    assert_int_equal(cn_layer_count(outer), 3);
    assert_ptr_equal(cn_layer_output(inner, 1, 0), second.at[0]);
    assert_ptr_equal(cn_layer_input(inner, 1, 0), first.at[1]);
    assert_int_equal(cn_weight_count(outer), 1);
}

static void one_call_of_a_model_with_two_outputs_is_refused(void **state)
{
    (void)state;
    cn_tensor *a = cn_input({1}), *b = cn_input({1});
    assert_null(cn_call(two_by_two(), a, b));
    assert_string_equal(cn_error(), "inner: has 2 outputs: call it with cn_call_all");
    cn_clear_error();
    assert_null(cn_call(two_by_two(), a));
    assert_string_equal(cn_error(), "inner: has 2 inputs, got 1");
    cn_clear_error();
    assert_null(cn_call_all(two_by_two(), a, cn_input({3})).at[1]);
    assert_string_equal(cn_error(), "inner: input \"y\" has shape (None, 1), got (None, 3)");
}

static void unknown_dimensions_inside_models(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({CN_NONE, 3}), *y = cn_input({5, 3});
    cn_model *inner =
        cn_model_of(CN_LIST(x, y), cn_call(cn_concatenate(.axis = 1), cn_call(cn_add(), x, y), x));
    cn_tensor *longer = cn_call(inner, cn_input({CN_NONE, 3}), cn_input({5, 3}));
    assert_int_equal(cn_tensor_dim(longer, 1), CN_NONE);
    assert_int_equal(cn_tensor_dim(cn_call(inner, cn_input({5, 3}), cn_input({5, 3})), 1), 10);
    assert_int_equal(cn_tensor_dim(cn_ops_add(x, y), 1), 5); /* broadcasting decides it */
    cn_test_ok();
    assert_null(cn_call(inner, cn_input({4, 3}), cn_input({5, 3})));
    assert_non_null(
        strstr(cn_error(), "add_1: shapes (None, 4, 3) and (None, 5, 3) do not broadcast"));
}

static void intermediate_tensors_can_be_inputs(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({1}), *h = cn_call(times(2, "first"), x),
              *y = cn_call(times(5, "second"), h);
    cn_model *tail = cn_model_of(h, y);
    double output[1];
    cn_test_run(tail, (cn_shape[]){CN_SHAPE(1, 1)}, (const double *const[]){(double[]){3}},
                (double *const[]){output}, false);
    cn_test_close(output, (double[]){15}, 1, 1e-5);
}

/* A part with a drawn input, the second output of a call and a shortcut; the rest stays as it
 * was. */
static void a_part_is_cut_out_of_a_model(void **state)
{
    (void)state;
    cn_tensor *a = cn_input({1}, .name = "a"), *b = cn_input({1}, .name = "b");
    cn_model *both = cn_model_of(a, CN_LIST(cn_call(times(2, "double"), a), a), .name = "both");
    cn_tensors pair = cn_call_all(both, cn_call(times(3, "before"), b));
    cn_tensor *c = cn_input({1}, .name = "c");
    cn_tensor *sum = cn_call(cn_add(.name = "sum"), pair.at[0], pair.at[1], c);
    cn_model *whole = cn_model_of(CN_LIST(b, c), sum);
    cn_model *part = cn_model_of(CN_LIST(pair.at[1], c, pair.at[0]), sum);
    cn_test_ok();
    assert_int_equal(cn_layer_count(part), 4); /* two new inputs, c and sum */
    assert_non_null(cn_get_layer(part, "c"));
    assert_non_null(cn_get_layer(part, "sum"));
    const cn_shape one[3] = {CN_SHAPE(1, 1), CN_SHAPE(1, 1), CN_SHAPE(1, 1)};
    double output[1];
    cn_test_run(part, one, (const double *const[]){(double[]){1}, (double[]){10}, (double[]){100}},
                (double *const[]){output}, false);
    cn_test_close(output, (double[]){111}, 1, 1e-5);
    cn_test_run(whole, one, (const double *const[]){(double[]){1}, (double[]){10}},
                (double *const[]){output}, false);
    cn_test_close(output, (double[]){19}, 1, 1e-5); /* 3 * 2 + 3 + 10 */
}

static void a_chain_calls_one_layer_after_the_other(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({1});
    cn_model *model =
        cn_model_of(x, cn_chain(x, times(2, "a"), times(3, "b"), cn_activation("relu")));
    double output[2];
    cn_test_run(model, (cn_shape[]){CN_SHAPE(2, 1)}, (const double *const[]){(double[]){1, -1}},
                (double *const[]){output}, false);
    cn_test_close(output, (double[]){6, 0}, 2, 1e-5);
}

static void layers_stand_in_keras_order(void **state)
{
    (void)state;
    cn_tensor *a = cn_input({4}, .name = "a"), *b = cn_input({4}, .name = "b"),
              *unused = cn_input({1}, .name = "u");
    cn_tensor *left = cn_chain(a, cn_dense(3, .name = "a1"), cn_dense(3, .name = "a2"));
    cn_tensor *right = cn_call(cn_dense(3, .name = "b1"), b);
    cn_tensor *y = cn_call(cn_add(.name = "sum"), left, right);
    cn_model *model = cn_model_of(CN_LIST(a, b, unused), y);
    static const char *const order[] = {"a", "a1", "b", "a2", "b1", "u", "sum"};
    assert_int_equal(cn_layer_count(model), 7);
    for (int i = 0; i < 7; i++)
        assert_string_equal(cn_layer_name(cn_get_layer_at(model, i)), order[i]);
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4}), *stranger = cn_input({4}), *y = cn_call(cn_dense(2), x);
    cn_expect_error(
        cn_model_of(stranger, y),
        "model_1: its outputs need input_1 (shape (None, 4)), which is not among its inputs and not computed "
        "from them");
    cn_tensor *twice = cn_call(cn_dense(2, .name = "dense_1"), y);
    cn_expect_error(cn_model_of(x, twice),
                    "model_2: two layers are called \"dense_1\": names must be unique in a model");
    cn_expect_error(cn_model_of(CN_LIST(x, x), y), "model_3: the input input_1 is given twice");
    cn_expect_error(cn_call((cn_layer *)x, x), "cn_call: expected a layer or model, got a tensor");
    cn_expect_error(cn_model_of(CN_LIST(x, cn_dense(2)), y),
                    "cn_model_of: number 1 of the inputs is a layer, not a tensor");
    cn_expect_error(cn_call(cn_sequential(), x), "sequential_1: has no layers");
    cn_expect_error(cn_input({4}, .dtype = "floot32"),
                    "cn_input: unknown dtype 'floot32'; did you mean 'float32'?");
    cn_model *stack = cn_sequential();
    cn_sequential_add(stack, cn_dense(1, .name = "one"));
    assert_int_not_equal(cn_sequential_add(stack, cn_dense(1, .name = "one")), CN_OK);
    assert_string_equal(
        cn_error(), "sequential_2: two layers are called \"one\": names must be unique in a model");
}

static void errors_are_sticky(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4});
    cn_tensor *wrong = cn_call(cn_dense(-1), x);
    cn_tensor *y = cn_call(cn_dense(2), cn_call(cn_add(), wrong, x));
    assert_null(y);
    assert_null(cn_model_of(x, y));
    assert_null(cn_ops_exp(y));
    assert_int_not_equal(cn_summary(cn_model_of(x, y)), CN_OK);
    assert_string_equal(cn_error(), "dense_1: units must be positive, got -1");
    cn_clear_error();
    assert_non_null(cn_call(cn_dense(2), x)); /* everything is usable again */
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void ignore_text(void *context, const char *text)
{
    (void)context, (void)text;
}

/* Draws much of what there is. */
static cn_status draw_much(void)
{
    cn_tensor *x = cn_input({4}), *y = cn_input({4});
    cn_model *stack = cn_sequential();
    (void)cn_sequential_add(stack, cn_dense(4, .input_shape = {4}));
    (void)cn_sequential_add(stack, cn_dropout(0.5));
    (void)cn_sequential_add(stack, cn_prelu());
    cn_tensor *sum = cn_call(cn_add(), cn_call(stack, x), cn_call(stack, y));
    cn_tensor *joined = cn_call(cn_concatenate(), sum, cn_ops_multiply(sum, cn_ops_scalar(2)));
    cn_model *model = cn_model_of(CN_LIST(x, y), joined);
    if (model == NULL)
        return CN_INVALID;
    (void)cn_get_weight(model, "dense_1/kernel");
    CN_TRY(cn_summary(model, .print = ignore_text));
    return cn_summary(model, .style = "keras3", .expand_nested = true, .print = ignore_text);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (int64_t n = 1;; n++) {
        cn_clear_session();
        cn_clear_error();
        cn_memory_fail_at(n);
        (void)draw_much();
        const bool happened = cn_memory_has_failed();
        cn_memory_fail_at(0);
        if (!happened)
            break;
        assert_true(cn_failed());
        assert_int_equal(cn_error_status(), CN_OUT_OF_MEMORY);
    }
    cn_test_ok();
    assert_int_equal(draw_much(), CN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(automatic_names_count_from_one, cn_test_clear),
        cmocka_unit_test_setup(sessions_have_their_own_names, cn_test_clear),
        cmocka_unit_test_setup(sequential_knows_its_shape_from_the_first_layer, cn_test_clear),
        cmocka_unit_test_setup(sequential_without_shape_is_built_by_a_call, cn_test_clear),
        cmocka_unit_test_setup(sequential_holds_models, cn_test_clear),
        cmocka_unit_test_setup(a_shared_layer_adds_up_its_gradients, cn_test_clear),
        cmocka_unit_test_setup(a_model_is_a_layer_that_can_be_called_twice, cn_test_clear),
        cmocka_unit_test_setup(one_call_of_a_model_with_two_outputs_is_refused, cn_test_clear),
        cmocka_unit_test_setup(unknown_dimensions_inside_models, cn_test_clear),
        cmocka_unit_test_setup(intermediate_tensors_can_be_inputs, cn_test_clear),
        cmocka_unit_test_setup(a_part_is_cut_out_of_a_model, cn_test_clear),
        cmocka_unit_test_setup(a_chain_calls_one_layer_after_the_other, cn_test_clear),
        cmocka_unit_test_setup(layers_stand_in_keras_order, cn_test_clear),
        cmocka_unit_test_setup(mistakes_are_named, cn_test_clear),
        cmocka_unit_test_setup(errors_are_sticky, cn_test_clear),
        cmocka_unit_test_setup(every_allocation_may_fail, cn_test_clear),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
