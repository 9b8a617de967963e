/* The gradient pass: shared values add up, what does not matter gets zeros, and what has no
 * gradient stops it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "compiler/compiler.h"
#include "ops/emit.h"
#include "support/program_run.h"

enum { N = 3 };

static const double x_values[N] = {-1, 0.5, 2}, y_values[N] = {3, -2, 0.25};

/* Inputs x[3], y[3] and a scalar computed from them. */
typedef cn_value make_loss(cn_program *p, cn_value x, cn_value y);

/* Gradients with respect to x and y of what make computes, compared with what they should be. */
static void check(const char *what, make_loss *make, const double *expected_x,
                  const double *expected_y)
{
    cn_program p = {0};
    double got[2][N];
    const double *const inputs[] = {x_values, y_values};
    double *const outputs[] = {got[0], got[1]};
    const double *const expected[] = {expected_x, expected_y};
    cn_value wrt[2], gradients[2];
    cn_clear_error();
    for (int i = 0; i < 2; i++)
        wrt[i] = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(N));
    if (cn_differentiate(&p, make(&p, wrt[0], wrt[1]), wrt, 2, gradients) != CN_OK)
        fail_msg("%s: %s", what, cn_error());
    for (int i = 0; i < 2; i++)
        cn_program_output(&p, gradients[i]);
    assert_int_equal(cn_program_verify(&p), CN_OK);
    if (cn_run_as_plan(&p, inputs, outputs) != CN_OK)
        fail_msg("%s: %s", what, cn_error());
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < N; k++)
            if (!(fabs(got[i][k] - expected[i][k]) <= 1e-5 * fmax(1, fabs(expected[i][k]))))
                fail_msg("%s: gradient of %s[%d] is %.9g, expected %.9g", what, i == 0 ? "x" : "y",
                         k, got[i][k], expected[i][k]);
    cn_program_free(&p);
}

static cn_value total(cn_program *p, cn_value x)
{
    return cn_emit_sum(p, x, CN_ALL_AXES, false);
}

/* x (x + y) + x: x is used three times. */
static cn_value used_often(cn_program *p, cn_value x, cn_value y)
{
    return total(p, cn_emit_add(p, cn_emit_multiply(p, x, cn_emit_add(p, x, y)), x));
}

static void test_shared_values_add_up(void **state)
{
    (void)state;
    double of_x[N], of_y[N];
    for (int k = 0; k < N; k++) {
        of_x[k] = 2 * x_values[k] + y_values[k] + 1;
        of_y[k] = x_values[k];
    }
    check("x (x + y) + x", used_often, of_x, of_y);
}

static cn_value same_operand(cn_program *p, cn_value x, cn_value y)
{
    (void)y;
    return total(p, cn_emit_multiply(p, x, x));
}

static void test_one_operand_twice(void **state)
{
    (void)state;
    check("x x", same_operand, (const double[]){-2, 1, 4}, (const double[]){0, 0, 0});
}

static cn_value without_y(cn_program *p, cn_value x, cn_value y)
{
    (void)cn_emit_tanh(p, y); /* computed, and not used */
    return total(p, cn_emit_multiply_scalar(p, x, 3));
}

static void test_unused_gives_zeros(void **state)
{
    (void)state;
    check("3 x", without_y, (const double[]){3, 3, 3}, (const double[]){0, 0, 0});
}

static cn_value stopped(cn_program *p, cn_value x, cn_value y)
{
    return total(p, cn_emit_multiply(p, cn_emit_stop_gradient(p, x), cn_emit_add(p, x, y)));
}

static void test_stop_gradient(void **state)
{
    (void)state;
    check("stop(x) (x + y)", stopped, x_values, x_values);
}

static cn_value through_types(cn_program *p, cn_value x, cn_value y)
{
    cn_value mask = cn_emit_cast(p, cn_emit_greater_scalar(p, x, 0), CN_FLOAT32);
    return total(p, cn_emit_multiply(p, mask, y));
}

static void test_comparisons_stop(void **state)
{
    (void)state;
    check("(x > 0) y", through_types, (const double[]){0, 0, 0}, (const double[]){0, 1, 1});
}

static cn_value scalar_of_one(cn_program *p, cn_value x, cn_value y)
{
    (void)y;
    return cn_emit_slice_axis(p, x, 0, 1, 1); /* shape (1,) counts as a scalar */
}

static void test_loss_of_one_element(void **state)
{
    (void)state;
    check("x[1]", scalar_of_one, (const double[]){0, 1, 0}, (const double[]){0, 0, 0});
}

static void test_only_scalars(void **state)
{
    (void)state;
    cn_program p = {0};
    cn_value x = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(N)), gradient;
    cn_clear_error();
    assert_int_equal(cn_differentiate(&p, x, &x, 1, &gradient), CN_INVALID);
    assert_string_equal(cn_error(), "a loss to differentiate is a scalar, not of shape (3,)");
    cn_program_free(&p);
}

/* A gradient may be differentiated again: x^3 twice is 6 x. */
static void test_second_derivative(void **state)
{
    (void)state;
    cn_program p = {0};
    double got[N];
    const double *const inputs[] = {x_values};
    double *const outputs[] = {got};
    cn_value x = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(N)), first, second;
    cn_value loss = total(&p, cn_emit_multiply(&p, cn_emit_square(&p, x), x));
    assert_int_equal(cn_differentiate(&p, loss, &x, 1, &first), CN_OK);
    assert_int_equal(cn_differentiate(&p, total(&p, first), &x, 1, &second), CN_OK);
    cn_program_output(&p, second);
    assert_int_equal(cn_run_as_plan(&p, inputs, outputs), CN_OK);
    for (int k = 0; k < N; k++)
        if (!(fabs(got[k] - 6 * x_values[k]) <= 1e-5))
            fail_msg("number %d is %.9g, expected %.9g", k, got[k], 6 * x_values[k]);
    cn_program_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shared_values_add_up), cmocka_unit_test(test_one_operand_twice),
        cmocka_unit_test(test_unused_gives_zeros),   cmocka_unit_test(test_stop_gradient),
        cmocka_unit_test(test_comparisons_stop),     cmocka_unit_test(test_loss_of_one_element),
        cmocka_unit_test(test_only_scalars),         cmocka_unit_test(test_second_derivative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
