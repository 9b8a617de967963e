/* The compiler: program -> gradient -> passes -> plan. */
#ifndef CORNU_COMPILER_H
#define CORNU_COMPILER_H

#include "plan/plan.h"
#include "program/program.h"

/* Emits the gradients of a scalar with respect to values: gradients[i] belongs to wrt[i], zeros
 * where none flows. */
cn_status cn_differentiate(cn_program *program, cn_value loss, const cn_value *wrt, int64_t n,
                           cn_value *gradients);

/* A pass rewrites a program in place: its values get new numbers, and only inputs, outputs and
 * states are known afterwards. simplify.def and passes.def list the two pipelines in their
 * order. */
typedef cn_status cn_pass(cn_program *program);
#define CN_PASS_ENTRY(name) cn_pass cn_pass_##name;
#include "compiler/passes.def"
#include "compiler/simplify.def"
#undef CN_PASS_ENTRY

/* What makes a forward computation less work, for its gradient to follow: to be run before
 * cn_differentiate, with the loss as an output, whose new number is then in program->outputs. */
cn_status cn_simplify(cn_program *program);

/* All passes of passes.def; debug builds verify the program after each. */
cn_status cn_optimize(cn_program *program);

/* Lays out memory and lowers every instruction. The program may be freed afterwards; its variables
 * may not. */
cn_status cn_make_plan(const cn_program *program, cn_plan *plan);

/* The same in memory that the plan does not own: claim gives at least bytes, aligned as
 * cn_allocate's. Plans that never run at the same time may share it. */
typedef cn_status cn_arena_source(void *context, size_t bytes, void **arena);
cn_status cn_make_plan_in(const cn_program *program, cn_arena_source *claim, void *context,
                          cn_plan *plan);

#endif
