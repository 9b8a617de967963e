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

cn_status cn_operation_call(cn_call_frame *frame)
{
    const cn_operation_class *class = cn_operation_of(frame->layer);
    if (class->emit_several != NULL) {
        frame->n_outputs = class->emit_several(frame->program, class, frame->layer->args,
                                               frame->inputs[0], frame->outputs);
        return frame->program->status;
    }
    frame->outputs[0] =
        class->emit(frame->program, class, frame->layer->args, frame->inputs, frame->n_inputs);
    return frame->program->status;
}

static cn_tensor *draw(const cn_operation_class *class, const cn_operation_args *args,
                       cn_tensor *const *inputs, int64_t n)
{
    cn_layer *layer = cn_layer_make(&class->layer, args);
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

static cn_tensor *emit_now(cn_trace *trace, const cn_operation_class *class,
                           const cn_operation_args *args, cn_tensor *const *inputs, int64_t n)
{
    cn_value *values = cn_arena_allocate(trace->memory, (size_t)n * sizeof *values);
    if (values == NULL)
        return NULL;
    for (int64_t i = 0; i < n; i++) {
        if (inputs[i]->trace == NULL && !inputs[i]->is_constant) {
            (void)cn_fail(CN_INVALID,
                          "%s: input %d was drawn, it cannot be used while a program is traced",
                          class->layer.automatic_name, (int)i);
            return NULL;
        }
        values[i] = !inputs[i]->is_constant ? inputs[i]->value
                                            : cn_emit_full(trace->program, inputs[i]->constant,
                                                           inputs[i]->dtype, inputs[i]->shape);
    }
    return cn_trace_tensor(trace, class->emit(trace->program, class, args, values, n), CN_NO_VALUE);
}

cn_tensor *cn_operation(const cn_operation_class *class, const cn_operation_args *args,
                        cn_tensor *const *inputs, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        if (inputs[i] == NULL || inputs[i]->kind != CN_KIND_TENSOR) {
            (void)cn_fail(CN_INVALID, "%s: input %d is %s, not a tensor",
                          class->layer.automatic_name, (int)i, cn_kind_name(inputs[i]));
            return NULL;
        }
    }
    if (args == NULL)
        args = &cn_operation_defaults;
    cn_trace *trace = trace_of(inputs, n);
    return trace != NULL ? emit_now(trace, class, args, inputs, n) : draw(class, args, inputs, n);
}
