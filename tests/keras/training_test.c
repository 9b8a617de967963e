/* Whole training runs against real Keras: the same weights and data in, the same losses, logs and
 * weights out, step by step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cornu/cornu.h"
#include "support/keras_data.h"
#include "support/keras_model.h"

/* Relative differences that float32 explains: of losses and logs; of weights, relative to the
 * largest of the array. */
static const double log_tolerance = 1e-5, weight_tolerance = 1e-5, smallest = 1e-3;

enum { MOST = 8 };

struct run {
    const json_t *item;
    const char *name;
    cn_model *model;
    const void *x[MOST], *y[MOST]; /* lists, ended by CN_END */
    cn_array *sample_weight;
    cn_class_weight class_weight[CN_MAX_LIST];
    int64_t batch_size, samples;
    size_t n_batches;                   /* seen by the callback */
    double largest_log, largest_weight; /* differences, relative */
};

static double relative(double got, double expected, double least)
{
    const double scale = fabs(expected) > least ? fabs(expected) : least;
    return fabs(got - expected) / scale;
}

static void compare_log(struct run *run, const char *what, size_t place, double got,
                        double expected)
{
    const double difference = relative(got, expected, smallest);
    if (!(difference <= log_tolerance))
        fail_msg("%s: %s [%zu] is %.9g, Keras has %.9g", run->name, what, place, got, expected);
    run->largest_log = fmax(run->largest_log, difference);
}

/* ---- before ---------------------------------------------------------------------------------- */

static void fill_list(const json_t *sources, const void **list)
{
    size_t i, n = json_array_size(sources);
    assert_in_range(n, 1, MOST - 1);
    for (i = 0; i < n; i++)
        list[i] = cn_keras_source(json_array_get(sources, i));
    list[n] = CN_END;
}

static void set_weights(const struct run *run)
{
    size_t i;
    json_t *source;
    const json_t *sources = json_object_get(run->item, "weights");
    if ((int64_t)json_array_size(sources) != cn_weight_count(run->model))
        fail_msg("%s: %d weights, Keras has %zu", run->name, (int)cn_weight_count(run->model),
                 json_array_size(sources));
    json_array_foreach(sources, i, source)
    {
        if (cn_set_weight_at(run->model, (int64_t)i, cn_keras_source(source)) != CN_OK)
            fail_msg("%s: weight %zu: %s", run->name, i, cn_error());
    }
}

static void begin(struct run *run, const json_t *item)
{
    cn_clear_session();
    cn_clear_error();
    *run = (struct run){.item = item, .name = cn_keras_name(item)};
    run->model = cn_keras_model(json_object_get(item, "model"));
    if (cn_failed())
        fail_msg("%s: %s", run->name, cn_error());
    set_weights(run);
    fill_list(json_object_get(item, "x"), run->x);
    fill_list(json_object_get(item, "y"), run->y);
    run->samples = cn_array_dim(run->x[0], 0);
    run->sample_weight = cn_keras_source(json_object_get(item, "sample_weight"));
    size_t i;
    json_t *pair;
    json_array_foreach(json_object_get(item, "class_weight"), i, pair)
        run->class_weight[i] = (cn_class_weight){json_integer_value(json_array_get(pair, 0)),
                                                 json_number_value(json_array_get(pair, 1))};
    run->batch_size =
        json_integer_value(json_object_get(json_object_get(item, "run"), "batch_size"));
    if (cn_keras_compile(run->model, json_object_get(item, "compile")) != CN_OK)
        fail_msg("%s: %s", run->name, cn_error());
}

/* ---- comparing ------------------------------------------------------------------------------- */

static void compare_weights(struct run *run, const char *member)
{
    size_t i;
    json_t *expected;
    json_array_foreach(json_object_get(run->item, member), i, expected)
    {
        const json_t *values = json_object_get(expected, "values");
        const int64_t every = json_integer_value(json_object_get(expected, "stride")),
                      stride = every == 0 ? 1 : every;
        cn_array *weight = cn_get_weight_at(run->model, (int64_t)i);
        assert_int_equal((cn_array_size(weight) + stride - 1) / stride, json_array_size(values));
        double scale = smallest;
        for (size_t k = 0; k < json_array_size(values); k++)
            scale = fmax(scale, fabs(json_number_value(json_array_get(values, k))));
        for (size_t k = 0; k < json_array_size(values); k++) {
            const double got = cn_array_at(weight, (int64_t)k * stride),
                         keras = json_number_value(json_array_get(values, k));
            if (!(fabs(got - keras) <= weight_tolerance * scale))
                fail_msg("%s: %s: %s[%zu] is %.9g, Keras has %.9g", run->name, member,
                         cn_weight_path(run->model, (int64_t)i), k, got, keras);
            run->largest_weight = fmax(run->largest_weight, fabs(got - keras) / scale);
        }
        cn_array_free(weight);
    }
}

/* ---- train_on_batch -------------------------------------------------------------------------- */

static void slice_list(const void *const *from, int64_t first, int64_t last, const void **to)
{
    size_t i;
    for (i = 0; from[i] != CN_END; i++)
        to[i] = cn_array_slice(from[i], first, last);
    to[i] = CN_END;
}

static cn_scores train_step(const struct run *run, int64_t first, int64_t last)
{
    const void *x[MOST], *y[MOST];
    slice_list(run->x, first, last, x);
    slice_list(run->y, first, last, y);
    cn_batch_args args = {.model = run->model, .x = {.list = x}, .y = {.list = y}};
    if (run->sample_weight != NULL)
        args.sample_weight = cn_array_slice(run->sample_weight, first, last);
    memcpy(args.class_weight, run->class_weight, sizeof args.class_weight);
    return cn_train_on_batch_with(&args);
}

static void run_batches(struct run *run)
{
    const json_t *losses = json_object_get(json_object_get(run->item, "losses"), "values");
    int64_t first = 0;
    assert_true(json_array_size(losses) >= 10);
    for (size_t step = 0; step < json_array_size(losses); step++) {
        const int64_t next = first + run->batch_size;
        cn_scores scores = train_step(run, first, next < run->samples ? next : run->samples);
        if (cn_failed())
            fail_msg("%s: %s", run->name, cn_error());
        compare_log(run, "loss", step, scores.loss,
                    json_number_value(json_array_get(losses, step)));
        if (step == 0)
            compare_weights(run, "weights_after_first_step");
        first = next < run->samples ? next : 0;
    }
    compare_weights(run, "weights_after_last_step");
}

/* ---- fit ------------------------------------------------------------------------------------- */

/* All names of a record, and nothing else, with their values. */
static void compare_logs(struct run *run, const char *what, size_t place, const json_t *expected,
                         int64_t count, const char *const *names, const double *values)
{
    if (count != (int64_t)json_object_size(expected))
        fail_msg("%s: %s has %d names (%s...), Keras has %zu", run->name, what, (int)count,
                 count > 0 ? names[0] : "", json_object_size(expected));
    for (int64_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(expected, names[i]);
        if (value == NULL)
            fail_msg("%s: %s has \"%s\", which Keras does not have", run->name, what, names[i]);
        compare_log(run, names[i], place, values[i], json_number_value(value));
    }
}

static cn_status see_batch(cn_event *event)
{
    struct run *run = event->data;
    const size_t place = run->n_batches++;
    compare_logs(run, "batch_logs", place,
                 json_array_get(json_object_get(run->item, "batch_logs"), place), event->count,
                 event->names, event->values);
    return CN_OK;
}

static void compare_history(struct run *run, const cn_history *history)
{
    const char *name;
    json_t *values, *expected = json_object_get(run->item, "history");
    int64_t place = 0;
    assert_int_equal(cn_history_count(history), json_object_size(expected));
    json_object_foreach(expected, name, values)
    {
        assert_string_equal(cn_history_name(history, place++), name);
        assert_int_equal(cn_history_epochs(history), json_array_size(values));
        for (size_t epoch = 0; epoch < json_array_size(values); epoch++)
            compare_log(run, name, epoch, cn_history_value(history, name, (int64_t)epoch),
                        json_number_value(json_array_get(values, epoch)));
    }
}

/* Keras's list has a metric twice if a weighted one has the same name; ours has each once. */
static void compare_evaluate_list(struct run *run, cn_scores scores)
{
    const json_t *list = json_object_get(run->item, "evaluate_list");
    size_t more = json_array_size(list) - (size_t)scores.count, at = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const double expected = json_number_value(json_array_get(list, i));
        if (more > 0 && i > 0 && expected == json_number_value(json_array_get(list, i - 1)))
            more--;
        else if (at < (size_t)scores.count)
            compare_log(run, "evaluate_list", i, scores.values[at++], expected);
    }
    assert_int_equal(more, 0);
}

static void compare_evaluation(struct run *run)
{
    const cn_evaluate_args args = {.model = run->model,
                                   .x = {.list = run->x},
                                   .y = {.list = run->y},
                                   .batch_size = run->batch_size,
                                   .steps = CN_NONE,
                                   .sample_weight = run->sample_weight};
    cn_scores scores = cn_evaluate_with(&args);
    compare_logs(run, "evaluate_dict", 0, json_object_get(run->item, "evaluate_dict"), scores.count,
                 scores.names, scores.values);
    compare_evaluate_list(run, scores);
}

static void compare_predictions(struct run *run)
{
    const void *x[MOST];
    slice_list(run->x, 0, 3, x);
    const cn_predict_args args = {
        .model = run->model, .x = {.list = x}, .batch_size = CN_NONE, .steps = CN_NONE};
    cn_predictions predictions = cn_predict_all_with(&args);
    const json_t *expected = json_object_get(run->item, "predict");
    assert_int_equal(predictions.count, json_array_size(expected));
    for (size_t i = 0; i < json_array_size(expected); i++) {
        const json_t *values = json_object_get(json_array_get(expected, i), "values");
        assert_int_equal(cn_array_size(predictions.at[i]), json_array_size(values));
        for (size_t k = 0; k < json_array_size(values); k++)
            compare_log(run, "predict", k, cn_array_at(predictions.at[i], (int64_t)k),
                        json_number_value(json_array_get(values, k)));
    }
}

static void run_fit(struct run *run)
{
    const json_t *how = json_object_get(run->item, "run");
    cn_fit_args args = {CN_FIT_DEFAULTS};
    args.model = run->model;
    args.x = (cn_items){.list = run->x};
    args.y = (cn_items){.list = run->y};
    args.batch_size = run->batch_size;
    args.epochs = json_integer_value(json_object_get(how, "epochs"));
    args.validation_split = json_number_value(json_object_get(how, "validation_split"));
    args.shuffle = false;
    args.verbose = 0;
    args.sample_weight = run->sample_weight;
    args.callbacks[0] = cn_custom_callback(.on_train_batch_end = see_batch, .data = run);
    memcpy(args.class_weight, run->class_weight, sizeof args.class_weight);
    cn_history *history = cn_fit_with(&args);
    if (history == NULL)
        fail_msg("%s: %s", run->name, cn_error());
    assert_int_equal(run->n_batches, json_array_size(json_object_get(run->item, "batch_logs")));
    compare_history(run, history);
    compare_weights(run, "weights_after_last_step");
    compare_evaluation(run);
    compare_predictions(run);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void run_case(void **state)
{
    struct run run;
    const json_t *item = *state;
    begin(&run, item);
    const char *kind = json_string_value(json_object_get(json_object_get(item, "run"), "kind"));
    if (strcmp(kind, "fit") == 0)
        run_fit(&run);
    else
        run_batches(&run);
    print_message("largest relative difference: losses and logs %.1e, weights %.1e\n",
                  run.largest_log, run.largest_weight);
}

int main(void)
{
    enum { MOST_CASES = 64, FILES = 4 };
    static const char *const files[FILES] = {"training.json", "sequence_training.json",
                                             "vision_training.json", "frame_training.json"};
    struct CMUnitTest tests[MOST_CASES] = {{0}};
    json_t *cases[FILES], *item;
    size_t i, n = 0;
    for (size_t k = 0; k < FILES; k++) {
        cases[k] = cn_keras_load(files[k]);
        cn_keras_each(cases[k], i, item) if (n < MOST_CASES)
            tests[n++] = (struct CMUnitTest){cn_keras_name(item), run_case, NULL, NULL, item};
    }
    int failed = _cmocka_run_group_tests("training", tests, n, NULL, NULL);
    for (size_t k = 0; k < FILES; k++)
        json_decref(cases[k]);
    cn_clear_session();
    return failed;
}
