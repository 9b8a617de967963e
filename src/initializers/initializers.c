/* The list of initializers, and filling a variable by one. */
#include "initializers/initializers.h"

#include <string.h>

static const cn_class *const list[] = {
#define CN_INITIALIZER_ENTRY(name) &cn_initializer_##name.base,
#include "initializers/initializers.def"
#undef CN_INITIALIZER_ENTRY
    NULL,
};

const cn_classes cn_initializer_classes = {"initializer", list, NULL};

void cn_fans(const cn_shape *shape, int64_t *fan_in, int64_t *fan_out)
{
    *fan_in = *fan_out = shape->rank == 0 ? 1 : shape->dim[shape->rank - 1];
    if (shape->rank < 2)
        return;
    *fan_in = shape->dim[shape->rank - 2];
    for (int64_t i = 0; i < shape->rank - 2; i++) {
        *fan_in *= shape->dim[i];
        *fan_out *= shape->dim[i];
    }
}

/* A seed given in the arguments has a counter that no session reaches, so that it never repeats a
 * session's stream. */
static cn_stream choose_stream(const cn_initializer_class *class, const void *args,
                               cn_session *session)
{
    if (class->seed_offset == 0)
        return (cn_stream){0};
    int64_t seed;
    memcpy(&seed, (const char *)args + class->seed_offset, sizeof seed);
    if (seed == CN_NONE)
        return cn_session_stream(session);
    return (cn_stream){.seed = (uint64_t)seed, .counter = UINT64_MAX};
}

static cn_status initialize(const char *identifier, cn_variable *variable, cn_weight_fill *fill,
                            cn_session *session, cn_arena *memory)
{
    cn_object object;
    CN_CHECK(variable->dtype == CN_FLOAT32,
             "only float32 weights can be initialized, this one is %s",
             cn_dtype_name(variable->dtype));
    CN_TRY(cn_object_parse(&cn_initializer_classes, identifier, memory, &object));
    if (object.class == NULL)
        object = (cn_object){&cn_initializer_Zeros.base, cn_initializer_Zeros.base.defaults};
    const cn_initializer_class *class = (const cn_initializer_class *)object.class;
    fill->stream = choose_stream(class, object.args, session);
    return class->fill(object.args, fill);
}

cn_status cn_initialize_with_fans(const char *identifier, cn_variable *variable, int64_t fan_in,
                                  int64_t fan_out, cn_session *session)
{
    cn_arena memory = {0};
    cn_weight_fill fill = {
        .shape = &variable->shape, .fan_in = fan_in, .fan_out = fan_out, .values = variable->data};
    cn_status status = initialize(identifier, variable, &fill, session, &memory);
    if (status != CN_OK)
        cn_fail_in("%s", variable->name == NULL ? "weight" : variable->name);
    cn_arena_free(&memory);
    return status;
}

cn_status cn_initialize(const char *identifier, cn_variable *variable, cn_session *session)
{
    int64_t fan_in, fan_out;
    cn_fans(&variable->shape, &fan_in, &fan_out);
    return cn_initialize_with_fans(identifier, variable, fan_in, fan_out, session);
}
