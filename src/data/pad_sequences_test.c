/* Padded sequences against the examples in Keras's documentation, and arguments that cannot be. */
#include "data/testing.h"

/* The values lie one after the other. */
static cn_sequences *of_lengths(const int32_t *values, const int64_t *lengths, int64_t count)
{
    cn_sequences *made = cn_sequences_new(CN_INT32, NULL, 0);
    for (int64_t i = 0; i < count; values += lengths[i++])
        assert_int_equal(cn_sequences_append(made, values, lengths[i]), CN_OK);
    return made;
}

/* {{1}, {2, 3}, {4, 5, 6}} */
static cn_sequences *three_sequences(void)
{
    return of_lengths((const int32_t[]){1, 2, 3, 4, 5, 6}, (const int64_t[]){1, 2, 3}, 3);
}

static void keras_examples_come_out(void **state)
{
    (void)state;
    cn_sequences *sequences = three_sequences();
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

static void steps_may_have_axes(void **state)
{
    (void)state;
    const float values[] = {1, 2, 3, 4, 5, 6};
    const double padded[] = {0, 0, 1, 2, 3, 4, 5, 6}, cut[] = {1, 2, 5, 6};
    cn_sequences *pairs = cn_sequences_new(CN_FLOAT32, (const int64_t[]){2}, 1);
    assert_int_equal(cn_sequences_append(pairs, values, 1), CN_OK);
    assert_int_equal(cn_sequences_append(pairs, values + 2, 2), CN_OK);
    cn_array *all = cn_pad_sequences(pairs, .dtype = CN_FLOAT32);
    assert_elements(all, padded, 8);
    assert_int_equal(cn_array_rank(all), 3);
    assert_int_equal(cn_array_dim(all, 1), 2);
    assert_elements(cn_pad_sequences(pairs, 1, .dtype = CN_FLOAT64), cut, 4);
}

static void empty_sequences_are_all_padding(void **state)
{
    (void)state;
    cn_sequences *empty = of_lengths(NULL, (const int64_t[]){0, 0}, 2);
    const double zeros[] = {0, 0, 0, 0};
    assert_elements(cn_pad_sequences(empty, 2), zeros, 4);
    assert_int_equal(cn_array_size(cn_pad_sequences(empty)), 0);
    assert_int_equal(cn_array_size(cn_pad_sequences(of_lengths(NULL, NULL, 0), 3)), 0);
}

static void bad_arguments_are_named(void **state)
{
    (void)state;
    cn_sequences *sequences = three_sequences();
    assert_null(cn_pad_sequences(sequences, .padding = "left"));
    assert_error("cn_pad_sequences: padding must be \"pre\" or \"post\", not left");
    assert_null(cn_pad_sequences(sequences, .truncating = NULL));
    assert_error("cn_pad_sequences: truncating must be \"pre\" or \"post\", not NULL");
    assert_null(cn_pad_sequences(sequences, -2));
    assert_error("cn_pad_sequences: maxlen must be 0 or more, not -2");
    assert_null(cn_pad_sequences(sequences, .value = 0.5));
    assert_error("cn_pad_sequences: value is 0.5, which int32 cannot hold");
    assert_null(cn_pad_sequences(NULL));
    assert_error("cn_pad_sequences: its argument: sequences were expected, not NULL");
    cn_sequences *large = of_lengths((const int32_t[]){1, 300}, (const int64_t[]){2}, 1);
    assert_null(cn_pad_sequences(large, .dtype = CN_UINT8));
    assert_error("cn_pad_sequences: sequence 0, step 1 is 300, which uint8 cannot hold");
}

static bool pad(void)
{
    cn_sequences *sequences = cn_sequences_new(CN_INT32, NULL, 0);
    return sequences != NULL && cn_sequences_append(sequences, &(int32_t){1}, 1) == CN_OK &&
           cn_pad_sequences(sequences) != NULL;
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
        cmocka_unit_test_teardown(steps_may_have_axes, test_forget),
        cmocka_unit_test_teardown(empty_sequences_are_all_padding, test_forget),
        cmocka_unit_test_teardown(bad_arguments_are_named, test_forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, test_forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
