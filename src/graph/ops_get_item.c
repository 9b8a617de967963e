/* GetItem: what x[1:, 0, ..., None] draws in Keras. Such nodes come from files; in C cn_ops_slice
 * and its kin say the same. */
#include <inttypes.h>
#include <string.h>

#include "graph/operation.h"
#include "ops/emit.h"

enum { MOST_PARTS = 2 * CN_MAX_RANK };

/* One part of a key: an index, a slice whose ends may be missing, "..." or None. */
struct part {
    enum { INDEX, SLICE, ELLIPSIS, NEW_AXIS } kind;
    int64_t start, stop, step; /* start is the index */
    bool has_start, has_stop, has_step;
};

struct key {
    bool is_list; /* several parts, or one in a list */
    int64_t n;
    struct part parts[MOST_PARTS];
};

/* ---- records --------------------------------------------------------------------------------- */

static cn_status read_number(const json_t *config, const char *name, int64_t *number, bool *given)
{
    const json_t *value = json_object_get(config, name);
    *given = json_is_integer(value);
    *number = json_integer_value(value);
    CN_CHECK(value == NULL || json_is_null(value) || *given,
             "get_item: a slice's %s must be an integer", name);
    CN_CHECK(*number >= -INT32_MAX && *number <= INT32_MAX, "get_item: a slice's %s is too large",
             name);
    return CN_OK;
}

static cn_status read_part(const json_t *record, struct part *part)
{
    const char *class = json_string_value(json_object_get(record, "class_name"));
    const json_t *config = json_object_get(record, "config");
    *part = (struct part){.kind = NEW_AXIS, .step = 1};
    if (json_is_null(record))
        return CN_OK;
    if (json_is_integer(record)) {
        *part = (struct part){.kind = INDEX, .start = json_integer_value(record)};
        CN_CHECK(part->start >= -INT32_MAX && part->start <= INT32_MAX,
                 "get_item: an index is too large");
        return CN_OK;
    }
    CN_CHECK(class != NULL, "get_item: a key's part must be an integer, a slice, \"...\" or None");
    if (strcmp(class, "__ellipsis__") == 0) {
        part->kind = ELLIPSIS;
        return CN_OK;
    }
    CN_CHECK(strcmp(class, "__slice__") == 0, "get_item: cannot take a %s as key", class);
    part->kind = SLICE;
    CN_TRY(read_number(config, "start", &part->start, &part->has_start));
    CN_TRY(read_number(config, "stop", &part->stop, &part->has_stop));
    CN_TRY(read_number(config, "step", &part->step, &part->has_step));
    part->step = part->has_step ? part->step : 1;
    CN_CHECK(part->step != 0, "get_item: a slice's step must not be 0");
    return CN_OK;
}

static cn_status read_key(const json_t *record, const void **thing)
{
    struct key *key = cn_arena_allocate(cn_session_arena(cn_session_current()), sizeof *key);
    CN_CHECK_MEMORY(key);
    key->is_list = json_is_array(record);
    key->n = key->is_list ? (int64_t)json_array_size(record) : 1;
    CN_CHECK(key->n <= MOST_PARTS, "get_item: a key of %" PRId64 " parts is too long", key->n);
    for (int64_t i = 0; i < key->n; i++)
        CN_TRY(
            read_part(key->is_list ? json_array_get(record, (size_t)i) : record, &key->parts[i]));
    *thing = key;
    return CN_OK;
}

static json_t *number_json(bool given, int64_t number)
{
    return given ? json_integer(number) : json_null();
}

static json_t *part_json(const struct part *part)
{
    switch (part->kind) {
    case INDEX: return json_integer(part->start);
    case NEW_AXIS: return json_null();
    case ELLIPSIS: return json_pack("{s:s, s:{}}", "class_name", "__ellipsis__", "config");
    default:
        return json_pack("{s:s, s:{s:o, s:o, s:o}}", "class_name", "__slice__", "config", "start",
                         number_json(part->has_start, part->start), "stop",
                         number_json(part->has_stop, part->stop), "step",
                         number_json(part->has_step, part->step));
    }
}

static json_t *write_key(const void *thing)
{
    const struct key *key = thing;
    if (!key->is_list)
        return part_json(&key->parts[0]);
    json_t *list = json_array();
    for (int64_t i = 0; i < key->n; i++)
        cn_json_append(&list, part_json(&key->parts[i]));
    return list;
}

static const cn_records key_records = {write_key, read_key};

/* ---- emitting -------------------------------------------------------------------------------- */

/* The slice of x, and then its shape with indexed axes away and new ones there. */
struct cut {
    cn_shape start, size, step, shape;
};

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* Python's rule for the elements of a slice of an axis. */
static void cut_axis(const struct part *part, int64_t dim, struct cut *cut, int64_t axis)
{
    const bool back = part->step < 0;
    int64_t start = part->has_start ? part->start : back ? dim - 1 : 0;
    int64_t stop = part->has_stop ? part->stop : back ? -dim - 1 : dim;
    start = clamp(part->has_start && start < 0 ? start + dim : start, back ? -1 : 0,
                  back ? dim - 1 : dim);
    stop = clamp(stop < 0 ? stop + dim : stop, back ? -1 : 0, back ? dim - 1 : dim);
    const int64_t length = back ? start - stop : stop - start;
    const int64_t stride = back ? -part->step : part->step;
    cut->start.dim[axis] = start;
    cut->size.dim[axis] = length <= 0 ? 0 : (length + stride - 1) / stride;
    cut->step.dim[axis] = part->step;
}

static cn_status append(struct cut *cut, int64_t dim)
{
    CN_CHECK(cut->shape.rank < CN_MAX_RANK, "get_item: more than %d axes", CN_MAX_RANK);
    cut->shape.dim[cut->shape.rank++] = dim;
    return CN_OK;
}

static cn_status take_part(const struct part *part, const cn_shape *shape, int64_t *axis,
                           struct cut *cut)
{
    if (part->kind == NEW_AXIS)
        return append(cut, 1);
    const int64_t dim = shape->dim[*axis];
    if (part->kind == SLICE) {
        cut_axis(part, dim, cut, *axis);
        return append(cut, cut->size.dim[(*axis)++]);
    }
    const int64_t index = part->start < 0 ? part->start + dim : part->start;
    CN_CHECK(index >= 0 && index < dim,
             "get_item: index %" PRId64 " is not in axis %" PRId64 " of %s", part->start, *axis,
             cn_shape_str(shape));
    cut->start.dim[*axis] = index;
    cut->size.dim[*axis] = cut->step.dim[*axis] = 1;
    ++*axis;
    return CN_OK;
}

/* How many axes a key names, and how many "..." it has. */
static int64_t count_axes(const struct key *key, int64_t *ellipses)
{
    int64_t n = 0;
    *ellipses = 0;
    for (int64_t i = 0; i < key->n; i++) {
        n += key->parts[i].kind == INDEX || key->parts[i].kind == SLICE;
        *ellipses += key->parts[i].kind == ELLIPSIS;
    }
    return n;
}

static cn_status make_cut(const struct key *key, const cn_shape *shape, struct cut *cut)
{
    static const struct part whole = {.kind = SLICE, .step = 1};
    int64_t axis = 0, ellipses;
    const int64_t named = count_axes(key, &ellipses);
    CN_CHECK(named <= shape->rank && ellipses <= 1,
             "get_item: a key of %" PRId64 " axes and %" PRId64 " \"...\" does not fit shape %s",
             named, ellipses, cn_shape_str(shape));
    cut->start.rank = cut->size.rank = cut->step.rank = shape->rank;
    for (int64_t i = 0; i < key->n; i++) {
        int64_t left = key->parts[i].kind == ELLIPSIS ? shape->rank - named : 0;
        for (; left > 0; left--)
            CN_TRY(take_part(&whole, shape, &axis, cut));
        if (key->parts[i].kind != ELLIPSIS)
            CN_TRY(take_part(&key->parts[i], shape, &axis, cut));
    }
    while (axis < shape->rank)
        CN_TRY(take_part(&whole, shape, &axis, cut));
    return CN_OK;
}

static cn_value emit_get_item(cn_program *p, const cn_operation_class *class,
                              const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    static const struct key none = {.n = 1, .parts = {{.kind = NEW_AXIS, .step = 1}}};
    (void)class, (void)n;
    struct cut cut = {.shape = {.rank = 0}};
    cn_status status =
        make_cut(args->key == NULL ? &none : args->key, cn_shape_of(p, inputs[0]), &cut);
    if (status != CN_OK)
        return cn_program_fail(p, status);
    return cn_emit_reshape(p, cn_emit_slice(p, inputs[0], cut.start, cut.size, cut.step),
                           cut.shape);
}

static const cn_field fields[] = {
    {"key", CN_FIELD_THING, offsetof(cn_operation_args, key), CN_FIELD_OPTIONAL | CN_FIELD_IN_CALL,
     NULL, &key_records},
    CN_END_FIELDS,
};

const cn_operation_class cn_operation_get_item = {
    CN_OPERATION("get_item", "GetItem", "numpy", fields, 1, 1), .emit = emit_get_item};
