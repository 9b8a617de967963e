/* ConvLSTM layers: dropout, states that are kept, a training run, names and mistakes. Their values
 * are compared with Keras's in calls_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "cornu/cornu.h"
#include "support/model_run.h"

enum { N = 2, T = 2, S = 4, C = 2, FILTERS = 3, STEP = S * C };

static int clear(void **state)
{
    cn_set_random_seed(3);
    return cn_test_clear(state);
}

/* Two halves of a sequence, one batch after the other, end as the whole does. */
static void stateful_goes_on(void **state)
{
    (void)state;
    cn_layer *kept = cn_conv_lstm1d(FILTERS, 3, .padding = "same", .stateful = true),
             *whole = cn_conv_lstm1d(FILTERS, 3, .padding = "same");
    cn_tensor *half = cn_input({T, S, C}, .batch_size = N), *full = cn_input({2 * T, S, C});
    cn_model *model = cn_model_of(half, cn_call(kept, half)),
             *other = cn_model_of(full, cn_call(whole, full));
    cn_test_ok();
    for (int64_t i = 0; i < cn_weight_count(model); i++) {
        cn_array *values = cn_get_weight_at(model, i);
        assert_int_equal(cn_set_weight_at(other, i, values), CN_OK);
        cn_array_free(values);
    }
    cn_array *x = cn_random({N, 2 * T, S, C}, .seed = 4), *parts = cn_zeros({2 * N, T, S, C});
    for (int64_t row = 0; row < N * 2; row++) /* [N, 2, T S C] -> [2, N, T S C] */
        memcpy((float *)cn_array_data(parts) + ((row % 2) * N + row / 2) * T * STEP,
               (const float *)cn_array_data(x) + row * T * STEP, T * STEP * sizeof(float));
    cn_array *expected = cn_predict(other, x, .verbose = 0),
             *y = cn_predict(model, parts, .batch_size = N, .verbose = 0);
    cn_test_ok();
    for (int64_t i = 0; i < N * S * FILTERS; i++)
        assert_float_equal(cn_array_at(y, N * S * FILTERS + i), cn_array_at(expected, i), 1e-5);
    cn_array *all[] = {x, parts, expected, y};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        cn_array_free(all[i]);
}

/* A model of the layer over steps of which those that are 0 everywhere are masked. */
static cn_model *masking_model(cn_layer *layer, int64_t steps)
{
    cn_tensor *x = cn_input({steps, STEP});
    cn_layer *apart = cn_time_distributed(cn_reshape({S, C}));
    cn_model *model = cn_model_of(x, cn_call(layer, cn_call(apart, cn_call(cn_masking(), x))));
    cn_test_ok();
    return model;
}

/* Behind a masked step, the output is the one before; or 0. */
static void masked_steps_leave_the_state(void **state)
{
    (void)state;
    cn_layer *layer = cn_conv_lstm1d(FILTERS, 2),
             *zero = cn_conv_lstm1d(FILTERS, 2, .zero_output_for_mask = true);
    cn_model *model = masking_model(layer, CN_NONE), *other = masking_model(zero, CN_NONE);
    cn_array *x = cn_random({1, 2, STEP}, .seed = 4), *longer = cn_zeros({1, 3, STEP});
    memcpy(cn_array_data(longer), cn_array_data(x), 2 * STEP * sizeof(float));
    cn_array *expected = cn_predict(model, x, .verbose = 0),
             *y = cn_predict(model, longer, .verbose = 0),
             *nothing = cn_predict(other, longer, .verbose = 0);
    cn_test_ok();
    assert_int_equal(cn_array_size(y), (S - 1) * FILTERS);
    for (int64_t i = 0; i < cn_array_size(y); i++) {
        assert_float_equal(cn_array_at(y, i), cn_array_at(expected, i), 1e-6);
        assert_float_equal(cn_array_at(nothing, i), 0, 0);
    }
    assert_true(fabs(cn_array_at(y, 0)) > 1e-4);
    cn_array *all[] = {x, longer, expected, y, nothing};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        cn_array_free(all[i]);
}

/* Trained with a rate of dropout, twice from the same seeds: the same losses, and smaller ones. */
static void dropout_trains(void **state)
{
    (void)state;
    double losses[2][2];
    for (int run = 0; run < 2; run++) {
        cn_clear_session();
        cn_set_random_seed(9);
        cn_array *x = cn_random({8, 3, S, C}, .seed = 5), *y = cn_random({8, 3}, .seed = 6);
        cn_tensor *in = cn_input({3, S, C});
        cn_layer *layer =
            cn_conv_lstm1d(FILTERS, 2, .dropout = 0.3, .recurrent_dropout = 0.2, .seed = 7);
        cn_tensor *out = cn_call(cn_dense(3), cn_call(cn_flatten(), cn_call(layer, in)));
        cn_model *model = cn_model_of(in, out);
        cn_compile(model, .optimizer = cn_adam(.learning_rate = 0.02), .loss = "mse");
        cn_history *history = cn_fit(model, x, y, .epochs = 20, .batch_size = 8, .verbose = 0);
        cn_test_ok();
        losses[run][0] = cn_history_value(history, "loss", 0);
        losses[run][1] = cn_history_value(history, "loss", 19);
        cn_history_free(history);
        cn_array_free(x);
        cn_array_free(y);
    }
    assert_true(losses[0][1] < 0.8 * losses[0][0]);
    assert_memory_equal(losses[0], losses[1], sizeof losses[0]);
}

static void weights_have_kerass_paths(void **state)
{
    (void)state;
    cn_layer *layer = cn_conv_lstm2d(FILTERS, {2, 3});
    (void)cn_call(layer, cn_input({CN_NONE, 5, 6, C}));
    cn_test_ok();
    assert_string_equal(cn_weight_path(layer, 0), "conv_lstm2d_1/conv_lstm_cell/kernel");
    assert_string_equal(cn_weight_path(layer, 1), "conv_lstm2d_1/conv_lstm_cell/recurrent_kernel");
    cn_array *bias = cn_get_weight_at(layer, 2);
    for (int64_t i = 0; i < 4 * FILTERS; i++) /* forget gates begin open */
        assert_float_equal(cn_array_at(bias, i), (i / FILTERS == 1 ? 1 : 0), 0);
    cn_array_free(bias);
}

static void check_error(const void *made, const char *message)
{
    assert_null(made);
    assert_string_equal(cn_error(), message);
    cn_clear_error();
}

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_layer *layer = cn_conv_lstm1d(FILTERS, 3), *flat = cn_conv_lstm2d(FILTERS, 3);
    cn_tensor *x = cn_input({T, S, C}), *unknown = cn_input({T, CN_NONE, C}),
              *narrow = cn_input({T, 2, C});
    check_error(cn_call(flat, x), "conv_lstm2d_1/conv_lstm_cell: takes steps of rank 4, got shape "
                                  "(None, 4, 2)");
    check_error(cn_call(layer, unknown),
                "conv_lstm1d_1/conv_lstm_cell: needs steps whose sizes, but for the batch's, are "
                "known, got shape (None, None, 2)");
    check_error(cn_call(layer, narrow), "conv_lstm_cell: a window of 3 cells does not fit into an "
                                        "input of shape (None, 2, 2)");
    check_error(cn_conv_lstm1d(0, 3), "conv_lstm1d_2: filters must be positive, got 0");
    check_error(cn_conv_lstm1d(1, 3, .padding = "causal"),
                "conv_lstm1d_3: padding must be \"valid\" or \"same\", got \"causal\"");
    check_error(cn_conv_lstm1d(1, 3, .dropout = 1),
                "conv_lstm1d_4: dropout must be from 0 up to, not with, 1, got 1");
    check_error(
        cn_conv_lstm3d(1, 3, .strides = {2}, .dilation_rate = {2}),
        "conv_lstm3d_1: strides and dilation_rate cannot both be greater than 1, got 2 and 2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(stateful_goes_on, clear),
        cmocka_unit_test_setup(masked_steps_leave_the_state, clear),
        cmocka_unit_test_setup(dropout_trains, clear),
        cmocka_unit_test_setup(weights_have_kerass_paths, clear),
        cmocka_unit_test_setup(mistakes_are_named, clear),
    };
    return cmocka_run_group_tests_name("conv_lstm", tests, NULL, NULL);
}
