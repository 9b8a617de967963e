/* Normalization: y = (x - mean) / max(sqrt(variance), 1e-7), or its inverse, with given numbers or
 * with weights. */
#include "layers/categories.h"
#include "layers/normalizing.h"
#include "layers/numbers.h"

static const double epsilon = 1e-7;

static const cn_normalization_args defaults = {
    .mean = {CN_UNSET}, .variance = {CN_UNSET}, CN_NORMALIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_normalization_args),
    CN_FIELD(cn_normalization_args, axis, CN_FIELD_DIMS, CN_FIELD_OPTIONAL | CN_FIELD_AXES),
    CN_FIELD(cn_normalization_args, mean, CN_FIELD_REALS, CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE),
    CN_FIELD(cn_normalization_args, variance, CN_FIELD_REALS,
             CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE),
    CN_FIELD(cn_normalization_args, invert, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_normalization_args *args = own;
    const int64_t means = cn_numbers_length(args->mean),
                  variances = cn_numbers_length(args->variance);
    CN_CHECK(means == variances, "mean has %d numbers and variance %d, they need equally many",
             (int)means, (int)variances);
    for (int64_t i = 0; i < variances; i++)
        CN_CHECK(args->variance[i] >= 0, "variance must not be negative, got %g",
                 args->variance[i]);
    return CN_OK;
}

/* Whether one mean and variance are those of all numbers, Keras's axis = None: no layer has numbers
 * for each sample. */
static bool is_for_all(const cn_normalization_args *args)
{
    return args->axis[0] == 0 && args->axis[1] == 0;
}

/* The last of the axes that have numbers of their own, in shape. */
static int64_t last_axis(const cn_shape *shape, const int64_t axes[CN_MAX_RANK])
{
    const cn_shape list = cn_shape_of_axes(axes);
    int64_t last = 0;
    for (int64_t i = 0; i < list.rank; i++) {
        const int64_t axis = cn_shape_axis(shape, list.dim[i]);
        last = axis > last ? axis : last;
    }
    return last;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_normalization_args *args = layer->args;
    const cn_shape *shape = &inputs[0].shape;
    const int64_t numbers = cn_numbers_length(args->variance);
    if (!is_for_all(args))
        CN_TRY(cn_check_normalized_axes(layer, shape, args->axis));
    const int64_t size = is_for_all(args) ? 1 : shape->dim[last_axis(shape, args->axis)];
    CN_CHECK(numbers <= 1 || size == CN_NONE || size == numbers,
             "%s: has %d means and variances, which do not fit an input of shape %s", layer->name,
             (int)numbers, cn_shape_str(shape));
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_normalization_args *args = layer->args;
    const cn_shape shape = is_for_all(args) ? (cn_shape){0}
                                            : cn_normalized_shape(&inputs[0].shape, args->axis);
    const cn_weight_args
        mean = {.name = "mean", .shape = shape, .initializer = "zeros", .frozen = true},
        variance = {.name = "variance", .shape = shape, .initializer = "ones", .frozen = true},
        count = {.name = "count", .initializer = "zeros", .frozen = true};
    if (cn_numbers_length(args->variance) > 0)
        return CN_OK;
    CN_TRY(cn_layer_add_weight(layer, &mean, NULL));
    CN_TRY(cn_layer_add_weight(layer, &variance, NULL));
    return cn_layer_add_weight(layer, &count, NULL);
}

/* Given numbers, as many axes as x has. */
static cn_value emit_given(cn_call_frame *frame, const double *numbers)
{
    const cn_normalization_args *args = frame->layer->args;
    cn_shape shape = *cn_shape_of(frame->program, frame->inputs[0]);
    const int64_t axis = last_axis(&shape, args->axis);
    for (int64_t i = 0; i < shape.rank; i++)
        shape.dim[i] = i == axis ? cn_numbers_length(numbers) : 1;
    return cn_emit_reshape(frame->program, cn_emit_number_list(frame->program, numbers), shape);
}

/* The weights' numbers likewise. */
static cn_value emit_weight(cn_call_frame *frame, int64_t index)
{
    const cn_normalization_args *args = frame->layer->args;
    return is_for_all(args)
               ? cn_program_read(frame->program, &frame->layer->weights[index]->variable)
               : cn_call_normalized_weight(frame, index, args->axis);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_normalization_args *args = frame->layer->args;
    const bool given = cn_numbers_length(args->variance) > 0;
    cn_program *p = frame->program;
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    cn_value mean = given ? emit_given(frame, args->mean) : emit_weight(frame, 0);
    cn_value deviation = given ? emit_given(frame, args->variance) : emit_weight(frame, 1);
    deviation = cn_emit_maximum(p, cn_emit_sqrt(p, deviation), cn_emit_scalar(p, epsilon));
    frame->outputs[0] = args->invert ? cn_emit_add(p, mean, cn_emit_multiply(p, x, deviation))
                                     : cn_emit_divide(p, cn_emit_subtract(p, x, mean), deviation);
    return p->status;
}

/* ---- learning -------------------------------------------------------------------------------- */

/* The place among the weights of each element of the data: numbers along the axes have one each. */
static int64_t place_of(const cn_shape *shape, const bool *kept, int64_t element)
{
    int64_t place = 0, size = 1;
    for (int64_t i = shape->rank - 1; i >= 0; i--) {
        const int64_t index = element % shape->dim[i];
        element /= shape->dim[i];
        place += kept[i] ? index * size : 0;
        size *= kept[i] ? shape->dim[i] : 1;
    }
    return place;
}

static void mark_axes(const cn_normalization_args *args, const cn_shape *shape, bool *kept)
{
    const cn_shape axes = cn_shape_of_axes(args->axis);
    for (int64_t i = 0; !is_for_all(args) && i < axes.rank; i++)
        kept[cn_shape_axis(shape, axes.dim[i])] = true;
}

/* sums: of n places, zeroed; the means, then the variances. */
static void take_moments(const cn_layer *layer, const cn_array *data, double *sums, int64_t n)
{
    bool kept[CN_MAX_RANK] = {false};
    const int64_t size = cn_shape_size(&data->shape);
    float *mean = layer->weights[0]->variable.data, *variance = layer->weights[1]->variable.data;
    double *squares = sums + n;
    mark_axes(layer->args, &data->shape, kept);
    for (int64_t i = 0; i < size; i++)
        sums[place_of(&data->shape, kept, i)] += cn_array_at(data, i) / (double)(size / n);
    for (int64_t i = 0; i < size; i++) {
        const int64_t place = place_of(&data->shape, kept, i);
        const double away = cn_array_at(data, i) - sums[place];
        squares[place] += away * away / (double)(size / n);
    }
    for (int64_t i = 0; i < n; i++) {
        mean[i] = (float)sums[i];
        variance[i] = (float)squares[i];
    }
}

/* Means and variances are weights, which are there when the shape of the data is known. */
static cn_status adapt(cn_layer *layer, void *own, const cn_array *data)
{
    const cn_normalization_args *args = own;
    cn_type type = {CN_FLOAT32, data->shape};
    CN_TRY(cn_check_numbers_to_learn(layer, data));
    CN_CHECK(cn_numbers_length(args->variance) == 0,
             "%s: mean and variance were given, there is nothing to learn", layer->name);
    if (type.shape.rank > 1)
        type.shape.dim[0] = CN_NONE;
    CN_TRY(cn_layer_ready(layer, &type, 1));
    const int64_t n = cn_shape_size(&layer->weights[0]->variable.shape);
    double *sums = cn_allocate((size_t)(2 * n) * sizeof *sums);
    CN_CHECK_MEMORY(sums);
    take_moments(layer, data, sums, n);
    cn_release(sums);
    return CN_OK;
}

const cn_layer_class cn_normalization_layer_class = {
    CN_LAYER_CLASS("Normalization", cn_normalization_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
    .adapt = adapt,
};

cn_layer *cn_normalization_with(const cn_normalization_args *args)
{
    cn_normalization_args own = *args;
    cn_numbers_end(own.variance, 0);
    cn_numbers_end(own.mean, cn_numbers_length(own.variance));
    return cn_layer_make(&cn_normalization_layer_class, &own);
}
