/* The list of activations, and applying one. */
#include "activations/activations.h"

static const cn_class *const list[] = {
#define CN_ACTIVATION_ENTRY(name) &cn_activation_##name.base,
#include "activations/activations.def"
#undef CN_ACTIVATION_ENTRY
    NULL,
};

const cn_classes cn_activation_classes = {"activation", list, "cn_register_activation"};

cn_status cn_activation_parse(const char *identifier, cn_arena *arena, cn_object *activation)
{
    return cn_object_parse(&cn_activation_classes, identifier, arena, activation);
}

cn_value cn_emit_activation(cn_program *p, const cn_object *activation, cn_value x)
{
    if (activation->class == NULL || x == CN_NO_VALUE)
        return x;
    const cn_activation_class *class = (const cn_activation_class *)activation->class;
    return class->emit(p, activation->args, x);
}
