/* Schedules against Keras: emitted in a program, and on the host. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "compiler/compiler.h"
#include "optimizers/optimizers.h"
#include "support/keras_data.h"

enum { MOST_STEPS = 64 };

/* The rate at step k, by a plan with the step as its input. */
static void emitted_rates(const cn_object *schedule, double *rates, int64_t n)
{
    const cn_schedule_class *class = (const cn_schedule_class *)(const void *)schedule->class;
    cn_program program = {0};
    cn_plan plan;
    cn_value step = cn_program_input(&program, CN_FLOAT32, (cn_shape){0});
    cn_program_output(&program, class->emit(&program, schedule->args, step));
    assert_int_equal(cn_optimize(&program), CN_OK);
    assert_int_equal(cn_make_plan(&program, &plan), CN_OK);
    for (int64_t k = 0; k < n; k++) {
        *(float *)plan.inputs[0] = (float)k;
        assert_int_equal(cn_plan_run(&plan), CN_OK);
        rates[k] = (double)*(const float *)plan.outputs[0];
    }
    cn_plan_free(&plan);
    cn_program_free(&program);
}

static bool run_case(const json_t *one)
{
    cn_arena arena = {0};
    cn_object schedule;
    cn_keras_array expected;
    double emitted[MOST_STEPS], host[MOST_STEPS];
    char *identifier = cn_keras_identifier(one, "schedule");
    if (cn_object_parse(&cn_schedule_classes, identifier, &arena, &schedule) != CN_OK)
        fail_msg("%s: %s", cn_keras_name(one), cn_error());
    assert_true(cn_keras_read(one, "rates", &expected) && expected.size <= MOST_STEPS);
    emitted_rates(&schedule, emitted, expected.size);
    for (int64_t k = 0; k < expected.size; k++)
        host[k] = cn_schedule_at(&schedule, (double)k);
    bool right = cn_keras_compare(one, "emitted", &expected, emitted, 1e-7, 1e-6);
    right = cn_keras_compare(one, "host", &expected, host, 1e-7, 1e-6) && right;
    cn_keras_array_free(&expected);
    cn_arena_free(&arena);
    free(identifier);
    return right;
}

static void every_saved_case(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("schedules.json"), *one;
    size_t index;
    int wrong = 0;
    cn_keras_each(root, index, one) wrong += !run_case(one);
    assert_int_equal(wrong, 0);
    json_decref(root);
}

static double rate_of(const char *identifier, double step)
{
    cn_arena arena = {0};
    cn_object schedule;
    assert_int_equal(cn_object_parse(&cn_schedule_classes, identifier, &arena, &schedule), CN_OK);
    double rate = cn_schedule_at(&schedule, step);
    cn_arena_free(&arena);
    return rate;
}

static void constructors(void **state)
{
    (void)state;
    assert_float_equal(rate_of(cn_exponential_decay(0.1, 10, 0.5), 3), 0.08122524, 1e-7);
    assert_float_equal(rate_of(cn_exponential_decay(0.1, 10, 0.5, .staircase = true), 15), 0.05,
                       1e-7);
    assert_float_equal(rate_of(cn_inverse_time_decay(0.1, 10, 0.5), 15), 0.05714286, 1e-7);
    assert_float_equal(rate_of(cn_polynomial_decay(0.1, 10, 0.01, 2, .cycle = true), 15), 0.015625,
                       1e-7);
    assert_float_equal(rate_of(cn_piecewise_constant_decay({5, 10}, {1, .5, .1}), 10), 0.5, 1e-7);
    assert_float_equal(rate_of(cn_piecewise_constant_decay({5, 10}, {1, .5, 0, CN_UNSET}), 11), 0,
                       1e-7);
    assert_float_equal(rate_of(cn_cosine_decay(0, 10, .warmup_target = .1, .warmup_steps = 5), 3),
                       0.06, 1e-7);
    assert_float_equal(rate_of(cn_cosine_decay_restarts(0.1, 4), 15), 0.09157348, 1e-7);
    assert_null(cn_piecewise_constant_decay({5, 10}, {1, .5}));
    assert_string_equal(
        cn_error(),
        "PiecewiseConstantDecay: needs one more value than boundaries, got 2 boundaries "
        "and 2 values");
    cn_clear_error();
    cn_clear_session();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_saved_case),
                                       cmocka_unit_test(constructors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
