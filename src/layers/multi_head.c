/* Attention with several heads: each gives softmax(Q K^T / sqrt(key_dim)) V of its own projections
 * of query, key and value (Vaswani et al., 2017).
 *
 * Inputs are [N, axes..., F]. The axes that are looked along are brought together: a head's
 * operands are Q[N, rest..., H, T, key_dim], K[N, rest..., H, S, key_dim] and V[N, rest..., H, S,
 * value_dim], with T and S the products of these axes. */
#include "layers/multi_head.h"

#include <inttypes.h>
#include <math.h>

/* ---- arguments and inputs -------------------------------------------------------------------- */

cn_status cn_heads_check(const cn_heads *heads)
{
    CN_CHECK(heads->window == CN_NONE || heads->window > 0,
             "sliding_window must be positive or CN_NONE, got %" PRId64, heads->window);
    return cn_attention_check_dropout(heads->dropout);
}

/* The axes that are looked along, in the order in which they were named. */
static cn_shape attention_axes(const cn_heads *heads, int64_t rank)
{
    cn_shape axes = {0};
    if (heads->attention_axes != NULL && heads->attention_axes[0] != 0) {
        axes = cn_shape_of_axes(heads->attention_axes);
        for (int64_t i = 0; i < axes.rank; i++)
            axes.dim[i] += axes.dim[i] < 0 ? rank : 0;
        return axes;
    }
    for (int64_t i = 1; i < rank - 1; i++)
        axes.dim[axes.rank++] = i;
    return axes;
}

static bool is_listed(const cn_shape *axes, int64_t axis)
{
    for (int64_t i = 0; i < axes->rank; i++)
        if (axes->dim[i] == axis)
            return true;
    return false;
}

/* The numbers of the projections' weights; each has a kernel and, with use_bias, a bias. */
enum projection { QUERY, KEY, GATE, VALUE, OUTPUT };

static int64_t kernel_number(const cn_heads *heads, enum projection projection)
{
    const int64_t place = projection - (projection > GATE && !heads->use_gate);
    return place * (heads->use_bias ? 2 : 1);
}

static cn_status check_features(const cn_heads *heads, const cn_layer *layer, const char *name,
                                enum projection projection, const cn_shape *shape)
{
    if (!layer->built)
        return CN_OK;
    const int64_t built = layer->weights[kernel_number(heads, projection)]->variable.shape.dim[0];
    CN_CHECK(cn_dims_meet(built, shape->dim[shape->rank - 1]),
             "%s: was built for a %s of %" PRId64 " features, got shape %s", layer->name, name,
             built, cn_shape_str(shape));
    return CN_OK;
}

cn_status cn_heads_check_inputs(const cn_heads *heads, const cn_layer *layer, const cn_type *inputs,
                                int64_t n)
{
    const cn_shape *query = &inputs[0].shape, *value = &inputs[1].shape,
                   *key = &inputs[n > 2 ? 2 : 1].shape;
    const int64_t rank = query->rank;
    CN_CHECK(rank >= 3 && rank < CN_MAX_RANK && value->rank == rank && key->rank == rank,
             "%s: takes query, value and key of one rank from 3 to %d, got shapes %s, %s and %s",
             layer->name, CN_MAX_RANK - 1, cn_shape_str(query), cn_shape_str(value),
             cn_shape_str(key));
    const cn_shape axes = attention_axes(heads, rank);
    for (int64_t i = 0; i < axes.rank; i++)
        CN_CHECK(axes.dim[i] > 0 && axes.dim[i] < rank - 1,
                 "%s: attention axis %" PRId64 " is not between batch and features of shape %s",
                 layer->name, axes.dim[i], cn_shape_str(query));
    for (int64_t i = 0; i < rank - 1; i++) {
        CN_CHECK(cn_dims_meet(value->dim[i], key->dim[i]),
                 "%s: value and key differ in more than their features: %s and %s", layer->name,
                 cn_shape_str(value), cn_shape_str(key));
        CN_CHECK(is_listed(&axes, i) || cn_dims_meet(query->dim[i], value->dim[i]),
                 "%s: query and value differ in axis %" PRId64
                 ", along which nobody looks: %s and %s",
                 layer->name, i, cn_shape_str(query), cn_shape_str(value));
    }
    CN_TRY(check_features(heads, layer, "query", QUERY, query));
    CN_TRY(check_features(heads, layer, "value", VALUE, value));
    return check_features(heads, layer, "key", KEY, key);
}

/* ---- weights --------------------------------------------------------------------------------- */

/* A kernel [in..., out...], whose first n_in axes are summed over, and a bias [out...]. Fans are
 * those of the product that it is. */
static cn_status add_projection(const cn_heads *heads, cn_layer *layer, const char *kernel,
                                const char *bias, cn_shape shape, int64_t n_in)
{
    cn_shape out = {.rank = shape.rank - n_in};
    int64_t fan_in = 1, fan_out = 1;
    for (int64_t i = 0; i < shape.rank; i++)
        *(i < n_in ? &fan_in : &fan_out) *= shape.dim[i];
    for (int64_t i = 0; i < out.rank; i++)
        out.dim[i] = shape.dim[n_in + i];
    CN_TRY(cn_layer_add_weight(layer,
                               &(cn_weight_args){.name = kernel,
                                                 .shape = shape,
                                                 .initializer = heads->kernel_initializer,
                                                 .regularizer = heads->kernel_regularizer,
                                                 .constraint = heads->kernel_constraint,
                                                 .fan_in = fan_in,
                                                 .fan_out = fan_out},
                               NULL));
    if (!heads->use_bias)
        return CN_OK;
    return cn_layer_add_weight(layer,
                               &(cn_weight_args){.name = bias,
                                                 .shape = out,
                                                 .initializer = heads->bias_initializer,
                                                 .regularizer = heads->bias_regularizer,
                                                 .constraint = heads->bias_constraint},
                               NULL);
}

static int64_t features_of(const cn_type *type)
{
    return type->shape.dim[type->shape.rank - 1];
}

/* What the last projection gives for each place of the query. */
static cn_shape output_dims(const cn_heads *heads, int64_t query_features)
{
    if (heads->output_shape != NULL && heads->output_shape[0] != 0)
        return cn_shape_of_dims(heads->output_shape);
    return CN_SHAPE(query_features);
}

cn_status cn_heads_build(const cn_heads *heads, cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const int64_t query = features_of(&inputs[0]), value = features_of(&inputs[1]),
                  key = features_of(&inputs[n > 2 ? 2 : 1]);
    const cn_shape dims = output_dims(heads, query);
    cn_shape output = CN_SHAPE(heads->query_heads, heads->value_dim);
    for (int64_t i = 0; i < dims.rank; i++)
        output.dim[output.rank++] = dims.dim[i];
    CN_TRY(add_projection(heads, layer, "query/kernel", "query/bias",
                          CN_SHAPE(query, heads->query_heads, heads->key_dim), 1));
    CN_TRY(add_projection(heads, layer, "key/kernel", "key/bias",
                          CN_SHAPE(key, heads->key_heads, heads->key_dim), 1));
    if (heads->use_gate)
        CN_TRY(add_projection(heads, layer, "gate/kernel", "gate/bias",
                              CN_SHAPE(query, heads->query_heads, heads->value_dim), 1));
    CN_TRY(add_projection(heads, layer, "value/kernel", "value/bias",
                          CN_SHAPE(value, heads->key_heads, heads->value_dim), 1));
    CN_TRY(add_projection(heads, layer, "attention_output/kernel", "attention_output/bias", output,
                          2));
    return heads->dropout > 0 ? cn_layer_stream_build(layer, heads->seed) : CN_OK;
}

/* ---- projections ----------------------------------------------------------------------------- */

/* x[..., in] kernel + bias -> [..., out], where out is the product of the axes that are made. */
static cn_value project(const cn_heads *heads, cn_call_frame *frame, enum projection projection,
                        cn_value x)
{
    cn_program *p = frame->program;
    const int64_t number = kernel_number(heads, projection);
    if (x == CN_NO_VALUE)
        return x;
    const int64_t in = features_of(cn_type_of(p, x));
    cn_value kernel = cn_emit_reshape(p, cn_call_weight(frame, number), CN_SHAPE(in, CN_NONE));
    cn_value y = cn_emit_matmul(p, x, kernel);
    if (heads->use_bias)
        y = cn_emit_add(p, y,
                        cn_emit_reshape(p, cn_call_weight(frame, number + 1), CN_SHAPE(CN_NONE)));
    return projection == GATE ? cn_emit_sigmoid(p, y) : y;
}

/* ---- axes ------------------------------------------------------------------------------------ */

/* How [N, axes..., H, dim], of rank + 1 axes, becomes [N, rest..., H, attention axes..., dim]. */
static cn_shape permutation_of(const cn_shape *axes, int64_t rank)
{
    cn_shape permutation = {0};
    for (int64_t i = 0; i < rank; i++)
        if (!is_listed(axes, i))
            permutation.dim[permutation.rank++] = i; /* the last of them is H */
    for (int64_t i = 0; i < axes->rank; i++)
        permutation.dim[permutation.rank++] = axes->dim[i];
    permutation.dim[permutation.rank++] = rank;
    return permutation;
}

static cn_shape inverse_of(const cn_shape *permutation)
{
    cn_shape inverse = {.rank = permutation->rank};
    for (int64_t i = 0; i < inverse.rank; i++)
        inverse.dim[permutation->dim[i]] = i;
    return inverse;
}

/* Sizes along the attention axes. */
static cn_shape sizes_along(const cn_shape *axes, const cn_shape *shape)
{
    cn_shape sizes = {.rank = axes->rank};
    for (int64_t i = 0; i < axes->rank; i++)
        sizes.dim[i] = shape->dim[axes->dim[i]];
    return sizes;
}

/* The first count dimensions of a shape, and others behind them. */
static cn_shape replace_last(const cn_shape *shape, int64_t count, const cn_shape *others)
{
    cn_shape replaced = *shape;
    replaced.rank = count;
    for (int64_t i = 0; i < others->rank; i++)
        replaced.dim[replaced.rank++] = others->dim[i];
    return replaced;
}

/* y[N, axes..., H dim] -> [N, rest..., groups, H / groups T, dim]: heads of one group lie behind
 * each other, so that one key serves them. */
static cn_value split_heads(cn_program *p, cn_value y, const cn_shape *axes, int64_t n_heads,
                            int64_t groups)
{
    if (y == CN_NO_VALUE)
        return y;
    const cn_shape shape = *cn_shape_of(p, y), sizes = sizes_along(axes, &shape);
    const int64_t rank = shape.rank, dim = shape.dim[rank - 1] / n_heads;
    y = cn_emit_reshape(p, y, replace_last(&shape, rank - 1, &CN_SHAPE(n_heads, dim)));
    y = cn_emit_transpose(p, y, permutation_of(axes, rank));
    if (y == CN_NO_VALUE)
        return y;
    const int64_t steps = cn_shape_size(&sizes), rest = rank - 1 - axes->rank;
    const cn_shape split = CN_SHAPE(groups, n_heads / groups * steps, dim);
    return cn_emit_reshape(p, y, replace_last(cn_shape_of(p, y), rest, &split));
}

/* The way back: [N, rest..., groups, H / groups T, dim] -> [N, axes..., H dim], with the query's
 * sizes. */
static cn_value join_heads(cn_program *p, cn_value y, const cn_shape *axes, const cn_shape *query,
                           int64_t n_heads)
{
    if (y == CN_NO_VALUE)
        return y;
    const cn_shape shape = *cn_shape_of(p, y), sizes = sizes_along(axes, query),
                   permutation = permutation_of(axes, query->rank);
    const int64_t dim = shape.dim[shape.rank - 1];
    cn_shape apart = replace_last(&shape, shape.rank - 3, &CN_SHAPE(n_heads));
    apart = replace_last(&apart, apart.rank, &sizes);
    apart = replace_last(&apart, apart.rank, &CN_SHAPE(dim));
    y = cn_emit_transpose(p, cn_emit_reshape(p, y, apart), inverse_of(&permutation));
    return cn_emit_reshape(p, y, replace_last(query, query->rank - 1, &CN_SHAPE(n_heads * dim)));
}

/* ---- masks ----------------------------------------------------------------------------------- */

static bool any_mask(const cn_heads *heads, const cn_call_frame *frame)
{
    bool any = heads->window != CN_NONE || frame->use_causal_mask;
    for (int64_t i = 0; i < frame->n_inputs; i++)
        any |= frame->masks[i] != CN_NO_VALUE;
    return any;
}

/* What the masks of the inputs and the arguments say, [..., T, S]; the attention mask is apart. */
static cn_value own_mask(const cn_heads *heads, cn_call_frame *frame, int64_t queries, int64_t keys)
{
    cn_program *p = frame->program;
    cn_value mask = CN_NO_VALUE;
    for (int64_t i = 0; i < frame->n_inputs; i++)
        if (frame->masks[i] != CN_NO_VALUE)
            mask = cn_emit_both_masks(p, mask,
                                      cn_emit_expand_dims(p, frame->masks[i], i == 0 ? -1 : -2));
    if (frame->use_causal_mask)
        mask = cn_emit_both_masks(p, mask, cn_emit_causal_mask(p, queries, keys));
    if (heads->window != CN_NONE)
        mask = cn_emit_both_masks(p, mask, cn_emit_window_mask(p, queries, keys, heads->window));
    return mask;
}

/* A mask [N, ..., attention axes of query and key] with axes of size 1 for the heads and what else
 * the scores [N, rest..., H, T, S] have. */
static cn_value spread_mask(cn_program *p, cn_value mask, int64_t n_axes, const cn_shape *scores)
{
    if (mask == CN_NO_VALUE)
        return mask;
    const cn_shape shape = *cn_shape_of(p, mask);
    const int64_t leading = shape.rank - 2 * n_axes;
    cn_shape spread = {.rank = scores->rank};
    for (int64_t i = 0; i < scores->rank - 2; i++)
        spread.dim[i] = i < leading ? shape.dim[i] : 1;
    spread.dim[spread.rank - 2] = spread.dim[spread.rank - 1] = 1;
    for (int64_t i = 0; i < n_axes; i++) {
        spread.dim[spread.rank - 2] *= shape.dim[leading + i];
        spread.dim[spread.rank - 1] *= shape.dim[leading + n_axes + i];
    }
    return cn_emit_reshape(p, mask, spread);
}

static cn_status check_masks(const cn_heads *heads, const cn_call_frame *frame, int64_t n_axes,
                             const cn_shape *scores)
{
    const char *name = frame->layer->name;
    CN_CHECK(n_axes == 1 || !any_mask(heads, frame),
             "%s: masks of inputs, use_causal_mask and sliding_window are for one attention axis, "
             "there are %" PRId64,
             name, n_axes);
    if (frame->attention_mask == CN_NO_VALUE)
        return CN_OK;
    const int64_t rank = cn_shape_of(frame->program, frame->attention_mask)->rank;
    CN_CHECK(rank >= 2 * n_axes && rank - 2 * n_axes <= scores->rank - 2,
             "%s: the attention_mask is [N, T, S], got shape %s", name,
             cn_shape_str(cn_shape_of(frame->program, frame->attention_mask)));
    return CN_OK;
}

static cn_status make_mask(const cn_heads *heads, cn_call_frame *frame, int64_t n_axes,
                           const cn_shape *scores, cn_value *mask)
{
    cn_program *p = frame->program;
    CN_TRY(check_masks(heads, frame, n_axes, scores));
    cn_value own =
        own_mask(heads, frame, scores->dim[scores->rank - 2], scores->dim[scores->rank - 1]);
    CN_TRY(p->status);
    if (own != CN_NO_VALUE && cn_shape_of(p, own)->rank == 2 * n_axes)
        own = cn_emit_expand_dims(p, own, 0);
    cn_value said = spread_mask(p, frame->attention_mask, n_axes, scores);
    *mask = cn_emit_both_masks(p, said, spread_mask(p, own, n_axes, scores));
    return p->status;
}

/* ---- the heads ------------------------------------------------------------------------------- */

/* A row of scores that are all hidden weighs all alike; forget: nothing. */
static cn_value masked_softmax(cn_program *p, cn_value scores, cn_value mask, bool forget)
{
    if (mask == CN_NO_VALUE)
        return cn_emit_softmax(p, scores, -1);
    cn_value low = cn_emit_scalar(p, -3e38);
    cn_value weights = cn_emit_softmax(p, cn_emit_where(p, mask, scores, low), -1);
    return forget ? cn_emit_where(p, mask, weights, cn_emit_scalar(p, 0)) : weights;
}

/* The weights [N, rest..., H, T, S] of scores [N, rest..., groups, H / groups T, S]. */
static cn_status weigh(const cn_heads *heads, cn_call_frame *frame, cn_value scores,
                       const cn_shape *axes, cn_value *weights)
{
    cn_program *p = frame->program;
    CN_TRY(p->status);
    const cn_shape query = *cn_shape_of(p, frame->inputs[0]), sizes = sizes_along(axes, &query),
                   grouped = *cn_shape_of(p, scores);
    const cn_shape shape = replace_last(
        &grouped, grouped.rank - 3,
        &CN_SHAPE(heads->query_heads, cn_shape_size(&sizes), grouped.dim[grouped.rank - 1]));
    cn_value mask;
    CN_TRY(make_mask(heads, frame, axes->rank, &shape, &mask));
    const bool forget = heads->dropout > 0 || frame->return_attention_scores || query.rank != 3;
    if (frame->return_attention_scores)
        frame->output_masks[1] = mask; /* as Keras, of one head */
    *weights = masked_softmax(p, cn_emit_reshape(p, scores, shape), mask, forget);
    return p->status;
}

/* The second output: the attention axes of query and key apart. */
static void give_scores(cn_call_frame *frame, cn_value weights, const cn_shape *axes)
{
    cn_program *p = frame->program;
    const cn_shape shape = *cn_shape_of(p, weights);
    const cn_shape queries = sizes_along(axes, cn_shape_of(p, frame->inputs[0])),
                   keys = sizes_along(axes, cn_shape_of(p, cn_attention_key(frame)));
    cn_shape apart = replace_last(&shape, shape.rank - 2, &queries);
    apart = replace_last(&apart, apart.rank, &keys);
    frame->outputs[1] = cn_emit_reshape(p, weights, apart);
    frame->n_outputs = 2;
}

/* What the heads give, [N, axes..., H value_dim]. */
static cn_status attend(const cn_heads *heads, cn_call_frame *frame, const cn_shape *axes,
                        cn_value query, cn_value key, cn_value value, cn_value *result)
{
    static const int64_t whole[CN_MAX_RANK] = {0};
    cn_program *p = frame->program;
    const cn_shape shape = *cn_shape_of(p, frame->inputs[0]);
    cn_value weights;
    query = cn_emit_multiply_scalar(p, query, 1 / sqrt((double)heads->key_dim));
    query = split_heads(p, query, axes, heads->query_heads, heads->key_heads);
    key = split_heads(p, key, axes, heads->key_heads, heads->key_heads);
    value = split_heads(p, value, axes, heads->key_heads, heads->key_heads);
    cn_value scores = cn_emit_matmul_transposed(p, query, false, key, true);
    CN_TRY(weigh(heads, frame, scores, axes, &weights));
    if (frame->return_attention_scores)
        give_scores(frame, weights, axes);
    weights = cn_call_dropped(frame, weights, heads->dropout, whole);
    weights = cn_emit_reshape(p, weights, *cn_shape_of(p, scores));
    *result = join_heads(p, cn_emit_matmul(p, weights, value), axes, &shape, heads->query_heads);
    return p->status;
}

/* The penalties of the output and of what projections gave, in Keras's order. */
static cn_status regularize(const cn_heads *heads, cn_call_frame *frame, const cn_value *projected,
                            int64_t n)
{
    if (heads->regularizes_output)
        CN_TRY(cn_trace_regularize(frame->trace, heads->activity_regularizer, frame->outputs[0]));
    for (int64_t i = 0; i < n; i++)
        if (projected[i] != CN_NO_VALUE)
            CN_TRY(cn_trace_regularize(frame->trace, heads->activity_regularizer, projected[i]));
    return CN_OK;
}

cn_status cn_heads_call(const cn_heads *heads, cn_call_frame *frame)
{
    cn_program *p = frame->program;
    const cn_shape shape = *cn_shape_of(p, frame->inputs[0]),
                   axes = attention_axes(heads, shape.rank),
                   dims = output_dims(heads, shape.dim[shape.rank - 1]);
    cn_value gate = CN_NO_VALUE, y = CN_NO_VALUE;
    cn_value query = project(heads, frame, QUERY, frame->inputs[0]);
    cn_value key = project(heads, frame, KEY, cn_attention_key(frame));
    if (heads->use_gate)
        gate = project(heads, frame, GATE, frame->inputs[0]);
    cn_value value = project(heads, frame, VALUE, frame->inputs[1]);
    CN_TRY(p->status);
    CN_TRY(attend(heads, frame, &axes, query, key, value, &y));
    if (heads->use_gate)
        y = cn_emit_multiply(p, y, gate);
    y = project(heads, frame, OUTPUT, y);
    frame->outputs[0] = cn_emit_reshape(p, y, replace_last(&shape, shape.rank - 1, &dims));
    frame->output_masks[0] = frame->masks[0];
    CN_TRY(p->status);
    return regularize(heads, frame, (const cn_value[]){query, key, gate, value, y}, 5);
}
