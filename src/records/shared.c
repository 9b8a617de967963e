/* Layers that stand in several places of a record, such as in a model and in one inside it:
 * "shared_object_id" says so. */
#include <stdio.h>
#include <string.h>

#include "records/records.h"

#define ID "shared_object_id"

/* ---- walking --------------------------------------------------------------------------------- */

typedef cn_status visitor(void *context, json_t *record);

/* Everything that looks like the record of a layer, in the order of the text. */
static cn_status walk(json_t *json, visitor *visit, void *context)
{
    const char *key;
    json_t *value;
    size_t i;
    if (cn_record_text(json, "class_name") != NULL &&
        cn_record_text(json_object_get(json, "config"), "name") != NULL)
        CN_TRY(visit(context, json));
    json_object_foreach(json, key, value) CN_TRY(walk(value, visit, context));
    json_array_foreach(json, i, value) CN_TRY(walk(value, visit, context));
    return CN_OK;
}

/* What a table has for a number; NULL: nothing. */
static json_t *find(const json_t *table, const json_t *id)
{
    char key[32];
    (void)snprintf(key, sizeof key, "%lld", (long long)json_integer_value(id));
    return json_object_get(table, key);
}

static cn_status put(json_t *table, const json_t *id, json_t *value)
{
    char key[32];
    (void)snprintf(key, sizeof key, "%lld", (long long)json_integer_value(id));
    return json_object_set_new(table, key, value) == 0 ? CN_OK : CN_OUT_OF_MEMORY;
}

/* ---- writing --------------------------------------------------------------------------------- */

static cn_status count(void *times, json_t *record)
{
    const json_t *id = json_object_get(record, ID);
    return id == NULL ? CN_OK : put(times, id, json_integer(find(times, id) != NULL));
}

/* times: 1 for what is met more than once. */
struct numbering {
    json_t *times, *numbers;
};

static cn_status number(void *context, json_t *record)
{
    const struct numbering *numbering = context;
    const json_t *id = json_object_get(record, ID);
    if (id == NULL)
        return CN_OK;
    if (json_integer_value(find(numbering->times, id)) == 0)
        return json_object_del(record, ID) == 0 ? CN_OK : CN_OUT_OF_MEMORY;
    if (find(numbering->numbers, id) == NULL)
        CN_TRY(put(numbering->numbers, id,
                   json_integer((json_int_t)json_object_size(numbering->numbers) + 1)));
    return json_object_set(record, ID, find(numbering->numbers, id)) == 0 ? CN_OK
                                                                          : CN_OUT_OF_MEMORY;
}

cn_status cn_share_written(json_t *record)
{
    struct numbering numbering = {json_object(), json_object()};
    cn_status status = walk(record, count, numbering.times);
    if (status == CN_OK)
        status = walk(record, number, &numbering);
    json_decref(numbering.times);
    json_decref(numbering.numbers);
    return status;
}

/* ---- reading: numbers that are missing ------------------------------------------------------- */

struct given {
    json_t *by_id, *by_name; /* what is met first */
};

static void forget_all(json_t *json)
{
    const char *key;
    json_t *value;
    size_t i;
    (void)json_object_del(json, ID);
    json_object_foreach(json, key, value) forget_all(value);
    json_array_foreach(json, i, value) forget_all(value);
}

/* But for the numbers in them. */
static bool same_config(const json_t *a, const json_t *b)
{
    json_t *one = json_deep_copy(json_object_get(a, "config"));
    json_t *other = json_deep_copy(json_object_get(b, "config"));
    forget_all(one);
    forget_all(other);
    const bool same = one != NULL && other != NULL && json_equal(one, other);
    json_decref(one);
    json_decref(other);
    return same;
}

/* What has a number is somewhere before, maybe without one. */
static cn_status complete(void *context, json_t *record)
{
    struct given *given = context;
    char key[512];
    json_t *id = json_object_get(record, ID);
    (void)snprintf(key, sizeof key, "%.200s %.200s", cn_record_text(record, "class_name"),
                   cn_record_text(json_object_get(record, "config"), "name"));
    json_t *first = json_object_get(given->by_name, key);
    if (first == NULL && json_object_set(given->by_name, key, record) != 0)
        return CN_OUT_OF_MEMORY;
    if (!json_is_integer(id) || find(given->by_id, id) != NULL)
        return CN_OK;
    if (first != NULL && json_object_get(first, ID) == NULL && same_config(first, record) &&
        json_object_set(first, ID, id) != 0)
        return CN_OUT_OF_MEMORY;
    return put(given->by_id, id, json_true());
}

cn_status cn_share_given(json_t *record)
{
    struct given given = {json_object(), json_object()};
    const cn_status status = walk(record, complete, &given);
    json_decref(given.by_id);
    json_decref(given.by_name);
    return status;
}

/* ---- reading: layers ------------------------------------------------------------------------- */

struct cn_shared_layer {
    json_int_t id;
    cn_layer *layer;
    struct cn_shared_layer *next;
};

void cn_sharing_begin(cn_session *session, cn_sharing *sharing)
{
    *sharing = (cn_sharing){NULL};
    *cn_session_sharing(session) = sharing;
}

void cn_sharing_end(cn_session *session)
{
    *cn_session_sharing(session) = NULL;
}

static cn_sharing *sharing_now(void)
{
    cn_session *session = cn_session_current();
    return session == NULL ? NULL : *cn_session_sharing(session);
}

cn_layer *cn_shared_layer_of(const json_t *record)
{
    const json_t *id = json_object_get(record, ID);
    const cn_sharing *sharing = id == NULL ? NULL : sharing_now();
    const struct cn_shared_layer *shared = sharing == NULL ? NULL : sharing->newest;
    while (shared != NULL && shared->id != json_integer_value(id))
        shared = shared->next;
    return shared == NULL ? NULL : shared->layer;
}

cn_status cn_share_layer(const json_t *record, cn_layer *layer)
{
    const json_t *id = json_object_get(record, ID);
    cn_sharing *sharing = json_is_integer(id) ? sharing_now() : NULL;
    if (sharing == NULL)
        return CN_OK;
    struct cn_shared_layer *shared =
        cn_arena_allocate(cn_session_arena(layer->session), sizeof *shared);
    CN_CHECK_MEMORY(shared);
    *shared = (struct cn_shared_layer){json_integer_value(id), layer, sharing->newest};
    sharing->newest = shared;
    return CN_OK;
}
