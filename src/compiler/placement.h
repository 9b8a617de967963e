/* Which values lie inside others, so that joining and cutting them copies nothing: a part of a
 * concatenation lies in its result, a slice in what it is cut from. */
#ifndef CORNU_COMPILER_PLACEMENT_H
#define CORNU_COMPILER_PLACEMENT_H

#include "program/program.h"

typedef struct cn_placement {
    cn_value host; /* the value whose memory it uses: itself, what it is a view of, or lies in */
    int64_t first; /* elements of the host's memory before it */
    int64_t pitch; /* elements from one row of its last axis to the next; 0: all lie together */
} cn_placement;

/* The placement of each value, in memory. A host of parts of a concatenation has to be there from
 * the first one on, a host of slices as long as they are: none is there longer than otherwise where
 * that makes more than `share` of the most bytes that are needed at once if nothing lies in others,
 * as with a share of 0.
 * Values whose rows lie apart are made and read only by ops that take them so. Neither inputs,
 * constants, outputs of the program nor new values of variables lie inside others. NULL if memory
 * ran out. */
cn_placement *cn_place_values(const cn_program *program, double share, cn_arena *memory);

#endif
