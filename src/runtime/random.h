/* Random numbers by counter: number i of stream (seed, counter) is a pure function, so that any
 * part of any stream can be made in any order by any number of threads. Philox 4x32-10 (Salmon et
 * al., SC 2011). */
#ifndef CORNU_RUNTIME_RANDOM_H
#define CORNU_RUNTIME_RANDOM_H

#include <stdint.h>

typedef struct cn_stream {
    uint64_t seed;    /* the key */
    uint64_t counter; /* which stream of that key */
} cn_stream;

/* Four random 32-bit words: block number block of the stream. */
void cn_random_block(cn_stream stream, uint64_t block, uint32_t words[4]);

/* Number i of the stream: uniform in [0, 1), normal, or uniform in 0 .. bound-1. */
double cn_random_uniform_at(cn_stream stream, uint64_t i);
double cn_random_normal_at(cn_stream stream, uint64_t i);
uint64_t cn_random_below_at(cn_stream stream, uint64_t i, uint64_t bound);

/* A permutation of 0 .. n-1, the same for the same stream. */
void cn_random_permutation(cn_stream stream, int64_t *order, int64_t n);

#endif
