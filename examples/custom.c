/* A layer, an activation, a loss and a metric of one's own, written with the public operations.
 * Nobody writes a gradient: the program checks the ones that come by themselves against finite
 * differences. */
#include <math.h>

#include "check.h"

enum { SAMPLES = 1024, FEATURES = 2, CENTRES = 12 };

/* The layer: x[N, F] -> y[N, U], y = exp(-sharpness |x - centre|^2), one learnt centre and
 * sharpness for each unit. */
static cn_status build_bumps(cn_layer *layer, cn_tensors inputs)
{
    const int64_t *units = cn_layer_data(layer);
    cn_add_weight(layer, "centres", {*units, cn_tensor_dim(inputs.at[0], -1)},
                  .initializer = cn_random_uniform_initializer(-2, 2));
    return cn_add_weight(layer, "sharpness", {*units}, .initializer = "ones",
                         .constraint = "non_neg");
}

static cn_tensor *call_bumps(cn_layer *layer, cn_tensors inputs, bool training)
{
    (void)training;                                     /* the same in training and afterwards */
    cn_tensor *x = cn_ops_expand_dims(inputs.at[0], 1); /* [N, 1, F] */
    cn_tensor *apart = cn_ops_subtract(x, cn_layer_weight(layer, "centres")); /* [N, U, F] */
    cn_tensor *squared = cn_ops_sum(cn_ops_square(apart), .axis = -1);        /* [N, U] */
    cn_tensor *power = cn_ops_multiply(squared, cn_layer_weight(layer, "sharpness"));
    return cn_ops_exp(cn_ops_negative(power));
}

/* A constructor like the library's own; data_size says that the number is to be copied. */
static cn_layer *bumps(int64_t units)
{
    return cn_custom_layer("Bumps", build_bumps, call_bumps, .data = &units,
                           .data_size = sizeof units);
}

/* The activation: (sqrt(x^2 + 1) - 1) / 2 + x, a smooth bend. */
static cn_tensor *bent(cn_tensor *x, void *data)
{
    (void)data;
    cn_tensor *root = cn_ops_sqrt(cn_ops_add(cn_ops_square(x), cn_ops_scalar(1)));
    cn_tensor *half = cn_ops_multiply(cn_ops_subtract(root, cn_ops_scalar(1)), cn_ops_scalar(0.5));
    return cn_ops_add(half, x);
}

/* The loss: squared errors, but too little costs otherwise than too much (an expectile). data: the
 * share of the first. */
static cn_tensor *lopsided(cn_tensor *y_true, cn_tensor *y_pred, void *data)
{
    double share = *(const double *)data;
    cn_tensor *error = cn_ops_subtract(y_true, y_pred);
    cn_tensor *too_little = cn_ops_greater(error, cn_ops_scalar(0));
    cn_tensor *factor = cn_ops_where(too_little, cn_ops_scalar(share), cn_ops_scalar(1 - share));
    return cn_ops_mean(cn_ops_multiply(factor, cn_ops_square(error)), .axis = -1);
}

/* The metric: how often the error is below a tolerance. data: the tolerance. */
static cn_tensor *close_enough(cn_tensor *y_true, cn_tensor *y_pred, void *data)
{
    cn_tensor *error = cn_ops_absolute(cn_ops_subtract(y_true, y_pred));
    cn_tensor *close = cn_ops_less(error, cn_ops_scalar(*(const double *)data));
    return cn_ops_mean(cn_ops_cast(close, "float32"), .axis = -1);
}

/* z = sin(2 x) cos(2 y) over the square from -2 to 2. */
static void make_surface(cn_array **xy, cn_array **z)
{
    *xy = cn_random({SAMPLES, FEATURES}, .minval = -2, .maxval = 2);
    *z = cn_zeros({SAMPLES, 1});
    if (cn_failed())
        return;
    float *height = cn_array_data(*z);
    for (int i = 0; i < SAMPLES; i++)
        height[i] =
            (float)(sin(2 * cn_array_at(*xy, 2 * i)) * cos(2 * cn_array_at(*xy, 2 * i + 1)));
}

/* The loss with one element of a weight moved by step; the weight is left as it was. */
static double loss_with(cn_model *model, const char *weight, int64_t element, double step,
                        const cn_array *x, const cn_array *y)
{
    cn_array *moved = cn_get_weight(model, weight), *old = cn_get_weight(model, weight);
    if (cn_failed())
        return NAN;
    ((float *)cn_array_data(moved))[element] += (float)step;
    cn_set_weight(model, weight, moved);
    double loss = cn_test_on_batch(model, x, y).loss;
    cn_set_weight(model, weight, old);
    cn_array_free(moved);
    cn_array_free(old);
    return loss;
}

/* A step of gradient descent with rate 1 subtracts the gradient: so the library's can be seen, and
 * be compared with what the loss does when one element is moved a little. */
static void compare_gradients(cn_model *model, const char *weight, const cn_array *x,
                              const cn_array *y)
{
    const int64_t element = 1;
    const double step = 1e-2;
    double slope = (loss_with(model, weight, element, step, x, y) -
                    loss_with(model, weight, element, -step, x, y)) /
                   (2 * step);
    cn_array *before = cn_get_weight(model, weight);
    cn_save_weights(model, "custom.npz");
    cn_train_on_batch(model, x, y);
    cn_array *after = cn_get_weight(model, weight);
    cn_load_weights(model, "custom.npz");
    remove("custom.npz");
    if (cn_failed())
        return;
    double gradient = cn_array_at(before, element) - cn_array_at(after, element);
    printf("%-20s gradient %9.6f, finite difference %9.6f\n", weight, gradient, slope);
    check(fabs(gradient) > 1e-6, "the gradient is not 0");
    check(fabs(gradient - slope) < 1e-4 + 0.02 * fabs(slope), "both are equal");
    cn_array_free(before);
    cn_array_free(after);
}

int main(void)
{
    static double share = 0.5, tolerance = 0.1;
    cn_set_random_seed(5);
    cn_register_activation("bent", bent, NULL);
    cn_register_loss("lopsided", lopsided, &share);
    cn_register_metric("close_enough", close_enough, &tolerance);

    cn_tensor *input = cn_input({FEATURES});
    cn_tensor *height =
        cn_chain(input, bumps(CENTRES), cn_dense(16, .activation = "bent"), cn_dense(1));
    cn_model *model = cn_model_of(input, height);
    cn_summary(model);

    cn_array *x, *y;
    make_surface(&x, &y);
    cn_compile(model, .optimizer = cn_sgd(1.0), .loss = "lopsided");
    compare_gradients(model, "centres", x, y);
    compare_gradients(model, "sharpness", x, y);
    compare_gradients(model, "dense_1/kernel", x, y);

    cn_compile(model, .optimizer = cn_adam(0.01), .loss = "lopsided", .metrics = {"close_enough"});
    cn_fit(model, x, y, .epochs = 100, .verbose = 0);
    cn_scores scores = cn_evaluate(model, x, y);
    printf("loss %.5f, within 0.1: %.3f\n", scores.loss, cn_score(scores, "close_enough"));
    check(cn_score(scores, "close_enough") > 0.8, "the surface is learnt");
    return finish();
}
