/* Batches: rows of the user's arrays, in the order wanted, converted to what programs compute
 * in. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "runtime/text.h"
#include "training/training.h"

cn_dtype cn_target_dtype(const cn_target *target)
{
    const cn_loss_class *class = (const cn_loss_class *)(const void *)target->loss.class;
    return class != NULL && class->integer_labels ? CN_INT32 : CN_FLOAT32;
}

/* Where rows go. */
struct target {
    const char *what;
    cn_dtype dtype;
    void *to;
};

/* ---- conversions of n elements --------------------------------------------------------------- */

static void floats_from_doubles(const void *from, float *to, int64_t n)
{
    const double *values = from;
    for (int64_t i = 0; i < n; i++)
        to[i] = (float)values[i];
}

static void floats_from_ints(const void *from, float *to, int64_t n)
{
    const int32_t *values = from;
    for (int64_t i = 0; i < n; i++)
        to[i] = (float)values[i];
}

static void floats_from_longs(const void *from, float *to, int64_t n)
{
    const int64_t *values = from;
    for (int64_t i = 0; i < n; i++)
        to[i] = (float)values[i];
}

static void floats_from_bytes(const void *from, float *to, int64_t n)
{
    const uint8_t *values = from;
    for (int64_t i = 0; i < n; i++)
        to[i] = (float)values[i];
}

static void row_to_floats(cn_dtype dtype, const void *from, float *to, int64_t n)
{
    switch (dtype) {
    case CN_FLOAT32: memcpy(to, from, (size_t)n * sizeof *to); break;
    case CN_FLOAT64: floats_from_doubles(from, to, n); break;
    case CN_INT32: floats_from_ints(from, to, n); break;
    case CN_INT64: floats_from_longs(from, to, n); break;
    case CN_UINT8:
    case CN_BOOL: floats_from_bytes(from, to, n); break;
    case CN_STRING: break; /* refused before */
    }
}

static double element(cn_dtype dtype, const void *from, int64_t i)
{
    switch (dtype) {
    case CN_FLOAT32: return ((const float *)from)[i];
    case CN_FLOAT64: return ((const double *)from)[i];
    case CN_INT32: return ((const int32_t *)from)[i];
    case CN_INT64: return (double)((const int64_t *)from)[i];
    default: return ((const uint8_t *)from)[i];
    }
}

/* Whole numbers only: a fraction or a number beyond 32 bits would not mean what it says. */
static cn_status row_to_ints(cn_dtype from_dtype, const void *from, int32_t *to, int64_t n,
                             const cn_place *place)
{
    for (int64_t i = 0; i < n; i++) {
        double value = element(from_dtype, from, i);
        CN_CHECK(value >= INT32_MIN && value <= INT32_MAX && value == trunc(value),
                 "%s: %s %" PRId64 " has %g, where a whole number of 32 bits is needed",
                 place->what, place->unit, place->sample, value);
        to[i] = (int32_t)value;
    }
    return CN_OK;
}

static cn_status row_to_bytes(cn_dtype from_dtype, const void *from, uint8_t *to, int64_t n,
                              cn_dtype dtype, const cn_place *place)
{
    for (int64_t i = 0; i < n; i++) {
        double value = element(from_dtype, from, i);
        CN_CHECK(dtype == CN_BOOL || (value >= 0 && value <= UINT8_MAX && value == trunc(value)),
                 "%s: %s %" PRId64 " has %g, where a whole number from 0 to 255 is needed",
                 place->what, place->unit, place->sample, value);
        to[i] = dtype == CN_BOOL ? value != 0 : (uint8_t)value;
    }
    return CN_OK;
}

/* A model may rely on its texts. */
static cn_status row_to_texts(const void *from, const char **to, int64_t n, const cn_place *place)
{
    const char *const *texts = from;
    for (int64_t i = 0; i < n; i++) {
        CN_CHECK(texts[i] != NULL, "%s: %s %" PRId64 " has NULL, where a text is needed",
                 place->what, place->unit, place->sample);
        const char *fault = cn_utf8_fault(texts[i]);
        CN_CHECK(fault == NULL, "%s: %s %" PRId64 " is not UTF-8: byte %td of a text is 0x%02x",
                 place->what, place->unit, place->sample, fault - texts[i],
                 (unsigned)(unsigned char)*fault);
        to[i] = texts[i];
    }
    return CN_OK;
}

cn_status cn_convert(cn_dtype from_dtype, const void *from, cn_dtype dtype, void *to, int64_t n,
                     const cn_place *place)
{
    CN_CHECK((from_dtype == CN_STRING) == (dtype == CN_STRING), "%s: has %s, where %s is needed",
             place->what, cn_dtype_name(from_dtype), cn_dtype_name(dtype));
    if (dtype == CN_STRING)
        return row_to_texts(from, to, n, place);
    if (from_dtype == dtype && n > 0)
        memcpy(to, from, (size_t)n * cn_dtype_size(dtype));
    else if (dtype == CN_FLOAT32)
        row_to_floats(from_dtype, from, to, n);
    else if (dtype == CN_INT32)
        return row_to_ints(from_dtype, from, to, n, place);
    else
        return row_to_bytes(from_dtype, from, to, n, dtype, place);
    return CN_OK;
}

cn_status cn_gather_rows(const cn_array *from, const cn_batch *batch, cn_dtype dtype, void *to,
                         const char *what)
{
    const size_t row_bytes = cn_array_row_bytes(from);
    const int64_t n = (int64_t)(row_bytes / cn_dtype_size(from->dtype));
    if (batch->order == NULL && from->dtype == dtype && dtype != CN_STRING) {
        memcpy(to, (const char *)from->data + (size_t)batch->begin * row_bytes,
               (size_t)batch->size * row_bytes);
        return CN_OK;
    }
    for (int64_t i = 0; i < batch->size; i++) {
        const cn_place place = {what, "row", cn_batch_sample(batch, i)};
        CN_TRY(cn_convert(from->dtype, (const char *)from->data + (size_t)place.sample * row_bytes,
                          dtype, (char *)to + (size_t)(i * n) * cn_dtype_size(dtype), n, &place));
    }
    return CN_OK;
}

/* ---- samples that are read when they are needed ---------------------------------------------- */

static cn_status convert_samples(const cn_samples *from, const cn_batch *batch, const char *rows,
                                 int64_t first, int64_t count, const struct target *target)
{
    const int64_t n = cn_shape_size(&from->shape);
    for (int64_t i = 0; i < count; i++) {
        const cn_place place = {target->what, "sample", cn_batch_sample(batch, first + i)};
        CN_TRY(cn_convert(from->dtype, rows + (size_t)i * cn_samples_bytes(from), target->dtype,
                          (char *)target->to +
                              (size_t)((first + i) * n) * cn_dtype_size(target->dtype),
                          n, &place));
    }
    return CN_OK;
}

/* Without a loader: one after the other. */
static cn_status read_samples(const cn_samples *from, const cn_batch *batch, bool training,
                              const struct target *target)
{
    char *row = cn_allocate_raw(cn_samples_bytes(from));
    CN_CHECK_MEMORY(row);
    cn_status status = CN_OK;
    for (int64_t i = 0; i < batch->size && status == CN_OK; i++) {
        status = cn_samples_read(
            from, (cn_sample_request){.index = cn_batch_sample(batch, i), .training = training},
            row);
        if (status == CN_OK)
            status = convert_samples(from, batch, row, i, 1, target);
    }
    cn_release(row);
    return status;
}

static cn_status gather_samples(const cn_samples *from, const cn_batch *batch, bool training,
                                const struct target *target)
{
    if (batch->loader == NULL)
        return read_samples(from, batch, training, target);
    return convert_samples(from, batch, cn_loader_samples(batch->loader, batch, from), 0,
                           batch->size, target);
}

/* ---- sample weights -------------------------------------------------------------------------- */

static double weight_of_class(const cn_class_weight *table, int64_t class_index)
{
    for (int i = 0; i < CN_MAX_LIST && (table[i].class_index != 0 || table[i].weight != 0); i++)
        if (table[i].class_index == class_index)
            return table[i].weight;
    return 1;
}

/* The class of a sample: its label, or the largest place of its one-hot row. */
static int64_t class_of(const cn_array *y, int64_t row)
{
    const int64_t n = (int64_t)(cn_array_row_bytes(y) / cn_dtype_size(y->dtype));
    const char *source = (const char *)y->data + (size_t)row * cn_array_row_bytes(y);
    if (n == 1)
        return (int64_t)round(element(y->dtype, source, 0));
    int64_t best = 0;
    for (int64_t i = 1; i < n; i++)
        if (element(y->dtype, source, i) > element(y->dtype, source, best))
            best = i;
    return best;
}

static void weigh_classes(const cn_dataset *dataset, int64_t output, const cn_batch *batch,
                          float *to)
{
    for (int64_t i = 0; i < batch->size; i++)
        to[i] = (float)weight_of_class(
            dataset->class_weight, class_of(dataset->y[output].array, cn_batch_sample(batch, i)));
}

/* ---- a whole batch --------------------------------------------------------------------------- */

/* The next inputs of a plan. */
struct feed {
    const cn_dataset *dataset;
    const cn_batch *batch;
    const cn_plan *plan;
    int64_t at;
    bool training;
    const bool *front; /* the side on which sequences are padded; NULL: each on its own */
};

static cn_status feed_column(struct feed *feed, const cn_column *column, cn_dtype dtype,
                             bool masked, const char *what)
{
    const int64_t at = feed->at++;
    void *to = feed->plan->inputs[at];
    const cn_sequences *sequences = column->sequences;
    if (column->samples != NULL)
        return gather_samples(column->samples, feed->batch, feed->training,
                              &(struct target){what, dtype, to});
    if (sequences == NULL)
        return cn_gather_rows(column->array, feed->batch, dtype, to, what);
    const cn_padded padded = {.steps = feed->plan->input_shapes[at].dim[1],
                              .front = feed->front == NULL ? sequences->pad_front : *feed->front,
                              .dtype = dtype,
                              .to = to,
                              .mask = masked ? feed->plan->inputs[feed->at++] : NULL};
    return cn_gather_sequences(sequences, feed->batch, &padded, what);
}

/* Targets for each step of the one input of sequences, if the output has as many steps, must have
 * its lengths: padding would hide what is missing or too much. */
static cn_status check_target_lengths(const struct feed *feed, const cn_sequences *y,
                                      const char *name)
{
    int64_t only = 0;
    while (feed->dataset->n_open == 1 && feed->dataset->x[only].sequences == NULL)
        only++;
    const cn_sequences *x = feed->dataset->x[only].sequences;
    if (feed->dataset->n_open != 1 ||
        feed->batch->steps[only] != feed->plan->input_shapes[feed->at].dim[1])
        return CN_OK;
    for (int64_t i = 0; i < feed->batch->size; i++) {
        const int64_t sample = cn_batch_sample(feed->batch, i);
        CN_CHECK(cn_sequences_steps(x, sample) == cn_sequences_steps(y, sample),
                 "%s: sequence %" PRId64 " has %" PRId64 " steps, that of x has %" PRId64, name,
                 sample, cn_sequences_steps(y, sample), cn_sequences_steps(x, sample));
    }
    return CN_OK;
}

static cn_status feed_target(const cn_training *training, struct feed *feed, int64_t i)
{
    const cn_column *y = &feed->dataset->y[i];
    if (!cn_column_is_given(y))
        return CN_OK;
    if (y->sequences != NULL)
        CN_TRY(check_target_lengths(feed, y->sequences, training->targets[i].name));
    return feed_column(feed, y, cn_target_dtype(&training->targets[i]), true,
                       training->targets[i].name);
}

static cn_status feed_weights(struct feed *feed, int64_t i)
{
    const cn_dataset *dataset = feed->dataset;
    if (cn_column_is_given(&dataset->weights[i]))
        return feed_column(feed, &dataset->weights[i], CN_FLOAT32, false, "sample_weight");
    if (dataset->class_weight != NULL && cn_column_is_given(&dataset->y[i]))
        weigh_classes(dataset, i, feed->batch, feed->plan->inputs[feed->at++]);
    return CN_OK;
}

static cn_status feed_all(const cn_training *training, const cn_dataset *dataset, cn_phase phase,
                          const cn_batch *batch, const cn_plan *plan)
{
    const cn_graph *graph = training->model->graph;
    struct feed feed = {
        .dataset = dataset, .batch = batch, .plan = plan, .training = phase == CN_TRAIN};
    for (int64_t i = 0; i < graph->n_inputs; i++)
        CN_TRY(feed_column(&feed, &dataset->x[i], graph->inputs[i]->dtype, true,
                           graph->inputs[i]->node->layer->name));
    feed.front = dataset->pad_front;
    for (int64_t i = 0; phase != CN_PREDICT && i < training->n_targets; i++)
        CN_TRY(feed_target(training, &feed, i));
    for (int64_t i = 0; phase != CN_PREDICT && i < training->n_targets; i++)
        CN_TRY(feed_weights(&feed, i));
    return CN_OK;
}

cn_status cn_dataset_gather(const cn_training *training, const cn_dataset *dataset, cn_phase phase,
                            const cn_batch *batch, const cn_plan *plan)
{
    if (batch->loader == NULL)
        return feed_all(training, dataset, phase, batch, plan);
    CN_TRY(cn_loader_wait(batch->loader, batch));
    cn_status status = feed_all(training, dataset, phase, batch, plan);
    cn_loader_done(batch->loader, batch);
    return status;
}
