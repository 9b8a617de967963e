/* Discretization: y = how many boundaries are not greater than x. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "layers/categories.h"

static const cn_discretization_args defaults = {CN_DISCRETIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_discretization_args),
    CN_FIELD(cn_discretization_args, bin_boundaries, CN_FIELD_NUMBERS, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_discretization_args, num_bins, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_discretization_args, epsilon, CN_FIELD_REAL, 0),
    CN_FIELD(cn_discretization_args, output_mode, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

/* Both may be there: boundaries that were learnt, and how many bins were wanted. */
static cn_status check(const void *own)
{
    const cn_discretization_args *args = own;
    const cn_numbers *boundaries = &args->bin_boundaries;
    CN_CHECK(args->num_bins == CN_NONE || args->num_bins > 0,
             "num_bins must be positive, got %" PRId64, args->num_bins);
    CN_CHECK(args->num_bins != CN_NONE || boundaries->count > 0,
             "either bin_boundaries or num_bins is needed");
    CN_CHECK(args->epsilon > 0 && args->epsilon < 1, "epsilon must be between 0 and 1, got %g",
             args->epsilon);
    for (int64_t i = 0; i < boundaries->count; i++)
        CN_CHECK(i == 0 ? !isnan(boundaries->items[0])
                        : boundaries->items[i - 1] <= boundaries->items[i],
                 "bin_boundaries must be in ascending order, got %g as number %" PRId64,
                 boundaries->items[i], i);
    return cn_check_output_mode(args->output_mode, cn_output_modes, CN_OUTPUT_MODES_OF_BINS);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_discretization_args *args = layer->args;
    CN_CHECK(args->bin_boundaries.count > 0,
             "%s: has no boundaries yet, it is to learn them by cn_adapt before it is called",
             layer->name);
    return cn_check_counted(layer, &inputs[0], args->output_mode);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    const cn_numbers *boundaries = &((const cn_discretization_args *)layer->args)->bin_boundaries;
    return cn_keep_numbers(layer, layer->state, "bin_boundaries", CN_FLOAT32, boundaries->items,
                           boundaries->count);
}

static void free_state(void *state)
{
    cn_variable_free(&((cn_kept_numbers *)state)->variable);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_discretization_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_kept_numbers *kept = frame->layer->state;
    cn_value operands[2] = {cn_emit_cast(p, frame->inputs[0], CN_FLOAT32),
                            cn_program_read(p, &kept->variable)};
    CN_TRY(p->status);
    cn_value bins = cn_program_append(p, &cn_op_bucketize, NULL, operands, 2);
    frame->outputs[0] =
        cn_emit_categories(p, bins, args->output_mode, args->bin_boundaries.count + 1, CN_NO_VALUE);
    return p->status;
}

/* ---- learning: Keras's summaries of quantiles ------------------------------------------------ */

/* Numbers in ascending order, and how many each stands for. */
typedef struct summary {
    float *values, *weights;
    int64_t n;
} summary;

static int by_value(const void *a, const void *b)
{
    const float left = *(const float *)a, right = *(const float *)b;
    return (left > right) - (left < right);
}

/* The value at x of a line through the points (from[i], to[i]), level at its ends. */
static double interpolate(double x, const double *from, const double *to, int64_t n)
{
    int64_t i = 0;
    if (x <= from[0] || n == 1)
        return to[0];
    if (x >= from[n - 1])
        return to[n - 1];
    while (i + 2 < n && from[i + 1] <= x)
        i++;
    return to[i] + (to[i + 1] - to[i]) / (from[i + 1] - from[i]) * (x - from[i]);
}

/* Sorts n numbers and keeps every one that is epsilon n from the last. */
static void summarize(float *values, int64_t n, double epsilon, summary *s)
{
    const double increment = (double)n / (1 / epsilon), step = increment > 1 ? increment : 1;
    qsort(values, (size_t)n, sizeof *values, by_value);
    s->n = 0;
    for (int64_t i = (int64_t)(step - 1); i < n; i += (int64_t)step) {
        s->values[s->n] = values[i];
        s->weights[s->n++] = (float)step;
    }
}

/* Leaves 1 / epsilon numbers, between those that are there. room: for 3 s->n numbers. */
static void compress(summary *s, double epsilon, double *room)
{
    double *total = room, *part = total + s->n, *values = part + s->n, before = 0;
    const int64_t n = s->n;
    if ((double)n * epsilon < 1)
        return;
    float sum = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += s->weights[i];
        total[i] = sum;
        values[i] = s->values[i];
    }
    for (int64_t i = 0; i < n; i++)
        part[i] = (float)total[i] / sum;
    s->n = (int64_t)ceil(1 / epsilon);
    for (int64_t i = 0; i < s->n; i++) {
        const double percent = epsilon + (double)i * epsilon,
                     weight = interpolate(percent, part, total, n);
        s->values[i] = (float)interpolate(percent, part, values, n);
        s->weights[i] = (float)(weight - before);
        before = weight;
    }
}

static cn_status learn(cn_layer *layer, cn_discretization_args *args, float *values, int64_t n,
                       cn_arena *memory)
{
    const size_t most = (size_t)n + (size_t)ceil(1 / args->epsilon) + (size_t)args->num_bins + 2;
    summary s = {cn_arena_allocate(memory, most * sizeof(float)),
                 cn_arena_allocate(memory, most * sizeof(float)), 0};
    double *room = cn_arena_allocate(memory, 3 * most * sizeof *room);
    CN_CHECK_MEMORY(s.values);
    CN_CHECK_MEMORY(s.weights);
    CN_CHECK_MEMORY(room);
    summarize(values, n, args->epsilon, &s);
    compress(&s, args->epsilon, room);
    compress(&s, 1.0 / (double)args->num_bins, room);
    double *boundaries =
        cn_arena_allocate(cn_session_arena(layer->session), (size_t)s.n * sizeof *boundaries);
    CN_CHECK_MEMORY(boundaries);
    for (int64_t i = 0; i + 1 < s.n; i++)
        boundaries[i] = s.values[i];
    CN_CHECK(s.n > 1, "%s: the data are too few for a boundary", layer->name);
    args->bin_boundaries = (cn_numbers){s.n - 1, boundaries};
    return CN_OK;
}

static cn_status adapt(cn_layer *layer, void *own, const cn_array *data)
{
    cn_discretization_args *args = own;
    const int64_t n = cn_shape_size(&data->shape);
    cn_arena memory = {0};
    CN_TRY(cn_check_not_called(layer));
    CN_TRY(cn_check_numbers_to_learn(layer, data));
    CN_CHECK(args->num_bins != CN_NONE, "%s: bin_boundaries were given, there is nothing to learn",
             layer->name);
    float *values = cn_arena_allocate(&memory, (size_t)n * sizeof *values);
    cn_status status = values == NULL ? CN_OUT_OF_MEMORY : CN_OK;
    for (int64_t i = 0; status == CN_OK && i < n; i++) {
        values[i] = (float)cn_array_at(data, i);
        if (isnan(values[i]))
            status = cn_fail(CN_INVALID, "%s: element %" PRId64 " of the data is no number",
                             layer->name, i);
    }
    if (status == CN_OK)
        status = learn(layer, args, values, n, &memory);
    cn_arena_free(&memory);
    return status;
}

const cn_layer_class cn_discretization_layer_class = {
    CN_LAYER_CLASS("Discretization", cn_discretization_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
    .state_size = sizeof(cn_kept_numbers),
    .free_state = free_state,
    .adapt = adapt,
};

cn_layer *cn_discretization_with(const cn_discretization_args *args)
{
    return cn_layer_make(&cn_discretization_layer_class, args);
}
