/* Layers of categories: what they give and learn is what Keras gives and learns; their messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "cornu/cornu.h"
#include "layers/categories.h"
#include "support/anew.h"
#include "support/keras_preprocessing.h"

static void keras_says_the_same(void **state)
{
    (void)state;
    cn_keras_check_preprocessing("category_layers.json", 60);
}

static void what_was_learnt_is_read(void **state)
{
    (void)state;
    cn_keras_check_saved_preprocessing("category_layers.json",
                                       CN_SOURCE_DIR "/tests/keras/data/saved/lookups.keras",
                                       "categories_test.keras");
}

static void check_error(const char *message)
{
    assert_string_equal(cn_error(), message);
    cn_clear_error();
}

static void bad_arguments_are_named(void **state)
{
    (void)state;
    assert_null(cn_discretization());
    check_error("discretization_1: either bin_boundaries or num_bins is needed");
    assert_null(cn_discretization(.bin_boundaries = CN_NUMBERS(1, 3, 2)));
    check_error("discretization_2: bin_boundaries must be in ascending order, got 2 as number 2");
    assert_null(cn_discretization(.num_bins = 3, .output_mode = "tf_idf"));
    check_error("discretization_3: output_mode must be \"int\", \"one_hot\", \"multi_hot\" or "
                "\"count\", got \"tf_idf\"");
    assert_null(cn_category_encoding(0));
    check_error("category_encoding_1: num_tokens must be positive, got 0");
    assert_null(cn_hashing(0));
    check_error("hashing_1: num_bins must be positive, got 0");
    assert_null(cn_integer_lookup(.vocabulary = CN_NUMBERS(1, 2, 1)));
    check_error("integer_lookup_1: vocabulary has 1 twice");
    assert_null(cn_integer_lookup(.vocabulary = CN_NUMBERS(1, 2), .max_tokens = 2));
    check_error("integer_lookup_2: vocabulary needs 3 places, max_tokens is 2");
    assert_null(cn_integer_lookup(.vocabulary = CN_NUMBERS(1, 2), .output_mode = "tf_idf"));
    check_error("integer_lookup_3: idf_weights need a weight for each of the vocabulary, 2, got 0");
}

static void bad_calls_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}, .dtype = "int32"), *real = cn_input({1});
    assert_null(cn_call(cn_integer_lookup(), x));
    check_error("integer_lookup_1: has no vocabulary yet, it is to learn one by cn_adapt before it "
                "is called");
    assert_null(cn_call(cn_discretization(.num_bins = 3), x));
    check_error("discretization_1: has no boundaries yet, it is to learn them by cn_adapt before "
                "it is called");
    assert_null(cn_call(cn_hashed_crossing(3), x, x));
    check_error("hashed_crossing_1: takes inputs of shape (None,) or (None, 1), got (None, 3)");
    assert_null(cn_call(cn_hashed_crossing(3), real, real));
    check_error("hashed_crossing_2: takes whole numbers or strings, got float32");
    assert_null(cn_call(cn_category_encoding(3), x, real));
    check_error("category_encoding_1: count_weights are for output_mode \"count\", not "
                "\"multi_hot\"");
    cn_array *data = cn_array_new(CN_INT32, (const int64_t[]){2}, 1, (const int32_t[]){5, 6});
    assert_int_equal(cn_adapt(cn_dense(3), data), CN_INVALID);
    check_error("cn_adapt: dense_1 learns nothing from data");
    cn_layer *lookup = cn_integer_lookup(.vocabulary = CN_NUMBERS(5), .num_oov_indices = 0);
    assert_int_equal(cn_adapt(lookup, data), CN_INVALID);
    check_error("cn_adapt: integer_lookup_2: a vocabulary was given, there is nothing to learn");
    cn_model *model = cn_model_of(x, cn_call(lookup, x));
    cn_array *other =
        cn_array_new(CN_INT32, (const int64_t[]){1, 3}, 2, (const int32_t[]){5, 6, 5});
    assert_null(cn_predict(model, other));
    assert_non_null(strstr(cn_error(), "integer_lookup_2: place in the vocabulary (-1: it is not "
                                       "there, and num_oov_indices is 0) -1 at row 0, place 1"));
    assert_int_equal(cn_adapt(lookup, data), CN_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keras_says_the_same, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(what_was_learnt_is_read, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(bad_arguments_are_named, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(bad_calls_are_named, cn_begin_anew, cn_begin_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
