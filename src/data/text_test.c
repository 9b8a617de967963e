/* Vocabularies and vectorized texts: against Keras's TextVectorization, and what Keras does not
 * say. */
#include "data/testing.h"

#include <math.h>

#include "cornu/text.h"
#include "data/vocabulary.h"
#include "support/keras_data.h"

static const char *const pets[] = {"The cat sat.", "A dog; the dog ran", "the cat ran!", "cat?"};
static const cn_texts pet_texts = {4, pets};

/* ---- Keras ---- */

typedef struct text_list {
    cn_texts texts;
    const char *items[32];
} text_list;

static cn_texts read_texts(const json_t *item, const char *member, text_list *list)
{
    size_t i;
    const json_t *text;
    json_array_foreach(json_object_get(item, member), i, text)
    {
        assert_true(i < 32);
        list->items[i] = json_string_value(text);
    }
    return (cn_texts){(int64_t)i, list->items};
}

static cn_vocabulary *learn(const json_t *item, cn_texts texts)
{
    cn_vocabulary_of_args args = {CN_VOCABULARY_OF_DEFAULTS};
    size_t i;
    const json_t *length, *max_tokens = json_object_get(item, "max_tokens");
    args.texts = texts;
    args.max_tokens = json_is_null(max_tokens) ? CN_NONE : json_integer_value(max_tokens);
    args.standardize = json_string_value(json_object_get(item, "standardize"));
    args.split = json_string_value(json_object_get(item, "split"));
    json_array_foreach(json_object_get(item, "ngrams"), i, length)
        args.ngrams[i] = json_integer_value(length);
    return cn_vocabulary_of_with(&args);
}

static void compare_words(const json_t *item, const cn_vocabulary *vocabulary)
{
    size_t i;
    const json_t *word;
    const json_t *words = json_object_get(item, "vocabulary");
    assert_int_equal(cn_vocabulary_size(vocabulary), json_array_size(words));
    json_array_foreach(words, i, word)
    {
        assert_string_equal(cn_vocabulary_word(vocabulary, (int64_t)i), json_string_value(word));
        if (i != 1)
            assert_int_equal(cn_vocabulary_number(vocabulary, json_string_value(word)), i);
    }
}

static void compare_arrays(const json_t *item, const cn_vocabulary *vocabulary, cn_texts texts)
{
    static const char *const modes[] = {"int", "multi_hot", "count", "tf_idf"};
    for (int i = 0; i < 4; i++) {
        cn_keras_array expected;
        double got[4096];
        cn_array *array = cn_vectorize(vocabulary, texts, .output_mode = modes[i]);
        assert_true(cn_keras_read(item, modes[i], &expected));
        assert_non_null(array);
        assert_int_equal(cn_array_rank(array), 2);
        assert_int_equal(cn_array_dim(array, 0), expected.shape.dim[0]);
        assert_int_equal(cn_array_dim(array, 1), expected.shape.dim[1]);
        assert_int_equal(cn_array_dtype(array), i == 0 ? CN_INT32 : CN_FLOAT32);
        assert_true(expected.size <= 4096);
        for (int64_t j = 0; j < expected.size; j++)
            got[j] = cn_array_at(array, j);
        assert_true(cn_keras_compare(item, modes[i], &expected, got, 0, i == 3 ? 1e-6 : 0));
        cn_keras_array_free(&expected);
    }
}

/* Words are counted before they are made. */
static void check_counts(cn_vocabulary *vocabulary, cn_texts texts)
{
    cn_tokenizer tokenizer = {.settings = vocabulary->settings};
    for (int64_t i = 0; i < texts.count; i++) {
        const cn_token *tokens = NULL;
        int64_t count = 0;
        assert_int_equal(cn_tokenize(&tokenizer, texts.items[i], &tokens, &count), CN_OK);
        assert_int_equal(cn_count_tokens(&vocabulary->settings, texts.items[i]), count);
    }
    assert_int_equal(cn_count_tokens(&vocabulary->settings, NULL), 0);
    cn_tokenizer_free(&tokenizer);
}

static void keras_learns_and_makes_the_same(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("text.json"), *item;
    size_t i;
    cn_keras_each(root, i, item)
    {
        text_list texts, more;
        cn_vocabulary *vocabulary = learn(item, read_texts(item, "texts", &texts));
        if (vocabulary == NULL)
            fail_msg("%s: %s", cn_keras_name(item), cn_error());
        compare_words(item, vocabulary);
        compare_arrays(item, vocabulary, read_texts(item, "more", &more));
        check_counts(vocabulary, read_texts(item, "texts", &texts));
    }
    assert_true(i > 0);
    json_decref(root);
}

/* ---- Sequences ---- */

static void sequences_are_padded_and_cut_on_either_side(void **state)
{
    (void)state;
    /* cat, the: 3 times each; ran, dog: 2; then sat, a. */
    const cn_vocabulary *v = cn_vocabulary_of(pet_texts);
    const cn_texts texts = CN_TEXTS("the cat ran", "dog");
    const double post[] = {2, 3, 4, 0, 5, 0, 0, 0}, pre[] = {0, 2, 3, 4, 0, 0, 0, 5},
                 first[] = {2, 3, 5, 0}, last[] = {3, 4, 5, 0};
    assert_elements(cn_vectorize(v, texts, .output_sequence_length = 4), post, 8);
    assert_elements(cn_vectorize(v, texts, .output_sequence_length = 4, .padding = "pre"), pre, 8);
    assert_elements(cn_vectorize(v, texts, .output_sequence_length = 2), first, 4);
    assert_elements(cn_vectorize(v, texts, .output_sequence_length = 2, .truncating = "pre"), last,
                    4);
    assert_int_equal(cn_array_dim(cn_vectorize(v, texts), 1), 3);
    assert_int_equal(cn_array_dim(cn_vectorize(v, (cn_texts){0}), 0), 0);
}

static void ragged_texts_keep_their_length(void **state)
{
    (void)state;
    const cn_vocabulary *v = cn_vocabulary_of(pet_texts);
    const double first[] = {2, 1, 4};
    cn_sequences *texts = cn_vectorize_ragged(v, CN_TEXTS("The bird ran.", "", "dog dog"));
    assert_int_equal(cn_sequences_count(texts), 3);
    assert_elements(cn_sequences_at(texts, 0), first, 3);
    assert_int_equal(cn_sequences_length(texts, 1), 0);
    assert_int_equal(cn_sequences_length(texts, 2), 2);
    cn_sequences_free(texts);
    assert_null(cn_vectorize_ragged(NULL, pet_texts));
    assert_error("cn_vectorize_ragged: a vocabulary was expected, not NULL");
}

/* ---- Given words, and files ---- */

static void given_words_keep_their_order(void **state)
{
    (void)state;
    const double numbers[] = {3, 1, 2}, hot[] = {1, 1, 1};
    cn_vocabulary *v = cn_vocabulary_of_words(CN_TEXTS("zebra", "ant"), .standardize = "lower");
    const cn_texts text = CN_TEXTS("ANT bee Zebra");
    assert_int_equal(cn_vocabulary_size(v), 4);
    assert_elements(cn_vectorize(v, text), numbers, 3);
    assert_elements(cn_vectorize(v, text, .output_mode = "multi_hot"), hot, 3);
    assert_null(cn_vectorize(v, text, .output_mode = "tf_idf"));
    assert_error("cn_vectorize: \"tf_idf\" needs the weights of words, which a vocabulary of given "
                 "words lacks");
    cn_vocabulary_free(v);
    cn_vocabulary_free(NULL);
}

static void files_bring_back_words_and_weights(void **state)
{
    (void)state;
    const char *path = test_path("words.txt");
    cn_vocabulary *v = cn_vocabulary_of(pet_texts);
    assert_int_equal(cn_save_vocabulary(path, v), CN_OK);
    cn_vocabulary *again = cn_load_vocabulary(path);
    assert_int_equal(cn_vocabulary_size(again), cn_vocabulary_size(v));
    for (int64_t i = 0; i < cn_vocabulary_size(v); i++)
        assert_string_equal(cn_vocabulary_word(again, i), cn_vocabulary_word(v, i));
    cn_array *a = cn_vectorize(v, pet_texts, .output_mode = "tf_idf"),
             *b = cn_vectorize(again, pet_texts, .output_mode = "tf_idf");
    assert_memory_equal(cn_array_data(a), cn_array_data(b), (size_t)cn_array_size(a) * 4);

    const cn_vocabulary *words = cn_load_vocabulary(test_write("by_hand.txt", "ant\r\nbee", 8));
    assert_int_equal(cn_vocabulary_number(words, "bee"), 3);
    assert_int_equal(cn_save_vocabulary(path, words), CN_OK);
    assert_int_equal(cn_vocabulary_size(cn_load_vocabulary(path)), 4);
}

static void bad_files_are_named_by_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"ant\n\nbee\n", "line 2: a word was expected"},
        {"ant\t1\nbee\n", "line 2: every word has a weight, or none"},
        {"ant\nbee\t1\n", "line 2: every word has a weight, or none"},
        {"ant\tmany\n", "line 1: a weight was expected behind the tab, found 'many'"},
        {"ant\nbee\nant\n", "word 2, \"ant\", is word 0 too"},
        {"[UNK]\n", "word 0 is \"[UNK]\", which every vocabulary has by itself"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *path = test_write("bad.txt", bad[i].text, strlen(bad[i].text));
        assert_null(cn_load_vocabulary(path));
        assert_error("cn_load_vocabulary: %s: %s", path, bad[i].message);
    }
    const char *path = test_write("bad.txt", "a\0b\n", 4);
    assert_null(cn_load_vocabulary(path));
    assert_error("cn_load_vocabulary: %s: byte 1 is 0; a text was expected", path);
    const cn_vocabulary *odd = cn_vocabulary_of(CN_TEXTS("a\tb"), .split = "character");
    assert_int_equal(cn_save_vocabulary(path, odd), CN_INVALID);
    assert_error("cn_save_vocabulary: word 4 has a tab or a line end in it");
}

/* ---- Mistakes ---- */

static void bad_arguments_are_named(void **state)
{
    (void)state;
    const cn_vocabulary *v = cn_vocabulary_of(pet_texts);
    assert_null(cn_vocabulary_of(pet_texts, .standardize = "upper"));
    assert_error("cn_vocabulary_of: standardize must be \"lower_and_strip_punctuation\", "
                 "\"lower\", \"strip_punctuation\" or NULL, not \"upper\"");
    assert_null(cn_vocabulary_of(pet_texts, .split = "word"));
    assert_error("cn_vocabulary_of: split must be \"whitespace\", \"character\" or NULL, not "
                 "\"word\"");
    assert_null(cn_vocabulary_of(pet_texts, .ngrams = {1, -2}));
    assert_error("cn_vocabulary_of: ngrams has a length of -2; 1 or more was expected");
    assert_null(cn_vocabulary_of(pet_texts, .ngrams = {1}, .split = NULL));
    assert_error("cn_vocabulary_of: ngrams need a split into words, not NULL");
    assert_null(cn_vocabulary_of(pet_texts, .max_tokens = 2));
    assert_error("cn_vocabulary_of: max_tokens must be more than 2, the padding and \"[UNK]\", "
                 "not 2");
    assert_null(cn_vocabulary_of(CN_TEXTS("cat", NULL)));
    assert_error("cn_vocabulary_of: text 1 is NULL");
    assert_null(cn_vocabulary_of_words(CN_TEXTS("cat", "dog", "cat")));
    assert_error("cn_vocabulary_of_words: word 2, \"cat\", is word 0 too");
    assert_null(cn_vectorize(NULL, pet_texts));
    assert_error("cn_vectorize: a vocabulary was expected, not NULL");
    assert_null(cn_vectorize(v, pet_texts, .output_mode = "one_hot"));
    assert_error("cn_vectorize: output_mode must be \"int\", \"multi_hot\", \"count\" or "
                 "\"tf_idf\", not one_hot");
    assert_null(cn_vectorize(v, pet_texts, .output_sequence_length = 0));
    assert_error("cn_vectorize: output_sequence_length must be 1 or more, not 0");
    assert_null(cn_vectorize(v, pet_texts, .padding = "left"));
    assert_error("cn_vectorize: padding must be \"pre\" or \"post\", not left");
    assert_null(cn_vocabulary_word(v, 8));
    assert_error("cn_vocabulary_word: a number from 0 to 7 was expected, not 8");
    assert_int_equal(cn_vocabulary_number(NULL, "cat"), -1);
    assert_error("cn_vocabulary_number: a vocabulary and a word were expected, not NULL");
    assert_int_equal(cn_vocabulary_size(NULL), -1);
    assert_error("cn_vocabulary_size: a vocabulary was expected, not NULL");
}

static bool all_of_it(void)
{
    cn_vocabulary *v = cn_vocabulary_of(pet_texts, .ngrams = {1, 2});
    return v != NULL && cn_save_vocabulary(test_path("words.txt"), v) == CN_OK &&
           cn_load_vocabulary(test_path("words.txt")) != NULL &&
           cn_vectorize(v, pet_texts) != NULL &&
           cn_vectorize(v, pet_texts, .output_mode = "count") != NULL &&
           cn_vectorize_ragged(v, pet_texts) != NULL;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_fail_allocations(all_of_it);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(keras_learns_and_makes_the_same, test_forget),
        cmocka_unit_test_teardown(sequences_are_padded_and_cut_on_either_side, test_forget),
        cmocka_unit_test_teardown(ragged_texts_keep_their_length, test_forget),
        cmocka_unit_test_teardown(given_words_keep_their_order, test_forget),
        cmocka_unit_test_teardown(files_bring_back_words_and_weights, test_forget),
        cmocka_unit_test_teardown(bad_files_are_named_by_line, test_forget),
        cmocka_unit_test_teardown(bad_arguments_are_named, test_forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
