/* The inside of sequences, for the rooms that read them directly. */
#ifndef CORNU_DATA_SEQUENCES_H
#define CORNU_DATA_SEQUENCES_H

#include "cornu/data.h"
#include "runtime/array.h"

/* All steps lie one after the other; sequence i has the steps from starts[i] up to starts[i +
 * 1]. */
struct cn_sequences {
    cn_kind kind;
    cn_dtype dtype;
    cn_shape step; /* the shape of one step; rank 0: a number */
    int64_t count;
    bool pad_front;    /* how batches are padded, and */
    double pad_value;  /* with what */
    cn_array *steps;   /* [room for steps, ...step] */
    cn_array *starts;  /* int64 [room for count + 1] */
    cn_array *storage; /* the memory of this struct */
};

/* The sequences behind a public pointer, or a failure that says what it is instead. */
cn_status cn_sequences_check(const void *object, const char *who, const cn_sequences **sequences);

static inline int64_t cn_sequences_start(const cn_sequences *sequences, int64_t index)
{
    return ((const int64_t *)sequences->starts->data)[index];
}

static inline int64_t cn_sequences_steps(const cn_sequences *sequences, int64_t index)
{
    return cn_sequences_start(sequences, index + 1) - cn_sequences_start(sequences, index);
}

/* The first element of a sequence. */
const void *cn_sequences_data(const cn_sequences *sequences, int64_t index);

/* The length of the longest; 0 if there is none. */
int64_t cn_sequences_longest(const cn_sequences *sequences);

/* What cn_pad_sequences does, for those who fail in their own name. */
cn_status cn_sequences_pad(const cn_pad_sequences_args *args, cn_array **array);

#endif
