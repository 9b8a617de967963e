/* Operations: public ops that were drawn. Each is a node of a small layer of its own, which emits
 * the op. */
#include <string.h>

#include "graph/graph.h"
#include "ops/emit.h"

/* What an operation's node emits; behind it lie the op's own arguments. */
struct operation_args {
    cn_operation_emit *emit;
    const void *args;
    cn_layer_keywords keywords;
};

static const struct operation_args defaults = {.keywords = {.trainable = true}};

static const cn_field fields[] = {CN_END_FIELDS};

static cn_status call(cn_call_frame *frame)
{
    const struct operation_args *args = frame->layer->args;
    frame->outputs[0] = args->emit(frame->program, args->args, frame->inputs, frame->n_inputs);
    return frame->program->status;
}

static const cn_layer_class operation_class = {
    .base = {.name = "Operation",
             .module = "keras.src.ops",
             .fields = fields,
             .args_size = sizeof(struct operation_args),
             .defaults = &defaults},
    .keywords = offsetof(struct operation_args, keywords),
    .max_inputs = CN_MOST_TENSORS,
    .call = call,
};

/* The class of one operation differs from the others in its name only: "Add" of "add". */
static const cn_layer_class *class_of(const char *name, cn_session *session)
{
    cn_arena *arena = cn_session_arena(session);
    cn_layer_class *class = cn_arena_copy(arena, &operation_class, sizeof operation_class);
    char *class_name = cn_arena_text(arena, name), *to = class_name;
    if (class == NULL || class_name == NULL)
        return NULL;
    bool begins = true;
    for (const char *from = name; *from != '\0'; from++) { /* not_equal becomes NotEqual */
        if (*from == '_') {
            begins = true;
            continue;
        }
        *to++ = (char)(begins && *from >= 'a' && *from <= 'z' ? *from - 'a' + 'A' : *from);
        begins = false;
    }
    *to = '\0';
    class->base.name = class_name;
    class->automatic_name = cn_arena_text(arena, name);
    return class->automatic_name == NULL ? NULL : class;
}

static cn_tensor *draw(const char *name, const struct operation_args *from, size_t args_size,
                       cn_tensor *const *inputs, int64_t n)
{
    cn_session *session = cn_session_current();
    const cn_layer_class *class = session == NULL ? NULL : class_of(name, session);
    if (class == NULL)
        return NULL;
    struct operation_args args = *from;
    args.args = cn_arena_copy(cn_session_arena(session), from->args, args_size);
    cn_layer *layer = args.args == NULL ? NULL : cn_layer_make(class, &args);
    cn_tensor *outputs[CN_MOST_TENSORS];
    int64_t n_outputs = 0;
    if (layer == NULL || cn_layer_apply(layer, NULL, inputs, n, outputs, &n_outputs) != CN_OK)
        return NULL;
    return outputs[0];
}

/* The trace that any of the inputs belongs to. */
static cn_trace *trace_of(cn_tensor *const *inputs, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (inputs[i]->trace != NULL)
            return inputs[i]->trace;
    return NULL;
}

static cn_tensor *emit_now(cn_trace *trace, const char *name, const struct operation_args *args,
                           cn_tensor *const *inputs, int64_t n)
{
    cn_value *values = cn_arena_allocate(trace->memory, (size_t)n * sizeof *values);
    if (values == NULL)
        return NULL;
    for (int64_t i = 0; i < n; i++) {
        if (inputs[i]->trace == NULL && !inputs[i]->is_constant) {
            (void)cn_fail(CN_INVALID,
                          "%s: input %d was drawn, it cannot be used while a program is traced",
                          name, (int)i);
            return NULL;
        }
        values[i] = !inputs[i]->is_constant ? inputs[i]->value
                                            : cn_emit_full(trace->program, inputs[i]->constant,
                                                           inputs[i]->dtype, inputs[i]->shape);
    }
    return cn_trace_tensor(trace, args->emit(trace->program, args->args, values, n), CN_NO_VALUE);
}

cn_tensor *cn_operation(const char *name, cn_operation_emit *emit, const void *args,
                        size_t args_size, cn_tensor *const *inputs, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        if (inputs[i] == NULL || inputs[i]->kind != CN_KIND_TENSOR) {
            (void)cn_fail(CN_INVALID, "%s: input %d is %s, not a tensor", name, (int)i,
                          cn_kind_name(inputs[i]));
            return NULL;
        }
    }
    const struct operation_args own = {.emit = emit, .args = args, .keywords = {.trainable = true}};
    cn_trace *trace = trace_of(inputs, n);
    if (trace != NULL)
        return emit_now(trace, name, &own, inputs, n);
    return draw(name, &own, args_size, inputs, n);
}
