/* Constraints: Keras's projections, by reference and as plans; names, records, mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "constraints/constraints.h"
#include "support/anew.h"
#include "support/keras_data.h"
#include "support/program_run.h"

static bool check(const json_t *item)
{
    cn_keras_array w, expected;
    assert_true(cn_keras_read(item, "weight", &w) && cn_keras_read(item, "projected", &expected));
    double *outputs[1] = {calloc((size_t)w.size, sizeof(double))};
    const double *inputs[1] = {w.values};
    char *identifier = cn_keras_identifier(item, "constraint");
    cn_program p = {0};
    cn_program_output(
        &p, cn_emit_constraint(&p, identifier, cn_program_input(&p, CN_FLOAT32, w.shape)));
    assert_int_equal(cn_program_interpret(&p, inputs, outputs, NULL), CN_OK);
    bool right = cn_keras_compare(item, "reference", &expected, outputs[0], 2e-7, 1e-6);
    assert_int_equal(cn_run_as_plan(&p, inputs, outputs), CN_OK);
    right = cn_keras_compare(item, "plan", &expected, outputs[0], 2e-7, 1e-6) && right;
    cn_program_free(&p);
    free(identifier);
    free(outputs[0]);
    cn_keras_array_free(&w);
    cn_keras_array_free(&expected);
    return right;
}

static void all_agree_with_keras(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("constraints.json"), *item;
    size_t i, wrong = 0;
    cn_keras_each(root, i, item) wrong += !check(item);
    json_decref(root);
    assert_int_equal(wrong, 0);
}

/* Keras's own records come back as they were. */
static void records_come_back(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("constraints.json"), *item, *value;
    cn_arena memory = {0};
    size_t i;
    const char *key;
    cn_keras_each(root, i, item)
    {
        const json_t *record = json_object_get(item, "constraint");
        cn_object object;
        assert_int_equal(cn_object_parse_json(&cn_constraint_classes, record, &memory, &object),
                         CN_OK);
        json_t *config = cn_args_json(object.class, object.args);
        json_object_foreach(json_object_get(record, "config"), key, value)
        {
            json_t *other = json_object_get(config, key);
            bool same = json_is_number(value) ? json_number_value(value) == json_number_value(other)
                                              : json_equal(value, other);
            if (!same)
                fail_msg("%s: %s is not the same", cn_keras_name(item), key);
        }
        json_decref(config);
    }
    cn_arena_free(&memory);
    json_decref(root);
}

/* (3, 0; 4, 0.5) projected, by the program's reference. */
static void assert_projects(const char *identifier, double a, double b, double c, double d)
{
    static const double w[4] = {3, 0, 4, 0.5};
    const double *inputs[1] = {w}, expected[4] = {a, b, c, d};
    double got[4], *outputs[1] = {got};
    cn_program p = {0};
    cn_program_output(
        &p, cn_emit_constraint(&p, identifier, cn_program_input(&p, CN_FLOAT32, CN_SHAPE(2, 2))));
    assert_int_equal(cn_program_interpret(&p, inputs, outputs, NULL), CN_OK);
    for (int i = 0; i < 4; i++)
        if (!(got[i] - expected[i] < 1e-6 && expected[i] - got[i] < 1e-6))
            fail_msg("%s: [%d] is %.9g, not %.9g", identifier, i, got[i], expected[i]);
    cn_program_free(&p);
}

static void constructors_and_names_mean_the_same(void **state)
{
    (void)state;
    assert_projects(cn_max_norm(), 1.2, 0, 1.6, 0.5);
    assert_projects("max_norm", 1.2, 0, 1.6, 0.5);
    assert_projects(cn_max_norm(3, .axis = 1), 3, 0, 4 * 3 / 4.03112887, 0.5 * 3 / 4.03112887);
    assert_projects(cn_max_norm(2.0, {0, 1}), 3 * 2 / 5.02493781, 0, 4 * 2 / 5.02493781,
                    2 * 0.5 / 5.02493781);
    assert_projects(cn_unit_norm(), 0.6, 0, 0.8, 1);
    assert_projects(cn_unit_norm(-1), 1, 0, 4 / 4.03112887, 0.5 / 4.03112887);
    assert_projects(cn_min_max_norm(1, 2), 1.2, 0, 1.6, 1);
    assert_projects(cn_min_max_norm(.max_value = 2, .rate = 0.5), 2.1, 0, 2.8, 0.5);
    assert_projects(cn_non_neg(), 3, 0, 4, 0.5);
    assert_projects("NonNeg", 3, 0, 4, 0.5);
    assert_projects(NULL, 3, 0, 4, 0.5);
}

static void negative_numbers_become_0(void **state)
{
    (void)state;
    static const double w[3] = {-1, 0, 2}, expected[3] = {0, 0, 2};
    const double *inputs[1] = {w};
    double got[3], *outputs[1] = {got};
    cn_program p = {0};
    cn_program_output(
        &p, cn_emit_constraint(&p, "non_neg", cn_program_input(&p, CN_FLOAT32, CN_SHAPE(3))));
    assert_int_equal(cn_run_as_plan(&p, inputs, outputs), CN_OK);
    assert_memory_equal(got, expected, sizeof expected);
    cn_program_free(&p);
}

static void assert_refused(const char *identifier, const char *message)
{
    cn_program p = {0};
    if (!cn_failed())
        (void)cn_emit_constraint(&p, identifier, cn_program_input(&p, CN_FLOAT32, CN_SHAPE(2)));
    assert_string_equal(cn_error(), message);
    cn_clear_error();
    cn_program_free(&p);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    assert_refused(cn_max_norm(-1), "MaxNorm: max_value must not be negative, not -1");
    assert_refused(cn_min_max_norm(2, 1),
                   "MinMaxNorm: 0 <= min_value <= max_value is needed, not 2 and 1");
    assert_refused(cn_min_max_norm(.rate = 2), "MinMaxNorm: rate must be between 0 and 1, not 2");
    assert_refused(cn_unit_norm(1), "constraint: axis 1 does not exist in a weight of shape (2,)");
    assert_refused("unit_nrom", "unknown constraint \"unit_nrom\": did you mean \"unit_norm\"?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_agree_with_keras),
        cmocka_unit_test(records_come_back),
        cmocka_unit_test(constructors_and_names_mean_the_same),
        cmocka_unit_test(negative_numbers_become_0),
        cmocka_unit_test(mistakes_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, cn_begin_anew);
}
