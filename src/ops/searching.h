/* What the ops share that search numbers or texts x among keys in ascending order, by halving. Of
 * keys in another order they say what halving meets. */
#ifndef CORNU_OPS_SEARCHING_H
#define CORNU_OPS_SEARCHING_H

#include "program/lowering.h"

typedef struct cn_search {
    const void *x, *keys;
    int32_t *y;
    int64_t n, n_keys;
} cn_search;

/* Adds run, whose arguments are a cn_search of the instruction's two inputs. */
cn_status cn_lower_search(cn_lowering *lowering, const cn_instruction *instruction,
                          cn_status (*run)(const void *arguments));

/* The place of a text, which need not end in 0, among keys in ascending order of their bytes, or
 * -1. */
int64_t cn_find_text(const char *const *keys, int64_t n, const char *text, size_t length);

/* The first key that is not before x; how many there are if all are. */
int64_t cn_search_reference(const cn_reference_call *call, double x,
                            bool (*is_before)(double key, double x));

#endif
