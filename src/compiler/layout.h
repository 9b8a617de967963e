/* Where every value of a program lies: in the arena, among the constants, in a variable, or in
 * another value's place. */
#ifndef CORNU_COMPILER_LAYOUT_H
#define CORNU_COMPILER_LAYOUT_H

#include "program/program.h"

typedef struct cn_layout {
    int32_t *root;   /* of each value: the value whose memory it uses (itself, if it has its own) */
    int64_t *within; /* of each value: where it begins there, in bytes */
    int64_t *pitch;  /* of each value: elements from row to row there; 0: they lie together */
    int64_t *offset; /* of each value in the arena, or among the constants; -1: in a variable, or
                         nowhere: an output that nobody uses, of an op with CN_OP_SKIPS_UNUSED */
    bool *constant;  /* of each root: it is written once, when the plan is made */
    cn_variable **variable; /* of each root: where it lies, if not in the arena */
    int64_t *scratch;       /* of each instruction: offset of its scratch memory */
    bool *copied; /* of each state: its final value is copied into the variable at the end */
    /* of each state: where its final value waits, because the variable that it lies in is
                               written by another such copy; -1 if it need not */
    int64_t *staged;
    int64_t bytes;          /* of the arena */
    int64_t constant_bytes; /* of the constants, which no run changes */
} cn_layout;

/* Decides it all; the lists are in memory. */
cn_status cn_make_layout(const cn_program *program, cn_arena *memory, cn_layout *layout);

/* Bytes of a value. */
size_t cn_value_bytes(const cn_program *program, cn_value value);

#endif
