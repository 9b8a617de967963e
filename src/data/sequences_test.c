/* Sequences: made in every way, asked, and refused with messages that name the sequence. */
#include "data/testing.h"

static const int32_t numbers[] = {1, 2, 3, 4, 5, 6};
static const int64_t lengths[] = {2, 0, 4};

static cn_array *vector(int64_t n)
{
    return cn_array_new(CN_INT32, &n, 1, numbers);
}

static cn_array *matrix(cn_dtype dtype, int64_t steps, int64_t features)
{
    return cn_array_new(dtype, (int64_t[]){steps, features}, 2, NULL);
}

/* {1, 2}, {}, {3, 4, 5, 6} */
static void assert_sequences(const cn_sequences *sequences)
{
    const double all[] = {1, 2, 3, 4, 5, 6};
    assert_non_null(sequences);
    assert_int_equal(cn_sequences_count(sequences), 3);
    for (int64_t i = 0; i < 3; i++)
        assert_int_equal(cn_sequences_length(sequences, i), lengths[i]);
    assert_elements(cn_sequences_at(sequences, 0), all, 2);
    assert_elements(cn_sequences_at(sequences, 1), all, 0);
    assert_elements(cn_sequences_at(sequences, 2), all + 2, 4);
}

static void every_constructor_gives_the_same(void **state)
{
    (void)state;
    cn_array *parts[] = {vector(2), vector(0),
                         cn_array_new(CN_INT32, (int64_t[]){4}, 1, numbers + 2)};
    assert_sequences(cn_sequences_of(parts, 3));
    assert_sequences(cn_sequences_from_lengths(vector(6), lengths, 3));
    assert_sequences(cn_sequences_from_splits(vector(6), (const int64_t[]){0, 2, 2, 6}, 3));
    cn_sequences *made = cn_sequences_new(CN_INT32, NULL, 0);
    assert_int_equal(cn_sequences_count(made), 0);
    assert_int_equal(cn_sequences_append(made, numbers, 2), CN_OK);
    assert_int_equal(cn_sequences_append(made, NULL, 0), CN_OK);
    assert_int_equal(cn_sequences_append(made, numbers + 2, 4), CN_OK);
    assert_sequences(made);
    cn_sequences_free(made);
    cn_sequences_free(NULL);
}

static void steps_may_have_features(void **state)
{
    (void)state;
    cn_array *parts[] = {matrix(CN_FLOAT32, 3, 2), matrix(CN_FLOAT32, 1, 2)};
    const cn_sequences *pairs = cn_sequences_of(parts, 2);
    cn_array *first = cn_sequences_at(pairs, 0);
    assert_int_equal(cn_array_rank(first), 2);
    assert_int_equal(cn_array_dim(first, 0), 3);
    assert_int_equal(cn_array_dim(first, 1), 2);
}

static void many_are_appended(void **state)
{
    (void)state;
    cn_sequences *made = cn_sequences_new(CN_INT32, NULL, 0);
    for (int32_t i = 0; i < 1000; i++)
        assert_int_equal(cn_sequences_append(made, numbers, i % 7 < 6 ? i % 7 : 0), CN_OK);
    for (int64_t i = 0; i < 1000; i++) {
        const int64_t length = i % 7 < 6 ? i % 7 : 0;
        assert_int_equal(cn_sequences_length(made, i), length);
        if (length > 0)
            assert_true(cn_array_at(cn_sequences_at(made, i), length - 1) == (double)length);
    }
}

static void bad_lists_are_named(void **state)
{
    (void)state;
    cn_array *mixed[] = {matrix(CN_FLOAT32, 3, 2), matrix(CN_FLOAT32, 3, 4)};
    assert_null(cn_sequences_of(mixed, 2));
    assert_error(
        "cn_sequences_of: sequence 1 has shape (3, 4), sequence 0 (3, 2): only the lengths "
        "may differ");
    mixed[1] = matrix(CN_INT32, 3, 2);
    assert_null(cn_sequences_of(mixed, 2));
    assert_error(
        "cn_sequences_of: sequence 1 is int32, sequence 0 float32: all need one data type");
    mixed[1] = cn_array_new(CN_FLOAT32, NULL, 0, NULL);
    assert_null(cn_sequences_of(mixed, 2));
    assert_error("cn_sequences_of: sequence 1 is a single number, it needs a time axis");
    mixed[1] = NULL;
    assert_null(cn_sequences_of(mixed, 2));
    assert_error("cn_sequences_of: sequence 1: an array was expected, not NULL");
    assert_null(cn_sequences_of(mixed, 0));
    assert_error("cn_sequences_of: at least one sequence was expected, got 0");
}

static void bad_lengths_are_named(void **state)
{
    (void)state;
    cn_array *values = vector(6);
    assert_null(cn_sequences_from_lengths(values, (const int64_t[]){2, -1, 5}, 3));
    assert_error("cn_sequences_from_lengths: sequence 1 has a negative length, -1");
    assert_null(cn_sequences_from_lengths(values, (const int64_t[]){2, 5}, 2));
    assert_error("cn_sequences_from_lengths: sequence 1 has length 5, but 4 of 6 values are left");
    assert_null(cn_sequences_from_lengths(values, (const int64_t[]){2, 3}, 2));
    assert_error("cn_sequences_from_lengths: the lengths add up to 5, there are 6 values");
    assert_null(cn_sequences_from_lengths(values, NULL, 2));
    assert_error("cn_sequences_from_lengths: lengths were expected, not NULL");
    assert_null(cn_sequences_from_lengths(values, lengths, -1));
    assert_error("cn_sequences_from_lengths: the number of sequences is negative: -1");
    assert_null(cn_sequences_from_splits(values, (const int64_t[]){1, 6}, 1));
    assert_error("cn_sequences_from_splits: splits begins with 1, it must begin with 0");
    assert_null(cn_sequences_from_splits(values, (const int64_t[]){0, 4, 3}, 2));
    assert_error("cn_sequences_from_splits: sequence 1 has a negative length, -1");
    assert_null(cn_sequences_new(CN_INT32, NULL, 7));
    assert_error("cn_sequences_new: rank must be 0 to 6, not 7");
}

static void bad_calls_are_named(void **state)
{
    (void)state;
    cn_sequences *made = cn_sequences_from_lengths(vector(6), lengths, 3);
    assert_int_equal(cn_sequences_append(made, NULL, 2), CN_INVALID);
    assert_error("cn_sequences_append: sequence 3 is NULL, but has length 2");
    assert_int_equal(cn_sequences_append(made, numbers, -2), CN_INVALID);
    assert_error("cn_sequences_append: sequence 3 has a negative length, -2");
    assert_sequences(made);
    assert_int_equal(cn_sequences_length(made, 3), 0);
    assert_error("cn_sequences_length: there is no sequence 3 among 3");
    assert_null(cn_sequences_at(made, -1));
    assert_error("cn_sequences_at: there is no sequence -1 among 3");
    assert_int_equal(cn_sequences_count((const void *)vector(2)), 0);
    assert_error("cn_sequences_count: sequences were expected, not an array");
    assert_int_equal(cn_array_size((const void *)made), 0);
    assert_error("cn_array_size: an array was expected, not sequences");
    assert_int_equal(cn_sequences_set_padding(made, "left", 0), CN_INVALID);
    assert_error("cn_sequences_set_padding: padding must be \"pre\" or \"post\", not left");
    assert_int_equal(cn_sequences_set_padding(made, "pre", 0.5), CN_INVALID);
    assert_error("cn_sequences_set_padding: value is 0.5, which int32 cannot hold");
    assert_int_equal(cn_sequences_set_padding(made, "pre", -1), CN_OK);
}

static bool work(void)
{
    cn_array *parts[] = {vector(2), vector(4)};
    if (parts[0] == NULL || parts[1] == NULL)
        return false;
    cn_sequences *made = cn_sequences_of(parts, 2);
    bool done = made != NULL;
    for (int i = 0; done && i < 5; i++)
        done = cn_sequences_append(made, numbers, 5) == CN_OK;
    return done;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_fail_allocations(work);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_constructor_gives_the_same, test_forget),
        cmocka_unit_test_teardown(steps_may_have_features, test_forget),
        cmocka_unit_test_teardown(many_are_appended, test_forget),
        cmocka_unit_test_teardown(bad_lists_are_named, test_forget),
        cmocka_unit_test_teardown(bad_lengths_are_named, test_forget),
        cmocka_unit_test_teardown(bad_calls_are_named, test_forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, test_forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
