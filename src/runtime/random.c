/* Philox 4x32-10 and the distributions made from it. */
#include "runtime/random.h"

#include <math.h>

enum { ROUNDS = 10 };

__extension__ typedef unsigned __int128 wide;

void cn_random_block(cn_stream stream, uint64_t block, uint32_t words[4])
{
    uint32_t key0 = (uint32_t)stream.seed, key1 = (uint32_t)(stream.seed >> 32);
    uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32);
    uint32_t c2 = (uint32_t)stream.counter, c3 = (uint32_t)(stream.counter >> 32);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ key0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ key1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = n0;
        c2 = n2;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    words[0] = c0, words[1] = c1, words[2] = c2, words[3] = c3;
}

static uint64_t wide_at(cn_stream stream, uint64_t i)
{
    uint32_t words[4];
    cn_random_block(stream, i / 2, words);
    const uint32_t *pair = words + 2 * (i % 2);
    return (uint64_t)pair[0] << 32 | pair[1];
}

double cn_random_uniform_at(cn_stream stream, uint64_t i)
{
    return (double)(wide_at(stream, i) >> 11) * 0x1p-53;
}

/* Box and Muller: numbers 2k and 2k+1 are the two of one pair. */
double cn_random_normal_at(cn_stream stream, uint64_t i)
{
    const double two_pi = 6.283185307179586477;
    double u = 1 - cn_random_uniform_at(stream, i - i % 2),
           v = cn_random_uniform_at(stream, i - i % 2 + 1);
    double radius = sqrt(-2 * log(u));
    return radius * (i % 2 == 0 ? cos(two_pi * v) : sin(two_pi * v));
}

uint64_t cn_random_below_at(cn_stream stream, uint64_t i, uint64_t bound)
{
    return (uint64_t)(((wide)wide_at(stream, i) * bound) >> 64);
}

/* Number i of a run of numbers below changing bounds: one block serves four bounds of 32 bits. */
static int64_t below(cn_stream stream, uint32_t words[4], uint64_t i, uint64_t bound)
{
    if (bound > UINT32_MAX)
        return (int64_t)cn_random_below_at(stream, i, bound);
    if (i % 4 == 0)
        cn_random_block(stream, i / 4, words);
    return (int64_t)(words[i % 4] * bound >> 32);
}

/* Fisher and Yates. */
void cn_random_permutation(cn_stream stream, int64_t *order, int64_t n)
{
    uint32_t words[4] = {0};
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    for (int64_t left = n; left > 1; left--) {
        const int64_t j = below(stream, words, (uint64_t)(n - left), (uint64_t)left);
        const int64_t kept = order[left - 1];
        order[left - 1] = order[j];
        order[j] = kept;
    }
}
