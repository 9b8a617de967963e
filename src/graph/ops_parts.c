/* Operations that models of Keras may hold and that make several tensors of one, or put something around one. */
#include <inttypes.h>

#include "graph/operation.h"
#include "ops/emit.h"

/* ---- several tensors ------------------------------------------------------------------------- */

/* Equal parts of one axis; each is without the axis if it is to vanish. */
static int64_t cut(cn_program *p, const cn_operation_class *class, cn_value x, int64_t parts,
                   int64_t axis, cn_value *outputs)
{
    axis = cn_axis_of(p, class, x, axis);
    if (axis < 0)
        return 0;
    const int64_t length = cn_shape_of(p, x)->dim[axis];
    if (parts < 1 || parts > CN_MOST_TENSORS || length % parts != 0) {
        (void)cn_refuse(p, class,
                        "an axis of %" PRId64 " cannot be cut into %" PRId64 " equal parts", length,
                        parts);
        return 0;
    }
    for (int64_t i = 0; i < parts; i++)
        outputs[i] = cn_emit_slice_axis(p, x, axis, i * (length / parts), length / parts);
    return parts;
}

CN_EMIT_SEVERAL(emit_split)
{
    (void)n;
    return cut(p, class, inputs[0], args->number, args->other, outputs);
}

CN_EMIT_SEVERAL(emit_hsplit)
{
    (void)n;
    return cut(p, class, inputs[0], args->number, 1, outputs);
}

CN_EMIT_SEVERAL(emit_dsplit)
{
    (void)n;
    return cut(p, class, inputs[0], args->number, 2, outputs);
}

CN_EMIT_SEVERAL(emit_unstack)
{
    (void)n;
    const int64_t axis = cn_axis_of(p, class, inputs[0], args->other);
    if (axis < 0)
        return 0;
    const int64_t length = cn_shape_of(p, inputs[0])->dim[axis];
    const int64_t parts =
        cut(p, class, inputs[0], args->number == CN_NONE ? length : args->number, axis, outputs);
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

static const cn_field split_fields[] = {
    CN_OPERATION_FIELD("indices_or_sections", number, CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("axis", other, CN_FIELD_INT, 0), CN_END_FIELDS};
static const cn_field sections_fields[] = {
    CN_OPERATION_FIELD("indices_or_sections", number, CN_FIELD_INT, 0), CN_END_FIELDS};
static const cn_field unstack_fields[] = {
    CN_OPERATION_FIELD("num", number, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_OPERATION_FIELD("axis", other, CN_FIELD_INT, 0), CN_END_FIELDS};
static const cn_field moments_fields[] = {
    CN_OPERATION_FIELD("axes", axis, CN_FIELD_SHAPE, CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_OPERATION_FIELD("keepdims", keepdims, CN_FIELD_BOOL, 0), CN_END_FIELDS};

const cn_operation_class cn_operation_split = {
    CN_OPERATION("split", "Split", "numpy", split_fields, 1, 1), .emit_several = emit_split};
const cn_operation_class cn_operation_hsplit = {
    CN_OPERATION("hsplit", "Hsplit", "numpy", sections_fields, 1, 1), .emit_several = emit_hsplit};
const cn_operation_class cn_operation_dsplit = {
    CN_OPERATION("dsplit", "Dsplit", "numpy", sections_fields, 1, 1), .emit_several = emit_dsplit};
const cn_operation_class cn_operation_unstack = {
    CN_OPERATION("unstack", "Unstack", "core", unstack_fields, 1, 1), .emit_several = emit_unstack};
const cn_operation_class cn_operation_moments = {
    CN_OPERATION("moments", "Moments", "nn", moments_fields, 1, 1), .emit_several = emit_moments,
    .rest = "{\"synchronized\": false}"};

/* ---- zeros around ---------------------------------------------------------------------------- */

/* How many before and behind each axis; one number for all. */
struct widths {
    bool is_one;
    cn_shape before, after;
};

static cn_status read_pair(const json_t *pair, int64_t *before, int64_t *after)
{
    const json_t *first = json_array_get(pair, 0), *second = json_array_get(pair, 1);
    CN_CHECK(json_array_size(pair) == 2 && json_is_integer(first) && json_is_integer(second),
             "pad: pad_width must have a pair of integers for each axis");
    *before = json_integer_value(first);
    *after = json_integer_value(second);
    CN_CHECK(*before >= 0 && *after >= 0 && *before <= INT32_MAX && *after <= INT32_MAX,
             "pad: pad_width must have numbers of 0 and more");
    return CN_OK;
}

static cn_status read_widths(const json_t *record, const void **thing)
{
    struct widths *widths =
        cn_arena_allocate(cn_session_arena(cn_session_current()), sizeof *widths);
    CN_CHECK_MEMORY(widths);
    widths->is_one = json_is_integer(record);
    const size_t n = widths->is_one ? 1 : json_array_size(record);
    CN_CHECK(n <= CN_MAX_RANK, "pad: pad_width has more than %d axes", CN_MAX_RANK);
    widths->before.rank = widths->after.rank = (int64_t)n;
    for (size_t i = 0; i < n && !widths->is_one; i++)
        CN_TRY(read_pair(json_array_get(record, i), &widths->before.dim[i], &widths->after.dim[i]));
    if (widths->is_one)
        widths->before.dim[0] = widths->after.dim[0] = json_integer_value(record);
    *thing = widths;
    return CN_OK;
}

static json_t *write_widths(const void *thing)
{
    const struct widths *widths = thing;
    if (widths->is_one)
        return json_integer(widths->before.dim[0]);
    json_t *list = json_array();
    for (int64_t i = 0; i < widths->before.rank; i++)
        cn_json_append(&list, json_pack("[I, I]", (json_int_t)widths->before.dim[i],
                                        (json_int_t)widths->after.dim[i]));
    return list;
}

static const cn_records width_records = {write_widths, read_widths};

static cn_value emit_pad(cn_program *p, const cn_operation_class *class,
                         const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)class, (void)n;
    static const struct widths none = {.is_one = true, .before = {1, {0}}, .after = {1, {0}}};
    struct widths widths = args->key == NULL ? none : *(const struct widths *)args->key;
    const int64_t rank = cn_shape_of(p, inputs[0])->rank;
    if (!widths.is_one && widths.before.rank != rank)
        return cn_program_fail(
            p, cn_fail(CN_INVALID, "pad: pad_width has %" PRId64 " pairs for %" PRId64 " axes",
                       widths.before.rank, rank));
    for (int64_t i = 0; i < rank && widths.is_one; i++) {
        widths.before.dim[i] = widths.before.dim[0];
        widths.after.dim[i] = widths.after.dim[0];
    }
    widths.before.rank = widths.after.rank = rank;
    return cn_emit_pad(p, inputs[0], widths.before, widths.after, 0);
}

static const cn_field pad_fields[] = {
    {"pad_width", CN_FIELD_THING, offsetof(cn_operation_args, key), CN_FIELD_OPTIONAL, NULL,
     &width_records},
    CN_END_FIELDS,
};

const cn_operation_class cn_operation_pad = {CN_OPERATION("pad", "Pad", "numpy", pad_fields, 1, 1),
                                             .emit = emit_pad, .rest = "{\"mode\": \"constant\"}",
                                             .null_keyword = "constant_values"};
