/* Operations: drawn as layers of one call, emitted where they are traced, found by Keras's
 * names. */
#include "graph/operation.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ops/emit.h"
#include "runtime/dtype.h"

const cn_operation_args cn_operation_defaults = {
    .axis = {.rank = -1},
    .number = -1,
    .high = CN_UNSET,
    .size = {1, {1}},
    .strides = {.rank = -1},
    .dilation = {1, {1}},
    .output_padding = {.rank = -1},
    .padding = "valid",
    .data_format = "channels_last",
    .interpolation = "bilinear",
    .fill_mode = "constant",
    .sigma = {1, CN_UNSET},
    .edges = {CN_NONE, CN_NONE, CN_NONE, CN_NONE, CN_NONE, CN_NONE},
    .keywords = {.trainable = true}};

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

/* ---- mistakes -------------------------------------------------------------------------------- */

cn_value cn_refuse(cn_program *p, const cn_operation_class *class, const char *format, ...)
{
    char text[256];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    return cn_program_fail(p, cn_fail(CN_INVALID, "%s: %s", class->layer.automatic_name, text));
}

int64_t cn_axis_of(cn_program *p, const cn_operation_class *class, cn_value x, int64_t axis)
{
    const int64_t found = x == CN_NO_VALUE ? -1 : cn_shape_axis(cn_shape_of(p, x), axis);
    if (found < 0 && x != CN_NO_VALUE)
        (void)cn_refuse(p, class, "axis %" PRId64 " is not in shape %s", axis,
                        cn_shape_str(cn_shape_of(p, x)));
    return found;
}

static bool has_first_channels(const cn_operation_args *args)
{
    return args->data_format != NULL && strcmp(args->data_format, "channels_first") == 0;
}

bool cn_channels_are_first(cn_program *p, const cn_operation_class *class,
                           const cn_operation_args *args)
{
    const bool first = has_first_channels(args);
    if (!first && args->data_format != NULL && strcmp(args->data_format, "channels_last") != 0)
        (void)cn_refuse(p, class,
                        "data_format must be \"channels_last\" or \"channels_first\", got \"%s\"",
                        args->data_format);
    return first;
}

cn_value cn_move_channels(cn_program *p, const cn_operation_args *args, cn_value x, bool to_end)
{
    if (!has_first_channels(args) || x == CN_NO_VALUE)
        return x;
    cn_shape order = {.rank = cn_shape_of(p, x)->rank};
    for (int64_t i = 1; i < order.rank; i++)
        order.dim[i] = to_end ? i % (order.rank - 1) + 1 : i == 1 ? order.rank - 1 : i - 1;
    return cn_emit_transpose(p, x, order);
}

bool cn_is_choice(cn_program *p, const cn_operation_class *class, const char *argument,
                  const char *value, const char *const *choices)
{
    char known[128] = "";
    if (cn_is_among(value, choices))
        return true;
    for (size_t at = 0; *choices != NULL; choices++) {
        const char *join = at == 0 ? "" : choices[1] == NULL ? " or " : ", ";
        const int n = snprintf(known + at, sizeof known - at, "%s%s", join, *choices);
        at = n < 0 || (size_t)n >= sizeof known - at ? sizeof known - 1 : at + (size_t)n;
    }
    (void)cn_refuse(p, class, "%s must be %s, got %.50s", argument, known,
                    value == NULL ? "NULL" : value);
    return false;
}

cn_value cn_emit_typed(cn_program *p, const cn_operation_class *class,
                       const cn_operation_args *args, cn_value x)
{
    cn_dtype dtype;
    if (args->dtype == NULL)
        return x;
    cn_status status = cn_dtype_by_name(class->layer.automatic_name, args->dtype, &dtype);
    return status == CN_OK ? cn_emit_cast(p, x, cn_dtype_computed(dtype))
                           : cn_program_fail(p, status);
}

/* ---- arguments ------------------------------------------------------------------------------- */

/* How many places an argument has, of so many for all. */
static int64_t places_of(const cn_operation_class *class, const cn_argument *argument, int64_t n)
{
    const int several = CN_ARGUMENT_LIST | CN_ARGUMENT_REST;
    int64_t single = 0, lists = 0;
    if (argument->flags & CN_ARGUMENT_MEMBER)
        return 0;
    for (const cn_argument *other = class->arguments; other->name != NULL; other++) {
        single += (other->flags & (several | CN_ARGUMENT_MEMBER)) == 0;
        lists += (other->flags & several) != 0;
    }
    return argument->flags & several ? (n - single) / lists : 1;
}

/* The given tensors of n places, one after the other; returns how many. */
static int64_t leave_out_absent(const cn_operation_class *class, cn_tensor *const *places,
                                int64_t n, cn_tensor **given, uint32_t *absent)
{
    int64_t kept = 0, at = 0;
    for (uint32_t i = 0; class->arguments[i].name != NULL; i++) {
        const bool optional = (class->arguments[i].flags & CN_ARGUMENT_OPTIONAL) != 0;
        const int64_t end = at + places_of(class, &class->arguments[i], n);
        for (; at < end; at++)
            if (optional && places[at] == NULL)
                *absent |= 1u << i;
            else
                given[kept++] = places[at];
    }
    return kept;
}

/* The other way round: the values in their places, and CN_NO_VALUE in the others. -1: there are
 * more or fewer values than places. */
static int64_t spread(const cn_operation_class *class, uint32_t absent, const cn_value *given,
                      int64_t n, cn_value *places)
{
    int64_t at = 0, total = n, taken = 0;
    for (uint32_t i = 0; class->arguments[i].name != NULL; i++)
        total += absent >> i & 1;
    for (uint32_t i = 0; class->arguments[i].name != NULL; i++) {
        const int64_t end = at + places_of(class, &class->arguments[i], total);
        for (; at < end && taken <= n; at++)
            places[at] = absent >> i & 1 ? CN_NO_VALUE : taken < n ? given[taken++] : CN_NO_VALUE;
    }
    return taken == n && at == total ? total : -1;
}

/* ---- emitting and drawing -------------------------------------------------------------------- */

/* Emits the operation; returns how many outputs there are. */
static int64_t emit(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                    uint32_t absent, const cn_value *inputs, int64_t n, cn_value *outputs)
{
    cn_value places[CN_MOST_TENSORS + 32];
    if (class->arguments != NULL) {
        n = spread(class, absent, inputs, n, places);
        inputs = places;
        if (n < 0) {
            (void)cn_refuse(p, class, "is not called with these arguments");
            return 0;
        }
    }
    if (class->emit_several != NULL)
        return class->emit_several(p, class, args, inputs, n, outputs);
    outputs[0] = class->emit(p, class, args, inputs, n);
    return 1;
}

cn_status cn_operation_call(cn_call_frame *frame)
{
    frame->n_outputs = emit(frame->program, cn_operation_of(frame->layer), frame->layer->args,
                            frame->absent, frame->inputs, frame->n_inputs, frame->outputs);
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
                          const cn_operation_args *args, uint32_t absent, cn_tensor *const *inputs,
                          int64_t n, cn_tensor **outputs, int64_t *n_outputs)
{
    cn_value *values = cn_arena_allocate(trace->memory, (size_t)n * sizeof *values);
    cn_value made[CN_MOST_TENSORS];
    CN_CHECK_MEMORY(values);
    for (int64_t i = 0; i < n; i++) {
        CN_CHECK(inputs[i]->trace != NULL || inputs[i]->is_constant,
                 "%s: input %d was drawn, it cannot be used while a program is traced",
                 class->layer.automatic_name, (int)i);
        values[i] = inputs[i]->is_constant ? cn_emit_constant(trace->program, inputs[i])
                                           : inputs[i]->value;
    }
    *n_outputs = emit(trace->program, class, args, absent, values, n, made);
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
    cn_tensor *given[CN_MOST_TENSORS];
    cn_call_options options = {.training = CN_NONE};
    if (class->arguments != NULL) {
        CN_CHECK(n <= CN_MOST_TENSORS, "%s: takes at most %d tensors", class->layer.automatic_name,
                 CN_MOST_TENSORS);
        n = leave_out_absent(class, inputs, n, given, &options.absent);
        inputs = given;
    }
    options.n_inputs = n;
    for (int64_t i = 0; i < n; i++)
        CN_CHECK(inputs[i] != NULL && inputs[i]->kind == CN_KIND_TENSOR,
                 "%s: input %d is %s, not a tensor", class->layer.automatic_name, (int)i,
                 cn_kind_name(inputs[i]));
    if (args == NULL)
        args = &cn_operation_defaults;
    cn_trace *trace = trace_of(inputs, n);
    if (trace != NULL)
        return emit_now(trace, class, args, options.absent, inputs, n, outputs, n_outputs);
    cn_layer *layer = cn_layer_make(&class->layer, args);
    return layer == NULL ? cn_error_status()
                         : cn_layer_apply(layer, class->arguments == NULL ? NULL : &options, inputs,
                                          n, outputs, n_outputs);
}

cn_tensor *cn_operation(const cn_operation_class *class, const cn_operation_args *args,
                        cn_tensor *const *inputs, int64_t n)
{
    cn_tensor *outputs[CN_MOST_TENSORS];
    int64_t n_outputs = 0;
    return apply(class, args, inputs, n, outputs, &n_outputs) == CN_OK ? outputs[0] : NULL;
}

cn_tensors cn_no_tensors(void)
{
    static cn_tensor *const nothing[CN_MOST_TENSORS];
    return (cn_tensors){0, nothing};
}

cn_tensors cn_operation_outputs(const cn_operation_class *class, const cn_operation_args *args,
                                cn_tensor *const *inputs, int64_t n)
{
    cn_tensor *outputs[CN_MOST_TENSORS];
    int64_t count = 0;
    if (apply(class, args, inputs, n, outputs, &count) != CN_OK || count == 0)
        return cn_no_tensors();
    const cn_tensor *first = outputs[0];
    cn_arena *memory = first->trace != NULL ? first->trace->memory
                                            : cn_session_arena(first->session);
    cn_tensor **kept = cn_arena_copy(memory, outputs, (size_t)count * sizeof *outputs);
    return kept == NULL ? cn_no_tensors() : (cn_tensors){count, kept};
}

cn_tensors cn_operation_several(const cn_operation_class *class, const cn_operation_args *args,
                                cn_tensor *x)
{
    return cn_operation_outputs(class, args, &x, 1);
}
