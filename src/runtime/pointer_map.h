/* Tables from addresses to numbers: which of many things were met already, and where they stand. */
#ifndef CORNU_RUNTIME_POINTER_MAP_H
#define CORNU_RUNTIME_POINTER_MAP_H

#include "runtime/memory.h"

/* A zeroed struct is an empty table. */
typedef struct cn_pointer_map {
    struct cn_pointer_entry *entries; /* open addressing; capacity is a power of two */
    int64_t n, capacity;
} cn_pointer_map;

/* The number that was put beside an address; -1: none was. */
int64_t cn_pointer_map_get(const cn_pointer_map *map, const void *address);

/* Puts number, which is not negative, beside an address that has none; one that has one keeps
 * it. */
cn_status cn_pointer_map_add(cn_pointer_map *map, const void *address, int64_t number);

void cn_pointer_map_free(cn_pointer_map *map);

#endif
