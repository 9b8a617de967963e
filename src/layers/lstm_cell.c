/* LSTMCell: with the blocks i, f, g, o of z = x kernel + h recurrent_kernel + bias, c' = r(f) c +
 * r(i) a(g) and h' = r(o) a(c'). */
#include "layers/recurrent.h"

enum { BLOCKS = 4 };

static const cn_lstm_cell_args defaults = {CN_LSTM_CELL_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_lstm_cell_args),
    CN_GATED_CELL_FIELDS(cn_lstm_cell_args),
    CN_FIELD(cn_lstm_cell_args, unit_forget_bias, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *args)
{
    return cn_gated_cell_check(args, ((const cn_lstm_cell_args *)args)->implementation);
}

static cn_status state_shapes(const cn_layer *cell, const cn_shape *step, cn_shape *shapes,
                              int64_t *n)
{
    (void)step;
    shapes[0] = shapes[1] = CN_SHAPE(((const cn_lstm_cell_args *)cell->args)->units);
    *n = 2;
    return CN_OK;
}

static cn_status build(cn_layer *cell, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_lstm_cell_args *args = cell->args;
    CN_TRY(cn_cell_build(cell, inputs, BLOCKS, CN_SHAPE(BLOCKS * args->units)));
    if (!args->use_bias || !args->unit_forget_bias)
        return CN_OK;
    return cn_cell_unit_forget_bias(cell, args->bias_initializer);
}

static cn_cell_products products_of(cn_call_frame *cell)
{
    const cn_lstm_cell_args *args = cell->layer->args;
    return (cn_cell_products){cell, args->units, BLOCKS,
                              args->implementation == 1 || args->recurrent_dropout > 0};
}

/* x kernel + bias, x[..., F]. */
static cn_value project(const cn_cell_products *products, cn_value x)
{
    cn_call_frame *frame = products->cell;
    cn_value z = cn_cell_project(products, x);
    if (((const cn_lstm_cell_args *)frame->layer->args)->use_bias)
        z = cn_emit_add(frame->program, z, cn_call_weight(frame, 2));
    return z;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_lstm_cell_args *args = frame->layer->args;
    const cn_cell_products products = products_of(frame);
    cn_program *p = frame->program;
    cn_value z = project(&products, frame->inputs[0]);
    z = cn_emit_add(p, z, cn_cell_recur(&products, frame->inputs[1], 0, BLOCKS));
    const char *const activations[BLOCKS] = {args->recurrent_activation, args->recurrent_activation,
                                             args->activation, args->recurrent_activation};
    cn_value gate[BLOCKS];
    for (int64_t i = 0; i < BLOCKS; i++)
        gate[i] = cn_cell_activation(frame, activations[i], cn_cell_block(&products, z, i));
    cn_value c = cn_emit_add(p, cn_emit_multiply(p, gate[1], frame->inputs[2]),
                             cn_emit_multiply(p, gate[0], gate[2]));
    cn_value h = cn_emit_multiply(p, gate[3], cn_cell_activation(frame, args->activation, c));
    frame->outputs[0] = frame->outputs[1] = h;
    frame->outputs[2] = c;
    frame->n_outputs = 3;
    return p->status;
}

bool cn_lstm_cell_run(cn_call_frame *cell, cn_cell_run *run)
{
    const cn_lstm_cell_args *args = cell->layer->args;
    const cn_cell_products products = products_of(cell);
    const cn_recurrent_attributes attributes = {
        .activation = cn_cell_known_activation(cell, args->activation),
        .recurrent_activation = cn_cell_known_activation(cell, args->recurrent_activation),
        .reverse = run->backwards};
    if (attributes.activation == NULL || attributes.recurrent_activation == NULL)
        return false;
    cn_recurrent_values values = cn_emit_lstm(cell->program, &attributes,
                                              project(&products, run->x), cn_call_weight(cell, 1),
                                              run->states[0], run->states[1], run->mask,
                                              cn_cell_recurrent_keep(&products, run->states[0]));
    run->outputs = values.hs;
    run->states[0] = values.h_last;
    run->states[1] = values.c_last;
    return true;
}

const cn_layer_class cn_lstm_cell_layer_class = {
    CN_LAYER_CLASS("LSTMCell", cn_lstm_cell_args, fields, defaults),
    .base.check = check,
    CN_CELL_CLASS(2),
    .build = build,
    .call = call,
    .state_shapes = state_shapes,
};

cn_layer *cn_lstm_cell_with(const cn_lstm_cell_args *args)
{
    return cn_layer_make(&cn_lstm_cell_layer_class, args);
}
