/* Checking indices, and counting the windows over them. */
#include "ops/indices.h"

cn_status cn_check_indices(const char *who, const int32_t *indices, int64_t n, int64_t table_rows)
{
    const int64_t outside = cn_first_outside(indices, n, table_rows);
    CN_CHECK(outside < 0, "%s: index %d at row %d is outside the table of %d rows", who,
             (int)indices[outside], (int)outside, (int)table_rows);
    return CN_OK;
}

int64_t cn_row_width(const cn_shape *table)
{
    int64_t width = 1;
    for (int64_t i = 1; i < table->rank; i++)
        width *= table->dim[i];
    return width;
}

cn_status cn_windows_of(const cn_windows_attributes *attributes, const cn_shape *indices,
                        int64_t taps, cn_windows *windows)
{
    CN_CHECK(indices->rank >= 1, "indices are a scalar, their last axis has the windows");
    CN_CHECK(attributes->stride > 0 && attributes->dilation > 0 && attributes->before >= 0 &&
                 attributes->after >= 0,
             "stride %d and dilation %d must be positive, before %d and after %d not negative",
             (int)attributes->stride, (int)attributes->dilation, (int)attributes->before,
             (int)attributes->after);
    *windows = (cn_windows){
        .n = 1,
        .steps = indices->dim[indices->rank - 1],
        .taps = taps,
        .stride = attributes->stride,
        .dilation = attributes->dilation,
        .before = attributes->before,
    };
    for (int64_t i = 0; i < indices->rank - 1; i++)
        windows->n *= indices->dim[i];
    const int64_t room = attributes->before + windows->steps + attributes->after,
                  span = (taps - 1) * attributes->dilation + 1;
    CN_CHECK(taps > 0 && room >= span, "a window of %d cells, %d apart, is longer than %d steps",
             (int)taps, (int)attributes->dilation, (int)room);
    windows->out = (room - span) / attributes->stride + 1;
    return CN_OK;
}

const cn_field cn_windows_fields[] = {
    CN_FIELD(cn_windows_attributes, stride, CN_FIELD_INT, 0),
    CN_FIELD(cn_windows_attributes, dilation, CN_FIELD_INT, 0),
    CN_FIELD(cn_windows_attributes, before, CN_FIELD_INT, 0),
    CN_FIELD(cn_windows_attributes, after, CN_FIELD_INT, 0),
    CN_FIELD(cn_windows_attributes, rows, CN_FIELD_INT, 0),
    CN_FIELD(cn_windows_attributes, taps, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};
