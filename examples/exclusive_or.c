/* The smallest program: exclusive or, which needs a hidden layer. */
#include <cornu/cornu.h>
#include <stdio.h>

int main(void)
{
    float corners[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, answers[4] = {0, 1, 1, 0};
    cn_array *x = cn_array_view(CN_FLOAT32, (int64_t[]){4, 2}, 2, corners);
    cn_array *y = cn_array_view(CN_FLOAT32, (int64_t[]){4, 1}, 2, answers);

    cn_set_random_seed(1);
    cn_tensor *input = cn_input({2});
    cn_tensor *hidden = cn_call(cn_dense(8, .activation = "relu"), input);
    cn_tensor *output = cn_call(cn_dense(1, .activation = "sigmoid"), hidden);
    cn_model *model = cn_model_of(input, output);
    cn_compile(model, .optimizer = cn_adam(0.05), .loss = "binary_crossentropy");
    cn_fit(model, x, y, .epochs = 200, .verbose = 0);

    cn_summary(model);
    cn_array *p = cn_predict(model, x);
    for (int i = 0; i < 4; i++)
        printf("%g xor %g: %.2f\n", corners[i][0], corners[i][1], cn_array_at(p, i));
    if (cn_failed())
        fprintf(stderr, "%s\n", cn_error());
    return cn_failed();
}
