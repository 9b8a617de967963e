/* Activations: Keras's values and gradients, by reference and as plans; names; mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "activations/activations.h"
#include "compiler/compiler.h"
#include "support/keras_data.h"
#include "support/program_run.h"

typedef struct example {
    cn_keras_array x, r, y, dx;
    bool has_gradient;
} example;

/* y = activation(x), and the gradient of sum(y * r) with respect to x. */
static void build(cn_program *p, const char *record, const example *e)
{
    cn_object activation = {0};
    assert_int_equal(cn_activation_parse(record, &p->memory, &activation), CN_OK);
    cn_value x = cn_program_input(p, CN_FLOAT32, e->x.shape), gradient = CN_NO_VALUE;
    cn_value r = cn_program_input(p, CN_FLOAT32, e->r.shape);
    cn_value y = cn_emit_activation(p, &activation, x);
    cn_value loss = cn_emit_sum(p, cn_emit_multiply(p, y, r), CN_ALL_AXES, false);
    assert_int_equal(cn_differentiate(p, loss, &x, 1, &gradient), CN_OK);
    cn_program_output(p, y);
    cn_program_output(p, gradient);
    assert_int_equal(p->status, CN_OK);
}

/* Beside numbers near 1000 float32 has steps of 6e-5. */
static bool compare(const json_t *item, const example *e, double *const *outputs, const char *how)
{
    char y[32], dx[32];
    double absolute = strstr(cn_keras_name(item), "large numbers") == NULL ? 1e-6 : 3e-5;
    (void)snprintf(y, sizeof y, "%s y", how);
    (void)snprintf(dx, sizeof dx, "%s dx", how);
    return cn_keras_compare(item, y, &e->y, outputs[0], absolute, 2e-6) &&
           (!e->has_gradient || cn_keras_compare(item, dx, &e->dx, outputs[1], 2 * absolute, 1e-5));
}

static char *record_of(const json_t *item)
{
    json_t *record = json_pack("{s:O, s:O}", "class_name", json_object_get(item, "activation"),
                               "config", json_object_get(item, "arguments"));
    char *text = json_dumps(record, 0);
    json_decref(record);
    return text;
}

static bool check(const json_t *item)
{
    example e = {0};
    cn_program program = {0};
    assert_true(cn_keras_read(item, "x", &e.x) && cn_keras_read(item, "r", &e.r) &&
                cn_keras_read(item, "y", &e.y));
    e.has_gradient = cn_keras_read(item, "dx", &e.dx);
    double *outputs[2] = {calloc((size_t)e.y.size, sizeof(double)),
                          calloc((size_t)e.x.size, sizeof(double))};
    const double *inputs[2] = {e.x.values, e.r.values};
    char *record = record_of(item);
    build(&program, record, &e);
    assert_int_equal(cn_program_interpret(&program, inputs, outputs, NULL), CN_OK);
    bool right = compare(item, &e, outputs, "reference");
    assert_int_equal(cn_run_as_plan(&program, inputs, outputs), CN_OK);
    right = compare(item, &e, outputs, "plan") && right;
    cn_program_free(&program);
    free(record);
    free(outputs[0]);
    free(outputs[1]);
    cn_keras_array_free(&e.x);
    cn_keras_array_free(&e.r);
    cn_keras_array_free(&e.y);
    cn_keras_array_free(&e.dx);
    return right;
}

/* Keras 3.15 adds up the cumulative sums of the whole support, not the numbers in it, so that its
 * rows sum to 1 only where the support is one number. */
static bool keras_is_wrong(const json_t *item)
{
    return strncmp(cn_keras_name(item), "sparsemax", 9) == 0 &&
           strstr(cn_keras_name(item), "shape (2, 5)") != NULL;
}

static void all_agree_with_keras(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("activations.json"), *item;
    size_t i, wrong = 0;
    cn_keras_each(root, i, item) wrong += !keras_is_wrong(item) && !check(item);
    json_decref(root);
    assert_int_equal(wrong, 0);
}

/* Every activation of the list has a case, but for what Keras 3 does not have. */
static void all_have_cases(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("activations.json"), *item;
    for (const cn_class *const *class = cn_activation_classes.list; *class != NULL; class ++) {
        bool found = strcmp((*class)->name, "hard_sigmoid_keras2") == 0;
        size_t i;
        cn_keras_each(root, i, item) found |=
            strcmp(json_string_value(json_object_get(item, "activation")), (*class)->name) == 0;
        if (!found)
            fail_msg("%s has no case in activations.json", (*class)->name);
    }
    json_decref(root);
}

/* What an activation makes of one row of five numbers. */
static void assert_row(const char *name, const double x[5], const double expected[5])
{
    double y[5], *outputs[1] = {y};
    const double *inputs[1] = {x};
    cn_program p = {0};
    cn_object activation;
    assert_int_equal(cn_activation_parse(name, &p.memory, &activation), CN_OK);
    cn_program_output(
        &p, cn_emit_activation(&p, &activation, cn_program_input(&p, CN_FLOAT32, CN_SHAPE(1, 5))));
    assert_int_equal(cn_program_interpret(&p, inputs, outputs, NULL), CN_OK);
    for (int i = 0; i < 5; i++)
        assert_float_equal(y[i], expected[i], 1e-12);
    assert_int_equal(cn_run_as_plan(&p, inputs, outputs), CN_OK);
    for (int i = 0; i < 5; i++)
        assert_float_equal(y[i], expected[i], 1e-6);
    cn_program_free(&p);
}

/* Two numbers share the simplex where they are less than 1 apart. */
static void sparsemax_is_the_nearest_point_of_the_simplex(void **state)
{
    (void)state;
    assert_row("sparsemax", (const double[]){-0.5, 2, 1.5, -1, 0.25},
               (const double[]){0, 0.75, 0.25, 0, 0});
}

/* 0.2 x + 0.5 between 0 and 1. */
static void keras2_has_a_steeper_hard_sigmoid(void **state)
{
    (void)state;
    assert_row("hard_sigmoid_keras2", (const double[]){-2.75, -1, 0, 2, 2.75},
               (const double[]){0, 0.3, 0.5, 0.9, 1});
}

static void plain_ones_are_one_instruction(void **state)
{
    (void)state;
    static const char *const names[] = {"relu", "sigmoid", "tanh", "softplus"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cn_program p = {0};
        cn_object activation;
        assert_int_equal(cn_activation_parse(names[i], &p.memory, &activation), CN_OK);
        (void)cn_emit_activation(&p, &activation, cn_program_input(&p, CN_FLOAT32, CN_SHAPE(3)));
        assert_int_equal(p.n_code, 2);
        assert_string_equal(p.code[1].op->name, names[i]);
        cn_program_free(&p);
    }
}

static void absent_and_linear_are_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {NULL, "", "linear"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cn_program p = {0};
        cn_object activation;
        assert_int_equal(cn_activation_parse(names[i], &p.memory, &activation), CN_OK);
        cn_value x = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(3));
        assert_int_equal(cn_emit_activation(&p, &activation, x), x);
        cn_program_free(&p);
    }
}

static void aliases_are_known(void **state)
{
    (void)state;
    cn_arena memory = {0};
    cn_object activation;
    assert_int_equal(cn_activation_parse("swish", &memory, &activation), CN_OK);
    assert_ptr_equal(activation.class, &cn_activation_silu.base);
    assert_int_equal(cn_activation_parse("hard_swish", &memory, &activation), CN_OK);
    assert_ptr_equal(activation.class, &cn_activation_hard_silu.base);
    cn_arena_free(&memory);
}

/* The message of emitting record for an input of shape (2, 3). */
static void assert_refused(const char *record, const char *message)
{
    cn_program p = {0};
    cn_object activation;
    if (cn_activation_parse(record, &p.memory, &activation) == CN_OK) {
        (void)cn_emit_activation(&p, &activation, cn_program_input(&p, CN_FLOAT32, CN_SHAPE(2, 3)));
        assert_int_not_equal(p.status, CN_OK);
    }
    assert_string_equal(cn_error(), message);
    cn_clear_error();
    cn_program_free(&p);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    assert_refused("sigmiod", "unknown activation \"sigmiod\": did you mean \"sigmoid\"?");
    assert_refused("cube", "unknown activation \"cube\" (one of your own is to be registered with "
                           "cn_register_activation)");
    assert_refused("glu", "glu: axis -1 must exist and have an even size, got shape (2, 3)");
    assert_refused("{\"class_name\": \"softmax\", \"config\": {\"axis\": [0, 2]}}",
                   "softmax: axis 2 does not exist in shape (2, 3)");
    assert_refused("{\"class_name\": \"celu\", \"config\": {\"alpha\": 0}}",
                   "celu: alpha must not be 0");
    assert_refused("{\"class_name\": \"elu\", \"config\": {\"aplha\": 1}}",
                   "elu: elu has no argument \"aplha\": did you mean \"alpha\"?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_agree_with_keras),
        cmocka_unit_test(all_have_cases),
        cmocka_unit_test(sparsemax_is_the_nearest_point_of_the_simplex),
        cmocka_unit_test(keras2_has_a_steeper_hard_sigmoid),
        cmocka_unit_test(plain_ones_are_one_instruction),
        cmocka_unit_test(absent_and_linear_are_nothing),
        cmocka_unit_test(aliases_are_known),
        cmocka_unit_test(mistakes_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
