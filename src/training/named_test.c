/* Inputs and outputs by name: in whatever order they are drawn and given, every output's values are
 * the same, and names that are missing or too many are refused with a list of those that exist. */
#include "training/testing.h"

enum { ROWS = 24, INPUTS = 2, OUTPUTS = 3, ORDERS = 6 };

static const char *const output_names[OUTPUTS] = {"age", "income", "mood"};
static const int orders[ORDERS][OUTPUTS] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                            {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

static cn_layer *layer(int64_t units, const char *name, const char *activation)
{
    return cn_dense(units, .name = name, .activation = activation,
                    .kernel_initializer = cn_glorot_uniform(.seed = 7 + units));
}

/* profile [4], basket [3] -> age [1], income [5], mood [1]; drawn in an order of its own. */
static cn_model *draw(const int *order, bool swapped)
{
    cn_tensor *profile = cn_input({4}, .name = "profile"),
              *basket = cn_input({3}, .name = "basket");
    cn_tensor *x = cn_call(cn_add(), cn_call(layer(8, "left", "tanh"), profile),
                           cn_call(layer(8, "right", "tanh"), basket));
    const cn_tensor *made[OUTPUTS];
    for (int i = 0; i < OUTPUTS; i++) {
        if (order[i] == 0)
            made[i] = cn_call(layer(1, "age", NULL), x);
        else if (order[i] == 1)
            made[i] = cn_call(layer(5, "income", "softmax"), x);
        else
            made[i] = cn_call(layer(1, "mood", "sigmoid"), x);
    }
    return cn_model_of(swapped ? CN_LIST(basket, profile) : CN_LIST(profile, basket),
                       CN_LIST(made[0], made[1], made[2]));
}

static const cn_output_args lines[OUTPUTS] = {
    {"age", .loss = "mse", .loss_weight = 0.25, .metrics = {"mae", "mse"}},
    {"income", .loss = "categorical_crossentropy", .metrics = {"acc"}, .weighted_metrics = {"acc"}},
    {"mood", .loss = "binary_crossentropy", .loss_weight = 2, .metrics = {"acc"}},
};

static void compile_table(cn_model *model, const int *order)
{
    cn_compile(model, .optimizer = cn_adam(0.01),
               .outputs = {lines[order[0]], lines[order[1]], lines[order[2]]});
    test_ok();
}

/* ---- data ------------------------------------------------------------------------------------ */

struct data {
    cn_array *profile, *basket, *y[OUTPUTS], *weights[OUTPUTS];
};

static struct data make_data(void)
{
    struct data data = {cn_random({ROWS, 4}, .seed = 1), cn_random({ROWS, 3}, .seed = 2), {0}, {0}};
    data.y[0] = cn_random({ROWS, 1}, .seed = 3);
    data.y[1] = cn_to_categorical(cn_random_integers(0, 5, {ROWS}, .seed = 4), .num_classes = 5);
    data.y[2] = cn_random_integers(0, 2, {ROWS, 1}, .seed = 5);
    for (int i = 0; i < OUTPUTS; i++)
        data.weights[i] = cn_random({ROWS}, .minval = 0.5, .seed = 6 + i);
    return data;
}

/* How one run gives its arguments. */
struct run {
    const int *drawn, *table, *given; /* orders of the outputs: of the model, of the lines, of y */
    bool swapped, lists;
};

struct arguments {
    const void *x[INPUTS + 1], *y[OUTPUTS + 1], *w[OUTPUTS + 1];
    cn_item named_x[INPUTS + 1], named_y[OUTPUTS + 1], named_w[OUTPUTS + 1];
    cn_items xs, ys, ws;
};

/* Lists are in the model's order; dictionaries in any. */
static void give(const struct run *run, const struct data *data, struct arguments *a)
{
    const int first = run->swapped ? 1 : 0;
    *a = (struct arguments){.named_x = {{"profile", data->profile}, {"basket", data->basket}}};
    a->x[first] = data->profile;
    a->x[1 - first] = data->basket;
    for (int i = 0; i < OUTPUTS; i++) {
        const int listed = run->drawn[i], named = run->given[i];
        a->y[i] = data->y[listed];
        a->w[i] = data->weights[listed];
        a->named_y[i] = (cn_item){output_names[named], data->y[named]};
        a->named_w[OUTPUTS - 1 - i] = (cn_item){output_names[named], data->weights[named]};
    }
    a->x[INPUTS] = a->y[OUTPUTS] = a->w[OUTPUTS] = CN_END;
    a->xs = run->lists ? (cn_items){.list = a->x} : (cn_items){.dict = a->named_x};
    a->ys = run->lists ? (cn_items){.list = a->y} : (cn_items){.dict = a->named_y};
    a->ws = run->lists ? (cn_items){.list = a->w} : (cn_items){.dict = a->named_w};
}

/* What a run measured. */
struct results {
    const cn_history *history;
    cn_scores scores;
    const cn_array *predictions[OUTPUTS]; /* in the order of output_names */
};

static struct results train(const struct run *run, const struct data *data)
{
    struct arguments a;
    struct results results = {0};
    cn_model *model = draw(run->drawn, run->swapped);
    compile_table(model, run->table);
    give(run, data, &a);
    cn_set_random_seed(5);
    results.history = cn_fit(model, a.xs, a.ys, .epochs = 3, .batch_size = 5, .verbose = 0,
                             .sample_weights = a.ws, .validation_split = 0.25);
    test_ok();
    results.scores = cn_evaluate(model, a.xs, a.ys, .sample_weights = a.ws);
    cn_predictions predictions = cn_predict_all(model, a.xs);
    test_ok();
    for (int i = 0; i < OUTPUTS; i++)
        results.predictions[run->drawn[i]] = predictions.at[i];
    return results;
}

static void expect_same(const struct results *got, const struct results *expected)
{
    assert_int_equal(cn_history_count(got->history), cn_history_count(expected->history));
    for (int64_t i = 0; i < cn_history_count(got->history); i++)
        for (int64_t epoch = 0; epoch < 3; epoch++) {
            const char *name = cn_history_name(expected->history, i);
            test_near(name, cn_history_value(got->history, name, epoch),
                      cn_history_value(expected->history, name, epoch), 1e-5);
        }
    assert_int_equal(got->scores.count, expected->scores.count);
    for (int64_t i = 0; i < expected->scores.count; i++)
        test_near(expected->scores.names[i], cn_score(got->scores, expected->scores.names[i]),
                  expected->scores.values[i], 1e-5);
    for (int i = 0; i < OUTPUTS; i++)
        for (int64_t k = 0; k < cn_array_size(expected->predictions[i]); k++)
            test_near(output_names[i], cn_array_at(got->predictions[i], k),
                      cn_array_at(expected->predictions[i], k), 1e-5);
    test_ok();
}

/* Every order of drawing, with another order of the table and of the dictionaries. */
static void test_any_order(void **state)
{
    (void)state;
    const struct data data = make_data();
    const struct run plain = {orders[0], orders[0], orders[0], false, true};
    const struct results expected = train(&plain, &data);
    for (int i = 0; i < ORDERS; i++)
        for (int lists = 0; lists < 2; lists++) {
            const struct run run = {orders[i], orders[(i + 2) % ORDERS], orders[(i + 3) % ORDERS],
                                    (i + lists) % 2 == 1, lists == 1};
            const struct results got = train(&run, &data);
            expect_same(&got, &expected);
        }
}

/* Lists of losses and weights, one for each output, say the same as a table by name. */
static void test_lists_and_table(void **state)
{
    (void)state;
    const struct data data = make_data();
    struct arguments a;
    const struct run run = {orders[3], orders[0], orders[0], false, true};
    give(&run, &data, &a);
    cn_scores scores[2];
    for (int i = 0; i < 2; i++) {
        cn_model *model = draw(run.drawn, false);
        if (i == 0)
            compile_table(model, orders[5]);
        else
            cn_compile(model, .optimizer = cn_adam(0.01),
                       .losses = {"categorical_crossentropy", "binary_crossentropy", "mse"},
                       .loss_weights = {1, 2, 0.25});
        scores[i] = cn_evaluate(model, a.xs, a.ys);
        test_ok();
    }
    test_near("total", scores[1].loss, scores[0].loss, 1e-6);
    for (int i = 0; i < OUTPUTS; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%s_loss", output_names[i]);
        test_near(name, cn_score(scores[1], name), cn_score(scores[0], name), 1e-6);
    }
}

/* Keras's names. */
static void test_names(void **state)
{
    (void)state;
    static const char *const names[] = {"age_loss",   "age_mae",     "age_mse",
                                        "income_acc", "income_loss", "income_weighted_acc",
                                        "loss",       "mood_acc",    "mood_loss"};
    const struct data data = make_data();
    const struct run run = {orders[4], orders[1], orders[2], true, false};
    const struct results results = train(&run, &data);
    assert_int_equal(cn_history_count(results.history), 18);
    for (size_t i = 0; i < 9; i++) {
        char validation[64];
        (void)snprintf(validation, sizeof validation, "val_%s", names[i]);
        assert_string_equal(cn_history_name(results.history, (int64_t)i), names[i]);
        assert_string_equal(cn_history_name(results.history, (int64_t)i + 9), validation);
    }
    static const char *const scores[] = {"loss", "age_loss", "age_mae"};
    assert_string_equal(results.scores.names[0], scores[0]);
}

/* ---- names that do not fit ------------------------------------------------------------------- */

static void expect_error(const char *expected)
{
    assert_string_equal(cn_error(), expected);
    cn_clear_error();
}

static void test_data_names(void **state)
{
    (void)state;
    const struct data d = make_data();
    cn_model *model = draw(orders[0], false);
    compile_table(model, orders[0]);
    const cn_items x = CN_DICT({"basket", d.basket}, {"profile", d.profile});
    const cn_items y = CN_DICT({"mood", d.y[2]}, {"age", d.y[0]}, {"income", d.y[1]});

    assert_null(cn_fit(model, CN_DICT({"basket", d.basket}), y, .verbose = 0));
    expect_error("cn_fit: x has no array for \"profile\"; model_1 takes: profile, basket");
    assert_null(cn_fit(model, CN_DICT({"basket", d.basket}, {"profil", d.profile}), y));
    expect_error("cn_fit: x has an array for \"profil\", which model_1 does not have; it has: "
                 "profile, basket");
    assert_null(cn_fit(model, CN_DICT({"basket", d.basket}, {"basket", d.basket}), y));
    expect_error("cn_fit: x has two arrays for \"basket\"");
    assert_true(isnan(cn_evaluate(model, x, CN_DICT({"age", d.y[0]}, {"mood", d.y[2]})).loss));
    expect_error("cn_evaluate: y has no array for \"income\"; model_1 takes: age, income, mood");
    assert_true(isnan(cn_evaluate(model, x, CN_DICT({"tall", d.y[0]})).loss));
    expect_error("cn_evaluate: y has an array for \"tall\", which model_1 does not have; it has: "
                 "age, income, mood");
    assert_null(cn_fit(model, x, y, .sample_weights = CN_DICT({"age", d.weights[0]})));
    expect_error("cn_fit: sample_weight has no array for \"income\"; model_1 takes: age, income, "
                 "mood");
    assert_null(cn_fit(model, x, y, .sample_weights = CN_DICT({"size", d.weights[0]})));
    expect_error("cn_fit: sample_weight has an array for \"size\", which model_1 does not have; it "
                 "has: age, income, mood");
    assert_null(cn_fit(model, x, y, .validation_data = {.xs = x, .ys = CN_DICT({"age", d.y[0]})}));
    expect_error(
        "cn_fit: validation_data: y has no array for \"income\"; model_1 takes: age, income, "
        "mood");
    assert_int_equal(cn_predict_all(model, CN_DICT({"profile", d.profile})).count, 0);
    expect_error("cn_predict: x has no array for \"basket\"; model_1 takes: profile, basket");
    assert_int_equal(cn_predict_all(model, CN_LIST(d.profile)).count, 0);
    expect_error("cn_predict: x has 1 array, model_1 takes 2 (profile, basket)");
    /* NULL by name: an output without weights */
    assert_non_null(
        cn_fit(model, x, y, .verbose = 0,
               .sample_weights = CN_DICT({"age", d.weights[0]}, {"income", NULL}, {"mood", NULL})));
    test_ok();
}

static void test_compile_names(void **state)
{
    (void)state;
    cn_model *model = draw(orders[0], false);
    assert_int_equal(cn_compile(model, .outputs = {lines[0], lines[2]}), CN_INVALID);
    expect_error("cn_compile: outputs has no line for \"income\"; the outputs of model_1 are: age, "
                 "income, mood (a line without a loss is an output that is not trained)");
    assert_int_equal(cn_compile(model, .outputs = {lines[0], lines[1], lines[2], {"size"}}),
                     CN_INVALID);
    expect_error("cn_compile: model_1 has no output \"size\"; its outputs are: age, income, mood");
    assert_int_equal(cn_compile(model, .outputs = {lines[0], lines[1], lines[2], lines[0]}),
                     CN_INVALID);
    expect_error("cn_compile: outputs has two lines for \"age\"");
    assert_int_equal(cn_compile(model, .losses = {"mse", "mse"}), CN_INVALID);
    expect_error("cn_compile: model_1 has 3 outputs (age, income, mood), got 2 losses");
    assert_int_equal(cn_compile(model, .loss = "mse", .loss_weights = {1, 2, 3, 4}), CN_INVALID);
    expect_error("cn_compile: model_1 has 3 outputs (age, income, mood), got 4 loss weights that "
                 "are not 0 at the end");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_any_order),  TEST(test_lists_and_table), TEST(test_names),
        TEST(test_data_names), TEST(test_compile_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
