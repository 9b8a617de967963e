/* Metrics against Keras: each saved case, batch by batch, run as optimized plans. */
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
#include "cornu/losses.h"
#include "metrics/metrics.h"
#include "support/keras_data.h"

/* ---- one case -------------------------------------------------------------------------------- */

struct trial {
    const char *name;
    cn_arena arena;
    cn_object metric;
    cn_variable states[CN_MOST_METRIC_STATES];
    int n_states;
};

static const cn_metric_class *class_of(const struct trial *trial)
{
    return (const cn_metric_class *)(const void *)trial->metric.class;
}

static void read_states(const struct trial *trial, cn_program *p, cn_value *states)
{
    for (int i = 0; i < trial->n_states; i++)
        states[i] = cn_program_read(p, (cn_variable *)(uintptr_t)&trial->states[i]);
}

static void plan_of(const struct trial *trial, cn_program *program, cn_plan *plan)
{
    if (program->status != CN_OK || cn_optimize(program) != CN_OK ||
        cn_make_plan(program, plan) != CN_OK)
        fail_msg("%s: %s", trial->name, cn_error());
    cn_program_free(program);
}

enum { INPUTS = 3 };

/* The arrays of a batch that are not null. */
static void read_batch(const json_t *batch, cn_keras_array arrays[INPUTS])
{
    static const char *const keys[INPUTS] = {"y_true", "y_pred", "sample_weight"};
    for (int i = 0; i < INPUTS; i++)
        (void)cn_keras_read(batch, keys[i], &arrays[i]);
}

static void write_input(const cn_keras_array *array, void *to)
{
    for (int64_t i = 0; i < array->size; i++)
        if (array->dtype == CN_INT32)
            ((int32_t *)to)[i] = (int32_t)array->values[i];
        else
            ((float *)to)[i] = (float)array->values[i];
}

static void update(struct trial *trial, const cn_keras_array arrays[INPUTS])
{
    cn_program program = {0};
    cn_plan plan;
    cn_value inputs[INPUTS], states[CN_MOST_METRIC_STATES];
    int n = 0;
    for (int i = 0; i < INPUTS; i++)
        inputs[i] = arrays[i].values == NULL
                        ? CN_NO_VALUE
                        : cn_program_input(&program, arrays[i].dtype, arrays[i].shape);
    read_states(trial, &program, states);
    class_of(trial)->update(&program, trial->metric.args, states, inputs[0], inputs[1], inputs[2]);
    for (int i = 0; i < trial->n_states; i++)
        cn_program_assign(&program, &trial->states[i], states[i]);
    plan_of(trial, &program, &plan);
    for (int i = 0; i < INPUTS; i++)
        if (arrays[i].values != NULL)
            write_input(&arrays[i], plan.inputs[n++]);
    assert_int_equal(cn_plan_run(&plan), CN_OK);
    cn_plan_free(&plan);
}

/* Whether the metric says now what Keras says. */
static bool says(const struct trial *trial, const json_t *one, const json_t *item,
                 const char *member)
{
    cn_program program = {0};
    cn_plan plan;
    cn_value states[CN_MOST_METRIC_STATES];
    cn_keras_array expected;
    double got[64];
    if (!cn_keras_read(item, member, &expected))
        return true; /* NaN in Keras */
    read_states(trial, &program, states);
    cn_value result = class_of(trial)->result(&program, trial->metric.args, states);
    const cn_shape shape = result == CN_NO_VALUE ? (cn_shape){0} : *cn_shape_of(&program, result);
    cn_program_output(&program, result);
    plan_of(trial, &program, &plan);
    assert_int_equal(cn_plan_run(&plan), CN_OK);
    if (!cn_shape_equal(&shape, &expected.shape) || expected.size > 64)
        fail_msg("%s: expected a result of shape %s, got %s", trial->name,
                 cn_shape_str(&expected.shape), cn_shape_str(&shape));
    for (int64_t i = 0; i < expected.size; i++)
        got[i] = (double)((const float *)plan.outputs[0])[i];
    bool right = cn_keras_compare(one, member, &expected, got, 1e-6, 1e-6);
    cn_plan_free(&plan);
    cn_keras_array_free(&expected);
    return right;
}

static void start(struct trial *trial, const char *identifier, const cn_keras_array arrays[INPUTS])
{
    cn_metric_state states[CN_MOST_METRIC_STATES];
    const char *name;
    if (cn_metric_parse(identifier, &arrays[0].shape, &arrays[1].shape, &trial->arena,
                        &trial->metric, &name) != CN_OK)
        fail_msg("%s: %s", trial->name, cn_error());
    trial->n_states =
        class_of(trial)->states(trial->metric.args, &arrays[0].shape, &arrays[1].shape, states);
    for (int i = 0; i < trial->n_states; i++)
        assert_int_equal(
            cn_variable_init(&trial->states[i], states[i].name, CN_FLOAT32, states[i].shape, NULL),
            CN_OK);
}

static bool finish(struct trial *trial, const json_t *one)
{
    for (int i = 0; i < trial->n_states; i++)
        memset(trial->states[i].data, 0, cn_variable_bytes(&trial->states[i]));
    bool right = says(trial, one, one, "after_reset");
    for (int i = 0; i < trial->n_states; i++)
        cn_variable_free(&trial->states[i]);
    cn_arena_free(&trial->arena);
    return right;
}

static bool run_case(const json_t *one)
{
    struct trial trial = {.name = cn_keras_name(one)};
    const json_t *batch;
    size_t index;
    bool right = true;
    char *identifier = cn_keras_identifier(one, "metric");
    json_array_foreach(json_object_get(one, "batches"), index, batch)
    {
        cn_keras_array arrays[INPUTS];
        read_batch(batch, arrays);
        if (index == 0)
            start(&trial, identifier, arrays);
        update(&trial, arrays);
        right = says(&trial, one, batch, "result") && right;
        for (int i = 0; i < INPUTS; i++)
            cn_keras_array_free(&arrays[i]);
    }
    free(identifier);
    return finish(&trial, one) && right;
}

static void every_saved_case(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("metrics.json"), *one;
    size_t index;
    int wrong = 0;
    cn_keras_each(root, index, one) wrong += !run_case(one);
    assert_int_equal(wrong, 0);
    json_decref(root);
}

/* Kernel calls that a metric adds to a program: passes over the data, reductions, and one for the
 * scalars. */
static int64_t kernel_calls(const char *identifier, cn_shape y_true, cn_shape y_pred)
{
    struct trial trial = {.name = identifier};
    const cn_keras_array arrays[INPUTS] = {
        {.shape = y_true}, {.shape = y_pred}, {.dtype = CN_FLOAT32}};
    cn_program program = {0};
    cn_plan plan;
    cn_value states[CN_MOST_METRIC_STATES];
    start(&trial, identifier, arrays);
    cn_value t = cn_program_input(&program, CN_FLOAT32, y_true),
             p = cn_program_input(&program, CN_FLOAT32, y_pred);
    read_states(&trial, &program, states);
    class_of(&trial)->update(&program, trial.metric.args, states, t, p, CN_NO_VALUE);
    for (int i = 0; i < trial.n_states; i++)
        cn_program_assign(&program, &trial.states[i], states[i]);
    plan_of(&trial, &program, &plan);
    int64_t n = plan.n_steps;
    cn_plan_free(&plan);
    for (int i = 0; i < trial.n_states; i++)
        cn_variable_free(&trial.states[i]);
    cn_arena_free(&trial.arena);
    return n;
}

/* ---- identifiers ----------------------------------------------------------------------------- */

static void expect_class(const char *identifier, cn_shape y_true, cn_shape y_pred,
                         const char *class, const char *name)
{
    cn_arena arena = {0};
    cn_object metric;
    const char *got;
    if (cn_metric_parse(identifier, &y_true, &y_pred, &arena, &metric, &got) != CN_OK)
        fail_msg("%s: %s", identifier, cn_error());
    assert_string_equal(metric.class->name, class);
    assert_string_equal(got, name);
    cn_arena_free(&arena);
}

static void chosen_by_shapes(void **state)
{
    (void)state;
    const cn_shape row = CN_SHAPE(8), column = CN_SHAPE(8, 1), classes = CN_SHAPE(CN_NONE, 5);
    expect_class("acc", column, column, "BinaryAccuracy", "acc");
    expect_class("accuracy", row, column, "BinaryAccuracy", "accuracy");
    expect_class("acc", row, classes, "SparseCategoricalAccuracy", "acc");
    expect_class("acc", column, classes, "SparseCategoricalAccuracy", "acc");
    expect_class("Accuracy", classes, classes, "CategoricalAccuracy", "Accuracy");
    expect_class("acc", (cn_shape){0}, (cn_shape){0}, "CategoricalAccuracy", "acc");
    expect_class("ce", column, column, "BinaryCrossentropy", "ce");
    expect_class("crossentropy", row, classes, "SparseCategoricalCrossentropy", "crossentropy");
    expect_class("MSE", classes, classes, "MeanSquaredError", "MSE");
}

static void losses(void **state)
{
    (void)state;
    const cn_shape shape = CN_SHAPE(8, 5);
    const char *loss = cn_binary_crossentropy(.from_logits = true);
    expect_class(loss, shape, shape, "MeanMetricWrapper", "binary_crossentropy");
    assert_true(kernel_calls(loss, shape, shape) > 0);
    cn_clear_session();
}

static void constructors(void **state)
{
    (void)state;
    const cn_shape shape = CN_SHAPE(8, 5);
    expect_class(cn_binary_accuracy(0.3), shape, shape, "BinaryAccuracy", "binary_accuracy");
    expect_class(cn_top_k_categorical_accuracy(3), shape, shape, "TopKCategoricalAccuracy",
                 "top_k_categorical_accuracy");
    expect_class(cn_sparse_top_k_categorical_accuracy(), shape, shape,
                 "SparseTopKCategoricalAccuracy", "sparse_top_k_categorical_accuracy");
    expect_class(cn_cosine_similarity_metric(.axis = 1), shape, shape, "CosineSimilarity",
                 "cosine_similarity");
    expect_class(cn_r2_score(.class_aggregation = NULL), shape, shape, "R2Score", "r2_score");
    expect_class(cn_pearson_correlation(), shape, shape, "PearsonCorrelation",
                 "pearson_correlation");
    expect_class(cn_concordance_correlation(), shape, shape, "ConcordanceCorrelation",
                 "concordance_correlation");
    expect_class(cn_true_positives({0.2, 0.5}), shape, shape, "TruePositives", "true_positives");
    expect_class(cn_true_negatives(), shape, shape, "TrueNegatives", "true_negatives");
    expect_class(cn_false_positives(), shape, shape, "FalsePositives", "false_positives");
    expect_class(cn_false_negatives(.name = "missed"), shape, shape, "FalseNegatives", "missed");
    expect_class(cn_precision(.top_k = 2), shape, shape, "Precision", "precision");
    expect_class(cn_recall({0}), shape, shape, "Recall", "recall");
    expect_class(cn_sensitivity_at_specificity(0.9), shape, shape, "SensitivityAtSpecificity",
                 "sensitivity_at_specificity");
    expect_class(cn_specificity_at_sensitivity(0.9), shape, shape, "SpecificityAtSensitivity",
                 "specificity_at_sensitivity");
    expect_class(cn_precision_at_recall(0.9), shape, shape, "PrecisionAtRecall",
                 "precision_at_recall");
    expect_class(cn_recall_at_precision(0.9, 20), shape, shape, "RecallAtPrecision",
                 "recall_at_precision");
    expect_class(cn_auc(.curve = "PR", .thresholds = {0.3, 0.6}), shape, shape, "AUC", "auc");
    expect_class(cn_f1_score("macro"), shape, shape, "F1Score", "f1_score");
    expect_class(cn_fbeta_score(.beta = 2), shape, shape, "FBetaScore", "fbeta_score");
    expect_class(cn_iou(3, {0, 2}), shape, shape, "IoU", "io_u");
    expect_class(cn_binary_iou(), shape, shape, "BinaryIoU", "binary_io_u");
    expect_class(cn_mean_iou(3), shape, shape, "MeanIoU", "mean_io_u");
    expect_class(cn_one_hot_iou(3, {1}), shape, shape, "OneHotIoU", "one_hot_io_u");
    expect_class(cn_one_hot_mean_iou(3), shape, shape, "OneHotMeanIoU", "one_hot_mean_io_u");
    cn_clear_session();
}

static void refuses(const char *identifier, const char *message)
{
    cn_arena arena = {0};
    cn_object metric;
    const char *name;
    const cn_shape shape = CN_SHAPE(8, 5);
    if (identifier != NULL) /* otherwise the constructor has refused */
        assert_int_not_equal(cn_metric_parse(identifier, &shape, &shape, &arena, &metric, &name),
                             CN_OK);
    assert_string_equal(cn_error(), message);
    cn_clear_error();
    cn_arena_free(&arena);
}

static void messages(void **state)
{
    (void)state;
    refuses("acuracy", "unknown metric \"acuracy\": did you mean \"accuracy\"?");
    refuses("mean_iou", "MeanIoU: num_classes must be positive, got 0");
    refuses(cn_precision({0.5, 1.5}), "Precision: thresholds must be between 0 and 1, got 1.5");
    refuses(cn_auc(.curve = "ROK"),
            "AUC: curve must be \"ROC\", \"PR\" or \"PRGAIN\", got \"ROK\"");
    refuses(cn_f1_score("all"),
            "F1Score: average must be \"micro\", \"macro\", \"weighted\" or none, got \"all\"");
    refuses(cn_iou(3, {0, 3}), "IoU: target_class_ids must be 0 to 2, got 3");
    refuses("", "metric: expected a name such as \"mae\" or what cn_auc(...) returns, got none");
    cn_clear_session();
}

/* ---- the size of an update ------------------------------------------------------------------- */

static void few_kernel_calls(void **state)
{
    (void)state;
    const cn_shape column = CN_SHAPE(128, 1), classes = CN_SHAPE(128, 10);
    assert_int_equal(kernel_calls("acc", column, column), 1 + 1 + 2);
    assert_int_equal(kernel_calls("acc", classes, classes), 2 + 1 + 1 + 2);
    assert_true(kernel_calls("mae", column, column) <= 5);
    assert_true(kernel_calls("precision", classes, classes) <= 9);
    assert_true(kernel_calls("auc", column, column) <= 17);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_saved_case), cmocka_unit_test(chosen_by_shapes),
        cmocka_unit_test(losses),           cmocka_unit_test(constructors),
        cmocka_unit_test(messages),         cmocka_unit_test(few_kernel_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
