/* SimpleRNNCell: h' = activation(x kernel + h recurrent_kernel + bias). */
#include "layers/recurrent.h"

static const cn_simple_rnn_cell_args defaults = {CN_SIMPLE_RNN_CELL_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_simple_rnn_cell_args),
    CN_CELL_FIELDS(cn_simple_rnn_cell_args),
    CN_END_FIELDS,
};

static cn_status state_shapes(const cn_layer *cell, const cn_shape *step, cn_shape *shapes,
                              int64_t *n)
{
    (void)step;
    shapes[0] = CN_SHAPE(((const cn_simple_rnn_cell_args *)cell->args)->units);
    *n = 1;
    return CN_OK;
}

static cn_status build(cn_layer *cell, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_cell_build(cell, inputs, 1,
                         CN_SHAPE(((const cn_simple_rnn_cell_args *)cell->args)->units));
}

/* x kernel + bias, x[..., F]. */
static cn_value project(const cn_cell_products *products, cn_value x)
{
    cn_call_frame *frame = products->cell;
    cn_value z = cn_cell_project(products, x);
    if (((const cn_simple_rnn_cell_args *)frame->layer->args)->use_bias)
        z = cn_emit_add(frame->program, z, cn_call_weight(frame, 2));
    return z;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_simple_rnn_cell_args *args = frame->layer->args;
    const cn_cell_products products = {frame, args->units, 1, false};
    cn_program *p = frame->program;
    cn_value z = project(&products, frame->inputs[0]);
    z = cn_emit_add(p, z, cn_cell_recur(&products, frame->inputs[1], 0, 1));
    frame->outputs[0] = frame->outputs[1] = cn_cell_activation(frame, args->activation, z);
    frame->n_outputs = 2;
    return p->status;
}

bool cn_simple_rnn_cell_run(cn_call_frame *cell, cn_cell_run *run)
{
    const cn_simple_rnn_cell_args *args = cell->layer->args;
    const cn_cell_products products = {cell, args->units, 1, false};
    const cn_recurrent_attributes attributes = {
        .activation = cn_cell_known_activation(cell, args->activation), .reverse = run->backwards};
    if (attributes.activation == NULL)
        return false;
    cn_recurrent_values values = cn_emit_simple_rnn(
        cell->program, &attributes, project(&products, run->x), cn_call_weight(cell, 1),
        run->states[0], run->mask, cn_cell_recurrent_keep(&products, run->states[0]));
    run->outputs = values.hs;
    run->states[0] = values.h_last;
    return true;
}

const cn_layer_class cn_simple_rnn_cell_layer_class = {
    CN_LAYER_CLASS("SimpleRNNCell", cn_simple_rnn_cell_args, fields, defaults),
    .base.check = cn_cell_check,
    CN_CELL_CLASS(1),
    .build = build,
    .call = call,
    .state_shapes = state_shapes,
};

cn_layer *cn_simple_rnn_cell_with(const cn_simple_rnn_cell_args *args)
{
    return cn_layer_make(&cn_simple_rnn_cell_layer_class, args);
}
