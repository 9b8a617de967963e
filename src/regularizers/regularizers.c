/* The list of regularizers, and applying one. */
#include "regularizers/regularizers.h"

static const cn_class *const list[] = {
#define CN_REGULARIZER_ENTRY(name) &cn_regularizer_##name.base,
#include "regularizers/regularizers.def"
#undef CN_REGULARIZER_ENTRY
    NULL,
};

const cn_classes cn_regularizer_classes = {"regularizer", list, NULL};

cn_value cn_emit_regularizer(cn_program *p, const char *identifier, cn_value x)
{
    cn_object object;
    if (p->status != CN_OK || x == CN_NO_VALUE)
        return CN_NO_VALUE;
    cn_status status = cn_object_parse(&cn_regularizer_classes, identifier, &p->memory, &object);
    if (status != CN_OK)
        return cn_program_fail(p, status);
    if (object.class == NULL)
        return CN_NO_VALUE;
    return ((const cn_regularizer_class *)object.class)->emit(p, object.args, x);
}
