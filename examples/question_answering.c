/* Two inputs, by name: a story and a question about it, answered with one word (bAbI, task 1).
 *
 *     Mary moved to the bathroom. John went to the hallway. Where is Mary?   bathroom
 *
 * Two models. The first reads story and question apart, and joins what it made of them: it cannot
 * know what to look for while it reads, and finds only half of the answers, in Keras too. The
 * second reads the story with the question in mind: the encoded question stands beside every word.
 */
#include "real_data.h"

enum { STORY = 56, QUESTION = 3, ANSWERS = 6 };

struct questions {
    cn_array *story, *question, *answer;
};

/* ---- the models ------------------------------------------------------------------------------ */

static cn_model *read_apart(int64_t words)
{
    cn_tensor *story = cn_input({STORY}, .dtype = "int32", .name = "story");
    cn_tensor *question = cn_input({QUESTION}, .dtype = "int32", .name = "question");
    cn_tensor *encoded_story =
        cn_chain(story, cn_embedding(words, 64, .mask_zero = true), cn_lstm(32));
    cn_tensor *encoded_question =
        cn_chain(question, cn_embedding(words, 32, .mask_zero = true), cn_lstm(16));
    cn_tensor *merged = cn_call(cn_concatenate(), encoded_story, encoded_question);
    cn_tensor *answer = cn_call(cn_dense(ANSWERS, .activation = "softmax"), merged);
    return cn_model_of(CN_LIST(story, question), answer);
}

static cn_layer *embed(int64_t words)
{
    return cn_embedding(words, 32, .mask_zero = true,
                        .embeddings_initializer = cn_random_normal_initializer(.stddev = 1));
}

static cn_model *read_together(int64_t words)
{
    cn_tensor *story = cn_input({STORY}, .dtype = "int32", .name = "story");
    cn_tensor *question = cn_input({QUESTION}, .dtype = "int32", .name = "question");
    cn_tensor *encoded_question =
        cn_chain(question, embed(words), cn_lstm(32), cn_repeat_vector(STORY));
    cn_tensor *story_words = cn_call(embed(words), story);
    cn_tensor *merged = cn_call(cn_concatenate(), story_words, encoded_question);
    cn_tensor *answer = cn_chain(merged, cn_lstm(64), cn_dense(ANSWERS, .activation = "softmax"));
    return cn_model_of(CN_LIST(story, question), answer);
}

/* Trains a model; returns how many of the test questions it answers rightly. */
static double learn(cn_model *model, int64_t epochs, const struct questions *train,
                    const struct questions *test, const char *picture)
{
    cn_summary(model);
    cn_compile(model, .optimizer = cn_adam(0.003), .loss = "sparse_categorical_crossentropy",
               .metrics = {"accuracy"});
    cn_history *history = cn_fit(
        model, CN_DICT({"story", train->story}, {"question", train->question}), train->answer,
        .epochs = epochs, .batch_size = 64,
        .validation_data = {.xs = CN_DICT({"question", test->question}, {"story", test->story}),
                            .y = test->answer});
    draw_curves(history, picture);
    return cn_history_value(history, "val_accuracy", -1);
}

/* ---- the data -------------------------------------------------------------------------------- */

static struct questions number_words(const cn_vocabulary *words, const cn_csv *table)
{
    return (struct questions){
        .story = cn_vectorize(words, cn_csv_texts(table, "story"), .output_sequence_length = STORY),
        .question = cn_vectorize(words, cn_csv_texts(table, "question"),
                                 .output_sequence_length = QUESTION),
        .answer = cn_csv_column(table, "answer"),
    };
}

int main(int count, char **words)
{
    if (!begin(count, words, (const char *const[]){"babi_qa1", NULL}))
        return 2;
    const cn_csv *train_table = cn_load_csv(data_file("babi_qa1/train.tsv"), .separator = '\t',
                                            .quote = 0, .free_text = {"story", "question"});
    const cn_csv *test_table = cn_load_csv(data_file("babi_qa1/test.tsv"), .separator = '\t',
                                           .quote = 0, .like = train_table);
    if (cn_failed())
        return end();
    cn_texts texts =
        both_texts(cn_csv_texts(train_table, "story"), cn_csv_texts(train_table, "question"));
    const cn_vocabulary *vocabulary = cn_vocabulary_of(texts);
    free((void *)texts.items);
    struct questions train = number_words(vocabulary, train_table),
                     test = number_words(vocabulary, test_table);

    const int64_t size = cn_vocabulary_size(vocabulary);
    const double guess = guess_class(train.answer, test.answer);
    add_result("story and question apart, accuracy",
               learn(read_apart(size), epochs(10, 2), &train, &test, "questions-apart"), guess,
               0.46);
    add_result("story read with the question, accuracy",
               learn(read_together(size), epochs(8, 3), &train, &test, "questions-together"), guess,
               0.98);
    return end();
}
