/* One LSTM for two inputs: do two sentences mean the same (SICK)?
 *
 * The layer is called twice and has one set of weights: whatever it learns from one side serves the
 * other. What is made of the two codes decides how well it does. Put one behind the other, they
 * leave the comparison to one Dense unit, which cannot compare; their absolute difference and their
 * product, written with the ops, are the comparison. */
#include "real_data.h"

enum { WORDS = 32 };

struct pairs {
    cn_array *a, *b, *same;
};

/* ---- the models ------------------------------------------------------------------------------ */

typedef cn_tensor *merge_function(cn_tensor *a, cn_tensor *b);

static cn_tensor *one_behind_the_other(cn_tensor *a, cn_tensor *b)
{
    return cn_call(cn_concatenate(.axis = -1), a, b);
}

static cn_tensor *difference_and_product(cn_tensor *a, cn_tensor *b)
{
    cn_tensor *difference = cn_ops_absolute(cn_ops_subtract(a, b));
    return cn_ops_concatenate(CN_LIST(difference, cn_ops_multiply(a, b)), .axis = -1);
}

static cn_model *draw(int64_t vocabulary_size, merge_function *merge)
{
    cn_layer *embedding = cn_embedding(vocabulary_size, 64, .mask_zero = true);
    cn_layer *lstm = cn_lstm(32);
    cn_tensor *a = cn_input({WORDS}, .dtype = "int32", .name = "sentence_a");
    cn_tensor *b = cn_input({WORDS}, .dtype = "int32", .name = "sentence_b");
    cn_tensor *merged = merge(cn_chain(a, embedding, lstm), cn_chain(b, embedding, lstm));
    cn_tensor *same = cn_call(cn_dense(1, .activation = "sigmoid"), merged);
    return cn_model_of(CN_LIST(a, b), same);
}

/* Trains a model; returns how many of the test pairs it is right about. */
static double learn(cn_model *model, const struct pairs *train, const struct pairs *test,
                    const char *picture)
{
    cn_summary(model);
    cn_compile(model, .optimizer = cn_adam(0.003), .loss = "binary_crossentropy",
               .metrics = {"accuracy"});
    cn_history *history = cn_fit(
        model, CN_LIST(train->a, train->b), train->same, .epochs = epochs(10, 3), .batch_size = 64,
        .validation_data = {.xs = CN_LIST(test->a, test->b), .y = test->same});
    draw_curves(history, picture);
    return cn_history_value(history, "val_accuracy", -1);
}

/* ---- the data -------------------------------------------------------------------------------- */

static struct pairs number_words(const cn_vocabulary *words, const cn_csv *table)
{
    const cn_texts a = cn_csv_texts(table, "sentence_a"), b = cn_csv_texts(table, "sentence_b");
    return (struct pairs){
        .a = cn_vectorize(words, a, .output_sequence_length = WORDS),
        .b = cn_vectorize(words, b, .output_sequence_length = WORDS),
        .same = cn_csv_column(table, "duplicate"),
    };
}

int main(int count, char **words)
{
    if (!begin(count, words, (const char *const[]){"sick", NULL}))
        return 2;
    const cn_csv *train_table = cn_load_csv(data_file("sick/train.tsv"), .separator = '\t',
                                            .quote = 0,
                                            .columns = {"sentence_a", "sentence_b", "duplicate"},
                                            .free_text = {"sentence_a", "sentence_b"});
    const cn_csv *test_table =
        cn_load_csv(data_file("sick/test.tsv"), .separator = '\t', .quote = 0, .like = train_table);
    if (cn_failed())
        return end();
    cn_texts texts = both_texts(cn_csv_texts(train_table, "sentence_a"),
                                cn_csv_texts(train_table, "sentence_b"));
    const cn_vocabulary *vocabulary = cn_vocabulary_of(texts);
    free((void *)texts.items);
    struct pairs train = number_words(vocabulary, train_table),
                 test = number_words(vocabulary, test_table);

    const int64_t size = cn_vocabulary_size(vocabulary);
    const double guess = guess_class(train.same, test.same);
    add_result("one code behind the other, accuracy",
               learn(draw(size, one_behind_the_other), &train, &test, "pairs-concatenated"), guess,
               0.62);
    add_result("difference and product, accuracy",
               learn(draw(size, difference_and_product), &train, &test, "pairs-compared"), guess,
               0.72);
    return end();
}
