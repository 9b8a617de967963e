/* The inside of a fused op's body, which standalone elementwise ops share: a list of steps over
 * registers. */
#ifndef CORNU_OPS_FUSED_H
#define CORNU_OPS_FUSED_H

#include "ops/ops.h"
#include "program/lowering.h"

enum { CN_MOST_FUSED_INPUTS = 64, CN_MOST_REGISTERS = CN_MOST_FUSED_INPUTS + CN_MOST_FUSED };

/* Registers 0 .. n_inputs-1 are the inputs; step k makes register n_inputs + k. */
typedef struct cn_fused_step {
    const cn_op *op;
    cn_cast_attributes cast; /* for op cast */
    int32_t arguments[3];
    int64_t n_arguments;
} cn_fused_step;

typedef struct cn_fused_body {
    int64_t n_inputs, n_steps, n_outputs;
    cn_fused_step steps[CN_MOST_FUSED];
    int32_t outputs[CN_MOST_FUSED_OUTPUTS]; /* registers */
} cn_fused_body;

/* Reads a body's text. */
cn_status cn_fused_parse(const char *text, int64_t n_inputs, cn_fused_body *body);

/* The data type of each register, from the inputs'. */
cn_status cn_fused_infer(const cn_fused_body *body, const cn_type *inputs,
                         cn_dtype types[CN_MOST_REGISTERS]);

/* Adds one map kernel that runs the body for an instruction; shape is that of the outputs. */
cn_status cn_fused_lower(cn_lowering *lowering, const cn_instruction *instruction,
                         const cn_fused_body *body, const cn_shape *shape);

#endif
