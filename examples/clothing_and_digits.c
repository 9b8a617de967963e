/* Classifiers of small images with branches: a residual network and one with Inception blocks, on
 * Fashion-MNIST (all 60,000 images where the system has them) and on handwritten digits. */
#include "images.h"

#define CLOTHING_FOLDER "/usr/share/datasets/fashion-mnist"

enum { BATCH = 128, CLASSES = 10 };

static const char *const clothes[] = {"T-shirt/top", "trouser",    "pullover", "dress",
                                      "coat",        "sandal",     "shirt",    "sneaker",
                                      "bag",         "ankle boot", NULL};
static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL};

/* Pixels from 0 to 1. In training, clothes are mirrored; digits, which that would change, are moved
 * a little. */
static cn_tensor *begin_model(cn_tensor *images, bool mirrored)
{
    return cn_chain(images, cn_rescaling(1.0 / 255), cn_reshape({28, 28, 1}),
                    mirrored ? cn_random_flip("horizontal")
                             : cn_random_translation(0.08, 0.08, .fill_mode = "nearest"));
}

static cn_model *residual_network(bool mirrored)
{
    cn_tensor *images = cn_input({28, 28});
    cn_tensor *x = convolve(begin_model(images, mirrored), 32, 3);
    x = residual_block(cn_call(cn_max_pooling2d(2), x), 48);
    x = residual_block(cn_call(cn_max_pooling2d(2), x), 96);
    x = cn_chain(x, cn_global_average_pooling2d(), cn_dropout(0.2),
                 cn_dense(CLASSES, .activation = "softmax"));
    return cn_model_of(images, x);
}

static cn_model *inception_network(bool mirrored)
{
    cn_tensor *images = cn_input({28, 28});
    cn_tensor *x = convolve(begin_model(images, mirrored), 32, 3);
    x = inception_block(cn_call(cn_max_pooling2d(2), x), 24);
    x = inception_block(cn_call(cn_max_pooling2d(2), x), 40);
    x = cn_chain(x, cn_global_average_pooling2d(), cn_dropout(0.2),
                 cn_dense(CLASSES, .activation = "softmax"));
    return cn_model_of(images, x);
}

/* Trains a network with a rate that falls to zero; returns how many of the test images it is right
 * about. Each begins with the same seed, so that its result does not depend on those before. */
static double learn(cn_model *network(bool mirrored), bool mirrored, const struct images *data,
                    int64_t n_epochs, const char *name, const char *const *classes)
{
    const int64_t steps = (cn_array_dim(data->x_train, 0) + BATCH - 1) / BATCH * n_epochs;
    cn_set_random_seed(options.seed);
    cn_model *model = network(mirrored);
    cn_summary(model);
    cn_compile(model, .optimizer = cn_adam(.learning_rate_schedule = cn_cosine_decay(0.004, steps)),
               .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"});
    cn_history *history = cn_fit(model, data->x_train, data->y_train, .batch_size = BATCH,
                                 .epochs = n_epochs,
                                 .validation_data = {data->x_test, data->y_test});
    cn_array *predicted = cn_predict(model, data->x_test, .batch_size = 256);
    draw_curves(history, name);
    draw_predictions(name, data->x_test, data->y_test, predicted, classes);
    return cn_history_value(history, "val_accuracy", -1);
}

int main(int count, char **words)
{
    if (!begin(count, words, (const char *const[]){"fashion_mnist", "mnist", NULL}))
        return 2;
    struct images clothing = load_images(CLOTHING_FOLDER, "fashion_mnist"),
                  handwriting = load_images(NULL, "mnist");
    if (cn_failed())
        return end();
    const double clothing_guess = guess_class(clothing.y_train, clothing.y_test),
                 digits_guess = guess_class(handwriting.y_train, handwriting.y_test);
    const bool whole = cn_array_dim(clothing.x_train, 0) == 60000;
    printf("%" PRId64 " images of clothing, %" PRId64 " digits\n",
           cn_array_dim(clothing.x_train, 0), cn_array_dim(handwriting.x_train, 0));
    add_result(
        "digits, residual network, accuracy",
        learn(residual_network, false, &handwriting, epochs(12, 2), "digits-residual", digits),
        digits_guess, 0.985);
    add_result(
        "digits, Inception blocks, accuracy",
        learn(inception_network, false, &handwriting, epochs(12, 2), "digits-inception", digits),
        digits_guess, 0.985);
    add_result("clothing, residual network, accuracy",
               learn(residual_network, true, &clothing, epochs(8, 2), "clothing-residual", clothes),
               clothing_guess, whole ? 0.92 : 0.87);
    add_result(
        "clothing, Inception blocks, accuracy",
        learn(inception_network, true, &clothing, epochs(8, 2), "clothing-inception", clothes),
        clothing_guess, whole ? 0.92 : 0.87);
    return end();
}
