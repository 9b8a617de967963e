/* Initializers: Keras's values where they are determined, Keras's distributions where they are
 * random; seeds, names, records, mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "initializers/initializers.h"
#include "support/anew.h"
#include "support/keras_data.h"
#include "support/program_run.h"

/* The values of a weight, as doubles; to be freed with free(). */
static double *values_of(const char *identifier, const cn_shape *shape)
{
    cn_variable variable;
    int64_t size = cn_shape_size(shape);
    double *values = calloc((size_t)size + 1, sizeof *values);
    assert_non_null(values);
    assert_int_equal(cn_variable_init(&variable, "layer/kernel", CN_FLOAT32, *shape, NULL), CN_OK);
    if (cn_initialize(identifier, &variable, cn_session_current()) != CN_OK)
        fail_msg("%s: %s", identifier, cn_error());
    cn_load_numbers(CN_FLOAT32, values, variable.data, size);
    cn_variable_free(&variable);
    return values;
}

static cn_shape shape_of(const json_t *item)
{
    const json_t *list = json_object_get(item, "shape");
    cn_shape shape = {.rank = (int64_t)json_array_size(list)};
    for (int64_t i = 0; i < shape.rank; i++)
        shape.dim[i] = json_integer_value(json_array_get(list, (size_t)i));
    return shape;
}

static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

/* ---- determined values ----------------------------------------------------------------------- */

static bool check_values(const json_t *item)
{
    cn_keras_array expected;
    cn_shape shape = shape_of(item);
    if (!cn_keras_read(item, "values", &expected))
        return true;
    char *identifier = cn_keras_identifier(item, "initializer");
    double *values = values_of(identifier, &shape);
    bool right = cn_keras_compare(item, "value", &expected, values, 1e-6, 0);
    free(values);
    free(identifier);
    cn_keras_array_free(&expected);
    return right;
}

static void determined_values_are_keras_values(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("initializers.json"), *item;
    size_t i, wrong = 0;
    cn_keras_each(root, i, item) wrong += !check_values(item);
    json_decref(root);
    assert_int_equal(wrong, 0);
}

/* ---- distributions --------------------------------------------------------------------------- */

/* A statistic of n numbers is within some of its own standard errors (or exactly 0 where the
 * stddev is 0). */
static bool near(const json_t *item, const char *what, double got, double expected, double error)
{
    if (fabs(got - expected) <= error)
        return true;
    print_error("%s: %s is %.6g, %.6g +- %.2g was expected\n", cn_keras_name(item), what, got,
                expected, error);
    return false;
}

static bool check_moments(const json_t *item, const json_t *distribution, const double *values,
                          int64_t n)
{
    double sum = 0, squares = 0, mean = number(distribution, "mean"),
           stddev = number(distribution, "stddev");
    double low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < n; i++) {
        sum += values[i];
        squares += (values[i] - mean) * (values[i] - mean);
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    const json_t *lowest = json_object_get(distribution, "low"),
                 *highest = json_object_get(distribution, "high");
    double error = 5 * stddev / sqrt((double)n), slack = 1e-6 * (1 + fabs(mean));
    bool right = near(item, "mean", sum / (double)n, mean, error);
    right = near(item, "stddev", sqrt(squares / (double)n), stddev, error) && right;
    if (json_is_null(lowest))
        return near(item, "largest", high, mean + 4 * stddev, 1.5 * stddev) && right;
    double range = json_number_value(highest) - json_number_value(lowest);
    right = near(item, "smallest", low, json_number_value(lowest) + 0.02 * range,
                 0.02 * range + slack) &&
            right;
    return near(item, "largest", high, json_number_value(highest) - 0.02 * range,
                0.02 * range + slack) &&
           right;
}

/* Several weights of the case's shape, until there are enough numbers. */
static bool check_random(const json_t *item, const json_t *distribution)
{
    enum { ENOUGH = 20000 };
    cn_shape shape = shape_of(item);
    int64_t size = cn_shape_size(&shape), n = 0;
    char *identifier = cn_keras_identifier(item, "initializer");
    double *all = calloc((size_t)(ENOUGH + size), sizeof *all);
    assert_non_null(all);
    for (; n < ENOUGH; n += size) {
        double *values = values_of(identifier, &shape);
        memcpy(all + n, values, (size_t)size * sizeof *all);
        free(values);
    }
    bool right = check_moments(item, distribution, all, n);
    free(all);
    free(identifier);
    return right;
}

/* Rows or columns, whichever are fewer, have length gain and right angles. */
static bool is_orthogonal(const double *values, int64_t rows, int64_t columns, double gain)
{
    bool tall = rows >= columns;
    int64_t count = tall ? columns : rows, length = tall ? rows : columns;
    for (int64_t i = 0; i < count; i++)
        for (int64_t j = 0; j <= i; j++) {
            double product = 0;
            for (int64_t k = 0; k < length; k++)
                product += tall ? values[k * columns + i] * values[k * columns + j]
                                : values[i * columns + k] * values[j * columns + k];
            if (fabs(product - (i == j ? gain * gain : 0)) >
                3e-7 * gain * gain * sqrt((double)length))
                return false;
        }
    return true;
}

static bool check_orthogonal(const json_t *item, const json_t *distribution)
{
    cn_shape shape = shape_of(item);
    int64_t columns = shape.dim[shape.rank - 1], rows = cn_shape_size(&shape) / columns;
    char *identifier = cn_keras_identifier(item, "initializer");
    double *values = values_of(identifier, &shape);
    bool right = is_orthogonal(values, rows, columns, number(distribution, "gain"));
    if (!right)
        print_error("%s: is not orthogonal\n", cn_keras_name(item));
    free(values);
    free(identifier);
    return right;
}

static void random_values_have_keras_distributions(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("initializers.json"), *item;
    size_t i, wrong = 0;
    cn_set_random_seed(1);
    cn_keras_each(root, i, item)
    {
        const json_t *distribution = json_object_get(item, "distribution");
        const char *kind = json_string_value(json_object_get(distribution, "kind"));
        if (kind != NULL && strcmp(kind, "orthogonal") == 0)
            wrong += !check_orthogonal(item, distribution);
        else if (kind != NULL)
            wrong += !check_random(item, distribution);
    }
    json_decref(root);
    assert_int_equal(wrong, 0);
}

static void fans_are_keras_fans(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("initializers.json"), *item;
    size_t i;
    cn_keras_each(root, i, item)
    {
        int64_t fan_in, fan_out;
        cn_shape shape = shape_of(item);
        cn_fans(&shape, &fan_in, &fan_out);
        assert_int_equal(fan_in, json_integer_value(json_object_get(item, "fan_in")));
        assert_int_equal(fan_out, json_integer_value(json_object_get(item, "fan_out")));
    }
    json_decref(root);
}

static void large_matrices_are_orthogonal(void **state)
{
    (void)state;
    cn_set_random_seed(5);
    double *square = values_of("orthogonal", &CN_SHAPE(200, 200)),
           *wide = values_of("orthogonal", &CN_SHAPE(64, 256));
    assert_true(is_orthogonal(square, 200, 200, 1));
    assert_true(is_orthogonal(wide, 64, 256, 1));
    free(square);
    free(wide);
}

/* ---- seeds ----------------------------------------------------------------------------------- */

static bool same(const char *a, const char *b, const cn_shape *shape)
{
    double *left = values_of(a, shape), *right = values_of(b, shape);
    bool equal = memcmp(left, right, (size_t)cn_shape_size(shape) * sizeof *left) == 0;
    free(left);
    free(right);
    return equal;
}

static void seeds_repeat_and_weights_differ(void **state)
{
    (void)state;
    const cn_shape shape = CN_SHAPE(4, 5);
    const char *const seeded[] = {cn_glorot_uniform(7),
                                  cn_he_normal(.seed = 7),
                                  cn_orthogonal(.seed = 7),
                                  cn_random_normal_initializer(.seed = 7),
                                  cn_truncated_normal(.seed = 7),
                                  cn_variance_scaling(.seed = 7),
                                  cn_random_uniform_initializer(.seed = 7)};
    static const char *const unseeded[] = {"glorot_uniform", "orthogonal", "normal",
                                           "truncated_normal"};
    for (size_t i = 0; i < sizeof seeded / sizeof seeded[0]; i++)
        assert_true(same(seeded[i], seeded[i], &shape));
    for (size_t i = 0; i < sizeof unseeded / sizeof unseeded[0]; i++)
        assert_false(same(unseeded[i], unseeded[i], &shape));
    assert_false(same(cn_glorot_uniform(7), cn_glorot_uniform(8), &shape));
}

static void a_session_seed_repeats_all(void **state)
{
    (void)state;
    const cn_shape shape = CN_SHAPE(30, 50);
    cn_set_random_seed(3);
    double *first = values_of("he_normal", &shape);
    cn_set_random_seed(3);
    double *again = values_of("he_normal", &shape);
    assert_memory_equal(first, again, 1500 * sizeof *first);
    free(first);
    free(again);
}

/* ---- names, records, arguments --------------------------------------------------------------- */

static void every_name_is_known(void **state)
{
    (void)state;
    static const char *const names[] = {"zeros",
                                        "zero",
                                        "Zeros",
                                        "ones",
                                        "one",
                                        "constant",
                                        "Constant",
                                        "uniform",
                                        "random_uniform",
                                        "RandomUniform",
                                        "normal",
                                        "random_normal",
                                        "truncated_normal",
                                        "TruncatedNormal",
                                        "variance_scaling",
                                        "VarianceScaling",
                                        "glorot_uniform",
                                        "GlorotUniform",
                                        "glorot_normal",
                                        "he_uniform",
                                        "he_normal",
                                        "lecun_uniform",
                                        "lecun_normal",
                                        "LecunNormal",
                                        "orthogonal",
                                        "OrthogonalInitializer",
                                        "identity",
                                        "IdentityInitializer",
                                        "STFT",
                                        "stft",
                                        "STFTInitializer"};
    cn_arena memory = {0};
    cn_object object;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(cn_object_parse(&cn_initializer_classes, names[i], &memory, &object),
                         CN_OK);
    cn_arena_free(&memory);
}

static void records_come_back(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("initializers.json"), *item;
    cn_arena memory = {0};
    size_t i;
    cn_keras_each(root, i, item)
    {
        const json_t *record = json_object_get(item, "initializer");
        cn_object object;
        assert_int_equal(cn_object_parse_json(&cn_initializer_classes, record, &memory, &object),
                         CN_OK);
        json_t *config = cn_args_json(object.class, object.args);
        if (json_object_size(config) < json_object_size(json_object_get(record, "config")))
            fail_msg("%s: an argument is missing", cn_keras_name(item));
        json_decref(config);
    }
    cn_arena_free(&memory);
    json_decref(root);
    assert_string_equal(
        cn_glorot_uniform(),
        "{\"module\": \"keras.initializers\", \"class_name\": \"GlorotUniform\", \"config\": {\"seed\": "
        "null}, \"registered_name\": null}");
}

static double largest(const char *identifier, const cn_shape *shape)
{
    double *values = values_of(identifier, shape), found = 0;
    for (int64_t i = 0; i < cn_shape_size(shape); i++)
        found = fmax(found, fabs(values[i]));
    free(values);
    return found;
}

/* limit = sqrt(3 / fan_in) of 1 x 400 x 2: by the rule 400, by the axes 1 * 2. Keras's files have
 * axes from 0 on. */
static void axes_override_the_fans(void **state)
{
    (void)state;
    const cn_shape shape = CN_SHAPE(1, 400, 2);
    double by_rule = largest(cn_lecun_uniform(), &shape);
    const char *record =
        "{\"class_name\": \"LecunUniform\", \"config\": {\"input_axes\": [0, 2], \"output_axes\": [1]}}";
    double by_axes = largest(record, &shape);
    double scaled = largest(
        cn_variance_scaling(4.0, "fan_out", "uniform", .input_axes = {1}, .output_axes = {2}),
        &shape);
    assert_true(by_rule < sqrt(3.0 / 400) && by_rule > 0.9 * sqrt(3.0 / 400));
    assert_true(by_axes < sqrt(3.0 / 2) && by_axes > 0.9 * sqrt(3.0 / 2));
    assert_true(scaled < sqrt(3 * 4.0 / 2) && scaled > 0.9 * sqrt(3 * 4.0 / 2));
}

static void fans_may_be_given(void **state)
{
    (void)state;
    cn_variable variable;
    assert_int_equal(cn_variable_init(&variable, "w", CN_FLOAT32, CN_SHAPE(1000), NULL), CN_OK);
    assert_int_equal(
        cn_initialize_with_fans("glorot_uniform", &variable, 4, 2, cn_session_current()), CN_OK);
    double found = 0;
    for (int i = 0; i < 1000; i++)
        found = fmax(found, (double)fabsf(((float *)variable.data)[i]));
    assert_true(found <= 1 && found > 0.98);
    cn_variable_free(&variable);
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static void assert_refused(const char *identifier, cn_shape shape, cn_dtype dtype,
                           const char *message)
{
    cn_variable variable;
    assert_int_equal(cn_variable_init(&variable, "dense/kernel", dtype, shape, NULL), CN_OK);
    if (!cn_failed())
        assert_int_equal(cn_initialize(identifier, &variable, cn_session_current()), CN_INVALID);
    assert_string_equal(cn_error(), message);
    cn_clear_error();
    cn_variable_free(&variable);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    const cn_shape matrix = CN_SHAPE(2, 3), vector = CN_SHAPE(3);
    assert_refused("identity", vector, CN_FLOAT32,
                   "dense/kernel: Identity: only a matrix can be initialized, the shape is (3,)");
    assert_refused(
        "orthogonal", vector, CN_FLOAT32,
        "dense/kernel: Orthogonal: at least two dimensions are needed, the shape is (3,)");
    assert_refused(
        "stft", matrix, CN_FLOAT32,
        "dense/kernel: STFT: the shape must be (time, 1, frequencies), with 2 frequencies or more, not (2, 3)");
    assert_refused("zeros", matrix, CN_INT32,
                   "dense/kernel: only float32 weights can be initialized, this one is int32");
    assert_refused(
        "glorot_unifrom", matrix, CN_FLOAT32,
        "dense/kernel: unknown initializer \"glorot_unifrom\": did you mean \"glorot_uniform\"?");
    assert_refused(cn_truncated_normal(.stddev = -1), matrix, CN_FLOAT32,
                   "TruncatedNormal: stddev must be finite and not negative, not -1");
    assert_refused(
        cn_random_uniform_initializer(1, 0), matrix, CN_FLOAT32,
        "RandomUniform: minval and maxval must be finite and in this order, not 1 and 0");
    assert_refused(cn_variance_scaling(0), matrix, CN_FLOAT32,
                   "VarianceScaling: scale must be positive, not 0");
    assert_refused(cn_variance_scaling(.mode = "fan"), matrix, CN_FLOAT32,
                   "VarianceScaling: mode must be fan_in, fan_out or fan_avg, not fan");
    assert_refused(cn_stft_initializer("both"), matrix, CN_FLOAT32,
                   "STFT: side must be real or imag, not both");
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    cn_status status = CN_OUT_OF_MEMORY;
    cn_variable variable;
    (void)cn_session_current();
    assert_int_equal(cn_variable_init(&variable, "w", CN_FLOAT32, CN_SHAPE(3, 4), NULL), CN_OK);
    for (int64_t n = 1; status != CN_OK; n++) {
        cn_memory_fail_at(n);
        const char *identifier = cn_orthogonal(.gain = 2);
        status = identifier == NULL ? CN_OUT_OF_MEMORY
                                    : cn_initialize(identifier, &variable, cn_session_current());
        cn_memory_fail_at(0);
        assert_true(status == CN_OK || status == CN_OUT_OF_MEMORY);
        cn_clear_error();
        cn_clear_session();
    }
    cn_variable_free(&variable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(determined_values_are_keras_values),
        cmocka_unit_test(random_values_have_keras_distributions),
        cmocka_unit_test(fans_are_keras_fans),
        cmocka_unit_test(large_matrices_are_orthogonal),
        cmocka_unit_test(seeds_repeat_and_weights_differ),
        cmocka_unit_test(a_session_seed_repeats_all),
        cmocka_unit_test(every_name_is_known),
        cmocka_unit_test(records_come_back),
        cmocka_unit_test(axes_override_the_fans),
        cmocka_unit_test(fans_may_be_given),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, cn_begin_anew);
}
