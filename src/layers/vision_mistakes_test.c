/* The messages of layers of vision models for wrong arguments and inputs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cornu/error.h"
#include "layers/layers.h"

static int clear(void **state)
{
    (void)state;
    cn_clear_session();
    cn_clear_error();
    return 0;
}

static void check_error(const void *result, const char *message)
{
    assert_null(result);
    assert_string_equal(cn_error(), message);
    cn_clear_error();
}

static void bad_normalization(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({6}), *y = cn_input({4}), *any = cn_input({3, CN_NONE});
    check_error(cn_batch_normalization(.momentum = 2),
                "batch_normalization_1: momentum must be from 0 to 1, got 2");
    check_error(cn_batch_normalization(.epsilon = -1),
                "batch_normalization_2: epsilon must not be negative, got -1");
    check_error(cn_batch_normalization(.renorm = true),
                "batch_normalization_3: renorm must be false: batch renormalization is not "
                "supported");
    check_error(cn_call(cn_batch_normalization(2), x),
                "batch_normalization_4: axis 2 is not in its input's shape (None, 6)");
    check_error(cn_call(cn_batch_normalization(), any),
                "batch_normalization_5: the weight gamma would have shape (None,): the input's "
                "size must be known along that axis");
    cn_layer *norm = cn_batch_normalization();
    assert_non_null(cn_call(norm, x));
    check_error(cn_call(norm, y), "batch_normalization_6: its weights have shape (6,), which does "
                                  "not fit an input of shape (None, 4)");
    check_error(cn_group_normalization(0), "group_normalization_1: groups must be positive, or -1 "
                                           "for one for each channel, got 0");
    check_error(cn_group_normalization(2, .axis = 0),
                "group_normalization_2: axis must not be 0, the batch");
    check_error(
        cn_call(cn_group_normalization(4), x),
        "group_normalization_3: 6 channels cannot be cut into 4 groups, in shape (None, 6)");
}

static void bad_spatial(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({6, 6, 3}), *y = cn_input({6, 3});
    check_error(cn_zero_padding2d({{1, 1}, {0, -2}}), "zero_padding2d_1: padding must not be "
                                                      "negative, got (0, -2) for spatial axis 1");
    check_error(cn_cropping3d(.data_format = "first"),
                "cropping3d_1: data_format must be \"channels_last\" or \"channels_first\", got "
                "\"first\"");
    check_error(cn_up_sampling2d({2, -1}),
                "up_sampling2d_1: size must be one positive number or 2, got (2, None)");
    check_error(cn_up_sampling2d(.interpolation = "cubic"),
                "up_sampling2d_2: interpolation must be \"nearest\", got \"cubic\"");
    check_error(cn_spatial_dropout2d(2), "spatial_dropout2d_1: rate must be from 0 to 1, got 2");
    check_error(cn_call(cn_zero_padding2d(), y),
                "zero_padding2d_2: takes an input of rank 4, got shape (None, 6, 3)");
    check_error(cn_call(cn_cropping2d({{3, 3}, {0, 0}}), x),
                "cropping2d_1: cropping (3, 3) leaves nothing of an input of shape "
                "(None, 6, 6, 3)");
    check_error(cn_call(cn_global_max_pooling3d(), x),
                "global_max_pooling3d_1: takes an input of rank 5, got shape (None, 6, 6, 3)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(bad_normalization, clear),
        cmocka_unit_test_setup(bad_spatial, clear),
    };
    return cmocka_run_group_tests_name("layers.vision_mistakes", tests, NULL, NULL);
}
