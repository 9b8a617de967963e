/* What cn_map_prepare makes of a map, for cn_map_run. */
#ifndef CORNU_KERNELS_NATIVE_MAP_PREPARED_H
#define CORNU_KERNELS_NATIVE_MAP_PREPARED_H

#include "kernels/native/map.h"

/* A slot is an address that tiles read or write. While a tile runs, the slots' addresses stand in a
 * table; its parts:
 *   places     operands and outputs that are used where they lie in memory; moves on with each tile
 *   buffers    on the stack of the thread that runs, used again and again for results
 *   constants  filled by cn_map_prepare; all threads read them */

typedef struct cn_map_place {
    char *data;
    int64_t item;  /* bytes of an element */
    int64_t pitch; /* of a map by rows: elements from one row to the next; 0: it is the same row */
    bool ahead;    /* the first place with this data: the one that is asked for ahead */
} cn_map_place;

/* A broadcast operand, over the axes of the prepared map. */
typedef struct cn_map_spread {
    const char *data;
    cn_dtype dtype;
    int64_t stride[CN_MAX_RANK];
    int32_t slot;   /* where its address goes */
    int32_t buffer; /* that it is spread in, if it cannot be read in place */
} cn_map_spread;

/* One call in each tile: of a tile function, of a scalar function, or spreading an operand. */
typedef struct cn_map_step {
    cn_tile *tile;
    double (*scalar)(double a, double b, double c);
    const cn_map_spread *spread;
    int32_t out, a, b, c;
    bool integer[4]; /* for scalar: whether out, a, b, c have lanes of int32_t */
} cn_map_step;

typedef struct cn_map_prepared {
    int64_t count;
    int64_t rank;             /* axes that the broadcast operands have in common; */
    int64_t dim[CN_MAX_RANK]; /* the last is called the row */
    int64_t row;              /* its elements */
    int64_t tile;             /* most elements of a tile */
    int64_t pieces;           /* tiles of one row, where a row has several; otherwise 1 */
    int64_t n_tiles;
    int64_t grain; /* fewest tiles worth a thread */
    bool by_rows;  /* no tile goes on beyond its row */
    bool streams;  /* more memory than the caches near a core hold */
    const cn_map_place *places;
    const cn_map_spread *once; /* filled before the first tile of a thread, */
    uint32_t *shared;          /* or, if there is this memory for them, by cn_map_begin_rows */
    int64_t columns;           /* of the rows that cn_map_run_rows is given */
    const cn_map_step *steps;
    void *const *constants;
    int32_t n_places, n_buffers, n_constants, n_once, n_steps;
} cn_map_prepared;

enum {
    CN_MAP_AREA = 36 * 1024, /* bytes of stack for the table and the buffers */
    CN_MAP_SLACK = 16        /* elements behind each buffer that may be overwritten */
};

/* Slots are numbered places first, then buffers, then constants. */
static inline int64_t cn_map_slots(const cn_map_prepared *map)
{
    return (int64_t)map->n_places + map->n_buffers + map->n_constants;
}

/* The lane for one element in memory, as its bits. */
uint32_t cn_map_lane(const void *element, cn_dtype dtype);

#endif
