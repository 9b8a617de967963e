/* Activations as operations: each gives Keras's numbers, but sparsemax, whose parts Keras with JAX
 * does not add up to 1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "cornu/activation_ops.h"
#include "support/anew.h"
#include "support/drawn.h"

static void without_arguments(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3});
    const struct cn_drawn cases[] = {
        {"relu", cn_ops_relu(x), 6, {1, 0, 3, 0.5, 5, 0}},
        {"relu6", cn_ops_relu6(x), 6, {1, 0, 3, 0.5, 5, 0}},
        {"sigmoid",
         cn_ops_sigmoid(x),
         6,
         {0.7310586, 0.11920292, 0.95257413, 0.62245935, 0.99330717, 0.002472623}},
        {"log_sigmoid",
         cn_ops_log_sigmoid(x),
         6,
         {-0.31326169, -2.1269281, -0.048587352, -0.47407699, -0.0067153485, -6.0024757}},
        {"hard_sigmoid", cn_ops_hard_sigmoid(x), 6, {0.66666669, 0.16666667, 1, 0.58333337, 1, 0}},
        {"sparse_sigmoid", cn_ops_sparse_sigmoid(x), 6, {1, 0, 1, 0.75, 1, 0}},
        {"silu",
         cn_ops_silu(x),
         6,
         {0.7310586, -0.23840584, 2.8577223, 0.31122968, 4.966536, -0.014835738}},
        {"hard_silu", cn_ops_hard_silu(x), 6, {0.66666669, -0.33333334, 3, 0.29166669, 5, 0}},
        {"swish",
         cn_ops_swish(x),
         6,
         {0.7310586, -0.23840584, 2.8577223, 0.31122968, 4.966536, -0.014835738}},
        {"hard_swish", cn_ops_hard_swish(x), 6, {0.66666669, -0.33333334, 3, 0.29166669, 5, 0}},
        {"hard_tanh", cn_ops_hard_tanh(x), 6, {1, -1, 1, 0.5, 1, -1}},
        {"tanh_shrink",
         cn_ops_tanh_shrink(x),
         6,
         {0.23840582, -1.0359724, 2.0049453, 0.037882835, 4.0000906, -5.0000124}},
        {"softplus",
         cn_ops_softplus(x),
         6,
         {1.3132617, 0.126928, 3.0485873, 0.97407699, 5.0067153, 0.0024756852}},
        {"sparse_plus", cn_ops_sparse_plus(x), 6, {1, 0, 3, 0.5625, 5, 0}},
        {"softsign",
         cn_ops_softsign(x),
         6,
         {0.5, -0.66666669, 0.75, 0.33333334, 0.83333331, -0.85714287}},
        {"selu",
         cn_ops_selu(x),
         6,
         {1.050701, -1.5201665, 3.1521029, 0.52535051, 5.2535052, -1.7537414}},
    };
    CN_CHECK_DRAWN(x, y, cases);
}

static void with_arguments(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3});
    const struct cn_drawn cases[] = {
        {"leaky_relu", cn_ops_leaky_relu(x), 6, {1, -0.40000001, 3, 0.5, 5, -1.2}},
        {"leaky_relu 0.1", cn_ops_leaky_relu(x, 0.1), 6, {1, -0.2, 3, 0.5, 5, -0.60000002}},
        {"elu", cn_ops_elu(x), 6, {1, -0.86466473, 3, 0.5, 5, -0.99752122}},
        {"elu 0.5", cn_ops_elu(x, .alpha = 0.5), 6, {1, -0.43233237, 3, 0.5, 5, -0.49876061}},
        {"celu", cn_ops_celu(x), 6, {1, -0.86466473, 3, 0.5, 5, -0.99752122}},
        {"celu 2", cn_ops_celu(x, 2), 6, {1, -1.2642411, 3, 0.5, 5, -1.9004259}},
        {"gelu", cn_ops_gelu(x), 6, {0.84119201, -0.045402348, 2.9963627, 0.345714, 5, 0}},
        {"gelu exactly",
         cn_ops_gelu(x, .approximate = false),
         6,
         {0.84134471, -0.045500267, 2.9959502, 0.34573123, 4.9999986, -5.9195377e-09}},
        {"squareplus",
         cn_ops_squareplus(x),
         6,
         {1.618034, 0.41421354, 3.3027756, 1.2807764, 5.1925821, 0.1622777}},
        {"squareplus 1",
         cn_ops_squareplus(x, .b = 1),
         6,
         {1.2071068, 0.11803401, 3.0811388, 0.809017, 5.04951, 0.041381359}},
        {"hard_shrink", cn_ops_hard_shrink(x), 6, {1, -2, 3, 0, 5, -6}},
        {"hard_shrink 2", cn_ops_hard_shrink(x, 2), 6, {0, 0, 3, 0, 5, -6}},
        {"soft_shrink", cn_ops_soft_shrink(x), 6, {0.5, -1.5, 2.5, 0, 4.5, -5.5}},
        {"soft_shrink 2", cn_ops_soft_shrink(x, .threshold = 2), 6, {0, 0, 1, 0, 3, -4}},
        {"threshold", cn_ops_threshold(x, 0.75, 9), 6, {1, 9, 3, 9, 5, 9}},
        {"glu",
         cn_ops_glu(cn_ops_concatenate(CN_LIST(x, y))),
         6,
         {0.88079703, -1.7615941, 2.6423912, 0.49100688, 4.910069, -5.8920827}},
        {"glu 1",
         cn_ops_glu(cn_ops_stack(CN_LIST(x, y), .axis = 1), .axis = 1),
         6,
         {0.88079703, -1.7615941, 2.6423912, 0.49100688, 4.910069, -5.8920827}},
        {"sparsemax", cn_ops_sparsemax(cn_ops_divide(x, y)), 6, {0, 0, 1, 0, 1, 0}},
        {"sparsemax 0",
         cn_ops_sparsemax(cn_ops_divide(x, y), .axis = 0),
         6,
         {0.6875, 0, 1, 0.3125, 1, 0}},
    };
    CN_CHECK_DRAWN(x, y, cases);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3});
    cn_expect_error(cn_ops_relu(NULL), "relu: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_relu6(NULL), "relu6: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_sigmoid(NULL), "sigmoid: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_log_sigmoid(NULL), "log_sigmoid: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_hard_sigmoid(NULL), "hard_sigmoid: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_sparse_sigmoid(NULL), "sparse_sigmoid: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_silu(NULL), "silu: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_hard_silu(NULL), "hard_silu: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_hard_tanh(NULL), "hard_tanh: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_tanh_shrink(NULL), "tanh_shrink: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_softplus(NULL), "softplus: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_sparse_plus(NULL), "sparse_plus: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_softsign(NULL), "softsign: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_selu(NULL), "selu: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_leaky_relu(NULL), "leaky_relu: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_elu(NULL), "elu: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_celu(NULL), "celu: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_gelu(NULL), "gelu: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_squareplus(NULL), "squareplus: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_hard_shrink(NULL), "hard_shrink: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_soft_shrink(NULL), "soft_shrink: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_glu(NULL), "glu: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_sparsemax(NULL), "sparsemax: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_threshold(NULL, 0, 0), "threshold: input 0 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_glu(x),
        "glu_1: cannot be called on (None, 3): glu: axis -1 must exist and have an even size, got "
        "shape (None, 3)");
    cn_expect_error(
        cn_ops_glu(x, .axis = 2),
        "glu_2: cannot be called on (None, 3): glu: axis 2 must exist and have an even size, got "
        "shape (None, 3)");
    cn_expect_error(
        cn_ops_sparsemax(x, .axis = 5),
        "sparsemax_1: cannot be called on (None, 3): swap_axes: axis 5 is not in shape (None, 3)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_arguments, cn_begin_anew),
        cmocka_unit_test_setup(with_arguments, cn_begin_anew),
        cmocka_unit_test_setup(mistakes_are_named, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("activations as operations", tests, NULL, NULL);
}
