/* The cell of ConvLSTM1D, ConvLSTM2D and ConvLSTM3D: with * for a convolution and the blocks i, f,
 * g, o of z = x * kernel + bias + h * recurrent_kernel, c' = r(f) c + r(i) a(g) and h' = r(o)
 * a(c'). */
#include "layers/conv_lstm.h"

enum { BLOCKS = 4 };

const cn_conv_lstm_args cn_conv_lstm_defaults = {CN_CONV_LSTM_DEFAULTS};
static const cn_conv_lstm_cell_args cell_defaults = {CN_CONV_LSTM_DEFAULTS};

/* The arguments of the layers begin with those of the cell. */
enum { CELL_SIZE = offsetof(cn_conv_lstm_cell_args, name) };
_Static_assert(CELL_SIZE == offsetof(cn_conv_lstm_args, activity_regularizer),
               "conv_lstm has other arguments than its cell");

/* ---- arguments and inputs -------------------------------------------------------------------- */

static cn_convolution of_step(const cn_layer *cell)
{
    const cn_conv_lstm_cell_args *args = cell->args;
    return CN_CONVOLUTION_OF(args, cell->class->spatial_axes);
}

/* The state's convolution: of neighbours, with as many places as it finds. */
static cn_convolution of_state(const cn_layer *cell)
{
    static const int64_t ones[CN_MAX_RANK] = {1};
    cn_convolution c = of_step(cell);
    c.strides = c.dilation = ones;
    c.padding = "same";
    return c;
}

cn_status cn_conv_lstm_check(const void *own, int64_t axes)
{
    const cn_conv_lstm_args *args = own;
    const cn_convolution c = CN_CONVOLUTION_OF(args, axes);
    CN_TRY(cn_check_positive("filters", args->filters));
    CN_TRY(cn_convolution_check(&c));
    CN_TRY(cn_convolution_check_steps(&c));
    return cn_cell_check_dropout(args->dropout, args->recurrent_dropout);
}

static cn_status state_shapes(const cn_layer *cell, const cn_shape *step, cn_shape *shapes,
                              int64_t *n)
{
    const cn_conv_lstm_cell_args *args = cell->args;
    const cn_convolution c = of_step(cell);
    CN_CHECK(step->rank == c.axes + 2, "%s: takes steps of rank %d, got shape %s",
             cn_layer_path(cell), (int)c.axes + 2, cn_shape_str(step));
    for (int64_t i = 1; i < step->rank; i++)
        CN_CHECK(step->dim[i] != CN_NONE,
                 "%s: needs steps whose sizes, but for the batch's, are known, got shape %s",
                 cn_layer_path(cell), cn_shape_str(step));
    CN_TRY(cn_convolution_check_windows(cell, &c, step));
    const cn_type x = {CN_FLOAT32, *step}, y = cn_convolution_output(&c, &x, args->filters);
    shapes[0].rank = y.shape.rank - 1;
    for (int64_t i = 1; i < y.shape.rank; i++)
        shapes[0].dim[i - 1] = y.shape.dim[i];
    shapes[1] = shapes[0];
    *n = 2;
    return CN_OK;
}

static cn_status check_inputs(const cn_layer *cell, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_convolution c = of_step(cell);
    return cn_convolution_check_channels(
        cell, &c, &inputs[0].shape, cell->built ? cell->weights[0]->variable.shape.dim[c.axes] : 0);
}

/* ---- weights --------------------------------------------------------------------------------- */

static cn_status build(cn_layer *cell, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_conv_lstm_cell_args *args = cell->args;
    const cn_convolution c = of_step(cell);
    const int64_t channels = cn_convolution_channels(&c, &inputs[0].shape),
                  all = BLOCKS * args->filters;
    const cn_weight_args weights[] = {
        {.name = "kernel",
         .shape = cn_convolution_kernel_shape(&c, channels, all),
         .initializer = args->kernel_initializer,
         .regularizer = args->kernel_regularizer,
         .constraint = args->kernel_constraint},
        {.name = "recurrent_kernel",
         .shape = cn_convolution_kernel_shape(&c, args->filters, all),
         .initializer = args->recurrent_initializer,
         .regularizer = args->recurrent_regularizer,
         .constraint = args->recurrent_constraint},
    };
    for (int i = 0; i < 2; i++)
        CN_TRY(cn_layer_add_weight(cell, &weights[i], NULL));
    CN_TRY(CN_CONVOLUTION_ADD_BIAS(cell, args, all));
    if (args->use_bias && args->unit_forget_bias)
        CN_TRY(cn_cell_unit_forget_bias(cell, args->bias_initializer));
    return args->dropout > 0 || args->recurrent_dropout > 0
               ? cn_layer_stream_build(cell, args->seed)
               : CN_OK;
}

/* ---- call ------------------------------------------------------------------------------------ */

/* Block i of the last axis. */
static cn_value block(cn_program *p, cn_value z, int64_t i, int64_t filters)
{
    return cn_emit_slice_axis(p, z, -1, i * filters, filters);
}

/* x * kernel, x[N, places..., C] -> [N, places..., 4 filters]; where something is dropped, each
 * block of x of its own. */
static cn_value convolve(cn_call_frame *cell, const cn_convolution *c, cn_value x, cn_value kernel,
                         int which, double rate)
{
    const int64_t filters = ((const cn_conv_lstm_cell_args *)cell->layer->args)->filters;
    cn_program *p = cell->program;
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    const cn_shape shape = *cn_shape_of(p, x);
    const cn_conv_attributes attributes = cn_convolution_attributes(c, &shape, 1);
    cn_shape all = {.rank = shape.rank + 1, .dim[0] = BLOCKS};
    for (int64_t i = 0; i < shape.rank; i++)
        all.dim[i + 1] = shape.dim[i];
    cn_value keep = cn_cell_keep(cell, which, rate, all), parts[BLOCKS];
    if (keep == CN_NO_VALUE)
        return cn_emit_conv(p, x, kernel, &attributes);
    for (int64_t i = 0; i < BLOCKS; i++) {
        cn_value own = cn_emit_squeeze(p, cn_emit_slice_axis(p, keep, 0, i, 1), 0);
        own = cn_emit_multiply(p, x, own);
        parts[i] = cn_emit_conv(p, own, block(p, kernel, i, filters), &attributes);
    }
    return cn_emit_concatenate(p, parts, BLOCKS, -1);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_conv_lstm_cell_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_convolution step = of_step(frame->layer), state = of_state(frame->layer);
    cn_value x = cn_convolution_enter(frame, &step, frame->inputs[0]);
    cn_value h = cn_convolution_enter(frame, &step, frame->inputs[1]);
    cn_value c = cn_convolution_enter(frame, &step, frame->inputs[2]);
    cn_value z = convolve(frame, &step, x, cn_call_weight(frame, 0), CN_KEEP_INPUT, args->dropout);
    cn_value from_state = convolve(frame, &state, h, cn_call_weight(frame, 1), CN_KEEP_RECURRENT,
                                   args->recurrent_dropout);
    if (args->use_bias)
        z = cn_emit_add(p, z, cn_call_weight(frame, 2));
    z = cn_emit_add(p, z, from_state);
    const char *const activations[BLOCKS] = {args->recurrent_activation, args->recurrent_activation,
                                             args->activation, args->recurrent_activation};
    cn_value gate[BLOCKS];
    for (int64_t i = 0; i < BLOCKS; i++)
        gate[i] = cn_cell_activation(frame, activations[i], block(p, z, i, args->filters));
    cn_value kept = cn_emit_multiply(p, gate[1], c);
    c = cn_emit_add(p, kept, cn_emit_multiply(p, gate[0], gate[2]));
    h = cn_emit_multiply(p, gate[3], cn_cell_activation(frame, args->activation, c));
    frame->outputs[0] = frame->outputs[1] = cn_convolution_leave(frame, &step, h);
    frame->outputs[2] = cn_convolution_leave(frame, &step, c);
    frame->n_outputs = 3;
    return p->status;
}

/* ---- classes --------------------------------------------------------------------------------- */

static const cn_field fields1[] = {CN_CONV_LSTM_CELL_FIELDS(cn_conv_lstm_cell_args, 0),
                                   CN_END_FIELDS};
static const cn_field fields2[] = {
    CN_CONV_LSTM_CELL_FIELDS(cn_conv_lstm_cell_args, CN_FIELD_EACH_2), CN_END_FIELDS};
static const cn_field fields3[] = {
    CN_CONV_LSTM_CELL_FIELDS(cn_conv_lstm_cell_args, CN_FIELD_EACH_3), CN_END_FIELDS};

#define CELL_CLASS(axes, fields)                                                                   \
    {                                                                                              \
        CN_LAYER_CLASS("ConvLSTMCell", cn_conv_lstm_cell_args, fields, cell_defaults),             \
            CN_RANDOM_LAYER, .min_inputs = 3, .max_inputs = 3, .spatial_axes = (axes),             \
                             .check_inputs = check_inputs, .build = build, .call = call,           \
                             .state_shapes = state_shapes,                                         \
    }

static const cn_layer_class cells[] = {CELL_CLASS(1, fields1), CELL_CLASS(2, fields2),
                                       CELL_CLASS(3, fields3)};

cn_status cn_conv_lstm_prepare(cn_layer *layer)
{
    const cn_conv_lstm_args *args = layer->args;
    return cn_recurrent_prepare_cell(layer, &cells[layer->class->spatial_axes - 1],
                                     "conv_lstm_cell", CELL_SIZE, &args->return_sequences);
}
