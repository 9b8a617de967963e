/* What an op's lower may ask and do: where its values lie, and adding kernel calls to the plan. */
#ifndef CORNU_PROGRAM_LOWERING_H
#define CORNU_PROGRAM_LOWERING_H

#include "plan/plan.h"
#include "program/program.h"

typedef struct cn_lowering {
    const cn_program *program;
    cn_plan *plan;
    void **addresses; /* of each value */
    void *scratch;    /* as many bytes as the op's scratch asked for */
} cn_lowering;

static inline void *cn_address(const cn_lowering *lowering, cn_value value)
{
    return value == CN_NO_VALUE ? NULL : lowering->addresses[value];
}

#endif
