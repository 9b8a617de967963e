/* Activations of the user's: a function with a name, for the session. */
#include "cornu/custom.h"

#include "activations/activations.h"
#include "graph/graph.h"

/* The class's arguments are the record itself. */
struct registered_activation {
    cn_activation_class class;
    cn_tensor *(*function)(cn_tensor *x, void *data);
    void *data;
};

static const cn_field fields[] = {CN_END_FIELDS};

static cn_status check_result(const struct registered_activation *own, const cn_trace *trace,
                              const cn_type *type, const cn_tensor *y)
{
    const char *name = own->class.base.name;
    if (y == NULL)
        return cn_failed() ? cn_error_status()
                           : cn_fail(CN_INVALID, "%s: its function returned NULL", name);
    CN_CHECK(y->trace == trace,
             "%s: its function must return a tensor that it computed from its input", name);
    CN_CHECK(cn_shape_equal(&y->shape, &type->shape), "%s: its function made shape %s of shape %s",
             name, cn_shape_str(&y->shape), cn_shape_str(&type->shape));
    return CN_OK;
}

/* The function sees the value as a tensor of a trace that lasts for this call. */
static cn_value emit(cn_program *p, const void *args, cn_value x)
{
    const struct registered_activation *own = args;
    cn_arena memory = {0};
    cn_trace trace = {.program = p, .memory = &memory};
    const cn_type type = *cn_type_of(p, x);
    cn_tensor *tensor = cn_trace_tensor(&trace, x, CN_NO_VALUE);
    const cn_tensor *y = tensor == NULL ? NULL : own->function(tensor, own->data);
    cn_status status = check_result(own, &trace, &type, y);
    cn_value value = status == CN_OK ? y->value : cn_program_fail(p, status);
    cn_arena_free(&memory);
    return value;
}

cn_status cn_register_activation(const char *name, cn_tensor *(*function)(cn_tensor *x, void *data),
                                 void *data)
{
    cn_session *session = cn_session_current();
    CN_CHECK_MEMORY(session);
    CN_CHECK(name != NULL && name[0] != '\0', "cn_register_activation: it needs a name");
    CN_CHECK(function != NULL, "cn_register_activation: \"%s\" needs a function", name);
    struct registered_activation *own = cn_arena_allocate(cn_session_arena(session), sizeof *own);
    CN_CHECK_MEMORY(own);
    *own = (struct registered_activation){.function = function, .data = data};
    own->class =
        (cn_activation_class){.base = {.name = cn_arena_text(cn_session_arena(session), name),
                                       .module = "custom",
                                       .fields = fields,
                                       .args_size = sizeof *own,
                                       .defaults = own},
                              .emit = emit};
    CN_CHECK_MEMORY(own->class.base.name);
    return cn_class_register("activation", &own->class.base);
}
