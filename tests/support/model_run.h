/* For tests that draw models: a fresh session, and running what was drawn. A failure fails the
 * running test. */
#ifndef CORNU_TESTS_MODEL_RUN_H
#define CORNU_TESTS_MODEL_RUN_H

#include "graph/graph.h"

/* Setup of a test: clears the session and the kept error. */
int cn_test_clear(void **state);

/* Fails the test with the kept message if there is one. */
void cn_test_ok(void);

/* Compares n numbers. */
void cn_test_close(const double *got, const double *expected, int64_t n, double tolerance);

/* Runs a model, as a plan, on inputs with these shapes (with batch). outputs: those of the model in
 * order, then, with gradients, those of the sum of all outputs with respect to each weight. */
void cn_test_run(cn_model *model, const cn_shape *shapes, const double *const *inputs,
                 double *const *outputs, bool gradients);

/* The gradients with respect to the float inputs of the sum of all float outputs, each number times
 * the next of a uniform generator (tools/keras/common.py). */
void cn_test_input_gradients(cn_model *model, const cn_shape *shapes, const double *const *inputs,
                             uint32_t seed, double *const *gradients);

#endif
