/* rearrange: axes taken apart, moved and put together by a pattern, as einops has it: "b (h p) c ->
 * b p (h c)". */
#include "cornu/array_ops.h"

#include <ctype.h>
#include <string.h>

#include "graph/draw.h"
#include "ops/emit.h"

/* ---- lengths --------------------------------------------------------------------------------- */

/* How long axes are that the pattern names: by name in the call. */
enum { MOST_LENGTHS = CN_MAX_RANK };
struct lengths {
    int64_t n;
    struct length {
        const char *name;
        int64_t length;
    } at[MOST_LENGTHS];
};

static cn_status read_lengths(const json_t *record, const void **thing)
{
    cn_arena *memory = cn_session_arena(cn_session_current());
    struct lengths *lengths = cn_arena_allocate(memory, sizeof *lengths);
    const char *key;
    json_t *value;
    CN_CHECK_MEMORY(lengths);
    json_object_foreach((json_t *)(uintptr_t)record, key, value)
    {
        CN_CHECK(lengths->n < MOST_LENGTHS, "rearrange: lengths of more than %d axes are given",
                 MOST_LENGTHS);
        CN_CHECK(json_is_integer(value) && json_integer_value(value) > 0,
                 "rearrange: the length of \"%.40s\" must be a positive integer", key);
        struct length *length = &lengths->at[lengths->n++];
        *length = (struct length){cn_arena_text(memory, key), json_integer_value(value)};
        CN_CHECK_MEMORY(length->name);
    }
    *thing = lengths;
    return CN_OK;
}

static json_t *write_lengths(const void *thing)
{
    const struct lengths *lengths = thing;
    json_t *record = json_object();
    for (int64_t i = 0; i < lengths->n; i++)
        cn_json_set(&record, lengths->at[i].name, json_integer(lengths->at[i].length));
    return record;
}

static const cn_records length_records = {write_lengths, read_lengths};

/* ---- patterns -------------------------------------------------------------------------------- */

/* One side of a pattern: axes, each with the group that it is in. */
struct side {
    int64_t n, groups;
    struct axis {
        const char *name;
        size_t bytes;
        int64_t group, length;
    } axes[CN_MAX_RANK];
};

/* Reads a side up to what ends it; false if it is no list of names and groups of names. */
static bool read_side(const char **text, const char *end, struct side *side)
{
    bool grouped = false;
    *side = (struct side){0};
    for (const char *c = *text;; c++) {
        const struct axis axis = {.name = c, .group = side->groups};
        if (strncmp(c, end, strlen(end)) == 0 && (*end != '\0' || *c == '\0')) {
            *text = c + strlen(end);
            return !grouped;
        }
        if (*c == '(' || *c == ')') {
            if (grouped != (*c == ')'))
                return false;
            side->groups += grouped;
            grouped = !grouped;
        } else if (isalnum((unsigned char)*c) || *c == '_') {
            while (isalnum((unsigned char)c[1]) || c[1] == '_')
                c++;
            if (side->n == CN_MAX_RANK)
                return false;
            side->axes[side->n] = axis;
            side->axes[side->n++].bytes = (size_t)(c + 1 - axis.name);
            side->groups += !grouped;
        } else if (*c != ' ') {
            return false;
        }
    }
}

static bool is_called(const struct axis *axis, const char *name, size_t bytes)
{
    return axis->bytes == bytes && memcmp(axis->name, name, bytes) == 0;
}

/* The place of an axis in the other side, -1: it is not there, or twice. */
static int64_t find(const struct side *side, const struct axis *axis)
{
    int64_t found = -1;
    for (int64_t i = 0; i < side->n; i++)
        if (is_called(&side->axes[i], axis->name, axis->bytes)) {
            if (found >= 0)
                return -1;
            found = i;
        }
    return found;
}

/* The lengths of a group's axes, of which one may be left to what the others leave of dim. */
static bool measure(struct side *side, int64_t group, int64_t dim, const struct lengths *given)
{
    struct axis *open = NULL;
    int64_t known = 1;
    for (int64_t i = 0; i < side->n; i++) {
        struct axis *axis = &side->axes[i];
        if (axis->group != group)
            continue;
        for (int64_t k = 0; given != NULL && k < given->n; k++)
            if (is_called(axis, given->at[k].name, strlen(given->at[k].name)))
                axis->length = given->at[k].length;
        if (axis->length == 0 && open != NULL)
            return false;
        if (axis->length == 0)
            open = axis;
        else if (axis->length > dim / known)
            return false;
        else
            known *= axis->length;
    }
    if (open != NULL)
        open->length = dim / known;
    return open == NULL ? known == dim : known * open->length == dim;
}

/* ---- emitting -------------------------------------------------------------------------------- */

static cn_value emit_moved(cn_program *p, const cn_operation_class *class, cn_value x,
                           const struct side *from, const struct side *to)
{
    cn_shape apart = {.rank = from->n}, permutation = apart, result = {.rank = to->groups};
    for (int64_t i = 0; i < result.rank; i++)
        result.dim[i] = 1;
    for (int64_t i = 0; i < from->n; i++) {
        const struct axis *axis = &to->axes[i];
        apart.dim[i] = from->axes[i].length;
        permutation.dim[i] = find(from, axis);
        if (permutation.dim[i] < 0 || find(to, axis) < 0)
            return cn_refuse(p, class, "the axis %.*s must be on both sides of the pattern, once",
                             (int)axis->bytes, axis->name);
        result.dim[axis->group] *= from->axes[permutation.dim[i]].length;
    }
    x = cn_emit_transpose(p, cn_emit_reshape(p, x, apart), permutation);
    return cn_emit_reshape(p, x, result);
}

/* dtype is the pattern, key the lengths. */
CN_EMIT(emit_rearrange)
{
    struct side from, to;
    const char *text = args->dtype == NULL ? "" : args->dtype;
    (void)n;
    if (!read_side(&text, "->", &from) || !read_side(&text, "", &to) || from.n != to.n)
        return cn_refuse(p, class,
                         "the pattern must have the same names of axes on both sides, groups in "
                         "parentheses: \"b (h p) c -> b p (h c)\", got \"%.60s\"",
                         args->dtype == NULL ? "" : args->dtype);
    if (inputs[0] == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape shape = *cn_shape_of(p, inputs[0]);
    if (shape.rank != from.groups)
        return cn_refuse(p, class, "the pattern has %d axes for shape %s", (int)from.groups,
                         cn_shape_str(&shape));
    for (int64_t i = 0; i < shape.rank; i++)
        if (!measure(&from, i, shape.dim[i], args->key))
            return cn_refuse(p, class,
                             "axis %d of shape %s is not the product of its lengths, of which one "
                             "at most may be left out",
                             (int)i, cn_shape_str(&shape));
    return emit_moved(p, class, inputs[0], &from, &to);
}

static const cn_field fields[] = {
    CN_OPERATION_FIELD("pattern", dtype, CN_FIELD_TEXT, CN_FIELD_IN_CALL), CN_END_FIELDS};
static const cn_field lengths_field = {
    "axes_lengths",    CN_FIELD_THING, offsetof(cn_operation_args, key),
    CN_FIELD_OPTIONAL, NULL,           &length_records};

const cn_operation_class cn_operation_rearrange = {
    CN_OPERATION("rearrange", "Rearrange", "einops", fields, 1, 1), .emit = emit_rearrange,
    .other_names = &lengths_field};

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_rearrange_with(const cn_ops_rearrange_args *args)
{
    cn_operation_args own = cn_operation_defaults;
    struct lengths lengths = {.n = 0};
    cn_tensor *x = args->tensor;
    for (int64_t i = 0; i < MOST_LENGTHS && args->lengths[i].axis != NULL; i++) {
        const char *axis = args->lengths[i].axis;
        axis = cn_keep(&cn_operation_rearrange, axis, strlen(axis) + 1);
        if (axis == NULL)
            return NULL;
        lengths.at[lengths.n++] = (struct length){axis, args->lengths[i].length};
    }
    own.dtype = args->pattern;
    own.key = cn_keep(&cn_operation_rearrange, &lengths, sizeof lengths);
    return own.key == NULL ? NULL : cn_operation(&cn_operation_rearrange, &own, &x, 1);
}
