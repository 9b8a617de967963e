/* What a call says beside its inputs: masks, the phase, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cornu/custom.h"
#include "cornu/pooling.h"
#include "cornu/session.h"
#include "support/model_run.h"

static void an_explicit_mask_counts(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3, 1}), *mask = cn_input({3}, .dtype = "bool");
    cn_tensors mean = cn_call_with(cn_global_average_pooling1d(), x, .mask = mask);
    cn_test_ok();
    assert_int_equal(mean.count, 1);
    cn_model *model = cn_model_of(CN_LIST(x, mask), mean.at[0]);
    double output[2];
    cn_test_run(
        model, (cn_shape[]){CN_SHAPE(2, 3, 1), CN_SHAPE(2, 3)},
        (const double *const[]){(double[]){1, 2, 30, 4, 50, 60}, (double[]){1, 1, 0, 1, 0, 0}},
        (double *const[]){output}, false);
    cn_test_close(output, (double[]){1.5, 4}, 2, 1e-6);
}

/* NULL in the list keeps the mask that the input carries. */
static void a_list_of_masks(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({2, 1}), *mask = cn_input({2}, .dtype = "bool");
    cn_tensor *carries = cn_call(cn_masking(), x);
    cn_tensors sum =
        cn_call_with(cn_concatenate(.axis = 1), CN_LIST(carries, x), .masks = CN_LIST(NULL, mask));
    cn_model *model =
        cn_model_of(CN_LIST(x, mask), cn_call(cn_global_average_pooling1d(), sum.at[0]));
    cn_test_ok();
    double output[1];
    cn_test_run(model, (cn_shape[]){CN_SHAPE(1, 2, 1), CN_SHAPE(1, 2)},
                (const double *const[]){(double[]){0, 8}, (double[]){1, 0}},
                (double *const[]){output}, false);
    cn_test_close(output, (double[]){4}, 1, 1e-6); /* 8 of the first, 0 of the second */
}

/* A layer that is told so behaves as in training, and so do the layers inside a model. */
static void the_phase_is_said(void **state)
{
    (void)state;
    cn_tensor *inner = cn_input({4});
    cn_model *drops = cn_model_of(inner, cn_call(cn_dropout(1.0), inner));
    cn_tensor *x = cn_input({4});
    cn_tensors trained = cn_call_with(drops, x, .training = 1), plain = cn_call_with(drops, x);
    cn_model *model = cn_model_of(x, CN_LIST(trained.at[0], plain.at[0]));
    cn_test_ok();
    double zeros[4], same[4];
    cn_test_run(model, (cn_shape[]){CN_SHAPE(1, 4)},
                (const double *const[]){(double[]){1, 2, 3, 4}}, (double *const[]){zeros, same},
                false);
    cn_test_close(zeros, (double[]){0, 0, 0, 0}, 4, 0);
    cn_test_close(same, (double[]){1, 2, 3, 4}, 4, 0);
}

/* ---- several outputs ------------------------------------------------------------------------- */

static cn_status call_minimum_maximum(cn_layer *layer, cn_tensors inputs, bool training,
                                      cn_tensor **outputs)
{
    (void)layer, (void)training;
    outputs[0] = cn_ops_minimum(inputs.at[0], inputs.at[1]);
    outputs[1] = cn_ops_maximum(inputs.at[0], inputs.at[1]);
    return CN_OK;
}

static cn_status call_forgets_one(cn_layer *layer, cn_tensors inputs, bool training,
                                  cn_tensor **outputs)
{
    (void)layer, (void)training;
    outputs[0] = inputs.at[0];
    return CN_OK;
}

static void own_layers_have_several_outputs(void **state)
{
    (void)state;
    cn_tensor *a = cn_input({2}), *b = cn_input({2});
    cn_layer *both = cn_custom_layer("MinimumMaximum", .call_all = call_minimum_maximum,
                                     .n_outputs = 2, .min_inputs = 2, .max_inputs = 2);
    cn_tensors y = cn_call_all(both, a, b);
    cn_test_ok();
    assert_int_equal(y.count, 2);
    double low[2], high[2];
    cn_test_run(cn_model_of(CN_LIST(a, b), CN_LIST(y.at[0], y.at[1])),
                (cn_shape[]){CN_SHAPE(1, 2), CN_SHAPE(1, 2)},
                (const double *const[]){(double[]){1, 5}, (double[]){3, 2}},
                (double *const[]){low, high}, false);
    cn_test_close(low, (double[]){1, 2}, 2, 0);
    cn_test_close(high, (double[]){3, 5}, 2, 0);
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static void check_error(bool failed, const char *message)
{
    assert_true(failed);
    assert_string_equal(cn_error(), message);
    cn_clear_error();
}

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({2}), *mask = cn_input({2}, .dtype = "bool");
    check_error(cn_call_with(cn_dense(3), x, .initial_state = CN_LIST(x)).count == 0,
                "dense_1: takes no initial_state");
    check_error(cn_call_with(cn_dense(3), x, .use_causal_mask = true).count == 0,
                "dense_2: takes no attention_mask, use_causal_mask or return_attention_scores");
    check_error(cn_call_with(cn_dense(3), x, .masks = CN_LIST(mask, mask)).count == 0,
                "dense_3: has 2 masks for 1 inputs");
    check_error(cn_call_with(cn_dense(3), x, .mask = mask, .masks = CN_LIST(mask)).count == 0,
                "dense_4: got both mask and masks, needs one");
    check_error(cn_call_with(cn_dense(3), x, .training = 2).count == 0,
                "dense_5: training must be 0, 1 or CN_NONE, got 2");
    check_error(cn_call_with(NULL, x).count == 0, "cn_call_with: got NULL instead of a layer");
    check_error(cn_custom_layer("A", .call_all = call_forgets_one, .n_outputs = 0) == NULL,
                "cn_custom_layer: A cannot have 0 outputs");
    check_error(
        cn_call_all(cn_custom_layer("B", .call_all = call_forgets_one, .n_outputs = 2), x).count ==
            0,
        "b_1: cannot be called on (None, 2): b_1: its call returned NULL as one of its outputs");
    check_error(cn_custom_layer("C", .call_all = call_forgets_one, .state_sizes = {3, -2}) == NULL,
                "cn_custom_layer: C has the state size -2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_explicit_mask_counts, cn_test_clear),
        cmocka_unit_test_setup(a_list_of_masks, cn_test_clear),
        cmocka_unit_test_setup(the_phase_is_said, cn_test_clear),
        cmocka_unit_test_setup(own_layers_have_several_outputs, cn_test_clear),
        cmocka_unit_test_setup(mistakes_are_named, cn_test_clear),
    };
    return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
