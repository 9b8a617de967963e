/* Layers whose calls take masks and options or have several outputs, against real Keras: shapes,
 * values, masks, penalties and gradients. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "layers/layers.h"
#include "regularizers/regularizers.h"
#include "support/keras_data.h"
#include "support/keras_layer.h"
#include "support/program_run.h"

enum { MOST = 64 };

/* Arrays in the order of a program's inputs or outputs. */
struct list {
    cn_keras_array arrays[MOST];
    const char *what[MOST];
    int64_t n;
};

struct example {
    const json_t *item;
    cn_layer *layer;
    cn_call_options options;
    struct list given, expected;
    int64_t n_inputs, n_tensors; /* of given: the inputs, and with the attention mask */
    cn_value masks[MOST];        /* the inputs' masks in the program */
};

/* Adds an array; false if it is null. */
static bool add(struct list *list, const char *what, const json_t *array)
{
    if (array == NULL || json_is_null(array))
        return false;
    json_t *wrapped = json_pack("{s:O}", "array", array);
    assert_true(list->n < MOST && cn_keras_read(wrapped, "array", &list->arrays[list->n]));
    list->what[list->n++] = what;
    json_decref(wrapped);
    return true;
}

static void add_all(struct list *list, const json_t *item, const char *member)
{
    size_t i;
    json_t *array;
    json_array_foreach(json_object_get(item, member), i, array) add(list, member, array);
}

static void free_list(struct list *list)
{
    for (int64_t i = 0; i < list->n; i++)
        cn_keras_array_free(&list->arrays[i]);
}

static bool option(const json_t *item, const char *name)
{
    return json_is_true(json_object_get(json_object_get(item, "options"), name));
}

/* ---- reading a case -------------------------------------------------------------------------- */

static void read_example(const json_t *item, struct example *e)
{
    *e = (struct example){.item = item, .layer = cn_keras_layer(json_object_get(item, "layer"))};
    if (e->layer == NULL)
        fail_msg("%s: %s", cn_keras_name(item), cn_error());
    cn_keras_compare_config(e->layer, json_object_get(item, "layer"), cn_keras_name(item));
    add_all(&e->given, item, "inputs");
    e->n_inputs = e->given.n;
    e->options = (cn_call_options){
        .n_inputs = e->n_inputs,
        .training = json_is_true(json_object_get(item, "training")),
        .reverse = option(item, "reverse"),
        .use_causal_mask = option(item, "use_causal_mask"),
        .return_attention_scores = option(item, "return_attention_scores"),
    };
    if (add(&e->given, "attention_mask", json_object_get(item, "attention_mask")))
        e->options.attention_mask = (int8_t)e->n_inputs;
    e->n_tensors = e->given.n;
    add_all(&e->given, item, "masks");
    add_all(&e->given, item, "r");
}

static void read_expected(const json_t *item, struct example *e)
{
    add_all(&e->expected, item, "outputs");
    add_all(&e->expected, item, "output_masks");
    add_all(&e->expected, item, "losses");
    add_all(&e->expected, item, "input_gradients");
    add_all(&e->expected, item, "weight_gradients");
    add_all(&e->expected, item, "new_weights");
}

/* ---- drawing --------------------------------------------------------------------------------- */

static cn_tensor *draw_input(const cn_keras_array *array, bool is_mask)
{
    cn_input_args args = {.batch_size = CN_NONE,
                          .dtype = is_mask ? "bool" : cn_dtype_name(array->dtype)};
    memcpy(args.shape, &array->shape.dim[1], (size_t)(array->shape.rank - 1) * sizeof(int64_t));
    return cn_input_with(&args);
}

static bool same_shape(const cn_shape *shape, const json_t *expected)
{
    bool same = shape->rank == (int64_t)json_array_size(expected);
    for (int64_t i = 0; same && i < shape->rank; i++) {
        const json_t *dim = json_array_get(expected, (size_t)i);
        same = shape->dim[i] == (json_is_null(dim) ? CN_NONE : json_integer_value(dim));
    }
    return same;
}

static void check_drawn(const struct example *e)
{
    cn_tensor *tensors[MOST], *outputs[CN_MOST_TENSORS];
    int64_t n_outputs = 0;
    for (int64_t i = 0; i < e->n_tensors; i++) {
        tensors[i] = draw_input(&e->given.arrays[i], i >= e->n_inputs);
        assert_non_null(tensors[i]);
    }
    if (cn_layer_apply(e->layer, &e->options, tensors, e->n_tensors, outputs, &n_outputs) != CN_OK)
        fail_msg("%s: %s", cn_keras_name(e->item), cn_error());
    const json_t *shapes = json_object_get(e->item, "output_shapes");
    assert_int_equal(n_outputs, json_array_size(shapes));
    for (int64_t i = 0; i < n_outputs; i++)
        if (!same_shape(&outputs[i]->shape, json_array_get(shapes, (size_t)i)))
            fail_msg("%s: drew shape %s of output %d", cn_keras_name(e->item),
                     cn_shape_str(&outputs[i]->shape), (int)i);
    assert_int_equal(cn_count_params(e->layer),
                     json_integer_value(json_object_get(e->item, "parameters")));
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static void set_weights(const struct example *e)
{
    size_t i;
    json_t *weight;
    json_array_foreach(json_object_get(e->item, "weights"), i, weight)
    {
        cn_keras_array values;
        assert_string_equal(last_part(cn_weight_path(e->layer, (int64_t)i)),
                            last_part(json_string_value(json_object_get(weight, "path"))));
        assert_true(cn_keras_read(weight, "array", &values));
        cn_array *array =
            cn_array_new(CN_FLOAT64, values.shape.dim, (int)values.shape.rank, values.values);
        assert_int_equal(cn_set_weight_at(e->layer, (int64_t)i, array), CN_OK);
        cn_keras_array_free(&values);
    }
}

/* ---- the program ----------------------------------------------------------------------------- */

/* Inputs in the order of given: tensors, masks (true where not null), then r of each output. */
static void add_inputs(cn_program *p, const struct example *e, cn_value *values, cn_value *masks)
{
    const json_t *given = json_object_get(e->item, "masks");
    int64_t at = e->n_tensors;
    for (int64_t i = 0; i < e->n_tensors; i++)
        values[i] = cn_program_input(p, i >= e->n_inputs ? CN_BOOL : e->given.arrays[i].dtype,
                                     e->given.arrays[i].shape);
    for (int64_t i = 0; i < e->n_inputs; i++) {
        const json_t *mask = json_array_get(given, (size_t)i);
        const bool has = mask != NULL && !json_is_null(mask);
        masks[i] = has ? cn_program_input(p, CN_BOOL, e->given.arrays[at++].shape) : CN_NO_VALUE;
    }
}

static void add_masks(cn_program *p, const struct example *e, const cn_call_frame *call)
{
    const json_t *expected = json_object_get(e->item, "output_masks");
    for (int64_t i = 0; i < call->n_outputs; i++) {
        const bool has = !json_is_null(json_array_get(expected, (size_t)i));
        if (has != (call->output_masks[i] != CN_NO_VALUE))
            fail_msg("%s: output %d has %s mask", cn_keras_name(e->item), (int)i, has ? "no" : "a");
        if (has)
            cn_program_output(p, call->output_masks[i]);
    }
}

/* Adds the sum over all outputs of output * r, and its gradients. */
static void add_gradients(cn_program *p, const struct example *e, const cn_call_frame *call,
                          const cn_value *wrt, int64_t n)
{
    cn_value gradients[MOST], sum = CN_NO_VALUE;
    for (int64_t i = 0; i < call->n_outputs; i++) {
        const int64_t r = e->given.n - call->n_outputs + i;
        cn_value factor = cn_program_input(p, CN_FLOAT32, e->given.arrays[r].shape);
        cn_value product = cn_emit_multiply(p, call->outputs[i], factor);
        cn_value term = cn_emit_sum(p, product, CN_ALL_AXES, false);
        sum = i == 0 ? term : cn_emit_add(p, sum, term);
    }
    assert_int_equal(cn_differentiate(p, sum, wrt, n, gradients), CN_OK);
    for (int64_t i = 0; i < n; i++)
        cn_program_output(p, gradients[i]);
}

/* What weights become that the call changes, such as moving statistics. */
static void add_new_weights(cn_program *p, const struct example *e, cn_weight *const *weights)
{
    size_t i;
    json_t *array;
    json_array_foreach(json_object_get(e->item, "new_weights"), i, array)
    {
        if (!json_is_null(array))
            cn_program_output(p, cn_program_read(p, &weights[i]->variable));
    }
}

/* The program's outputs are what the example expects, in its order. Weights are read before the
 * call, which may change them. */
static void build(cn_program *p, cn_arena *memory, const struct example *e)
{
    cn_trace trace = {.program = p, .memory = memory};
    cn_call_frame *call = cn_arena_allocate(memory, sizeof *call);
    cn_value values[MOST], masks[MOST], wrt[MOST];
    cn_weight **weights;
    int64_t n = 0, n_weights = 0;
    add_inputs(p, e, values, masks);
    for (int64_t i = 0; i < e->n_inputs; i++)
        if (e->given.arrays[i].dtype == CN_FLOAT32)
            wrt[n++] = values[i];
    assert_int_equal(cn_layer_weights(e->layer, memory, &weights, &n_weights), CN_OK);
    for (int64_t i = 0; i < n_weights; i++)
        wrt[n + i] = cn_program_read(p, &weights[i]->variable);
    if (cn_trace_layer(&trace, e->layer, &e->options, values, masks, e->n_tensors, call) != CN_OK)
        fail_msg("%s: %s", cn_keras_name(e->item), cn_error());
    for (int64_t i = 0; i < call->n_outputs; i++)
        cn_program_output(p, call->outputs[i]);
    add_masks(p, e, call);
    for (int64_t i = 0; i < trace.n_losses; i++)
        cn_program_output(p, trace.losses[i]);
    for (int64_t i = 0; i < n_weights; i++)
        if (weights[i]->regularizer != NULL)
            cn_program_output(p, cn_emit_regularizer(p, weights[i]->regularizer, wrt[n + i]));
    add_gradients(p, e, call, wrt, n + n_weights);
    add_new_weights(p, e, weights);
    cn_release(trace.losses);
}

static void compare(const struct example *e, double *const *outputs, double tolerance)
{
    bool right = true;
    for (int64_t i = 0; i < e->expected.n; i++)
        right &= cn_keras_compare(e->item, e->expected.what[i], &e->expected.arrays[i], outputs[i],
                                  tolerance, tolerance);
    assert_true(right);
}

static void check_values(const struct example *e)
{
    cn_program program = {0};
    cn_arena memory = {0};
    const double *inputs[MOST];
    double *outputs[MOST];
    set_weights(e);
    build(&program, &memory, e);
    for (int64_t i = 0; i < e->given.n; i++)
        inputs[i] = e->given.arrays[i].values;
    if (program.n_outputs != e->expected.n)
        fail_msg("%s: %d outputs, expected %d", cn_keras_name(e->item), (int)program.n_outputs,
                 (int)e->expected.n);
    for (int64_t i = 0; i < e->expected.n; i++)
        outputs[i] = calloc((size_t)e->expected.arrays[i].size + 1, sizeof(double));
    if (cn_program_interpret(&program, inputs, outputs, NULL) != CN_OK)
        fail_msg("%s: %s", cn_keras_name(e->item), cn_error());
    compare(e, outputs, 1e-5);
    if (cn_run_as_plan(&program, inputs, outputs) != CN_OK)
        fail_msg("%s: %s", cn_keras_name(e->item), cn_error());
    compare(e, outputs, 2e-5);
    for (int64_t i = 0; i < e->expected.n; i++)
        free(outputs[i]);
    cn_arena_free(&memory);
    cn_program_free(&program);
}

static void check_example(const json_t *item)
{
    struct example e;
    cn_clear_session();
    cn_clear_error();
    read_example(item, &e);
    read_expected(item, &e);
    check_drawn(&e);
    check_values(&e);
    free_list(&e.given);
    free_list(&e.expected);
}

/* The files, each with the number of cases it must at least have. */
static const struct {
    const char *name;
    size_t at_least;
} files[] = {
    {"recurrent_layers.json", 130}, {"conv_lstm_layers.json", 29}, {"attention_layers.json", 60},
    {"vision_calls.json", 20},      {"embedding_calls.json", 11},  {NULL, 0},
};

static void keras_says_the_same(void **state)
{
    (void)state;
    for (size_t k = 0; files[k].name != NULL; k++) {
        json_t *root = cn_keras_load(files[k].name), *item;
        size_t i;
        cn_keras_each(root, i, item) check_example(item);
        assert_true(i >= files[k].at_least);
        json_decref(root);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keras_says_the_same)};
    return cmocka_run_group_tests_name("calls", tests, NULL, NULL);
}
