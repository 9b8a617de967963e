/* Uniform random numbers: Philox 4x32-10 as in runtime/random.c, several blocks at once. */
#include <string.h>

#include "kernels/native/isa/isa.h"
#include "runtime/threads.h"

#if defined __SSE2__
#include <immintrin.h>
#endif

enum {
    ROUNDS = 10,
    WORDS = 4,               /* of a block */
    STEP = 16,               /* blocks made at once */
    THREAD_NUMBERS = 1 << 16 /* worth a thread */
};

/* ---- words of several blocks -------------------------------------------------------------------------------------- */

/* Each 64-bit lane holds one 32-bit word; its upper half may be anything. The instruction that multiplies just the
 * lower halves is asked for by name: from plain C gcc 12 makes code that takes three times as long on AVX2. */
#if defined __AVX512F__
enum { LANES = 8 };
typedef uint64_t words __attribute__((vector_size(64)));

static inline words product(words x, uint32_t y)
{
    return (words)_mm512_mul_epu32((__m512i)x, _mm512_set1_epi64(y));
}
#elif defined __AVX2__
enum { LANES = 4 };
typedef uint64_t words __attribute__((vector_size(32)));

static inline words product(words x, uint32_t y)
{
    return (words)_mm256_mul_epu32((__m256i)x, _mm256_set1_epi64x(y));
}
#elif defined __SSE2__
enum { LANES = 2 };
typedef uint64_t words __attribute__((vector_size(16)));

static inline words product(words x, uint32_t y)
{
    return (words)_mm_mul_epu32((__m128i)x, _mm_set1_epi64x(y));
}
#else
enum { LANES = 2 };
typedef uint64_t words __attribute__((vector_size(16)));

static inline words product(words x, uint32_t y)
{
    return (x & 0xFFFFFFFFu) * y;
}
#endif

enum { VECTORS = STEP / LANES };

static void run_rounds(uint64_t seed, words c[WORDS][VECTORS])
{
    uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < ROUNDS; round++) {
        for (int v = 0; v < VECTORS; v++) {
            const words p0 = product(c[0][v], 0xD2511F53u), p1 = product(c[2][v], 0xCD9E8D57u);
            c[0][v] = (p1 >> 32) ^ c[1][v] ^ key0;
            c[2][v] = (p0 >> 32) ^ c[3][v] ^ key1;
            c[1][v] = p1;
            c[3][v] = p0;
        }
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
}

/* ---- numbers ------------------------------------------------------------------------------------------------------ */

typedef struct draw {
    uint64_t seed, counter;
    float *out;
    int64_t n;
} draw;

static void make_numbers(const draw *g, uint64_t first, float *restrict out)
{
    uint64_t counters[WORDS][STEP], pairs[2][STEP];
    uint32_t bits[STEP * WORDS];
    words c[WORDS][VECTORS];
    for (uint64_t j = 0; j < STEP; j++) {
        counters[0][j] = first + j;
        counters[1][j] = (first + j) >> 32;
        counters[2][j] = g->counter;
        counters[3][j] = g->counter >> 32;
    }
    memcpy(c, counters, sizeof c);
    run_rounds(g->seed, c);
    for (int v = 0; v < VECTORS; v++) {
        const words low = (c[0][v] & 0xFFFFFFFFu) | c[1][v] << 32, high = (c[2][v] & 0xFFFFFFFFu) | c[3][v] << 32;
        memcpy(pairs[0] + v * LANES, &low, sizeof low);
        memcpy(pairs[1] + v * LANES, &high, sizeof high);
    }
    for (int j = 0; j < STEP; j++) {
        bits[WORDS * j] = (uint32_t)pairs[0][j], bits[WORDS * j + 1] = (uint32_t)(pairs[0][j] >> 32);
        bits[WORDS * j + 2] = (uint32_t)pairs[1][j], bits[WORDS * j + 3] = (uint32_t)(pairs[1][j] >> 32);
    }
    for (int i = 0; i < STEP * WORDS; i++)
        out[i] = (float)(int32_t)(bits[i] >> 8) * 0x1p-24f;
}

static void draw_part(void *context, int64_t begin, int64_t end)
{
    const draw *g = context;
    const int64_t numbers = STEP * WORDS;
    for (int64_t i = begin; i < end; i++) {
        const int64_t place = i * numbers, rest = g->n - place;
        float last[STEP * WORDS];
        make_numbers(g, (uint64_t)(i * STEP), rest < numbers ? last : g->out + place);
        if (rest < numbers)
            memcpy(g->out + place, last, (size_t)rest * sizeof *last);
    }
}

void CN_LOCAL(cn_random_uniform)(uint64_t seed, uint64_t counter, float *out, int64_t n)
{
    draw g = {seed, counter, out, n};
    const int64_t numbers = STEP * WORDS;
    cn_parallel_for((n + numbers - 1) / numbers, THREAD_NUMBERS / numbers, draw_part, &g);
}
