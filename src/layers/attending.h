/* What attention layers share: which step may look at which, and how scores become weights. A mask
 * may be CN_NO_VALUE: nothing is hidden. T steps of the query, S of key and value. */
#ifndef CORNU_LAYERS_ATTENDING_H
#define CORNU_LAYERS_ATTENDING_H

#include "layers/random.h"

/* bool [T, S]: no step looks at later ones; none looks further than window - 1 steps. */
cn_value cn_emit_causal_mask(cn_program *p, int64_t queries, int64_t keys);
cn_value cn_emit_window_mask(cn_program *p, int64_t queries, int64_t keys, int64_t window);

/* What both masks show, broadcast. */
cn_value cn_emit_both_masks(cn_program *p, cn_value one, cn_value other);

/* Whether two dimensions may be the same. */
static inline bool cn_dims_meet(int64_t one, int64_t other)
{
    return one == CN_NONE || other == CN_NONE || one == other;
}

/* ---- Attention and AdditiveAttention --------------------------------------------------------- */

cn_status cn_attention_check_dropout(double dropout);
cn_status cn_attention_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n);
/* The key of a call: its third input, or the value. */
cn_value cn_attention_key(const cn_call_frame *frame);
/* query[..., T, F] + key[..., S, F] -> [..., T, S, F] */
cn_value cn_attention_sums(cn_call_frame *frame);
/* Everything behind the scores [..., T, S]. */
cn_status cn_attention_finish(cn_call_frame *frame, cn_value scores, double dropout);

#endif
