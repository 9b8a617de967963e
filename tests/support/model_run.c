/* Running models in tests. */
#include "support/model_run.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/compiler.h"
#include "cornu/session.h"
#include "ops/emit.h"
#include "support/program_run.h"

int cn_test_clear(void **state)
{
    (void)state;
    cn_clear_session();
    cn_clear_error();
    return 0;
}

void cn_test_ok(void)
{
    if (cn_failed())
        fail_msg("%s", cn_error());
}

void cn_test_close(const double *got, const double *expected, int64_t n, double tolerance)
{
    for (int64_t i = 0; i < n; i++)
        if (!(fabs(got[i] - expected[i]) <= tolerance))
            fail_msg("number %d is %.9g, expected %.9g", (int)i, got[i], expected[i]);
}

enum { MOST_WEIGHTS = 64 };

static void add_gradients(cn_program *p, const cn_model *model)
{
    cn_arena memory = {0};
    cn_weight **weights;
    int64_t n;
    cn_value wrt[MOST_WEIGHTS], gradients[MOST_WEIGHTS], sum = cn_emit_scalar(p, 0);
    for (int64_t i = 0; i < p->n_outputs; i++)
        sum = cn_emit_add(p, sum, cn_emit_sum(p, p->outputs[i], CN_ALL_AXES, false));
    assert_int_equal(cn_layer_weights(model, &memory, &weights, &n), CN_OK);
    assert_true(n <= MOST_WEIGHTS);
    for (int64_t i = 0; i < n; i++)
        wrt[i] = cn_program_read(p, &weights[i]->variable);
    assert_int_equal(cn_differentiate(p, sum, wrt, n, gradients), CN_OK);
    for (int64_t i = 0; i < n; i++)
        cn_program_output(p, gradients[i]);
    cn_arena_free(&memory);
}

/* A model's outputs for new inputs of a program. */
static void trace_model(cn_trace *trace, cn_model *model, const cn_shape *shapes, cn_value *values,
                        cn_value *results)
{
    cn_test_ok();
    assert_non_null(model);
    for (int64_t i = 0; i < model->graph->n_inputs; i++)
        values[i] = cn_program_input(trace->program, model->graph->inputs[i]->dtype, shapes[i]);
    (void)cn_trace_model(trace, model, values, NULL, results, NULL);
    cn_test_ok();
}

static void run_and_free(cn_trace *trace, const double *const *inputs, double *const *outputs)
{
    assert_int_equal(cn_program_verify(trace->program), CN_OK);
    (void)cn_run_as_plan(trace->program, inputs, outputs);
    cn_test_ok();
    cn_release(trace->losses);
    cn_arena_free(trace->memory);
    cn_program_free(trace->program);
}

void cn_test_run(cn_model *model, const cn_shape *shapes, const double *const *inputs,
                 double *const *outputs, bool gradients)
{
    cn_program program = {0};
    cn_arena memory = {0};
    cn_trace trace = {.program = &program, .memory = &memory};
    cn_value values[CN_MOST_TENSORS], results[CN_MOST_TENSORS];
    trace_model(&trace, model, shapes, values, results);
    for (int64_t i = 0; i < model->graph->n_outputs; i++)
        cn_program_output(&program, results[i]);
    if (gradients)
        add_gradients(&program, model);
    run_and_free(&trace, inputs, outputs);
}

/* The sum of y, each number times the next of the generator. */
static cn_value weighted_sum(cn_program *p, cn_value y, uint32_t *state)
{
    const cn_shape shape = *cn_shape_of(p, y);
    const int64_t n = cn_shape_size(&shape);
    cn_value sum = cn_emit_scalar(p, 0), flat = cn_emit_reshape(p, y, CN_SHAPE(n));
    for (int64_t i = 0; i < n; i++) {
        *state = *state * 1664525u + 1013904223u;
        cn_value one = cn_emit_slice_axis(p, flat, 0, i, 1);
        one = cn_emit_multiply_scalar(p, one, (*state >> 8) / 16777216.0);
        sum = cn_emit_add(p, sum, one);
    }
    return cn_emit_sum(p, sum, CN_ALL_AXES, false);
}

void cn_test_input_gradients(cn_model *model, const cn_shape *shapes, const double *const *inputs,
                             uint32_t seed, double *const *gradients)
{
    cn_program program = {0};
    cn_arena memory = {0};
    cn_trace trace = {.program = &program, .memory = &memory};
    cn_value values[CN_MOST_TENSORS], results[CN_MOST_TENSORS], wrt[CN_MOST_TENSORS],
        found[CN_MOST_TENSORS], loss = cn_emit_scalar(&program, 0);
    double *outputs[CN_MOST_TENSORS];
    int64_t n = 0;
    trace_model(&trace, model, shapes, values, results);
    for (int64_t i = 0; i < model->graph->n_outputs; i++)
        if (cn_dtype_of(&program, results[i]) == CN_FLOAT32)
            loss = cn_emit_add(&program, loss, weighted_sum(&program, results[i], &seed));
    for (int64_t i = 0; i < model->graph->n_inputs; i++)
        if (cn_dtype_of(&program, values[i]) == CN_FLOAT32) {
            outputs[n] = gradients[i];
            wrt[n++] = values[i];
        }
    assert_int_equal(cn_differentiate(&program, loss, wrt, n, found), CN_OK);
    for (int64_t i = 0; i < n; i++)
        cn_program_output(&program, found[i]);
    run_and_free(&trace, inputs, outputs);
}
