/* Random rectangles, orders and weights, with which images are mixed. */
#include "layers/image.h"

/* ---- rectangles ------------------------------------------------------------------------------ */

/* Whether each of the cells of an axis is in a part of it that begins at random. */
static cn_value draw_interval(cn_call_frame *frame, const cn_shape *shape, int64_t axis,
                              cn_value length)
{
    cn_program *p = frame->program;
    cn_shape cells = CN_SHAPE(1, 1, 1, 1);
    cells.dim[axis] = shape->dim[axis];
    cn_value u = cn_call_uniform(frame, CN_SHAPE(shape->dim[0], 1, 1, 1));
    cn_value rest = cn_emit_subtract_from(p, (double)shape->dim[axis], length);
    cn_value start = cn_emit_multiply(p, u, rest);
    cn_value place = cn_emit_cast(p, cn_emit_iota(p, cells, axis), CN_FLOAT32);
    cn_value behind = cn_emit_greater_equal(p, place, start);
    cn_value before = cn_emit_less(p, place, cn_emit_add(p, start, length));
    return cn_emit_logical_and(p, behind, before);
}

cn_box cn_call_box(cn_call_frame *frame, const cn_shape *shape, cn_value across, cn_value down)
{
    cn_program *p = frame->program;
    cn_value width = cn_emit_multiply_scalar(p, across, (double)shape->dim[2]);
    cn_value height = cn_emit_multiply_scalar(p, down, (double)shape->dim[1]);
    cn_value columns = draw_interval(frame, shape, 2, width);
    cn_value rows = draw_interval(frame, shape, 1, height);
    cn_value inside = cn_emit_logical_and(p, rows, columns);
    return (cn_box){inside, cn_emit_multiply(p, across, down)};
}

/* ---- orders ---------------------------------------------------------------------------------- */

/* Each image's place is how many have drawn a smaller number, or the same before it. */
cn_value cn_call_permutation(cn_call_frame *frame, int64_t n)
{
    cn_program *p = frame->program;
    cn_value u = cn_call_uniform(frame, CN_SHAPE(n));
    cn_value other = cn_emit_reshape(p, u, CN_SHAPE(1, n)),
             own = cn_emit_reshape(p, u, CN_SHAPE(n, 1));
    cn_value smaller = cn_emit_less(p, other, own), same = cn_emit_equal(p, other, own);
    cn_value row = cn_emit_iota(p, CN_SHAPE(n, n), 0), column = cn_emit_iota(p, CN_SHAPE(n, n), 1);
    cn_value tie = cn_emit_logical_and(p, same, cn_emit_less(p, column, row));
    return cn_emit_sum(p, cn_emit_logical_or(p, smaller, tie), CN_AXES(1), false);
}

/* ---- weights --------------------------------------------------------------------------------- */

/* Of so many tries one is good, but for 1 in 10^10 numbers. */
enum { TRIES = 8 };

/* The logarithms of n numbers of the distribution Gamma(alpha, 1), [1, n]: those of Gamma(alpha +
 * 1, 1), by Marsaglia and Tsang (2000), times u^(1 / alpha), which logarithms keep from becoming
 * 0. */
static cn_value draw_log_gamma(cn_call_frame *frame, int64_t n, cn_value alpha)
{
    cn_program *p = frame->program;
    cn_value d = cn_emit_add_scalar(p, alpha, 2.0 / 3);
    cn_value c = cn_emit_rsqrt(p, cn_emit_multiply_scalar(p, d, 9));
    cn_value x = cn_call_normal(frame, CN_SHAPE(TRIES, n));
    cn_value u = cn_emit_subtract_from(p, 1, cn_call_uniform(frame, CN_SHAPE(TRIES, n)));
    cn_value boost = cn_emit_subtract_from(p, 1, cn_call_uniform(frame, CN_SHAPE(1, n)));
    cn_value root = cn_emit_add_scalar(p, cn_emit_multiply(p, c, x), 1);
    root = cn_emit_maximum_scalar(p, root, 1e-6); /* the tries that this changes fail */
    cn_value log_v = cn_emit_multiply_scalar(p, cn_emit_log(p, root), 3);
    cn_value surplus = cn_emit_add_scalar(p, cn_emit_subtract(p, log_v, cn_emit_exp(p, log_v)), 1);
    cn_value half_square = cn_emit_multiply_scalar(p, cn_emit_square(p, x), 0.5);
    cn_value bound = cn_emit_add(p, half_square, cn_emit_multiply(p, d, surplus));
    cn_value good = cn_emit_less(p, cn_emit_log(p, u), bound);
    cn_value chosen = cn_emit_slice_axis(p, log_v, 0, TRIES - 1, 1);
    for (int64_t i = TRIES - 2; i >= 0; i--) {
        cn_value accepted = cn_emit_slice_axis(p, good, 0, i, 1);
        chosen = cn_emit_where(p, accepted, cn_emit_slice_axis(p, log_v, 0, i, 1), chosen);
    }
    cn_value factor = cn_emit_divide(p, cn_emit_log(p, boost), alpha);
    return cn_emit_add(p, cn_emit_add(p, chosen, cn_emit_log(p, d)), factor);
}

/* a / (a + b) for two numbers of Gamma(alpha, 1). */
cn_value cn_call_beta(cn_call_frame *frame, int64_t n, cn_value alpha)
{
    cn_program *p = frame->program;
    cn_value a = draw_log_gamma(frame, n, alpha), b = draw_log_gamma(frame, n, alpha);
    cn_value beta = cn_emit_sigmoid(p, cn_emit_subtract(p, a, b));
    return cn_emit_reshape(p, beta, CN_SHAPE(n, 1, 1, 1));
}

/* g[i] / sum of g for numbers of Gamma(alpha, 1). */
cn_value cn_call_dirichlet(cn_call_frame *frame, int64_t n, cn_value alpha)
{
    cn_program *p = frame->program;
    cn_value parts = cn_emit_softmax(p, draw_log_gamma(frame, n, alpha), 1);
    return cn_emit_reshape(p, parts, CN_SHAPE(n));
}

/* ---- calls ----------------------------------------------------------------------------------- */

cn_status cn_check_mixed(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    CN_TRY(cn_check_images(layer, inputs, n));
    if (n == 1)
        return CN_OK;
    const cn_shape *labels = &inputs[1].shape;
    CN_CHECK(labels->rank >= 1 && (labels->dim[0] == inputs[0].shape.dim[0] ||
                                   labels->dim[0] == CN_NONE || inputs[0].shape.dim[0] == CN_NONE),
             "%s: needs labels for each image, got shape %s for images of shape %s", layer->name,
             cn_shape_str(labels), cn_shape_str(&inputs[0].shape));
    return CN_OK;
}

static cn_value mixed_labels(cn_program *p, cn_value labels, const cn_mixture *mixture)
{
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    cn_shape shape = *cn_shape_of(p, labels);
    for (int64_t i = 1; i < shape.rank; i++)
        shape.dim[i] = 1;
    cn_value kept = cn_emit_reshape(p, mixture->kept, shape);
    cn_value other = cn_emit_gather(p, labels, mixture->order);
    cn_value own = cn_emit_multiply(p, kept, labels);
    return cn_emit_add(p, own, cn_emit_multiply(p, cn_emit_subtract_from(p, 1, kept), other));
}

cn_status cn_call_mixed(cn_call_frame *frame, const char *data_format, cn_mix *mix)
{
    cn_program *p = frame->program;
    frame->n_outputs = frame->n_inputs;
    for (int64_t i = 0; i < frame->n_inputs; i++)
        frame->outputs[i] = cn_emit_cast(p, frame->inputs[i], CN_FLOAT32);
    if (!frame->training)
        return p->status;
    cn_value x = cn_channels_to_last(p, frame->outputs[0], data_format);
    CN_TRY(p->status);
    const cn_mixture mixture = mix(frame, x);
    frame->outputs[0] = cn_channels_from_last(p, mixture.images, data_format);
    if (frame->n_inputs > 1)
        frame->outputs[1] = mixed_labels(p, frame->outputs[1], &mixture);
    return p->status;
}
