/* Two inputs and three outputs, each with a loss, a weight and a metric of its own; data by
 * position and by name. Invented customers of a shop: from a profile and a basket the model tells
 * age, income bracket and membership. */
#include <math.h>

#include "check.h"

enum { CUSTOMERS = 3000, PROFILE = 8, BASKET = 12, BRACKETS = 5 };

struct customers {
    cn_array *profile, *basket, *age, *income, *member;
};

/* Answers that can be found in the questions: each depends on a few columns of both inputs. */
static struct customers invent_customers(void)
{
    struct customers c = {
        .profile = cn_random_normal({CUSTOMERS, PROFILE}),
        .basket = cn_random_normal({CUSTOMERS, BASKET}),
        .age = cn_zeros({CUSTOMERS, 1}),
        .member = cn_zeros({CUSTOMERS, 1}),
    };
    cn_array *bracket = cn_zeros({CUSTOMERS}, .dtype = CN_INT32);
    if (cn_failed())
        return c;
    const float *profile = cn_array_data(c.profile), *basket = cn_array_data(c.basket);
    float *age = cn_array_data(c.age), *member = cn_array_data(c.member);
    int32_t *income = cn_array_data(bracket);
    for (int i = 0; i < CUSTOMERS; i++, profile += PROFILE, basket += BASKET) {
        age[i] = 4 + profile[0] - basket[1]; /* in tens of years */
        double wealth = 1.2 * (profile[2] + basket[3] + profile[4]) + 2;
        income[i] = wealth < 0 ? 0 : wealth > BRACKETS - 1 ? BRACKETS - 1 : (int32_t)wealth;
        member[i] = basket[5] * profile[1] > 0 ? 1 : 0;
    }
    c.income = cn_to_categorical(bracket, .num_classes = BRACKETS);
    cn_array_free(bracket);
    return c;
}

static cn_model *draw(void)
{
    cn_tensor *profile = cn_input({PROFILE}, .name = "profile");
    cn_tensor *basket = cn_input({BASKET}, .name = "basket");
    cn_tensor *a = cn_call(cn_dense(32, .activation = "relu"), profile);
    cn_tensor *b = cn_call(cn_dense(32, .activation = "relu"), basket);
    cn_tensor *x = cn_chain(cn_call(cn_concatenate(), a, b), cn_dense(64, .activation = "relu"),
                            cn_dense(64, .activation = "relu"));
    cn_tensor *age = cn_call(cn_dense(1, .name = "age"), x);
    cn_tensor *income = cn_call(cn_dense(BRACKETS, .activation = "softmax", .name = "income"), x);
    cn_tensor *member = cn_call(cn_dense(1, .activation = "sigmoid", .name = "member"), x);
    return cn_model_of(CN_LIST(profile, basket), CN_LIST(age, income, member));
}

/* Everything in the order of the inputs and outputs. */
static cn_history *train_by_position(cn_model *model, const struct customers *c, int64_t epochs)
{
    cn_compile(model, .optimizer = "adam",
               .losses = {"mse", "categorical_crossentropy", "binary_crossentropy"},
               .loss_weights = {0.25, 1, 2}, .metrics = {"mae"});
    return cn_fit(model, CN_LIST(c->profile, c->basket), CN_LIST(c->age, c->income, c->member),
                  .epochs = epochs, .batch_size = 64, .verbose = 0);
}

/* Everything by the names of the layers, in any order. */
static cn_history *train_by_name(cn_model *model, const struct customers *c, int64_t epochs)
{
    cn_compile(model, .optimizer = "adam",
               .outputs = {
                   {"member", .loss = "binary_crossentropy", .loss_weight = 2, .metrics = {"acc"}},
                   {"income", .loss = "categorical_crossentropy", .metrics = {"acc"}},
                   {"age", .loss = "mse", .loss_weight = 0.25, .metrics = {"mae"}},
               });
    return cn_fit(model, CN_DICT({"basket", c->basket}, {"profile", c->profile}),
                  CN_DICT({"member", c->member}, {"age", c->age}, {"income", c->income}),
                  .epochs = epochs, .batch_size = 64, .verbose = 0);
}

/* Both ways say the same, so that the same seed gives the same losses to the last bit. */
static void compare_both_ways(const struct customers *c)
{
    cn_set_random_seed(7);
    cn_history *first = train_by_position(draw(), c, 2);
    cn_set_random_seed(7);
    cn_history *second = train_by_name(draw(), c, 2);
    double loss = cn_history_value(first, "loss", -1);
    printf("after two epochs: loss %.6f by position, %.6f by name\n", loss,
           cn_history_value(second, "loss", -1));
    check(loss == cn_history_value(second, "loss", -1), "position and name mean the same");
}

int main(void)
{
    cn_set_random_seed(7);
    struct customers c = invent_customers();
    compare_both_ways(&c);

    cn_model *model = draw();
    cn_summary(model);
    train_by_name(model, &c, 40);
    cn_scores scores =
        cn_evaluate(model, CN_LIST(c.profile, c.basket), CN_LIST(c.age, c.income, c.member));
    for (int64_t i = 0; i < scores.count; i++)
        printf("%-20s %8.4f\n", scores.names[i], scores.values[i]);
    check(cn_score(scores, "age_mae") < 0.3, "ages to within three years");
    check(cn_score(scores, "income_acc") > 0.75, "three of four incomes");
    check(cn_score(scores, "member_acc") > 0.9, "nine of ten memberships");

    cn_predictions answers = cn_predict_all(model, CN_LIST(c.profile, c.basket));
    check(answers.count == 3, "three predictions");
    check(answers.count == 3 && cn_array_dim(answers.at[1], -1) == BRACKETS, "[N, 5] of income");
    return finish();
}
