/* What is put around a tensor: a number, or itself mirrored. */
#include "cornu/array_ops.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "graph/draw.h"
#include "ops/emit.h"

/* ---- widths ---------------------------------------------------------------------------------- */

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

/* ---- padding --------------------------------------------------------------------------------- */

/* `count` elements of an axis from one downwards. */
static cn_value mirrored(cn_program *p, cn_value x, int64_t axis, int64_t from, int64_t count)
{
    cn_shape size = *cn_shape_of(p, x), start = {.rank = size.rank}, step = start;
    for (int64_t i = 0; i < size.rank; i++)
        step.dim[i] = i == axis ? -1 : 1;
    start.dim[axis] = from;
    size.dim[axis] = count;
    return cn_emit_slice(p, x, start, size, step);
}

/* An axis with its elements in reverse order on both sides; those at its ends are left out of these
 * (edge 1) or not (0). */
static cn_value with_mirrors(cn_program *p, const cn_operation_class *class, cn_value x,
                             int64_t axis, int64_t before, int64_t after, int64_t edge)
{
    cn_value parts[3];
    int64_t n = 0;
    const int64_t length = cn_shape_of(p, x)->dim[axis], most = before > after ? before : after;
    if (most == 0)
        return x;
    if (most > length - edge)
        return cn_refuse(p, class, "an axis of %" PRId64 " cannot be mirrored %" PRId64 " far",
                         length, most);
    if (before > 0)
        parts[n++] = mirrored(p, x, axis, before - 1 + edge, before);
    parts[n++] = x;
    if (after > 0)
        parts[n++] = mirrored(p, x, axis, length - 1 - edge, after);
    return cn_emit_concatenate(p, parts, n, axis);
}

static cn_value with_number(cn_program *p, const cn_operation_class *class, cn_value x,
                            const struct widths *widths, double number)
{
    const cn_dtype dtype = cn_dtype_of(p, x);
    const double most = dtype == CN_BOOL ? 1 : dtype == CN_UINT8 ? UINT8_MAX : INT32_MAX;
    const double least = dtype == CN_INT32 ? INT32_MIN : 0;
    if (dtype != CN_FLOAT32 && !(number == floor(number) && number >= least && number <= most))
        return cn_refuse(p, class, "constant_values must fit %s, got %g", cn_dtype_name(dtype),
                         number);
    return cn_emit_pad(p, x, widths->before, widths->after, number);
}

/* The mode is args->dtype, and what is put around args->high. */
CN_EMIT(emit_pad)
{
    static const struct widths none = {.is_one = true, .before = {1, {0}}, .after = {1, {0}}};
    struct widths widths = args->key == NULL ? none : *(const struct widths *)args->key;
    const char *mode = args->dtype == NULL ? "constant" : args->dtype;
    cn_value x = inputs[0];
    const int64_t rank = cn_shape_of(p, x)->rank;
    (void)n;
    if (!widths.is_one && widths.before.rank != rank)
        return cn_refuse(p, class, "pad_width has %" PRId64 " pairs for %" PRId64 " axes",
                         widths.before.rank, rank);
    for (int64_t i = 0; i < rank && widths.is_one; i++) {
        widths.before.dim[i] = widths.before.dim[0];
        widths.after.dim[i] = widths.after.dim[0];
    }
    widths.before.rank = widths.after.rank = rank;
    if (strcmp(mode, "constant") == 0)
        return with_number(p, class, x, &widths, isnan(args->high) ? 0 : args->high);
    const bool reflect = strcmp(mode, "reflect") == 0;
    if (!reflect && strcmp(mode, "symmetric") != 0)
        return cn_refuse(p, class,
                         "mode must be \"constant\", \"reflect\" or \"symmetric\", got \"%.20s\"",
                         mode);
    for (int64_t i = 0; i < rank && x != CN_NO_VALUE; i++)
        x = with_mirrors(p, class, x, i, widths.before.dim[i], widths.after.dim[i], reflect);
    return x;
}

static const cn_argument pad_arguments[] = {{"x", 0}, {NULL, 0}};
static const cn_field pad_fields[] = {
    {"pad_width", CN_FIELD_THING, offsetof(cn_operation_args, key), CN_FIELD_OPTIONAL, NULL,
     &width_records},
    CN_OPERATION_FIELD("mode", dtype, CN_FIELD_TEXT, 0),
    CN_OPERATION_FIELD("constant_values", high, CN_FIELD_REAL,
                       CN_FIELD_OPTIONAL | CN_FIELD_IN_CALL),
    CN_END_FIELDS,
};

const cn_operation_class cn_operation_pad = {CN_OPERATION("pad", "Pad", "numpy", pad_fields, 1, 1),
                                             .emit = emit_pad, .arguments = pad_arguments};

/* ---- in C ------------------------------------------------------------------------------------ */

static cn_status check_widths(const cn_ops_pad_args *from, struct widths *widths)
{
    for (int64_t i = 0; i < CN_MAX_RANK; i++) {
        const int64_t before = from->pad_width[i][0], after = from->pad_width[i][1];
        CN_CHECK(before >= 0 && after >= 0 && before <= INT32_MAX && after <= INT32_MAX,
                 "pad: pad_width must have numbers of 0 and more");
        CN_CHECK(i < widths->before.rank || (before == 0 && after == 0),
                 "pad: pad_width has %" PRId64 " pairs for %" PRId64 " axes", i + 1,
                 widths->before.rank);
        widths->before.dim[i] = before;
        widths->after.dim[i] = after;
    }
    return CN_OK;
}

/* One pair for each axis of x. */
cn_tensor *cn_ops_pad_with(const cn_ops_pad_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    struct widths widths = {.is_one = from->x == NULL || from->x->kind != CN_KIND_TENSOR};
    const bool constant = from->mode == NULL || strcmp(from->mode, "constant") == 0;
    if (!widths.is_one) {
        widths.before.rank = widths.after.rank = from->x->shape.rank;
        if (check_widths(from, &widths) != CN_OK)
            return NULL;
    }
    args.key = cn_keep(&cn_operation_pad, &widths, sizeof widths);
    args.dtype = from->mode == NULL ? "constant" : from->mode;
    if (constant && from->constant_values != 0)
        args.high = from->constant_values;
    return args.key == NULL ? NULL : cn_operation(&cn_operation_pad, &args, &from->x, 1);
}
