/* Which table this machine gets. */
#include "kernels/native/native.h"

#include <stdlib.h>
#include <string.h>

#if defined CN_HAVE_V3 || defined CN_HAVE_V4
#include <cpuid.h>
#endif

extern const cn_native cn_native_table_base, cn_native_table_v3, cn_native_table_v4;

enum { MOST_TABLES = 3 };

/* gcc before 13 cannot ask for "x86-64-v3" by name, so what it stands for is asked for one by
 * one: first what the compiler can ask for, which includes the operating system's consent, then
 * the rest. */
#if defined CN_HAVE_V3 || defined CN_HAVE_V4
static bool has_v3(void)
{
    const unsigned movbe = 1u << 22, f16c = 1u << 29, lzcnt = 1u << 5;
    unsigned a, b, c1 = 0, c2 = 0, d;
    __get_cpuid(1, &a, &b, &c1, &d);
    __get_cpuid(0x80000001u, &a, &b, &c2, &d);
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt") && (c1 & movbe) != 0 && (c1 & f16c) != 0 &&
           (c2 & lzcnt) != 0;
}
#endif

#ifdef CN_HAVE_V4
static bool has_v4(void)
{
    return has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}
#endif

/* From the least to the best. */
static int find_tables(const cn_native *tables[MOST_TABLES + 1])
{
    int count = 0;
    tables[count++] = &cn_native_table_base;
#ifdef CN_HAVE_V3
    if (has_v3())
        tables[count++] = &cn_native_table_v3;
#endif
#ifdef CN_HAVE_V4
    if (has_v4())
        tables[count++] = &cn_native_table_v4;
#endif
    tables[count] = NULL;
    return count;
}

/* CORNU_ISA names a lower table, for tests; a name that this machine lacks is ignored. */
static const cn_native *choose(const cn_native *const *tables, int count)
{
    const char *wanted = getenv("CORNU_ISA");
    for (int i = 0; wanted != NULL && i < count; i++)
        if (strcmp(tables[i]->name, wanted) == 0)
            return tables[i];
    return tables[count - 1];
}

/* Several threads may come here at once the first time: all write the same. */
const cn_native *cn_native_kernels(void)
{
    static const cn_native *_Atomic chosen;
    const cn_native *kernels = chosen;
    if (kernels == NULL) {
        const cn_native *tables[MOST_TABLES + 1];
        kernels = choose(tables, find_tables(tables));
        chosen = kernels;
    }
    return kernels;
}

const cn_native *const *cn_native_all(void)
{
    static const cn_native *all[MOST_TABLES + 1];
    find_tables(all);
    return all;
}
