/* The models that are compared with the peers; bench/peer.py draws the same ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

/* ---- mlp: 64-32-32-10 ------------------------------------------------------------------------ */

static void make_mlp(bench_workload *work)
{
    enum { SAMPLES = 1024, FEATURES = 64, CLASSES = 10 };
    work->model = bench_mlp(FEATURES, (const int64_t[]){32, 32}, 2, CLASSES);
    work->xs[0] = cn_random({SAMPLES, FEATURES});
    work->ys[0] = cn_random({SAMPLES, CLASSES});
}

/* ---- qa: two recurrent branches over texts of 100 words -------------------------------------- */

cn_model *bench_qa(void)
{
    enum { VOCABULARY = 10000, ANSWERS = 500 };
    cn_tensor *text = cn_input({CN_NONE}, .dtype = "int32", .name = "text");
    cn_tensor *question = cn_input({CN_NONE}, .dtype = "int32", .name = "question");
    cn_tensor *encoded_text = cn_chain(text, cn_embedding(VOCABULARY, 64), cn_lstm(32));
    cn_tensor *encoded_question = cn_chain(question, cn_embedding(VOCABULARY, 32), cn_lstm(16));
    cn_tensor *merged = cn_call(cn_concatenate(), encoded_text, encoded_question);
    cn_tensor *answer = cn_call(cn_dense(ANSWERS, .activation = "softmax"), merged);
    cn_model *model = cn_model_of(CN_LIST(text, question), answer);
    cn_compile(model, .optimizer = "rmsprop", .loss = "categorical_crossentropy");
    return model;
}

/* Words are drawn evenly: a batch names some 7200 of them, where real texts name far fewer. */
static void make_qa(bench_workload *work)
{
    enum { SAMPLES = 512, LENGTH = 100, VOCABULARY = 10000, ANSWERS = 500 };
    work->model = bench_qa();
    work->xs[0] = cn_random_integers(1, VOCABULARY, {SAMPLES, LENGTH});
    work->xs[1] = cn_random_integers(1, VOCABULARY, {SAMPLES, LENGTH});
    work->ys[0] =
        cn_to_categorical(cn_random_integers(0, ANSWERS, {SAMPLES}), .num_classes = ANSWERS);
}

/* ---- posts: three outputs from texts of 500 words -------------------------------------------- */

static cn_model *posts_model(int64_t words, int64_t features)
{
    cn_tensor *posts = cn_input({CN_NONE}, .dtype = "int32", .name = "posts");
    cn_tensor *x =
        cn_chain(posts, cn_embedding(words, features), cn_conv1d(128, 5, .activation = "relu"),
                 cn_max_pooling1d(5), cn_conv1d(256, 5, .activation = "relu"),
                 cn_conv1d(256, 5, .activation = "relu"), cn_max_pooling1d(5),
                 cn_conv1d(256, 5, .activation = "relu"), cn_conv1d(256, 5, .activation = "relu"),
                 cn_global_max_pooling1d(), cn_dense(128, .activation = "relu"));
    cn_tensor *age = cn_call(cn_dense(1, .name = "age"), x);
    cn_tensor *income = cn_call(cn_dense(10, .activation = "softmax", .name = "income"), x);
    cn_tensor *gender = cn_call(cn_dense(1, .activation = "sigmoid", .name = "gender"), x);
    cn_model *model = cn_model_of(posts, CN_LIST(age, income, gender));
    cn_compile(model, .optimizer = "rmsprop",
               .losses = {"mse", "categorical_crossentropy", "binary_crossentropy"},
               .loss_weights = {0.25, 1, 10});
    return model;
}

static void make_posts(bench_workload *work, int64_t words, int64_t features)
{
    enum { SAMPLES = 128, LENGTH = 500, INCOMES = 10 };
    work->model = posts_model(words, features);
    work->xs[0] = cn_random_integers(0, words, {SAMPLES, LENGTH});
    work->ys[0] = cn_random({SAMPLES, 1});
    work->ys[1] =
        cn_to_categorical(cn_random_integers(0, INCOMES, {SAMPLES}), .num_classes = INCOMES);
    work->ys[2] = cn_random_integers(0, 2, {SAMPLES, 1});
    work->batch = 64;
}

/* ---- images ---------------------------------------------------------------------------------- */

static cn_model *convnet(void)
{
    cn_tensor *x = cn_input({28, 28, 1});
    return cn_model_of(x, cn_chain(x, cn_conv2d(32, 3, .activation = "relu"), cn_max_pooling2d(2),
                                   cn_conv2d(64, 3, .activation = "relu"), cn_max_pooling2d(2),
                                   cn_flatten(), cn_dense(10, .activation = "softmax")));
}

static cn_model *xception(void)
{
    cn_model *base =
        cn_xception(.include_top = false, .pooling = "avg", .input_shape = {250, 250, 3});
    cn_tensor *features = cn_model_outputs(base).at[0];
    return cn_model_of(cn_model_inputs(base).at[0],
                       cn_call(cn_dense(10, .activation = "softmax"), features));
}

static cn_model *resnet50(void)
{
    return cn_resnet50(.weights = NULL);
}

static cn_model *mobilenet_v2(void)
{
    return cn_mobilenet_v2(.weights = NULL);
}

static cn_model *densenet121(void)
{
    return cn_densenet121(.weights = NULL);
}

static const struct vision {
    const char *name;
    cn_model *(*draw)(void);
    int64_t batch, classes;
} visions[] = {
    {"convnet", convnet, 128, 10},         {"xception", xception, 2, 10},
    {"resnet50", resnet50, 1, 1000},       {"mobilenet_v2", mobilenet_v2, 1, 1000},
    {"densenet121", densenet121, 2, 1000},
};

/* False if there is no such model. */
static bool make_vision(const char *name, bench_workload *work)
{
    for (size_t i = 0; i < sizeof visions / sizeof *visions; i++) {
        const struct vision *vision = &visions[i];
        if (strcmp(vision->name, name) != 0)
            continue;
        work->model = vision->draw();
        cn_compile(work->model, .optimizer = "rmsprop", .loss = "categorical_crossentropy");
        bench_check(name);
        const cn_tensor *input = cn_model_inputs(work->model).at[0];
        work->batch = vision->batch;
        work->xs[0] = cn_random({4 * work->batch, cn_tensor_dim(input, 1), cn_tensor_dim(input, 2),
                                 cn_tensor_dim(input, 3)});
        work->ys[0] = cn_to_categorical(cn_random_integers(0, vision->classes, {4 * work->batch}),
                                        .num_classes = vision->classes);
        return true;
    }
    return false;
}

/* ---- all ------------------------------------------------------------------------------------- */

/* The first n of a list that is to be ended by CN_END. */
static void end_list(const void **list)
{
    while (*list != NULL)
        list++;
    *list = CN_END;
}

void bench_make(const char *name, bench_workload *work)
{
    *work = (bench_workload){.batch = 128};
    cn_set_random_seed(1);
    if (strcmp(name, "mlp") == 0)
        make_mlp(work);
    else if (strcmp(name, "qa") == 0)
        make_qa(work);
    else if (strcmp(name, "posts") == 0)
        make_posts(work, 50000, 256);
    else if (strcmp(name, "posts-wide") == 0)
        make_posts(work, 256, 50000);
    else if (!make_vision(name, work)) {
        fprintf(stderr,
                "there is no workload %s; there are mlp, qa, posts, posts-wide, convnet, xception, "
                "resnet50, mobilenet_v2, densenet121\n",
                name);
        exit(2);
    }
    bench_check(name);
    work->samples = cn_array_dim(work->xs[0], 0);
    end_list(work->xs);
    end_list(work->ys);
}

double bench_train(bench_workload *work, int64_t steps)
{
    const int64_t in_an_epoch = work->samples / work->batch,
                  epochs = (steps + in_an_epoch - 1) / in_an_epoch;
    const cn_items x = {.list = work->xs}, y = {.list = work->ys};
    const double begin = bench_now();
    cn_fit(work->model, x, y, .batch_size = work->batch, .epochs = epochs, .verbose = 0);
    bench_check("fit");
    return (bench_now() - begin) / (double)(epochs * in_an_epoch);
}

double bench_forward(bench_workload *work, int64_t batches)
{
    const int64_t in_all = work->samples / work->batch, times = (batches + in_all - 1) / in_all;
    const cn_items x = {.list = work->xs};
    const double begin = bench_now();
    for (int64_t i = 0; i < times; i++) {
        cn_predictions outputs = cn_predict_all(work->model, x, .batch_size = work->batch);
        bench_check("predict");
        for (int64_t k = 0; k < outputs.count; k++)
            cn_array_free(outputs.at[k]);
    }
    return (bench_now() - begin) / (double)(times * in_all);
}
