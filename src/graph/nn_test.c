/* Operations that layers are made of: moments, columns of windows, losses; each gives Keras's
 * numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "cornu/nn.h"
#include "support/anew.h"
#include "support/drawn.h"

static void of_layers(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3});
    cn_tensor *odd = cn_ops_equal(cn_ops_mod(x, cn_ops_scalar(2)), cn_ops_scalar(1));
    cn_tensor *t = cn_ops_cast(odd, "float32"),
              *s = cn_ops_divide(cn_ops_scalar(1),
                                 cn_ops_add(cn_ops_scalar(1), cn_ops_exp(cn_ops_negative(x))));
    cn_tensor *image = cn_ops_reshape(cn_ops_concatenate(CN_LIST(x, y)), {-1, 1, 2, 3});
    cn_tensor *logits = cn_ops_stack(CN_LIST(x, y), .axis = 2);
    cn_tensor *most = cn_ops_max(y, .axis = 1),
              *lengths = cn_ops_cast(
                  cn_ops_subtract(cn_ops_scalar(4), cn_ops_divide(most, cn_ops_scalar(2))),
                  "int32");
    const struct cn_drawn cases[] = {
        {"moments", cn_ops_moments(x, .axis = 1).at[0], 2, {0.66666669, -0.16666667}},
        {"moments variance",
         cn_ops_moments(x, .axis = 1, .keepdims = true).at[1],
         2,
         {4.2222223, 20.388889}},
        {"moments all", cn_ops_moments(x).at[1], 1, {12.479167}},
        {"binary_crossentropy",
         cn_ops_binary_crossentropy(t, s, false),
         6,
         {0.31326166, 0.126928, 0.048587345, 0.97407705, 0.0067153242, 0.0024757013}},
        {"binary_crossentropy logits",
         cn_ops_binary_crossentropy(t, x, true),
         6,
         {0.31326169, 0.126928, 0.048587352, 0.97407699, 0.0067153485, 0.0024756852}},
        {"categorical_crossentropy",
         cn_ops_categorical_crossentropy(t, s, false),
         2,
         {1.5405706, 0.48805392}},
        {"categorical_crossentropy logits",
         cn_ops_categorical_crossentropy(t, x, true),
         2,
         {2.2656903, 0.011064249}},
        {"ctc_decode", cn_ops_ctc_decode(logits, lengths).at[0], 6, {1, -1, -1, 1, -1, -1}},
        {"ctc_decode scores", cn_ops_ctc_decode(logits, lengths).at[1], 2, {-7, -9}},
        {"ctc_decode all",
         cn_ops_ctc_decode(logits, lengths, .merge_repeated = false, .mask_index = 1).at[0],
         6,
         {0, -1, -1, 0, -1, -1}},
        {"unfold",
         cn_ops_unfold(image, 2),
         16,
         {1, -2, -2, 3, 2, 2, 2, 2, 0.5, 5, 5, -6, 4, 4, 4, 4}},
        {"unfold stride",
         cn_ops_unfold(image, {1, 2}, .stride = {1, 2}, .padding = {0, 1}),
         16,
         {0, -2, 0, 2, 1, 3, 2, 2, 0, 5, 0, 4, 0.5, -6, 4, 4}},
        {"unfold padding",
         cn_ops_unfold(image, 3, .padding = 1, .stride = 2),
         18,
         {0, 0, 0, 0, 0, 0, 0, -2, 1, 3, -2, 0, 0, 2, 2, 2, 2, 0}},
        {"unfold dilation",
         cn_ops_unfold(image, {1, 2}, .dilation = 2),
         8,
         {1, 2, 3, 2, 0.5, 4, -6, 4}},
        {"fold",
         cn_ops_fold(cn_ops_unfold(image, 2), {2, 3}, 2),
         12,
         {1, -4, 3, 2, 4, 2, 0.5, 10, -6, 4, 8, 4}},
        {"fold padding",
         cn_ops_fold(cn_ops_unfold(image, {1, 2}, .padding = {0, 1}), {2, 3}, {1, 2},
                     .padding = {0, 1}),
         12,
         {2, -4, 6, 4, 4, 4, 1, 10, -12, 8, 8, 8}},
    };
    CN_CHECK_DRAWN(x, y, cases);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({4}), *image = cn_input({1, 4, 4});
    cn_expect_error(cn_ops_moments(NULL).at[0], "moments: input 0 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_moments(x, .axis = 2).at[0],
        "moments_1: cannot be called on (None, 3): sum: axis 2 is not in shape (None, 3)");
    cn_expect_error(cn_ops_binary_crossentropy(x, NULL, false),
                    "binary_crossentropy: input 1 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_binary_crossentropy(x, y, true),
        "binary_crossentropy_1: cannot be called on (None, 3) and (None, 4): multiply: shapes "
        "(None, 4) and (None, 3) do not fit together");
    cn_expect_error(
        cn_ops_categorical_crossentropy(x, y, true),
        "categorical_crossentropy_1: cannot be called on (None, 3) and (None, 4): multiply: shapes "
        "(None, 3) and (None, 4) do not fit together");
    cn_expect_error(cn_ops_ctc_decode(x, NULL).at[0], "ctc_decode: input 1 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_ctc_decode(x, y).at[0],
        "ctc_decode_1: cannot be called on (None, 3) and (None, 4): ctc_decode: takes logits of "
        "shape (N, T, C)");
    cn_expect_error(cn_ops_unfold(NULL, 2), "unfold: input 0 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_unfold(x, 2),
        "unfold_1: cannot be called on (None, 3): unfold: takes a tensor of 4 axes, got (None, 3)");
    cn_expect_error(
        cn_ops_unfold(image, 5),
        "unfold_2: cannot be called on (None, 1, 4, 4): unfold: a window of 5 cells does not fit "
        "an axis of 4");
    cn_expect_error(
        cn_ops_unfold(image, {1, -2}),
        "unfold_3: cannot be called on (None, 1, 4, 4): unfold: sizes must be positive numbers, "
        "one for all axes or one for each");
    cn_expect_error(
        cn_ops_unfold(image, 2, .padding = -1),
        "unfold_4: cannot be called on (None, 1, 4, 4): unfold: sizes must be positive numbers, "
        "one for all axes or one for each");
    cn_expect_error(
        cn_ops_fold(x, 4, 2),
        "fold_1: cannot be called on (None, 3): fold: takes a tensor of 3 axes, got (None, 3)");
    cn_expect_error(
        cn_ops_fold(cn_ops_unfold(image, 2), 5, 2),
        "fold_2: cannot be called on (None, 4, 9): fold: (None, 4, 9) are not the windows of such "
        "an output");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(of_layers, cn_begin_anew),
        cmocka_unit_test_setup(mistakes_are_named, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("operations of layers", tests, NULL, NULL);
}
