/* Data types: one table with their sizes, names and ranges. */
#include "runtime/dtype.h"

#include <string.h>

enum { COUNT = CN_STRING + 1 };

typedef struct description {
    const char *name;
    size_t size;
    int64_t lowest, highest; /* both 0 for floating point and strings */
} description;

static const description table[COUNT] = {
    [CN_FLOAT32] = {"float32", sizeof(float), 0, 0},
    [CN_FLOAT64] = {"float64", sizeof(double), 0, 0},
    [CN_INT32] = {"int32", sizeof(int32_t), INT32_MIN, INT32_MAX},
    [CN_INT64] = {"int64", sizeof(int64_t), INT64_MIN, INT64_MAX},
    [CN_UINT8] = {"uint8", sizeof(uint8_t), 0, UINT8_MAX},
    [CN_BOOL] = {"bool", sizeof(bool), 0, 1},
    [CN_STRING] = {"string", sizeof(const char *), 0, 0},
};

bool cn_dtype_is_valid(cn_dtype dtype)
{
    return (int)dtype >= 0 && (int)dtype < COUNT;
}

bool cn_dtype_is_float(cn_dtype dtype)
{
    return dtype == CN_FLOAT32 || dtype == CN_FLOAT64;
}

size_t cn_dtype_size(cn_dtype dtype)
{
    return cn_dtype_is_valid(dtype) ? table[dtype].size : 0;
}

const char *cn_dtype_name(cn_dtype dtype)
{
    return cn_dtype_is_valid(dtype) ? table[dtype].name : "unknown";
}

cn_dtype cn_dtype_computed(cn_dtype dtype)
{
    return dtype == CN_FLOAT64 ? CN_FLOAT32 : dtype == CN_INT64 ? CN_INT32 : dtype;
}

int64_t cn_dtype_lowest(cn_dtype dtype)
{
    return table[dtype].lowest;
}

int64_t cn_dtype_highest(cn_dtype dtype)
{
    return table[dtype].highest;
}

static cn_status unknown_name(const char *who, const char *name)
{
    const char *names[COUNT + 1] = {0};
    for (int i = 0; i < COUNT; i++)
        names[i] = table[i].name;
    const char *nearest = cn_nearest_name(name, names);
    if (nearest != NULL)
        return cn_fail(CN_INVALID, "%s: unknown dtype '%.100s'; did you mean '%s'?", who, name,
                       nearest);
    return cn_fail(
        CN_INVALID,
        "%s: unknown dtype '%.100s'; known are float32, float64, int32, int64, uint8, bool, string",
        who, name);
}

cn_status cn_dtype_by_name(const char *who, const char *name, cn_dtype *dtype)
{
    CN_CHECK(name != NULL, "%s: a dtype is needed, such as \"float32\", not NULL", who);
    for (int i = 0; i < COUNT; i++)
        if (strcmp(table[i].name, name) == 0) {
            *dtype = (cn_dtype)i;
            return CN_OK;
        }
    return unknown_name(who, name);
}

cn_status cn_policy_by_name(const char *who, const char *name, cn_dtype *dtype)
{
    static const char *const halves[] = {"mixed_float16", "mixed_bfloat16", "float16", "bfloat16"};
    for (size_t i = 0; name != NULL && i < sizeof halves / sizeof halves[0]; i++)
        if (strcmp(halves[i], name) == 0) {
            *dtype = CN_FLOAT32;
            return CN_OK;
        }
    return cn_dtype_by_name(who, name, dtype);
}
