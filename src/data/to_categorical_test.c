/* One-hot labels, as keras.utils.to_categorical makes them, and labels that cannot be. */
#include "data/testing.h"

static void labels_become_rows(void **state)
{
    (void)state;
    const double expected[] = {0, 1, 0, 1, 0, 0, 0, 0, 1};
    cn_array *labels = cn_array_new(CN_INT32, (int64_t[]){3}, 1, (int32_t[]){1, 0, 2});
    for (int dtype = CN_FLOAT32; dtype <= CN_UINT8; dtype++) {
        cn_array *rows = cn_to_categorical(cn_array_cast(labels, (cn_dtype)dtype));
        assert_elements(rows, expected, 9);
        assert_int_equal(cn_array_dtype(rows), CN_FLOAT32);
        assert_int_equal(cn_array_dim(rows, 1), 3);
    }
    cn_array *answers = cn_to_categorical(cn_random_integers(0, 500, {1000}), .num_classes = 500);
    assert_int_equal(cn_array_dim(answers, 0), 1000);
    assert_int_equal(cn_array_dim(answers, 1), 500);
}

/* Keras drops a last axis of 1, but not the only one. */
static void shapes_follow_keras(void **state)
{
    (void)state;
    static const struct {
        int64_t dims[2], expected[3];
        int rank, expected_rank;
    } cases[] = {{{2, 1}, {2, 3}, 2, 2},
                 {{2, 2}, {2, 2, 3}, 2, 3},
                 {{1, 1}, {1, 3}, 2, 2},
                 {{1}, {1, 3}, 1, 2},
                 {{0}, {3}, 0, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cn_array *rows =
            cn_to_categorical(cn_array_new(CN_INT64, cases[i].dims, cases[i].rank, NULL), 3);
        assert_int_equal(cn_array_rank(rows), cases[i].expected_rank);
        for (int axis = 0; axis < cases[i].expected_rank; axis++)
            assert_int_equal(cn_array_dim(rows, axis), cases[i].expected[axis]);
    }
}

static void bad_labels_are_named(void **state)
{
    (void)state;
    cn_array *labels = cn_array_new(CN_FLOAT64, (int64_t[]){3}, 1, (double[]){0, 9, 10});
    assert_null(cn_to_categorical(labels, .num_classes = 10));
    assert_error("cn_to_categorical: row 2: label 10 is not below num_classes, which is 10");
    labels = cn_array_new(CN_INT32, (int64_t[]){2}, 1, (int32_t[]){0, -1});
    assert_null(cn_to_categorical(labels));
    assert_error("cn_to_categorical: row 1: a label is a whole number from 0, not -1");
    labels = cn_array_new(CN_FLOAT32, (int64_t[]){2}, 1, (float[]){0, 0.5f});
    assert_null(cn_to_categorical(labels));
    assert_error("cn_to_categorical: row 1: a label is a whole number from 0, not 0.5");
    assert_null(cn_to_categorical(labels, .num_classes = 0));
    assert_error("cn_to_categorical: num_classes must be 1 or more, not 0");
    assert_null(cn_to_categorical(NULL));
    assert_error("cn_to_categorical: labels: an array was expected, not NULL");
    assert_null(cn_to_categorical(cn_array_new(CN_INT32, (int64_t[]){0}, 1, NULL)));
    assert_error("cn_to_categorical: without labels num_classes must be given");
    labels = cn_zeros({1000}, .dtype = CN_INT64);
    ((int64_t *)cn_array_data(labels))[0] = INT64_C(4503599627370496);
    assert_null(cn_to_categorical(labels));
    assert_error("cn_to_categorical: shape (1000, 4503599627370497) is too large for this machine");
}

static bool encode(void)
{
    return cn_to_categorical(cn_random_integers(0, 5, {10})) != NULL;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_fail_allocations(encode);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(labels_become_rows, test_forget),
        cmocka_unit_test_teardown(shapes_follow_keras, test_forget),
        cmocka_unit_test_teardown(bad_labels_are_named, test_forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, test_forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
