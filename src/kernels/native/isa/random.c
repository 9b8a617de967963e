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
    VECTORS = 4,             /* that wait for each other less than one would for itself */
    THREAD_NUMBERS = 1 << 16 /* worth a thread */
};

/* ---- words of several blocks ----------------------------------------------------------------- */

/* Each 64-bit lane holds one 32-bit word; its upper half may be anything. Two instructions are
 * asked for by name: the one that multiplies just the lower halves, without which gcc 12 makes
 * code that takes twice as long on AVX2, and the one that pairs the even lanes, or the odd ones,
 * of two vectors. */
#if defined __AVX512F__
#define VECTOR_BYTES 64
#define MULTIPLY(x, y) _mm512_mul_epu32((__m512i)(x), _mm512_set1_epi64(y))
#define PAIR_EVEN(x, y) _mm512_unpacklo_epi64((__m512i)(x), (__m512i)(y))
#define PAIR_ODD(x, y) _mm512_unpackhi_epi64((__m512i)(x), (__m512i)(y))
#elif defined __AVX2__
#define VECTOR_BYTES 32
#define MULTIPLY(x, y) _mm256_mul_epu32((__m256i)(x), _mm256_set1_epi64x(y))
#define PAIR_EVEN(x, y) _mm256_unpacklo_epi64((__m256i)(x), (__m256i)(y))
#define PAIR_ODD(x, y) _mm256_unpackhi_epi64((__m256i)(x), (__m256i)(y))
#elif defined __SSE2__
#define VECTOR_BYTES 16
#define MULTIPLY(x, y) _mm_mul_epu32((__m128i)(x), _mm_set1_epi64x(y))
#define PAIR_EVEN(x, y) _mm_unpacklo_epi64((__m128i)(x), (__m128i)(y))
#define PAIR_ODD(x, y) _mm_unpackhi_epi64((__m128i)(x), (__m128i)(y))
#else
#define VECTOR_BYTES 16
#define MULTIPLY(x, y) (((x)&0xFFFFFFFFu) * (y))
#define PAIR_EVEN(x, y) ((words){(x)[0], (y)[0]})
#define PAIR_ODD(x, y) ((words){(x)[1], (y)[1]})
#endif

typedef uint64_t words __attribute__((vector_size(VECTOR_BYTES)));
typedef uint32_t halves __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t integers __attribute__((vector_size(VECTOR_BYTES)));
typedef float floats __attribute__((vector_size(VECTOR_BYTES)));

enum {
    LANES = VECTOR_BYTES / 8,
    STEP = VECTORS * LANES, /* blocks made at once */
    NUMBERS = STEP * WORDS
};

static void run_rounds(uint64_t seed, words c[WORDS][VECTORS])
{
    uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < ROUNDS; round++) {
        CN_UNROLLED
        for (int v = 0; v < VECTORS; v++) {
            const words p0 = (words)MULTIPLY(c[0][v], 0xD2511F53u),
                        p1 = (words)MULTIPLY(c[2][v], 0xCD9E8D57u);
            c[0][v] = (p1 >> 32) ^ c[1][v] ^ key0;
            c[2][v] = (p0 >> 32) ^ c[3][v] ^ key1;
            c[1][v] = p1;
            c[3][v] = p0;
        }
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
}

/* ---- numbers --------------------------------------------------------------------------------- */

typedef struct draw {
    uint64_t seed, counter;
    float *out;
    int64_t n;
} draw;

static void store_numbers(float *out, words pairs)
{
    const floats numbers = __builtin_convertvector((integers)((halves)pairs >> 8), floats) *
                           0x1p-24f;
    memcpy(out, &numbers, sizeof numbers);
}

/* Blocks first .. first+STEP-1. Of each vector the even lanes have the first half of the blocks
 * and the odd lanes the second, which is the order in which they are paired. */
static void make_numbers(const draw *g, uint64_t first, float *out)
{
    words c[WORDS][VECTORS], places = {0};
    for (int j = 0; j < LANES; j++)
        places[j] = first + (uint64_t)(j / 2 + j % 2 * (LANES / 2));
    for (int v = 0; v < VECTORS; v++, places += LANES) {
        c[0][v] = places;
        c[1][v] = places >> 32;
        c[2][v] = (words){0} + g->counter;
        c[3][v] = (words){0} + (g->counter >> 32);
    }
    run_rounds(g->seed, c);
    for (int v = 0; v < VECTORS; v++, out += LANES * WORDS) {
        const words low = (c[0][v] & 0xFFFFFFFFu) | c[1][v] << 32,
                    high = (c[2][v] & 0xFFFFFFFFu) | c[3][v] << 32;
        store_numbers(out, (words)PAIR_EVEN(low, high));
        store_numbers(out + LANES * WORDS / 2, (words)PAIR_ODD(low, high));
    }
}

static void draw_part(void *context, int64_t begin, int64_t end)
{
    const draw *g = context;
    for (int64_t i = begin; i < end; i++) {
        const int64_t place = i * NUMBERS, rest = g->n - place;
        float last[NUMBERS];
        make_numbers(g, (uint64_t)(i * STEP), rest < NUMBERS ? last : g->out + place);
        if (rest < NUMBERS)
            memcpy(g->out + place, last, (size_t)rest * sizeof *last);
    }
}

void CN_LOCAL(cn_random_uniform)(uint64_t seed, uint64_t counter, float *out, int64_t n)
{
    draw g = {seed, counter, out, n};
    cn_parallel_for((n + NUMBERS - 1) / NUMBERS, THREAD_NUMBERS / NUMBERS, draw_part, &g);
}
