/* A hash table of addresses, open and at most half full, so that a look-up takes a step or two. */
#include "runtime/pointer_map.h"

typedef struct cn_pointer_entry {
    const void *address; /* NULL: free */
    int64_t number;
} cn_pointer_entry;

static cn_pointer_entry *slot_of(cn_pointer_entry *entries, int64_t capacity, const void *address)
{
    /* Addresses are multiples of 16: the product spreads their other bits (Fibonacci hashing). */
    uint64_t hash = ((uint64_t)(uintptr_t)address >> 4) * 0x9E3779B97F4A7C15u >> 20;
    const uint64_t mask = (uint64_t)capacity - 1;
    while (entries[hash & mask].address != NULL && entries[hash & mask].address != address)
        hash++;
    return &entries[hash & mask];
}

static cn_status widen(cn_pointer_map *map)
{
    const int64_t capacity = map->capacity == 0 ? 64 : 2 * map->capacity;
    cn_pointer_entry *entries = cn_allocate((size_t)capacity * sizeof *entries);
    CN_CHECK_MEMORY(entries);
    for (int64_t i = 0; i < map->capacity; i++)
        if (map->entries[i].address != NULL)
            *slot_of(entries, capacity, map->entries[i].address) = map->entries[i];
    cn_release(map->entries);
    map->entries = entries;
    map->capacity = capacity;
    return CN_OK;
}

int64_t cn_pointer_map_get(const cn_pointer_map *map, const void *address)
{
    if (map->n == 0)
        return -1;
    const cn_pointer_entry *entry = slot_of(map->entries, map->capacity, address);
    return entry->address == NULL ? -1 : entry->number;
}

cn_status cn_pointer_map_add(cn_pointer_map *map, const void *address, int64_t number)
{
    if (2 * (map->n + 1) > map->capacity)
        CN_TRY(widen(map));
    cn_pointer_entry *entry = slot_of(map->entries, map->capacity, address);
    if (entry->address == NULL) {
        *entry = (cn_pointer_entry){address, number};
        map->n++;
    }
    return CN_OK;
}

void cn_pointer_map_free(cn_pointer_map *map)
{
    cn_release(map->entries);
    *map = (cn_pointer_map){0};
}
