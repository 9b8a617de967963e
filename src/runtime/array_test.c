/* Arrays: made, viewed, sliced, cast, reshaped, random; and every mistake in doing so. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "cornu/error.h"
#include "runtime/array.h"
#include "runtime/dtype.h"

/* The kept message is text; forgets it. */
static void assert_error(const char *text)
{
    assert_string_equal(cn_error(), text);
    cn_clear_error();
}

static int forget(void **state)
{
    (void)state;
    cn_clear_session();
    assert_string_equal(cn_error(), "");
    return 0;
}

static void new_copies_or_zeroes(void **state)
{
    (void)state;
    float data[6] = {1, 2, 3, 4, 5, 6};
    cn_array *copy = cn_array_new(CN_FLOAT32, (int64_t[]){2, 3}, 2, data);
    cn_array *zeros = cn_array_new(CN_INT64, (int64_t[]){2, 0}, 2, NULL);
    data[5] = 0;
    assert_true(cn_array_at(copy, 5) == 6);
    assert_int_equal(cn_array_rank(copy), 2);
    assert_int_equal(cn_array_dim(copy, 0), 2);
    assert_int_equal(cn_array_dim(copy, -1), 3);
    assert_int_equal(cn_array_size(copy), 6);
    assert_int_equal(cn_array_dtype(copy), CN_FLOAT32);
    assert_int_equal(cn_array_row_bytes(copy), 12);
    assert_int_equal(cn_array_size(zeros), 0);
    assert_int_equal((uintptr_t)cn_array_data(copy) % 64, 0);
}

static void a_scalar_has_no_axes(void **state)
{
    (void)state;
    cn_array *scalar = cn_array_new(CN_FLOAT64, NULL, 0, &(double){2.5});
    assert_int_equal(cn_array_rank(scalar), 0);
    assert_int_equal(cn_array_size(scalar), 1);
    assert_true(cn_array_at(scalar, 0) == 2.5);
    assert_int_equal(cn_array_size(cn_zeros({4, 5}, .dtype = CN_BOOL)), 20);
}

static void making_refuses_bad_shapes(void **state)
{
    (void)state;
    int64_t dims[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    assert_null(cn_array_new(CN_FLOAT32, dims, 9, NULL));
    assert_error("cn_array_new: rank must be 0 to 8, not 9");
    assert_null(cn_array_new(CN_FLOAT32, NULL, 2, NULL));
    assert_error("cn_array_new: dims is NULL, 2 dimensions were expected");
    assert_null(cn_array_new(CN_FLOAT32, (int64_t[]){3, -1}, 2, NULL));
    assert_error("cn_array_new: axis 1 of shape (3, None) is negative");
    assert_null(cn_array_new(CN_FLOAT32, (int64_t[]){INT64_MAX, INT64_MAX}, 2, NULL));
    assert_error(
        "cn_array_new: shape (9223372036854775807, 9223372036854775807) is too large for this machine");
    assert_null(cn_array_new((cn_dtype)7, (int64_t[]){1}, 1, NULL));
    assert_error("cn_array_new: 7 is not a dtype");
    assert_null(cn_zeros({1, -5}));
    assert_error("cn_zeros: axis 1 of shape (1, -5) is negative");
    assert_null(cn_array_view(CN_UINT8, (int64_t[]){3}, 1, NULL));
    assert_error("cn_array_view: data is NULL, 3 elements of uint8 were expected");
}

static void views_share_memory(void **state)
{
    (void)state;
    int32_t data[6] = {0, 1, 2, 3, 4, 5};
    cn_array *view = cn_array_view(CN_INT32, (int64_t[]){3, 2}, 2, data);
    cn_array *rows = cn_array_slice(view, 1, -1),
             *flat = cn_array_reshape(view, (int64_t[]){CN_NONE}, 1);
    data[2] = 70;
    assert_int_equal(cn_array_dim(rows, 0), 1);
    assert_true(cn_array_at(rows, 0) == 70);
    assert_int_equal(cn_array_dim(flat, 0), 6);
    assert_true(cn_array_at(flat, 2) == 70);
    cn_array_free(view);
    assert_int_equal(data[5], 5);
}

static void slices_follow_python(void **state)
{
    (void)state;
    cn_array *rows = cn_array_new(CN_INT32, (int64_t[]){5}, 1, (int32_t[]){0, 1, 2, 3, 4});
    static const struct {
        int64_t start, stop, first, count;
    } cases[] = {{0, 5, 0, 5},         {1, 3, 1, 2},
                 {-2, 5, 3, 2},        {0, -1, 0, 4},
                 {3, 1, 0, 0},         {-99, 2, 0, 2},
                 {2, INT64_MAX, 2, 3}, {9, 12, 0, 0},
                 {5, 5, 0, 0},         {INT64_MIN, INT64_MIN, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cn_array *part = cn_array_slice(rows, cases[i].start, cases[i].stop);
        assert_int_equal(cn_array_dim(part, 0), cases[i].count);
        if (cases[i].count > 0)
            assert_true(cn_array_at(part, 0) == (double)cases[i].first);
    }
    assert_null(cn_array_slice(cn_array_new(CN_INT32, NULL, 0, NULL), 0, 1));
    assert_error("cn_array_slice: a scalar has no rows");
}

static void reshape_computes_one_dimension(void **state)
{
    (void)state;
    cn_array *array = cn_zeros({2, 6});
    cn_array *shaped = cn_array_reshape(array, (int64_t[]){3, CN_NONE}, 2);
    assert_int_equal(cn_array_dim(shaped, 1), 4);
    assert_null(cn_array_reshape(array, (int64_t[]){5, CN_NONE}, 2));
    assert_error("cn_array_reshape: 12 elements of shape (2, 6) do not fit into shape (5, None)");
    assert_null(cn_array_reshape(array, (int64_t[]){0, CN_NONE}, 2));
    assert_error("cn_array_reshape: 12 elements of shape (2, 6) do not fit into shape (0, None)");
    assert_null(cn_array_reshape(array, (int64_t[]){CN_NONE, CN_NONE}, 2));
    assert_error("cn_array_reshape: only one dimension of (None, None) may be unknown");
    assert_null(cn_array_reshape(array, (int64_t[]){11}, 1));
    assert_error("cn_array_reshape: 12 elements of shape (2, 6) do not fit into shape (11,)");
}

/* Every pair of types holds 0 and 1 exactly. */
static void casts_go_between_all_types(void **state)
{
    (void)state;
    for (int from = CN_FLOAT32; from <= CN_BOOL; from++)
        for (int to = CN_FLOAT32; to <= CN_BOOL; to++) {
            cn_array *bits = cn_random_integers(0, 2, {3, 700});
            cn_array *start = cn_array_cast(bits, (cn_dtype)from);
            cn_array *end = cn_array_cast(start, (cn_dtype)to);
            assert_int_equal(cn_array_dtype(end), to);
            for (int64_t i = 0; i < 2100; i++)
                assert_true(cn_array_at(end, i) == cn_array_at(bits, i));
            cn_clear_session();
        }
}

static void casts_truncate_and_keep_what_is_not_finite(void **state)
{
    (void)state;
    const double reals[] = {1.9, -1.9, 255.9, -0.9};
    cn_array *array = cn_array_new(CN_FLOAT64, (int64_t[]){4}, 1, reals);
    cn_array *whole = cn_array_cast(array, CN_INT32), *bools = cn_array_cast(array, CN_BOOL);
    assert_true(cn_array_at(whole, 0) == 1 && cn_array_at(whole, 1) == -1);
    assert_true(cn_array_at(bools, 3) == 1);
    cn_array *odd = cn_array_new(CN_FLOAT64, (int64_t[]){2}, 1, (double[]){NAN, -INFINITY});
    cn_array *floats = cn_array_cast(odd, CN_FLOAT32);
    assert_true(isnan(cn_array_at(floats, 0)));
    assert_true(cn_array_at(floats, 1) == -INFINITY);
}

static void casts_name_the_first_bad_element(void **state)
{
    (void)state;
    static const struct {
        double value;
        cn_dtype dtype;
        const char *message;
    } cases[] = {
        {256, CN_UINT8, "cn_array_cast: element 600 is 256, which uint8 cannot hold"},
        {-1, CN_UINT8, "cn_array_cast: element 600 is -1, which uint8 cannot hold"},
        {2147483648.0, CN_INT32,
         "cn_array_cast: element 600 is 2.14748365e+09, which int32 cannot hold"},
        {9223372036854775808.0, CN_INT64,
         "cn_array_cast: element 600 is 9.22337204e+18, which int64 cannot hold"},
        {1e39, CN_FLOAT32, "cn_array_cast: element 600 is 1e+39, which float32 cannot hold"},
    };
    cn_array *array = cn_array_new(CN_FLOAT64, (int64_t[]){700}, 1, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ((double *)cn_array_data(array))[600] = cases[i].value;
        assert_null(cn_array_cast(array, cases[i].dtype));
        assert_error(cases[i].message);
    }
    ((double *)cn_array_data(array))[600] = NAN;
    assert_null(cn_array_cast(array, CN_INT64));
    assert_non_null(strstr(cn_error(), "element 600 is nan"));
    cn_clear_error();
    cn_array *wide = cn_array_new(CN_INT64, (int64_t[]){2}, 1, (int64_t[]){5, 3000000000});
    assert_null(cn_array_cast(wide, CN_INT32));
    assert_error("cn_array_cast: element 1 is 3000000000, which int32 cannot hold");
    assert_true(cn_array_at(cn_array_cast(wide, CN_FLOAT32), 1) == 3e9);
    assert_null(cn_array_cast(wide, (cn_dtype)-1));
    assert_error("cn_array_cast: -1 is not a dtype");
}

static void mistaken_objects_are_named(void **state)
{
    (void)state;
    cn_kind tensor = CN_KIND_TENSOR;
    assert_int_equal(cn_array_size((const cn_array *)(const void *)&tensor), 0);
    assert_error("cn_array_size: an array was expected, not a tensor");
    assert_true(isnan(cn_array_at(NULL, 0)));
    assert_error("cn_array_at: an array was expected, not NULL");
    assert_null(cn_array_data(NULL));
    assert_int_equal(cn_array_rank(NULL), 0); /* the first message stays */
    assert_error("cn_array_data: an array was expected, not NULL");
    cn_array *array = cn_zeros({2, 3});
    assert_int_equal(cn_array_dim(array, 2), 0);
    assert_error("cn_array_dim: axis 2 of an array with shape (2, 3) does not exist");
    assert_true(isnan(cn_array_at(array, 6)));
    assert_error("cn_array_at: index 6 is outside an array of 6 elements");
    cn_array_free(NULL);
}

static void the_first_failure_keeps_its_name(void **state)
{
    (void)state;
    assert_null(cn_zeros({-2}));
    assert_null(cn_array_new(CN_FLOAT32, NULL, 99, NULL));
    assert_error("cn_zeros: axis 0 of shape (-2,) is negative");
}

static void random_arrays_stay_in_their_range(void **state)
{
    (void)state;
    cn_array *uniform = cn_random({100, 64}, .minval = -2, .maxval = 3);
    cn_array *narrow = cn_random({1000}, .minval = 1, .maxval = 1 + 1e-7);
    cn_array *whole = cn_random_integers(-3, 4, {1000});
    bool seen[7] = {false};
    for (int64_t i = 0; i < 6400; i++)
        assert_true(cn_array_at(uniform, i) >= -2 && cn_array_at(uniform, i) < 3);
    for (int64_t i = 0; i < 1000; i++)
        assert_true(cn_array_at(narrow, i) == 1);
    for (int64_t i = 0; i < 1000; i++) {
        assert_true(cn_array_at(whole, i) >= -3 && cn_array_at(whole, i) < 4);
        seen[(int)cn_array_at(whole, i) + 3] = true;
    }
    for (int i = 0; i < 7; i++)
        assert_true(seen[i]);
    assert_int_equal(cn_array_dtype(whole), CN_INT32);
}

static void normal_arrays_have_their_moments(void **state)
{
    (void)state;
    const int64_t n = 40000;
    cn_array *normal = cn_random_normal({200, 200}, .mean = 5, .stddev = 2, .seed = 1);
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; i++)
        sum += cn_array_at(normal, i);
    for (int64_t i = 0; i < n; i++)
        squares += pow(cn_array_at(normal, i) - sum / (double)n, 2);
    assert_true(fabs(sum / (double)n - 5) < 0.05);
    assert_true(fabs(sqrt(squares / (double)n) - 2) < 0.05);
}

static bool same(const cn_array *a, const cn_array *b)
{
    return memcmp(cn_array_data(a), cn_array_data(b), 4 * (size_t)cn_array_size(a)) == 0;
}

static void seeds_make_random_arrays_repeatable(void **state)
{
    (void)state;
    cn_set_random_seed(7);
    cn_array *first = cn_random({50}), *second = cn_random({50});
    cn_set_random_seed(7);
    assert_true(same(first, cn_random({50})));
    assert_false(same(first, second));
    cn_array *named = cn_random({50}, .seed = 7);
    assert_true(same(named, cn_random({50}, .seed = 7)));
    assert_false(same(named, first));
}

static void random_refuses_bad_ranges(void **state)
{
    (void)state;
    assert_null(cn_random({2}, .minval = 2));
    assert_error("cn_random: minval and maxval must be finite and in this order, not 2 and 1");
    assert_null(cn_random({2}, .maxval = INFINITY));
    assert_error("cn_random: minval and maxval must be finite and in this order, not 0 and inf");
    assert_null(cn_random_normal({2}, .stddev = -1));
    assert_error(
        "cn_random_normal: mean must be finite, stddev finite and not negative, not 0 and -1");
    assert_null(cn_random_integers(5, 5, {2}));
    assert_error(
        "cn_random_integers: low must be below high and both must fit into int32, not 5 and 5");
    assert_null(cn_random_integers(0, 5, {2, -2}));
    assert_error("cn_random_integers: axis 1 of shape (2, -2) is negative");
}

static void dtypes_have_names_and_sizes(void **state)
{
    (void)state;
    cn_dtype dtype = CN_FLOAT32;
    assert_int_equal(cn_dtype_by_name("cn_input", "uint8", &dtype), CN_OK);
    assert_int_equal(dtype, CN_UINT8);
    assert_int_equal(cn_dtype_size(CN_INT64), 8);
    assert_string_equal(cn_dtype_name(CN_BOOL), "bool");
    assert_int_equal(cn_dtype_size((cn_dtype)77), 0);
    assert_string_equal(cn_dtype_name((cn_dtype)77), "unknown");
    assert_int_equal(cn_dtype_by_name("cn_input", "flota32", &dtype), CN_INVALID);
    assert_error("cn_input: unknown dtype 'flota32'; did you mean 'float32'?");
    assert_int_equal(cn_dtype_by_name("cn_input", "complex", &dtype), CN_INVALID);
    assert_error(
        "cn_input: unknown dtype 'complex'; known are float32, float64, int32, int64, uint8, bool, "
        "string");
    assert_string_equal(cn_dtype_name(CN_STRING), "string");
    assert_int_equal(cn_dtype_size(CN_STRING), sizeof(char *));
}

static void strings_are_kept_as_pointers(void **state)
{
    (void)state;
    const char *words[] = {"one", "two", "three", "four"};
    cn_array *viewed = cn_array_of_texts((cn_texts){4, words});
    cn_array *copied = cn_array_new(CN_STRING, (int64_t[]){2, 2}, 2, words);
    assert_int_equal(cn_array_dtype(viewed), CN_STRING);
    assert_int_equal(cn_array_dim(viewed, 0), 4);
    assert_string_equal(cn_array_text(cn_array_slice(copied, 1, 2), 1), "four");
    assert_ptr_equal(cn_array_text(cn_array_cast(viewed, CN_STRING), 2), words[2]);
    words[0] = "changed";
    assert_string_equal(cn_array_text(viewed, 0), "changed");
    assert_string_equal(cn_array_text(copied, 0), "one");
    assert_string_equal(cn_error(), "");
}

static void strings_are_no_numbers(void **state)
{
    (void)state;
    cn_array *words = cn_array_of_texts(CN_TEXTS("1", "2"));
    cn_array *numbers = cn_zeros({2});
    assert_true(isnan(cn_array_at(words, 0)));
    assert_error("cn_array_at: an array of numbers was expected, not of strings");
    assert_null(cn_array_text(numbers, 0));
    assert_error("cn_array_text: an array of strings was expected, not of float32");
    assert_null(cn_array_text(words, 2));
    assert_error("cn_array_text: index 2 is outside an array of 2 elements");
    assert_null(cn_array_cast(words, CN_FLOAT32));
    assert_error("cn_array_cast: string cannot become float32");
    assert_null(cn_array_cast(numbers, CN_STRING));
    assert_error("cn_array_cast: float32 cannot become string");
    assert_null(cn_array_of_texts((cn_texts){3, NULL}));
    assert_error("cn_array_of_texts: a list of texts was expected, not 3 at NULL");
    assert_false(cn_array_put(words, 0, 1));
}

static bool make_everything(void)
{
    cn_array *array = cn_random({10, 10});
    if (array == NULL)
        return false;
    return cn_array_slice(array, 0, 1) != NULL &&
           cn_array_reshape(array, (int64_t[]){100}, 1) != NULL &&
           cn_array_cast(array, CN_INT64) != NULL && cn_random_normal({3}) != NULL &&
           cn_random_integers(0, 3, {3}) != NULL && cn_zeros({2}) != NULL;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    bool done = false;
    for (int64_t n = 1; !done; n++) {
        cn_memory_fail_at(n);
        done = make_everything();
        cn_memory_fail_at(0);
        assert_int_equal(cn_error_status(), done ? CN_OK : CN_OUT_OF_MEMORY);
        cn_clear_error();
        cn_clear_session();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(new_copies_or_zeroes, forget),
        cmocka_unit_test_teardown(a_scalar_has_no_axes, forget),
        cmocka_unit_test_teardown(making_refuses_bad_shapes, forget),
        cmocka_unit_test_teardown(views_share_memory, forget),
        cmocka_unit_test_teardown(slices_follow_python, forget),
        cmocka_unit_test_teardown(reshape_computes_one_dimension, forget),
        cmocka_unit_test_teardown(casts_go_between_all_types, forget),
        cmocka_unit_test_teardown(casts_truncate_and_keep_what_is_not_finite, forget),
        cmocka_unit_test_teardown(casts_name_the_first_bad_element, forget),
        cmocka_unit_test_teardown(mistaken_objects_are_named, forget),
        cmocka_unit_test_teardown(the_first_failure_keeps_its_name, forget),
        cmocka_unit_test_teardown(random_arrays_stay_in_their_range, forget),
        cmocka_unit_test_teardown(normal_arrays_have_their_moments, forget),
        cmocka_unit_test_teardown(seeds_make_random_arrays_repeatable, forget),
        cmocka_unit_test_teardown(random_refuses_bad_ranges, forget),
        cmocka_unit_test_teardown(dtypes_have_names_and_sizes, forget),
        cmocka_unit_test_teardown(strings_are_kept_as_pointers, forget),
        cmocka_unit_test_teardown(strings_are_no_numbers, forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
