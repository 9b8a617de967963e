/* What the ops share that read or make a table's rows by index. */
#ifndef CORNU_OPS_INDICES_H
#define CORNU_OPS_INDICES_H

#include "kernels/native/native.h"
#include "ops/ops.h"

/* Fails, in the name of who, if one of n indices is not a row of the table. */
cn_status cn_check_indices(const char *who, const int32_t *indices, int64_t n, int64_t table_rows);

/* How many numbers a row of the table has. */
int64_t cn_row_width(const cn_shape *table);

/* The windows over indices[..., steps]; width is left to the caller. Fails if there is not one. */
cn_status cn_windows_of(const cn_windows_attributes *attributes, const cn_shape *indices,
                        int64_t taps, cn_windows *windows);

extern const cn_field cn_windows_fields[];

#endif
