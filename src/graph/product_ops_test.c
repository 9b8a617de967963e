/* Products of tensors: each gives Keras's numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "cornu/array_ops.h"
#include "cornu/product_ops.h"
#include "support/anew.h"
#include "support/drawn.h"

static cn_tensor *stacked(cn_tensor *x, cn_tensor *y)
{
    return cn_ops_stack(CN_LIST(x, y), .axis = 1);
}

static void products(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *deep = stacked(x, y);
    cn_tensor *row = cn_ops_max(x, .axis = 1),
              *first = cn_ops_squeeze(cn_ops_slice(x, {0, 0}, {1, 3}), 0);
    const struct cn_drawn cases[] = {
        {"dot", cn_ops_dot(x, cn_ops_transpose(y)), 4, {4, 8, -1, -2}},
        {"dot of lists", cn_ops_dot(first, first), 1, {14}},
        {"dot deep",
         cn_ops_dot(x, cn_ops_swapaxes(deep, 1, 2)),
         8,
         {14, 4, -27.5, 8, -27.5, -1, 61.25, -2}},
        {"inner", cn_ops_inner(x, y), 4, {4, 8, -1, -2}},
        {"outer", cn_ops_outer(row, x), 12, {3, -6, 9, 1.5, 15, -18, 5, -10, 15, 2.5, 25, -30}},
        {"vdot", cn_ops_vdot(x, y), 1, {2}},
        {"tensordot", cn_ops_tensordot(x, y), 1, {2}},
        {"tensordot 1", cn_ops_tensordot(x, cn_ops_transpose(y), 1), 4, {4, 8, -1, -2}},
        {"tensordot 0", cn_ops_tensordot(row, first, 0), 6, {3, -6, 9, 5, -10, 15}},
        {"tensordot axes",
         cn_ops_tensordot(x, y, .x1_axes = {0}, .x2_axes = {0}),
         9,
         {4, 4, 4, 16, 16, 16, -18, -18, -18}},
        {"tensordot deep",
         cn_ops_tensordot(deep, x, .x1_axes = {0, 2}, .x2_axes = {0, 1}),
         2,
         {75.25, 2}},
        {"tensordot from the end",
         cn_ops_tensordot(x, deep, .x1_axes = {-1, 0}, .x2_axes = {2, 1}),
         2,
         {13, -29.5}},
        {"kron",
         cn_ops_kron(cn_ops_slice(y, {0, 0}, {2, 1}), x),
         12,
         {2, -4, 6, 1, 10, -12, 4, -8, 12, 2, 20, -24}},
        {"cross", cn_ops_cross(x, y), 6, {-10, 4, 6, 44, -26, -18}},
        {"cross of 2",
         cn_ops_cross(cn_ops_slice(x, {0, 1}), cn_ops_slice(y, {0, 1})),
         2,
         {-10, 44}},
        {"cross of 2 and 3",
         cn_ops_cross(cn_ops_slice(x, {0, 1}), y),
         6,
         {6, 4, -10, -24, -20, 44}},
        {"cross along 0",
         cn_ops_cross(cn_ops_transpose(x), cn_ops_transpose(y), .axis = 0),
         6,
         {-10, 44, 4, -26, 6, -18}},
        {"cross axes",
         cn_ops_cross(cn_ops_transpose(x), y, .axisa = 0, .axisc = 0),
         6,
         {-10, 44, 4, -26, 6, -18}},
        {"cdist", cn_ops_cdist(x, y), 4, {4.2426405, 6.78233, 8.6746759, 10.641898}},
        {"corrcoef", cn_ops_corrcoef(x), 4, {1, -0.97599536, -0.97599542, 1}},
        {"correlate", cn_ops_correlate(cn_ops_ravel(x), first, "valid"), 4, {14, -6.5, 17, -27.5}},
        {"correlate full", cn_ops_correlate(first, row, "full"), 4, {5, -7, 9, 9}},
        {"correlate same",
         cn_ops_correlate(cn_ops_ravel(x), first, "same"),
         6,
         {-8, 14, -6.5, 17, -27.5, 17}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_int_equal(cn_tensor_rank(cn_ops_tensordot(x, y, 0)), 4);
    assert_int_equal(cn_tensor_dim(cn_ops_cross(x, y), 1), 3);
}

static void sums_over_letters(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *deep = stacked(x, y);
    cn_tensor *row = cn_ops_max(x, .axis = 1),
              *first = cn_ops_squeeze(cn_ops_slice(x, {0, 0}, {1, 3}), 0);
    cn_tensor *square = cn_ops_matmul(x, cn_ops_transpose(y));
    const struct cn_drawn cases[] = {
        {"einsum ij,kj->ik", cn_ops_einsum("ij,kj->ik", CN_LIST(x, y)), 4, {4, 8, -1, -2}},
        {"einsum ij,ij->ji", cn_ops_einsum("ij,ij->ji", CN_LIST(x, y)), 6, {2, 2, -4, 20, 6, -24}},
        {"einsum ij->ji", cn_ops_einsum("ij->ji", CN_LIST(x)), 6, {1, 0.5, -2, 5, 3, -6}},
        {"einsum ij->j", cn_ops_einsum("ij->j", CN_LIST(x)), 3, {1.5, 3, -3}},
        {"einsum ij->", cn_ops_einsum("ij->", CN_LIST(x)), 1, {1.5}},
        {"einsum ji", cn_ops_einsum("ji", CN_LIST(x)), 6, {1, 0.5, -2, 5, 3, -6}},
        {"einsum ij,jk",
         cn_ops_einsum("ij,jk", CN_LIST(x, cn_ops_transpose(y))),
         4,
         {4, 8, -1, -2}},
        {"einsum ii->i", cn_ops_einsum("ii->i", CN_LIST(square)), 2, {4, -2}},
        {"einsum ii", cn_ops_einsum("ii", CN_LIST(square)), 1, {2}},
        {"einsum iij->ij",
         cn_ops_einsum("iij->ij", CN_LIST(cn_ops_slice(deep, {0}, {2, 2, 3}))),
         6,
         {1, -2, 3, 4, 4, 4}},
        {"einsum ij,jk,kl->il",
         cn_ops_einsum("ij,jk,kl->il", CN_LIST(x, cn_ops_transpose(y), x)),
         6,
         {8, 32, -36, -2, -8, 9}},
        {"einsum i,j,k->kji",
         cn_ops_einsum("i,j,k->kji", CN_LIST(row, first, row)),
         12,
         {9, 15, -18, -30, 27, 45, 15, 25, -30, -50, 45, 75}},
        {"einsum ...j,kj->...k",
         cn_ops_einsum("...j,kj->...k", CN_LIST(deep, x)),
         8,
         {14, -27.5, 4, -1, -27.5, 61.25, 8, -2}},
        {"einsum ...i->...", cn_ops_einsum("...i->...", CN_LIST(deep)), 4, {2, 6, -0.5, 12}},
        {"einsum ...ij->...ji",
         cn_ops_einsum("...ij->...ji", CN_LIST(deep)),
         12,
         {1, 2, -2, 2, 3, 2, 0.5, 4, 5, 4, -6, 4}},
        {"einsum a...,a... -> ...",
         cn_ops_einsum("a...,a... -> ...", CN_LIST(deep, x)),
         6,
         {1.25, 29, 45, 4, 16, -18}},
        {"einsum ij,j,i->", cn_ops_einsum("ij,j,i->", CN_LIST(x, first, row)), 1, {-95.5}},
        {"einsum ...,...", cn_ops_einsum("...,...", CN_LIST(x, y)), 6, {2, -4, 6, 2, 20, -24}},
        {"einsum aij,bij",
         cn_ops_einsum("aij,bij", CN_LIST(deep, deep)),
         4,
         {26, -3.5, -3.5, 109.25}},
    };
    CN_CHECK_DRAWN(x, y, cases);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({4}), *deep = cn_input({2, 3, 4});
    cn_expect_error(cn_ops_dot(x, NULL), "dot: input 1 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_dot(x, y),
        "dot_1: cannot be called on (None, 3) and (None, 4): einsum: 'b' is 3 in one operand and "
        "None in the other");
    cn_expect_error(
        cn_ops_inner(x, y),
        "inner_1: cannot be called on (None, 3) and (None, 4): einsum: 'b' is 3 in one operand and "
        "4 in the other");
    cn_expect_error(cn_ops_inner(NULL, y), "inner: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_outer(NULL, x), "outer: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_vdot(x, NULL), "vdot: input 1 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_vdot(x, y),
        "vdot_1: cannot be called on (None, 3) and (None, 4): vdot: takes tensors of as many "
        "elements, got (None, 3) and (None, 4)");
    cn_expect_error(cn_ops_tensordot(x, NULL), "tensordot: input 1 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_tensordot(x, y, 3),
        "tensordot_1: cannot be called on (None, 3) and (None, 4): tensordot: axes must be as many "
        "of both tensors, at most all, got 3");
    cn_expect_error(
        cn_ops_tensordot(x, y, -1),
        "tensordot_2: cannot be called on (None, 3) and (None, 4): tensordot: axes must be as many "
        "of both tensors, at most all, got -1");
    cn_expect_error(
        cn_ops_tensordot(x, y, .x1_axes = {1}, .x2_axes = {1}),
        "tensordot_3: cannot be called on (None, 3) and (None, 4): einsum: 'b' is 3 in one operand "
        "and 4 in the other");
    cn_expect_error(
        cn_ops_tensordot(x, y, .x1_axes = {2}, .x2_axes = {1}),
        "tensordot_4: cannot be called on (None, 3) and (None, 4): tensordot: axis 2 is not in "
        "shape (None, 3)");
    cn_expect_error(
        cn_ops_tensordot(x, x, .x1_axes = {1, 1}, .x2_axes = {0, 1}),
        "tensordot_5: cannot be called on (None, 3) and (None, 3): tensordot: an axis stands in "
        "axes twice");
    cn_expect_error(
        cn_ops_tensordot(cn_input({2, 2, 2, 2}), cn_input({2, 2, 2, 2}), 0),
        "tensordot_6: cannot be called on (None, 2, 2, 2, 2) and (None, 2, 2, 2, 2): tensordot: "
        "the product has more than 8 axes");
    cn_expect_error(
        cn_ops_kron(x, deep),
        "kron_1: cannot be called on (None, 3) and (None, 2, 3, 4): kron: takes two tensors of as "
        "many axes, at most 4");
    cn_expect_error(cn_ops_kron(x, NULL), "kron: input 1 is NULL, not a tensor");
    cn_expect_error(cn_ops_cross(x, NULL), "cross: input 1 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_cross(x, y),
        "cross_1: cannot be called on (None, 3) and (None, 4): cross: takes vectors of 2 or 3 "
        "numbers, got 4");
    cn_expect_error(
        cn_ops_cross(x, x, .axis = 2),
        "cross_2: cannot be called on (None, 3) and (None, 3): cross: axis 2 is not in shape "
        "(None, 3)");
    cn_expect_error(cn_ops_cdist(x, NULL), "c_dist: input 1 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_cdist(x, y),
        "c_dist_1: cannot be called on (None, 3) and (None, 4): subtract: shapes (None, 1, 3) and "
        "(1, None, 4) do not fit together");
    cn_expect_error(cn_ops_corrcoef(NULL), "corrcoef: input 0 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_corrcoef(deep),
        "corrcoef_1: cannot be called on (None, 2, 3, 4): corrcoef: takes a tensor of two axes");
    cn_expect_error(
        cn_ops_correlate(x, x, "valid"),
        "correlate_1: cannot be called on (None, 3) and (None, 3): correlate: takes two lists");
    cn_expect_error(
        cn_ops_correlate(cn_ops_ravel(x), cn_ops_ravel(x), "half"),
        "correlate_2: cannot be called on (None,) and (None,): correlate: mode must be \"valid\", "
        "\"same\" or \"full\", got \"half\"");
}

static void mistakes_of_letters_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({4});
    cn_expect_error(
        cn_ops_einsum(NULL, CN_LIST(x)),
        "einsum_1: cannot be called on (None, 3): einsum: \"\" does not have a letter for each "
        "axis of each tensor, as in \"bij,bjk->bik\"");
    cn_expect_error(cn_ops_einsum("ij->i", CN_LIST(NULL)), "einsum: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_einsum("ij->i", (cn_items){.one = x}),
                    "einsum: takes CN_LIST(...) of tensors");
    cn_expect_error(
        cn_ops_einsum("ij->i", CN_LIST(x, y)),
        "einsum_2: cannot be called on (None, 3) and (None, 4): einsum: \"ij->i\" does not have a "
        "letter for each axis of each tensor, as in \"bij,bjk->bik\"");
    cn_expect_error(
        cn_ops_einsum("ij,ik", CN_LIST(x)),
        "einsum_3: cannot be called on (None, 3): einsum: \"ij,ik\" does not have a letter for "
        "each axis of each tensor, as in \"bij,bjk->bik\"");
    cn_expect_error(
        cn_ops_einsum("ij,", CN_LIST(x)),
        "einsum_4: cannot be called on (None, 3): einsum: \"ij,\" does not have a letter for each "
        "axis of each tensor, as in \"bij,bjk->bik\"");
    cn_expect_error(
        cn_ops_einsum("ijk->i", CN_LIST(x)),
        "einsum_5: cannot be called on (None, 3): einsum: \"ijk->i\" does not have a letter for "
        "each axis of each tensor, as in \"bij,bjk->bik\"");
    cn_expect_error(
        cn_ops_einsum("i.j->i", CN_LIST(x)),
        "einsum_6: cannot be called on (None, 3): einsum: \"i.j->i\" does not have a letter for "
        "each axis of each tensor, as in \"bij,bjk->bik\"");
    cn_expect_error(
        cn_ops_einsum("ij->ik", CN_LIST(x)),
        "einsum_7: cannot be called on (None, 3): einsum: the output's letter 'k' is in no "
        "operand, or twice");
    cn_expect_error(
        cn_ops_einsum("ij->ii", CN_LIST(x)),
        "einsum_8: cannot be called on (None, 3): einsum: the output's letter 'i' is in no "
        "operand, or twice");
    cn_expect_error(
        cn_ops_einsum("ij,ij->i", CN_LIST(x, y)),
        "einsum_9: cannot be called on (None, 3) and (None, 4): einsum: 'j' is 3 in one operand "
        "and 4 in the other");
    cn_expect_error(
        cn_ops_einsum("ij,ik->iz", CN_LIST(x, y)),
        "einsum_10: cannot be called on (None, 3) and (None, 4): einsum: the output's letter 'z' "
        "is in no operand");
    cn_expect_error(
        cn_ops_einsum("ii", CN_LIST(x)),
        "einsum_11: cannot be called on (None, 3): einsum: 'i' is None and 3 in one operand");
    cn_expect_error(
        cn_ops_einsum("i->j->", CN_LIST(x)),
        "einsum_12: cannot be called on (None, 3): einsum: \"i->j->\" does not have a letter for "
        "each axis of each tensor, as in \"bij,bjk->bik\"");
    cn_expect_error(
        cn_ops_einsum("...ijk", CN_LIST(x)),
        "einsum_13: cannot be called on (None, 3): einsum: \"...ijk\" does not have a letter for "
        "each axis of each tensor, as in \"bij,bjk->bik\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(products, cn_begin_anew),
        cmocka_unit_test_setup(sums_over_letters, cn_begin_anew),
        cmocka_unit_test_setup(mistakes_are_named, cn_begin_anew),
        cmocka_unit_test_setup(mistakes_of_letters_are_named, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("products of tensors", tests, NULL, NULL);
}
