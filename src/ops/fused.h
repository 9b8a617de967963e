/* The inside of a fused op's body, which standalone elementwise ops share: a list of steps over
 * registers. */
#ifndef CORNU_OPS_FUSED_H
#define CORNU_OPS_FUSED_H

#include "kernels/native/map.h"
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

/* Checks that inputs can be broadcast to the shape. */
cn_status cn_fused_check_inputs(const cn_shape *shape, const cn_type *inputs, int64_t n_inputs);

/* Adds one map kernel that runs the body for an instruction; shape is that of the outputs. */
cn_status cn_fused_lower(cn_lowering *lowering, const cn_instruction *instruction,
                         const cn_fused_body *body, const cn_shape *shape);

/* Prepares the map only, whose columns may be given. The outputs have elements. */
cn_status cn_fused_prepare(cn_lowering *lowering, const cn_instruction *instruction,
                           const cn_fused_body *body, const cn_shape *shape, cn_map *map);

/* The body in plain loops. The first output may be one of the inputs. */
void cn_reference_fused(const cn_reference_call *call, const cn_fused_body *body);

#endif
