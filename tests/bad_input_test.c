/* What users get wrong: every mistake gives a message that names who, what was expected and what came, and afterwards
 * the same objects work as before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cornu/cornu.h"

enum { ROWS = 12 };

/* What the mistakes are made with: anew for each, and checked after each. */
static struct {
    cn_tensor *pixels;
    cn_model *one;   /* pixels (8) -> scores (3), sparse categorical cross-entropy */
    cn_model *two;   /* left (4), right (4) -> age (1), income (3) */
    cn_model *fresh; /* like one, not compiled */
    cn_array *x, *labels, *left, *right, *age, *income;
} the;

static cn_model *draw_one(cn_tensor *input, const char *name)
{
    return cn_model_of(input, cn_call(cn_dense(3, .activation = "softmax", .name = "scores"), input), .name = name);
}

static void draw_two(void)
{
    cn_tensor *left = cn_input({4}, .name = "left"), *right = cn_input({4}, .name = "right");
    cn_tensor *both = cn_call(cn_concatenate(), left, right);
    the.two = cn_model_of(CN_LIST(left, right), CN_LIST(cn_call(cn_dense(1, .name = "age"), both),
                                                        cn_call(cn_dense(3, .name = "income"), both)),
                          .name = "pair");
    cn_compile(the.two, .loss = "mse");
}

static int prepare(void **state)
{
    (void)state;
    cn_clear_session();
    cn_clear_error();
    cn_set_random_seed(1);
    the.pixels = cn_input({8}, .name = "pixels");
    the.one = draw_one(the.pixels, "classifier");
    the.fresh = draw_one(the.pixels, "fresh");
    cn_compile(the.one, .optimizer = "sgd", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"});
    draw_two();
    the.x = cn_random({ROWS, 8});
    the.labels = cn_random_integers(0, 3, {ROWS});
    the.left = cn_random({ROWS, 4});
    the.right = cn_random({ROWS, 4});
    the.age = cn_random({ROWS, 1});
    the.income = cn_random({ROWS, 3});
    return cn_failed() ? -1 : 0;
}

static cn_array *floats(int64_t rows, int64_t columns)
{
    return cn_array_new(CN_FLOAT32, (const int64_t[]){rows, columns}, 2, NULL);
}

/* ---- drawing ------------------------------------------------------------------------------------------------------------ */

static void wrong_rank(void)
{
    cn_call(cn_dense(3, .name = "scores"), cn_input({}));
}

static void wrong_features(void)
{
    cn_layer *dense = cn_dense(3, .name = "shared");
    cn_call(dense, the.pixels);
    cn_call(dense, cn_input({9}));
}

static void wrong_model_input(void)
{
    cn_call(the.one, cn_input({9}));
}

static void too_few_inputs(void)
{
    cn_call(the.two, cn_input({4}));
}

static void too_many_inputs(void)
{
    cn_call(cn_dense(3, .name = "scores"), the.pixels, the.pixels);
}

static void fractions_for_integers(void)
{
    cn_tensor *codes = cn_input({2}, .dtype = "int32", .name = "codes");
    float numbers[] = {1, 2, 3, 0.5F};
    cn_predict(cn_model_of(codes, cn_call(cn_flatten(), codes)),
               cn_array_view(CN_FLOAT32, (const int64_t[]){2, 2}, 2, numbers));
}

static void unknown_dtype(void)
{
    cn_input({4}, .dtype = "flot32", .name = "words");
}

static void no_broadcast(void)
{
    cn_call(cn_add(.name = "sum"), the.pixels, cn_input({7}));
}

static void no_concatenation(void)
{
    cn_call(cn_concatenate(.axis = 1, .name = "joined"), cn_input({3, 4}), cn_input({3, 5}));
}

static void no_reshape(void)
{
    cn_call(cn_reshape({3, 3}, .name = "square"), the.pixels);
}

static void no_units(void)
{
    cn_dense(-3, .name = "hidden");
}

static void no_rate(void)
{
    cn_dropout(1.5, .name = "drop");
}

static void unreached(void)
{
    cn_model_of(the.pixels, cn_call(cn_dense(1), cn_input({3}, .name = "forgotten")), .name = "half");
}

static void in_itself(void)
{
    cn_model *stack = cn_sequential(.name = "stack");
    cn_sequential_add(stack, cn_dense(4, .input_shape = {4}));
    cn_sequential_add(stack, stack);
}

static void around_in_itself(void)
{
    cn_model *outer = cn_sequential(.name = "outer"), *inner = cn_sequential(.name = "inner");
    cn_sequential_add(outer, inner);
    cn_sequential_add(inner, outer);
}

static void same_name(void)
{
    cn_tensor *y = cn_chain(the.pixels, cn_dense(4, .name = "hidden"), cn_dense(4, .name = "hidden"));
    cn_model_of(the.pixels, y, .name = "twins");
}

static void input_twice(void)
{
    cn_model_of(CN_LIST(the.pixels, the.pixels), cn_call(cn_dense(1), the.pixels), .name = "doubled");
}

static void no_such_activation(void)
{
    cn_dense(3, .activation = "sofmax", .name = "scores");
}

static void no_such_initializer(void)
{
    cn_dense(3, .kernel_initializer = "he_norma", .name = "scores");
}

static void no_such_regularizer(void)
{
    cn_dense(3, .kernel_regularizer = "l3", .name = "scores");
}

static void no_such_constraint(void)
{
    cn_dense(3, .kernel_constraint = "maxnorm2", .name = "scores");
}

static void a_null_tensor(void)
{
    cn_call(cn_dense(3, .name = "scores"), (cn_tensor *)NULL);
}

static void a_null_layer(void)
{
    cn_call(NULL, the.pixels);
}

static void an_array_as_tensor(void)
{
    cn_call(cn_dense(3, .name = "scores"), the.x);
}

static void a_layer_as_model(void)
{
    cn_predict(cn_dense(3, .name = "scores"), the.x);
}

static void nothing_in_stack(void)
{
    cn_predict(cn_sequential(.name = "empty"), the.x);
}

static void several_outputs_in_stack(void)
{
    cn_model *stack = cn_sequential(.name = "stack");
    cn_tensor *input = cn_input({8});
    cn_sequential_add(stack, cn_model_of(input, CN_LIST(cn_call(cn_dense(1), input), cn_call(cn_dense(2), input)),
                                         .name = "forks"));
}

/* ---- compile ------------------------------------------------------------------------------------------------------------ */

static void no_such_loss(void)
{
    cn_compile(the.one, .loss = "mean_square_error");
}

static void no_such_metric(void)
{
    cn_compile(the.one, .loss = "mse", .metrics = {"acuracy"});
}

static void no_such_optimizer(void)
{
    cn_compile(the.one, .optimizer = "adm", .loss = "mse");
}

static void no_such_output(void)
{
    cn_compile(the.two, .outputs = {{"agee", .loss = "mse"}});
}

static void too_few_losses(void)
{
    cn_compile(the.two, .losses = {"mse"});
}

static void two_clippings(void)
{
    cn_compile(the.one, .optimizer = cn_sgd(0.1, .clipnorm = 1, .clipvalue = 1), .loss = "mse");
}

static void no_such_key(void)
{
    cn_compile(the.one, .optimizer = "{\"class_name\": \"Adam\", \"config\": {\"learning_rat\": 1}}", .loss = "mse");
}

static void fit_before_compile(void)
{
    cn_fit(the.fresh, the.x, the.labels);
}

static void evaluate_before_compile(void)
{
    cn_evaluate(the.fresh, the.x, the.labels);
}

static void nothing_to_train(void)
{
    cn_compile(the.fresh, .optimizer = "sgd");
    cn_fit(the.fresh, the.x, the.labels, .verbose = 0);
}

/* ---- data --------------------------------------------------------------------------------------------------------------- */

static void missing_in_list(void)
{
    cn_fit(the.two, CN_LIST(the.left), CN_LIST(the.age, the.income));
}

static void surplus_in_list(void)
{
    cn_fit(the.two, CN_LIST(the.left, the.right, the.right), CN_LIST(the.age, the.income));
}

static void one_for_two(void)
{
    cn_fit(the.two, the.left, CN_LIST(the.age, the.income));
}

static void missing_in_dictionary(void)
{
    cn_fit(the.two, CN_DICT({"left", the.left}), CN_LIST(the.age, the.income));
}

static void misnamed_in_dictionary(void)
{
    cn_fit(the.two, CN_DICT({"left", the.left}, {"rigth", the.right}), CN_LIST(the.age, the.income));
}

static void twice_in_dictionary(void)
{
    cn_fit(the.two, CN_DICT({"left", the.left}, {"left", the.right}), CN_LIST(the.age, the.income));
}

static void target_missing_in_dictionary(void)
{
    cn_fit(the.two, CN_LIST(the.left, the.right), CN_DICT({"age", the.age}));
}

static void target_misnamed(void)
{
    cn_evaluate(the.two, CN_LIST(the.left, the.right), CN_DICT({"age", the.age}, {"wage", the.income}));
}

static void no_target(void)
{
    cn_fit(the.one, the.x, (cn_array *)NULL);
}

static void no_data(void)
{
    cn_predict(the.one, (cn_array *)NULL);
}

static void a_tensor_as_array(void)
{
    cn_predict(the.one, the.pixels);
}

static void different_lengths(void)
{
    cn_fit(the.one, the.x, cn_array_slice(the.labels, 0, 5));
}

static void different_input_lengths(void)
{
    cn_predict_all(the.two, CN_LIST(the.left, cn_array_slice(the.right, 0, 7)));
}

static void different_weight_length(void)
{
    cn_fit(the.one, the.x, the.labels, .sample_weight = cn_random({5}));
}

static void weights_of_another_shape(void)
{
    cn_fit(the.one, the.x, the.labels, .sample_weight = cn_random({ROWS, 2}), .verbose = 0);
}

static void narrow_data(void)
{
    cn_predict(the.one, floats(ROWS, 7));
}

static void targets_of_another_shape(void)
{
    cn_fit(the.two, CN_LIST(the.left, the.right), CN_LIST(the.age, floats(ROWS, 2)), .verbose = 0);
}

static void labels_for_a_metric_of_rows(void)
{
    cn_compile(the.fresh, .loss = "sparse_categorical_crossentropy", .metrics = {"mse"});
    cn_fit(the.fresh, the.x, the.labels, .verbose = 0);
}

static void a_number_as_data(void)
{
    cn_predict(the.one, cn_array_new(CN_FLOAT32, NULL, 0, NULL));
}

static void label_too_large(void)
{
    int32_t labels[ROWS] = {0, 1, 2, 3};
    cn_fit(the.one, the.x, cn_array_view(CN_INT32, (const int64_t[]){ROWS}, 1, labels), .verbose = 0);
}

static void label_too_small(void)
{
    int32_t labels[ROWS] = {0, 1, -1};
    cn_evaluate(the.one, the.x, cn_array_view(CN_INT32, (const int64_t[]){ROWS}, 1, labels));
}

static void label_not_whole(void)
{
    float labels[ROWS] = {0, 1, 0.5F};
    cn_fit(the.one, the.x, cn_array_view(CN_FLOAT32, (const int64_t[]){ROWS}, 1, labels), .verbose = 0);
}

static void no_samples(void)
{
    cn_fit(the.one, floats(0, 8), cn_array_new(CN_INT32, (const int64_t[]){0}, 1, NULL));
}

static void no_samples_to_predict(void)
{
    cn_predict(the.one, floats(0, 8));
}

static void nothing_left_to_train(void)
{
    cn_fit(the.one, the.x, the.labels, .validation_split = 0.99);
}

static void whole_split(void)
{
    cn_fit(the.one, the.x, the.labels, .validation_split = 1);
}

static void no_batch(void)
{
    cn_fit(the.one, the.x, the.labels, .batch_size = 0);
}

static void negative_epochs(void)
{
    cn_fit(the.one, the.x, the.labels, .epochs = -2);
}

static void verbosity(void)
{
    cn_fit(the.one, the.x, the.labels, .verbose = 7);
}

static void two_kinds_of_weights(void)
{
    cn_fit(the.one, the.x, the.labels, .sample_weight = cn_random({ROWS}), .class_weight = {{0, 2}});
}

static void class_weight_of_two(void)
{
    cn_fit(the.two, CN_LIST(the.left, the.right), CN_LIST(the.age, the.income), .class_weight = {{0, 2}});
}

static void no_such_callback(void)
{
    cn_fit(the.one, the.x, the.labels, .callbacks = {"early_stoping"}, .verbose = 0);
}

static void several_predictions(void)
{
    cn_predict(the.two, CN_LIST(the.left, the.right));
}

static void several_inputs_into(void)
{
    float out[3];
    cn_predict_into(the.two, cn_array_data(the.left), 1, out);
}

static void no_rows_into(void)
{
    float out[3];
    cn_predict_into(the.one, cn_array_data(the.x), 0, out);
}

static void validation_of_another_shape(void)
{
    cn_fit(the.one, the.x, the.labels, .validation_data = {floats(4, 9), the.labels});
}

static void a_view_of_nothing(void)
{
    cn_fit(NULL, the.x, the.labels);
}

/* ---- asking ------------------------------------------------------------------------------------------------------------- */

static void no_such_layer(void)
{
    cn_get_layer(the.one, "score");
}

static void no_such_weight(void)
{
    cn_get_weight(the.one, "scores/kernal");
}

static void weight_of_another_shape(void)
{
    cn_set_weight(the.one, "scores/kernel", floats(3, 8));
}

static void no_such_score(void)
{
    (void)cn_score(cn_evaluate(the.one, the.x, the.labels), "acc");
}

static void no_such_history(void)
{
    cn_history *history = cn_fit(the.one, the.x, the.labels, .verbose = 0);
    (void)cn_history_value(history, "val_loss", 0);
}

static void no_such_epoch(void)
{
    cn_history *history = cn_fit(the.one, the.x, the.labels, .verbose = 0);
    (void)cn_history_value(history, "loss", 3);
}

/* ---- files -------------------------------------------------------------------------------------------------------------- */

static char folder[] = "/tmp/cornu_bad_input_XXXXXX";

static const char *path_of(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const char *make_file(const char *name, const void *bytes, size_t n)
{
    const char *path = path_of(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* A file that the library wrote, cut after some bytes. */
static const char *cut(const char *name, size_t bytes)
{
    char kept[4096];
    FILE *file = fopen(path_of(name), "rb");
    assert_non_null(file);
    const size_t n = fread(kept, 1, sizeof kept, file);
    (void)fclose(file);
    assert_true(bytes < n);
    return make_file(name, kept, bytes);
}

static void no_file(void)
{
    cn_load_npy(path_of("missing.npy"));
}

static void cut_npy(void)
{
    assert_int_equal(cn_save_npy(path_of("cut.npy"), the.x), CN_OK);
    cn_load_npy(cut("cut.npy", 200));
}

static void not_npy(void)
{
    cn_load_npy(make_file("text.npy", "hello, world", 12));
}

static void cut_npz(void)
{
    assert_int_equal(cn_save_npz(path_of("cut.npz"), CN_DICT({"x", the.x})), CN_OK);
    cn_load_npz(cut("cut.npz", 300));
}

static void cut_idx(void)
{
    cn_load_idx(make_file("cut.idx", "\0\0\x08\x01\0\0\0\x09" "123", 11));
}

static void not_idx(void)
{
    cn_load_idx(make_file("text.idx", "hello, world", 12));
}

static void short_row(void)
{
    cn_load_csv(make_file("short.csv", "a,b\n1,2\n3\n", 10));
}

static void text_in_numbers(void)
{
    cn_load_csv(make_file("text.csv", "a,b\n1,2\n3,four\n", 15));
}

static void weights_of_another_model(void)
{
    assert_int_equal(cn_save_weights(the.two, path_of("two.npz")), CN_OK);
    cn_load_weights(the.one, path_of("two.npz"));
}

static void weights_in_another_format(void)
{
    cn_save_weights(the.one, path_of("weights.h5"));
}

static void weights_nowhere(void)
{
    cn_save_weights(the.one, path_of("no/such/folder.npz"));
}

/* ---- the table ---------------------------------------------------------------------------------------------------------- */

struct mistake {
    const char *name;
    void (*make)(void);
    cn_status status;
    const char *parts[5]; /* all of them are in the message */
};

#define MISTAKE(function, status, ...) {#function, function, status, {__VA_ARGS__}}

static const struct mistake mistakes[] = {
    MISTAKE(wrong_rank, CN_INVALID, "scores", "rank >= 2", "has 1", "(None,)"),
    MISTAKE(wrong_features, CN_INVALID, "shared", "8", "(None, 9)"),
    MISTAKE(wrong_model_input, CN_INVALID, "classifier", "pixels", "(None, 8)", "(None, 9)"),
    MISTAKE(too_few_inputs, CN_INVALID, "pair", "2 inputs", "got 1"),
    MISTAKE(too_many_inputs, CN_INVALID, "scores", "takes 1 input", "got 2"),
    MISTAKE(fractions_for_integers, CN_INVALID, "codes", "row 1", "0.5", "whole number"),
    MISTAKE(unknown_dtype, CN_INVALID, "words", "flot32", "float32"),
    MISTAKE(no_broadcast, CN_INVALID, "sum", "(None, 8)", "(None, 7)"),
    MISTAKE(no_concatenation, CN_INVALID, "joined", "(None, 3, 4)", "(None, 3, 5)"),
    MISTAKE(no_reshape, CN_INVALID, "square", "(None, 8)", "(3, 3)"),
    MISTAKE(no_units, CN_INVALID, "hidden", "units", "positive", "-3"),
    MISTAKE(no_rate, CN_INVALID, "drop", "rate", "1.5"),
    MISTAKE(unreached, CN_INVALID, "half", "forgotten", "(None, 3)"),
    MISTAKE(in_itself, CN_INVALID, "stack"),
    MISTAKE(around_in_itself, CN_INVALID, "inner"),
    MISTAKE(same_name, CN_INVALID, "twins", "hidden"),
    MISTAKE(input_twice, CN_INVALID, "doubled", "pixels", "twice"),
    MISTAKE(no_such_activation, CN_INVALID, "scores", "activation", "sofmax", "\"softmax\""),
    MISTAKE(no_such_initializer, CN_INVALID, "scores", "initializer", "he_norma", "\"he_normal\""),
    MISTAKE(no_such_regularizer, CN_INVALID, "scores", "regularizer", "\"l3\"", "\"l"),
    MISTAKE(no_such_constraint, CN_INVALID, "scores", "constraint", "maxnorm2", "max_norm"),
    MISTAKE(a_null_tensor, CN_INVALID, "input 0", "NULL"),
    MISTAKE(a_null_layer, CN_INVALID, "cn_call", "NULL", "layer"),
    MISTAKE(an_array_as_tensor, CN_INVALID, "scores", "array", "tensor"),
    MISTAKE(a_layer_as_model, CN_INVALID, "cn_predict", "model", "scores"),
    MISTAKE(nothing_in_stack, CN_INVALID, "empty", "no layers"),
    MISTAKE(several_outputs_in_stack, CN_INVALID, "stack", "forks", "one output", "2"),
    MISTAKE(no_such_loss, CN_INVALID, "cn_compile: classifier", "loss", "mean_square_error", "\"mean_squared_error\""),
    MISTAKE(no_such_metric, CN_INVALID, "cn_compile: classifier", "metric", "acuracy", "\"accuracy\""),
    MISTAKE(no_such_optimizer, CN_INVALID, "cn_compile: classifier", "optimizer", "adm", "\"adam\""),
    MISTAKE(no_such_output, CN_INVALID, "cn_compile", "pair", "agee", "age, income"),
    MISTAKE(too_few_losses, CN_INVALID, "cn_compile", "pair", "2 outputs", "1 loss"),
    MISTAKE(two_clippings, CN_INVALID, "SGD", "clipnorm", "clipvalue", "at most one"),
    MISTAKE(no_such_key, CN_INVALID, "Adam", "learning_rat", "\"learning_rate\""),
    MISTAKE(fit_before_compile, CN_STATE, "cn_fit", "fresh", "cn_compile"),
    MISTAKE(evaluate_before_compile, CN_STATE, "cn_evaluate", "fresh", "cn_compile"),
    MISTAKE(nothing_to_train, CN_STATE, "fresh", "loss"),
    MISTAKE(missing_in_list, CN_INVALID, "cn_fit: x", "1 array", "pair", "takes 2", "left, right"),
    MISTAKE(surplus_in_list, CN_INVALID, "cn_fit: x", "3 arrays", "takes 2", "left, right"),
    MISTAKE(one_for_two, CN_INVALID, "cn_fit: x", "1 array", "takes 2"),
    MISTAKE(missing_in_dictionary, CN_INVALID, "cn_fit: x", "no array for \"right\"", "left, right"),
    MISTAKE(misnamed_in_dictionary, CN_INVALID, "cn_fit: x", "\"rigth\"", "pair", "left, right"),
    MISTAKE(twice_in_dictionary, CN_INVALID, "cn_fit: x", "two arrays for \"left\""),
    MISTAKE(target_missing_in_dictionary, CN_INVALID, "cn_fit: y", "no array for \"income\"", "age, income"),
    MISTAKE(target_misnamed, CN_INVALID, "cn_evaluate: y", "\"wage\"", "age, income"),
    MISTAKE(no_target, CN_INVALID, "cn_fit: y", "\"scores\"", "NULL"),
    MISTAKE(no_data, CN_INVALID, "cn_predict: x", "\"pixels\"", "NULL"),
    MISTAKE(a_tensor_as_array, CN_INVALID, "cn_predict: x", "\"pixels\"", "tensor"),
    MISTAKE(different_lengths, CN_INVALID, "cn_fit: y", "\"scores\"", "5 samples", "12"),
    MISTAKE(different_input_lengths, CN_INVALID, "cn_predict: x", "\"right\"", "7 samples", "12"),
    MISTAKE(different_weight_length, CN_INVALID, "cn_fit: sample_weight", "5 samples", "12"),
    MISTAKE(weights_of_another_shape, CN_INVALID, "sample_weight", "(12, 2)"),
    MISTAKE(narrow_data, CN_INVALID, "cn_predict: x", "\"pixels\"", "(None, 8)", "(12, 7)"),
    MISTAKE(targets_of_another_shape, CN_INVALID, "income", "(12, 2)", "(12, 3)"),
    MISTAKE(labels_for_a_metric_of_rows, CN_INVALID, "metric \"mse\"", "(12,)", "(12, 3)"),
    MISTAKE(a_number_as_data, CN_INVALID, "cn_predict: x", "\"pixels\"", "batch axis"),
    MISTAKE(label_too_large, CN_INVALID, "cn_fit", "epoch 1, batch 1 (shuffled)", "label 3", "0 .. 2"),
    MISTAKE(label_too_small, CN_INVALID, "classifier", "batch 1", "label -1", "row 2", "0 .. 2"),
    MISTAKE(label_not_whole, CN_INVALID, "scores", "row 2", "0.5", "whole number", "epoch 1"),
    MISTAKE(no_samples, CN_INVALID, "cn_fit", "no samples"),
    MISTAKE(no_samples_to_predict, CN_INVALID, "cn_predict", "no samples"),
    MISTAKE(nothing_left_to_train, CN_INVALID, "cn_fit", "validation_split", "0.99", "12 samples"),
    MISTAKE(whole_split, CN_INVALID, "cn_fit", "validation_split", "1"),
    MISTAKE(no_batch, CN_INVALID, "cn_fit", "batch_size", "positive", "0"),
    MISTAKE(negative_epochs, CN_INVALID, "cn_fit", "epochs", "-2"),
    MISTAKE(verbosity, CN_INVALID, "cn_fit", "verbose", "7", "0, 1 or 2"),
    MISTAKE(two_kinds_of_weights, CN_INVALID, "cn_fit", "class_weight", "sample_weight"),
    MISTAKE(class_weight_of_two, CN_INVALID, "cn_fit", "class_weight", "one output", "pair", "2"),
    MISTAKE(no_such_callback, CN_INVALID, "callback", "early_stoping", "\"early_stopping\""),
    MISTAKE(several_predictions, CN_INVALID, "pair", "2 outputs", "cn_predict_all"),
    MISTAKE(several_inputs_into, CN_INVALID, "cn_predict_into", "pair", "2 inputs"),
    MISTAKE(no_rows_into, CN_INVALID, "cn_predict_into", "rows", "0"),
    MISTAKE(validation_of_another_shape, CN_INVALID, "validation_data", "pixels", "(None, 8)", "(4, 9)"),
    MISTAKE(a_view_of_nothing, CN_INVALID, "cn_fit", "NULL", "model"),
    MISTAKE(no_such_layer, CN_INVALID, "classifier", "\"score\"", "scores"),
    MISTAKE(no_such_weight, CN_INVALID, "classifier", "kernal", "scores/kernel"),
    MISTAKE(weight_of_another_shape, CN_INVALID, "scores/kernel", "(8, 3)", "(3, 8)"),
    MISTAKE(no_such_score, CN_INVALID, "cn_score", "\"acc\"", "accuracy"),
    MISTAKE(no_such_history, CN_INVALID, "cn_history_value", "\"val_loss\"", "accuracy, loss"),
    MISTAKE(no_such_epoch, CN_INVALID, "cn_history_value", "epoch 3", "of 1"),
    MISTAKE(no_file, CN_IO, "missing.npy"),
    MISTAKE(cut_npy, CN_BAD_FILE, "cut.npy"),
    MISTAKE(not_npy, CN_BAD_FILE, "text.npy"),
    MISTAKE(cut_npz, CN_BAD_FILE, "cut.npz"),
    MISTAKE(cut_idx, CN_BAD_FILE, "cut.idx", "9"),
    MISTAKE(not_idx, CN_BAD_FILE, "text.idx"),
    MISTAKE(short_row, CN_BAD_FILE, "short.csv", "line 3"),
    MISTAKE(text_in_numbers, CN_BAD_FILE, "text.csv", "line 3", "four"),
    MISTAKE(weights_of_another_model, CN_INVALID, "cn_load_weights", "two.npz", "classifier"),
    MISTAKE(weights_in_another_format, CN_INVALID, "cn_save_weights", ".npz", "weights.h5"),
    MISTAKE(weights_nowhere, CN_IO, "folder.npz"),
};

/* ---- tests -------------------------------------------------------------------------------------------------------------- */

static double loss_of_two(void)
{
    return cn_evaluate(the.two, CN_LIST(the.left, the.right), CN_LIST(the.age, the.income)).loss;
}

/* Everything can be used as if nothing had been tried, with the same numbers. */
static void check_usable(const struct mistake *mistake, double before, double before_of_two)
{
    const double after = cn_evaluate(the.one, the.x, the.labels).loss;
    const double after_of_two = loss_of_two();
    if (mistake->make != no_such_history && mistake->make != no_such_epoch && after != before)
        fail_msg("%s: the loss was %.9g and is %.9g", mistake->name, before, after);
    if (after_of_two != before_of_two)
        fail_msg("%s: the loss of two outputs was %.9g and is %.9g", mistake->name, before_of_two, after_of_two);
    cn_history *history = cn_fit(the.one, the.x, the.labels, .verbose = 0, .epochs = 2);
    if (history == NULL || !isfinite(cn_history_value(history, "loss", -1)))
        fail_msg("%s: cannot be trained afterwards: %s", mistake->name, cn_error());
    assert_non_null(draw_one(cn_input({8}), NULL));
    if (cn_failed())
        fail_msg("%s: cannot be used afterwards: %s", mistake->name, cn_error());
}

static void test_mistake(void **state)
{
    const struct mistake *mistake = *state;
    assert_int_equal(prepare(NULL), 0);
    const double before = cn_evaluate(the.one, the.x, the.labels).loss, before_of_two = loss_of_two();
    assert_false(cn_failed());
    mistake->make();
    if (cn_error_status() != mistake->status)
        fail_msg("%s: status %d, expected %d: %s", mistake->name, (int)cn_error_status(), (int)mistake->status,
                 cn_error());
    for (int i = 0; i < 5 && mistake->parts[i] != NULL; i++)
        if (strstr(cn_error(), mistake->parts[i]) == NULL)
            fail_msg("%s: the message does not have \"%s\": %s", mistake->name, mistake->parts[i], cn_error());
    cn_clear_error();
    check_usable(mistake, before, before_of_two);
}

static int remove_files(void **state)
{
    static const char *const names[] = {"cut.npy",  "text.npy",  "cut.npz",  "cut.idx",
                                        "text.idx", "short.csv", "text.csv", "two.npz"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)remove(path_of(names[i]));
    return rmdir(folder);
}

int main(void)
{
    enum { N = sizeof mistakes / sizeof mistakes[0] };
    struct CMUnitTest tests[N];
    if (mkdtemp(folder) == NULL)
        return 1;
    for (size_t i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){mistakes[i].name, test_mistake, NULL, NULL, (void *)(uintptr_t)&mistakes[i]};
    int failed = _cmocka_run_group_tests("mistakes", tests, N, NULL, remove_files);
    cn_clear_session();
    return failed;
}
