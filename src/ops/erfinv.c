/* erfinv: the y with erf(y) = x; infinite at -1 and 1, NaN beyond. Gradient: dx = dy * sqrt(pi)/2
 * e^(y^2). */
#include "ops/elementwise.h"

static const double root_pi = 1.77245385090551602730;

/* Winitzki's approximation, good to 0.2 %, then Halley's steps, which treble the digits. Beyond 0.5
 * 1 - erf(y) is compared, which does not lose them. */
static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    const double size = fabs(x), a = 0.147;
    if (!(size < 1))
        return size == 1 ? copysign(INFINITY, x) : NAN;
    const double logarithm = log1p(-x * x), half = 2 / (acos(-1) * a) + logarithm / 2;
    double y = sqrt(sqrt(half * half - logarithm / a) - half);
    for (int i = 0; i < 3; i++) {
        const double off = size < 0.5 ? erf(y) - size : (1 - size) - erfc(y);
        const double step = off * root_pi / 2 * exp(y * y);
        y -= step / (1 + y * step);
    }
    return copysign(y, x);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value slope = cn_emit_exp(p, cn_emit_square(p, i->output));
    dx[0] = cn_emit_multiply(p, dy[0], cn_emit_multiply_scalar(p, slope, root_pi / 2));
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 3)}, .n_inputs = 1, .low = -0.6, .high = 0.6},
    {.shapes = {CN_DIMS(3, 517)}, .n_inputs = 1, .low = -0.99, .high = 0.99},
    {.shapes = {{0}}, .n_inputs = 1, .low = 0.9, .high = 0.95},
};

const cn_op cn_op_erfinv = {
    CN_ELEMENTWISE("erfinv", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .gradient = gradient,
    CN_SAMPLES(samples),
};
