/* The list of constraints, applying one, and the norms that most of them limit. */
#include "constraints/constraints.h"

static const cn_class *const list[] = {
#define CN_CONSTRAINT_ENTRY(name) &cn_constraint_##name.base,
#include "constraints/constraints.def"
#undef CN_CONSTRAINT_ENTRY
    NULL,
};

const cn_classes cn_constraint_classes = {"constraint", list, NULL};

cn_value cn_emit_constraint(cn_program *p, const char *identifier, cn_value w)
{
    cn_object object;
    if (p->status != CN_OK || w == CN_NO_VALUE)
        return CN_NO_VALUE;
    cn_status status = cn_object_parse(&cn_constraint_classes, identifier, &p->memory, &object);
    if (status != CN_OK)
        return cn_program_fail(p, status);
    if (object.class == NULL)
        return w;
    return ((const cn_constraint_class *)object.class)->emit(p, object.args, w);
}

static cn_status check_axes(const cn_shape *shape, const cn_shape *axes)
{
    for (int64_t i = 0; i < axes->rank; i++)
        CN_CHECK(cn_shape_axis(shape, axes->dim[i]) >= 0,
                 "constraint: axis %d does not exist in a weight of shape %s", (int)axes->dim[i],
                 cn_shape_str(shape));
    return CN_OK;
}

cn_value cn_emit_norms(cn_program *p, cn_value w, const int64_t axes[CN_MAX_RANK])
{
    const cn_shape over = cn_shape_of_axes(axes);
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    cn_status status = check_axes(cn_shape_of(p, w), &over);
    if (status != CN_OK)
        return cn_program_fail(p, status);
    return cn_emit_sqrt(p, cn_emit_sum(p, cn_emit_square(p, w), over, true));
}

cn_value cn_emit_with_norms(cn_program *p, cn_value w, cn_value norms, cn_value desired)
{
    const double epsilon = 1e-7;
    cn_value factor = cn_emit_divide(p, desired, cn_emit_add_scalar(p, norms, epsilon));
    return cn_emit_multiply(p, w, factor);
}
