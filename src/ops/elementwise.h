/* What every elementwise op shares: shape rules, lowering to the map kernel, reference, and the
 * gradients' helpers. */
#ifndef CORNU_OPS_ELEMENTWISE_H
#define CORNU_OPS_ELEMENTWISE_H

#include <math.h>

#include "kernels/native/native.h"
#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"

/* The type rules: which of them an op has also tells cn_emit_1 and cn_emit_2 what to cast its
 * operands to. */
cn_infer cn_infer_elementwise; /* all float32 or all int32, and so is the output */
cn_infer cn_infer_real;        /* all float32, and so is the output */
cn_infer cn_infer_comparison;  /* all of one type; the output is bool */
cn_infer cn_infer_test;        /* all float32; the output is bool */
cn_infer cn_infer_whole;       /* all int32, and so is the output */
cn_infer cn_infer_logical;     /* all bool, and so is the output */

cn_lower cn_lower_elementwise;
cn_reference cn_reference_elementwise;

/* The gradient dy of an output, brought to the shape of input number i of a broadcasting op. */
cn_value cn_gradient_to_input(cn_program *p, const cn_instruction *instruction, int64_t i,
                              cn_value gradient);

/* The part of dy that goes to an operand where it was the one chosen, or half of it where both were
 * equal. */
cn_value cn_gradient_of_choice(cn_program *p, cn_value dy, cn_value chosen, cn_value equal);

/* The parts that the ops' constants have in common. */
#define CN_ELEMENTWISE(name_, inputs_, infer_)                                                     \
    .name = (name_), .min_inputs = (inputs_), .max_inputs = (inputs_), .n_outputs = 1,             \
    .infer = (infer_), .lower = cn_lower_elementwise, .reference = cn_reference_elementwise

#endif
