/* Operations that look tensors of any rank up between their elements. */
#include "cornu/image_ops.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "graph/operation.h"
#include "ops/images.h"

/* ---- map_coordinates ------------------------------------------------------------------------- */

/* x[d1, ..., dn] at coordinates[n, ...]: [...]. */
CN_EMIT(emit_map_coordinates)
{
    static const char *const fill_modes[] = {"constant", "nearest", "wrap",
                                             "mirror",   "reflect", NULL};
    cn_value places[CN_MAX_RANK];
    (void)n;
    if (inputs[0] == CN_NO_VALUE || inputs[1] == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape *shape = cn_shape_of(p, inputs[0]), *coordinates = cn_shape_of(p, inputs[1]);
    const cn_dtype dtype = cn_type_of(p, inputs[0])->dtype;
    if (shape->rank < 1 || coordinates->rank < 2 || coordinates->dim[0] != shape->rank)
        return cn_refuse(p, class,
                         "the first axis of coordinates must be as long as the input has axes, got "
                         "shapes %s and %s",
                         cn_shape_str(shape), cn_shape_str(coordinates));
    if (args->number != 0 && args->number != 1)
        return cn_refuse(p, class, "order must be 0 or 1, got %d", (int)args->number);
    if (!cn_is_choice(p, class, "fill_mode", args->fill_mode, fill_modes))
        return CN_NO_VALUE;
    const int64_t rank = shape->rank;
    for (int64_t i = 0; i < rank; i++)
        places[i] = cn_emit_squeeze(p, cn_emit_slice_axis(p, inputs[1], 0, i, 1), 0);
    const cn_warping how = {args->number == 0 ? "nearest" : "bilinear", args->fill_mode,
                            args->fill_value};
    cn_value x = cn_emit_cast(p, inputs[0], CN_FLOAT32);
    return cn_emit_rounded_to(p, cn_emit_at_places(p, x, places, rank, how), dtype);
}

/* ---- scale_and_translate --------------------------------------------------------------------- */

/* max(0, 1 - |x|) */
static cn_value triangle(cn_program *p, cn_value x)
{
    return cn_emit_maximum_scalar(p, cn_emit_subtract_from(p, 1, x), 0);
}

/* Keys, Cubic Convolution Interpolation (1981), a = -1/2: within 1, from 1 to 2, and beyond. */
static cn_value cubic(cn_program *p, cn_value x)
{
    cn_value square = cn_emit_square(p, x), cube = cn_emit_multiply(p, square, x);
    cn_value near = cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, cube, 1.5), 1);
    near = cn_emit_subtract(p, near, cn_emit_multiply_scalar(p, square, 2.5));
    cn_value far = cn_emit_add(p, cn_emit_multiply_scalar(p, cube, -0.5),
                               cn_emit_multiply_scalar(p, square, 2.5));
    far = cn_emit_add_scalar(p, cn_emit_add(p, far, cn_emit_multiply_scalar(p, x, -4)), 2);
    far = cn_emit_where(p, cn_emit_less_scalar(p, x, 2), far, cn_emit_scalar(p, 0));
    return cn_emit_where(p, cn_emit_less_scalar(p, x, 1), near, far);
}

static cn_value sine(cn_program *p, cn_value x)
{
    return cn_emit_1(p, &cn_op_sin, x);
}

/* radius sin(pi x) sin(pi x / radius) / (pi x)^2 */
static cn_value lanczos(cn_program *p, cn_value x, double radius)
{
    const double pi = 3.14159265358979323846;
    cn_value a = cn_emit_multiply_scalar(p, x, pi), b = cn_emit_multiply_scalar(p, a, 1 / radius);
    cn_value top = cn_emit_multiply(p, sine(p, a), sine(p, b));
    cn_value small = cn_emit_less_scalar(p, x, 1e-3);
    cn_value square = cn_emit_where(p, small, cn_emit_scalar(p, 1), cn_emit_square(p, a));
    cn_value y = cn_emit_divide(p, cn_emit_multiply_scalar(p, top, radius), square);
    y = cn_emit_where(p, small, cn_emit_scalar(p, 1), y);
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

typedef cn_value curve(cn_program *p, cn_value x);

static curve *curve_of(const char *method)
{
    static const struct {
        const char *name;
        curve *curve;
    } known[] = {{"linear", triangle},   {"bilinear", triangle}, {"trilinear", triangle},
                 {"triangle", triangle}, {"cubic", cubic},       {"bicubic", cubic},
                 {"tricubic", cubic},    {"lanczos3", lanczos3}, {"lanczos5", lanczos5}};
    for (size_t i = 0; method != NULL && i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, method) == 0)
            return known[i].curve;
    return NULL;
}

/* How much each of `in` cells counts in each of `out` ones, [in, out], with a scale and a
 * translation [1]. As in jax.image.scale_and_translate. */
static cn_value weights(cn_program *p, const cn_operation_args *args, int64_t in, int64_t out,
                        cn_value scale, cn_value translation)
{
    cn_value inverse = cn_emit_reciprocal(p, scale), zero = cn_emit_scalar(p, 0);
    cn_value cell = cn_emit_cast(p, cn_emit_iota(p, CN_SHAPE(in, 1), 0), CN_FLOAT32);
    cn_value place = cn_emit_cast(p, cn_emit_iota(p, CN_SHAPE(1, out), 1), CN_FLOAT32);
    place = cn_emit_subtract(p, cn_emit_add_scalar(p, place, 0.5), translation);
    place = cn_emit_add_scalar(p, cn_emit_multiply(p, place, inverse), -0.5);
    cn_value distance = cn_emit_absolute(p, cn_emit_subtract(p, place, cell));
    if (args->antialias)
        distance = cn_emit_divide(p, distance, cn_emit_maximum_scalar(p, inverse, 1));
    cn_value w = curve_of(args->interpolation)(p, distance);
    cn_value sum = cn_emit_sum(p, w, CN_AXES(0), true);
    cn_value some = cn_emit_greater_scalar(p, cn_emit_absolute(p, sum), 1000 * FLT_EPSILON);
    cn_value divisor = cn_emit_where(p, some, sum, cn_emit_scalar(p, 1));
    cn_value inside = cn_emit_logical_and(
        p, cn_emit_logical_not(p, cn_emit_less_scalar(p, place, -0.5)),
        cn_emit_logical_not(p, cn_emit_greater_scalar(p, place, (double)in - 0.5)));
    some = cn_emit_logical_and(p, some, inside);
    return cn_emit_where(p, some, cn_emit_divide(p, w, divisor), zero);
}

/* x with its axis multiplied by w[in, out]. */
static cn_value along_axis(cn_program *p, cn_value x, int64_t axis, cn_value w)
{
    const int64_t last = x == CN_NO_VALUE ? 0 : cn_shape_of(p, x)->rank - 1;
    return cn_emit_swap_axes(p, cn_emit_matmul(p, cn_emit_swap_axes(p, x, axis, last), w), axis,
                             last);
}

/* What does not fit is said; where an axis is not among those that change, it keeps its size. */
static bool check_places(cn_program *p, const cn_operation_class *class,
                         const cn_operation_args *args, const cn_value *inputs)
{
    const cn_shape *x = cn_shape_of(p, inputs[0]), *scale = cn_shape_of(p, inputs[1]),
                   *translation = cn_shape_of(p, inputs[2]), *axes = &args->axis;
    bool changes[CN_MAX_RANK] = {false};
    if (curve_of(args->interpolation) == NULL)
        (void)cn_refuse(p, class, "method cannot be %s",
                        args->interpolation == NULL ? "NULL" : args->interpolation);
    if (axes->rank < 0 || scale->rank != 1 || translation->rank != 1 ||
        scale->dim[0] != axes->rank || translation->dim[0] != axes->rank)
        (void)cn_refuse(p, class,
                        "scale and translation must have a number for each of spatial_dims, got %s "
                        "and %s",
                        cn_shape_str(scale), cn_shape_str(translation));
    for (int64_t i = 0; i < axes->rank && p->status == CN_OK; i++) {
        const int64_t axis = cn_axis_of(p, class, inputs[0], axes->dim[i]);
        if (axis >= 0)
            changes[axis] = true;
    }
    for (int64_t i = 0; i < x->rank && p->status == CN_OK; i++)
        if (args->shape.rank != x->rank ||
            !(changes[i] ? args->shape.dim[i] > 0
                         : args->shape.dim[i] == x->dim[i] || args->shape.dim[i] == CN_NONE))
            (void)cn_refuse(p, class, "%s cannot become %s", cn_shape_str(x),
                            cn_shape_str(&args->shape));
    return p->status == CN_OK;
}

CN_EMIT(emit_scale_and_translate)
{
    cn_value x = inputs[0];
    (void)n;
    if (x == CN_NO_VALUE || inputs[1] == CN_NO_VALUE || inputs[2] == CN_NO_VALUE ||
        !check_places(p, class, args, inputs))
        return CN_NO_VALUE;
    const cn_dtype dtype = cn_type_of(p, x)->dtype;
    cn_value numbers[2] = {cn_emit_cast(p, inputs[1], CN_FLOAT32),
                           cn_emit_cast(p, inputs[2], CN_FLOAT32)};
    x = cn_emit_cast(p, x, CN_FLOAT32);
    for (int64_t i = 0; i < args->axis.rank; i++) {
        const int64_t axis = cn_axis_of(p, class, x, args->axis.dim[i]);
        if (axis < 0)
            return CN_NO_VALUE;
        cn_value w = weights(p, args, cn_shape_of(p, x)->dim[axis], args->shape.dim[axis],
                             cn_emit_slice_axis(p, numbers[0], 0, i, 1),
                             cn_emit_slice_axis(p, numbers[1], 0, i, 1));
        x = along_axis(p, x, axis, w);
    }
    return cn_emit_rounded_to(p, x, dtype);
}

/* ---- classes --------------------------------------------------------------------------------- */

static const cn_field coordinates_fields[] = {
    CN_OPERATION_FIELD("order", number, CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("fill_mode", fill_mode, CN_FIELD_TEXT, 0),
    CN_OPERATION_FIELD("fill_value", fill_value, CN_FIELD_REAL, 0), CN_END_FIELDS};
static const cn_field translate_fields[] = {
    CN_OPERATION_FIELD("output_shape", shape, CN_FIELD_SHAPE, CN_FIELD_IN_CALL),
    CN_OPERATION_FIELD("spatial_dims", axis, CN_FIELD_SHAPE, CN_FIELD_SIGNED),
    CN_OPERATION_FIELD("method", interpolation, CN_FIELD_TEXT, 0),
    CN_OPERATION_FIELD("antialias", antialias, CN_FIELD_BOOL, 0), CN_END_FIELDS};
static const cn_argument translate_arguments[] = {{"images", 0},
                                                  {"output_shape", CN_ARGUMENT_MEMBER},
                                                  {"scale", 0},
                                                  {"translation", 0},
                                                  {NULL, 0}};

const cn_operation_class cn_operation_map_coordinates = CN_OPERATION_OF(
    "map_coordinates", "MapCoordinates", "image", coordinates_fields, 2, emit_map_coordinates);
const cn_operation_class cn_operation_scale_and_translate = {
    CN_OPERATION("scale_and_translate", "ScaleAndTranslate", "image", translate_fields, 3, 3),
    .arguments = translate_arguments,
    .emit = emit_scale_and_translate,
};

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_image_map_coordinates_with(const cn_ops_image_map_coordinates_args *own)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {own->inputs, own->coordinates};
    args.number = own->order;
    args.fill_mode = own->fill_mode;
    args.fill_value = own->fill_value;
    return cn_operation(&cn_operation_map_coordinates, &args, inputs, 2);
}

cn_tensor *cn_ops_image_scale_and_translate_with(const cn_ops_image_scale_and_translate_args *own)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {own->images, own->scale, own->translation};
    args.shape = cn_shape_of_dims(own->output_shape);
    args.axis = cn_shape_of_axes(own->spatial_dims);
    args.interpolation = own->method;
    args.antialias = own->antialias;
    return cn_operation(&cn_operation_scale_and_translate, &args, inputs, 3);
}
