/* Random numbers: the published Philox vectors, ranges, moments, permutations. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "runtime/random.h"

/* The known answers of Random123 (kat_vectors, philox4x32 10). */
static void blocks_are_philox(void **state)
{
    (void)state;
    static const struct {
        cn_stream stream;
        uint64_t block;
        uint32_t words[4];
    } cases[] = {
        {{0, 0}, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{UINT64_MAX, UINT64_MAX}, UINT64_MAX, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x299f31d0a4093822, 0x0370734413198a2e},
         0x85a308d3243f6a88,
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t words[4];
        cn_random_block(cases[i].stream, cases[i].block, words);
        assert_memory_equal(words, cases[i].words, sizeof words);
    }
}

static void uniform_numbers_fill_their_range(void **state)
{
    (void)state;
    enum { COUNT = 100000, BINS = 10 };
    int bins[BINS] = {0};
    for (uint64_t i = 0; i < COUNT; i++) {
        double u = cn_random_uniform_at((cn_stream){1, 2}, i);
        assert_true(u >= 0 && u < 1);
        bins[(int)(u * BINS)]++;
    }
    for (int i = 0; i < BINS; i++)
        assert_true(abs(bins[i] - COUNT / BINS) < 500);
}

static void normal_numbers_have_their_moments(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    double sums[5] = {0};
    for (uint64_t i = 0; i < COUNT; i++) {
        double x = cn_random_normal_at((cn_stream){3, 4}, i);
        for (int k = 1; k <= 4; k++)
            sums[k] += pow(x, k) / COUNT;
    }
    assert_true(fabs(sums[1]) < 0.02);
    assert_true(fabs(sums[2] - 1) < 0.03);
    assert_true(fabs(sums[3]) < 0.05);
    assert_true(fabs(sums[4] - 3) < 0.15);
}

static void streams_differ(void **state)
{
    (void)state;
    const cn_stream streams[] = {{1, 0}, {1, 1}, {2, 0}};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < i; j++)
            assert_true(cn_random_uniform_at(streams[i], 0) != cn_random_uniform_at(streams[j], 0));
    assert_true(cn_random_uniform_at(streams[0], 5) == cn_random_uniform_at(streams[0], 5));
}

static void bounded_numbers_reach_every_value(void **state)
{
    (void)state;
    const uint64_t bounds[] = {1, 2, 7};
    for (int b = 0; b < 3; b++) {
        bool seen[7] = {false};
        for (uint64_t i = 0; i < 200; i++) {
            uint64_t n = cn_random_below_at((cn_stream){5, 6}, i, bounds[b]);
            assert_true(n < bounds[b]);
            seen[n] = true;
        }
        for (uint64_t i = 0; i < bounds[b]; i++)
            assert_true(seen[i]);
    }
}

static void permutations_have_every_number_once(void **state)
{
    (void)state;
    int64_t order[1000], again[1000];
    bool seen[1000] = {false};
    cn_random_permutation((cn_stream){7, 8}, order, 1000);
    cn_random_permutation((cn_stream){7, 8}, again, 1000);
    assert_memory_equal(order, again, sizeof order);
    int64_t fixed = 0;
    for (int64_t i = 0; i < 1000; i++) {
        assert_in_range(order[i], 0, 999);
        assert_false(seen[order[i]]);
        seen[order[i]] = true;
        fixed += order[i] == i;
    }
    assert_true(fixed < 10);
    cn_random_permutation((cn_stream){7, 8}, order, 1);
    assert_int_equal(order[0], 0);
    cn_random_permutation((cn_stream){7, 8}, order, 0);
}

/* All six orders of three, about equally often. */
static void permutations_are_fair(void **state)
{
    (void)state;
    int counts[27] = {0}, kinds = 0;
    for (uint64_t i = 0; i < 6000; i++) {
        int64_t order[3];
        cn_random_permutation((cn_stream){9, i}, order, 3);
        counts[order[0] * 9 + order[1] * 3 + order[2]]++;
    }
    for (int i = 0; i < 27; i++) {
        kinds += counts[i] > 0;
        assert_true(counts[i] == 0 || abs(counts[i] - 1000) < 150);
    }
    assert_int_equal(kinds, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_philox),
        cmocka_unit_test(uniform_numbers_fill_their_range),
        cmocka_unit_test(normal_numbers_have_their_moments),
        cmocka_unit_test(streams_differ),
        cmocka_unit_test(bounded_numbers_reach_every_value),
        cmocka_unit_test(permutations_have_every_number_once),
        cmocka_unit_test(permutations_are_fair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
