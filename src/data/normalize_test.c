/* Normalized arrays against values of keras.utils.normalize, and arguments that cannot be. */
#include "data/testing.h"

#include <math.h>

static void assert_near(const cn_array *array, const double *expected, int64_t count)
{
    assert_non_null(array);
    assert_int_equal(cn_array_size(array), count);
    for (int64_t i = 0; i < count; i++)
        if (fabs(cn_array_at(array, i) - expected[i]) > 1e-15)
            fail_msg("element %d is %.17g, not %.17g", (int)i, cn_array_at(array, i), expected[i]);
}

static void orders_follow_keras(void **state)
{
    (void)state;
    const double data[] = {3, 4, 0, 0, -1, 2};
    const double first[] = {0.42857142857142855, 0.5714285714285714, 0, 0,
                            -0.3333333333333333, 0.6666666666666666};
    const double second[] = {0.6, 0.8, 0, 0, -0.4472135954999579, 0.8944271909999159};
    const double third[] = {0.6669717773118556,  0.8892957030824742, 0, 0,
                            -0.4807498567691361, 0.9614997135382722};
    const double largest[] = {0.75, 1, 0, 0, -0.5, 1};
    cn_array *x = cn_array_new(CN_FLOAT64, (int64_t[]){3, 2}, 2, data);
    assert_near(cn_normalize(x, .order = 1), first, 6);
    assert_near(cn_normalize(x), second, 6);
    assert_near(cn_normalize(x, .order = 3), third, 6);
    assert_near(cn_normalize(x, .order = INFINITY), largest, 6);
    assert_int_equal(cn_array_dtype(cn_normalize(x)), CN_FLOAT64);
    assert_int_equal(cn_array_dtype(cn_normalize(cn_array_cast(x, CN_INT32))), CN_FLOAT32);
}

static void any_axis_can_be_normalized(void **state)
{
    (void)state;
    const double middle[] = {-0.9486832980505138,  -1,
                             -0.31622776601683794, 0,
                             0.31622776601683794,  0.4472135954999579,
                             0.9486832980505138,   0.8944271909999159};
    cn_array *x =
        cn_array_new(CN_FLOAT64, (int64_t[]){2, 2, 2}, 3, (double[]){-3, -2, -1, 0, 1, 2, 3, 4});
    assert_near(cn_normalize(x, 1), middle, 8);
    assert_near(cn_normalize(x, .axis = -2), middle, 8);
}

static void bad_arguments_are_named(void **state)
{
    (void)state;
    cn_array *x = cn_zeros({2, 3});
    assert_null(cn_normalize(x, 2));
    assert_error("cn_normalize: axis 2 of an array with shape (2, 3) does not exist");
    assert_null(cn_normalize(x, .order = 0));
    assert_error("cn_normalize: order must be 1 or more, not 0");
    assert_null(cn_normalize(NULL));
    assert_error("cn_normalize: x: an array was expected, not NULL");
    assert_int_equal(
        cn_array_size(cn_normalize(cn_array_new(CN_FLOAT32, (int64_t[]){0, 3}, 2, NULL))), 0);
}

static bool normalize(void)
{
    cn_array *x = cn_zeros({2, 3});
    return x != NULL && cn_normalize(x) != NULL;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_fail_allocations(normalize);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(orders_follow_keras, test_forget),
        cmocka_unit_test_teardown(any_axis_can_be_normalized, test_forget),
        cmocka_unit_test_teardown(bad_arguments_are_named, test_forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, test_forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
