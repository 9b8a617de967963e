/* Texts as they are: the first layer makes numbers of their words, and what it has learnt is saved
 * with the model. Here a sentence asks for light, music or the weather. */
#include "check.h"

enum { LIGHT, MUSIC, WEATHER, TOPICS };

static const char *const sentences[] = {"Switch on the light in the kitchen",
                                        "Play something quiet",
                                        "Will it rain tomorrow?",
                                        "It is too dark in here",
                                        "I'd like to hear some jazz",
                                        "How warm is it outside?",
                                        "Please turn the lamp off",
                                        "Next song, please",
                                        "Do I need an umbrella?",
                                        "Make the bedroom a little brighter",
                                        "Stop the music",
                                        "Is there going to be snow?",
                                        "All lamps off!",
                                        "Turn up the volume",
                                        "What is the forecast for Monday?",
                                        "Dim the lights",
                                        "Play my favourite song again",
                                        "Is it cold outside today?",
                                        "Light, please",
                                        "Who sings this?",
                                        "When does the sun come out?",
                                        "The lamp in the hall should be red",
                                        "Put on the radio",
                                        "How windy will it be tomorrow?"};
enum { COUNT = sizeof sentences / sizeof sentences[0] };

static const int32_t topics[COUNT] = {
    LIGHT, MUSIC, WEATHER, LIGHT, MUSIC, WEATHER, LIGHT, MUSIC, WEATHER, LIGHT, MUSIC, WEATHER,
    LIGHT, MUSIC, WEATHER, LIGHT, MUSIC, WEATHER, LIGHT, MUSIC, WEATHER, LIGHT, MUSIC, WEATHER};

/* The vocabulary is learnt from the texts before the model is drawn. */
static cn_model *draw(const cn_array *texts)
{
    cn_layer *words = cn_text_vectorization(.max_tokens = 200, .output_sequence_length = 10);
    cn_adapt(words, texts);
    cn_tensor *text = cn_input({1}, .dtype = "string", .name = "text");
    cn_tensor *topic = cn_chain(text, words, cn_embedding(200, 16, .mask_zero = true),
                                cn_global_average_pooling1d(),
                                cn_dense(TOPICS, .activation = "softmax", .name = "topic"));
    return cn_model_of(text, topic);
}

static int likeliest(const cn_array *predictions, int64_t row)
{
    int best = 0;
    for (int i = 1; i < TOPICS; i++)
        if (cn_array_at(predictions, row * TOPICS + i) >
            cn_array_at(predictions, row * TOPICS + best))
            best = i;
    return best;
}

/* A model in a file takes texts too: it has its vocabulary with it. */
static void ask_again(const char *path)
{
    static const char *const names[TOPICS] = {"light", "music", "weather"};
    const cn_texts questions = CN_TEXTS("the kitchen lamp, please!", "Play some jazz",
                                        "rain on Monday?", "Lights off in the bedroom");
    static const int expected[] = {LIGHT, MUSIC, WEATHER, LIGHT};
    cn_array *predictions = cn_predict(cn_load_model(path), cn_array_of_texts(questions));
    for (int64_t i = 0; predictions != NULL && i < questions.count; i++) {
        const int topic = likeliest(predictions, i);
        printf("%-28s %s\n", questions.items[i], names[topic]);
        check(topic == expected[i], "the topic of a new sentence");
    }
}

int main(void)
{
    cn_set_random_seed(1);
    cn_array *texts = cn_array_of_texts((cn_texts){COUNT, sentences});
    cn_array *labels = cn_array_new(CN_INT32, (int64_t[]){COUNT}, 1, topics);
    cn_model *model = draw(texts);
    cn_summary(model);
    cn_compile(model, .optimizer = cn_adam(0.02), .loss = "sparse_categorical_crossentropy",
               .metrics = {"accuracy"});
    cn_history *history = cn_fit(model, texts, labels, .epochs = 40, .batch_size = 8, .verbose = 0);
    check(cn_history_value(history, "accuracy", -1) == 1, "every sentence is known by heart");
    cn_save(model, "texts.keras");
    ask_again("texts.keras");
    remove("texts.keras");
    return finish();
}
