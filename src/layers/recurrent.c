/* The loop of recurrent layers: the cell's steps one behind the other, over a sequence with time
 * first. */
#include "layers/recurrent.h"

#include <inttypes.h>
#include <string.h>

/* One run over a sequence. */
struct sequence {
    const cn_recurrent_keywords *keywords;
    cn_value x;           /* [T, N, ...] */
    cn_value mask;        /* [T, N], or CN_NO_VALUE */
    cn_value *xs, *masks; /* their elements, where steps are run one by one */
    int64_t steps;
    cn_value states[CN_MOST_TENSORS]; /* before the run; afterwards, behind its last step */
    int64_t n_states;
    cn_value outputs; /* [T, N, ...] in the order computed, if they are wanted */
    cn_value last;    /* output of the last step */
};

const cn_layer_part cn_recurrent_parts[] = {{NULL, "cell", false}, {NULL, NULL, false}};

cn_recurrent_layer *cn_recurrent_of(const cn_layer *layer)
{
    return layer->class->call == cn_call_recurrent ? layer->state : NULL;
}

static cn_layer *cell_of(const cn_layer *layer)
{
    return layer->inner[0];
}

/* ---- making ---------------------------------------------------------------------------------- */

cn_status cn_recurrent_prepare(cn_layer *layer, cn_layer *cell, const void *keywords)
{
    cn_recurrent_layer *recurrent = layer->state;
    recurrent->keywords = (cn_recurrent_keywords *)(uintptr_t)keywords;
    return cn_layer_add_inner(layer, cell);
}

cn_status cn_recurrent_prepare_cell(cn_layer *layer, const cn_layer_class *cell_class,
                                    const char *name, size_t cell_size, const void *keywords)
{
    cn_arena *arena = cn_session_arena(layer->session);
    char *args = cn_arena_copy(arena, cell_class->base.defaults, cell_class->base.args_size);
    CN_CHECK_MEMORY(args);
    memcpy(args, layer->args, cell_size);
    ((cn_layer_keywords *)(void *)(args + cell_class->keywords))->name = name;
    cn_layer *cell = cn_layer_make(cell_class, args);
    return cell == NULL ? cn_error_status() : cn_recurrent_prepare(layer, cell, keywords);
}

void cn_recurrent_free(void *state)
{
    cn_recurrent_layer *recurrent = state;
    for (int64_t i = 0; i < recurrent->n_states; i++)
        cn_variable_free(&recurrent->states[i]);
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static cn_type step_type(const cn_type *x)
{
    cn_type step = {x->dtype, {.rank = x->shape.rank - 1}};
    step.shape.dim[0] = x->shape.dim[0];
    for (int64_t i = 1; i < step.shape.rank; i++)
        step.shape.dim[i] = x->shape.dim[i + 1];
    return step;
}

/* The types of the tensors that the cell takes: a step and the states. */
static cn_status cell_types(const cn_layer *layer, const cn_type *x, cn_type *types, int64_t *n)
{
    cn_shape shapes[CN_MOST_TENSORS];
    types[0] = step_type(x);
    CN_TRY(cn_cell_states(cell_of(layer), &types[0].shape, shapes, n));
    for (int64_t i = 0; i < *n; i++) {
        types[1 + i].dtype = CN_FLOAT32;
        CN_TRY(cn_shape_with_batch(shapes[i], x->shape.dim[0], &types[1 + i].shape));
    }
    ++*n;
    return CN_OK;
}

static bool fits(const cn_shape *given, const cn_shape *expected)
{
    bool same = given->rank == expected->rank;
    for (int64_t i = 0; same && i < given->rank; i++)
        same = given->dim[i] == expected->dim[i] || given->dim[i] == CN_NONE ||
               expected->dim[i] == CN_NONE;
    return same;
}

static cn_status check_batch(const cn_layer *layer, const cn_shape *shape)
{
    const cn_recurrent_layer *recurrent = layer->state;
    if (!recurrent->keywords->stateful)
        return CN_OK;
    CN_CHECK(shape->dim[0] != CN_NONE,
             "%s: is stateful, and needs a known batch size (cn_input(..., .batch_size = 32)), got "
             "shape %s",
             layer->name, cn_shape_str(shape));
    if (recurrent->n_states > 0)
        CN_CHECK(shape->dim[0] == recurrent->states[0].shape.dim[0],
                 "%s: keeps states for batches of %" PRId64 ", got shape %s", layer->name,
                 recurrent->states[0].shape.dim[0], cn_shape_str(shape));
    return CN_OK;
}

cn_status cn_recurrent_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_shape *shape = &inputs[0].shape;
    const cn_layer *cell = cell_of(layer);
    cn_type types[CN_MOST_TENSORS];
    int64_t n_types = 0;
    CN_CHECK(shape->rank >= 3, "%s: takes sequences of rank >= 3, (N, T, ...), got shape %s",
             layer->name, cn_shape_str(shape));
    CN_CHECK(shape->dim[1] != 0, "%s: got a sequence without steps, shape %s", layer->name,
             cn_shape_str(shape));
    CN_TRY(check_batch(layer, shape));
    CN_TRY(cell_types(layer, &inputs[0], types, &n_types));
    CN_CHECK(n == 1 || n == n_types, "%s: has %d state%s, got %d as initial state", layer->name,
             (int)n_types - 1, n_types == 2 ? "" : "s", (int)n - 1);
    for (int64_t i = 1; i < n; i++)
        CN_CHECK(fits(&inputs[i].shape, &types[i].shape),
                 "%s: initial state %d needs shape %s, got %s", layer->name, (int)i - 1,
                 cn_shape_str(&types[i].shape), cn_shape_str(&inputs[i].shape));
    return cell->class->check_inputs == NULL ? CN_OK
                                             : cell->class->check_inputs(cell, types, n_types);
}

/* ---- states that are kept -------------------------------------------------------------------- */

static cn_status keep_states(cn_layer *layer, const cn_type *types, int64_t n)
{
    cn_recurrent_layer *recurrent = layer->state;
    cn_arena *arena = cn_session_arena(layer->session);
    recurrent->states = cn_arena_allocate(arena, (size_t)n * sizeof *recurrent->states);
    const char *path = cn_layer_path(layer);
    CN_CHECK_MEMORY(recurrent->states);
    CN_CHECK_MEMORY(path);
    for (int64_t i = 0; i < n; i++) {
        const char *name = cn_arena_format(arena, "%s/rnn_state_%" PRId64, path, i);
        CN_CHECK_MEMORY(name);
        CN_TRY(cn_variable_init(&recurrent->states[i], name, CN_FLOAT32, types[i].shape, NULL));
        recurrent->n_states++;
    }
    return CN_OK;
}

cn_status cn_recurrent_build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_recurrent_layer *recurrent = layer->state;
    cn_type types[CN_MOST_TENSORS];
    int64_t n_types = 0;
    CN_TRY(cell_types(layer, &inputs[0], types, &n_types));
    CN_TRY(cn_layer_ready(cell_of(layer), types, n_types));
    return recurrent->keywords->stateful ? keep_states(layer, types + 1, n_types - 1) : CN_OK;
}

static cn_status reset_states(void *context, cn_layer *layer)
{
    (void)context;
    const cn_recurrent_layer *recurrent = cn_recurrent_of(layer);
    for (int64_t i = 0; recurrent != NULL && i < recurrent->n_states; i++)
        memset(recurrent->states[i].data, 0, cn_variable_bytes(&recurrent->states[i]));
    return CN_OK;
}

cn_status cn_reset_states(cn_layer *layer)
{
    CN_TRY(cn_layer_check(layer, "cn_reset_states"));
    return cn_layer_visit(layer, reset_states, NULL);
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* Element t of the first axis. */
static cn_value element(cn_program *p, cn_value a, int64_t t)
{
    return cn_emit_squeeze(p, cn_emit_slice_axis(p, a, 0, t, 1), 0);
}

/* All n elements of the first axis, by halves: the gradient of a slice is as large as what it was
 * cut from, and T slices of the whole would cost T times the whole. */
static void split(cn_program *p, cn_value a, int64_t n, cn_value *elements)
{
    if (n == 1) {
        elements[0] = cn_emit_squeeze(p, a, 0);
        return;
    }
    split(p, cn_emit_slice_axis(p, a, 0, 0, n / 2), n / 2, elements);
    split(p, cn_emit_slice_axis(p, a, 0, n / 2, n - n / 2), n - n / 2, elements + n / 2);
}

static cn_status split_steps(struct sequence *s, cn_trace *trace)
{
    s->xs = cn_arena_allocate(trace->memory, (size_t)s->steps * 2 * sizeof *s->xs);
    CN_CHECK_MEMORY(s->xs);
    s->masks = s->xs + s->steps;
    split(trace->program, s->x, s->steps, s->xs);
    if (s->mask != CN_NO_VALUE)
        split(trace->program, s->mask, s->steps, s->masks);
    return trace->program->status;
}

/* mask[N] ? a : b, for a and b [N, ...]. */
static cn_value choose(cn_program *p, cn_value mask, cn_value a, cn_value b)
{
    if (a == CN_NO_VALUE || mask == CN_NO_VALUE)
        return CN_NO_VALUE;
    cn_shape shape = {.rank = cn_shape_of(p, a)->rank};
    for (int64_t i = 0; i < shape.rank; i++)
        shape.dim[i] = i == 0 ? cn_shape_of(p, mask)->dim[0] : 1;
    return cn_emit_where(p, cn_emit_reshape(p, mask, shape), a, b);
}

static cn_status check_step(const cn_call_frame *step, const struct sequence *s)
{
    const cn_program *p = step->program;
    CN_CHECK(step->n_outputs == 1 + s->n_states,
             "%s: gives %d outputs for a step, expected an output and %d states", step->layer->name,
             (int)step->n_outputs, (int)s->n_states);
    for (int64_t i = 0; i < s->n_states; i++) {
        const cn_shape *before = cn_shape_of(p, s->states[i]),
                       *after = cn_shape_of(p, step->outputs[1 + i]);
        CN_CHECK(cn_shape_equal(before, after), "%s: state %d had shape %s, and %s behind the step",
                 step->layer->name, (int)i, cn_shape_str(before), cn_shape_str(after));
    }
    return CN_OK;
}

/* What stands for the output of a masked step. */
static cn_status masked_output(const cn_call_frame *step, const struct sequence *s, cn_value *value)
{
    cn_program *p = step->program;
    if (s->keywords->zero_output_for_mask) {
        *value = cn_emit_zeros_like(p, step->outputs[0]);
        return p->status;
    }
    *value = s->states[cn_cell_output_state(step->layer)];
    const cn_shape *shape = cn_shape_of(p, *value), *expected = cn_shape_of(p, step->outputs[0]);
    CN_CHECK(cn_shape_equal(shape, expected),
             "%s: its output %s and its state %s have different shapes: where steps are masked, "
             "zero_output_for_mask is needed",
             step->layer->name, cn_shape_str(expected), cn_shape_str(shape));
    return CN_OK;
}

static cn_status run_step(struct sequence *s, cn_call_frame *step, cn_trace *trace, cn_layer *cell,
                          int64_t t)
{
    cn_program *p = trace->program;
    cn_value values[CN_MOST_TENSORS] = {s->xs[t]};
    memcpy(values + 1, s->states, (size_t)s->n_states * sizeof *values);
    CN_TRY(cn_trace_layer(trace, cell, NULL, values, NULL, 1 + s->n_states, step));
    CN_TRY(check_step(step, s));
    s->last = step->outputs[0];
    if (s->mask != CN_NO_VALUE) {
        cn_value mask = s->masks[t], instead;
        CN_TRY(masked_output(step, s, &instead));
        s->last = choose(p, mask, s->last, instead);
        for (int64_t i = 0; i < s->n_states; i++)
            step->outputs[1 + i] = choose(p, mask, step->outputs[1 + i], s->states[i]);
    }
    memcpy(s->states, step->outputs + 1, (size_t)s->n_states * sizeof *values);
    return p->status;
}

static cn_status run_steps(struct sequence *s, cn_trace *trace, cn_layer *cell)
{
    cn_call_frame *step = cn_arena_allocate(trace->memory, sizeof *step);
    cn_value *outputs = cn_arena_allocate(trace->memory, (size_t)s->steps * sizeof *outputs);
    CN_CHECK_MEMORY(step);
    CN_CHECK_MEMORY(outputs);
    CN_TRY(split_steps(s, trace));
    for (int64_t i = 0; i < s->steps; i++) {
        CN_TRY(run_step(s, step, trace, cell, s->keywords->go_backwards ? s->steps - 1 - i : i));
        if (s->keywords->return_sequences)
            outputs[i] = cn_emit_expand_dims(trace->program, s->last, 0);
    }
    if (s->keywords->return_sequences)
        s->outputs = cn_emit_concatenate(trace->program, outputs, s->steps, 0);
    return trace->program->status;
}

/* ---- all steps as one op --------------------------------------------------------------------- */

static const struct {
    const cn_layer_class *class;
    bool (*run)(cn_call_frame *cell, cn_cell_run *run);
} runs[] = {
    {&cn_simple_rnn_cell_layer_class, cn_simple_rnn_cell_run},
    {&cn_lstm_cell_layer_class, cn_lstm_cell_run},
    {&cn_gru_cell_layer_class, cn_gru_cell_run},
};

cn_value cn_emit_flipped(cn_program *p, cn_value a, int64_t axis)
{
    if (a == CN_NO_VALUE)
        return a;
    const cn_shape size = *cn_shape_of(p, a);
    cn_shape start = {.rank = size.rank}, step = start;
    for (int64_t i = 0; i < size.rank; i++) {
        start.dim[i] = i == axis ? size.dim[i] - 1 : 0;
        step.dim[i] = i == axis ? -1 : 1;
    }
    return cn_emit_slice(p, a, start, size, step);
}

/* The outputs that are wanted, of those at their steps. */
static void take_outputs(struct sequence *s, cn_program *p, const cn_cell_run *run)
{
    const bool zero = s->keywords->zero_output_for_mask && s->mask != CN_NO_VALUE;
    if (s->keywords->return_sequences) {
        cn_value outputs = run->outputs;
        if (zero)
            outputs = cn_emit_where(p, cn_emit_expand_dims(p, s->mask, -1), outputs,
                                    cn_emit_scalar(p, 0));
        s->outputs = run->backwards ? cn_emit_flipped(p, outputs, 0) : outputs;
        return;
    }
    s->last = run->states[0];
    if (zero)
        s->last = choose(p, element(p, s->mask, run->backwards ? 0 : s->steps - 1), s->last,
                         cn_emit_scalar(p, 0));
}

/* False if there is no op for the cell. */
static bool run_at_once(struct sequence *s, cn_trace *trace, cn_layer *cell)
{
    cn_call_frame *frame = NULL;
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        if (runs[i].class != cell->class)
            continue;
        frame = cn_arena_allocate(trace->memory, sizeof *frame);
        if (frame == NULL)
            return false;
        *frame = (cn_call_frame){
            .trace = trace, .layer = cell, .program = trace->program, .training = trace->training};
        cn_cell_run run = {.x = s->x, .mask = s->mask, .backwards = s->keywords->go_backwards};
        memcpy(run.states, s->states, (size_t)s->n_states * sizeof *run.states);
        if (!runs[i].run(frame, &run))
            return false;
        take_outputs(s, trace->program, &run);
        memcpy(s->states, run.states, (size_t)s->n_states * sizeof *run.states);
        return true;
    }
    return false;
}

/* ---- call ------------------------------------------------------------------------------------ */

/* The cell's steps, which share what the cell keeps for them. */
static cn_status run_loop(struct sequence *s, cn_trace *trace, cn_layer *cell)
{
    cn_trace_loop loop = {NULL}, *around = trace->loop;
    trace->loop = &loop;
    cn_status status = run_at_once(s, trace, cell) ? trace->program->status
                                                   : run_steps(s, trace, cell);
    trace->loop = around;
    return status;
}

static cn_status first_states(const cn_call_frame *frame, struct sequence *s)
{
    cn_program *p = frame->program;
    const cn_recurrent_layer *recurrent = frame->layer->state;
    cn_type types[CN_MOST_TENSORS];
    int64_t n = 0;
    CN_TRY(cell_types(frame->layer, cn_type_of(p, frame->inputs[0]), types, &n));
    s->n_states = n - 1;
    for (int64_t i = 0; i < s->n_states; i++) {
        if (frame->n_inputs > 1)
            s->states[i] = cn_emit_cast(p, frame->inputs[1 + i], CN_FLOAT32);
        else if (recurrent->n_states > 0)
            s->states[i] = cn_program_read(p, &recurrent->states[i]);
        else
            s->states[i] = cn_emit_full(p, 0, CN_FLOAT32, types[1 + i].shape);
    }
    return p->status;
}

static cn_status begin(const cn_call_frame *frame, struct sequence *s)
{
    cn_program *p = frame->program;
    const cn_shape *shape = cn_shape_of(p, frame->inputs[0]);
    *s = (struct sequence){.keywords = ((const cn_recurrent_layer *)frame->layer->state)->keywords,
                           .steps = shape->dim[1],
                           .mask = CN_NO_VALUE};
    if (frame->masks[0] != CN_NO_VALUE) {
        const cn_shape expected = CN_SHAPE(shape->dim[0], shape->dim[1]),
                       *given = cn_shape_of(p, frame->masks[0]);
        CN_CHECK(cn_shape_equal(given, &expected), "%s: needs a mask of shape %s, got %s",
                 frame->layer->name, cn_shape_str(&expected), cn_shape_str(given));
        s->mask = cn_emit_swap_axes(p, frame->masks[0], 0, 1);
    }
    CN_TRY(first_states(frame, s));
    s->x = cn_emit_swap_axes(p, frame->inputs[0], 0, 1);
    return p->status;
}

static cn_status give(cn_call_frame *frame, const struct sequence *s)
{
    cn_program *p = frame->program;
    const cn_recurrent_layer *recurrent = frame->layer->state;
    frame->outputs[0] = s->last;
    if (s->keywords->return_sequences) {
        frame->outputs[0] = cn_emit_swap_axes(p, s->outputs, 0, 1);
        frame->output_masks[0] = frame->masks[0];
    }
    for (int64_t i = 0; i < recurrent->n_states; i++)
        cn_program_assign(p, &recurrent->states[i], s->states[i]);
    if (s->keywords->return_state) {
        memcpy(frame->outputs + 1, s->states, (size_t)s->n_states * sizeof *s->states);
        frame->n_outputs = 1 + s->n_states;
    }
    return p->status;
}

cn_status cn_call_recurrent(cn_call_frame *frame)
{
    struct sequence s;
    CN_TRY(begin(frame, &s));
    CN_TRY(run_loop(&s, frame->trace, cell_of(frame->layer)));
    return give(frame, &s);
}
