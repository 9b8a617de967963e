/* The elementwise program: a short list of tile instructions run over an index space, one
 * cache-sized tile after the other. It is the one kernel behind every elementwise op, alone or
 * fused with others. */
#ifndef CORNU_KERNELS_NATIVE_MAP_H
#define CORNU_KERNELS_NATIVE_MAP_H

#include "kernels/native/native.h"
#include "runtime/memory.h"

/* Registers hold one tile: lanes of float (for float32 and for bool, as 0 and 1) or of int32_t
 * (for int32 and uint8). Registers 0 .. n_operands-1 are the operands; each instruction writes
 * another one, below n_operands + n_instructions. */

typedef enum cn_map_kind {
    CN_MAP_FULL,     /* has the index space's elements in the same order; rows may lie apart */
    CN_MAP_SCALAR,   /* one element, read from memory at each run */
    CN_MAP_CONSTANT, /* one element, read from memory once, by cn_map_prepare */
    CN_MAP_STRIDED   /* any other broadcast: has a stride for each axis */
} cn_map_kind;

typedef struct cn_map_operand {
    cn_map_kind kind;
    cn_dtype dtype; /* float32, int32, uint8 or bool */
    const void *data;
    int64_t stride[CN_MAX_RANK]; /* in elements, for CN_MAP_STRIDED; 0 repeats along that axis */
    int64_t pitch; /* for CN_MAP_FULL: elements from one row of the last axis, of more than one, to
                      the next; 0: all lie together */
} cn_map_operand;

typedef struct cn_map_instruction {
    cn_tile *tile; /* NULL: scalar is applied to each element */
    double (*scalar)(double a, double b, double c);
    cn_dtype dtype;          /* of the result: which lanes it has */
    int32_t result, a, b, c; /* registers; -1 for an argument that is not used */
} cn_map_instruction;

/* An output has the index space's elements. It may share all its memory with a CN_MAP_FULL
 * operand whose elements are as large and lie as they do there, and must not overlap any other
 * operand or output. */
typedef struct cn_map_output {
    void *data;
    cn_dtype dtype;
    int32_t from;  /* the register that holds it: an instruction's result or an operand */
    int64_t pitch; /* as an operand's, of float32 */
} cn_map_output;

typedef struct cn_map {
    int64_t count;                  /* elements of the index space */
    int64_t rank, dim[CN_MAX_RANK]; /* its axes: needed only for CN_MAP_STRIDED and rows apart */
    const cn_map_operand *operands;
    const cn_map_instruction *instructions;
    const cn_map_output *outputs;
    int32_t n_operands, n_instructions, n_outputs;
    int64_t columns; /* 0, or it is run by cn_map_run_rows, over rows of so many elements */
    const struct cn_map_prepared *prepared; /* made by cn_map_prepare */
} cn_map;

/* Assigns memory to registers, fills constants, and decides how tiles are cut. All that
 * cn_map_run needs is put into memory: the lists above may then be dropped. CN_INTERNAL if more
 * registers are alive at once than fit into a stack frame (about 200). */
cn_status cn_map_prepare(cn_map *map, cn_arena *memory);

/* Runs it, by several threads if it is large. Allocates nothing. Several threads may run the
 * same map, each with other data only if the map was prepared for each. */
void cn_map_run(const cn_map *map);

/* Runs it over some of its rows: the first one's first element is number start, and each other row
 * begins step elements behind the one before. Parts of a parallel loop may do so at once, after
 * the operands that all rows share have been read, once in each run. */
void cn_map_begin_rows(const cn_map *map);
void cn_map_run_rows(const cn_map *map, int64_t start, int64_t step, int64_t rows);

#endif
