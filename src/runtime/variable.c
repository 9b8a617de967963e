/* Variables, and the pools that they lie in. */
#include "runtime/variable.h"

#include <string.h>

#include "runtime/memory.h"

enum {
    LINE = 64,
    LEAST_POOLED = 64 << 10, /* bytes: smaller variables lie well in small pages, */
    MOST_POOLED = 4 << 20,   /* and larger ones have huge pages of their own */
    LEAST_BLOCK = 4 << 20,   /* the first block; each is twice as large as the one before, up to */
    MOST_BLOCK = 32 << 20
};

/* ---- pools ----------------------------------------------------------------------------------- */

static cn_status add_block(cn_variable_pool *pool)
{
    size_t bytes = pool->n_blocks == 0 ? LEAST_BLOCK : 2 * pool->block_bytes;
    if (bytes > MOST_BLOCK)
        bytes = MOST_BLOCK;
    CN_TRY(cn_grow(&pool->blocks, &pool->capacity, pool->n_blocks + 1, sizeof *pool->blocks));
    void *block = cn_allocate_raw(bytes); /* not touched: only what is used takes memory */
    if (block == NULL)
        return CN_OUT_OF_MEMORY;
    pool->blocks[pool->n_blocks++] = block;
    pool->block_bytes = bytes, pool->used = 0;
    return CN_OK;
}

static void *take(cn_variable_pool *pool, size_t bytes)
{
    if (pool->block_bytes - pool->used < bytes && add_block(pool) != CN_OK)
        return NULL;
    char *piece = (char *)pool->blocks[pool->n_blocks - 1] + pool->used;
    pool->used += (bytes + LINE - 1) / LINE * LINE;
    return memset(piece, 0, bytes);
}

void cn_variable_pool_free(cn_variable_pool *pool)
{
    for (int64_t i = 0; i < pool->n_blocks; i++)
        cn_release(pool->blocks[i]);
    cn_release(pool->blocks);
    *pool = (cn_variable_pool){0};
}

/* ---- variables ------------------------------------------------------------------------------- */

cn_status cn_variable_init(cn_variable *variable, const char *name, cn_dtype dtype, cn_shape shape,
                           cn_variable_pool *pool)
{
    int64_t size = 0;
    CN_TRY(cn_shape_checked_size(&shape, cn_dtype_size(dtype), &size));
    const size_t bytes = (size_t)size * cn_dtype_size(dtype);
    *variable = (cn_variable){.name = name, .dtype = dtype, .shape = shape};
    variable->pooled = pool != NULL && bytes >= LEAST_POOLED && bytes < MOST_POOLED;
    variable->data = variable->pooled ? take(pool, bytes) : cn_allocate(bytes);
    return variable->data == NULL ? CN_OUT_OF_MEMORY : CN_OK;
}

void cn_variable_free(cn_variable *variable)
{
    if (!variable->pooled)
        cn_release(variable->data);
    variable->data = NULL;
}

size_t cn_variable_bytes(const cn_variable *variable)
{
    return (size_t)cn_shape_size(&variable->shape) * cn_dtype_size(variable->dtype);
}
