/* Parts of parallel work: each item once, the same parts each time, nested and concurrent calls. */
#include "runtime/threads.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "cornu/session.h"

enum { MOST = 5000 };

typedef struct record {
    _Atomic int seen[MOST];
    _Atomic int parts;
    _Atomic int64_t shortest;
} record;

static void mark(void *context, int64_t begin, int64_t end)
{
    record *r = context;
    for (int64_t i = begin; i < end; i++)
        r->seen[i]++;
    r->parts++;
    if (end - begin < r->shortest)
        r->shortest = end - begin;
}

static void check(int64_t count, int64_t grain, int threads)
{
    static record r;
    memset(&r, 0, sizeof r);
    r.shortest = MOST;
    cn_parallel_for(count, grain, mark, &r);
    for (int64_t i = 0; i < MOST; i++)
        if (r.seen[i] != (i < count))
            fail_msg("%d items, grain %d, %d threads: item %d was done %d times, expected %d",
                     (int)count, (int)grain, threads, (int)i, (int)r.seen[i], i < count);
    if (r.parts > threads)
        fail_msg("%d items by %d threads came in %d parts", (int)count, threads, (int)r.parts);
    if (r.parts > 1 && r.shortest < grain)
        fail_msg("%d items: a part has %d, expected at least %d", (int)count, (int)r.shortest,
                 (int)grain);
}

static void test_each_item_once(void **unused)
{
    (void)unused;
    static const int64_t counts[] = {0, 1, 2, 3, 7, 100, 4999, 5000}, grains[] = {1, 2, 50, 10000};
    for (int threads = 1; threads <= 8; threads++) {
        cn_set_threads(threads);
        assert_int_equal(cn_threads(), threads);
        for (int i = 0; i < 8; i++)
            for (int j = 0; j < 4; j++)
                check(counts[i], grains[j], threads);
    }
    cn_set_threads(0);
    assert_true(cn_threads() >= 1);
}

static void count_nested(void *context, int64_t begin, int64_t end)
{
    for (int64_t i = begin; i < end; i++)
        cn_parallel_for(MOST, 1, mark, context);
}

static void test_nested_calls(void **unused)
{
    (void)unused;
    static record r;
    cn_set_threads(4);
    cn_parallel_for(8, 1, count_nested, &r);
    cn_set_threads(0);
    for (int64_t i = 0; i < MOST; i++)
        if (r.seen[i] != 8)
            fail_msg("item %d was done %d times, expected 8", (int)i, (int)r.seen[i]);
}

static void *call_often(void *context)
{
    for (int i = 0; i < 200; i++)
        cn_parallel_for(MOST, 1, mark, context);
    return NULL;
}

static void test_calls_from_several_threads(void **unused)
{
    (void)unused;
    static record r;
    pthread_t others[3];
    cn_set_threads(3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(others + i, NULL, call_often, &r), 0);
    call_often(&r);
    for (int i = 0; i < 3; i++)
        pthread_join(others[i], NULL);
    cn_set_threads(0);
    for (int64_t i = 0; i < MOST; i++)
        if (r.seen[i] != 800)
            fail_msg("item %d was done %d times, expected 800", (int)i, (int)r.seen[i]);
}

static void note_part(void *context, int64_t begin, int64_t end)
{
    int64_t *ends = context;
    for (int64_t i = begin; i < end; i++)
        ends[i] = end;
}

static void test_same_parts_each_time(void **unused)
{
    (void)unused;
    static int64_t first[MOST], again[MOST];
    cn_set_threads(3);
    cn_parallel_for(MOST - 1, 10, note_part, first);
    for (int i = 0; i < 50; i++) {
        cn_parallel_for(MOST - 1, 10, note_part, again);
        assert_memory_equal(first, again, sizeof first);
    }
    cn_set_threads(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_item_once),
        cmocka_unit_test(test_nested_calls),
        cmocka_unit_test(test_calls_from_several_threads),
        cmocka_unit_test(test_same_parts_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
