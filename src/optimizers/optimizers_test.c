/* Optimizers against Keras: twenty steps of each saved case, run as optimized plans; and what they
 * refuse. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "optimizers/optimizers.h"
#include "support/keras_data.h"

enum { MOST = 8, MOST_ELEMENTS = 64, STEPS = 20 };

/* ---- weights, an optimizer and its plan ------------------------------------------------------ */

struct trial {
    const char *name;
    const json_t *saved; /* the case, if there is one */
    cn_variable weights[MOST];
    cn_variable *pointers[MOST];
    const char *constraints[MOST];
    int64_t n;
    cn_optimizer *optimizer;
    cn_plan plan;
};

static void make_plan(struct trial *trial)
{
    cn_program program = {0};
    cn_value gradients[MOST];
    for (int64_t i = 0; i < trial->n; i++)
        gradients[i] = cn_program_input(&program, CN_FLOAT32, trial->weights[i].shape);
    cn_emit_optimizer_step(&program, trial->optimizer, gradients);
    if (program.status != CN_OK || cn_optimize(&program) != CN_OK ||
        cn_make_plan(&program, &trial->plan) != CN_OK)
        fail_msg("%s: %s", trial->name, cn_error());
    cn_program_free(&program);
}

static void add_weight(struct trial *trial, const char *path, cn_shape shape, const double *values)
{
    cn_variable *weight = &trial->weights[trial->n];
    assert_int_equal(cn_variable_init(weight, path, CN_FLOAT32, shape, NULL), CN_OK);
    for (int64_t k = 0; values != NULL && k < cn_shape_size(&shape); k++)
        ((float *)weight->data)[k] = (float)values[k];
    trial->pointers[trial->n++] = weight;
}

static void create(struct trial *trial, const char *identifier)
{
    if (cn_optimizer_create(identifier, trial->pointers, trial->constraints, trial->n,
                            &trial->optimizer) != CN_OK)
        fail_msg("%s: %s", trial->name, cn_error());
    make_plan(trial);
}

static void free_trial(struct trial *trial)
{
    cn_plan_free(&trial->plan);
    cn_optimizer_free(trial->optimizer);
    for (int64_t i = 0; i < trial->n; i++)
        cn_variable_free(&trial->weights[i]);
}

/* ---- saved cases ----------------------------------------------------------------------------- */

/* Whether a variable has the saved numbers: within 1e-6 of the largest of them. */
static bool has_numbers(const struct trial *trial, const char *what, const json_t *saved,
                        const cn_variable *variable)
{
    cn_keras_array expected;
    double got[MOST_ELEMENTS], largest = 0;
    json_t *holder = json_pack("{s:O}", "array", saved);
    assert_true(cn_keras_read(holder, "array", &expected) && expected.size <= MOST_ELEMENTS);
    json_decref(holder);
    assert_true(cn_shape_equal(&expected.shape, &variable->shape));
    for (int64_t i = 0; i < expected.size; i++) {
        got[i] = variable->dtype == CN_INT32 ? ((const int32_t *)variable->data)[i]
                                             : (double)((const float *)variable->data)[i];
        largest = fmax(largest, fabs(expected.values[i]));
    }
    bool right = cn_keras_compare(trial->saved, what, &expected, got, 1e-6 * largest, 0);
    cn_keras_array_free(&expected);
    return right;
}

static bool has_weights(const struct trial *trial, const char *when, const json_t *saved)
{
    bool right = true;
    for (int64_t i = 0; i < trial->n; i++) {
        char what[64];
        (void)snprintf(what, sizeof what, "%s %s", trial->weights[i].name, when);
        right = has_numbers(trial, what, json_array_get(saved, (size_t)i), &trial->weights[i]) &&
                right;
    }
    return right;
}

struct visit {
    const struct trial *trial;
    const json_t *expected;
    size_t n;
    bool right;
};

static cn_status compare_variable(void *context, cn_variable *variable)
{
    struct visit *visit = context;
    const json_t *expected = json_array_get(visit->expected, visit->n++);
    const char *path = json_string_value(json_object_get(expected, "path"));
    if (path == NULL || strcmp(variable->name, path) != 0)
        fail_msg("%s: expected variable %s, got %s", visit->trial->name,
                 path == NULL ? "(no more)" : path, variable->name);
    visit->right = has_numbers(visit->trial, path, json_object_get(expected, "array"), variable) &&
                   visit->right;
    return CN_OK;
}

static bool has_variables(const struct trial *trial, const json_t *saved)
{
    struct visit visit = {trial, saved, 0, true};
    assert_int_equal(cn_optimizer_visit(trial->optimizer, compare_variable, &visit), CN_OK);
    assert_int_equal(visit.n, json_array_size(saved));
    return visit.right;
}

static bool same_value(const json_t *a, const json_t *b)
{
    if (json_is_number(a) && json_is_number(b))
        return fabs(json_number_value(a) - json_number_value(b)) <=
               1e-7 * fabs(json_number_value(b));
    if (!json_is_object(a) || !json_is_object(b))
        return json_equal(a, b);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)b, key,
                        value) if (!same_value(json_object_get(a, key), value)) return false;
    return true;
}

/* Whether the optimizer's own record says what Keras's says. */
static bool has_record(const struct trial *trial)
{
    json_t *record = cn_optimizer_json(trial->optimizer);
    bool right = same_value(record, json_object_get(trial->saved, "optimizer"));
    if (!right) {
        char *text = json_dumps(record, 0);
        print_error("%s: the record is %s\n", trial->name, text);
        free(text);
    }
    json_decref(record);
    return right;
}

/* exclude_from_weight_decay is a method in Keras and an argument here. */
static char *identifier_of(const json_t *one)
{
    json_t *record = json_deep_copy(json_object_get(one, "optimizer"));
    const json_t *names = json_object_get(one, "exclude");
    if (json_array_size(names) > 0)
        json_object_set(json_object_get(record, "config"), "exclude_from_weight_decay",
                        json_array_get(names, 0));
    char *text = json_dumps(record, 0);
    json_decref(record);
    return text;
}

static void start(struct trial *trial, const json_t *variables, const char *constraint)
{
    const json_t *variable;
    size_t i;
    json_array_foreach(variables, i, variable)
    {
        cn_keras_array array;
        assert_true(cn_keras_read(variable, "array", &array));
        trial->constraints[i] = constraint[0] == '\0' ? NULL : constraint;
        add_weight(trial, json_string_value(json_object_get(variable, "path")), array.shape,
                   array.values);
        cn_keras_array_free(&array);
    }
    char *identifier = identifier_of(trial->saved);
    create(trial, identifier);
    free(identifier);
}

static bool is_among(const json_t *numbers, size_t number)
{
    const json_t *one;
    size_t i;
    json_array_foreach(numbers, i,
                       one) if (json_integer_value(one) == (json_int_t)number) return true;
    return false;
}

static void step(const struct trial *trial, const json_t *gradients, bool infinite)
{
    for (int64_t i = 0; i < trial->n; i++) {
        const json_t *values = json_object_get(json_array_get(gradients, (size_t)i), "values"),
                     *value;
        size_t k;
        json_array_foreach(values, k, value)((float *)trial->plan.inputs[i])[k] =
            (float)json_number_value(value);
    }
    if (infinite)
        *(float *)trial->plan.inputs[0] = INFINITY;
    assert_int_equal(cn_plan_run(&trial->plan), CN_OK);
}

static bool run_case(const json_t *root, const json_t *one)
{
    struct trial trial = {.name = cn_keras_name(one), .saved = one};
    char *constraint = cn_keras_identifier(one, "constraint");
    start(&trial, json_object_get(root, "variables"), constraint);
    bool right = has_record(&trial);
    for (size_t i = 0; i < STEPS; i++) {
        char when[32];
        (void)snprintf(when, sizeof when, "after step %d", (int)i + 1);
        step(&trial, json_array_get(json_object_get(root, "gradients"), i),
             is_among(json_object_get(one, "infinite"), i));
        const json_t *steps = json_object_get(one, "steps");
        if (i < json_array_size(steps))
            right = has_weights(&trial, when, json_array_get(steps, i)) && right;
    }
    right = has_weights(&trial, "after the last step", json_object_get(one, "last")) && right;
    right = has_variables(&trial, json_object_get(one, "optimizer_variables")) && right;
    cn_optimizer_finalize(trial.optimizer);
    if (json_is_array(json_object_get(one, "finalized")))
        right = has_weights(&trial, "at the end", json_object_get(one, "finalized")) && right;
    free_trial(&trial);
    free(constraint);
    return right;
}

static void every_saved_case(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("optimizers.json"), *one;
    size_t index;
    int wrong = 0, n = 0;
    cn_keras_each(root, index, one)
    {
        wrong += !run_case(root, one);
        n++;
    }
    assert_int_equal(wrong, 0);
    assert_true(n >= 98);
    json_decref(root);
}

/* ---- typed constructors: w = [1, 2], three times the gradient [0.5, -1] ---------------------- */

static void three_steps(const char *identifier, const double expected[3][2])
{
    struct trial trial = {.name = identifier == NULL ? cn_error() : identifier};
    add_weight(&trial, "w", CN_SHAPE(2), (const double[]){1, 2});
    create(&trial, identifier);
    for (int i = 0; i < 3; i++) {
        memcpy(trial.plan.inputs[0], (const float[]){0.5f, -1}, 2 * sizeof(float));
        assert_int_equal(cn_plan_run(&trial.plan), CN_OK);
        const float *w = trial.weights[0].data;
        for (int k = 0; k < 2; k++)
            if (!(fabs((double)w[k] - expected[i][k]) <= 1e-5))
                fail_msg("%s: step %d: expected %.7g, got %.7g", identifier, i + 1, expected[i][k],
                         (double)w[k]);
    }
    free_trial(&trial);
}

#define EXPECTED(...) ((const double[3][2]){__VA_ARGS__})

static void constructors(void **state)
{
    (void)state;
    const double rate = 0.1;
    three_steps(cn_sgd(0.1), EXPECTED({.95, 2.1}, {.9, 2.2}, {.85, 2.3}));
    three_steps(cn_sgd(rate, 0.9, true), EXPECTED({.905, 2.19}, {.7695, 2.461}, {.59755, 2.8049}));
    three_steps(cn_sgd(0.1, .weight_decay = 0.1),
                EXPECTED({.94, 2.08}, {.8806, 2.1592}, {.821794, 2.237608}));
    three_steps(cn_sgd(0.1, .clipvalue = 0.6), EXPECTED({.95, 2.06}, {.9, 2.12}, {.85, 2.18}));
    three_steps(cn_sgd(.learning_rate = 0.1, .gradient_accumulation_steps = 2),
                EXPECTED({1, 2}, {.95, 2.1}, {.95, 2.1}));
    three_steps(cn_rmsprop(0.1),
                EXPECTED({.6837729, 2.316228}, {.4543574, 2.545643}, {.2622628, 2.737738}));
    three_steps(cn_adam(0.1),
                EXPECTED({.9000013, 2.099999}, {.8000028, 2.199998}, {.7000035, 2.299997}));
    three_steps(cn_adam_w(0.1),
                EXPECTED({.8996013, 2.099199}, {.7992429, 2.198358}, {.6989239, 2.297478}));
    three_steps(cn_adamax(0.1), EXPECTED({.9, 2.1}, {.8000001, 2.2}, {.7000001, 2.3}));
    three_steps(cn_nadam(0.1),
                EXPECTED({.8937219, 2.106278}, {.8163636, 2.183636}, {.7452304, 2.25477}));
    three_steps(cn_adagrad(0.1),
                EXPECTED({.9154846, 2.095346}, {.8509349, 2.164353}, {.7967023, 2.221149}));
    three_steps(cn_adadelta(0.1),
                EXPECTED({.9998586, 2.000141}, {.9997153, 2.000285}, {.9995709, 2.000429}));
    three_steps(cn_adafactor(0.1),
                EXPECTED({.8418861, 2.158114}, {.678084, 2.321916}, {.5070417, 2.492958}));
    three_steps(cn_ftrl(0.1),
                EXPECTED({.3809621, 1.492324}, {.3164124, 1.56133}, {.2621798, 1.618126}));
    three_steps(cn_lion(0.1), EXPECTED({.9, 2.1}, {.8, 2.2}, {.6999999, 2.3}));
    three_steps(cn_lamb(0.1),
                EXPECTED({.8418861, 2.158114}, {.678084, 2.321916}, {.5070417, 2.492958}));
    three_steps(cn_muon(0.1, .adam_weight_decay = CN_UNSET),
                EXPECTED({.9000013, 2.099999}, {.8000028, 2.199998}, {.7000035, 2.299997}));
    three_steps(cn_schedule_free_adam_w(0.1), EXPECTED({.9, 2.1}, {.845, 2.155}, {.79, 2.21}));
    three_steps(cn_loss_scale_optimizer(cn_sgd(0.1), 2, 1),
                EXPECTED({.975, 2.05}, {.9625, 2.075}, {.95625, 2.0875}));
    three_steps(cn_sgd(.learning_rate_schedule =
                           cn_piecewise_constant_decay({0, 1}, {0.1, 0.2, 0, CN_UNSET})),
                EXPECTED({.95, 2.1}, {.85, 2.3}, {.85, 2.3}));
    cn_clear_session();
}

/* ---- the size of a step ---------------------------------------------------------------------- */

static int64_t kernel_calls(const char *identifier)
{
    static const cn_shape shapes[] = {{2, {64, 32}}, {1, {32}},     {2, {32, 32}},
                                      {1, {32}},     {2, {32, 10}}, {1, {10}}};
    struct trial trial = {.name = identifier};
    for (int i = 0; i < 6; i++)
        add_weight(&trial, "w", shapes[i], NULL);
    create(&trial, identifier);
    int64_t n = trial.plan.n_steps;
    free_trial(&trial);
    return n;
}

/* One pass for each of the six weights, and one for all scalars. */
static void one_pass_per_weight(void **state)
{
    (void)state;
    assert_int_equal(kernel_calls("sgd"), 7);
    assert_int_equal(kernel_calls("rmsprop"), 7);
    assert_int_equal(kernel_calls("adam"), 7);
    assert_int_equal(kernel_calls("nadam"), 7);
    assert_true(kernel_calls(cn_adam_w(.use_ema = true, .ema_overwrite_frequency = 5,
                                       .clipvalue = 1, .gradient_accumulation_steps = 4)) <= 6 + 4);
    assert_true(kernel_calls(cn_adam(.global_clipnorm = 1)) <=
                6 + 2 * 6 + 3); /* and squares and sums for the norm */
    cn_clear_session();
}

/* ---- what is refused, and what may be asked -------------------------------------------------- */

static void refuses(const char *identifier, const char *message)
{
    cn_variable weight;
    cn_variable *const list[] = {&weight};
    cn_optimizer *optimizer;
    assert_int_equal(cn_variable_init(&weight, "w", CN_FLOAT32, CN_SHAPE(2), NULL), CN_OK);
    if (identifier != NULL) /* otherwise the constructor has refused */
        assert_int_not_equal(cn_optimizer_create(identifier, list, NULL, 1, &optimizer), CN_OK);
    assert_string_equal(cn_error(), message);
    cn_clear_error();
    cn_variable_free(&weight);
}

static void messages(void **state)
{
    (void)state;
    refuses(cn_adam(-1), "Adam: learning_rate must not be negative, got -1");
    refuses(cn_sgd(.clipnorm = 1, .clipvalue = 2),
            "SGD: at most one of clipnorm, clipvalue and global_clipnorm may be "
            "given, got clipnorm = 1 and clipvalue = 2");
    refuses(cn_sgd(.momentum = 2), "SGD: momentum must be between 0 and 1, got 2");
    refuses(cn_adam_w(.weight_decay = CN_UNSET), "AdamW: weight_decay must be a number, got none");
    refuses(cn_rmsprop(.gradient_accumulation_steps = 1),
            "RMSprop: gradient_accumulation_steps must be at least 2, got 1");
    refuses(cn_lion(.beta_1 = 0), "Lion: beta_1 must be above 0 and at most 1, got 0");
    refuses(cn_muon(.exclude_layers = "a(b"), "Muon: exclude_layers \"a(b\": Unmatched ( or \\(");
    refuses(cn_muon(.exclude_layers = "a|(?:b)"),
            "Muon: exclude_layers: (?...) and \\d are not known, got \"a|(?:b)\"");
    refuses(cn_muon(.ns_steps = -1), "Muon: ns_steps must be from 0 to 100, got -1");
    refuses(cn_schedule_free_adam_w(.beta_1 = 0),
            "ScheduleFreeAdamW: beta_1 must be above 0 and at most 1, got 0");
    refuses(cn_loss_scale_optimizer("adam", 0),
            "LossScaleOptimizer: initial_scale must be positive, got 0");
    refuses(cn_loss_scale_optimizer("adam", .dynamic_growth_steps = 0),
            "LossScaleOptimizer: dynamic_growth_steps must be from 1 to 2147483647, got 0");
    refuses("loss_scale_optimizer",
            "LossScaleOptimizer: inner_optimizer, another optimizer, is needed");
    refuses(cn_loss_scale_optimizer(cn_loss_scale_optimizer("adam")),
            "LossScaleOptimizer: inner_optimizer must be another optimizer, not one of this class");
    refuses(cn_loss_scale_optimizer("adm"), "unknown optimizer \"adm\": did you mean \"adam\"?");
    refuses(cn_cosine_decay(0.1, 0), "CosineDecay: decay_steps must be positive, got 0");
    refuses("rmsprp", "unknown optimizer \"rmsprp\": did you mean \"rmsprop\"?");
    refuses("",
            "optimizer: expected a name such as \"adam\" or what cn_adam(...) returns, got none");
    refuses("{\"class_name\": \"SGD\", "
            "\"config\": {\"learning_rate\": {\"class_name\": \"CosinDecay\"}}}",
            "unknown schedule \"CosinDecay\": did you mean \"CosineDecay\"?");
}

static void the_rate(void **state)
{
    (void)state;
    struct trial trial = {.name = "rate"}, scheduled = {.name = "schedule"};
    add_weight(&trial, "w", CN_SHAPE(2), NULL);
    create(&trial, "adam");
    assert_float_equal(cn_optimizer_learning_rate(trial.optimizer), 0.001, 1e-9);
    assert_int_equal(cn_optimizer_set_learning_rate(trial.optimizer, 0.5), CN_OK);
    assert_float_equal(cn_optimizer_learning_rate(trial.optimizer), 0.5, 1e-9);
    add_weight(&scheduled, "w", CN_SHAPE(2), NULL);
    create(&scheduled, cn_sgd(.learning_rate_schedule = cn_inverse_time_decay(0.1, 1, 1)));
    assert_int_equal(cn_plan_run(&scheduled.plan), CN_OK);
    assert_float_equal(cn_optimizer_learning_rate(scheduled.optimizer), 0.05, 1e-9);
    assert_int_equal(cn_optimizer_set_learning_rate(scheduled.optimizer, 0.5), CN_STATE);
    cn_clear_error();
    free_trial(&trial);
    free_trial(&scheduled);
    cn_clear_session();
}

/* Whichever allocation fails, creating an optimizer fails as a whole. */
static void out_of_memory(void **state)
{
    (void)state;
    cn_variable weight;
    cn_variable *const list[] = {&weight};
    const char *identifier = cn_loss_scale_optimizer(
        cn_muon(.use_ema = true, .gradient_accumulation_steps = 2, .exclude_layers = "a"));
    cn_status status = CN_OUT_OF_MEMORY;
    assert_int_equal(cn_variable_init(&weight, "dense/kernel", CN_FLOAT32, CN_SHAPE(3, 2), NULL),
                     CN_OK);
    for (int64_t n = 1; status != CN_OK; n++) {
        cn_optimizer *optimizer;
        cn_memory_fail_at(n);
        status = cn_optimizer_create(identifier, list, NULL, 1, &optimizer);
        cn_memory_fail_at(0);
        cn_clear_error();
        assert_true(status == CN_OK || (status == CN_OUT_OF_MEMORY && optimizer == NULL));
        cn_optimizer_free(optimizer);
    }
    cn_variable_free(&weight);
    cn_clear_session();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_saved_case),
        cmocka_unit_test(constructors),
        cmocka_unit_test(one_pass_per_weight),
        cmocka_unit_test(messages),
        cmocka_unit_test(the_rate),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
