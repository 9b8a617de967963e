/* Recurrent layers: the two ways to run them, cells of the user's, dropout, states that are kept,
 * names and records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "cornu/cornu.h"
#include "layers/recurrent.h"
#include "support/anew.h"
#include "support/model_run.h"

enum { N = 2, T = 4, F = 3, U = 2, MOST_VALUES = 512 };

static int clear(void **state)
{
    cn_set_random_seed(3);
    return cn_test_clear(state);
}

/* Numbers between -1 and 1, none like the next. */
static void fill(double *values, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        values[i] = sin(1.7 * (double)(i + 1));
}

static void copy_weights(cn_layer *to, const cn_layer *from)
{
    assert_int_equal(cn_weight_count(to), cn_weight_count(from));
    for (int64_t i = 0; i < cn_weight_count(from); i++) {
        cn_array *values = cn_get_weight_at(from, i);
        assert_int_equal(cn_set_weight_at(to, i, values), CN_OK);
        cn_array_free(values);
    }
}

/* ---- one op or many -------------------------------------------------------------------------- */

static cn_model *model_over(cn_layer *layer, bool masked)
{
    cn_tensor *x = cn_input({T, F});
    return cn_model_of(x, cn_call(layer, masked ? cn_call(cn_masking(0), x) : x));
}

/* Outputs and gradients of a model on inputs of which the second step of sample 0 is zero. */
static void run(cn_model *model, int64_t n_outputs, double *output, double *gradients)
{
    double x[N * T * F];
    fill(x, N * T * F);
    memset(x + F, 0, F * sizeof *x);
    memset(output, 0, (size_t)n_outputs * sizeof *output);
    double *outputs[8] = {output}, *at = gradients;
    for (int64_t i = 0; i < cn_weight_count(model); i++) {
        outputs[1 + i] = at;
        cn_array *weight = cn_get_weight_at(model, i);
        at += cn_array_size(weight);
        cn_array_free(weight);
    }
    assert_true(at - gradients <= MOST_VALUES);
    cn_test_run(model, (cn_shape[]){CN_SHAPE(N, T, F)}, (const double *const[]){x}, outputs, true);
}

static void compare_layers(cn_layer *one, cn_layer *other, bool masked)
{
    cn_model *left = model_over(one, masked), *right = model_over(other, masked);
    double outputs[2][N * T * U], gradients[2][MOST_VALUES] = {{0}};
    cn_test_ok();
    copy_weights(right, left);
    run(left, N * T * U, outputs[0], gradients[0]);
    run(right, N * T * U, outputs[1], gradients[1]);
    cn_test_close(outputs[0], outputs[1], N * T * U, 1e-5);
    cn_test_close(gradients[0], gradients[1], MOST_VALUES, 1e-4);
}

/* A stack of one cell is the cell, but has no op of its own. */
#define STACKED(cell, ...)                                                                         \
    cn_rnn(cn_stacked_rnn_cells(CN_LIST(cell)), .return_sequences = true, __VA_ARGS__)

static void one_op_does_what_the_steps_do(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        const bool masked = i & 1, back = i & 2, zero = i & 4;
        compare_layers(cn_lstm(U, .return_sequences = true, .go_backwards = back,
                               .zero_output_for_mask = zero),
                       STACKED(cn_lstm_cell(U), .go_backwards = back, .zero_output_for_mask = zero),
                       masked);
        compare_layers(
            cn_gru(U, .return_sequences = true, .go_backwards = back, .zero_output_for_mask = zero),
            STACKED(cn_gru_cell(U), .go_backwards = back, .zero_output_for_mask = zero), masked);
        compare_layers(
            cn_gru(U, .return_sequences = true, .reset_after = false, .go_backwards = back),
            STACKED(cn_gru_cell(U, .reset_after = false), .go_backwards = back), masked);
        compare_layers(cn_simple_rnn(U, .return_sequences = true, .go_backwards = back),
                       STACKED(cn_simple_rnn_cell(U), .go_backwards = back), masked);
    }
}

/* ---- a cell of one's own --------------------------------------------------------------------- */

/* MinimalRNN: output = x kernel + h recurrent_kernel. */
static cn_status build_minimal(cn_layer *layer, cn_tensors inputs)
{
    const int64_t units = *(const int64_t *)cn_layer_data(layer);
    cn_add_weight(layer, "kernel", {cn_tensor_dim(inputs.at[0], -1), units});
    return cn_add_weight(layer, "recurrent_kernel", {units, units});
}

static cn_status call_minimal(cn_layer *layer, cn_tensors inputs, bool training,
                              cn_tensor **outputs)
{
    (void)training;
    cn_tensor *x = cn_ops_matmul(inputs.at[0], cn_layer_weight(layer, "kernel"));
    cn_tensor *h = cn_ops_matmul(inputs.at[1], cn_layer_weight(layer, "recurrent_kernel"));
    outputs[0] = outputs[1] = cn_ops_add(x, h);
    return CN_OK;
}

static cn_layer *minimal_cell(int64_t units)
{
    return cn_custom_layer("MinimalRNNCell", build_minimal, .call_all = call_minimal,
                           .data = &units, .data_size = sizeof units, .state_sizes = {units});
}

static void own_cell_is_a_linear_simple_rnn(void **state)
{
    (void)state;
    compare_layers(
        cn_simple_rnn(U, .activation = NULL, .use_bias = false, .return_sequences = true),
        cn_rnn(minimal_cell(U), .return_sequences = true), true);
}

static void own_cell_trains(void **state)
{
    (void)state;
    cn_set_random_seed(7);
    cn_tensor *x = cn_input({T, 1});
    cn_tensor *y = cn_chain(x, cn_rnn(CN_LIST(minimal_cell(3), minimal_cell(3))), cn_dense(1));
    cn_model *model = cn_model_of(x, y);
    cn_array *inputs = cn_random({64, T, 1}, .seed = 5), *sums = cn_zeros({64, 1});
    cn_test_ok();
    for (int64_t i = 0; i < 64 * T; i++)
        ((float *)cn_array_data(sums))[i / T] += (float)cn_array_at(inputs, i);
    assert_string_equal(cn_weight_path(model, 0),
                        "rnn_1/stacked_rnn_cells_1/minimal_rnn_cell_1/kernel");
    cn_compile(model, .optimizer = cn_adam(0.03), .loss = "mse");
    cn_fit(model, inputs, sums, .epochs = 150, .verbose = 0);
    double loss = cn_evaluate(model, inputs, sums, .verbose = 0).loss;
    cn_test_ok();
    assert_true(loss < 0.02);
    cn_array_free(inputs);
    cn_array_free(sums);
}

/* ---- dropout --------------------------------------------------------------------------------- */

static cn_array *predict(cn_layer *layer, int training, const cn_array *data)
{
    cn_tensor *x = cn_input({8, 16});
    cn_tensors y = cn_call_with(layer, x, .training = training);
    cn_array *result = cn_predict(cn_model_of(x, y.at[0]), data, .verbose = 0);
    cn_test_ok();
    return result;
}

/* With a kernel of ones and nothing else, the output is the sum of what is left of the inputs. */
static void dropout_keeps_the_mean(void **state)
{
    (void)state;
    cn_layer *layer = cn_simple_rnn(1, .activation = NULL, .use_bias = false, .dropout = 0.25,
                                    .kernel_initializer = "ones", .recurrent_initializer = "zeros",
                                    .return_sequences = true);
    cn_array *data = cn_zeros({400, 8, 16});
    for (int64_t i = 0; i < cn_array_size(data); i++)
        ((float *)cn_array_data(data))[i] = 1;
    cn_array *y = predict(layer, 1, data), *plain = predict(layer, 0, data);
    double mean = 0, square = 0;
    for (int64_t i = 0; i < 400; i++) {
        const double first = cn_array_at(y, i * 8);
        mean += first / 400;
        square += first * first / 400;
        for (int64_t t = 1; t < 8; t++) /* the same inputs are dropped in all steps */
            assert_float_equal(cn_array_at(y, i * 8 + t), first, 1e-4);
        assert_float_equal(cn_array_at(plain, i * 8), 16, 1e-5);
    }
    assert_float_equal(mean, 16, 0.5);
    assert_float_equal(square - mean * mean, 16 * 0.25 / 0.75, 1.2);
    cn_array_free(data);
    cn_array_free(y);
    cn_array_free(plain);
}

static void same_seed_same_bits(void **state)
{
    (void)state;
    cn_array *data = cn_random({4, 8, 16}, .seed = 1), *y[3];
    for (int i = 0; i < 3; i++) {
        cn_layer *layer =
            cn_lstm(5, .dropout = 0.5, .recurrent_dropout = 0.5, .seed = i == 2 ? 8 : 7,
                    .kernel_initializer = cn_glorot_uniform(.seed = 2),
                    .recurrent_initializer = cn_orthogonal(.seed = 3), .return_sequences = true);
        y[i] = predict(layer, 1, data);
    }
    const size_t bytes = (size_t)cn_array_size(y[0]) * sizeof(float);
    assert_memory_equal(cn_array_data(y[0]), cn_array_data(y[1]), bytes);
    assert_true(memcmp(cn_array_data(y[0]), cn_array_data(y[2]), bytes) != 0);
    for (int i = 0; i < 3; i++)
        cn_array_free(y[i]);
    cn_array_free(data);
}

/* ---- states that are kept -------------------------------------------------------------------- */

/* Two halves of a sequence, one after the other, are the whole. */
static void stateful_goes_on(void **state)
{
    (void)state;
    cn_layer *kept = cn_lstm(U, .stateful = true, .return_sequences = true),
             *whole = cn_lstm(U, .return_sequences = true);
    cn_tensor *half = cn_input({T, F}, .batch_size = N), *full = cn_input({2 * T, F});
    cn_model *model = cn_model_of(half, cn_call(kept, half)),
             *other = cn_model_of(full, cn_call(whole, full));
    cn_test_ok();
    copy_weights(other, model);
    cn_array *x = cn_random({N, 2 * T, F}, .seed = 4), *parts = cn_zeros({2 * N, T, F});
    for (int64_t i = 0; i < N * 2 * T * F; i++) { /* [N, 2, T F] -> [2, N, T F] */
        const int64_t n = i / (2 * T * F), part = i / (T * F) % 2;
        ((float *)cn_array_data(parts))[(part * N + n) * T * F + i % (T * F)] =
            (float)cn_array_at(x, i);
    }
    cn_array *expected = cn_predict(other, x, .verbose = 0), *first = NULL;
    for (int round = 0; round < 2; round++) {
        cn_array *y = cn_predict(model, parts, .batch_size = N, .verbose = 0);
        cn_test_ok();
        for (int64_t i = 0; i < N * 2 * T * U; i++) {
            const int64_t n = i / (2 * T * U), part = i / (T * U) % 2;
            assert_float_equal(cn_array_at(y, (part * N + n) * T * U + i % (T * U)),
                               cn_array_at(expected, i), 1e-5);
        }
        cn_array_free(y);
        assert_int_equal(cn_reset_states(model), CN_OK);
    }
    first = cn_predict(model, parts, .batch_size = N, .verbose = 0);
    cn_array *again = cn_predict(model, parts, .batch_size = N, .verbose = 0);
    assert_true(fabs(cn_array_at(first, 0) - cn_array_at(again, 0)) > 1e-3);
    cn_array *all[] = {x, parts, expected, first, again};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        cn_array_free(all[i]);
}

/* ---- names, weights and records -------------------------------------------------------------- */

static void weights_have_kerass_paths(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({T, F});
    cn_layer *lstm = cn_lstm(U), *both = cn_bidirectional(cn_lstm(U, .name = "memory")),
             *steps = cn_time_distributed(cn_dense(U));
    (void)cn_call(lstm, x), (void)cn_call(both, x), (void)cn_call(steps, x);
    cn_test_ok();
    assert_string_equal(cn_weight_path(lstm, 2), "lstm_1/lstm_cell/bias");
    assert_string_equal(cn_weight_path(both, 0), "bidirectional_1/forward_memory/lstm_cell/kernel");
    assert_string_equal(cn_weight_path(both, 4),
                        "bidirectional_1/backward_memory/lstm_cell/recurrent_kernel");
    assert_string_equal(cn_weight_path(steps, 0), "time_distributed_1/dense_1/kernel");
    const cn_layer *frozen = cn_lstm(U, .trainable = false);
    (void)cn_call((cn_layer *)(uintptr_t)frozen, x);
    assert_int_equal(cn_count_trainable_params(frozen), 0);
}

static void forget_gates_begin_open(void **state)
{
    (void)state;
    cn_layer *layer = cn_lstm(U, .bias_initializer = cn_constant(3));
    (void)cn_call(layer, cn_input({T, F}));
    cn_array *bias = cn_get_weight(layer, "bias");
    cn_test_ok();
    for (int64_t i = 0; i < 4 * U; i++)
        assert_true(cn_array_at(bias, i) == (i / U == 1 ? 1 : 3));
    cn_array_free(bias);
}

/* A record is read back to a layer with the same record. */
static void records_go_there_and_back(void **state)
{
    (void)state;
    cn_layer *layers[] = {
        cn_rnn(CN_LIST(cn_lstm_cell(2), cn_gru_cell(3, .reset_after = false)), .stateful = true),
        cn_bidirectional(cn_gru(4, .return_sequences = true), .merge_mode = NULL),
        cn_time_distributed(cn_bidirectional(cn_rnn(cn_simple_rnn_cell(2, .name = "tiny")))),
    };
    cn_test_ok();
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        json_t *record = cn_layer_json(layers[i]);
        cn_layer *back = NULL;
        assert_non_null(record);
        assert_int_equal(cn_layer_of_json(record, &back), CN_OK);
        json_t *again = cn_layer_json(back);
        assert_int_equal(cn_share_written(record), CN_OK);
        assert_int_equal(cn_share_written(again), CN_OK);
        assert_true(json_equal(record, again));
        json_decref(record);
        json_decref(again);
    }
}

/* Models inside, and layers whose samples mix, give what they give step by step. */
static void steps_of_a_model(void **state)
{
    (void)state;
    cn_tensor *one = cn_input({F}), *x = cn_input({T, F});
    cn_model *inside =
        cn_model_of(one, cn_chain(one, cn_dense(3, .activation = "tanh"), cn_dense(U)));
    cn_model *model = cn_model_of(x, cn_call(cn_time_distributed(inside), x));
    cn_array *data = cn_random({N, T, F}, .seed = 6);
    cn_array *y = cn_predict(model, data, .verbose = 0);
    cn_array *flat = cn_array_reshape(data, (const int64_t[]){N * T, F}, 2);
    cn_array *expected = cn_predict(inside, flat, .verbose = 0);
    cn_test_ok();
    assert_int_equal(cn_array_rank(y), 3);
    for (int64_t i = 0; i < N * T * U; i++)
        assert_float_equal(cn_array_at(y, i), cn_array_at(expected, i), 1e-6);
    cn_array *all[] = {y, flat, expected, data};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        cn_array_free(all[i]);
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({T, F}), *h = cn_input({U}), *wide = cn_input({5});
    cn_layer *lstm = cn_lstm(U);
    cn_expect_error(cn_lstm(0), "lstm_2: units must be positive, got 0");
    cn_expect_error(cn_gru(2, .dropout = 1),
                    "gru_1: dropout must be from 0 up to, not with, 1, got 1");
    cn_expect_error(cn_gru(2, .activation = "tan"),
                    "gru_2: unknown activation \"tan\": did you mean \"tanh\"?");
    cn_expect_error(cn_rnn(cn_dense(2)),
                    "rnn_1: cell: dense_1 is not a cell: it takes no states and gives none");
    cn_expect_error(cn_rnn((cn_layer *)NULL), "rnn_2: cell: got NULL instead of a layer");
    cn_expect_error(cn_bidirectional(cn_dense(2)),
                    "bidirectional_1: layer must be a recurrent layer, got dense_2");
    cn_expect_error(
        cn_bidirectional(cn_lstm(2), .merge_mode = "add"),
        "bidirectional_2: merge_mode must be \"concat\", \"sum\", \"mul\", \"ave\" or NULL, "
        "got \"add\"");
    cn_expect_error(
        cn_bidirectional(cn_lstm(2), .backward_layer = cn_lstm(2)),
        "bidirectional_3: layer and backward_layer must have different go_backwards, both "
        "have false");
    cn_expect_error(cn_call(lstm, h),
                    "lstm_1: takes sequences of rank >= 3, (N, T, ...), got shape "
                    "(None, 2)");
    cn_expect_error(cn_call(lstm, x, h), "lstm_1: has 2 states, got 1 as initial state");
    cn_expect_error(cn_call(lstm, x, h, wide),
                    "lstm_1: initial state 1 needs shape (None, 2), got (None, 5)");
    cn_expect_error(cn_call(cn_gru(U, .stateful = true), x),
                    "gru_3: is stateful, and needs a known batch size (cn_input(..., .batch_size = "
                    "32)), got shape (None, 4, 3)");
    cn_expect_error(
        cn_call(cn_time_distributed(cn_dense(2)), h),
        "time_distributed_1: takes inputs of rank >= 3, (N, T, ...), got shape (None, 2)");
    cn_expect_error(cn_call(cn_bidirectional(cn_gru(U)), x, h),
                    "bidirectional_4: needs as many initial states forwards as backwards, got 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_op_does_what_the_steps_do, clear),
        cmocka_unit_test_setup(own_cell_is_a_linear_simple_rnn, clear),
        cmocka_unit_test_setup(own_cell_trains, clear),
        cmocka_unit_test_setup(dropout_keeps_the_mean, clear),
        cmocka_unit_test_setup(same_seed_same_bits, clear),
        cmocka_unit_test_setup(stateful_goes_on, clear),
        cmocka_unit_test_setup(weights_have_kerass_paths, clear),
        cmocka_unit_test_setup(forget_gates_begin_open, clear),
        cmocka_unit_test_setup(records_go_there_and_back, clear),
        cmocka_unit_test_setup(steps_of_a_model, clear),
        cmocka_unit_test_setup(mistakes_are_named, clear),
    };
    return cmocka_run_group_tests_name("recurrent", tests, NULL, NULL);
}
