/* Uniform random numbers: Philox 4x32-10 as in runtime/random.c, several blocks at once. */
#include "kernels/native/isa/isa.h"
#include "runtime/threads.h"

enum {
    ROUNDS = 10,
    BLOCKS = 32,              /* made at once, of */
    WORDS = 4,                /* numbers each */
    THREAD_NUMBERS = 1 << 16, /* worth a thread */
};

typedef struct draw {
    uint64_t seed, counter;
    float *out;
    int64_t n;
} draw;

static void make_blocks(const draw *g, uint64_t first, float *restrict out)
{
    uint32_t c0[BLOCKS], c1[BLOCKS], c2[BLOCKS], c3[BLOCKS];
    for (uint64_t j = 0; j < BLOCKS; j++) {
        c0[j] = (uint32_t)(first + j);
        c1[j] = (uint32_t)((first + j) >> 32);
        c2[j] = (uint32_t)g->counter;
        c3[j] = (uint32_t)(g->counter >> 32);
    }
    uint32_t key0 = (uint32_t)g->seed, key1 = (uint32_t)(g->seed >> 32);
    for (int round = 0; round < ROUNDS; round++) {
        for (int j = 0; j < BLOCKS; j++) {
            const uint64_t p0 = (uint64_t)0xD2511F53u * c0[j], p1 = (uint64_t)0xCD9E8D57u * c2[j];
            c0[j] = (uint32_t)(p1 >> 32) ^ c1[j] ^ key0;
            c2[j] = (uint32_t)(p0 >> 32) ^ c3[j] ^ key1;
            c1[j] = (uint32_t)p1;
            c3[j] = (uint32_t)p0;
        }
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    for (int j = 0; j < BLOCKS; j++) {
        out[WORDS * j] = (float)(int32_t)(c0[j] >> 8) * 0x1p-24f;
        out[WORDS * j + 1] = (float)(int32_t)(c1[j] >> 8) * 0x1p-24f;
        out[WORDS * j + 2] = (float)(int32_t)(c2[j] >> 8) * 0x1p-24f;
        out[WORDS * j + 3] = (float)(int32_t)(c3[j] >> 8) * 0x1p-24f;
    }
}

static void draw_part(void *context, int64_t begin, int64_t end)
{
    const draw *g = context;
    for (int64_t i = begin; i < end; i++) {
        const int64_t place = i * BLOCKS * WORDS, rest = g->n - place;
        float last[BLOCKS * WORDS];
        make_blocks(g, (uint64_t)(i * BLOCKS), rest < BLOCKS * WORDS ? last : g->out + place);
        for (int64_t j = 0; j < rest && rest < BLOCKS * WORDS; j++)
            g->out[place + j] = last[j];
    }
}

void CN_LOCAL(cn_random_uniform)(uint64_t seed, uint64_t counter, float *out, int64_t n)
{
    draw g = {seed, counter, out, n};
    const int64_t step = BLOCKS * WORDS;
    cn_parallel_for((n + step - 1) / step, THREAD_NUMBERS / step, draw_part, &g);
}
