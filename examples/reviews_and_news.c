/* Texts whose words are numbers already: film reviews, liked or not (IMDB), by word vectors, a
 * convolution and their mean; and news in 24 topics (Reuters), by which words they have.
 *
 * A line of the files is a label, a tab, and numbers below 10,000 with blanks between. */
#include "real_data.h"

enum { WORDS = 10000, REVIEW = 300, TOPICS = 24, REVIEW_LIMIT = 4096 };

/* ---- the models ------------------------------------------------------------------------------ */

static cn_model *draw_reviews(void)
{
    cn_tensor *words = cn_input({REVIEW}, .dtype = "int32");
    cn_tensor *liked = cn_chain(
        words, cn_embedding(WORDS, 32), cn_conv1d(64, 3, .activation = "relu"),
        cn_global_average_pooling1d(), cn_dropout(0.5), cn_dense(1, .activation = "sigmoid"));
    return cn_model_of(words, liked);
}

static cn_model *draw_news(void)
{
    cn_tensor *words = cn_input({WORDS});
    cn_tensor *topic = cn_chain(words, cn_dense(64, .activation = "relu"),
                                cn_dense(64, .activation = "relu"),
                                cn_dense(TOPICS, .activation = "softmax"));
    return cn_model_of(words, topic);
}

/* ---- the data -------------------------------------------------------------------------------- */

struct texts {
    cn_array *words, *label;
};

/* Adds the numbers of a line to the texts. No line has more than REVIEW_LIMIT of them. */
static void add_line(cn_sequences *texts, const char *line)
{
    int32_t numbers[REVIEW_LIMIT];
    int64_t count = 0;
    char *end = NULL;
    for (long number = strtol(line, &end, 10); end != line && count < REVIEW_LIMIT;
         number = strtol(line, &end, 10)) {
        numbers[count++] = number >= 0 && number < WORDS ? (int32_t)number : 2; /* unknown */
        line = end;
    }
    cn_sequences_append(texts, numbers, count);
}

/* The last words of each text, with zeros in front: [N, REVIEW]. */
static cn_array *last_words(const cn_sequences *texts)
{
    return cn_pad_sequences(texts, REVIEW);
}

/* For each word whether the text has it: [N, WORDS]. */
static cn_array *words_there(const cn_sequences *texts)
{
    const int64_t count = cn_sequences_count(texts);
    cn_array *there = cn_zeros({count, WORDS});
    float *row = cn_array_data(there);
    for (int64_t i = 0; i < count && !cn_failed(); i++, row += WORDS) {
        cn_array *words = cn_sequences_at(texts, i);
        for (int64_t j = 0; j < cn_array_size(words); j++)
            row[(int)cn_array_at(words, j)] = 1;
        cn_array_free(words);
    }
    return there;
}

static struct texts load(const char *file, cn_array *as_array(const cn_sequences *texts))
{
    struct texts made = {0};
    cn_csv *table = cn_load_csv(data_file(file), .separator = '\t', .quote = 0, .header = 0,
                                .free_text = {"1"});
    if (table == NULL)
        return made;
    const cn_texts lines = cn_csv_texts(table, "1");
    cn_sequences *numbers = cn_sequences_new(CN_INT32, NULL, 0);
    for (int64_t i = 0; i < lines.count; i++)
        add_line(numbers, lines.items[i]);
    made.words = as_array(numbers);
    made.label = cn_csv_column(table, "0");
    cn_sequences_free(numbers);
    cn_csv_free(table);
    return made;
}

/* ---- learning -------------------------------------------------------------------------------- */

static void learn_reviews(void)
{
    struct texts train = load("imdb_reviews/train.txt", last_words),
                 test = load("imdb_reviews/test.txt", last_words);
    cn_model *model = draw_reviews();
    cn_summary(model);
    cn_compile(model, .optimizer = "adam", .loss = "binary_crossentropy", .metrics = {"accuracy"});
    cn_history *history = cn_fit(model, train.words, train.label, .epochs = epochs(6, 3),
                                 .batch_size = 32, .validation_data = {test.words, test.label});
    draw_curves(history, "film-reviews");
    add_result("film reviews, accuracy", cn_history_value(history, "val_accuracy", -1),
               guess_class(train.label, test.label), 0.83);
}

static void learn_news(void)
{
    struct texts train = load("reuters_newswire/train.txt", words_there),
                 test = load("reuters_newswire/test.txt", words_there);
    cn_model *model = draw_news();
    cn_summary(model);
    cn_compile(model, .optimizer = "rmsprop", .loss = "sparse_categorical_crossentropy",
               .metrics = {"accuracy"});
    cn_history *history = cn_fit(model, train.words, train.label, .epochs = epochs(9, 3),
                                 .batch_size = 128, .validation_data = {test.words, test.label});
    draw_curves(history, "news");
    add_result("news, accuracy", cn_history_value(history, "val_accuracy", -1),
               guess_class(train.label, test.label), 0.90);
}

int main(int count, char **words)
{
    if (!begin(count, words, (const char *const[]){"imdb_reviews", "reuters_newswire", NULL}))
        return 2;
    learn_reviews();
    learn_news();
    return end();
}
