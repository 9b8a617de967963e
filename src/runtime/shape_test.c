/* Shapes: sizes, broadcasting, axes, text. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "runtime/shape.h"

static void dims_end_at_zero(void **state)
{
    (void)state;
    const int64_t some[CN_MAX_RANK] = {2, CN_NONE, 4}, none[CN_MAX_RANK] = {0};
    const int64_t all[CN_MAX_RANK] = {1, 2, 3, 4, 5, 6, 7, 8};
    assert_int_equal(cn_shape_of_dims(some).rank, 3);
    assert_int_equal(cn_shape_of_dims(some).dim[1], CN_NONE);
    assert_int_equal(cn_shape_of_dims(none).rank, 0);
    assert_int_equal(cn_shape_of_dims(all).rank, 8);
}

static void a_batch_axis_comes_in_front(void **state)
{
    (void)state;
    cn_shape shape;
    assert_int_equal(cn_shape_with_batch(CN_SHAPE(3, 4), CN_NONE, &shape), CN_OK);
    assert_true(cn_shape_equal(&shape, &CN_SHAPE(CN_NONE, 3, 4)));
    assert_false(cn_shape_equal(&shape, &CN_SHAPE(CN_NONE, 3, 5)));
    assert_false(cn_shape_equal(&shape, &CN_SHAPE(CN_NONE, 3)));
    assert_int_equal(cn_shape_with_batch(CN_SHAPE(1, 1, 1, 1, 1, 1, 1, 1), 2, &shape), CN_INVALID);
    assert_string_equal(
        cn_error(),
        "shape (1, 1, 1, 1, 1, 1, 1, 1) leaves no room for a batch axis: at most 8 axes");
    cn_clear_error();
}

static void sizes_are_checked(void **state)
{
    (void)state;
    int64_t size = 0;
    assert_int_equal(cn_shape_size(&CN_SHAPE(2, 3, 4)), 24);
    assert_int_equal(cn_shape_size(&(cn_shape){0}), 1);
    assert_int_equal(cn_shape_checked_size(&CN_SHAPE(2, 0, 4), 4, &size), CN_OK);
    assert_int_equal(size, 0);
    assert_int_equal(cn_shape_checked_size(&CN_SHAPE(2, CN_NONE), 4, &size), CN_INVALID);
    assert_string_equal(cn_error(), "axis 1 of shape (2, None) is negative");
    cn_clear_error();
    const cn_shape large[] = {CN_SHAPE(INT64_MAX), CN_SHAPE((int64_t)1 << 31, (int64_t)1 << 31),
                              CN_SHAPE(0, (int64_t)1 << 40, (int64_t)1 << 40),
                              CN_SHAPE((int64_t)1 << 40, (int64_t)1 << 40, 0)};
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        assert_int_equal(cn_shape_checked_size(&large[i], 4, &size), CN_INVALID);
        assert_non_null(strstr(cn_error(), "is too large for this machine"));
        cn_clear_error();
    }
    const cn_shape deep = {.rank = 9};
    assert_int_equal(cn_shape_checked_size(&deep, 4, &size), CN_INVALID);
    assert_string_equal(cn_error(), "an array has at most 8 axes, not 9");
    cn_clear_error();
}

static void axes_may_count_from_the_end(void **state)
{
    (void)state;
    const cn_shape shape = CN_SHAPE(2, 3, 4);
    assert_int_equal(cn_shape_axis(&shape, 2), 2);
    assert_int_equal(cn_shape_axis(&shape, -1), 2);
    assert_int_equal(cn_shape_axis(&shape, -3), 0);
    assert_int_equal(cn_shape_axis(&shape, 3), -1);
    assert_int_equal(cn_shape_axis(&shape, -4), -1);
    assert_true(cn_shape_has_none(&CN_SHAPE(2, CN_NONE)));
    assert_false(cn_shape_has_none(&shape));
}

static void broadcasting_follows_numpy(void **state)
{
    (void)state;
    static const struct {
        cn_shape a, b, result;
        cn_status status;
    } cases[] = {
        {{2, {2, 3}}, {2, {2, 3}}, {2, {2, 3}}, CN_OK},
        {{2, {2, 3}}, {1, {3}}, {2, {2, 3}}, CN_OK},
        {{3, {4, 1, 3}}, {2, {2, 1}}, {3, {4, 2, 3}}, CN_OK},
        {{0, {0}}, {2, {2, 3}}, {2, {2, 3}}, CN_OK},
        {{2, {CN_NONE, 3}}, {2, {1, 3}}, {2, {CN_NONE, 3}}, CN_OK},
        {{2, {CN_NONE, 3}}, {2, {5, 3}}, {2, {5, 3}}, CN_OK},
        {{2, {2, 3}}, {2, {2, 4}}, {0, {0}}, CN_INVALID},
        {{1, {2}}, {2, {2, 3}}, {0, {0}}, CN_INVALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cn_shape result = {0};
        assert_int_equal(cn_shape_broadcast(&cases[i].a, &cases[i].b, &result), cases[i].status);
        assert_true(cn_shape_equal(&result, &cases[i].result));
        assert_int_equal(cn_shape_broadcast(&cases[i].b, &cases[i].a, &result), cases[i].status);
        assert_true(cn_shape_equal(&result, &cases[i].result));
    }
    assert_false(cn_failed());
}

static void text_is_pythons(void **state)
{
    (void)state;
    assert_string_equal(cn_shape_str(&(cn_shape){0}), "()");
    assert_string_equal(cn_shape_str(&CN_SHAPE(3)), "(3,)");
    assert_string_equal(cn_shape_str(&CN_SHAPE(CN_NONE, 64)), "(None, 64)");
    const int64_t most = INT64_MIN;
    assert_int_equal(
        strlen(cn_shape_str(&CN_SHAPE(most, most, most, most, most, most, most, most))), 8 * 22);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dims_end_at_zero),           cmocka_unit_test(a_batch_axis_comes_in_front),
        cmocka_unit_test(sizes_are_checked),          cmocka_unit_test(axes_may_count_from_the_end),
        cmocka_unit_test(broadcasting_follows_numpy), cmocka_unit_test(text_is_pythons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
