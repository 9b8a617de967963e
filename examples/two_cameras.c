/* Two cameras, one base: do both pictures show the same point of the scene? First Xception as the
 * shared base, on large pictures of real stereo cameras; then a small base of the same build,
 * trained on pairs of patches. */
#include "images.h"

enum { SIDE = 24, CROP = 250, CROPS = 8 };

static const char *const answers[] = {"different", "same", NULL};

/* ---- Xception -------------------------------------------------------------------------------- */

/* Windows of both pictures of a scene at the same heights, and whether the right one is of the same
 * place. */
static void cut_windows(const char *scene, int64_t first, cn_array *left, cn_array *right)
{
    char path[512];
    cn_array *pictures[2];
    for (int side = 0; side < 2; side++) {
        (void)snprintf(path, sizeof path, "stereo_pairs/scenes/%s_%s.png", scene,
                       side == 0 ? "left" : "right");
        pictures[side] = cn_load_image(data_file(path));
    }
    for (int64_t i = 0; i < CROPS / 2 && !cn_failed(); i++)
        for (int side = 0; side < 2; side++) {
            const int64_t width = cn_array_dim(pictures[side], 1);
            const int64_t x = i * 40 + (side == 1 && i % 2 == 1 ? 30 : 0), y = 20 * i;
            const uint8_t *from = cn_array_data(pictures[side]);
            float *to = (float *)cn_array_data(side == 0 ? left : right) +
                        (first + i) * CROP * CROP * 3;
            for (int64_t row = 0; row < CROP; row++)
                for (int64_t k = 0; k < CROP * 3; k++)
                    *to++ = (float)from[((y + row) * width + x) * 3 + k] / 127.5f - 1;
        }
    cn_array_free(pictures[0]);
    cn_array_free(pictures[1]);
}

/* A model is a layer: the base is called on both inputs, and has its weights once. */
static void use_xception(void)
{
    cn_model *base = cn_xception(.weights = NULL, .include_top = false);
    cn_tensor *left = cn_input({CROP, CROP, 3}, .name = "left"),
              *right = cn_input({CROP, CROP, 3}, .name = "right");
    cn_tensor *merged = cn_call(cn_concatenate(), cn_call(base, left), cn_call(base, right));
    cn_tensor *same = cn_chain(merged, cn_global_average_pooling2d(),
                               cn_dense(1, .activation = "sigmoid", .name = "same"));
    cn_model *model = cn_model_of(CN_LIST(left, right), same);
    cn_summary(model);
    char picture[4096];
    (void)snprintf(picture, sizeof picture, "%s/two-cameras.svg", options.output);
    if (!cn_failed() && cn_plot_model(model, picture, .show_shapes = true) != CN_OK) {
        printf("no picture of the model: %s\n", cn_error());
        cn_clear_error();
    }

    cn_array *x_left = cn_zeros({CROPS, CROP, CROP, 3}),
             *x_right = cn_zeros({CROPS, CROP, CROP, 3}), *y = cn_zeros({CROPS, 1});
    cut_windows("teddy", 0, x_left, x_right);
    cut_windows("cones", CROPS / 2, x_left, x_right);
    for (int i = 0; i < CROPS && !cn_failed(); i++)
        ((float *)cn_array_data(y))[i] = i % 2 == 0;
    cn_compile(model, .optimizer = cn_sgd(0.01), .loss = "binary_crossentropy");
    cn_history *history = cn_fit(model, CN_LIST(x_left, x_right), y, .batch_size = 2,
                                 .epochs = options.quick ? 1 : 3);
    cn_array *before = cn_predict(model, CN_LIST(x_left, x_right), .batch_size = 2);
    if (!cn_failed())
        printf("%" PRId64 " pairs of pictures: loss %.3f at first, %.3f at last\n",
               cn_array_dim(before, 0), cn_history_value(history, "loss", 0),
               cn_history_value(history, "loss", -1));
}

/* ---- patches --------------------------------------------------------------------------------- */

/* A small base of Xception's build: separable convolutions, batch normalization, ways around. */
static cn_tensor *small_block(cn_tensor *x, int64_t filters)
{
    cn_tensor *y = cn_chain(x,
                            cn_separable_conv2d(filters, 3, .padding = "same", .use_bias = false),
                            cn_batch_normalization(.momentum = 0.9), cn_relu(),
                            cn_separable_conv2d(filters, 3, .padding = "same", .use_bias = false),
                            cn_batch_normalization(.momentum = 0.9),
                            cn_max_pooling2d(3, .strides = 2, .padding = "same"));
    cn_tensor *around =
        cn_chain(x, cn_conv2d(filters, 1, .strides = 2, .padding = "same", .use_bias = false),
                 cn_batch_normalization(.momentum = 0.9));
    return cn_call(cn_add(), y, around);
}

static cn_model *small_base(void)
{
    cn_tensor *patch = cn_input({SIDE, SIDE, 1});
    cn_tensor *x = small_block(small_block(convolve(patch, 24, 3), 32), 48);
    return cn_model_of(patch, x, .name = "base");
}

/* One channel of images, as images. */
static cn_tensor *channel(cn_tensor *images, int64_t i)
{
    return cn_ops_slice(images, {0, 0, 0, i}, {CN_NONE, CN_NONE, CN_NONE, 1});
}

/* Both patches are turned around in the same way, as the channels of one image; where the base sees
 * the same in both, its maps differ little, wherever that is. */
static cn_model *compare_patches(void)
{
    cn_model *base = small_base();
    cn_tensor *left = cn_input({SIDE, SIDE, 1}, .name = "left"),
              *right = cn_input({SIDE, SIDE, 1}, .name = "right");
    cn_tensor *both = cn_call(cn_concatenate(), left, right);
    both = cn_call(cn_random_flip("horizontal_and_vertical"), both);
    cn_tensor *a = cn_call(base, channel(both, 0)), *b = cn_call(base, channel(both, 1));
    cn_tensor *apart = cn_ops_absolute(cn_call(cn_subtract(), a, b));
    cn_tensor *same = cn_chain(apart, cn_global_average_pooling2d(),
                               cn_dense(32, .activation = "relu"), cn_dropout(0.3),
                               cn_dense(1, .activation = "sigmoid", .name = "same"));
    return cn_model_of(CN_LIST(left, right), same);
}

/* Patches as numbers whose mean is 0 and whose standard deviation is 1, in each patch. */
static cn_array *normalize(const cn_array *patches)
{
    const int64_t count = patches == NULL ? 0 : cn_array_dim(patches, 0);
    cn_array *made = cn_zeros({count > 0 ? count : 1, SIDE, SIDE, 1});
    for (int64_t i = 0; i < count && !cn_failed(); i++) {
        const uint8_t *from = (const uint8_t *)cn_array_data(patches) + i * SIDE * SIDE;
        float *to = (float *)cn_array_data(made) + i * SIDE * SIDE;
        double sum = 0, squares = 0;
        for (int k = 0; k < SIDE * SIDE; k++)
            sum += from[k], squares += (double)from[k] * from[k];
        const double mean = sum / (SIDE * SIDE),
                     deviation = sqrt(squares / (SIDE * SIDE) - mean * mean) + 1e-6;
        for (int k = 0; k < SIDE * SIDE; k++)
            to[k] = (float)((from[k] - mean) / deviation);
    }
    return made;
}

static double mean_difference(const cn_array *left, const cn_array *right, int64_t i)
{
    const float *a = (const float *)cn_array_data(left) + i * SIDE * SIDE,
                *b = (const float *)cn_array_data(right) + i * SIDE * SIDE;
    double sum = 0;
    for (int k = 0; k < SIDE * SIDE; k++)
        sum += fabs((double)a[k] - b[k]);
    return sum / (SIDE * SIDE);
}

/* How often "nearer than a threshold" is right, the threshold being the best one for other data. */
static double right_below(const cn_array *left, const cn_array *right, const cn_array *y,
                          double threshold)
{
    int64_t right_answers = 0;
    for (int64_t i = 0; i < cn_array_size(y); i++)
        right_answers += (mean_difference(left, right, i) < threshold) == (cn_array_at(y, i) == 1);
    return (double)right_answers / (double)cn_array_size(y);
}

static double difference_rule(const cn_array *const train[3], const cn_array *const test[3])
{
    double best = 0, best_threshold = 0;
    for (double threshold = 0.1; threshold < 1.5; threshold += 0.02) {
        const double right = right_below(train[0], train[1], train[2], threshold);
        if (right > best) {
            best = right;
            best_threshold = threshold;
        }
    }
    return right_below(test[0], test[1], test[2], best_threshold);
}

/* Both patches of each pair side by side, in one image. */
static cn_array *side_by_side(const cn_array *left, const cn_array *right)
{
    const int64_t count = cn_array_dim(left, 0);
    cn_array *made = cn_zeros({count, SIDE, 2 * SIDE}, .dtype = CN_UINT8);
    for (int64_t i = 0; i < count * SIDE && !cn_failed(); i++) {
        uint8_t *to = (uint8_t *)cn_array_data(made) + i * 2 * SIDE;
        memcpy(to, (const uint8_t *)cn_array_data(left) + i * SIDE, SIDE);
        memcpy(to + SIDE, (const uint8_t *)cn_array_data(right) + i * SIDE, SIDE);
    }
    return made;
}

static cn_array *load_patches(const char *name)
{
    return shorten(load_idx(NULL, "stereo_pairs", name), 1000);
}

static void train_on_patches(void)
{
    cn_array *raw_left = load_patches("test-left-idx3-ubyte"),
             *raw_right = load_patches("test-right-idx3-ubyte");
    cn_array *train_left = normalize(load_patches("train-left-idx3-ubyte")),
             *train_right = normalize(load_patches("train-right-idx3-ubyte")),
             *train_y = load_patches("train-labels-idx1-ubyte"), *left = normalize(raw_left),
             *right = normalize(raw_right), *y = load_patches("test-labels-idx1-ubyte");
    if (cn_failed())
        return;
    cn_model *model = compare_patches();
    const int64_t n_epochs = epochs(8, 2), steps = (cn_array_dim(train_y, 0) + 63) / 64 * n_epochs;
    cn_summary(model, .expand_nested = true);
    cn_compile(model, .optimizer = cn_adam(.learning_rate_schedule = cn_cosine_decay(0.002, steps)),
               .loss = "binary_crossentropy", .metrics = {"accuracy"});
    cn_history *history = cn_fit(model, CN_LIST(train_left, train_right), train_y, .batch_size = 64,
                                 .epochs = n_epochs,
                                 .validation_data = {.xs = CN_LIST(left, right), .y = y});
    cn_array *predicted = cn_predict(model, CN_LIST(left, right), .batch_size = 128);
    draw_curves(history, "patches");
    draw_predictions("patches", side_by_side(raw_left, raw_right), y, predicted, answers);
    const cn_array *const train[3] = {train_left, train_right, train_y}, *const test[3] = {
                                                                             left, right, y};
    const double guess = guess_class(train_y, y), rule = difference_rule(train, test);
    add_result("same point? threshold on the difference", rule, guess, 0.88);
    add_result("same point? one base for both patches",
               cn_history_value(history, "val_accuracy", -1), guess, rule);
}

int main(int count, char **words)
{
    if (!begin(count, words, (const char *const[]){"stereo_pairs", NULL}))
        return 2;
    use_xception();
    train_on_patches();
    return end();
}
