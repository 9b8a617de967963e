/* Masks of attention layers, and what follows the scores in those with one head. */
#include "layers/attending.h"

#include <inttypes.h>

/* ---- masks ----------------------------------------------------------------------------------- */

cn_value cn_emit_causal_mask(cn_program *p, int64_t queries, int64_t keys)
{
    cn_value query = cn_emit_iota(p, CN_SHAPE(queries, keys), 0),
             key = cn_emit_iota(p, CN_SHAPE(queries, keys), 1);
    return cn_emit_greater_equal(p, query, key);
}

cn_value cn_emit_window_mask(cn_program *p, int64_t queries, int64_t keys, int64_t window)
{
    cn_value query = cn_emit_iota(p, CN_SHAPE(queries, keys), 0),
             key = cn_emit_iota(p, CN_SHAPE(queries, keys), 1);
    cn_value distance = cn_emit_absolute(p, cn_emit_subtract(p, query, key));
    return cn_emit_less_scalar(p, distance, (double)window);
}

cn_value cn_emit_both_masks(cn_program *p, cn_value one, cn_value other)
{
    if (one == CN_NO_VALUE || other == CN_NO_VALUE)
        return one == CN_NO_VALUE ? other : one;
    return cn_emit_logical_and(p, one, other);
}

/* ---- inputs of layers with one head ---------------------------------------------------------- */

cn_status cn_attention_check_dropout(double dropout)
{
    CN_CHECK(dropout >= 0 && dropout <= 1, "dropout must be from 0 to 1, got %g", dropout);
    return CN_OK;
}

cn_status cn_attention_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_shape *query = &inputs[0].shape, *value = &inputs[1].shape,
                   *key = &inputs[n > 2 ? 2 : 1].shape;
    const int64_t rank = query->rank;
    bool fits = rank >= 3 && value->rank == rank && key->rank == rank;
    for (int64_t i = 0; fits && i < rank - 2; i++)
        fits = cn_dims_meet(query->dim[i], value->dim[i]) &&
               cn_dims_meet(query->dim[i], key->dim[i]);
    CN_CHECK(fits && cn_dims_meet(value->dim[rank - 2], key->dim[rank - 2]) &&
                 cn_dims_meet(query->dim[rank - 1], key->dim[rank - 1]),
             "%s: takes query [N, T, F], value [N, S, V] and key [N, S, F], got %s, %s and %s",
             layer->name, cn_shape_str(query), cn_shape_str(value), cn_shape_str(key));
    return CN_OK;
}

cn_value cn_attention_key(const cn_call_frame *frame)
{
    return frame->inputs[frame->n_inputs > 2 ? 2 : 1];
}

cn_value cn_attention_sums(cn_call_frame *frame)
{
    cn_value query = cn_emit_expand_dims(frame->program, frame->inputs[0], -2),
             key = cn_emit_expand_dims(frame->program, cn_attention_key(frame), -3);
    return cn_emit_add(frame->program, query, key);
}

/* ---- behind the scores ----------------------------------------------------------------------- */

static cn_value scores_mask(cn_call_frame *frame, const cn_shape *scores)
{
    cn_program *p = frame->program;
    cn_value mask = frame->masks[1];
    if (mask != CN_NO_VALUE)
        mask = cn_emit_expand_dims(p, mask, -2);
    if (!frame->use_causal_mask)
        return mask;
    cn_value causal =
        cn_emit_causal_mask(p, scores->dim[scores->rank - 2], scores->dim[scores->rank - 1]);
    return cn_emit_both_masks(p, mask, causal);
}

/* Hidden scores become -1e9, so that a row without any other weighs all alike. Gradients pass as
 * through Keras's scores - 1e9, which is the same number in float32. */
static cn_value hide_scores(cn_program *p, cn_value scores, cn_value mask)
{
    cn_value down = cn_emit_subtract_from(p, -1e9, scores);
    cn_value shift = cn_emit_where(p, mask, cn_emit_scalar(p, 0), down);
    return cn_emit_add(p, scores, cn_emit_stop_gradient(p, shift));
}

cn_status cn_attention_finish(cn_call_frame *frame, cn_value scores, double dropout)
{
    static const int64_t whole[CN_MAX_RANK] = {0};
    cn_program *p = frame->program;
    CN_TRY(p->status);
    CN_CHECK(frame->attention_mask == CN_NO_VALUE, "%s: takes no attention_mask",
             frame->layer->name);
    const cn_shape shape = *cn_shape_of(p, scores);
    cn_value mask = scores_mask(frame, &shape);
    if (mask != CN_NO_VALUE)
        scores = hide_scores(p, scores, mask);
    cn_value weights = cn_call_dropped(frame, cn_emit_softmax(p, scores, -1), dropout, whole);
    cn_value y = cn_emit_matmul(p, weights, frame->inputs[1]);
    if (frame->masks[0] != CN_NO_VALUE) {
        cn_value shown = cn_emit_expand_dims(p, frame->masks[0], -1);
        y = cn_emit_where(p, shown, y, cn_emit_scalar(p, 0));
    }
    frame->outputs[0] = y;
    frame->output_masks[0] = frame->masks[0];
    if (frame->return_attention_scores) {
        frame->outputs[1] = weights;
        frame->n_outputs = 2;
    }
    return p->status;
}
