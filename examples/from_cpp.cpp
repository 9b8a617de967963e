// Cornu from C++: the functions whose names end in _with take a struct of arguments, which starts as the defaults.
// C++ has no keyword macros here, so that nothing of the library's is a macro but constants.
#include <cornu/cornu.h>

#include <cmath>
#include <cstdio>
#include <vector>

// The defaults are written as designated initializers: part of C++20, and understood by gcc and clang before it.
#pragma GCC diagnostic ignored "-Wc++20-extensions"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace
{

cn_layer *dense(int units, const char *activation)
{
    cn_dense_args args = {CN_DENSE_DEFAULTS};
    args.units = units;
    args.activation = activation;
    return cn_dense_with(&args);
}

cn_tensor *input(int features)
{
    cn_input_args args = {CN_INPUT_DEFAULTS};
    args.shape[0] = features;
    return cn_input_with(&args);
}

// cn_call of C: a list of tensors is an array of pointers that ends with CN_END.
template <typename... Tensors> cn_tensor *call(cn_layer *layer, Tensors *...x)
{
    const void *const list[] = {x..., CN_END};
    return cn_call_list(layer, list);
}

cn_model *model_of(cn_tensor *from, cn_tensor *to)
{
    cn_model_of_args args = {};
    args.inputs.one = from;
    args.outputs.one = to;
    return cn_model_of_with(&args);
}

// A view over the memory of a vector, which must live as long as the array.
cn_array *view(std::vector<float> &numbers, int columns)
{
    const int64_t dims[] = {static_cast<int64_t>(numbers.size()) / columns, columns};
    return cn_array_view(CN_FLOAT32, dims, 2, numbers.data());
}

double train(cn_model *model, const cn_array *x, const cn_array *y)
{
    cn_adam_args adam = {CN_ADAM_DEFAULTS};
    adam.learning_rate = 0.01;
    cn_compile_args compile = {CN_COMPILE_DEFAULTS};
    compile.model = model;
    compile.optimizer = cn_adam_with(&adam);
    compile.loss = "mse";
    cn_compile_with(&compile);

    cn_fit_args fit = {CN_FIT_DEFAULTS};
    fit.model = model;
    fit.x.one = x;
    fit.y.one = y;
    fit.epochs = 200;
    fit.verbose = 0;
    return cn_history_value(cn_fit_with(&fit), "loss", -1);
}

} // namespace

int main()
{
    cn_set_random_seed(1);
    std::vector<float> angle, sine;
    for (int i = 0; i < 500; i++) {
        angle.push_back(static_cast<float>(i) / 80 - 3);
        sine.push_back(std::sin(angle.back()));
    }
    cn_tensor *x = input(1);
    cn_tensor *h = call(dense(32, "tanh"), x);
    h = call(dense(32, "tanh"), h);
    cn_model *model = model_of(x, call(dense(1, nullptr), h));
    double loss = train(model, view(angle, 1), view(sine, 1));

    const float two = 2;
    float answer = 0;
    cn_predict_into(model, &two, 1, &answer);
    std::printf("loss %.6f; sin(2) = %.4f, the model says %.4f\n", loss, std::sin(2.0), answer);
    bool learnt = std::fabs(answer - std::sin(2.0)) < 0.05;
    if (cn_failed())
        std::fprintf(stderr, "error: %s\n", cn_error());
    bool failed = cn_failed() || !learnt;
    cn_clear_session();
    return failed ? 1 : 0;
}
