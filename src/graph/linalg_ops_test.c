/* Operations of linear algebra, drawn in C: values and mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "cornu/linalg_ops.h"
#include "cornu/session.h"
#include "support/anew.h"
#include "support/drawn.h"

/* The first two columns of the tests' x: {1, -2; 0.5, 5}. */
static cn_tensor *square_of(cn_tensor *x)
{
    return cn_ops_slice(x, {0, 0}, {2, 2});
}

static void factors(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *a = square_of(x);
    const cn_tensors eigh = cn_ops_eigh(a), qr = cn_ops_qr(a), lu = cn_ops_lu_factor(x);
    const cn_tensors whole = cn_ops_svd(y), part = cn_ops_svd(y, .full_matrices = false),
                     alone = cn_ops_svd(x, .compute_uv = false),
                     complete = cn_ops_qr(cn_ops_transpose(x), "complete");
    const double root = sqrt(4.5625), length = sqrt(1.25), third = sqrt(1.0 / 3);
    const struct cn_drawn cases[] = {
        {"eigh", eigh.at[0], 2, {3 - root, 3 + root}},
        {"qr", qr.at[0], 4, {-1 / length, -0.5 / length, -0.5 / length, 1 / length}},
        {"r", qr.at[1], 4, {-length, -0.5 / length, 0, 6 / length}},
        {"lu_factor", lu.at[0], 6, {1, -2, 3, 0.5, 6, -7.5}},
        {"pivots", lu.at[1], 2, {0, 1}},
        {"s", whole.at[1], 2, {sqrt(60), 0}},
        {"u", cn_ops_slice(part.at[0], {0, 0}, {2, 1}), 2, {sqrt(0.2), sqrt(0.8)}},
        {"v", cn_ops_slice(part.at[2], {0, 0}, {1, 3}), 3, {third, third, third}},
        {"whole v", cn_ops_sum(cn_ops_square(whole.at[2])), 1, {3}},
        {"whole q", cn_ops_sum(cn_ops_square(complete.at[0])), 1, {3}},
        {"whole r", cn_ops_slice(complete.at[1], {2, 0}, {1, 2}), 2, {0, 0}},
        {"s alone", cn_ops_sum(cn_ops_square(alone.at[0])), 1, {75.25}},
    };
    assert_int_equal(whole.count, 3);
    assert_int_equal(alone.count, 1);
    CN_CHECK_DRAWN(x, y, cases);
}

static void of_factors(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *a = square_of(x);
    const struct cn_drawn cases[] = {
        {"pinv", cn_ops_pinv(a), 4, {5.0 / 6, 1.0 / 3, -1.0 / 12, 1.0 / 6}},
        {"pinv of rank 1",
         cn_ops_pinv(y),
         6,
         {1.0 / 30, 1.0 / 15, 1.0 / 30, 1.0 / 15, 1.0 / 30, 1.0 / 15}},
        {"matrix_rank", cn_ops_matrix_rank(x), 1, {2}},
        {"of rank 1", cn_ops_matrix_rank(y), 1, {1}},
        {"above a limit", cn_ops_matrix_rank(y, .tol = 8), 1, {0}},
        {"lstsq", cn_ops_lstsq(a, square_of(y)), 4, {3, 3, 0.5, 0.5}},
        {"lstsq of a column",
         cn_ops_lstsq(a, cn_ops_squeeze(cn_ops_slice(y, {0, 0}, {2, 1}), 1)),
         2,
         {3, 0.5}},
        {"shortest",
         cn_ops_lstsq(y, cn_ops_slice(y, {0, 0}, {2, 1})),
         3,
         {1.0 / 3, 1.0 / 3, 1.0 / 3}},
    };
    CN_CHECK_DRAWN(x, y, cases);
}

static void norms(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3});
    const struct cn_drawn cases[] = {
        {"of all", cn_ops_norm(x), 1, {sqrt(75.25)}},
        {"largest", cn_ops_norm(x, .ord = INFINITY, .axis = {1}), 2, {3, 6}},
        {"smallest", cn_ops_norm(x, .ord = -INFINITY, .axis = {0}), 3, {0.5, 2, 3}},
        {"counted", cn_ops_norm(x, .ord = 0, .axis = -1, .keepdims = true), 2, {3, 3}},
        {"rows", cn_ops_norm(x, .ord = INFINITY, .axis = {0, 1}), 1, {11.5}},
        {"columns", cn_ops_norm(x, .ord = -1, .axis = {0, 1}), 1, {1.5}},
        {"singular", cn_ops_norm(y, .ord = 2, .axis = {0, 1}), 1, {sqrt(60)}},
        {"least singular", cn_ops_norm(y, .ord = -2, .axis = {0, 1}), 1, {0}},
        {"nuclear",
         cn_ops_norm(y, .ord_name = "nuc", .axis = {0, 1}, .keepdims = true),
         1,
         {sqrt(60)}},
    };
    CN_CHECK_DRAWN(x, y, cases);
}

static void mistakes(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3, 2}), *row = cn_input({});
    cn_expect_error(cn_ops_eigh(x).at[0],
                    "eigh_1: cannot be called on (None, 3, 2): eigh: takes square matrices, got "
                    "shape (None, 3, 2)");
    cn_expect_error(cn_ops_qr(x, "half").at[0],
                    "qr_1: cannot be called on (None, 3, 2): qr: mode must be \"reduced\" or "
                    "\"complete\", got \"half\"");
    cn_expect_error(cn_ops_pinv(row), "pinv_1: cannot be called on (None,): pinv: takes matrices, "
                                      "got shape (None,)");
    cn_expect_error(cn_ops_norm(x, .ord_name = "frob", .axis = {1, 2}),
                    "norm_1: cannot be called on (None, 3, 2): norm: ord must be a number, or "
                    "\"fro\" or \"nuc\" for matrices, got \"frob\"");
    cn_expect_error(
        cn_ops_norm(x, .ord = 3, .axis = {1, 2}),
        "norm_2: cannot be called on (None, 3, 2): norm: ord of a matrix (two axes) must "
        "be 1, -1, 2, -2 or infinite, \"fro\" or \"nuc\", got 3");
    cn_expect_error(cn_ops_lstsq(x, x),
                    "lstsq_1: cannot be called on (None, 3, 2) and (None, 3, 2): lstsq: a "
                    "right-hand side (None, 3, 2) does not fit a matrix (None, 3, 2)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(factors, cn_begin_anew),
        cmocka_unit_test_setup(of_factors, cn_begin_anew),
        cmocka_unit_test_setup(norms, cn_begin_anew),
        cmocka_unit_test_setup(mistakes, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("operations of linear algebra", tests, NULL, NULL);
}
