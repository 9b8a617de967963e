/* UpSampling2D: size times as many cells along each spatial axis, x[N, H, W, C]: repeated, or as
 * weighted sums of their neighbours, y = W x along one axis and then the other. */
#include <string.h>

#include "layers/spatial.h"

static const cn_up_sampling2d_args defaults = {CN_UP_SAMPLING2D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_up_sampling2d_args),
    CN_FIELD(cn_up_sampling2d_args, size, CN_FIELD_DIMS, CN_FIELD_EACH_2),
    CN_FIELD(cn_up_sampling2d_args, data_format, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_up_sampling2d_args, interpolation, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

/* ---- what a neighbour at distance x >= 0 counts ---------------------------------------------- */

static cn_value polynomial(cn_program *p, cn_value x, double a, double b, double c, double d)
{
    cn_value y = cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, x, a), b);
    y = cn_emit_add_scalar(p, cn_emit_multiply(p, y, x), c);
    return cn_emit_add_scalar(p, cn_emit_multiply(p, y, x), d);
}

static cn_value linear(cn_program *p, cn_value x)
{
    return cn_emit_relu(p, cn_emit_subtract_from(p, 1, x));
}

/* Keys's cubic convolution (1981), with a = -1/2. */
static cn_value cubic(cn_program *p, cn_value x)
{
    cn_value far = cn_emit_where(p, cn_emit_less_scalar(p, x, 2),
                                 polynomial(p, x, -0.5, 2.5, -4, 2), cn_emit_scalar(p, 0));
    return cn_emit_where(p, cn_emit_less_scalar(p, x, 1), polynomial(p, x, 1.5, -2.5, 0, 1), far);
}

/* sinc(x) sinc(x / radius), 1 in the middle and 0 from the radius on. */
static cn_value lanczos(cn_program *p, cn_value x, double radius)
{
    const double pi = 3.14159265358979323846;
    cn_value safe = cn_emit_maximum_scalar(p, x, 1e-3);
    cn_value waves =
        cn_emit_multiply(p, cn_emit_sin(p, cn_emit_multiply_scalar(p, safe, pi)),
                         cn_emit_sin(p, cn_emit_multiply_scalar(p, safe, pi / radius)));
    cn_value y = cn_emit_divide(p, cn_emit_multiply_scalar(p, waves, radius / (pi * pi)),
                                cn_emit_square(p, safe));
    y = cn_emit_where(p, cn_emit_greater_scalar(p, x, 1e-3), y, cn_emit_scalar(p, 1));
    return cn_emit_where(p, cn_emit_greater_scalar(p, x, radius), cn_emit_scalar(p, 0), y);
}

static cn_value lanczos3(cn_program *p, cn_value x)
{
    return lanczos(p, x, 3);
}

static cn_value lanczos5(cn_program *p, cn_value x)
{
    return lanczos(p, x, 5);
}

typedef cn_value neighbour(cn_program *p, cn_value x);

static const struct {
    const char *name;
    neighbour *weight; /* NULL: cells are repeated */
} interpolations[] = {{"nearest", NULL},
                      {"bilinear", linear},
                      {"bicubic", cubic},
                      {"lanczos3", lanczos3},
                      {"lanczos5", lanczos5}};

enum { N_INTERPOLATIONS = sizeof interpolations / sizeof *interpolations };

static int find(const char *name)
{
    int i = 0;
    while (i < N_INTERPOLATIONS && (name == NULL || strcmp(interpolations[i].name, name) != 0))
        i++;
    return i;
}

/* ---- one axis -------------------------------------------------------------------------------- */

/* W[times n, n]: what each of n cells counts in each new one, whose centre lies at (i + 1/2) / times -
 * 1/2 between them; rows have the sum 1, also at the border. */
static cn_value weights(cn_program *p, int64_t n, int64_t times, neighbour *weight)
{
    const cn_shape shape = CN_SHAPE(times * n, n);
    cn_value centre = cn_emit_cast(p, cn_emit_iota(p, shape, 0), CN_FLOAT32),
             cell = cn_emit_cast(p, cn_emit_iota(p, shape, 1), CN_FLOAT32);
    const double step = 1 / (double)times;
    centre = cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, centre, step), step / 2 - 0.5);
    cn_value w = weight(p, cn_emit_absolute(p, cn_emit_subtract(p, centre, cell)));
    return cn_emit_divide(p, w, cn_emit_sum(p, w, CN_AXES(1), true));
}

static cn_value enlarge(cn_program *p, cn_value x, int64_t axis, int64_t times, neighbour *weight)
{
    if (x == CN_NO_VALUE)
        return x;
    cn_shape shape = *cn_shape_of(p, x);
    const int64_t n = shape.dim[axis];
    int64_t before = 1, behind = 1;
    for (int64_t i = 0; i < shape.rank; i++)
        *(i < axis ? &before : &behind) *= i == axis ? 1 : shape.dim[i];
    x = cn_emit_reshape(p, x, CN_SHAPE(before, n, behind));
    x = cn_emit_matmul(p, weights(p, n, times, weight), x);
    shape.dim[axis] = times * n;
    return cn_emit_reshape(p, x, shape);
}

/* ---- the layer ------------------------------------------------------------------------------- */

static cn_status check(const void *own)
{
    const cn_up_sampling2d_args *args = own;
    CN_TRY(cn_check_each("size", args->size, 2));
    CN_CHECK(find(args->interpolation) < N_INTERPOLATIONS,
             "interpolation must be \"nearest\", \"bilinear\", \"bicubic\", \"lanczos3\" or "
             "\"lanczos5\", got \"%s\"",
             args->interpolation == NULL ? "NULL" : args->interpolation);
    return cn_check_data_format(args->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_spatial(layer, &inputs[0].shape, 2);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_up_sampling2d_args *args = frame->layer->args;
    neighbour *weight = interpolations[find(args->interpolation)].weight;
    if (weight == NULL)
        return cn_call_repeat(frame, args->size, 2, args->data_format);
    cn_program *p = frame->program;
    const cn_shape axes = cn_spatial_axes(2, args->data_format);
    cn_value y = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    for (int64_t i = 0; i < 2; i++)
        y = enlarge(p, y, axes.dim[i], cn_for_axis(args->size, i), weight);
    frame->outputs[0] = y;
    return p->status;
}

const cn_layer_class cn_up_sampling2d_layer_class = {
    CN_LAYER_CLASS("UpSampling2D", cn_up_sampling2d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_up_sampling2d_with(const cn_up_sampling2d_args *args)
{
    return cn_layer_make(&cn_up_sampling2d_layer_class, args);
}
