/* Every layer of the list: config there and back, Keras's shapes, values, penalties and gradients;
 * masks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "layers/convolution.h"
#include "layers/random.h"
#include "regularizers/regularizers.h"
#include "support/anew.h"
#include "support/keras_data.h"
#include "support/keras_layer.h"
#include "support/program_run.h"

/* ---- config ---------------------------------------------------------------------------------- */

static const double two_and_one[] = {2, 1};
static const cn_numbers two_numbers = {2, two_and_one};
static const char *const one_and_two[] = {"one", "two"};
static const cn_texts two_texts = {2, one_and_two};

/* Numbers that differ from the defaults, so that a field that is lost shows. */
static void disturb(const cn_field *field, char *args)
{
    void *member = args + field->offset;
    if (field->flags & CN_FIELD_HIDDEN)
        return;
    switch (field->kind) {
    case CN_FIELD_BOOL: *(bool *)member = !*(bool *)member; break;
    case CN_FIELD_INT: *(int64_t *)member = 1; break;
    case CN_FIELD_REAL: *(double *)member = field->flags & CN_FIELD_WHOLE ? 3 : 0.25; break;
    case CN_FIELD_NUMBERS: *(cn_numbers *)member = two_numbers; break;
    case CN_FIELD_TEXTS: *(cn_texts *)member = two_texts; break;
    case CN_FIELD_DIMS: memcpy(member, (const int64_t[]){2, 1, 0}, 3 * sizeof(int64_t)); break;
    case CN_FIELD_REALS:
        memcpy(member, (const double[]){2, 1, CN_UNSET}, 3 * sizeof(double));
        break;
    default: break;
    }
}

static void round_trip(const cn_class *class, bool disturbed)
{
    cn_arena memory = {0};
    char *args = cn_arena_copy(&memory, class->defaults, class->args_size);
    void *back = NULL;
    for (const cn_field *field = class->fields; disturbed && field->name != NULL; field++)
        disturb(field, args);
    const cn_class without_check = {class->name,      class->module,   NULL, class->fields,
                                    class->args_size, class->defaults, NULL};
    json_t *config = cn_args_json(class, args);
    assert_non_null(config);
    assert_int_equal(cn_args_parse(&without_check, class->name, config, NULL, &memory, &back),
                     CN_OK);
    if (!cn_fields_equal(class->fields, args, back)) {
        char *text = json_dumps(config, 0);
        print_error("%s does not survive %s%s\n", class->name, text, cn_error());
        free(text);
        fail();
    }
    json_decref(config);
    cn_arena_free(&memory);
}

static void configs_survive(void **state)
{
    (void)state;
    for (const cn_class *const *class = cn_layer_classes; *class != NULL; class ++) {
        assert_true(strcmp((*class)->module, "keras.layers") == 0 ||
                    strncmp((*class)->module, "keras.src.applications.", 23) == 0);
        if (!(*class)->check || (*class)->check((*class)->defaults) == CN_OK)
            round_trip(*class, false);
        cn_clear_error();
        round_trip(*class, true);
    }
}

/* ---- values and gradients -------------------------------------------------------------------- */

enum { MOST_VALUES = 24 };

typedef struct example {
    const json_t *item;
    cn_layer *layer;
    cn_keras_array inputs[4], mask;
    int64_t n_inputs;
    /* output, penalties, gradients of inputs, gradients of weights */
    cn_keras_array expected[MOST_VALUES];
    const char *what[MOST_VALUES];
    int64_t n_expected;
} example;

static void expect(example *e, const char *what, const json_t *array)
{
    json_t *wrapped = json_pack("{s:O}", "array", array);
    assert_true(e->n_expected < MOST_VALUES &&
                cn_keras_read(wrapped, "array", &e->expected[e->n_expected]));
    e->what[e->n_expected++] = what;
    json_decref(wrapped);
}

static void expect_all(example *e, const char *member)
{
    size_t i;
    json_t *array;
    json_array_foreach(json_object_get(e->item, member), i, array) expect(e, member, array);
}

static void read_example(const json_t *item, example *e)
{
    *e = (example){.item = item, .layer = cn_keras_layer(json_object_get(item, "layer"))};
    if (e->layer == NULL)
        fail_msg("%s: %s", cn_keras_name(item), cn_error());
    cn_keras_compare_config(e->layer, json_object_get(item, "layer"), cn_keras_name(item));
    size_t i;
    json_t *array;
    json_array_foreach(json_object_get(item, "inputs"), i, array)
    {
        json_t *wrapped = json_pack("{s:O}", "array", array);
        assert_true(cn_keras_read(wrapped, "array", &e->inputs[e->n_inputs++]));
        json_decref(wrapped);
    }
    if (e->n_inputs == 0)
        return;
    if (json_object_get(item, "mask") != NULL)
        assert_true(cn_keras_read(item, "mask", &e->mask));
    expect(e, "output", json_object_get(item, "output"));
    if (json_object_get(item, "output_mask") != NULL)
        expect(e, "output_mask", json_object_get(item, "output_mask"));
    expect_all(e, "losses");
    expect_all(e, "input_gradients");
    expect_all(e, "weight_gradients");
}

static void free_example(example *e)
{
    for (int64_t i = 0; i < e->n_inputs; i++)
        cn_keras_array_free(&e->inputs[i]);
    for (int64_t i = 0; i < e->n_expected; i++)
        cn_keras_array_free(&e->expected[i]);
    if (e->mask.values != NULL)
        cn_keras_array_free(&e->mask);
}

static cn_shape shape_of_json(const json_t *list)
{
    cn_shape shape = {.rank = (int64_t)json_array_size(list)};
    for (int64_t i = 0; i < shape.rank; i++) {
        const json_t *dim = json_array_get(list, (size_t)i);
        shape.dim[i] = json_is_null(dim) ? CN_NONE : json_integer_value(dim);
    }
    return shape;
}

static cn_tensor *draw_input(cn_shape shape)
{
    cn_input_args args = {.batch_size = shape.dim[0], .dtype = "float32"};
    memcpy(args.shape, &shape.dim[1], (size_t)(shape.rank - 1) * sizeof(int64_t));
    return cn_input_with(&args);
}

/* Draws the layer's call and compares the symbolic shape and the number of parameters. */
static void check_drawn(const example *e)
{
    const json_t *given = json_object_get(e->item, "input_shapes");
    cn_tensor *inputs[4], *outputs[CN_MOST_TENSORS];
    int64_t n = given != NULL ? (int64_t)json_array_size(given) : e->n_inputs, n_outputs = 0;
    for (int64_t i = 0; i < n; i++) {
        cn_shape shape = given != NULL ? shape_of_json(json_array_get(given, (size_t)i))
                                       : e->inputs[i].shape;
        if (given == NULL)
            shape.dim[0] = CN_NONE;
        inputs[i] = draw_input(shape);
        assert_non_null(inputs[i]);
    }
    if (cn_layer_apply(e->layer, NULL, inputs, n, outputs, &n_outputs) != CN_OK)
        fail_msg("%s: %s", cn_keras_name(e->item), cn_error());
    const cn_shape expected = shape_of_json(json_object_get(e->item, "output_shape"));
    if (!cn_shape_equal(&outputs[0]->shape, &expected))
        fail_msg("%s: drew shape %s, expected %s", cn_keras_name(e->item),
                 cn_shape_str(&outputs[0]->shape), cn_shape_str(&expected));
    assert_int_equal(cn_count_params(e->layer),
                     json_integer_value(json_object_get(e->item, "parameters")));
}

static void set_weights(const example *e)
{
    size_t i;
    json_t *weight;
    json_array_foreach(json_object_get(e->item, "weights"), i, weight)
    {
        cn_keras_array values;
        assert_true(cn_keras_read(weight, "array", &values));
        cn_array *array =
            cn_array_new(CN_FLOAT64, values.shape.dim, (int)values.shape.rank, values.values);
        assert_int_equal(cn_set_weight_at(e->layer, (int64_t)i, array), CN_OK);
        cn_keras_array_free(&values);
    }
}

/* The program's outputs are what the example expects, in its order. */
static void build(cn_program *p, cn_arena *memory, const example *e)
{
    cn_trace trace = {.program = p,
                      .memory = memory,
                      .training = json_is_true(json_object_get(e->item, "training"))};
    cn_call_frame *call = cn_arena_allocate(memory, sizeof *call);
    cn_value wrt[MOST_VALUES], gradients[MOST_VALUES];
    int64_t n = 0;
    cn_value *inputs = cn_arena_allocate(memory, 4 * sizeof *inputs);
    cn_value mask = CN_NO_VALUE;
    const bool integer = json_is_object(json_object_get(e->item, "r")) &&
                         json_array_size(json_object_get(e->item, "input_gradients")) == 0;
    for (int64_t i = 0; i < e->n_inputs; i++)
        inputs[i] = cn_program_input(p, integer ? CN_INT32 : CN_FLOAT32, e->inputs[i].shape);
    for (; !integer && n < e->n_inputs; n++)
        wrt[n] = inputs[n];
    if (e->mask.values != NULL)
        mask = cn_program_input(p, CN_BOOL, e->mask.shape);
    assert_int_equal(cn_trace_layer(&trace, e->layer, NULL, inputs,
                                    e->mask.values == NULL ? NULL : &mask, e->n_inputs, call),
                     CN_OK);
    cn_program_output(p, call->outputs[0]);
    if (json_object_get(e->item, "output_mask") != NULL)
        cn_program_output(p, call->output_masks[0]);
    for (int64_t i = 0; i < trace.n_losses; i++)
        cn_program_output(p, trace.losses[i]);
    for (int64_t i = 0; i < e->layer->n_weights; i++) {
        cn_weight *weight = e->layer->weights[i];
        wrt[n++] = cn_program_read(p, &weight->variable);
        if (weight->regularizer != NULL)
            cn_program_output(p, cn_emit_regularizer(p, weight->regularizer, wrt[n - 1]));
    }
    cn_value r = cn_program_input(p, CN_FLOAT32, e->expected[0].shape);
    cn_value sum = cn_emit_sum(p, cn_emit_multiply(p, call->outputs[0], r), CN_ALL_AXES, false);
    assert_int_equal(cn_differentiate(p, sum, wrt, n, gradients), CN_OK);
    for (int64_t i = 0; i < n; i++)
        cn_program_output(p, gradients[i]);
    cn_release(trace.losses);
}

static void compare(const example *e, double *const *outputs, double absolute, double relative)
{
    bool right = true;
    for (int64_t i = 0; i < e->n_expected; i++)
        right &=
            cn_keras_compare(e->item, e->what[i], &e->expected[i], outputs[i], absolute, relative);
    assert_true(right);
}

/* Random layers draw again what they have drawn, from the seed that the case says. */
static void restart(const example *e)
{
    const json_t *seed = json_object_get(e->item, "seed");
    if (seed == NULL || e->layer->class->free_state != cn_layer_stream_free)
        return;
    int32_t *words = ((cn_layer_stream *)e->layer->state)->state.data;
    words[0] = (int32_t)json_integer_value(seed);
    words[1] = 0;
}

static void check_values(const example *e)
{
    cn_program program = {0};
    cn_arena memory = {0};
    cn_keras_array r;
    const double *inputs[6];
    int64_t n = 0;
    double *outputs[MOST_VALUES];
    set_weights(e);
    build(&program, &memory, e);
    assert_true(cn_keras_read(e->item, "r", &r));
    for (; n < e->n_inputs; n++)
        inputs[n] = e->inputs[n].values;
    if (e->mask.values != NULL)
        inputs[n++] = e->mask.values;
    inputs[n] = r.values;
    if (program.n_outputs != e->n_expected)
        fail_msg("%s: %d outputs, expected %d", cn_keras_name(e->item), (int)program.n_outputs,
                 (int)e->n_expected);
    for (int64_t i = 0; i < e->n_expected; i++)
        outputs[i] = calloc((size_t)e->expected[i].size + 1, sizeof(double));
    restart(e);
    assert_int_equal(cn_program_interpret(&program, inputs, outputs, NULL), CN_OK);
    compare(e, outputs, 1e-5, 1e-5);
    restart(e);
    if (cn_run_as_plan(&program, inputs, outputs) != CN_OK)
        fail_msg("%s: %s", cn_keras_name(e->item), cn_error());
    compare(e, outputs, 2e-5, 2e-5);
    for (int64_t i = 0; i < e->n_expected; i++)
        free(outputs[i]);
    cn_keras_array_free(&r);
    cn_arena_free(&memory);
    cn_program_free(&program);
}

static void compare_file(const char *name, size_t at_least)
{
    json_t *root = cn_keras_load(name), *item;
    size_t i;
    cn_keras_each(root, i, item)
    {
        example e;
        cn_clear_session();
        cn_clear_error();
        read_example(item, &e);
        check_drawn(&e);
        if (e.n_inputs > 0)
            check_values(&e);
        free_example(&e);
    }
    assert_true(i >= at_least);
    json_decref(root);
}

static void keras_says_the_same(void **state)
{
    (void)state;
    compare_file("layers.json", 100);
    compare_file("sequence_layers.json", 50);
    compare_file("pooling_layers.json", 50);
    compare_file("convolution_layers.json", 150);
    compare_file("vision_layers.json", 10);
    compare_file("application_layers.json", 10);
    compare_file("image_layers.json", 140);
    compare_file("window_layers.json", 150);
    compare_file("sound_layers.json", 30);
    compare_file("preprocessing_layers.json", 20);
}

/* ---- random layers --------------------------------------------------------------------------- */

/* Runs a layer in training on ones[n] as two plans of one program each; returns how often the
 * counter was moved on. */
static void run_training_on(cn_layer *layer, cn_shape shape, double *output)
{
    const int64_t n = cn_shape_size(&shape);
    cn_program program = {0};
    cn_arena memory = {0};
    cn_trace trace = {.program = &program, .memory = &memory, .training = true};
    cn_call_frame *call = cn_arena_allocate(&memory, sizeof *call);
    const cn_type type = {CN_FLOAT32, shape};
    double *ones = calloc((size_t)n, sizeof *ones);
    for (int64_t i = 0; i < n; i++)
        ones[i] = 1;
    assert_int_equal(cn_layer_build(layer, &type, 1), CN_OK);
    cn_value x = cn_program_input(&program, CN_FLOAT32, type.shape);
    assert_int_equal(cn_trace_layer(&trace, layer, NULL, &x, NULL, 1, call), CN_OK);
    cn_program_output(&program, call->outputs[0]);
    assert_int_equal(
        cn_run_as_plan(&program, (const double *const[]){ones}, (double *const[]){output}), CN_OK);
    free(ones);
    cn_arena_free(&memory);
    cn_program_free(&program);
}

static void run_training(cn_layer *layer, int64_t n, double *output)
{
    run_training_on(layer, CN_SHAPE(1, n), output);
}

static void moments(const double *values, int64_t n, double *mean, double *deviation)
{
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; i++)
        sum += values[i];
    *mean = sum / (double)n;
    for (int64_t i = 0; i < n; i++)
        squares += (values[i] - *mean) * (values[i] - *mean);
    *deviation = sqrt(squares / (double)n);
}

enum { MANY = 20000 };

static void random_layers_have_their_moments(void **state)
{
    (void)state;
    static double values[MANY];
    double mean, deviation;
    cn_set_random_seed(7);
    run_training(cn_dropout(0.25), MANY, values);
    moments(values, MANY, &mean, &deviation);
    assert_true(fabs(mean - 1) < 0.02 && fabs(deviation - sqrt(1 / 0.75 - 1)) < 0.02);
    run_training(cn_gaussian_noise(0.5), MANY, values);
    moments(values, MANY, &mean, &deviation);
    assert_true(fabs(mean - 1) < 0.02 && fabs(deviation - 0.5) < 0.02);
    run_training(cn_gaussian_dropout(0.2), MANY, values);
    moments(values, MANY, &mean, &deviation);
    assert_true(fabs(mean - 1) < 0.02 && fabs(deviation - 0.5) < 0.02);
    run_training(cn_dropout(1.0), MANY, values);
    moments(values, MANY, &mean, &deviation);
    assert_true(mean == 0 && deviation == 0);
}

static void random_streams_differ_and_repeat(void **state)
{
    (void)state;
    double a[64], b[64], c[64], d[64];
    cn_layer *first = cn_dropout(0.5, .seed = 3), *same = cn_dropout(0.5, .seed = 3);
    cn_layer *other = cn_dropout(0.5, .seed = 4);
    run_training(first, 64, a);
    run_training(first, 64, b); /* the counter has moved on */
    run_training(other, 64, d);
    assert_int_equal(cn_count_params(first), 0); /* the state is no weight */
    run_training(same, 64, c);
    assert_memory_equal(a, c, sizeof a);
    assert_memory_not_equal(a, b, sizeof a);
    assert_memory_not_equal(a, d, sizeof a);
}

static void spatial_dropout_takes_whole_features(void **state)
{
    (void)state;
    enum { STEPS = 3, FEATURES = 64 };
    double y[STEPS][FEATURES];
    int64_t fallen = 0;
    cn_set_random_seed(7);
    run_training_on(cn_spatial_dropout1d(0.5), CN_SHAPE(1, STEPS, FEATURES), y[0]);
    for (int64_t i = 0; i < FEATURES; i++)
        fallen += y[0][i] == 0;
    assert_in_range(fallen, 16, 48);
    for (int64_t i = 1; i < STEPS; i++)
        assert_memory_equal(y[i], y[0], sizeof y[0]);
}

/* ---- masks ----------------------------------------------------------------------------------- */

/* The mask that a layer gives its output for inputs[2, 3, 2] with the masks that are not NULL;
 * false for none. */
static bool mask_of(cn_layer *layer, const double *const *masks, int64_t n, double *result)
{
    cn_program program = {0};
    cn_arena memory = {0};
    cn_trace trace = {.program = &program, .memory = &memory};
    cn_call_frame *call = cn_arena_allocate(&memory, sizeof *call);
    cn_value inputs[3], values[3];
    cn_type types[3];
    static const double zeros[12];
    const double *given[6];
    int64_t n_given = 0;
    for (int64_t i = 0; i < n; i++) {
        types[i] = (cn_type){CN_FLOAT32, CN_SHAPE(2, 3, 2)};
        inputs[i] = cn_program_input(&program, CN_FLOAT32, types[i].shape);
        given[n_given++] = zeros;
        values[i] = masks[i] == NULL ? CN_NO_VALUE
                                     : cn_program_input(&program, CN_BOOL, CN_SHAPE(2, 3));
        if (masks[i] != NULL)
            given[n_given++] = masks[i];
    }
    assert_int_equal(cn_layer_build(layer, types, n), CN_OK);
    assert_int_equal(cn_trace_layer(&trace, layer, NULL, inputs, values, n, call), CN_OK);
    const bool has = call->output_masks[0] != CN_NO_VALUE;
    if (has) {
        cn_program_output(&program, call->output_masks[0]);
        assert_int_equal(cn_program_interpret(&program, given, (double *const[]){result}, NULL),
                         CN_OK);
    }
    cn_arena_free(&memory);
    cn_program_free(&program);
    return has;
}

static void masks_are_passed_and_combined(void **state)
{
    (void)state;
    const double a[6] = {1, 1, 0, 0, 0, 1}, b[6] = {1, 0, 0, 1, 0, 1},
                 either[6] = {1, 1, 0, 1, 0, 1};
    const double joined[12] = {1, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 1}, all[6] = {1, 1, 1, 1, 1, 1};
    double got[12];
    assert_true(mask_of(cn_dropout(0.5), (const double *const[]){a}, 1, got));
    assert_memory_equal(got, a, sizeof a);
    assert_true(mask_of(cn_dense(4), (const double *const[]){a}, 1, got));
    assert_memory_equal(got, a, sizeof a);
    assert_true(mask_of(cn_layer_normalization(), (const double *const[]){a}, 1, got));
    assert_memory_equal(got, a, sizeof a);
    assert_true(mask_of(cn_spatial_dropout1d(0.5), (const double *const[]){a}, 1, got));
    assert_memory_equal(got, a, sizeof a);
    assert_false(mask_of(cn_global_average_pooling1d(), (const double *const[]){a}, 1, got));
    assert_false(mask_of(cn_flatten(), (const double *const[]){a}, 1, got));
    assert_false(mask_of(cn_conv1d(4, 2, .padding = "causal"), (const double *const[]){a}, 1, got));
    assert_true(mask_of(cn_add(), (const double *const[]){a, b}, 2, got));
    assert_memory_equal(got, either, sizeof either);
    assert_false(mask_of(cn_multiply(), (const double *const[]){a, NULL}, 2, got));
    assert_true(mask_of(cn_concatenate(.axis = 1), (const double *const[]){a, b}, 2, got));
    assert_memory_equal(got, joined, sizeof joined);
    assert_true(mask_of(cn_concatenate(), (const double *const[]){a, b}, 2, got));
    assert_memory_equal(got, either, sizeof either);
    assert_true(mask_of(cn_concatenate(), (const double *const[]){a, NULL}, 2, got));
    assert_memory_equal(got, all, sizeof all);
    assert_false(mask_of(cn_concatenate(), (const double *const[]){NULL, NULL}, 2, got));
    assert_false(mask_of(cn_dot(2), (const double *const[]){a, b}, 2, got));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(configs_survive, cn_begin_anew),
        cmocka_unit_test_setup(keras_says_the_same, cn_begin_anew),
        cmocka_unit_test_setup(random_layers_have_their_moments, cn_begin_anew),
        cmocka_unit_test_setup(random_streams_differ_and_repeat, cn_begin_anew),
        cmocka_unit_test_setup(spatial_dropout_takes_whole_features, cn_begin_anew),
        cmocka_unit_test_setup(masks_are_passed_and_combined, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("layers", tests, NULL, NULL);
}
