/* The functional API: calling a layer on a tensor gives a tensor, and a model is what lies between
 * two of them. The same model as a stack of layers gives the same numbers. */
#include <math.h>
#include <string.h>

#include "check.h"

static cn_model *functional(void)
{
    cn_tensor *input = cn_input({64});
    cn_tensor *x = cn_call(cn_dense(32, .activation = "relu"), input);
    x = cn_call(cn_dense(32, .activation = "relu"), x);
    cn_tensor *output = cn_call(cn_dense(10, .activation = "softmax"), x);
    return cn_model_of(input, output);
}

static cn_model *sequential(void)
{
    cn_model *model = cn_sequential();
    cn_sequential_add(model, cn_dense(32, .activation = "relu", .input_shape = {64}));
    cn_sequential_add(model, cn_dense(32, .activation = "relu"));
    cn_sequential_add(model, cn_dense(10, .activation = "softmax"));
    return model;
}

static void copy_weights(const cn_model *from, cn_model *to)
{
    for (int64_t i = 0; i < cn_weight_count(from); i++) {
        cn_array *weight = cn_get_weight_at(from, i);
        cn_set_weight_at(to, i, weight);
        cn_array_free(weight);
    }
}

static bool equal(const cn_array *a, const cn_array *b)
{
    return a != NULL && b != NULL && cn_array_size(a) == cn_array_size(b) &&
           memcmp(cn_array_data(a), cn_array_data(b), (size_t)cn_array_size(a) * sizeof(float)) ==
               0;
}

int main(void)
{
    cn_set_random_seed(42);
    cn_model *model = functional();
    cn_summary(model);

    /* Random rows to fit to random rows: there is nothing to learn but the rows themselves. */
    cn_array *x = cn_random({1000, 64}), *y = cn_random({1000, 10});
    cn_compile(model, .optimizer = "rmsprop", .loss = "categorical_crossentropy");
    double before = cn_evaluate(model, x, y).loss;
    cn_history *history = cn_fit(model, x, y, .batch_size = 128, .epochs = 10, .verbose = 0);
    double after = cn_evaluate(model, x, y).loss;
    printf("loss before training %.6f, after it %.6f\n", before, after);
    check(cn_history_epochs(history) == 10, "ten epochs");
    check(isfinite(after) && after < before, "training made the loss smaller");

    cn_model *stack = sequential();
    copy_weights(model, stack);
    cn_array *p = cn_predict(model, x), *q = cn_predict(stack, x);
    check(cn_count_params(model) == 3466, "3,466 parameters");
    check(equal(p, q), "two ways of saying it, one result");
    double sum = 0;
    for (int64_t i = 0; i < 10; i++)
        sum += cn_array_at(p, i);
    check(fabs(sum - 1) < 1e-5, "the probabilities of a row make 1");
    return finish();
}
