/* Models of Keras whose layers have other policies of data types (tests/keras/data/policies,
 * tools/keras/policy_files.py): they predict as precisely as float32 allows, or as the policy does,
 * and keep the policy when they are saved. With CORNU_KEEP_POLICIES=FOLDER what is saved stays
 * there, for Keras to open. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cornu/cornu.h"
#include "support/anew.h"

#define FOLDER CN_SOURCE_DIR "/tests/keras/data/policies"
enum { SAMPLES = 4, FEATURES = 6 };

static cn_model *load(const char *path)
{
    cn_model *model = cn_load_model(path);
    if (model == NULL)
        fail_msg("%s", cn_error());
    return model;
}

static void compare(cn_model *model, const json_t *expected, double tolerance)
{
    float x[SAMPLES * FEATURES];
    for (int i = 0; i < SAMPLES * FEATURES; i++)
        x[i] = sinf((float)i);
    cn_array *y = cn_predict(
        model, cn_array_view(CN_FLOAT32, (const int64_t[]){SAMPLES, FEATURES}, 2, x), .verbose = 0);
    assert_int_equal(cn_array_size(y), (int64_t)json_array_size(expected));
    for (int64_t i = 0; i < cn_array_size(y); i++) {
        const double number = json_number_value(json_array_get(expected, (size_t)i));
        if (!(fabs(cn_array_at(y, i) - number) <= tolerance))
            fail_msg("%g, Keras says %g", cn_array_at(y, i), number);
    }
    cn_array_free(y);
}

static int count_of(const cn_model *model, const char *policy)
{
    char *text = cn_to_json(model), quoted[40];
    int n = 0;
    (void)snprintf(quoted, sizeof quoted, "{\"name\": \"%s\"}", policy);
    for (const char *at = text; (at = strstr(at, quoted)) != NULL; at++)
        n++;
    free(text);
    return n;
}

/* tolerance: that of the policy, or of float32. layers: how many have it. */
static void check(const char *policy, double tolerance, int layers)
{
    const char *keep = getenv("CORNU_KEEP_POLICIES");
    char path[512];
    json_t *values = json_load_file(FOLDER "/values.json", 0, NULL);
    (void)snprintf(path, sizeof path, FOLDER "/%s.keras", policy);
    cn_model *model = load(path);
    assert_int_equal(count_of(model, policy), layers);
    compare(model, json_object_get(values, policy), tolerance);
    (void)snprintf(path, sizeof path, "%s/%s.keras", keep != NULL ? keep : ".", policy);
    assert_int_equal(CN_OK, cn_save(model, path));
    model = load(path);
    assert_int_equal(count_of(model, policy), layers);
    compare(model, json_object_get(values, policy), tolerance);
    if (keep == NULL)
        assert_int_equal(0, unlink(path));
    json_decref(values);
}

static void mixed_policies(void **state)
{
    (void)state;
    check("mixed_float16", 2e-3, 4);
    check("mixed_bfloat16", 1.6e-2, 4);
}

static void float64(void **state)
{
    (void)state;
    check("float64", 1e-6, 5);
}

/* Weights and all that is computed with them have 11 bits in Keras. */
static void float16(void **state)
{
    (void)state;
    check("float16", 2e-3, 5);
}

static void keep_text(void *context, const char *text)
{
    (void)snprintf(context, 8192, "%s", text);
}

/* As Keras has them, whatever is computed here. */
static void summaries_say_bytes_of_the_policy(void **state)
{
    (void)state;
    static const char *const expected[][2] = {
        {"float16", " Total params: 194 (392.00 B)\n Trainable params: 176 (352.00 B)\n"
                    " Non-trainable params: 16 (32.00 B)\n Optimizer params: 2 (8.00 B)\n"},
        {"float64", " Total params: 194 (1.51 KB)\n Trainable params: 176 (1.38 KB)\n"
                    " Non-trainable params: 16 (128.00 B)\n Optimizer params: 2 (8.00 B)\n"}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        char path[512], text[8192] = "";
        (void)snprintf(path, sizeof path, FOLDER "/%s.keras", expected[i][0]);
        assert_int_equal(
            cn_summary(load(path), .style = "keras3", .print = keep_text, .context = text), CN_OK);
        const char *end = strstr(text, " Total params");
        assert_non_null(end);
        assert_string_equal(end, expected[i][1]);
    }
}

/* What an optimizer keeps of a weight has the weight's type: half of these weights are float32. */
static void summaries_say_bytes_of_optimizers(void **state)
{
    (void)state;
    static const struct {
        const char *policy, *name, *expected;
    } cases[] = {{"float16", "adam", " Optimizer params: 88 (252.00 B)\n"},
                 {"float64", "adam", " Optimizer params: 88 (552.00 B)\n"},
                 {"mixed_float16", "adam", " Optimizer params: 88 (352.00 B)\n"},
                 {"float16", "nadam", " Optimizer params: 89 (254.00 B)\n"},
                 {"bfloat16", "adafactor", " Optimizer params: 66 (196.00 B)\n"},
                 {"bfloat16", "ema", " Optimizer params: 131 (374.00 B)\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[8192] = "";
        const bool ema = strcmp(cases[i].name, "ema") == 0;
        cn_tensor *x = cn_input({4});
        cn_tensor *h = cn_call(cn_dense(5, .dtype = cases[i].policy), x);
        cn_model *model = cn_model_of(x, cn_call(cn_dense(3), h));
        cn_compile(model, .loss = "mse",
                   .optimizer = ema ? cn_adam(.use_ema = true) : cases[i].name);
        cn_array *data = cn_random({2, 4}), *y = cn_random({2, 3});
        (void)cn_train_on_batch(model, data, y);
        assert_int_equal(cn_summary(model, .style = "keras3", .print = keep_text, .context = text),
                         CN_OK);
        const char *end = strstr(text, " Optimizer params");
        assert_non_null(end);
        assert_string_equal(end, cases[i].expected);
        cn_array_free(data);
        cn_array_free(y);
    }
}

static void must_not_warn(void *context, const char *message)
{
    (void)context;
    fail_msg("a warning: %s", message);
}

/* Keras compiled it with a LossScaleOptimizer around Adam, which is not said in the file: Adam's
 * state is found. Without it the loss would be 0.02 away after a step. */
static void training_goes_on_without_scale(void **state)
{
    (void)state;
    float x[SAMPLES * FEATURES], ones[SAMPLES * 2];
    for (int i = 0; i < SAMPLES * FEATURES; i++)
        x[i] = sinf((float)i);
    for (int i = 0; i < SAMPLES * 2; i++)
        ones[i] = 1;
    cn_array *data = cn_array_view(CN_FLOAT32, (const int64_t[]){SAMPLES, FEATURES}, 2, x);
    cn_array *y = cn_array_view(CN_FLOAT32, (const int64_t[]){SAMPLES, 2}, 2, ones);
    json_t *values = json_load_file(FOLDER "/values.json", 0, NULL);
    const json_t *losses = json_object_get(values, "scaled");
    cn_model *model = cn_load_model(FOLDER "/scaled.keras", .warn = must_not_warn);
    assert_int_equal(json_array_size(losses), 20);
    for (size_t i = 0; i < json_array_size(losses); i++) {
        const double loss = cn_train_on_batch(model, data, y).loss;
        const double expected = json_number_value(json_array_get(losses, i));
        if (!(fabs(loss - expected) < 1e-3))
            fail_msg("step %d: the loss is %g, Keras has %g", (int)i + 1, loss, expected);
    }
    json_decref(values);
}

/* Data of float64 are taken, from an .npy too, as float32 ones are. */
static void data_of_64_bits(void **state)
{
    (void)state;
    double x[SAMPLES * FEATURES];
    for (int i = 0; i < SAMPLES * FEATURES; i++)
        x[i] = sin((double)i);
    json_t *values = json_load_file(FOLDER "/values.json", 0, NULL);
    const json_t *expected = json_object_get(values, "float64");
    cn_array *given = cn_array_new(CN_FLOAT64, (const int64_t[]){SAMPLES, FEATURES}, 2, x);
    assert_int_equal(cn_save_npy("policies_test.npy", given), CN_OK);
    cn_array *read = cn_load_npy("policies_test.npy");
    assert_int_equal(cn_array_dtype(read), CN_FLOAT64);
    cn_array *y = cn_predict(load(FOLDER "/float64.keras"), read, .verbose = 0);
    assert_int_equal(cn_array_dtype(y), CN_FLOAT32);
    for (int64_t i = 0; i < cn_array_size(y); i++)
        assert_float_equal(cn_array_at(y, i),
                           json_number_value(json_array_get(expected, (size_t)i)), 1e-6);
    assert_int_equal(0, unlink("policies_test.npy"));
    cn_array_free(y);
    cn_array_free(read);
    cn_array_free(given);
    json_decref(values);
}

/* The file's weights have this type too. */
static void weights_of_16_bits(void **state)
{
    (void)state;
    cn_model *model = load(FOLDER "/bfloat16.keras");
    cn_array *kernel = cn_get_weight_at(model, 0);
    assert_int_equal(cn_array_dtype(kernel), CN_FLOAT32);
    assert_true(cn_array_at(kernel, 0) != 0 && isfinite(cn_array_at(kernel, 0)));
    assert_int_equal(count_of(model, "bfloat16"), 1);
    cn_array_free(kernel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(mixed_policies, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(float64, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(float16, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(summaries_say_bytes_of_the_policy, cn_begin_anew,
                                        cn_begin_anew),
        cmocka_unit_test_setup_teardown(summaries_say_bytes_of_optimizers, cn_begin_anew,
                                        cn_begin_anew),
        cmocka_unit_test_setup_teardown(training_goes_on_without_scale, cn_begin_anew,
                                        cn_begin_anew),
        cmocka_unit_test_setup_teardown(data_of_64_bits, cn_begin_anew, cn_begin_anew),
        cmocka_unit_test_setup_teardown(weights_of_16_bits, cn_begin_anew, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("policies of data types", tests, NULL, NULL);
}
