/* What users get wrong: every mistake gives a message that names who, what was expected and what
 * came, and afterwards the same objects work as before. */
#ifndef CORNU_TESTS_MISTAKES_H
#define CORNU_TESTS_MISTAKES_H

#include "cornu/cornu.h"

enum { ROWS = 12 };

/* What the mistakes are made with: anew for each, and checked after each. */
typedef struct cn_mistaken {
    cn_tensor *pixels;
    cn_model *one;   /* "classifier": pixels (8) -> scores (3), sparse categorical cross-entropy */
    cn_model *two;   /* "pair": left (4), right (4) -> age (1), income (3) */
    cn_model *fresh; /* like one, not compiled */
    cn_array *x, *labels, *left, *right, *age, *income;
} cn_mistaken;
extern cn_mistaken cn_the;

cn_model *cn_draw_classifier(cn_tensor *input, const char *name);
cn_array *cn_floats(int64_t rows, int64_t columns);

struct cn_mistake {
    const char *name;
    void (*make)(void);
    bool trains; /* it trains before it goes wrong: numbers are others afterwards */
    cn_status status;
    const char *parts[5]; /* all of them are in the message */
};

#define CN_MISTAKE(function, status, ...)                                                          \
    {                                                                                              \
#function, function, false, status,                                                        \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define CN_MISTAKE_AFTER_FIT(function, status, ...)                                                \
    {                                                                                              \
#function, function, true, status,                                                         \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

/* Makes each mistake in a test of its own; returns what main returns. */
int cn_run_mistakes(const char *group, const struct cn_mistake *mistakes, size_t n);

#endif
