/* A gather behind moves of whole rows. A transpose that leaves the last axis in its place, a
 * reshape that keeps it whole and a slice that turns axes round put the same rows in another
 * order, which the indices can do too: they are smaller by the width of a row. */
#ifndef CORNU_COMPILER_MOVED_GATHER_H
#define CORNU_COMPILER_MOVED_GATHER_H

#include "compiler/rewrite.h"

enum { CN_MOST_MOVES = 4 };

typedef struct cn_moved_gather {
    cn_value table, indices;             /* as the gather reads them; the table has rank 2 */
    cn_instruction moves[CN_MOST_MOVES]; /* of its result, the last one first */
    int n_moves;
} cn_moved_gather;

/* Whether a value of the new program is a gather of rows, or moves of one. */
bool cn_find_moved_gather(const cn_rewrite *rewrite, cn_value value, cn_moved_gather *found);

/* The indices, moved as the rows were: gathering the table by them gives the value that was
 * asked about. */
cn_value cn_emit_moved_indices(cn_program *program, const cn_moved_gather *found);

#endif
