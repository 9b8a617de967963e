/* Random programs: the same seed gives the same program, of ops of all kinds, on values that stay
 * of moderate size. */
#ifndef CORNU_TESTS_RANDOM_PROGRAM_H
#define CORNU_TESTS_RANDOM_PROGRAM_H

#include "program/program.h"

enum { CN_RANDOM_VARIABLES = 5 };

typedef struct cn_random_program {
    uint64_t seed, counter;
    cn_program program;
    cn_variable variables[CN_RANDOM_VARIABLES]; /* all of shape (3, 4); some are assigned */
    double *inputs[5];                          /* for running it */
    cn_arena memory;
} cn_random_program;

/* Makes a program with so many random choices; fails the running test if that goes wrong. */
void cn_random_program_make(cn_random_program *random, uint64_t seed, int64_t choices);
void cn_random_program_free(cn_random_program *random);

/* The next number: 0 .. n-1. */
int64_t cn_random_choice(cn_random_program *random, int64_t n);

#endif
