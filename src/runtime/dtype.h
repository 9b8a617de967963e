/* Data types: what the rooms below the graph ask about them. */
#ifndef CORNU_RUNTIME_DTYPE_H
#define CORNU_RUNTIME_DTYPE_H

#include "cornu/array.h"
#include "runtime/status.h"

/* Whether a number that came through the public API is a data type at all. */
bool cn_dtype_is_valid(cn_dtype dtype);

bool cn_dtype_is_float(cn_dtype dtype);

/* The data type that models compute with where the user said this one: of 64 bits there are 32. */
cn_dtype cn_dtype_computed(cn_dtype dtype);

/* The data type with a Keras name ("float32"); otherwise CN_INVALID with a message that starts with
 * who and suggests the nearest name. */
cn_status cn_dtype_by_name(const char *who, const char *name, cn_dtype *dtype);

/* The same of a layer's policy, which may also be "mixed_float16", "mixed_bfloat16", "float16" or
 * "bfloat16": these are float32 here. */
cn_status cn_policy_by_name(const char *who, const char *name, cn_dtype *dtype);

/* Smallest and largest integer of an integer type (0 and 1 of bool). */
int64_t cn_dtype_lowest(cn_dtype dtype);
int64_t cn_dtype_highest(cn_dtype dtype);

#endif
