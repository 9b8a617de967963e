/* Shapes of a layer's outputs. Few layers have a rule for that: its call is traced without being
 * run, once with every unknown dimension standing at one size and once at another. What comes out
 * different is unknown. */
#include "graph/graph.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ops/emit.h"

/* Two primes, large enough for windows of any usual size. */
static const int64_t stand_ins[2] = {83, 89};

struct probe {
    cn_type outputs[CN_MOST_TENSORS];
    int64_t n_outputs;
};

static cn_type with_stand_in(const cn_type *type, int64_t size)
{
    cn_type concrete = *type;
    for (int64_t i = 0; i < concrete.shape.rank; i++)
        if (concrete.shape.dim[i] == CN_NONE)
            concrete.shape.dim[i] = size;
    return concrete;
}

static cn_status trace_probe(cn_trace *trace, cn_layer *layer, const cn_call_options *options,
                             const cn_type *inputs, int64_t n, int64_t size, struct probe *probe)
{
    cn_value *values = cn_arena_allocate(trace->memory, (size_t)n * sizeof *values);
    cn_value *masks = cn_arena_allocate(trace->memory, (size_t)n * sizeof *masks);
    cn_call_frame *call = cn_arena_allocate(trace->memory, sizeof *call);
    if (values == NULL || masks == NULL || call == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < n; i++) {
        cn_type type = with_stand_in(&inputs[i], size);
        values[i] = cn_program_input(trace->program, type.dtype, type.shape);
        masks[i] = CN_NO_VALUE;
    }
    CN_TRY(cn_trace_layer(trace, layer, options, values, masks, n, call));
    probe->n_outputs = call->n_outputs;
    for (int64_t i = 0; i < call->n_outputs; i++)
        probe->outputs[i] = *cn_type_of(trace->program, call->outputs[i]);
    return CN_OK;
}

static cn_status run_probe(cn_layer *layer, const cn_call_options *options, const cn_type *inputs,
                           int64_t n, int64_t size, struct probe *probe)
{
    cn_program program = {0};
    cn_arena memory = {0};
    cn_trace trace = {.program = &program, .memory = &memory};
    cn_status status = trace_probe(&trace, layer, options, inputs, n, size, probe);
    cn_release(trace.losses);
    cn_arena_free(&memory);
    cn_program_free(&program);
    return status;
}

static cn_status merge_probes(const cn_layer *layer, const struct probe *one,
                              const struct probe *other, cn_type *outputs)
{
    for (int64_t i = 0; i < one->n_outputs; i++) {
        const cn_shape *a = &one->outputs[i].shape, *b = &other->outputs[i].shape;
        CN_CHECK(one->n_outputs == other->n_outputs && a->rank == b->rank,
                 "%s: the rank of its output depends on the size of its input", layer->name);
        outputs[i] = one->outputs[i];
        for (int64_t k = 0; k < a->rank; k++)
            if (a->dim[k] != b->dim[k])
                outputs[i].shape.dim[k] = CN_NONE;
    }
    return CN_OK;
}

static bool any_none(const cn_type *inputs, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (cn_shape_has_none(&inputs[i].shape))
            return true;
    return false;
}

cn_status cn_layer_infer_traced(cn_layer *layer, const cn_call_options *options,
                                const cn_type *inputs, int64_t n, cn_type *outputs,
                                int64_t *n_outputs)
{
    struct probe probes[2];
    CN_TRY(run_probe(layer, options, inputs, n, stand_ins[0], &probes[0]));
    probes[1] = probes[0];
    if (any_none(inputs, n))
        CN_TRY(run_probe(layer, options, inputs, n, stand_ins[1], &probes[1]));
    *n_outputs = probes[0].n_outputs;
    return merge_probes(layer, &probes[0], &probes[1], outputs);
}

/* The size that an unknown dimension must have to be broadcast with the other inputs; CN_NONE if
 * any will do. */
static int64_t size_beside(const cn_type *inputs, int64_t n, int64_t from_the_end)
{
    for (int64_t i = 0; i < n; i++) {
        const cn_shape *shape = &inputs[i].shape;
        if (from_the_end <= shape->rank && shape->dim[shape->rank - from_the_end] > 1)
            return shape->dim[shape->rank - from_the_end];
    }
    return CN_NONE;
}

/* Fills unknown dimensions as far as broadcasting decides them; false if it decides none. */
static bool complete(const cn_type *inputs, int64_t n, cn_type *completed)
{
    bool any = false;
    for (int64_t i = 0; i < n; i++) {
        completed[i] = inputs[i];
        for (int64_t k = 0; k < inputs[i].shape.rank; k++)
            if (inputs[i].shape.dim[k] == CN_NONE) {
                completed[i].shape.dim[k] = size_beside(inputs, n, inputs[i].shape.rank - k);
                any |= completed[i].shape.dim[k] != CN_NONE;
            }
    }
    return any;
}

/* Puts "None" for the first stand-in wherever it stands as a number of its own in the kept
 * message. */
static void hide_stand_in(cn_status status)
{
    char message[1024], number[16];
    size_t at = 0;
    int digits = snprintf(number, sizeof number, "%d", (int)stand_ins[0]);
    const char *text = cn_error();
    for (const char *c = text; *c != '\0' && at + 5 < sizeof message;) {
        bool begins = c == text || !(isalnum((unsigned char)c[-1]) || c[-1] == '_' || c[-1] == '.');
        bool found = begins && strncmp(c, number, (size_t)digits) == 0 &&
                     !isalnum((unsigned char)c[digits]);
        if (found) {
            memcpy(message + at, "None", 4);
            at += 4;
            c += digits;
        } else {
            message[at++] = *c++;
        }
    }
    message[at] = '\0';
    cn_clear_error();
    (void)cn_fail(status, "%s", message);
}

/* An operation on (None, None) and (None, 5) does not work with the stand-ins, but it does with 5.
 * If it does not with that either, the message stays the one of the stand-ins. */
static cn_status infer_completed(cn_layer *layer, const cn_call_options *options,
                                 const cn_type *inputs, int64_t n, cn_type *outputs,
                                 int64_t *n_outputs)
{
    cn_type completed[CN_MOST_TENSORS];
    char message[1024];
    if (!complete(inputs, n, completed))
        return CN_INVALID;
    (void)snprintf(message, sizeof message, "%s", cn_error());
    cn_clear_error();
    cn_status status = cn_layer_infer_traced(layer, options, completed, n, outputs, n_outputs);
    if (status != CN_INVALID)
        return status;
    cn_clear_error();
    return cn_fail(status, "%s", message);
}

cn_status cn_layer_infer(cn_layer *layer, const cn_call_options *options, const cn_type *inputs,
                         int64_t n, cn_type *outputs, int64_t *n_outputs)
{
    if (layer->class->infer != NULL)
        return layer->class->infer(layer, inputs, cn_count_inputs(options, n), outputs, n_outputs);
    const bool failed_before = cn_failed();
    cn_status status = cn_layer_infer_traced(layer, options, inputs, n, outputs, n_outputs);
    if (status == CN_INVALID && !failed_before)
        status = infer_completed(layer, options, inputs, n, outputs, n_outputs);
    if (status == CN_INVALID && !failed_before && any_none(inputs, n))
        hide_stand_in(status);
    return status;
}
