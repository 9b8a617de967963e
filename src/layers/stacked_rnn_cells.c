/* StackedRNNCells: the output of each cell is the input of the next. */
#include <string.h>

#include "layers/recurrent.h"

static const cn_stacked_rnn_cells_args defaults = {CN_STACKED_RNN_CELLS_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_stacked_rnn_cells_args),
    CN_LAYERS_FIELD(cn_stacked_rnn_cells_args, cells),
    CN_END_FIELDS,
};

static cn_status prepare(cn_layer *layer)
{
    const cn_items *cells = &((const cn_stacked_rnn_cells_args *)layer->args)->cells;
    CN_CHECK(cells->list != NULL && cells->list[0] != CN_END, "cells must be a list of cells");
    for (const void *const *cell = cells->list; *cell != CN_END; cell++) {
        cn_layer *inner = (cn_layer *)(uintptr_t)*cell;
        CN_TRY(cn_check_cell("cells", inner));
        CN_TRY(cn_layer_add_inner(layer, inner));
    }
    return CN_OK;
}

/* No cell that can be stacked has states that depend on the step: that of the first is asked of
 * all. */
static cn_status state_shapes(const cn_layer *layer, const cn_shape *step, cn_shape *shapes,
                              int64_t *n)
{
    *n = 0;
    for (int64_t i = 0; i < layer->n_inner; i++) {
        cn_shape own[CN_MOST_TENSORS];
        int64_t n_own = 0;
        CN_TRY(cn_cell_states(layer->inner[i], step, own, &n_own));
        CN_CHECK(*n + n_own < CN_MOST_TENSORS, "%s: has more than %d states", layer->name,
                 CN_MOST_TENSORS - 1);
        memcpy(shapes + *n, own, (size_t)n_own * sizeof *own);
        *n += n_own;
    }
    return CN_OK;
}

int64_t cn_stacked_output_state(const cn_layer *cell)
{
    const cn_layer *last = cell->inner[cell->n_inner - 1];
    cn_shape shapes[CN_MOST_TENSORS];
    int64_t before = 0, n = 0;
    for (int64_t i = 0; i + 1 < cell->n_inner; i++)
        if (cn_cell_states(cell->inner[i], NULL, shapes, &n) == CN_OK)
            before += n;
    return before + cn_cell_output_state(last);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    cn_shape shapes[CN_MOST_TENSORS];
    int64_t n_states = 0;
    CN_TRY(state_shapes(layer, &inputs[0].shape, shapes, &n_states));
    CN_CHECK(n == 1 + n_states, "%s: takes a step and %d states, got %d inputs", layer->name,
             (int)n_states, (int)n);
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    cn_type types[CN_MOST_TENSORS] = {inputs[0]}, outputs[CN_MOST_TENSORS];
    const cn_type *states = inputs + 1;
    for (int64_t i = 0; i < layer->n_inner; i++) {
        cn_shape shapes[CN_MOST_TENSORS];
        int64_t n_states = 0, n_outputs = 0;
        CN_TRY(cn_cell_states(layer->inner[i], &types[0].shape, shapes, &n_states));
        memcpy(types + 1, states, (size_t)n_states * sizeof *types);
        CN_TRY(cn_layer_ready(layer->inner[i], types, 1 + n_states));
        CN_TRY(cn_layer_infer(layer->inner[i], NULL, types, 1 + n_states, outputs, &n_outputs));
        types[0] = outputs[0];
        states += n_states;
    }
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_layer *layer = frame->layer;
    cn_call_frame *step = cn_arena_allocate(frame->trace->memory, sizeof *step);
    CN_CHECK_MEMORY(step);
    cn_value values[CN_MOST_TENSORS] = {frame->inputs[0]};
    int64_t at = 1;
    for (int64_t i = 0; i < layer->n_inner; i++) {
        cn_shape shapes[CN_MOST_TENSORS];
        int64_t n = 0;
        CN_TRY(cn_cell_states(layer->inner[i], NULL, shapes, &n));
        memcpy(values + 1, frame->inputs + at, (size_t)n * sizeof *values);
        CN_TRY(cn_trace_layer(frame->trace, layer->inner[i], NULL, values, NULL, 1 + n, step));
        memcpy(frame->outputs + at, step->outputs + 1, (size_t)n * sizeof *values);
        values[0] = step->outputs[0];
        at += n;
    }
    frame->outputs[0] = values[0];
    frame->n_outputs = at;
    return frame->program->status;
}

static const cn_layer_part parts[] = {{NULL, "cells", true}, {NULL, NULL, false}};

const cn_layer_class cn_stacked_rnn_cells_layer_class = {
    CN_LAYER_CLASS("StackedRNNCells", cn_stacked_rnn_cells_args, fields, defaults),
    .min_inputs = 1,
    .max_inputs = CN_MOST_TENSORS,
    .prepare = prepare,
    .parts = parts,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
    .state_shapes = state_shapes,
};

cn_layer *cn_stacked_rnn_cells_with(const cn_stacked_rnn_cells_args *args)
{
    return cn_layer_make(&cn_stacked_rnn_cells_layer_class, args);
}
