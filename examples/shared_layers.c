/* Shared weights: a layer called twice, a model called like a layer, a model with several outputs
 * called on new tensors. Two noisy pictures of one shape are to be told from pictures of two
 * shapes. */
#include <math.h>

#include "check.h"

enum { PAIRS = 4000, SHAPES = 6, PIXELS = 24 };

struct pairs {
    cn_array *left, *right, *same;
};

static struct pairs draw_pairs(const cn_array *shapes)
{
    struct pairs pairs = {
        .left = cn_random_normal({PAIRS, PIXELS}, .stddev = 0.3),
        .right = cn_random_normal({PAIRS, PIXELS}, .stddev = 0.3),
        .same = cn_zeros({PAIRS, 1}),
    };
    cn_array *which = cn_random_integers(0, SHAPES, {PAIRS, 2});
    if (cn_failed())
        return pairs;
    const float *shape = cn_array_data(shapes);
    const int32_t *number = cn_array_data(which);
    float *left = cn_array_data(pairs.left), *right = cn_array_data(pairs.right);
    float *same = cn_array_data(pairs.same);
    for (int i = 0; i < PAIRS; i++) {
        int a = number[2 * i], b = i % 2 == 0 ? a : number[2 * i + 1];
        same[i] = a == b ? 1 : 0;
        for (int j = 0; j < PIXELS; j++) {
            left[i * PIXELS + j] += shape[a * PIXELS + j];
            right[i * PIXELS + j] += shape[b * PIXELS + j];
        }
    }
    cn_array_free(which);
    return pairs;
}

/* What both sides go through: a small model, which is called like a layer. */
static cn_model *draw_tower(void)
{
    cn_tensor *picture = cn_input({PIXELS});
    cn_tensor *code = cn_chain(picture, cn_dense(32, .activation = "relu"), cn_dense(16));
    return cn_model_of(picture, code, .name = "tower");
}

/* The tower is called on both sides: one set of weights, to which both gradients are added. */
static cn_model *draw_twins(cn_model *tower)
{
    cn_tensor *left = cn_input({PIXELS}, .name = "left");
    cn_tensor *right = cn_input({PIXELS}, .name = "right");
    cn_tensor *a = cn_call(tower, left), *b = cn_call(tower, right);
    cn_tensor *difference = cn_call(cn_subtract(), a, b);
    cn_tensor *distance = cn_call(cn_multiply(), difference, difference);
    cn_tensor *same = cn_call(cn_dense(1, .activation = "sigmoid"), distance);
    return cn_model_of(CN_LIST(left, right), same);
}

static void train_twins(void)
{
    cn_array *shapes = cn_random_normal({SHAPES, PIXELS});
    struct pairs train = draw_pairs(shapes), test = draw_pairs(shapes);
    cn_model *tower = draw_tower(), *twins = draw_twins(tower);
    cn_summary(twins);
    int64_t one_tower = PIXELS * 32 + 32 + 32 * 16 + 16;
    check(cn_count_params(twins) == one_tower + 16 + 1, "the tower's weights count once");

    cn_compile(twins, .optimizer = "adam", .loss = "binary_crossentropy", .metrics = {"accuracy"});
    cn_fit(twins, CN_LIST(train.left, train.right), train.same, .epochs = 10, .verbose = 0);
    cn_scores scores = cn_evaluate(twins, CN_LIST(test.left, test.right), test.same);
    printf("same or not, on new pairs: %.4f right\n", cn_score(scores, "accuracy"));
    check(cn_score(scores, "accuracy") > 0.9, "nine of ten pairs");

    /* What the twins learnt, the tower alone knows too. */
    cn_array *codes = cn_predict(tower, test.left);
    check(codes != NULL && cn_array_dim(codes, -1) == 16, "the tower works on its own");
    cn_array_free(codes);
}

/* One layer, two calls, two nodes. */
static void call_a_layer_twice(void)
{
    cn_layer *dense = cn_dense(3);
    cn_tensor *first = cn_input({5}), *second = cn_input({5});
    cn_tensor *sum = cn_call(cn_add(), cn_call(dense, first), cn_call(dense, second));
    cn_model *model = cn_model_of(CN_LIST(first, second), sum);
    check(cn_count_params(model) == 5 * 3 + 3, "one kernel and one bias");
    check(cn_layer_input(dense, 0, 0) == first, "the first call's input");
    check(cn_layer_input(dense, 1, 0) == second, "the second call's input");
}

/* cn_call gives one output; cn_call_all gives them all. */
static void call_a_model_with_two_outputs(void)
{
    cn_tensor *x = cn_input({4});
    cn_tensor *up = cn_call(cn_rescaling(2.0), x), *down = cn_call(cn_rescaling(0.5), x);
    cn_model *two = cn_model_of(x, CN_LIST(up, down), .name = "up_and_down");

    cn_tensor *other = cn_input({4});
    cn_tensors y = cn_call_all(two, other);
    check(y.count == 2, "two outputs");
    cn_model *product = cn_model_of(other, cn_call(cn_multiply(), y.at[0], y.at[1]));
    float in[4] = {1, 2, 3, 4}, out[4];
    cn_predict_into(product, in, 1, out);
    for (int i = 0; i < 4; i++)
        check(fabsf(out[i] - in[i] * in[i]) < 1e-6, "2 x times x / 2 is x squared");
}

int main(void)
{
    cn_set_random_seed(3);
    train_twins();
    call_a_layer_twice();
    if (!cn_failed())
        call_a_model_with_two_outputs();
    return finish();
}
