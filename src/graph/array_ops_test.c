/* Public operations that move, copy and choose elements: each gives Keras's numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cornu/array_ops.h"
#include "support/anew.h"
#include "support/drawn.h"

/* [2, 2, 3] of tensors [2, 3]. */
static cn_tensor *stacked(cn_tensor *x, cn_tensor *y)
{
    return cn_ops_stack(CN_LIST(x, y), .axis = 1);
}

static void rearranged(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *deep = stacked(x, y);
    const struct cn_drawn cases[] = {
        {"exchanged", cn_ops_rearrange(x, "a b->b a"), 6, {1, 0.5, -2, 5, 3, -6}},
        {"joined", cn_ops_rearrange(x, "row col -> (col row)"), 6, {1, 0.5, -2, 5, 3, -6}},
        {"parted",
         cn_ops_rearrange(deep, "n two (a b) -> two (n b) a", .lengths = {{"a", 3}}),
         12,
         {1, -2, 3, 0.5, 5, -6, 2, 2, 2, 4, 4, 4}},
        {"bits",
         cn_ops_view(y, "int32"),
         6,
         {0x40000000, 0x40000000, 0x40000000, 0x40800000, 0x40800000, 0x40800000}},
        {"of bits", cn_ops_view(cn_ops_view(x, "int32"), "float32"), 6, {1, -2, 3, 0.5, 5, -6}},
    };
    CN_CHECK_DRAWN(x, y, cases);
}

static void mistakes_of_patterns_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3});
    const char *const wrong[] = {
        "a b", "a (b -> b a", "a b -> b a c", "a ... -> ... a", "a ((b)) -> b a", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_null(cn_ops_rearrange(x, wrong[i]));
        assert_non_null(strstr(cn_error(), "rearrange: the pattern must have the same names"));
        cn_clear_error();
    }
    static const char *const others[][2] = {
        {"a b -> b c", "rearrange: the axis c must be on both sides of the pattern, once"},
        {"a a -> a a", "rearrange: the axis a must be on both sides of the pattern, once"},
        {"a b c -> c b a", "rearrange: the pattern has 3 axes for shape"},
        {"a (b c) -> c b a", "is not the product of its lengths"},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_null(cn_ops_rearrange(x, others[i][0]));
        if (strstr(cn_error(), others[i][1]) == NULL)
            fail_msg("%s: %s", others[i][0], cn_error());
        cn_clear_error();
    }
    assert_null(cn_ops_rearrange(x, "a (b c) -> c b a", .lengths = {{"b", 2}}));
    cn_clear_error();
    assert_null(cn_ops_rearrange(x, "a (b c) -> c b a", .lengths = {{"b", INT64_MAX}}));
    cn_clear_error();
    assert_null(cn_ops_view(x, "uint8"));
    assert_non_null(strstr(cn_error(), "view: of float32 and int32 the bits can be exchanged"));
    cn_clear_error();
}

static void turned(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *deep = stacked(x, y);
    const struct cn_drawn cases[] = {
        {"ravel", cn_ops_ravel(x), 6, {1, -2, 3, 0.5, 5, -6}},
        {"size", cn_ops_size(x), 1, {6}},
        {"ndim", cn_ops_ndim(x), 1, {2}},
        {"moveaxis", cn_ops_moveaxis(x, {1}, {0}), 6, {1, 0.5, -2, 5, 3, -6}},
        {"moveaxis two",
         cn_ops_moveaxis(deep, {0, 2}, {1, 0}),
         12,
         {1, 2, 0.5, 4, -2, 2, 5, 4, 3, 2, -6, 4}},
        {"moveaxis to 0",
         cn_ops_moveaxis(deep, {2, 1}, {0, -1}),
         12,
         {1, 2, 0.5, 4, -2, 2, 5, 4, 3, 2, -6, 4}},
        {"flip", cn_ops_flip(x), 6, {-6, 5, 0.5, 3, -2, 1}},
        {"flip 1", cn_ops_flip(x, .axis = 1), 6, {3, -2, 1, -6, 5, 0.5}},
        {"flip 0", cn_ops_flip(x, .axis = 0), 6, {0.5, 5, -6, 1, -2, 3}},
        {"flip two",
         cn_ops_flip(deep, .axis = {0, 2}),
         12,
         {-6, 5, 0.5, 4, 4, 4, 3, -2, 1, 2, 2, 2}},
        {"flipud", cn_ops_flipud(x), 6, {0.5, 5, -6, 1, -2, 3}},
        {"fliplr", cn_ops_fliplr(x), 6, {3, -2, 1, -6, 5, 0.5}},
        {"roll", cn_ops_roll(x, 1), 6, {-6, 1, -2, 3, 0.5, 5}},
        {"roll 1", cn_ops_roll(x, -1, .axis = 1), 6, {-2, 3, 1, 5, -6, 0.5}},
        {"roll two", cn_ops_roll(x, .shift = {1, 2}, .axis = {0, 1}), 6, {5, -6, 0.5, -2, 3, 1}},
        {"roll all the way", cn_ops_roll(x, 7, .axis = -1), 6, {3, 1, -2, -6, 0.5, 5}},
        {"rot90", cn_ops_rot90(x), 6, {3, -6, -2, 5, 1, 0.5}},
        {"rot90 back", cn_ops_rot90(x, -1), 6, {0.5, 1, 5, -2, -6, 3}},
        {"rot90 of axes", cn_ops_rot90(x, .k = 3, .axes = {1, 0}), 6, {3, -6, -2, 5, 1, 0.5}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_string_equal(cn_tensor_dtype(cn_ops_size(x)), "int32");
    assert_int_equal(cn_tensor_rank(cn_ops_roll(x, 1)), 2);
    assert_int_equal(cn_tensor_dim(cn_ops_rot90(x), 0), 3);
}

static void copied(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3});
    cn_tensor *row = cn_ops_max(x, .axis = 1),
              *first = cn_ops_squeeze(cn_ops_slice(x, {0, 0}, {1, 3}), 0);
    const cn_tensors grid = cn_ops_meshgrid(CN_LIST(row, first));
    assert_int_equal(grid.count, 2);
    const struct cn_drawn cases[] = {
        {"tile", cn_ops_tile(x, 2), 12, {1, -2, 3, 1, -2, 3, 0.5, 5, -6, 0.5, 5, -6}},
        {"tile two", cn_ops_tile(x, {2, 1}), 12, {1, -2, 3, 0.5, 5, -6, 1, -2, 3, 0.5, 5, -6}},
        {"tile more", cn_ops_tile(x, {2, 1, 2}), 24, {1, -2, 3, 1, -2, 3, 0.5, 5, -6, 0.5, 5, -6,
                                                      1, -2, 3, 1, -2, 3, 0.5, 5, -6, 0.5, 5, -6}},
        {"tile many", cn_ops_slice(cn_ops_tile(x, {1, 100}), {0, 297}), 6, {1, -2, 3, 0.5, 5, -6}},
        {"pad", cn_ops_pad(x, {{0, 0}, {1, 2}}), 12, {0, 1, -2, 3, 0, 0, 0, 0.5, 5, -6, 0, 0}},
        {"pad 0", cn_ops_pad(x, {{1, 0}}), 9, {0, 0, 0, 1, -2, 3, 0.5, 5, -6}},
        {"pad with",
         cn_ops_pad(x, {{0, 1}, {1, 0}}, .constant_values = 7),
         12,
         {7, 1, -2, 3, 7, 0.5, 5, -6, 7, 7, 7, 7}},
        {"pad reflect",
         cn_ops_pad(x, {{0, 1}, {2, 1}}, .mode = "reflect"),
         18,
         {3, -2, 1, -2, 3, -2, -6, 5, 0.5, 5, -6, 5, 3, -2, 1, -2, 3, -2}},
        {"pad symmetric",
         cn_ops_pad(x, {{1, 0}, {3, 2}}, .mode = "symmetric"),
         24,
         {3, -2, 1, 1, -2, 3, 3, -2, 3, -2, 1, 1, -2, 3, 3, -2, -6, 5, 0.5, 0.5, 5, -6, -6, 5}},
        {"full_like", cn_ops_full_like(x, cn_ops_max(y, .axis = 0)), 6, {4, 4, 4, 4, 4, 4}},
        {"empty_like", cn_ops_empty_like(x), 6, {0}},
        {"meshgrid", grid.at[0], 6, {3, 5, 3, 5, 3, 5}},
        {"meshgrid second", grid.at[1], 6, {1, 1, -2, -2, 3, 3}},
        {"meshgrid ij",
         cn_ops_meshgrid(CN_LIST(row, first), .indexing = "ij").at[0],
         6,
         {3, 3, 3, 5, 5, 5}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_int_equal(cn_tensor_dim(cn_ops_tile(x, {1, 100}), 1), 300);
    assert_string_equal(cn_tensor_dtype(cn_ops_full_like(cn_ops_cast(x, "int32"), x)), "int32");
}

static void triangles_and_diagonals(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *deep = stacked(x, y);
    cn_tensor *row = cn_ops_max(x, .axis = 1);
    const struct cn_drawn cases[] = {
        {"tril", cn_ops_tril(x, 0), 6, {1, 0, 0, 0.5, 5, 0}},
        {"tril 1", cn_ops_tril(x, 1), 6, {1, -2, 0, 0.5, 5, -6}},
        {"tril -1", cn_ops_tril(x, -1), 6, {0, 0, 0, 0.5, 0, 0}},
        {"triu", cn_ops_triu(x, 0), 6, {1, -2, 3, 0, 5, -6}},
        {"triu 1", cn_ops_triu(x, 1), 6, {0, -2, 3, 0, 0, -6}},
        {"diag", cn_ops_diag(row, 0), 4, {3, 0, 0, 5}},
        {"diag -1", cn_ops_diag(row, -1), 9, {0, 0, 0, 3, 0, 0, 0, 5, 0}},
        {"diag of a matrix", cn_ops_diag(x, 1), 2, {-2, -6}},
        {"diagflat",
         cn_ops_diagflat(cn_ops_slice(x, {0, 1}), 0),
         16,
         {-2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 5, 0, 0, 0, 0, -6}},
        {"diagonal", cn_ops_diagonal(x), 2, {1, 5}},
        {"diagonal 1", cn_ops_diagonal(x, .offset = 1), 2, {-2, -6}},
        {"diagonal of axes", cn_ops_diagonal(deep, .axis1 = 1, .axis2 = 2), 4, {1, 2, 0.5, 4}},
        {"trace", cn_ops_trace(x), 1, {6}},
        {"trace -1", cn_ops_trace(x, -1), 1, {0.5}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_int_equal(cn_tensor_rank(cn_ops_diag(row, 0)), 2);
    assert_int_equal(cn_tensor_rank(cn_ops_diagonal(deep, .axis1 = 1, .axis2 = 2)), 2);
}

static void joins_and_parts(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *deep = stacked(x, y);
    cn_tensor *row = cn_ops_max(x, .axis = 1),
              *first = cn_ops_squeeze(cn_ops_slice(x, {0, 0}, {1, 3}), 0);
    const struct cn_drawn cases[] = {
        {"hstack", cn_ops_hstack(CN_LIST(x, y)), 12, {1, -2, 3, 2, 2, 2, 0.5, 5, -6, 4, 4, 4}},
        {"hstack of lists", cn_ops_hstack(CN_LIST(row, first)), 5, {3, 5, 1, -2, 3}},
        {"vstack", cn_ops_vstack(CN_LIST(x, y)), 12, {1, -2, 3, 0.5, 5, -6, 2, 2, 2, 4, 4, 4}},
        {"vstack of lists", cn_ops_vstack(CN_LIST(first, first)), 6, {1, -2, 3, 1, -2, 3}},
        {"dstack", cn_ops_dstack(CN_LIST(x, y)), 12, {1, 2, -2, 2, 3, 2, 0.5, 4, 5, 4, -6, 4}},
        {"dstack of lists", cn_ops_dstack(CN_LIST(first, first)), 6, {1, 1, -2, -2, 3, 3}},
        {"append", cn_ops_append(x, y, .axis = 1), 12, {1, -2, 3, 2, 2, 2, 0.5, 5, -6, 4, 4, 4}},
        {"append all", cn_ops_append(x, first), 9, {1, -2, 3, 0.5, 5, -6, 1, -2, 3}},
        {"hsplit", cn_ops_hsplit(x, 3).at[1], 2, {-2, 5}},
        {"hsplit at", cn_ops_hsplit(x, .indices = {1}).at[1], 4, {-2, 3, 5, -6}},
        {"vsplit", cn_ops_vsplit(x, .indices = {1}).at[1], 3, {0.5, 5, -6}},
        {"dsplit", cn_ops_dsplit(deep, 3).at[2], 4, {3, 2, -6, 4}},
        {"unstack", cn_ops_unstack(x, 1).at[2], 2, {3, -6}},
        {"take_along_axis",
         cn_ops_take_along_axis(x, cn_ops_argsort(x), .axis = 1),
         6,
         {-2, 1, 3, -6, 0.5, 5}},
        {"take_along_axis all",
         cn_ops_take_along_axis(x, cn_ops_argsort(x, .axis = CN_EVERY_AXIS)),
         6,
         {-6, -2, 0.5, 1, 3, 5}},
        {"select",
         cn_ops_select(CN_LIST(cn_ops_less(x, y), cn_ops_less(x, cn_ops_scalar(4))),
                       CN_LIST(cn_ops_negative(x), y), cn_ops_scalar(9)),
         6,
         {-1, 2, 2, -0.5, 9, 6}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_int_equal(cn_ops_unstack(x, -1).count, 3);
    assert_int_equal(cn_ops_hsplit(x, .indices = {1, 2}).count, 3);
    assert_int_equal(cn_tensor_rank(cn_ops_unstack(x, 1).at[0]), 1);
    assert_int_equal(cn_tensor_dim(cn_ops_dstack(CN_LIST(first, first)), 1), 3);
}

static void mistakes_of_moves_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4}), *y = cn_input({3});
    cn_expect_error(cn_ops_ravel(NULL), "ravel: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_size(NULL), "size: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_full_like(x, NULL), "full_like: input 1 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_full_like(x, y),
        "full_like_1: cannot be called on (None, 4) and (None, 3): broadcast_to: shape (None, 3) "
        "cannot be broadcast to (None, 4)");
    cn_expect_error(cn_ops_moveaxis(NULL, {1}, {0}), "moveaxis: input 0 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_moveaxis(x, {1}, {2}),
        "moveaxis_1: cannot be called on (None, 4): moveaxis: axis 2 is not in shape (None, 4)");
    cn_expect_error(
        cn_ops_moveaxis(x, {0, 1}, {1, 1}),
        "moveaxis_2: cannot be called on (None, 4): transpose: (2, 1) is not a permutation of the "
        "axes of shape (None, 4)");
    cn_expect_error(
        cn_ops_moveaxis(x, {0, 1, 2}, {2, 1, 3}),
        "moveaxis_3: cannot be called on (None, 4): moveaxis: source and destination must be as "
        "many axes of the tensor");
    cn_expect_error(
        cn_ops_flip(x, .axis = 2),
        "flip_1: cannot be called on (None, 4): flip: axis 2 is not in shape (None, 4)");
    cn_expect_error(
        cn_ops_fliplr(cn_ops_ravel(x)),
        "fliplr_1: cannot be called on (None,): fliplr: axis 1 is not in shape (None,)");
    cn_expect_error(cn_ops_flipud(cn_ops_scalar(1)),
                    "flipud_1: cannot be called on (): flipud: axis 0 is not in shape ()");
    cn_expect_error(
        cn_ops_roll(x, 1, .axis = -3),
        "roll_1: cannot be called on (None, 4): roll: axis -3 is not in shape (None, 4)");
    cn_expect_error(
        cn_ops_rot90(x, .axes = {0, 2}),
        "rot90_1: cannot be called on (None, 4): rot90: axis 2 is not in shape (None, 4)");
    cn_expect_error(
        cn_ops_rot90(x, .axes = {1, -1}),
        "rot90_2: cannot be called on (None, 4): rot90: axes must be two, not axis 1 twice");
    cn_expect_error(
        cn_ops_tile(x, {1, -2}),
        "tile_1: cannot be called on (None, 4): tile: repeats must be positive, got -2");
    cn_expect_error(cn_ops_pad(NULL, {{1, 1}}), "pad: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_pad(x, {{0, 0}, {0, 0}, {1, 0}}),
                    "pad: pad_width has 3 pairs for 2 axes");
    cn_expect_error(cn_ops_pad(x, {{0, 0}, {-1, 0}}),
                    "pad: pad_width must have numbers of 0 and more");
    cn_expect_error(
        cn_ops_pad(x, {{0, 0}, {4, 0}}, .mode = "reflect"),
        "pad_1: cannot be called on (None, 4): pad: an axis of 4 cannot be mirrored 4 far");
    cn_expect_error(
        cn_ops_pad(x, {{0, 0}, {1, 0}}, .mode = "around"),
        "pad_2: cannot be called on (None, 4): pad: mode must be \"constant\", \"reflect\" or "
        "\"symmetric\", got \"around\"");
    cn_expect_error(
        cn_ops_pad(cn_ops_less(x, x), {{0, 0}, {1, 0}}, .constant_values = 2),
        "pad_3: cannot be called on (None, 4): pad: constant_values must fit bool, got 2");
}

static void mistakes_of_joins_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4}), *y = cn_input({3});
    cn_expect_error(cn_ops_meshgrid(CN_LIST(x, NULL)).at[0],
                    "meshgrid: input 1 is NULL, not a tensor");
    cn_expect_error(cn_ops_meshgrid({.one = NULL}).at[0],
                    "meshgrid: takes CN_LIST(...) of tensors");
    cn_expect_error(
        cn_ops_meshgrid(CN_LIST(x, y), .indexing = "yx").at[0],
        "meshgrid_1: cannot be called on (None, 4) and (None, 3): meshgrid: indexing must be "
        "\"xy\" or \"ij\", got \"yx\"");
    cn_expect_error(cn_ops_tril(NULL, 0), "tril: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_tril(cn_ops_ravel(x), 0),
                    "tril_1: cannot be called on (None,): tril: takes tensors of two axes or more");
    cn_expect_error(
        cn_ops_diag(cn_ops_expand_dims(x, 0), 0),
        "diag_1: cannot be called on (1, None, 4): diag: takes a tensor of one or two axes, got 3");
    cn_expect_error(cn_ops_diagonal(x, .axis2 = 0),
                    "diagonal_1: cannot be called on (None, 4): diagonal: takes two axes");
    cn_expect_error(
        cn_ops_diagonal(x, .axis1 = 3),
        "diagonal_2: cannot be called on (None, 4): diagonal: axis 3 is not in shape (None, 4)");
    cn_expect_error(
        cn_ops_trace(x, .offset = 9),
        "trace_1: cannot be called on (None, 4): trace: there is no diagonal 9 of None rows and 4 "
        "columns");
    cn_expect_error(cn_ops_hstack(CN_LIST(x, NULL)), "hstack: input 1 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_vstack(CN_LIST(x, y)),
        "vstack_1: cannot be called on (None, 4) and (None, 3): concatenate: shapes (None, 4) and "
        "(None, 3) differ in more than axis 0");
    cn_expect_error(cn_ops_dstack((cn_items){.one = NULL}),
                    "dstack: takes CN_LIST(...) of tensors");
    cn_expect_error(
        cn_ops_append(x, y, .axis = 0),
        "append_1: cannot be called on (None, 4) and (None, 3): concatenate: shapes (None, 4) and "
        "(None, 3) differ in more than axis 0");
    cn_expect_error(
        cn_ops_append(x, y, .axis = 2),
        "append_2: cannot be called on (None, 4) and (None, 3): concatenate: axis 2 is not in "
        "shape (None, 4)");
    cn_expect_error(
        cn_ops_hsplit(x, 3).at[0],
        "hsplit_1: cannot be called on (None, 4): hsplit: an axis of 4 cannot be cut into 3 equal "
        "parts");
    cn_expect_error(cn_ops_vsplit(x, 2, .axis = 1).at[0], "vsplit: takes no axis");
    cn_expect_error(
        cn_ops_dsplit(x, 2).at[0],
        "dsplit_1: cannot be called on (None, 4): dsplit: axis 2 is not in shape (None, 4)");
    cn_expect_error(
        cn_ops_unstack(x, 2).at[0],
        "unstack_1: cannot be called on (None, 4): unstack: axis 2 is not in shape (None, 4)");
    cn_expect_error(
        cn_ops_unstack(cn_input({65}), 1).at[0],
        "unstack_2: cannot be called on (None, 65): unstack: an axis of 65 cannot be unstacked: "
        "the most is 64");
    cn_expect_error(cn_ops_take_along_axis(x, NULL),
                    "take_along_axis: input 1 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_take_along_axis(x, y, .axis = 3),
        "take_along_axis_1: cannot be called on (None, 4) and (None, 3): take_along_axis: indices "
        "(None, 3) do not go along axis 3 of a tensor (None, 4)");
    cn_expect_error(cn_ops_select(CN_LIST(x), CN_LIST(x, y), x),
                    "select: takes as many choices as conditions, at most 31, got 2 and 1");
    cn_expect_error(cn_ops_select(CN_LIST(x), CN_LIST(x), NULL),
                    "select: input 2 is NULL, not a tensor");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rearranged, cn_begin_anew),
        cmocka_unit_test_setup(mistakes_of_patterns_are_named, cn_begin_anew),
        cmocka_unit_test_setup(turned, cn_begin_anew),
        cmocka_unit_test_setup(copied, cn_begin_anew),
        cmocka_unit_test_setup(triangles_and_diagonals, cn_begin_anew),
        cmocka_unit_test_setup(joins_and_parts, cn_begin_anew),
        cmocka_unit_test_setup(mistakes_of_moves_are_named, cn_begin_anew),
        cmocka_unit_test_setup(mistakes_of_joins_are_named, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("operations that move elements", tests, NULL, NULL);
}
