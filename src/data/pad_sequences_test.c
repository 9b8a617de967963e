/* Padded sequences against the examples in Keras's documentation, and arguments that cannot be. */
#include "data/testing.h"

static const int32_t one[] = {1}, two[] = {2, 3}, three[] = {4, 5, 6};
static const int32_t *const items[] = {one, two, three};
static const int64_t lengths[] = {1, 2, 3};
static const cn_sequences sequences = {3, items, lengths};

static void keras_examples_come_out(void **state)
{
    (void)state;
    const double pre[] = {0, 0, 1, 0, 2, 3, 4, 5, 6}, minus[] = {-1, -1, 1, -1, 2, 3, 4, 5, 6};
    const double post[] = {1, 0, 0, 2, 3, 0, 4, 5, 6}, cut_pre[] = {0, 1, 2, 3, 5, 6},
                 cut_post[] = {0, 1, 2, 3, 4, 5};
    assert_elements(cn_pad_sequences(sequences), pre, 9);
    assert_elements(cn_pad_sequences(sequences, .value = -1), minus, 9);
    assert_elements(cn_pad_sequences(sequences, .padding = "post"), post, 9);
    assert_elements(cn_pad_sequences(sequences, 2), cut_pre, 6);
    assert_elements(cn_pad_sequences(sequences, .maxlen = 2, .truncating = "post"), cut_post, 6);
    cn_array *floats = cn_pad_sequences(sequences, .value = 0.5, .dtype = CN_FLOAT32);
    assert_true(cn_array_at(floats, 0) == 0.5);
    assert_int_equal(cn_array_dim(floats, 0), 3);
}

static void empty_sequences_are_all_padding(void **state)
{
    (void)state;
    const cn_sequences empty = {2, (const int32_t *const[]){NULL, NULL}, (const int64_t[]){0, 0}};
    const double zeros[] = {0, 0, 0, 0};
    assert_elements(cn_pad_sequences(empty, 2), zeros, 4);
    assert_int_equal(cn_array_size(cn_pad_sequences(empty)), 0);
    assert_int_equal(cn_array_size(cn_pad_sequences((cn_sequences){0}, 3)), 0);
}

static void bad_arguments_are_named(void **state)
{
    (void)state;
    assert_null(cn_pad_sequences(sequences, .padding = "left"));
    assert_error("cn_pad_sequences: padding must be \"pre\" or \"post\", not left");
    assert_null(cn_pad_sequences(sequences, .truncating = NULL));
    assert_error("cn_pad_sequences: truncating must be \"pre\" or \"post\", not NULL");
    assert_null(cn_pad_sequences(sequences, -2));
    assert_error("cn_pad_sequences: maxlen must be 0 or more, not -2");
    assert_null(cn_pad_sequences(sequences, .value = 0.5));
    assert_error("cn_pad_sequences: value is 0.5, which int32 cannot hold");
    assert_null(cn_pad_sequences(((cn_sequences){1, items, (const int64_t[]){-1}})));
    assert_error("cn_pad_sequences: sequence 0 has a negative length, -1");
    assert_null(cn_pad_sequences(((cn_sequences){1, (const int32_t *const[]){NULL}, lengths})));
    assert_error("cn_pad_sequences: sequence 0 is NULL, but has length 1");
    assert_null(cn_pad_sequences(((cn_sequences){1, NULL, NULL})));
    assert_error("cn_pad_sequences: sequences.items and .lengths were expected, not NULL");
    const int32_t large[] = {1, 300};
    const cn_sequences pixels = {1, (const int32_t *const[]){large}, (const int64_t[]){2}};
    assert_null(cn_pad_sequences(pixels, .dtype = CN_UINT8));
    assert_error("cn_pad_sequences: sequence 0, item 1 is 300, which uint8 cannot hold");
}

static bool pad(void)
{
    return cn_pad_sequences(sequences) != NULL;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_fail_allocations(pad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(keras_examples_come_out, test_forget),
        cmocka_unit_test_teardown(empty_sequences_are_all_padding, test_forget),
        cmocka_unit_test_teardown(bad_arguments_are_named, test_forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, test_forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
