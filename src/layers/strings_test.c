/* Layers that take strings: what they give and learn is what Keras gives and learns; models with
 * them; their messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cornu/cornu.h"
#include "layers/categories.h"
#include "saving/weights.h"
#include "support/anew.h"
#include "support/keras_preprocessing.h"

/* ---- Keras ----------------------------------------------------------------------------------- */

static void keras_says_the_same(void **state)
{
    (void)state;
    cn_keras_check_preprocessing("string_layers.json", 100);
}

static void what_was_learnt_is_read(void **state)
{
    (void)state;
    cn_keras_check_saved_preprocessing("string_layers.json",
                                       CN_SOURCE_DIR "/tests/keras/data/saved/strings.keras",
                                       "strings_test.keras");
}

/* ---- files ----------------------------------------------------------------------------------- */

static void check_idf_weights(cn_h5_file *file, const char *path, int64_t n)
{
    cn_h5_object *object = NULL;
    cn_h5_data data;
    assert_int_equal(cn_h5_find(cn_h5_root(file), path, &object), CN_OK);
    if (object == NULL)
        fail_msg("there is no %s", path);
    assert_int_equal(cn_h5_data_of(object, &data), CN_OK);
    assert_int_equal(data.dtype, CN_FLOAT32);
    assert_int_equal(cn_shape_size(&data.shape), n);
}

/* Keras asks for them beside the config, and twice where a layer stands in a layer. */
static void idf_weights_are_written_for_keras(void **state)
{
    (void)state;
    cn_layer *lookup = cn_string_lookup(.vocabulary = CN_TEXTS("a", "b"), .output_mode = "tf_idf",
                                        .idf_weights = CN_NUMBERS(1, 2)),
             *words = cn_text_vectorization(.vocabulary = CN_TEXTS("a", "b", "c"),
                                            .output_mode = "tf_idf",
                                            .idf_weights = CN_NUMBERS(1, 2, 3));
    cn_tensor *x = cn_input({1}, .dtype = "string");
    cn_model *model = cn_model_of(x, CN_LIST(cn_call(lookup, x), cn_call(words, x)));
    assert_int_equal(cn_save_weights(model, "strings_test.weights.h5"), CN_OK);
    char *bytes = NULL;
    cn_h5_file *file = NULL;
    assert_int_equal(cn_open_h5_file("strings_test.weights.h5", &bytes, &file), CN_OK);
    check_idf_weights(file, "layers/string_lookup/vars/idf_weights", 3);
    check_idf_weights(file, "layers/text_vectorization/vars/idf_weights", 4);
    check_idf_weights(file, "layers/text_vectorization/_lookup_layer/vars/idf_weights", 4);
    cn_h5_close(file);
    cn_release(bytes);
    assert_int_equal(cn_load_weights(model, "strings_test.weights.h5"), CN_OK);
    assert_int_equal(remove("strings_test.weights.h5"), 0);
}

/* A file with the config and the weights of Keras's, and another first vocabulary. */
static void write_with_vocabulary(const char *path, const char *vocabulary, size_t bytes)
{
    static const char *const kept[] = {"config.json", "model.weights.h5"};
    cn_archive archive;
    cn_archive_writer writer;
    char *data[2] = {NULL, NULL};
    const cn_bytes lines = {vocabulary, bytes};
    assert_int_equal(
        cn_archive_open(&archive, CN_SOURCE_DIR "/tests/keras/data/saved/strings.keras", ".keras"),
        CN_OK);
    assert_int_equal(cn_archive_begin(&writer, path), CN_OK);
    for (int i = 0; i < 2; i++) {
        cn_member member;
        bool found = false;
        assert_int_equal(cn_archive_find(&archive, kept[i], &member, &found), CN_OK);
        assert_true(found);
        assert_int_equal(cn_archive_read_all(&archive, &member, 1 << 24, &data[i]), CN_OK);
        const cn_bytes part = {data[i], (size_t)member.bytes};
        assert_int_equal(cn_archive_add(&writer, kept[i], &part, 1, false), CN_OK);
    }
    assert_int_equal(cn_archive_add(&writer, "assets/layers/text_vectorization/vocabulary.txt",
                                    &lines, 1, false),
                     CN_OK);
    assert_int_equal(cn_archive_commit(&writer), CN_OK);
    cn_archive_close(&archive);
    cn_release(data[0]);
    cn_release(data[1]);
}

static void check_refused(const char *vocabulary, const char *message)
{
    write_with_vocabulary("strings_test.keras", vocabulary, strlen(vocabulary));
    assert_null(cn_load_model("strings_test.keras"));
    if (strstr(cn_error(), message) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", message, cn_error());
    cn_clear_error();
    assert_int_equal(remove("strings_test.keras"), 0);
}

static void bad_vocabularies_are_refused(void **state)
{
    (void)state;
    check_refused("\n[UNK]\nthe\ncaf\xe9\n", "vocabulary.txt: line 4 is not UTF-8");
    check_refused("\n[UNK]\nthe\nthe\n", "vocabulary has \"the\" twice");
    check_refused("the\n\ncat\n", "vocabulary has the mask_token \"\"");
}

/* ---- models ---------------------------------------------------------------------------------- */

enum { TEXTS = 24 };

/* Every third text says that it is good. */
static const char *const texts[TEXTS] = {"good",
                                         "a bad day",
                                         "bad",
                                         "What a good thing this is, after all",
                                         "bad, bad, bad",
                                         "not a word",
                                         "it is good",
                                         "it is bad",
                                         "the rest of the world",
                                         "so good!",
                                         "so bad!",
                                         "so what?",
                                         "GOOD",
                                         "BAD",
                                         "Neither",
                                         "good and good and good",
                                         "bad and",
                                         "and",
                                         "one good word",
                                         "one bad word",
                                         "one word",
                                         "good good",
                                         "bad bad",
                                         "no no"};

static cn_array *text_array(void)
{
    return cn_array_of_texts((cn_texts){TEXTS, texts});
}

static cn_array *label_array(void)
{
    cn_array *labels = cn_zeros({TEXTS, 1});
    for (int i = 0; i < TEXTS; i += 3)
        ((float *)cn_array_data(labels))[i] = 1;
    return labels;
}

static cn_model *classifier(cn_layer *words)
{
    cn_tensor *x = cn_input({1}, .dtype = "string");
    cn_tensor *y = cn_chain(x, words, cn_embedding(40, 8, .mask_zero = true),
                            cn_global_average_pooling1d(), cn_dense(1, .activation = "sigmoid"));
    return cn_model_of(x, y);
}

/* Padded as far as a batch needs, a model gives the same as with fixed lengths, in any batches. */
static void texts_are_learnt(void **state)
{
    (void)state;
    cn_set_random_seed(3);
    cn_layer *words = cn_text_vectorization(.max_tokens = 40);
    assert_int_equal(cn_adapt(words, text_array()), CN_OK);
    cn_model *model = classifier(words);
    cn_compile(model, .optimizer = cn_adam(0.05), .loss = "binary_crossentropy",
               .metrics = {"accuracy"});
    assert_non_null(
        cn_fit(model, text_array(), label_array(), .epochs = 40, .batch_size = 5, .verbose = 0));
    cn_scores scores = cn_evaluate(model, text_array(), label_array(), .verbose = 0);
    assert_true(cn_score(scores, "accuracy") == 1);
    cn_array *all = cn_predict(model, text_array(), .batch_size = TEXTS);
    cn_array *each = cn_predict(model, text_array(), .batch_size = 1);
    for (int64_t i = 0; i < TEXTS; i++)
        assert_true(fabs(cn_array_at(all, i) - cn_array_at(each, i)) < 1e-6);
    assert_string_equal(cn_error(), "");
}

/* Without texts only a length that is said is known. */
static void a_step_without_texts_needs_a_length(void **state)
{
    (void)state;
    const cn_texts words = CN_TEXTS("a", "b");
    cn_model *open = classifier(cn_text_vectorization(.vocabulary = words)),
             *closed = classifier(
                 cn_text_vectorization(.vocabulary = words, .output_sequence_length = 5));
    assert_true(cn_step_memory(closed, 8, false) > 0);
    assert_int_equal(cn_step_memory(open, 8, false), -1);
    assert_string_equal(cn_error(), "text_vectorization_1: how many words texts have is not known "
                                    "here, output_sequence_length can say it");
    cn_clear_error();
}

/* The numbers of each text are those of cn_vectorize. */
static void lengths_follow_the_batch(void **state)
{
    (void)state;
    cn_layer *words = cn_text_vectorization(.ngrams = {1, 2});
    assert_int_equal(cn_adapt(words, text_array()), CN_OK);
    cn_tensor *x = cn_input({1}, .dtype = "string"), *inner = cn_input({1}, .dtype = "string");
    cn_model *within = cn_model_of(inner, cn_call(words, inner));
    cn_tensor *y = cn_call(within, x);
    assert_int_equal(cn_tensor_dim(y, 1), CN_NONE);
    cn_model *model = cn_model_of(x, y);
    cn_vocabulary *vocabulary = cn_vocabulary_of((cn_texts){TEXTS, texts}, .ngrams = {1, 2});
    cn_array *expected = cn_vectorize(vocabulary, ((cn_texts){TEXTS, texts}));
    for (int64_t batch = 1; batch <= TEXTS; batch += 7) {
        cn_array *got = cn_predict(model, text_array(), .batch_size = batch);
        assert_int_equal(cn_array_size(got), cn_array_size(expected));
        for (int64_t i = 0; i < cn_array_size(got); i++)
            assert_true(cn_array_at(got, i) == cn_array_at(expected, i));
    }
    assert_string_equal(cn_error(), "");
}

static cn_sequences *word_sequences(void)
{
    cn_sequences *words = cn_sequences_new(CN_STRING, NULL, 0);
    (void)cn_sequences_append(words, (const char *const[]){"red", "blue", "red"}, 3);
    (void)cn_sequences_append(words, NULL, 0);
    (void)cn_sequences_append(words, (const char *const[]){"grey"}, 1);
    return words;
}

/* Padding is the empty string, which a mask token may be. */
static void sequences_may_be_of_strings(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({CN_NONE}, .dtype = "string");
    cn_layer *lookup = cn_string_lookup(.vocabulary = CN_TEXTS("red", "blue"), .mask_token = "");
    cn_model *model = cn_model_of(x, cn_call(lookup, x));
    cn_array *y = cn_predict(model, word_sequences());
    const double expected[3][3] = {{2, 3, 2}, {0, 0, 0}, {1, 0, 0}};
    assert_int_equal(cn_array_size(y), 9);
    for (int64_t i = 0; i < 9; i++)
        assert_true(cn_array_at(y, i) == expected[i / 3][i % 3]);
    assert_string_equal(cn_error(), "");
}

static void strings_come_out_again(void **state)
{
    (void)state;
    const cn_texts words = CN_TEXTS("red", "blue", "green");
    cn_tensor *x = cn_input({3}, .dtype = "string");
    cn_tensor *places = cn_call(cn_string_lookup(.vocabulary = words), x);
    cn_tensor *y = cn_call(cn_string_lookup(.vocabulary = words, .invert = true), places);
    cn_model *model = cn_model_of(x, CN_LIST(places, y, x));
    cn_array *data = cn_array_new(CN_STRING, (int64_t[]){2, 3}, 2,
                                  (const char *const[]){"blue", "grey", "red", "", "green", "red"});
    const cn_predictions out = cn_predict_all(model, data, .batch_size = 1);
    assert_int_equal(out.count, 3);
    const char *const expected[] = {"blue", "[UNK]", "red", "[UNK]", "green", "red"};
    for (int64_t i = 0; i < 6; i++) {
        assert_string_equal(cn_array_text(out.at[1], i), expected[i]);
        assert_string_equal(cn_array_text(out.at[2], i), cn_array_text(data, i));
    }
    assert_int_equal(cn_array_dtype(out.at[0]), CN_FLOAT32);
    assert_string_equal(cn_error(), "");
}

static void a_sequential_takes_strings_from_its_data(void **state)
{
    (void)state;
    cn_model *model = cn_sequential();
    cn_sequential_add(model, cn_hashing(11, .output_mode = "count"));
    cn_sequential_add(model, cn_dense(1));
    cn_array *x =
        cn_array_new(CN_STRING, (int64_t[]){2, 2}, 2, (const char *const[]){"a", "b", "c", "a"});
    cn_array *y = cn_predict(model, x);
    assert_int_equal(cn_array_size(y), 2);
    assert_string_equal(cn_error(), "");
}

/* "" is the last line of vocabulary.txt, after which none follows; tools/keras/string_cases.py
 * wrote the files. */
static void an_empty_word_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *mode;
        double expected[4];
    } cases[] = {{"multi_hot", {1, 1, 0, 1}},
                 {"count", {1, 1, 0, 1}},
                 {"tf_idf", {1.014840841293335, 0.8472978472709656, 0, 1.0986123085021973}}};
    cn_array *x =
        cn_array_new(CN_STRING, (int64_t[]){1, 3}, 2, (const char *const[]){"a", "", "z"});
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/tests/keras/data/saved/empty_word.%s.keras",
                       CN_SOURCE_DIR, cases[i].mode);
        cn_array *y = cn_predict(cn_load_model(path), x, .verbose = 0);
        assert_string_equal(cn_error(), "");
        assert_int_equal(cn_array_size(y), 4);
        for (int k = 0; k < 4; k++)
            assert_float_equal(cn_array_at(y, k), cases[i].expected[k], 1e-6);
        cn_array_free(y);
    }
    cn_array_free(x);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static cn_array *learn_and_save(void)
{
    cn_layer *words = cn_text_vectorization(.max_tokens = 10, .ngrams = {1, 2}),
             *lookup = cn_string_lookup(.output_mode = "tf_idf");
    cn_array *data = cn_array_of_texts(CN_TEXTS("a b", "b c", "b", "a"));
    (void)cn_adapt(words, data);
    (void)cn_adapt(lookup, data);
    cn_tensor *x = cn_input({1}, .dtype = "string");
    cn_tensor *vectors = cn_chain(x, words, cn_embedding(10, 2), cn_global_average_pooling1d());
    cn_model *model = cn_model_of(x, cn_call(cn_concatenate(), vectors, cn_call(lookup, x)));
    cn_compile(model, .loss = "mse");
    cn_fit(model, data, cn_zeros({4, 7}), .batch_size = 2, .verbose = 0);
    cn_save(model, "strings_test.keras");
    return cn_predict(cn_load_model("strings_test.keras"), data);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    int64_t n = 0;
    for (bool failed = true; failed; n++) {
        cn_begin_anew(state);
        cn_memory_fail_at(n);
        const cn_array *y = learn_and_save();
        failed = cn_memory_has_failed() || n == 0;
        cn_memory_fail_at(0);
        if (y == NULL && cn_error_status() != CN_OUT_OF_MEMORY)
            fail_msg("allocation %d: status %d: %s", (int)n, (int)cn_error_status(), cn_error());
        if (y == NULL && !failed)
            fail_msg("without a failure: %s", cn_error());
    }
    assert_true(n > 200);
    assert_int_equal(remove("strings_test.keras"), 0);
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static void check_error(const char *message)
{
    assert_string_equal(cn_error(), message);
    cn_clear_error();
}

static void bad_arguments_are_named(void **state)
{
    (void)state;
    assert_null(cn_string_lookup(.vocabulary = CN_TEXTS("a", "b", "a")));
    check_error("string_lookup_1: vocabulary has \"a\" twice");
    assert_null(cn_string_lookup(.vocabulary = CN_TEXTS("a", NULL)));
    check_error("string_lookup_2: vocabulary has NULL as text 1");
    assert_null(cn_string_lookup(.vocabulary = CN_TEXTS("a", "\xff")));
    check_error("string_lookup_3: vocabulary has a text that is not UTF-8, number 1");
    assert_null(cn_string_lookup(.vocabulary = CN_TEXTS("a", "b"), .mask_token = "b"));
    check_error(
        "string_lookup_4: vocabulary has the mask_token \"b\": special tokens may stand at its "
        "start only");
    assert_null(
        cn_string_lookup(.vocabulary = CN_TEXTS("a", "?"), .oov_token = "?", .invert = true));
    check_error(
        "string_lookup_5: vocabulary has the oov_token \"?\": special tokens may stand at its "
        "start only");
    assert_null(cn_string_lookup(.vocabulary = CN_TEXTS("a", "b"), .max_tokens = 2));
    check_error("string_lookup_6: vocabulary needs 3 places, max_tokens is 2");
    assert_null(cn_string_lookup(.encoding = "latin-1"));
    check_error("string_lookup_7: encoding must be \"utf-8\", got \"latin-1\"");
    assert_null(cn_dense(3, .dtype = "string"));
    check_error("dense_1: dtype must be one of numbers, got \"string\"");
    assert_null(cn_text_vectorization(.standardize = "upper"));
    check_error(
        "text_vectorization_1: standardize must be \"lower_and_strip_punctuation\", \"lower\", "
        "\"strip_punctuation\" or NULL, not \"upper\"");
    assert_null(cn_text_vectorization(.output_mode = "one_hot"));
    check_error(
        "text_vectorization_2: output_mode \"one_hot\" is for texts that are not split, split "
        "is \"whitespace\"");
    assert_null(cn_text_vectorization(.output_mode = "count", .output_sequence_length = 3));
    check_error("text_vectorization_3: output_sequence_length is for output_mode \"int\", not "
                "\"count\"");
    assert_null(cn_text_vectorization(.output_sequence_length = 0));
    check_error("text_vectorization_4: output_sequence_length must be positive, got 0");
    assert_null(cn_text_vectorization(.vocabulary = CN_TEXTS("a", "")));
    check_error(
        "text_vectorization_5: vocabulary has the mask_token \"\": special tokens may stand at "
        "its start only");
    assert_null(cn_text_vectorization(.vocabulary = CN_TEXTS("a"), .output_mode = "tf_idf"));
    check_error(
        "text_vectorization_6: idf_weights need a weight for each of the vocabulary, 1, got 0");
}

static void bad_calls_are_named(void **state)
{
    (void)state;
    const cn_texts words = CN_TEXTS("a", "b");
    cn_tensor *x = cn_input({2}, .dtype = "string"), *real = cn_input({1});
    assert_null(cn_call(cn_dense(3), x));
    check_error(
        "dense_1: takes numbers, got strings; StringLookup, TextVectorization or Hashing make "
        "numbers of them");
    assert_null(cn_ops_add(x, x));
    assert_non_null(strstr(cn_error(), "takes numbers, got strings"));
    cn_clear_error();
    assert_null(cn_call(cn_string_lookup(), x));
    check_error("string_lookup_1: has no vocabulary yet, it is to learn one by cn_adapt before it "
                "is called");
    assert_null(cn_call(cn_string_lookup(.vocabulary = words), real));
    check_error("string_lookup_2: takes strings, got float32");
    assert_null(cn_call(cn_string_lookup(.vocabulary = words, .invert = true), x));
    check_error("string_lookup_3: takes places in the vocabulary, got string");
    assert_null(cn_call(cn_text_vectorization(.vocabulary = words), x));
    check_error("text_vectorization_1: takes one text for each sample, shape (None,) or (None, 1), "
                "got (None, 2)");
    assert_null(cn_call(cn_text_vectorization(.vocabulary = words), real));
    check_error("text_vectorization_2: takes strings, got float32");
    assert_null(cn_call(cn_hashing(3, .mask_value = 5), x));
    check_error("hashing_1: takes whole numbers, such as mask_value, got strings");
    assert_null(cn_call(cn_hashing(3, .mask_text = "a"), cn_input({2}, .dtype = "int32")));
    check_error("hashing_2: takes strings, such as mask_text, got int32");
    assert_null(cn_hashing(3, .mask_text = "a", .mask_value = 1));
    check_error("hashing_3: mask_value is for whole numbers, mask_text for strings, got both");
    cn_tensor *inner = cn_input({2}, .dtype = "string", .name = "inner");
    cn_model *model = cn_model_of(inner, cn_call(cn_hashing(3), inner), .name = "hashes");
    assert_null(cn_call(model, cn_input({2})));
    check_error("hashes: input \"inner\" is string, got float32");
}

/* What Keras makes of them, also from a record. */
static void a_masked_string_has_a_bin_of_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *mask;
        double bins[3];
    } cases[] = {{"", {4, 3, 0}}, {"a", {0, 3, 4}}};
    cn_array *words = cn_array_of_texts((cn_texts){3, (const char *const[]){"a", "b", ""}});
    for (size_t i = 0; i < 2; i++) {
        cn_tensor *x = cn_input({}, .dtype = "string");
        cn_model *model = cn_model_of(x, cn_call(cn_hashing(5, .mask_text = cases[i].mask), x));
        char *text = cn_to_json(model);
        cn_model *again = cn_from_json(text);
        cn_array *bins = cn_predict(again, words, .verbose = 0);
        for (int64_t k = 0; k < 3; k++)
            assert_true(cn_array_at(bins, k) == cases[i].bins[k]);
        assert_non_null(strstr(text, i == 0 ? "\"mask_value\": \"\"" : "\"mask_value\": \"a\""));
        cn_array_free(bins);
        free(text);
    }
    cn_array_free(words);
    assert_false(cn_failed());
}

static void bad_data_to_learn_from_are_named(void **state)
{
    (void)state;
    cn_layer *lookup = cn_string_lookup(), *words = cn_text_vectorization();
    assert_int_equal(cn_adapt(lookup, cn_zeros({3})), CN_INVALID);
    check_error("cn_adapt: string_lookup_1: learns from strings, got float32");
    assert_int_equal(cn_adapt(words, cn_array_of_texts(CN_TEXTS("a", NULL))), CN_INVALID);
    check_error("cn_adapt: text_vectorization_1: element 1 of the data is NULL");
    assert_int_equal(cn_adapt(words, cn_array_of_texts(CN_TEXTS("\xc3("))), CN_INVALID);
    check_error("cn_adapt: text_vectorization_1: element 0 of the data is not UTF-8");
    assert_int_equal(cn_adapt(words, cn_array_of_texts(CN_TEXTS("", "?!"))), CN_INVALID);
    check_error("cn_adapt: text_vectorization_1: there is nothing to learn, or no place for it");
    assert_int_equal(cn_adapt(cn_integer_lookup(), text_array()), CN_INVALID);
    check_error("cn_adapt: integer_lookup_1: learns from numbers, got strings");
    assert_int_equal(cn_adapt(cn_discretization(.num_bins = 2), text_array()), CN_INVALID);
    check_error("cn_adapt: discretization_1: learns from numbers, got strings");
}

static void bad_data_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({1}, .dtype = "string", .name = "text");
    cn_layer *lookup = cn_string_lookup(.vocabulary = CN_TEXTS("a"), .num_oov_indices = 0);
    cn_tensor *y = cn_chain(x, lookup, cn_embedding(2, 1), cn_flatten());
    cn_model *model = cn_model_of(x, y);
    cn_compile(model, .loss = "mse");
    assert_null(cn_predict(model, cn_zeros({3})));
    check_error("cn_predict: x for \"text\" has numbers, the input takes strings");
    assert_null(cn_predict(model, cn_array_of_texts(CN_TEXTS("a", NULL))));
    check_error("text: row 1 has NULL, where a text is needed");
    assert_null(cn_predict(model, cn_array_of_texts(CN_TEXTS("a", "a", "b\xe2\x82"))));
    check_error("text: row 2 is not UTF-8: byte 1 of a text is 0xe2");
    assert_null(cn_predict(model, cn_array_of_texts(CN_TEXTS("a", "b"))));
    assert_non_null(strstr(cn_error(), "num_oov_indices is 0) -1 at row 1"));
    cn_clear_error();
    assert_null(cn_fit(model, cn_array_of_texts(CN_TEXTS("a")), cn_array_of_texts(CN_TEXTS("a"))));
    assert_non_null(strstr(cn_error(), "has strings; numbers are needed"));
    cn_clear_error();
    cn_tensor *number = cn_input({1}, .name = "number");
    cn_model *plain = cn_model_of(number, cn_call(cn_dense(1), number));
    assert_null(cn_predict(plain, cn_array_of_texts(CN_TEXTS("a"))));
    check_error("cn_predict: x for \"number\" has strings, the input takes numbers");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keras_says_the_same, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(what_was_learnt_is_read, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(idf_weights_are_written_for_keras, cn_begin_anew,
                                        cn_begin_anew),
        cmocka_unit_test_setup_teardown(bad_vocabularies_are_refused, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(texts_are_learnt, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(a_step_without_texts_needs_a_length, cn_begin_anew,
                                        cn_begin_anew),
        cmocka_unit_test_setup_teardown(lengths_follow_the_batch, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(sequences_may_be_of_strings, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(strings_come_out_again, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(a_sequential_takes_strings_from_its_data, cn_begin_anew,
                                        cn_begin_anew),
        cmocka_unit_test_setup_teardown(an_empty_word_is_read, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(every_allocation_may_fail, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(bad_arguments_are_named, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(bad_calls_are_named, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(a_masked_string_has_a_bin_of_its_own, cn_begin_anew,
                                        cn_begin_anew),
        cmocka_unit_test_setup_teardown(bad_data_to_learn_from_are_named, cn_begin_anew,
                                        cn_begin_anew),
        cmocka_unit_test_setup_teardown(bad_data_are_named, cn_begin_anew, cn_begin_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
