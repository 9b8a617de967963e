/* Rewriting a program: a pass walks the old instructions in order and appends to a new program; at
 * the end the new one takes the old one's place. */
#ifndef CORNU_COMPILER_REWRITE_H
#define CORNU_COMPILER_REWRITE_H

#include "program/program.h"

typedef struct cn_rewrite {
    cn_program *from;
    cn_program to;
    /* from a value of the old program to the new one's; CN_NO_VALUE until it is known */
    cn_value *map;
    cn_arena memory;
} cn_rewrite;

cn_status cn_rewrite_begin(cn_rewrite *rewrite, cn_program *from);

/* Appends an instruction of the old program, with its inputs mapped, and maps its outputs. */
void cn_rewrite_copy(cn_rewrite *rewrite, const cn_instruction *instruction);

/* The new program's instruction that makes a new value, until the next one is appended. */
const cn_instruction *cn_rewrite_producer(const cn_rewrite *rewrite, cn_value value);

/* Replaces the old program by the new one if status and everything before is well; frees what is
 * left over. */
cn_status cn_rewrite_end(cn_rewrite *rewrite, cn_status status);

#endif
