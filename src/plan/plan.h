/* A plan: an array of prepared kernel calls over one arena. Running it is a loop over that array:
 * nothing is allocated, looked up or locked. A plan is run by one thread at a time. */
#ifndef CORNU_PLAN_H
#define CORNU_PLAN_H

#include "runtime/memory.h"
#include "runtime/shape.h"

/* A kernel call's function. It fails only for what the data decide, such as an index outside a
 * table. */
typedef cn_status cn_kernel(const void *arguments);

typedef struct cn_step {
    cn_kernel *run;
    const void *arguments;
    const char *name; /* the op it came from, for profiles */
} cn_step;

typedef struct cn_plan {
    cn_step *steps;
    int64_t n_steps, capacity;
    void *arena; /* every value that lives only within a run */
    size_t arena_bytes;
    bool borrows_arena; /* it is not the plan's to release */
    void *constants;    /* values that no run changes */
    size_t constant_bytes;
    void **inputs;          /* where the caller writes the program's inputs, */
    cn_shape *input_shapes; /* of these sizes, and */
    void **outputs;         /* reads its outputs, */
    size_t *output_bytes;
    cn_shape *output_shapes; /* of these sizes */
    int64_t n_inputs, n_outputs;
    cn_arena memory; /* arguments of the steps */
} cn_plan;

/* Appends a call; the arguments (bytes long) are copied into the plan. name must outlive the
 * plan. */
cn_status cn_plan_add(cn_plan *plan, const char *name, cn_kernel *run, const void *arguments,
                      size_t bytes);

/* Runs all steps; the first failure ends it. */
cn_status cn_plan_run(const cn_plan *plan);

void cn_plan_free(cn_plan *plan);

#endif
