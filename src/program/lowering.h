/* What an op's lower may ask and do: where its values lie, and adding kernel calls to the plan. */
#ifndef CORNU_PROGRAM_LOWERING_H
#define CORNU_PROGRAM_LOWERING_H

#include "plan/plan.h"
#include "program/program.h"

typedef struct cn_lowering {
    const cn_program *program;
    cn_plan *plan;
    void **addresses;       /* of each value */
    const int64_t *pitches; /* of each value; 0: its elements lie together */
    void *scratch;          /* as many bytes as the op's scratch asked for */
} cn_lowering;

static inline void *cn_address(const cn_lowering *lowering, cn_value value)
{
    return value == CN_NO_VALUE ? NULL : lowering->addresses[value];
}

/* Elements from one row (of the last axis) of a value to the next. It is the last axis itself, but
 * for float32 values that are or may be a part of another one, of ops that say they heed it. */
static inline int64_t cn_pitch_of(const cn_lowering *lowering, cn_value value)
{
    const cn_shape *shape = cn_shape_of(lowering->program, value);
    if (lowering->pitches[value] != 0)
        return lowering->pitches[value];
    return shape->rank == 0 ? 1 : shape->dim[shape->rank - 1];
}

#endif
