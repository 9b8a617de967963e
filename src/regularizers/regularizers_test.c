/* Regularizers: Keras's penalties and gradients, by reference and as plans; names, records,
 * mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "compiler/compiler.h"
#include "regularizers/regularizers.h"
#include "support/anew.h"
#include "support/keras_data.h"
#include "support/program_run.h"

static void build(cn_program *p, const char *identifier, const cn_shape *shape)
{
    cn_value w = cn_program_input(p, CN_FLOAT32, *shape), gradient = CN_NO_VALUE;
    cn_value penalty = cn_emit_regularizer(p, identifier, w);
    assert_int_equal(cn_differentiate(p, penalty, &w, 1, &gradient), CN_OK);
    cn_program_output(p, penalty);
    cn_program_output(p, gradient);
    assert_int_equal(p->status, CN_OK);
}

static bool check(const json_t *item)
{
    cn_keras_array w, value, gradient;
    assert_true(cn_keras_read(item, "weight", &w) && cn_keras_read(item, "value", &value) &&
                cn_keras_read(item, "gradient", &gradient));
    double penalty, *outputs[2] = {&penalty, calloc((size_t)w.size, sizeof(double))};
    const double *inputs[1] = {w.values};
    char *identifier = cn_keras_identifier(item, "regularizer");
    cn_program p = {0};
    build(&p, identifier, &w.shape);
    assert_int_equal(cn_program_interpret(&p, inputs, outputs, NULL), CN_OK);
    bool right = cn_keras_compare(item, "reference value", &value, outputs[0], 1e-7, 2e-6) &&
                 cn_keras_compare(item, "reference gradient", &gradient, outputs[1], 1e-7, 1e-5);
    assert_int_equal(cn_run_as_plan(&p, inputs, outputs), CN_OK);
    right = cn_keras_compare(item, "plan value", &value, outputs[0], 1e-7, 2e-6) &&
            cn_keras_compare(item, "plan gradient", &gradient, outputs[1], 1e-7, 1e-5) && right;
    cn_program_free(&p);
    free(identifier);
    free(outputs[1]);
    cn_keras_array_free(&w);
    cn_keras_array_free(&value);
    cn_keras_array_free(&gradient);
    return right;
}

static void all_agree_with_keras(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("regularizers.json"), *item;
    size_t i, wrong = 0;
    cn_keras_each(root, i, item) wrong += !check(item);
    json_decref(root);
    assert_int_equal(wrong, 0);
}

/* The penalty on (3, -4), by the program's reference. */
static double penalty_of(const char *identifier)
{
    static const double w[2] = {3, -4};
    const double *inputs[1] = {w};
    double value = -1, *outputs[1] = {&value};
    cn_program p = {0};
    cn_program_output(
        &p, cn_emit_regularizer(&p, identifier, cn_program_input(&p, CN_FLOAT32, CN_SHAPE(1, 2))));
    assert_int_equal(cn_program_interpret(&p, inputs, outputs, NULL), CN_OK);
    cn_program_free(&p);
    return value;
}

static void constructors_and_names_mean_the_same(void **state)
{
    (void)state;
    assert_true(penalty_of(cn_l1(0.5)) == 3.5);
    assert_true(penalty_of(cn_l1()) == penalty_of("l1"));
    assert_true(penalty_of(cn_l2(.l2 = 0.5)) == 12.5);
    assert_true(penalty_of(cn_l2()) == penalty_of("L2"));
    assert_true(penalty_of(cn_l1_l2(0.5, 0.5)) == 16);
    assert_true(penalty_of(cn_l1_l2(.l2 = 0.5)) == 12.5);
    assert_true(penalty_of(cn_l1_l2()) == 0);
    assert_true(penalty_of("l1_l2") == 0);
    assert_true(penalty_of("L1L2") == 0);
    assert_true(penalty_of(cn_orthogonal_regularizer()) == 0); /* one row has no pair */
    assert_true(penalty_of(cn_orthogonal_regularizer(0.25, "columns")) == 0.25);
    assert_true(penalty_of("orthogonal_regularizer") == 0);
}

static void records_are_keras_records(void **state)
{
    (void)state;
    assert_string_equal(
        cn_l2(0.5),
        "{\"module\": \"keras.regularizers\", \"class_name\": \"L2\", \"config\": {\"l2\": 0.5}, "
        "\"registered_name\": null}");
}

static void none_is_no_value(void **state)
{
    (void)state;
    cn_program p = {0};
    cn_value w = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(2));
    assert_int_equal(cn_emit_regularizer(&p, NULL, w), CN_NO_VALUE);
    assert_int_equal(cn_emit_regularizer(&p, "", w), CN_NO_VALUE);
    assert_int_equal(p.status, CN_OK);
    cn_program_free(&p);
}

static void assert_refused(const char *identifier, const char *message)
{
    cn_program p = {0};
    if (!cn_failed())
        (void)cn_emit_regularizer(&p, identifier, cn_program_input(&p, CN_FLOAT32, CN_SHAPE(2)));
    assert_string_equal(cn_error(), message);
    cn_clear_error();
    cn_program_free(&p);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    assert_refused(cn_l1(-1), "L1: l1 must be finite and not negative, not -1");
    assert_refused(cn_l1_l2(0, CN_UNSET), "L1L2: l2 must be finite and not negative, not nan");
    assert_refused(cn_orthogonal_regularizer(.mode = "row"),
                   "OrthogonalRegularizer: mode must be rows or columns, not row");
    assert_refused(cn_orthogonal_regularizer(),
                   "OrthogonalRegularizer: a matrix is needed, the shape is (2,)");
    assert_refused("orthogonal", "unknown regularizer \"orthogonal\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_agree_with_keras),
        cmocka_unit_test(constructors_and_names_mean_the_same),
        cmocka_unit_test(records_are_keras_records),
        cmocka_unit_test(none_is_no_value),
        cmocka_unit_test(mistakes_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, cn_begin_anew);
}
