/* Feature extraction and fine-tuning: a network learns the digits 0 to 4; its base, cut off and
 * frozen, then serves a new head that learns 5 to 9 from few examples; at last the base is trained
 * with it. */
#include "images.h"

enum { CLASSES = 5, FEW = 200 };

static const char *const high_digits[] = {"5", "6", "7", "8", "9", NULL};

/* Some of the samples, in their order. */
struct part {
    cn_array *x, *y;
};

/* The digits from low to low + 4, as classes 0 to 4; at most so many. */
static struct part choose(const cn_array *x, const cn_array *y, int low, int64_t most)
{
    struct part part = {NULL, NULL};
    const int64_t count = cn_array_size(y), pixels = cn_array_size(x) / (count > 0 ? count : 1);
    int64_t n = 0;
    for (int64_t i = 0; i < count && n < most; i++)
        n += cn_array_at(y, i) >= low && cn_array_at(y, i) < low + CLASSES;
    part.x = cn_zeros({n, 28, 28, 1}, .dtype = CN_UINT8);
    part.y = cn_zeros({n}, .dtype = CN_INT32);
    for (int64_t i = 0, at = 0; i < count && at < n && !cn_failed(); i++) {
        const int digit = (int)cn_array_at(y, i);
        if (digit < low || digit >= low + CLASSES)
            continue;
        memcpy((uint8_t *)cn_array_data(part.x) + at * pixels,
               (const uint8_t *)cn_array_data(x) + i * pixels, (size_t)pixels);
        ((int32_t *)cn_array_data(part.y))[at++] = digit - low;
    }
    return part;
}

static cn_model *draw(void)
{
    cn_tensor *images = cn_input({28, 28, 1});
    cn_tensor *x = convolve(cn_call(cn_rescaling(1.0 / 255), images), 24, 3);
    x = residual_block(cn_call(cn_max_pooling2d(2), x), 32);
    x = residual_block(cn_call(cn_max_pooling2d(2), x), 64);
    x = cn_call(cn_global_average_pooling2d(.name = "features"), x);
    return cn_model_of(images, cn_call(cn_dense(CLASSES, .activation = "softmax"), x));
}

/* A new head on the features of a model, which are shared with it. */
static cn_model *with_new_head(cn_model *model)
{
    cn_tensor *features = cn_layer_output(cn_get_layer(model, "features"), 0, 0);
    cn_model *base = cn_model_of(cn_model_inputs(model).at[0], features, .name = "base");
    cn_tensor *images = cn_input({28, 28, 1});
    cn_tensor *classes = cn_call(cn_dense(CLASSES, .activation = "softmax"), cn_call(base, images));
    return cn_model_of(images, classes);
}

static double train(cn_model *model, const struct part *data, const struct part *test, double rate,
                    int64_t n_epochs, const char *name)
{
    cn_compile(model, .optimizer = cn_adam(rate), .loss = "sparse_categorical_crossentropy",
               .metrics = {"accuracy"});
    cn_history *history = cn_fit(model, data->x, data->y, .batch_size = 64, .epochs = n_epochs,
                                 .validation_data = {test->x, test->y});
    draw_curves(history, name);
    return cn_history_value(history, "val_accuracy", -1);
}

int main(int count, char **words)
{
    if (!begin(count, words, (const char *const[]){"mnist", NULL}))
        return 2;
    struct images all = load_images(NULL, "mnist");
    if (cn_failed())
        return end();
    const struct part low = choose(all.x_train, all.y_train, 0, INT64_MAX),
                      low_test = choose(all.x_test, all.y_test, 0, INT64_MAX),
                      few = choose(all.x_train, all.y_train, 5, FEW),
                      high_test = choose(all.x_test, all.y_test, 5, INT64_MAX);
    const double low_guess = guess_class(low.y, low_test.y),
                 guess = guess_class(few.y, high_test.y);

    cn_model *first = draw();
    cn_summary(first);
    add_result("digits 0 to 4, all images, accuracy",
               train(first, &low, &low_test, 0.003, epochs(5, 4), "low-digits"), low_guess, 0.985);

    cn_model *model = with_new_head(first);
    cn_layer *base = cn_get_layer(model, "base");
    cn_set_trainable(base, false);
    cn_summary(model, .expand_nested = true, .show_trainable = true);
    add_result("digits 5 to 9 from 200 images, frozen base",
               train(model, &few, &high_test, 0.01, epochs(40, 10), "frozen-base"), guess, 0.75);
    cn_set_trainable(base, true);
    add_result("the same, base trained on (fine-tuning)",
               train(model, &few, &high_test, 0.0005, epochs(20, 5), "fine-tuning"), guess, 0.90);
    cn_array *predicted = cn_predict(model, high_test.x);
    draw_predictions("high-digits", high_test.x, high_test.y, predicted, high_digits);
    return end();
}
