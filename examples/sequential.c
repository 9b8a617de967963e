/* A Sequential model: layers in a stack, each called on the output of the one before. It learns
 * which of two rings around the origin a point lies on. */
#include <math.h>

#include "check.h"

enum { POINTS = 2000 };

/* Points of the plane near radius 1 (label 0) or radius 2 (label 1), label by label. */
static void make_rings(cn_array **points, cn_array **labels)
{
    cn_array *angle = cn_random({POINTS}, .maxval = 6.2831853);
    cn_array *noise = cn_random_normal({POINTS}, .stddev = 0.15);
    *points = cn_zeros({POINTS, 2});
    *labels = cn_zeros({POINTS, 1});
    if (cn_failed())
        return;
    float *xy = cn_array_data(*points), *label = cn_array_data(*labels);
    for (int i = 0; i < POINTS; i++) {
        label[i] = (float)(i % 2);
        double radius = 1 + i % 2 + cn_array_at(noise, i);
        xy[2 * i] = (float)(radius * cos(cn_array_at(angle, i)));
        xy[2 * i + 1] = (float)(radius * sin(cn_array_at(angle, i)));
    }
    cn_array_free(angle);
    cn_array_free(noise);
}

/* The first layer says the shape of the input, without the batch axis. */
static cn_model *known_shape(void)
{
    cn_model *model = cn_sequential(.name = "rings");
    cn_sequential_add(model, cn_dense(16, .activation = "relu", .input_shape = {2}));
    cn_sequential_add(model, cn_dense(16, .activation = "relu"));
    cn_sequential_add(model, cn_dense(1, .activation = "sigmoid"));
    return model;
}

/* Without a shape the weights are made when the first data come. */
static cn_model *shape_from_data(void)
{
    cn_model *model = cn_sequential();
    cn_sequential_add(model, cn_dense(4, .activation = "tanh"));
    cn_sequential_add(model, cn_dropout(0.5));
    cn_sequential_pop(model); /* on second thoughts, without dropout */
    cn_sequential_add(model, cn_dense(1));
    return model;
}

int main(void)
{
    cn_set_random_seed(1);
    cn_array *points, *labels;
    make_rings(&points, &labels);

    cn_model *model = known_shape();
    cn_summary(model);
    cn_compile(model, .optimizer = cn_adam(0.01), .loss = "binary_crossentropy",
               .metrics = {"accuracy"});
    cn_fit(model, points, labels, .epochs = 20, .verbose = 0);

    cn_scores scores = cn_evaluate(model, points, labels);
    double accuracy = cn_score(scores, "accuracy");
    printf("loss %.4f, accuracy %.4f\n", scores.loss, accuracy);
    check(cn_count_params(model) == 2 * 16 + 16 + 16 * 16 + 16 + 16 + 1, "337 parameters");
    check(accuracy > 0.97, "the rings are told apart");

    cn_model *later = shape_from_data();
    check(cn_count_params(later) == -1, "nobody knows yet how many weights there are");
    cn_array_free(cn_predict(later, points));
    check(cn_count_params(later) == 2 * 4 + 4 + 4 + 1, "17 parameters, two layers");
    return finish();
}
