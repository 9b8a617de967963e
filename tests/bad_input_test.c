/* Mistakes in the data that models are trained and asked with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/mistakes.h"

/* ---- data ------------------------------------------------------------------------------------ */

static void missing_in_list(void)
{
    cn_fit(cn_the.two, CN_LIST(cn_the.left), CN_LIST(cn_the.age, cn_the.income));
}

static void surplus_in_list(void)
{
    cn_fit(cn_the.two, CN_LIST(cn_the.left, cn_the.right, cn_the.right),
           CN_LIST(cn_the.age, cn_the.income));
}

static void one_for_two(void)
{
    cn_fit(cn_the.two, cn_the.left, CN_LIST(cn_the.age, cn_the.income));
}

static void missing_in_dictionary(void)
{
    cn_fit(cn_the.two, CN_DICT({"left", cn_the.left}), CN_LIST(cn_the.age, cn_the.income));
}

static void misnamed_in_dictionary(void)
{
    cn_fit(cn_the.two, CN_DICT({"left", cn_the.left}, {"rigth", cn_the.right}),
           CN_LIST(cn_the.age, cn_the.income));
}

static void twice_in_dictionary(void)
{
    cn_fit(cn_the.two, CN_DICT({"left", cn_the.left}, {"left", cn_the.right}),
           CN_LIST(cn_the.age, cn_the.income));
}

static void target_missing_in_dictionary(void)
{
    cn_fit(cn_the.two, CN_LIST(cn_the.left, cn_the.right), CN_DICT({"age", cn_the.age}));
}

static void target_misnamed(void)
{
    cn_evaluate(cn_the.two, CN_LIST(cn_the.left, cn_the.right),
                CN_DICT({"age", cn_the.age}, {"wage", cn_the.income}));
}

static void no_target(void)
{
    cn_fit(cn_the.one, cn_the.x, (cn_array *)NULL);
}

static void no_data(void)
{
    cn_predict(cn_the.one, (cn_array *)NULL);
}

static void a_tensor_as_array(void)
{
    cn_predict(cn_the.one, cn_the.pixels);
}

static void different_lengths(void)
{
    cn_fit(cn_the.one, cn_the.x, cn_array_slice(cn_the.labels, 0, 5));
}

static void different_input_lengths(void)
{
    cn_predict_all(cn_the.two, CN_LIST(cn_the.left, cn_array_slice(cn_the.right, 0, 7)));
}

static void different_weight_length(void)
{
    cn_fit(cn_the.one, cn_the.x, cn_the.labels, .sample_weight = cn_random({5}));
}

static void weights_of_another_shape(void)
{
    cn_fit(cn_the.one, cn_the.x, cn_the.labels, .sample_weight = cn_random({ROWS, 2}),
           .verbose = 0);
}

static void narrow_data(void)
{
    cn_predict(cn_the.one, cn_floats(ROWS, 7));
}

static void targets_of_another_shape(void)
{
    cn_fit(cn_the.two, CN_LIST(cn_the.left, cn_the.right), CN_LIST(cn_the.age, cn_floats(ROWS, 2)),
           .verbose = 0);
}

static void labels_for_a_metric_of_rows(void)
{
    cn_compile(cn_the.fresh, .loss = "sparse_categorical_crossentropy", .metrics = {"mse"});
    cn_fit(cn_the.fresh, cn_the.x, cn_the.labels, .verbose = 0);
}

static void a_number_as_data(void)
{
    cn_predict(cn_the.one, cn_array_new(CN_FLOAT32, NULL, 0, NULL));
}

static void label_too_large(void)
{
    int32_t labels[ROWS] = {0, 1, 2, 3};
    cn_fit(cn_the.one, cn_the.x, cn_array_view(CN_INT32, (const int64_t[]){ROWS}, 1, labels),
           .verbose = 0);
}

/* The rows of a batch are gathered in another order, with time first. */
static void word_too_large(void)
{
    enum { STEPS = 3, WORDS = 5 };
    int32_t words[ROWS * STEPS] = {0, 1, 2, 3, 4, WORDS};
    cn_tensor *text = cn_input({STEPS}, .dtype = "int32"),
              *y = cn_chain(text, cn_embedding(WORDS, 64, .name = "words"), cn_lstm(16));
    cn_predict(cn_model_of(text, y),
               cn_array_view(CN_INT32, (const int64_t[]){ROWS, STEPS}, 2, words));
}

static void label_too_small(void)
{
    int32_t labels[ROWS] = {0, 1, -1};
    cn_evaluate(cn_the.one, cn_the.x, cn_array_view(CN_INT32, (const int64_t[]){ROWS}, 1, labels));
}

static void label_not_whole(void)
{
    float labels[ROWS] = {0, 1, 0.5F};
    cn_fit(cn_the.one, cn_the.x, cn_array_view(CN_FLOAT32, (const int64_t[]){ROWS}, 1, labels),
           .verbose = 0);
}

static void no_samples(void)
{
    cn_fit(cn_the.one, cn_floats(0, 8), cn_array_new(CN_INT32, (const int64_t[]){0}, 1, NULL));
}

static void no_samples_to_predict(void)
{
    cn_predict(cn_the.one, cn_floats(0, 8));
}

static void nothing_left_to_train(void)
{
    cn_fit(cn_the.one, cn_the.x, cn_the.labels, .validation_split = 0.99);
}

static void whole_split(void)
{
    cn_fit(cn_the.one, cn_the.x, cn_the.labels, .validation_split = 1);
}

static void no_batch(void)
{
    cn_fit(cn_the.one, cn_the.x, cn_the.labels, .batch_size = 0);
}

static void negative_epochs(void)
{
    cn_fit(cn_the.one, cn_the.x, cn_the.labels, .epochs = -2);
}

static void verbosity(void)
{
    cn_fit(cn_the.one, cn_the.x, cn_the.labels, .verbose = 7);
}

static void two_kinds_of_weights(void)
{
    cn_fit(cn_the.one, cn_the.x, cn_the.labels, .sample_weight = cn_random({ROWS}),
           .class_weight = {{0, 2}});
}

static void class_weight_of_two(void)
{
    cn_fit(cn_the.two, CN_LIST(cn_the.left, cn_the.right), CN_LIST(cn_the.age, cn_the.income),
           .class_weight = {{0, 2}});
}

static void no_such_callback(void)
{
    cn_fit(cn_the.one, cn_the.x, cn_the.labels, .callbacks = {"early_stoping"}, .verbose = 0);
}

static void several_predictions(void)
{
    cn_predict(cn_the.two, CN_LIST(cn_the.left, cn_the.right));
}

static void several_inputs_into(void)
{
    float out[3];
    cn_predict_into(cn_the.two, cn_array_data(cn_the.left), 1, out);
}

static void no_rows_into(void)
{
    float out[3];
    cn_predict_into(cn_the.one, cn_array_data(cn_the.x), 0, out);
}

static void validation_of_another_shape(void)
{
    cn_fit(cn_the.one, cn_the.x, cn_the.labels,
           .validation_data = {cn_floats(4, 9), cn_the.labels});
}

static void a_view_of_nothing(void)
{
    cn_fit(NULL, cn_the.x, cn_the.labels);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static void no_such_layer(void)
{
    cn_get_layer(cn_the.one, "score");
}

static void no_such_weight(void)
{
    cn_get_weight(cn_the.one, "scores/kernal");
}

static void weight_of_another_shape(void)
{
    cn_set_weight(cn_the.one, "scores/kernel", cn_floats(3, 8));
}

static void no_such_score(void)
{
    (void)cn_score(cn_evaluate(cn_the.one, cn_the.x, cn_the.labels), "acc");
}

static void no_such_history(void)
{
    cn_history *history = cn_fit(cn_the.one, cn_the.x, cn_the.labels, .verbose = 0);
    (void)cn_history_value(history, "val_loss", 0);
}

static void no_such_epoch(void)
{
    cn_history *history = cn_fit(cn_the.one, cn_the.x, cn_the.labels, .verbose = 0);
    (void)cn_history_value(history, "loss", 3);
}

/* ---- the table ------------------------------------------------------------------------------- */

static const struct cn_mistake mistakes[] = {
    CN_MISTAKE(missing_in_list, CN_INVALID, "cn_fit: x", "1 array", "pair", "takes 2",
               "left, right"),
    CN_MISTAKE(surplus_in_list, CN_INVALID, "cn_fit: x", "3 arrays", "takes 2", "left, right"),
    CN_MISTAKE(one_for_two, CN_INVALID, "cn_fit: x", "1 array", "takes 2"),
    CN_MISTAKE(missing_in_dictionary, CN_INVALID, "cn_fit: x", "no array for \"right\"",
               "left, right"),
    CN_MISTAKE(misnamed_in_dictionary, CN_INVALID, "cn_fit: x", "\"rigth\"", "pair", "left, right"),
    CN_MISTAKE(twice_in_dictionary, CN_INVALID, "cn_fit: x", "two arrays for \"left\""),
    CN_MISTAKE(target_missing_in_dictionary, CN_INVALID, "cn_fit: y", "no array for \"income\"",
               "age, income"),
    CN_MISTAKE(target_misnamed, CN_INVALID, "cn_evaluate: y", "\"wage\"", "age, income"),
    CN_MISTAKE(no_target, CN_INVALID, "cn_fit: y", "\"scores\"", "NULL"),
    CN_MISTAKE(no_data, CN_INVALID, "cn_predict: x", "\"pixels\"", "NULL"),
    CN_MISTAKE(a_tensor_as_array, CN_INVALID, "cn_predict: x", "\"pixels\"", "tensor"),
    CN_MISTAKE(different_lengths, CN_INVALID, "cn_fit: y", "\"scores\"", "5 samples", "12"),
    CN_MISTAKE(different_input_lengths, CN_INVALID, "cn_predict: x", "\"right\"", "7 samples",
               "12"),
    CN_MISTAKE(different_weight_length, CN_INVALID, "cn_fit: sample_weight", "5 samples", "12"),
    CN_MISTAKE(weights_of_another_shape, CN_INVALID, "sample_weight", "(12, 2)"),
    CN_MISTAKE(narrow_data, CN_INVALID, "cn_predict: x", "\"pixels\"", "(None, 8)", "(12, 7)"),
    CN_MISTAKE(targets_of_another_shape, CN_INVALID, "income", "(12, 2)", "(12, 3)"),
    CN_MISTAKE(labels_for_a_metric_of_rows, CN_INVALID, "metric \"mse\"", "(12,)", "(12, 3)"),
    CN_MISTAKE(a_number_as_data, CN_INVALID, "cn_predict: x", "\"pixels\"", "batch axis"),
    CN_MISTAKE(label_too_large, CN_INVALID, "cn_fit", "epoch 1, batch 1 (shuffled)", "label 3",
               "0 .. 2"),
    CN_MISTAKE(word_too_large, CN_INVALID, "words: index 5", "row 1, place 2", "0 .. 4"),
    CN_MISTAKE(label_too_small, CN_INVALID, "classifier", "batch 1", "label -1", "row 2", "0 .. 2"),
    CN_MISTAKE(label_not_whole, CN_INVALID, "scores", "row 2", "0.5", "whole number", "epoch 1"),
    CN_MISTAKE(no_samples, CN_INVALID, "cn_fit", "no samples"),
    CN_MISTAKE(no_samples_to_predict, CN_INVALID, "cn_predict", "no samples"),
    CN_MISTAKE(nothing_left_to_train, CN_INVALID, "cn_fit", "validation_split", "0.99",
               "12 samples"),
    CN_MISTAKE(whole_split, CN_INVALID, "cn_fit", "validation_split", "1"),
    CN_MISTAKE(no_batch, CN_INVALID, "cn_fit", "batch_size", "positive", "0"),
    CN_MISTAKE(negative_epochs, CN_INVALID, "cn_fit", "epochs", "-2"),
    CN_MISTAKE(verbosity, CN_INVALID, "cn_fit", "verbose", "7", "0, 1 or 2"),
    CN_MISTAKE(two_kinds_of_weights, CN_INVALID, "cn_fit", "class_weight", "sample_weight"),
    CN_MISTAKE(class_weight_of_two, CN_INVALID, "cn_fit", "class_weight", "one output", "pair",
               "2"),
    CN_MISTAKE(no_such_callback, CN_INVALID, "callback", "early_stoping", "\"early_stopping\""),
    CN_MISTAKE(several_predictions, CN_INVALID, "pair", "2 outputs", "cn_predict_all"),
    CN_MISTAKE(several_inputs_into, CN_INVALID, "cn_predict_into", "pair", "2 inputs"),
    CN_MISTAKE(no_rows_into, CN_INVALID, "cn_predict_into", "rows", "0"),
    CN_MISTAKE(validation_of_another_shape, CN_INVALID, "validation_data", "pixels", "(None, 8)",
               "(4, 9)"),
    CN_MISTAKE(a_view_of_nothing, CN_INVALID, "cn_fit", "NULL", "model"),
    CN_MISTAKE(no_such_layer, CN_INVALID, "classifier", "\"score\"", "scores"),
    CN_MISTAKE(no_such_weight, CN_INVALID, "classifier", "kernal", "scores/kernel"),
    CN_MISTAKE(weight_of_another_shape, CN_INVALID, "scores/kernel", "(8, 3)", "(3, 8)"),
    CN_MISTAKE(no_such_score, CN_INVALID, "cn_score", "\"acc\"", "accuracy"),
    CN_MISTAKE_AFTER_FIT(no_such_history, CN_INVALID, "cn_history_value", "\"val_loss\"",
                         "accuracy, loss"),
    CN_MISTAKE_AFTER_FIT(no_such_epoch, CN_INVALID, "cn_history_value", "epoch 3", "of 1"),
};

int main(void)
{
    return cn_run_mistakes("data", mistakes, sizeof mistakes / sizeof mistakes[0]);
}
