/* GRUCell: with the blocks z, r, g of x kernel + bias and of h recurrent_kernel + recurrent bias,
 * h' = z h + (1 - z) a(g_x + r g_h). */
#include "layers/recurrent.h"

enum { BLOCKS = 3 };

static const cn_gru_cell_args defaults = {CN_GRU_CELL_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_gru_cell_args),
    CN_GATED_CELL_FIELDS(cn_gru_cell_args),
    CN_FIELD(cn_gru_cell_args, reset_after, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *args)
{
    return cn_gated_cell_check(args, ((const cn_gru_cell_args *)args)->implementation);
}

static cn_status state_shapes(const cn_layer *cell, const cn_shape *step, cn_shape *shapes,
                              int64_t *n)
{
    (void)step;
    shapes[0] = CN_SHAPE(((const cn_gru_cell_args *)cell->args)->units);
    *n = 1;
    return CN_OK;
}

static cn_status build(cn_layer *cell, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_gru_cell_args *args = cell->args;
    return cn_cell_build(cell, inputs, BLOCKS,
                         args->reset_after ? CN_SHAPE(2, BLOCKS * args->units)
                                           : CN_SHAPE(BLOCKS * args->units));
}

static cn_cell_products products_of(cn_call_frame *cell)
{
    const cn_gru_cell_args *args = cell->layer->args;
    return (cn_cell_products){cell, args->units, BLOCKS,
                              args->implementation == 1 || args->recurrent_dropout > 0};
}

/* Row 0 of the bias is that of the inputs, row 1 the recurrent one. */
static cn_value bias_row(cn_call_frame *frame, int64_t row)
{
    const cn_gru_cell_args *args = frame->layer->args;
    cn_value bias = cn_call_weight(frame, 2);
    if (!args->reset_after)
        return bias;
    return cn_emit_squeeze(frame->program, cn_emit_slice_axis(frame->program, bias, 0, row, 1), 0);
}

static cn_value project(const cn_cell_products *products, cn_value x)
{
    cn_call_frame *frame = products->cell;
    cn_value projected = cn_cell_project(products, x);
    if (((const cn_gru_cell_args *)frame->layer->args)->use_bias)
        projected = cn_emit_add(frame->program, projected, bias_row(frame, 0));
    return projected;
}

static cn_value gate(const cn_cell_products *products, cn_value x, cn_value h, int64_t i)
{
    cn_call_frame *frame = products->cell;
    const cn_gru_cell_args *args = frame->layer->args;
    cn_value sum =
        cn_emit_add(frame->program, cn_cell_block(products, x, i), cn_cell_block(products, h, i));
    return cn_cell_activation(frame, args->recurrent_activation, sum);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_gru_cell_args *args = frame->layer->args;
    const cn_cell_products products = products_of(frame);
    cn_program *p = frame->program;
    cn_value h = frame->inputs[1], x = project(&products, frame->inputs[0]);
    cn_value inner = cn_cell_recur(&products, h, 0, args->reset_after ? BLOCKS : 2);
    if (args->reset_after && args->use_bias)
        inner = cn_emit_add(p, inner, bias_row(frame, 1));
    cn_value z = gate(&products, x, inner, 0), r = gate(&products, x, inner, 1);
    cn_value g = args->reset_after ? cn_emit_multiply(p, r, cn_cell_block(&products, inner, 2))
                                   : cn_cell_recur(&products, cn_emit_multiply(p, r, h), 2, 1);
    g = cn_emit_add(p, cn_cell_block(&products, x, 2), g);
    g = cn_cell_activation(frame, args->activation, g);
    cn_value old = cn_emit_multiply(p, z, h),
             new = cn_emit_multiply(p, cn_emit_subtract_from(p, 1, z), g);
    frame->outputs[0] = frame->outputs[1] = cn_emit_add(p, old, new);
    frame->n_outputs = 2;
    return p->status;
}

bool cn_gru_cell_run(cn_call_frame *cell, cn_cell_run *run)
{
    const cn_gru_cell_args *args = cell->layer->args;
    const cn_cell_products products = products_of(cell);
    const cn_recurrent_attributes attributes = {
        .activation = cn_cell_known_activation(cell, args->activation),
        .recurrent_activation = cn_cell_known_activation(cell, args->recurrent_activation),
        .reverse = run->backwards,
        .reset_after = args->reset_after};
    if (attributes.activation == NULL || attributes.recurrent_activation == NULL)
        return false;
    cn_value recurrent_bias = args->use_bias && args->reset_after ? bias_row(cell, 1) : CN_NO_VALUE;
    cn_recurrent_values values = cn_emit_gru(cell->program, &attributes, project(&products, run->x),
                                             cn_call_weight(cell, 1), recurrent_bias,
                                             run->states[0], run->mask,
                                             cn_cell_recurrent_keep(&products, run->states[0]));
    run->outputs = values.hs;
    run->states[0] = values.h_last;
    return true;
}

const cn_layer_class cn_gru_cell_layer_class = {
    CN_LAYER_CLASS("GRUCell", cn_gru_cell_args, fields, defaults),
    .base.check = check,
    CN_CELL_CLASS(1),
    .build = build,
    .call = call,
    .state_shapes = state_shapes,
};

cn_layer *cn_gru_cell_with(const cn_gru_cell_args *args)
{
    return cn_layer_make(&cn_gru_cell_layer_class, args);
}
