/* Operations: drawn as layers of one call, emitted where they are traced, found by Keras's names. */
#include "graph/operation.h"

#include <string.h>

#include "ops/emit.h"

const cn_operation_args cn_operation_defaults = {
    .axis = {.rank = -1}, .number = -1, .high = CN_UNSET, .keywords = {.trainable = true}};

const cn_field cn_no_operation_fields[] = {CN_END_FIELDS};

static const cn_operation_class *const list[] = {
#define CN_OPERATION_ENTRY(name) &cn_operation_##name,
#include "graph/operations.def"
#undef CN_OPERATION_ENTRY
};

const cn_operation_class *cn_operation_of(const cn_layer *layer)
{
    return layer->class->call == cn_operation_call
               ? (const cn_operation_class *)(const void *)layer->class
               : NULL;
}

const cn_operation_class *cn_operation_find(const char *class_name)
{
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (strcmp(list[i]->layer.base.name, class_name) == 0)
            return list[i];
    return NULL;
}

/* Emits the operation; returns how many outputs there are. */
static int64_t emit(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                    const cn_value *inputs, int64_t n, cn_value *outputs)
{
    if (class->emit_several != NULL)
        return class->emit_several(p, class, args, inputs[0], outputs);
    outputs[0] = class->emit(p, class, args, inputs, n);
    return 1;
}

cn_status cn_operation_call(cn_call_frame *frame)
{
    frame->n_outputs = emit(frame->program, cn_operation_of(frame->layer), frame->layer->args,
                            frame->inputs, frame->n_inputs, frame->outputs);
    return frame->program->status;
}

/* The trace that any of the inputs belongs to. */
static cn_trace *trace_of(cn_tensor *const *inputs, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (inputs[i]->trace != NULL)
            return inputs[i]->trace;
    return NULL;
}

static cn_status emit_now(cn_trace *trace, const cn_operation_class *class,
                          const cn_operation_args *args, cn_tensor *const *inputs, int64_t n,
                          cn_tensor **outputs, int64_t *n_outputs)
{
    cn_value *values = cn_arena_allocate(trace->memory, (size_t)n * sizeof *values);
    cn_value made[CN_MOST_TENSORS];
    CN_CHECK_MEMORY(values);
    for (int64_t i = 0; i < n; i++) {
        CN_CHECK(inputs[i]->trace != NULL || inputs[i]->is_constant,
                 "%s: input %d was drawn, it cannot be used while a program is traced",
                 class->layer.automatic_name, (int)i);
        values[i] = !inputs[i]->is_constant ? inputs[i]->value
                                            : cn_emit_full(trace->program, inputs[i]->constant,
                                                           inputs[i]->dtype, inputs[i]->shape);
    }
    *n_outputs = emit(trace->program, class, args, values, n, made);
    CN_TRY(trace->program->status);
    for (int64_t i = 0; i < *n_outputs; i++) {
        outputs[i] = cn_trace_tensor(trace, made[i], CN_NO_VALUE);
        CN_CHECK_MEMORY(outputs[i]);
    }
    return CN_OK;
}

static cn_status apply(const cn_operation_class *class, const cn_operation_args *args,
                       cn_tensor *const *inputs, int64_t n, cn_tensor **outputs, int64_t *n_outputs)
{
    for (int64_t i = 0; i < n; i++)
        CN_CHECK(inputs[i] != NULL && inputs[i]->kind == CN_KIND_TENSOR,
                 "%s: input %d is %s, not a tensor", class->layer.automatic_name, (int)i,
                 cn_kind_name(inputs[i]));
    if (args == NULL)
        args = &cn_operation_defaults;
    cn_trace *trace = trace_of(inputs, n);
    if (trace != NULL)
        return emit_now(trace, class, args, inputs, n, outputs, n_outputs);
    cn_layer *layer = cn_layer_make(&class->layer, args);
    return layer == NULL ? cn_error_status()
                         : cn_layer_apply(layer, NULL, inputs, n, outputs, n_outputs);
}

cn_tensor *cn_operation(const cn_operation_class *class, const cn_operation_args *args,
                        cn_tensor *const *inputs, int64_t n)
{
    cn_tensor *outputs[CN_MOST_TENSORS];
    int64_t n_outputs = 0;
    return apply(class, args, inputs, n, outputs, &n_outputs) == CN_OK ? outputs[0] : NULL;
}

cn_tensors cn_operation_several(const cn_operation_class *class, const cn_operation_args *args,
                                cn_tensor *x)
{
    static cn_tensor *const nothing[CN_MOST_TENSORS];
    cn_tensor *outputs[CN_MOST_TENSORS];
    int64_t n = 0;
    if (apply(class, args, &x, 1, outputs, &n) != CN_OK)
        return (cn_tensors){0, nothing};
    cn_arena *memory = x->trace != NULL ? x->trace->memory : cn_session_arena(x->session);
    cn_tensor **kept = cn_arena_copy(memory, outputs, (size_t)n * sizeof *outputs);
    return kept == NULL ? (cn_tensors){0, nothing} : (cn_tensors){n, kept};
}
