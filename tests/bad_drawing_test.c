/* Mistakes in drawing and compiling models. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/mistakes.h"

/* ---- drawing --------------------------------------------------------------------------------- */

static void wrong_rank(void)
{
    cn_call(cn_dense(3, .name = "scores"), cn_input({}));
}

static void wrong_features(void)
{
    cn_layer *dense = cn_dense(3, .name = "shared");
    cn_call(dense, cn_the.pixels);
    cn_call(dense, cn_input({9}));
}

static void wrong_model_input(void)
{
    cn_call(cn_the.one, cn_input({9}));
}

static void too_few_inputs(void)
{
    cn_call(cn_the.two, cn_input({4}));
}

static void too_many_inputs(void)
{
    cn_call(cn_dense(3, .name = "scores"), cn_the.pixels, cn_the.pixels);
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
    cn_call(cn_add(.name = "sum"), cn_the.pixels, cn_input({7}));
}

static void no_concatenation(void)
{
    cn_call(cn_concatenate(.axis = 1, .name = "joined"), cn_input({3, 4}), cn_input({3, 5}));
}

static void no_reshape(void)
{
    cn_call(cn_reshape({3, 3}, .name = "square"), cn_the.pixels);
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
    cn_model_of(cn_the.pixels, cn_call(cn_dense(1), cn_input({3}, .name = "forgotten")),
                .name = "half");
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
    cn_tensor *y =
        cn_chain(cn_the.pixels, cn_dense(4, .name = "hidden"), cn_dense(4, .name = "hidden"));
    cn_model_of(cn_the.pixels, y, .name = "twins");
}

static void input_twice(void)
{
    cn_model_of(CN_LIST(cn_the.pixels, cn_the.pixels), cn_call(cn_dense(1), cn_the.pixels),
                .name = "doubled");
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
    cn_call(NULL, cn_the.pixels);
}

static void an_array_as_tensor(void)
{
    cn_call(cn_dense(3, .name = "scores"), cn_the.x);
}

static void a_layer_as_model(void)
{
    cn_predict(cn_dense(3, .name = "scores"), cn_the.x);
}

static void nothing_in_stack(void)
{
    cn_predict(cn_sequential(.name = "empty"), cn_the.x);
}

static void several_outputs_in_stack(void)
{
    cn_model *stack = cn_sequential(.name = "stack");
    cn_tensor *input = cn_input({8});
    cn_sequential_add(
        stack, cn_model_of(input, CN_LIST(cn_call(cn_dense(1), input), cn_call(cn_dense(2), input)),
                           .name = "forks"));
}

/* ---- compile --------------------------------------------------------------------------------- */

static void no_such_loss(void)
{
    cn_compile(cn_the.one, .loss = "mean_square_error");
}

static void no_such_metric(void)
{
    cn_compile(cn_the.one, .loss = "mse", .metrics = {"acuracy"});
}

static void no_such_optimizer(void)
{
    cn_compile(cn_the.one, .optimizer = "adm", .loss = "mse");
}

static void no_such_output(void)
{
    cn_compile(cn_the.two, .outputs = {{"agee", .loss = "mse"}});
}

static void too_few_losses(void)
{
    cn_compile(cn_the.two, .losses = {"mse"});
}

static void two_clippings(void)
{
    cn_compile(cn_the.one, .optimizer = cn_sgd(0.1, .clipnorm = 1, .clipvalue = 1), .loss = "mse");
}

static void no_such_key(void)
{
    cn_compile(cn_the.one,
               .optimizer = "{\"class_name\": \"Adam\", \"config\": {\"learning_rat\": 1}}",
               .loss = "mse");
}

static void fit_before_compile(void)
{
    cn_fit(cn_the.fresh, cn_the.x, cn_the.labels);
}

static void evaluate_before_compile(void)
{
    cn_evaluate(cn_the.fresh, cn_the.x, cn_the.labels);
}

static void nothing_to_train(void)
{
    cn_compile(cn_the.fresh, .optimizer = "sgd");
    cn_fit(cn_the.fresh, cn_the.x, cn_the.labels, .verbose = 0);
}

/* ---- the table ------------------------------------------------------------------------------- */

static const struct cn_mistake mistakes[] = {
    CN_MISTAKE(wrong_rank, CN_INVALID, "scores", "rank >= 2", "has 1", "(None,)"),
    CN_MISTAKE(wrong_features, CN_INVALID, "shared", "8", "(None, 9)"),
    CN_MISTAKE(wrong_model_input, CN_INVALID, "classifier", "pixels", "(None, 8)", "(None, 9)"),
    CN_MISTAKE(too_few_inputs, CN_INVALID, "pair", "2 inputs", "got 1"),
    CN_MISTAKE(too_many_inputs, CN_INVALID, "scores", "takes 1 input", "got 2"),
    CN_MISTAKE(fractions_for_integers, CN_INVALID, "codes", "row 1", "0.5", "whole number"),
    CN_MISTAKE(unknown_dtype, CN_INVALID, "words", "flot32", "float32"),
    CN_MISTAKE(no_broadcast, CN_INVALID, "sum", "(None, 8)", "(None, 7)"),
    CN_MISTAKE(no_concatenation, CN_INVALID, "joined", "(None, 3, 4)", "(None, 3, 5)"),
    CN_MISTAKE(no_reshape, CN_INVALID, "square", "(None, 8)", "(3, 3)"),
    CN_MISTAKE(no_units, CN_INVALID, "hidden", "units", "positive", "-3"),
    CN_MISTAKE(no_rate, CN_INVALID, "drop", "rate", "1.5"),
    CN_MISTAKE(unreached, CN_INVALID, "half", "forgotten", "(None, 3)"),
    CN_MISTAKE(in_itself, CN_INVALID, "stack"),
    CN_MISTAKE(around_in_itself, CN_INVALID, "inner"),
    CN_MISTAKE(same_name, CN_INVALID, "twins", "hidden"),
    CN_MISTAKE(input_twice, CN_INVALID, "doubled", "pixels", "twice"),
    CN_MISTAKE(no_such_activation, CN_INVALID, "scores", "activation", "sofmax", "\"softmax\""),
    CN_MISTAKE(no_such_initializer, CN_INVALID, "scores", "initializer", "he_norma",
               "\"he_normal\""),
    CN_MISTAKE(no_such_regularizer, CN_INVALID, "scores", "regularizer", "\"l3\"", "\"l"),
    CN_MISTAKE(no_such_constraint, CN_INVALID, "scores", "constraint", "maxnorm2", "max_norm"),
    CN_MISTAKE(a_null_tensor, CN_INVALID, "input 0", "NULL"),
    CN_MISTAKE(a_null_layer, CN_INVALID, "cn_call", "NULL", "layer"),
    CN_MISTAKE(an_array_as_tensor, CN_INVALID, "scores", "array", "tensor"),
    CN_MISTAKE(a_layer_as_model, CN_INVALID, "cn_predict", "model", "scores"),
    CN_MISTAKE(nothing_in_stack, CN_INVALID, "empty", "no layers"),
    CN_MISTAKE(several_outputs_in_stack, CN_INVALID, "stack", "forks", "one output", "2"),
    CN_MISTAKE(no_such_loss, CN_INVALID, "cn_compile: classifier", "loss", "mean_square_error",
               "\"mean_squared_error\""),
    CN_MISTAKE(no_such_metric, CN_INVALID, "cn_compile: classifier", "metric", "acuracy",
               "\"accuracy\""),
    CN_MISTAKE(no_such_optimizer, CN_INVALID, "cn_compile: classifier", "optimizer", "adm",
               "\"adam\""),
    CN_MISTAKE(no_such_output, CN_INVALID, "cn_compile", "pair", "agee", "age, income"),
    CN_MISTAKE(too_few_losses, CN_INVALID, "cn_compile", "pair", "2 outputs", "1 loss"),
    CN_MISTAKE(two_clippings, CN_INVALID, "SGD", "clipnorm", "clipvalue", "at most one"),
    CN_MISTAKE(no_such_key, CN_INVALID, "Adam", "learning_rat", "\"learning_rate\""),
    CN_MISTAKE(fit_before_compile, CN_STATE, "cn_fit", "fresh", "cn_compile"),
    CN_MISTAKE(evaluate_before_compile, CN_STATE, "cn_evaluate", "fresh", "cn_compile"),
    CN_MISTAKE(nothing_to_train, CN_STATE, "fresh", "loss"),
};

int main(void)
{
    return cn_run_mistakes("drawing", mistakes, sizeof mistakes / sizeof mistakes[0]);
}
