/* Running a small program in tests, with doubles in and out: by the ops' references, and as the
 * plan that users get. */
#ifndef CORNU_TESTS_PROGRAM_RUN_H
#define CORNU_TESTS_PROGRAM_RUN_H

#include "program/program.h"

/* Optimizes the program in place and runs it as a plan. Inputs and outputs are row-major doubles
 * in the program's order; variables keep what the program assigns. */
cn_status cn_run_as_plan(cn_program *program, const double *const *inputs, double *const *outputs);

/* The same without any pass. */
cn_status cn_run_as_it_is(const cn_program *program, const double *const *inputs,
                          double *const *outputs);

/* Numbers as a data type has them in memory, and back. */
void cn_store_numbers(cn_dtype dtype, void *to, const double *from, int64_t n);
void cn_load_numbers(cn_dtype dtype, double *to, const void *from, int64_t n);

#endif
