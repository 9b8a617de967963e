/* The public operation of attention: softmax(scale q k^T + bias) v, where the mask and, with
 * is_causal, no later time, allow it. Vaswani et al., Attention Is All You Need (2017). */
#include "cornu/nn.h"

#include <float.h>
#include <math.h>

#include "graph/operation.h"
#include "ops/emit.h"

enum { QUERY, KEY, VALUE, BIAS, MASK, SCALE, INPUTS };

/* Whether q[N, T, H, F] k[N, S, G, F] v[N, S, G, D] fit, H being a multiple of G. */
static bool fit(const cn_shape *q, const cn_shape *k, const cn_shape *v)
{
    return q->rank == 4 && k->rank == 4 && v->rank == 4 && k->dim[2] > 0 &&
           q->dim[2] % k->dim[2] == 0 && k->dim[1] == v->dim[1] && k->dim[2] == v->dim[2] &&
           q->dim[3] == k->dim[3] && q->dim[0] == k->dim[0] && q->dim[0] == v->dim[0];
}

/* What is not allowed is so small that nothing else comes through. */
static cn_value masked(cn_program *p, const cn_operation_args *args, cn_value logits, cn_value mask)
{
    cn_value least = cn_emit_scalar(p, -0.7 * (double)FLT_MAX);
    if (logits == CN_NO_VALUE)
        return logits;
    const cn_shape *shape = cn_shape_of(p, logits);
    const cn_shape times = CN_SHAPE(shape->dim[2], shape->dim[3]);
    if (mask != CN_NO_VALUE)
        logits = cn_emit_where(p, cn_emit_cast(p, mask, CN_BOOL), logits, least);
    if (!args->keepdims)
        return logits;
    cn_value now = cn_emit_iota(p, times, 0);
    cn_value before = cn_emit_greater_equal(p, now, cn_emit_iota(p, times, 1));
    return cn_emit_where(p, before, logits, least);
}

/* keepdims stands for "is_causal". */
CN_EMIT(emit_attention)
{
    cn_value of[3];
    (void)n;
    for (int i = 0; i < 3; i++)
        of[i] = cn_emit_cast(p, inputs[i], CN_FLOAT32);
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    const cn_shape q = *cn_shape_of(p, of[QUERY]), k = *cn_shape_of(p, of[KEY]);
    if (!fit(&q, &k, cn_shape_of(p, of[VALUE])))
        return cn_refuse(p, class, "a query %s does not fit a key %s and their value",
                         cn_shape_str(&q), cn_shape_str(&k));
    for (int i = KEY; i <= VALUE && q.dim[2] != k.dim[2]; i++)
        of[i] = cn_emit_repeat(p, of[i], q.dim[2] / k.dim[2], 2);
    cn_value logits = cn_emit_einsum(p, of[QUERY], "nthf", of[KEY], "nshf", "nhts");
    if (inputs[SCALE] == CN_NO_VALUE)
        logits = cn_emit_multiply_scalar(p, logits, 1 / sqrt((double)q.dim[3]));
    else
        logits = cn_emit_multiply(p, logits, cn_emit_cast(p, inputs[SCALE], CN_FLOAT32));
    if (inputs[BIAS] != CN_NO_VALUE)
        logits = cn_emit_add(p, logits, inputs[BIAS]);
    cn_value chances = cn_emit_softmax(p, masked(p, args, logits, inputs[MASK]), -1);
    return cn_emit_einsum(p, chances, "nhts", of[VALUE], "nshd", "nthd");
}

static const cn_argument arguments[] = {{"query", 0},
                                        {"key", 0},
                                        {"value", 0},
                                        {"bias", CN_ARGUMENT_OPTIONAL | CN_ARGUMENT_NAMED},
                                        {"mask", CN_ARGUMENT_OPTIONAL | CN_ARGUMENT_NAMED},
                                        {"scale", CN_ARGUMENT_OPTIONAL | CN_ARGUMENT_NAMED},
                                        {NULL, 0}};
static const cn_field fields[] = {CN_OPERATION_FIELD("is_causal", keepdims, CN_FIELD_BOOL, 0),
                                  CN_END_FIELDS};

const cn_operation_class cn_operation_dot_product_attention = {
    CN_OPERATION("dot_product_attention", "DotProductAttention", "nn", fields, 3, INPUTS),
    .emit = emit_attention, .arguments = arguments,
    .rest = "{\"flash_attention\": null, \"attn_logits_soft_cap\": null}",
    .ignored = "flash_attention"};

cn_tensor *cn_ops_dot_product_attention_with(const cn_ops_dot_product_attention_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *inputs[INPUTS] = {from->query, from->key, from->value, from->bias, from->mask};
    args.keepdims = from->is_causal;
    inputs[SCALE] = isnan(from->scale) ? NULL : cn_ops_scalar(from->scale);
    return cn_operation(&cn_operation_dot_product_attention, &args, inputs, INPUTS);
}
