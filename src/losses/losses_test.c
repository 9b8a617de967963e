/* Losses: Keras's values and gradients, by reference and as plans; names, records, mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "losses/losses.h"
#include "ops/samples.h"
#include "support/anew.h"
#include "support/keras_data.h"
#include "support/program_run.h"

enum { Y_TRUE, Y_PRED, WEIGHT, MASK, N_INPUTS };

typedef struct example {
    cn_keras_array inputs[N_INPUTS]; /* without values where there is none */
    cn_keras_array value, gradient;
    char *identifier;
    double *outputs[2];
    const double *given[N_INPUTS]; /* the inputs that there are */
} example;

static void read_example(const json_t *item, example *e)
{
    static const char *const members[N_INPUTS] = {"y_true", "y_pred", "sample_weight", "mask"};
    *e = (example){.identifier = cn_keras_identifier(item, "loss")};
    int64_t n = 0;
    for (int i = 0; i < N_INPUTS; i++)
        if (cn_keras_read(item, members[i], &e->inputs[i]))
            e->given[n++] = e->inputs[i].values;
    assert_true(cn_keras_read(item, "value", &e->value) &&
                cn_keras_read(item, "gradient", &e->gradient));
    e->outputs[0] = calloc((size_t)e->value.size, sizeof(double));
    e->outputs[1] = calloc((size_t)e->gradient.size, sizeof(double));
}

static void free_example(example *e)
{
    for (int i = 0; i < N_INPUTS; i++)
        cn_keras_array_free(&e->inputs[i]);
    cn_keras_array_free(&e->value);
    cn_keras_array_free(&e->gradient);
    free(e->outputs[0]);
    free(e->outputs[1]);
    free(e->identifier);
}

static cn_value input_of(cn_program *p, const cn_keras_array *array, cn_dtype dtype)
{
    return array->values == NULL ? CN_NO_VALUE : cn_program_input(p, dtype, array->shape);
}

/* The loss, and the gradient of its sum with respect to y_pred. */
static void build(cn_program *p, const example *e)
{
    cn_object loss;
    cn_value in[N_INPUTS], gradient = CN_NO_VALUE;
    assert_int_equal(cn_loss_parse(e->identifier, &e->inputs[Y_TRUE].shape,
                                   &e->inputs[Y_PRED].shape, &p->memory, &loss),
                     CN_OK);
    for (int i = 0; i < N_INPUTS; i++)
        in[i] = input_of(p, &e->inputs[i], i == MASK ? CN_BOOL : e->inputs[i].dtype);
    cn_value value = cn_emit_loss(p, &loss, in[Y_TRUE], in[Y_PRED], in[WEIGHT], in[MASK]);
    assert_int_equal(p->status, CN_OK);
    assert_true(cn_shape_equal(cn_shape_of(p, value), &e->value.shape));
    cn_value total = cn_emit_sum(p, value, CN_ALL_AXES, false);
    assert_int_equal(cn_differentiate(p, total, &in[Y_PRED], 1, &gradient), CN_OK);
    cn_program_output(p, value);
    cn_program_output(p, gradient);
    assert_int_equal(p->status, CN_OK);
}

static bool compare(const json_t *item, const example *e, const char *how)
{
    char value[32], gradient[32];
    (void)snprintf(value, sizeof value, "%s value", how);
    (void)snprintf(gradient, sizeof gradient, "%s gradient", how);
    return cn_keras_compare(item, value, &e->value, e->outputs[0], 1e-6, 1e-5) &&
           cn_keras_compare(item, gradient, &e->gradient, e->outputs[1], 2e-6, 2e-5);
}

static bool check(const json_t *item)
{
    example e;
    cn_program program = {0};
    read_example(item, &e);
    build(&program, &e);
    assert_int_equal(cn_program_interpret(&program, e.given, e.outputs, NULL), CN_OK);
    bool right = compare(item, &e, "reference");
    assert_int_equal(cn_run_as_plan(&program, e.given, e.outputs), CN_OK);
    right = compare(item, &e, "plan") && right;
    cn_program_free(&program);
    free_example(&e);
    return right;
}

static void all_agree_with_keras(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("losses.json"), *item;
    size_t i, wrong = 0;
    cn_keras_each(root, i, item) wrong += !check(item);
    json_decref(root);
    assert_int_equal(wrong, 0);
}

/* ---- the numbers of the documentation: two rows of three classes, weights 1 and 3 ------------ */

static const double one_hot[6] = {0, 1, 0, 0, 0, 1}, classes[2] = {1, 2}, weights[2] = {1, 3};
static const double predicted[6] = {.05, .9, .05, .1, .7, .2};

struct batch {
    const char *identifier;
    cn_shape t_shape, p_shape;
    const double *t, *p, *weights; /* weights of one for each row; may be NULL */
};

/* The loss of a batch as a plan; the status of the first step that fails. */
static cn_status run(const struct batch *batch, double *value)
{
    cn_program p = {0};
    cn_object loss = {0};
    const double *inputs[3] = {batch->t, batch->p, batch->weights};
    cn_status status =
        cn_loss_parse(batch->identifier, &batch->t_shape, &batch->p_shape, &p.memory, &loss);
    if (status == CN_OK) {
        bool labels = ((const cn_loss_class *)loss.class)->integer_labels;
        cn_value t = cn_program_input(&p, labels ? CN_INT32 : CN_FLOAT32, batch->t_shape);
        cn_value y = cn_program_input(&p, CN_FLOAT32, batch->p_shape), w = CN_NO_VALUE;
        if (batch->weights != NULL)
            w = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(batch->t_shape.dim[0]));
        cn_program_output(&p, cn_emit_loss(&p, &loss, t, y, w, CN_NO_VALUE));
        status = cn_run_as_plan(&p, inputs, &value);
    }
    cn_program_free(&p);
    return status;
}

static double loss_of(const char *identifier, const double *w)
{
    double value = -1;
    const struct batch batch = {identifier, CN_SHAPE(2, 3), CN_SHAPE(2, 3), one_hot, predicted, w};
    assert_int_equal(run(&batch, &value), CN_OK);
    return value;
}

static double sparse_loss_of(const char *identifier, const double *w)
{
    double value = -1;
    const struct batch batch = {identifier, CN_SHAPE(2), CN_SHAPE(2, 3), classes, predicted, w};
    assert_int_equal(run(&batch, &value), CN_OK);
    return value;
}

static void assert_near(const char *what, double got, double expected)
{
    if (!(got - expected < 1e-5 * (1 + expected) && expected - got < 1e-5 * (1 + expected)))
        fail_msg("%s is %.8g, not %.8g", what, got, expected);
}

static void constructors_give_keras_numbers(void **state)
{
    (void)state;
    const struct {
        const char *identifier;
        double plain, weighted;
    } cases[] = {
        {cn_mean_squared_error(), 0.1925, 0.5725},
        {cn_mean_absolute_error(), 0.3, 0.8333334},
        {cn_mean_absolute_percentage_error(), 1.5e+08, 4.166667e+08},
        {cn_mean_squared_logarithmic_error(), 0.09316416, 0.2770285},
        {cn_cosine_similarity(), -0.6345466, -0.9067122},
        {cn_huber(0.5), 0.08541667, 0.25375},
        {cn_huber(.delta = 0.5), 0.08541667, 0.25375},
        {cn_log_cosh(), 0.08841769, 0.2627562},
        {cn_kl_divergence(), 0.8573964, 2.466831},
        {cn_poisson(), 0.6191329, 1.488945},
        {cn_categorical_crossentropy(), 0.8573992, 2.466837},
        {cn_categorical_crossentropy(.label_smoothing = .1), 0.9444181, 2.535202},
        {cn_categorical_crossentropy(true), 0.9428712, 2.210821},
        {cn_categorical_focal_crossentropy(), 0.1288867, 0.3863969},
        {cn_categorical_focal_crossentropy({0.25}), 0.1288867, 0.3863969},
        {cn_categorical_focal_crossentropy(.alpha = {0.25, 0.25, 0.25}), 0.1288867, 0.3863969},
        {cn_binary_crossentropy(), 0.5211197, 1.494043},
        {cn_binary_crossentropy(.label_smoothing = .2), 0.655282, 1.626993},
        {cn_binary_crossentropy(.from_logits = true), 0.7039658, 1.519206},
        {cn_binary_focal_crossentropy(), 0.2703918, 0.8107386},
        {cn_binary_focal_crossentropy(.apply_class_balancing = true), 0.1168693, 0.3504561},
        {cn_categorical_hinge(), 0.825, 2.325},
        {cn_dice(), 0.45, 0.9},
        {cn_tversky(.3, .7), 0.45, 0.9},
        {cn_mean_squared_error("sum"), 0.385, 1.145},
        {cn_mean_squared_error(.reduction = "mean_with_sample_weight"), 0.1925, 1.145 / 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_near(cases[i].identifier, loss_of(cases[i].identifier, NULL), cases[i].plain);
        assert_near(cases[i].identifier, loss_of(cases[i].identifier, weights), cases[i].weighted);
    }
}

static void label_losses_give_keras_numbers(void **state)
{
    (void)state;
    assert_near("sparse", sparse_loss_of(cn_sparse_categorical_crossentropy(), NULL), 0.8573992);
    assert_near("ignore 2",
                sparse_loss_of(cn_sparse_categorical_crossentropy(.ignore_class = 2), NULL),
                0.1053605);
    assert_near("generalized", sparse_loss_of(cn_categorical_generalized_cross_entropy(), NULL),
                0.6041031);
    double value;
    const double labels[2] = {1, 2}, logits[12] = {0, 1, .5, .2, .1, .9, .3, .3, .3, 1, 0, 0};
    const struct batch ctc = {cn_ctc(), CN_SHAPE(1, 2), CN_SHAPE(1, 4, 3), labels, logits, NULL};
    assert_int_equal(run(&ctc, &value), CN_OK);
    assert_near("ctc", value, 1.47218);
}

static void every_name_is_known(void **state)
{
    (void)state;
    static const char *const names[] = {"mse",
                                        "MSE",
                                        "mean_squared_error",
                                        "MeanSquaredError",
                                        "mae",
                                        "MAE",
                                        "mape",
                                        "MAPE",
                                        "msle",
                                        "MSLE",
                                        "bce",
                                        "BCE",
                                        "kld",
                                        "KLD",
                                        "kl_divergence",
                                        "KLDivergence",
                                        "kullback_leibler_divergence",
                                        "logcosh",
                                        "log_cosh",
                                        "cosine",
                                        "cosine_proximity",
                                        "cosine_similarity",
                                        "huber",
                                        "Huber",
                                        "hinge",
                                        "squared_hinge",
                                        "categorical_hinge",
                                        "poisson",
                                        "binary_crossentropy",
                                        "categorical_crossentropy",
                                        "binary_focal_crossentropy",
                                        "categorical_focal_crossentropy",
                                        "sparse_categorical_crossentropy",
                                        "dice",
                                        "tversky",
                                        "circle",
                                        "ctc",
                                        "CTC",
                                        "categorical_generalized_cross_entropy"};
    cn_arena memory = {0};
    cn_object loss;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(cn_object_parse(&cn_loss_classes, names[i], &memory, &loss), CN_OK);
    cn_arena_free(&memory);
}

/* Keras's own records come back as they were, but for dtype; arguments that Keras leaves out are
 * added. */
static void records_come_back(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("losses.json"), *item, *value;
    cn_arena memory = {0};
    size_t i;
    const char *key;
    cn_keras_each(root, i, item)
    {
        const json_t *record = json_object_get(item, "loss");
        cn_object loss;
        if (!json_is_object(record))
            continue;
        assert_int_equal(cn_object_parse_json(&cn_loss_classes, record, &memory, &loss), CN_OK);
        json_t *again = cn_object_json(loss.class, loss.args),
               *config = json_object_get(again, "config");
        assert_string_equal(json_string_value(json_object_get(again, "class_name")),
                            json_string_value(json_object_get(record, "class_name")));
        json_object_foreach(json_object_get(record, "config"), key, value)
        {
            json_t *other = json_object_get(config, key);
            bool same = json_is_number(value) ? json_number_value(value) == json_number_value(other)
                                              : json_equal(value, other);
            if (!same)
                fail_msg("%s: %s is not the same", cn_keras_name(item), key);
        }
        json_decref(again);
    }
    cn_arena_free(&memory);
    json_decref(root);
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static void assert_message(const char *message)
{
    assert_string_equal(cn_error(), message);
    cn_clear_error();
}

static void arguments_are_checked(void **state)
{
    (void)state;
    assert_null(cn_mean_squared_error(.reduction = "average"));
    assert_message(
        "mean_squared_error: reduction must be sum_over_batch_size, mean, sum, mean_with_sample_weight or "
        "none, not average");
    assert_null(cn_categorical_crossentropy(.label_smoothing = 1.5));
    assert_message("categorical_crossentropy: label_smoothing must be between 0 and 1, not 1.5");
    assert_null(cn_categorical_generalized_cross_entropy(1));
    assert_message("categorical_generalized_cross_entropy: q must be between 0 and 1, not 1");
    assert_null(cn_huber(-1));
    assert_message("huber: delta must not be negative, not -1");
    assert_null(cn_sparse_categorical_crossentropy(.ignore_class = 0.5));
    assert_message("sparse_categorical_crossentropy: ignore_class must be a class number, not 0.5");
}

static void shapes_are_checked(void **state)
{
    (void)state;
    double value;
    const struct {
        struct batch batch;
        const char *message;
    } cases[] = {
        {{"categorical_crossentropy", CN_SHAPE(2, 5), CN_SHAPE(2, 3), predicted, predicted, NULL},
         "categorical_crossentropy: y_true of shape (2, 5) does not fit y_pred of shape (2, 3)"},
        {{"mse", CN_SHAPE(2, 3), CN_SHAPE(2, 2), predicted, predicted, NULL},
         "mean_squared_error: y_true of shape (2, 3) does not fit y_pred of shape (2, 2)"},
        {{"sparse_categorical_crossentropy", CN_SHAPE(2, 3), CN_SHAPE(2, 3), one_hot, predicted,
          NULL},
         "sparse_categorical_crossentropy: labels for y_pred of shape (2, 3) need shape (2,), one class number for each "
         "place; got (2, 3)"},
        {{"mse", CN_SHAPE(3, 1, 1), CN_SHAPE(3, 2, 1), predicted, predicted, weights},
         "sample_weight of shape (3,) does not fit loss values of shape (3, 2)"},
        {{"hubert", CN_SHAPE(2), CN_SHAPE(2), predicted, predicted, NULL},
         "unknown loss \"hubert\": did you mean \"huber\"?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(run(&cases[i].batch, &value), CN_INVALID);
        assert_message(cases[i].message);
    }
}

static void labels_out_of_range_are_named(void **state)
{
    (void)state;
    double value, labels[6] = {0, 1, 2, 0, 1, 2}, probabilities[18];
    for (int i = 0; i < 18; i++)
        probabilities[i] = 1.0 / 3;
    struct batch batch = {"sparse_categorical_crossentropy",
                          CN_SHAPE(6),
                          CN_SHAPE(6, 3),
                          labels,
                          probabilities,
                          NULL};
    labels[5] = 12;
    assert_int_equal(run(&batch, &value), CN_INVALID);
    assert_message("sparse_categorical_crossentropy: label 12 at row 5 is outside 0 .. 2");
    labels[5] = -1;
    batch.t_shape = CN_SHAPE(2, 3);
    batch.p_shape = CN_SHAPE(2, 3, 3);
    assert_int_equal(run(&batch, &value), CN_INVALID);
    assert_message("sparse_categorical_crossentropy: label -1 at row 1, place 2 is outside 0 .. 2");
    batch.identifier = cn_sparse_categorical_crossentropy(.ignore_class = -1);
    assert_int_equal(run(&batch, &value), CN_OK);
    assert_near("ignored", value, 1.0986123);
}

/* Where nothing counts the loss is 0, not NaN. */
static void nothing_gives_0(void **state)
{
    (void)state;
    static const double zeros[2] = {0, 0};
    assert_true(loss_of(cn_mean_squared_error("mean_with_sample_weight"), zeros) == 0);
    assert_true(loss_of("mse", zeros) == 0);
    double value = -1;
    static const double ignored[2] = {7, 7};
    const struct batch all_ignored = {cn_sparse_categorical_crossentropy(.ignore_class = 7),
                                      CN_SHAPE(2),
                                      CN_SHAPE(2, 3),
                                      ignored,
                                      predicted,
                                      NULL};
    assert_int_equal(run(&all_ignored, &value), CN_OK);
    assert_true(value == 0);
}

static void a_loss_must_be_given(void **state)
{
    (void)state;
    cn_program p = {0};
    cn_object loss = {0};
    cn_value y = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(2, 3));
    assert_int_equal(cn_emit_loss(&p, &loss, y, y, CN_NO_VALUE, CN_NO_VALUE), CN_NO_VALUE);
    assert_message("a loss was expected, not None");
    cn_program_free(&p);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static const char *const names[] = {"mse", "ctc", "circle", "categorical_focal_crossentropy"};
    static const cn_shape t[] = {CN_DIMS(2, 3), CN_DIMS(2, 2), CN_DIMS(2), CN_DIMS(2, 3)};
    static const cn_shape y[] = {CN_DIMS(2, 3), CN_DIMS(2, 3, 4), CN_DIMS(2, 3), CN_DIMS(2, 3)};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cn_status status = CN_OUT_OF_MEMORY;
        for (int64_t n = 1; status != CN_OK; n++) {
            cn_program p = {0};
            cn_object loss;
            cn_memory_fail_at(n);
            status = cn_loss_parse(names[i], &t[i], &y[i], &p.memory, &loss);
            cn_value target = cn_program_input(&p, CN_INT32, t[i]),
                     predictions = cn_program_input(&p, CN_FLOAT32, y[i]);
            if (status == CN_OK)
                (void)cn_emit_loss(&p, &loss, target, predictions, CN_NO_VALUE, CN_NO_VALUE);
            cn_memory_fail_at(0);
            status = status == CN_OK ? p.status : status;
            assert_true(status == CN_OK || status == CN_OUT_OF_MEMORY);
            cn_clear_error();
            cn_program_free(&p);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_agree_with_keras),
        cmocka_unit_test(constructors_give_keras_numbers),
        cmocka_unit_test(label_losses_give_keras_numbers),
        cmocka_unit_test(every_name_is_known),
        cmocka_unit_test(records_come_back),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test(shapes_are_checked),
        cmocka_unit_test(labels_out_of_range_are_named),
        cmocka_unit_test(nothing_gives_0),
        cmocka_unit_test(a_loss_must_be_given),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, cn_begin_anew);
}
