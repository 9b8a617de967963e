/* The pooling layers: arguments, output sizes, and what the ops are told. */
#include "layers/pooling.h"
#include "ops/padding.h"

#include <inttypes.h>
#include <string.h>

const cn_max_pooling_args cn_max_pooling_defaults = {CN_MAX_POOLING_DEFAULTS};
const cn_average_pooling_args cn_average_pooling_defaults = {CN_AVERAGE_POOLING_DEFAULTS};
const cn_adaptive_pooling_args cn_adaptive_pooling_defaults = {CN_ADAPTIVE_POOLING_DEFAULTS};

/* The arguments of any of these layers. Lists have one entry for each axis, or one for all. */
typedef struct cn_pooling {
    int64_t axes;
    const int64_t *pool_size, *strides; /* strides without entries: pool_size */
    const int64_t *output_size;         /* of adaptive layers, instead of both and of padding */
    const char *padding, *data_format;
} cn_pooling;

/* ---- arguments ------------------------------------------------------------------------------- */

static bool is_same(const cn_pooling *pooling)
{
    return strcmp(pooling->padding, "same") == 0;
}

static cn_status check(const cn_pooling *pooling)
{
    if (pooling->output_size != NULL) {
        CN_TRY(cn_check_each("output_size", pooling->output_size, pooling->axes));
        return cn_check_data_format(pooling->data_format);
    }
    CN_TRY(cn_check_each("pool_size", pooling->pool_size, pooling->axes));
    if (pooling->strides[0] != 0)
        CN_TRY(cn_check_each("strides", pooling->strides, pooling->axes));
    CN_CHECK(pooling->padding != NULL &&
                 (is_same(pooling) || strcmp(pooling->padding, "valid") == 0),
             "padding must be \"valid\" or \"same\", got \"%s\"",
             pooling->padding == NULL ? "NULL" : pooling->padding);
    return cn_check_data_format(pooling->data_format);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

/* The first of the axes that are pooled. */
static int64_t first_axis(const cn_pooling *pooling)
{
    return cn_channels_first(pooling->data_format) ? 2 : 1;
}

static int64_t stride_of(const cn_pooling *pooling, int64_t axis)
{
    return cn_for_axis(pooling->strides[0] == 0 ? pooling->pool_size : pooling->strides, axis);
}

static cn_window window(const cn_pooling *pooling, int64_t axis)
{
    return (cn_window){.size = cn_for_axis(pooling->pool_size, axis),
                       .stride = stride_of(pooling, axis),
                       .dilation = 1,
                       .padding = pooling->padding};
}

static cn_status check_input(const cn_pooling *pooling, const cn_layer *layer,
                             const cn_shape *shape)
{
    CN_TRY(cn_check_rank(layer, shape, pooling->axes + 2));
    for (int64_t i = 0; i < pooling->axes; i++) {
        const int64_t cells = shape->dim[first_axis(pooling) + i];
        const bool inside = pooling->output_size == NULL && !is_same(pooling);
        const int64_t least = inside ? cn_for_axis(pooling->pool_size, i) : 1;
        CN_CHECK(cells == CN_NONE || cells >= least,
                 "%s: needs at least %" PRId64 " along axis %" PRId64 ", got shape %s", layer->name,
                 least, first_axis(pooling) + i, cn_shape_str(shape));
    }
    return CN_OK;
}

static cn_type type_of(const cn_pooling *pooling, const cn_shape *input)
{
    cn_type type = {CN_FLOAT32, *input};
    for (int64_t i = 0; i < pooling->axes; i++) {
        int64_t *dim = &type.shape.dim[first_axis(pooling) + i];
        const cn_window windows = window(pooling, i);
        if (*dim != CN_NONE)
            *dim = cn_window_count(&windows, *dim);
    }
    return type;
}

/* ---- call ------------------------------------------------------------------------------------ */

static void set_window(const cn_pooling *pooling, int64_t axis, int64_t cells,
                       cn_pool_attributes *pool)
{
    const cn_window windows = window(pooling, axis);
    pool->size.dim[axis] = windows.size;
    pool->strides.dim[axis] = windows.stride;
    cn_window_around(&windows, cells, &pool->before.dim[axis], &pool->after.dim[axis]);
}

static cn_pool_attributes attributes_of(const cn_pooling *pooling, const cn_shape *x)
{
    cn_pool_attributes pool = {.size.rank = 0};
    const int64_t axes = pooling->axes;
    if (pooling->output_size == NULL)
        pool.size.rank = pool.strides.rank = pool.before.rank = pool.after.rank = axes;
    else
        pool.outputs.rank = axes;
    for (int64_t i = 0; i < axes; i++)
        if (pooling->output_size == NULL)
            set_window(pooling, i, x->dim[1 + i], &pool);
        else
            pool.outputs.dim[i] = cn_for_axis(pooling->output_size, i);
    return pool;
}

/* Moves the features behind the other axes, or back. */
static cn_value move_features(cn_program *p, cn_value x, bool to_end)
{
    const int64_t rank = cn_shape_of(p, x)->rank;
    cn_shape permutation = {.rank = rank};
    for (int64_t i = 1; i < rank; i++)
        permutation.dim[i] = to_end ? i % (rank - 1) + 1 : (i + rank - 3) % (rank - 1) + 1;
    return cn_emit_transpose(p, x, permutation);
}

typedef cn_value pool_emit(cn_program *p, cn_value x, const cn_pool_attributes *pool);

/* A batch may be shorter than what was drawn tells. */
static cn_status call(const cn_pooling *pooling, cn_call_frame *frame, pool_emit *emit)
{
    cn_program *p = frame->program;
    const bool first = cn_channels_first(pooling->data_format);
    CN_TRY(check_input(pooling, frame->layer, cn_shape_of(p, frame->inputs[0])));
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    if (first)
        x = move_features(p, x, true);
    if (x == CN_NO_VALUE)
        return p->status;
    const cn_pool_attributes pool = attributes_of(pooling, cn_shape_of(p, x));
    cn_value y = emit(p, x, &pool);
    frame->outputs[0] = first && y != CN_NO_VALUE ? move_features(p, y, false) : y;
    return p->status;
}

/* ---- max and average ------------------------------------------------------------------------- */

static cn_pooling pooling_of(const void *own, int64_t axes)
{
    const cn_max_pooling_args *args = own;
    return (cn_pooling){.axes = axes,
                        .pool_size = args->pool_size,
                        .strides = args->strides,
                        .padding = args->padding,
                        .data_format = args->data_format};
}

cn_status cn_pooling_check(const void *args, int64_t axes)
{
    const cn_pooling pooling = pooling_of(args, axes);
    return check(&pooling);
}

cn_status cn_pooling_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_pooling pooling = pooling_of(layer->args, layer->class->spatial_axes);
    return check_input(&pooling, layer, &inputs[0].shape);
}

cn_status cn_pooling_infer(const cn_layer *layer, const cn_type *inputs, int64_t n,
                           cn_type *outputs, int64_t *n_outputs)
{
    (void)n;
    const cn_pooling pooling = pooling_of(layer->args, layer->class->spatial_axes);
    outputs[0] = type_of(&pooling, &inputs[0].shape);
    *n_outputs = 1;
    return CN_OK;
}

cn_status cn_max_pooling_call(cn_call_frame *frame)
{
    const cn_pooling pooling = pooling_of(frame->layer->args, frame->layer->class->spatial_axes);
    return call(&pooling, frame, cn_emit_max_pool);
}

cn_status cn_average_pooling_call(cn_call_frame *frame)
{
    const cn_pooling pooling = pooling_of(frame->layer->args, frame->layer->class->spatial_axes);
    return call(&pooling, frame, cn_emit_average_pool);
}

/* ---- adaptive -------------------------------------------------------------------------------- */

static cn_pooling adaptive_of(const void *own, int64_t axes)
{
    const cn_adaptive_pooling_args *args = own;
    return (cn_pooling){
        .axes = axes, .output_size = args->output_size, .data_format = args->data_format};
}

cn_status cn_adaptive_pooling_check(const void *args, int64_t axes)
{
    const cn_pooling pooling = adaptive_of(args, axes);
    return check(&pooling);
}

cn_status cn_adaptive_pooling_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_pooling pooling = adaptive_of(layer->args, layer->class->spatial_axes);
    return check_input(&pooling, layer, &inputs[0].shape);
}

cn_status cn_adaptive_max_pooling_call(cn_call_frame *frame)
{
    const cn_pooling pooling = adaptive_of(frame->layer->args, frame->layer->class->spatial_axes);
    return call(&pooling, frame, cn_emit_max_pool);
}

cn_status cn_adaptive_average_pooling_call(cn_call_frame *frame)
{
    const cn_pooling pooling = adaptive_of(frame->layer->args, frame->layer->class->spatial_axes);
    return call(&pooling, frame, cn_emit_average_pool);
}
