/* Operations that make several tensors of one. */
#include "cornu/array_ops.h"
#include "cornu/nn.h"

#include <inttypes.h>

#include "graph/draw.h"
#include "ops/emit.h"

/* ---- several tensors ------------------------------------------------------------------------- */

/* Where an axis is cut: into so many parts, or at indices. */
struct cuts {
    bool is_number;
    int64_t n, at[CN_MOST_TENSORS];
};

static cn_status read_cuts(const json_t *record, const void **thing)
{
    struct cuts *cuts = cn_arena_allocate(cn_session_arena(cn_session_current()), sizeof *cuts);
    CN_CHECK_MEMORY(cuts);
    const size_t n = json_array_size(record);
    *cuts = (struct cuts){json_is_integer(record), (int64_t)n, {0}};
    CN_CHECK(cuts->is_number || (json_is_array(record) && n < CN_MOST_TENSORS),
             "split: indices_or_sections must be an integer, or a list of at most %d integers",
             CN_MOST_TENSORS - 1);
    if (cuts->is_number)
        cuts->n = json_integer_value(record);
    for (size_t i = 0; i < n; i++) {
        CN_CHECK(json_is_integer(json_array_get(record, i)),
                 "split: indices_or_sections must be a list of integers");
        cuts->at[i] = json_integer_value(json_array_get(record, i));
    }
    *thing = cuts;
    return CN_OK;
}

static json_t *write_cuts(const void *thing)
{
    const struct cuts *cuts = thing;
    if (cuts->is_number)
        return json_integer(cuts->n);
    json_t *list = json_array();
    for (int64_t i = 0; i < cuts->n; i++)
        cn_json_append(&list, json_integer(cuts->at[i]));
    return list;
}

static const cn_records cut_records = {write_cuts, read_cuts};

/* The ends of so many parts; the first of parts that are not equal have one element more. 0, having
 * failed, if there are none. */
static int64_t find_ends(cn_program *p, const cn_operation_class *class, const struct cuts *cuts,
                         int64_t length, bool equal, int64_t *ends)
{
    const int64_t n = cuts->n, parts = cuts->is_number ? n : n + 1;
    int64_t before = 0;
    bool fits = parts >= 1 && parts <= CN_MOST_TENSORS && (!equal || length % n == 0);
    for (int64_t i = 0; fits && i < parts; i++) {
        if (cuts->is_number)
            ends[i] = (i + 1) * (length / n) + (i < length % n ? i + 1 : length % n);
        else
            ends[i] = i < n ? cuts->at[i] : length;
        fits = ends[i] > before && ends[i] <= length;
        before = ends[i];
    }
    if (fits)
        return parts;
    if (cuts->is_number)
        (void)cn_refuse(p, class, "an axis of %" PRId64 " cannot be cut into %" PRId64 "%s parts",
                        length, n, equal ? " equal" : "");
    else
        (void)cn_refuse(p, class, "an axis of %" PRId64 " cannot be cut at these indices", length);
    return 0;
}

static int64_t cut(cn_program *p, const cn_operation_class *class, const struct cuts *cuts,
                   cn_value x, int64_t axis, bool equal, cn_value *outputs)
{
    static const struct cuts none = {.is_number = true, .n = 1};
    int64_t ends[CN_MOST_TENSORS], before = 0;
    axis = cn_axis_of(p, class, x, axis);
    if (axis < 0)
        return 0;
    const int64_t n =
        find_ends(p, class, cuts == NULL ? &none : cuts, cn_shape_of(p, x)->dim[axis], equal, ends);
    for (int64_t i = 0; i < n; i++) {
        outputs[i] = cn_emit_slice_axis(p, x, axis, before, ends[i] - before);
        before = ends[i];
    }
    return n;
}

CN_EMIT_SEVERAL(emit_split)
{
    const struct cuts *cuts = args->key;
    (void)n;
    return cut(p, class, cuts, inputs[0], args->other, cuts != NULL && cuts->is_number, outputs);
}

CN_EMIT_SEVERAL(emit_array_split)
{
    (void)n;
    return cut(p, class, args->key, inputs[0], args->other, false, outputs);
}

/* Along one axis of Keras's choice. */
CN_EMIT_SEVERAL(emit_split_along)
{
    cn_operation_args along = *args;
    along.other = class == &cn_operation_vsplit ? 0 : class == &cn_operation_hsplit ? 1 : 2;
    return emit_split(p, class, &along, inputs, n, outputs);
}

CN_EMIT_SEVERAL(emit_unstack)
{
    (void)n;
    const int64_t axis = cn_axis_of(p, class, inputs[0], args->other);
    if (axis < 0)
        return 0;
    const int64_t length = cn_shape_of(p, inputs[0])->dim[axis];
    const struct cuts cuts = {true, args->number == CN_NONE ? length : args->number, {0}};
    if (length > CN_MOST_TENSORS) {
        (void)cn_refuse(p, class, "an axis of %" PRId64 " cannot be unstacked: the most is %d",
                        length, CN_MOST_TENSORS);
        return 0;
    }
    const int64_t parts = cut(p, class, &cuts, inputs[0], axis, true, outputs);
    for (int64_t i = 0; i < parts; i++)
        outputs[i] = cn_emit_squeeze(p, outputs[i], axis);
    return parts;
}

/* Mean and variance over some axes. */
CN_EMIT_SEVERAL(emit_moments)
{
    (void)class, (void)n;
    outputs[0] = cn_emit_mean(p, inputs[0], args->axis, args->keepdims);
    outputs[1] = cn_emit_variance(p, inputs[0], args->axis, args->keepdims);
    return 2;
}

#define CUTS_FIELD                                                                                 \
    {                                                                                              \
        "indices_or_sections", CN_FIELD_THING, offsetof(cn_operation_args, key),                   \
            CN_FIELD_OPTIONAL, NULL, &cut_records                                                  \
    }
static const cn_field split_fields[] = {
    CUTS_FIELD, CN_OPERATION_FIELD("axis", other, CN_FIELD_INT, 0), CN_END_FIELDS};
static const cn_field cuts_fields[] = {CUTS_FIELD, CN_END_FIELDS};
static const cn_field unstack_fields[] = {
    CN_OPERATION_FIELD("num", number, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_OPERATION_FIELD("axis", other, CN_FIELD_INT, 0), CN_END_FIELDS};
static const cn_field moments_fields[] = {
    CN_OPERATION_FIELD("axes", axis, CN_FIELD_SHAPE, CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_OPERATION_FIELD("keepdims", keepdims, CN_FIELD_BOOL, 0), CN_END_FIELDS};

#define PARTS(name, class, fields, emit_)                                                          \
    {                                                                                              \
        CN_OPERATION(name, class, "numpy", fields, 1, 1), .emit_several = (emit_)                  \
    }

const cn_operation_class cn_operation_split = PARTS("split", "Split", split_fields, emit_split);
const cn_operation_class cn_operation_array_split =
    PARTS("array_split", "ArraySplit", split_fields, emit_array_split);
const cn_operation_class cn_operation_vsplit =
    PARTS("vsplit", "Vsplit", cuts_fields, emit_split_along);
const cn_operation_class cn_operation_hsplit =
    PARTS("hsplit", "Hsplit", cuts_fields, emit_split_along);
const cn_operation_class cn_operation_dsplit =
    PARTS("dsplit", "Dsplit", cuts_fields, emit_split_along);
const cn_operation_class cn_operation_unstack = {
    CN_OPERATION("unstack", "Unstack", "core", unstack_fields, 1, 1), .emit_several = emit_unstack};
const cn_operation_class cn_operation_moments = {
    CN_OPERATION("moments", "Moments", "nn", moments_fields, 1, 1), .emit_several = emit_moments,
    .rest = "{\"synchronized\": false}"};

static cn_tensors split(const cn_operation_class *class, const cn_ops_split_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    struct cuts cuts = {from->indices[0] == 0, from->sections, {0}};
    for (int64_t n = 0; n < CN_MAX_LIST && from->indices[n] != 0; n++) {
        cuts.at[n] = from->indices[n];
        cuts.n = n + 1;
    }
    args.key = cn_keep(class, &cuts, sizeof cuts);
    args.other = from->axis;
    return args.key == NULL ? cn_no_tensors() : cn_operation_several(class, &args, from->x);
}

cn_tensors cn_ops_split_with(const cn_ops_split_args *args)
{
    return split(&cn_operation_split, args);
}
cn_tensors cn_ops_array_split_with(const cn_ops_split_args *args)
{
    return split(&cn_operation_array_split, args);
}

/* Along an axis of their own. */
static cn_tensors split_along(const cn_operation_class *class, const cn_ops_split_args *from)
{
    if (from->axis == 0)
        return split(class, from);
    (void)cn_fail(CN_INVALID, "%s: takes no axis", class->layer.automatic_name);
    return cn_no_tensors();
}

cn_tensors cn_ops_hsplit_with(const cn_ops_split_args *args)
{
    return split_along(&cn_operation_hsplit, args);
}
cn_tensors cn_ops_vsplit_with(const cn_ops_split_args *args)
{
    return split_along(&cn_operation_vsplit, args);
}
cn_tensors cn_ops_dsplit_with(const cn_ops_split_args *args)
{
    return split_along(&cn_operation_dsplit, args);
}

cn_tensors cn_ops_unstack(cn_tensor *x, int64_t axis)
{
    cn_operation_args args = cn_operation_defaults;
    args.other = axis;
    return cn_operation_several(&cn_operation_unstack, &args, x);
}

/* Keras has no word for all axes here: they are said. */
cn_tensors cn_ops_moments_with(const cn_ops_reduce_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.keepdims = from->keepdims;
    if (from->axis[0] != CN_EVERY_AXIS)
        args.axis = cn_shape_of_axes(from->axis);
    else if (from->x != NULL && from->x->kind == CN_KIND_TENSOR)
        for (args.axis.rank = 0; args.axis.rank < from->x->shape.rank; args.axis.rank++)
            args.axis.dim[args.axis.rank] = args.axis.rank;
    return cn_operation_several(&cn_operation_moments, &args, from->x);
}
