/* The inside of samples, for the rooms that read them directly. */
#ifndef CORNU_DATA_SAMPLES_H
#define CORNU_DATA_SAMPLES_H

#include "cornu/samples.h"
#include "runtime/array.h"

struct cn_samples {
    cn_kind kind;
    cn_dtype dtype;
    cn_shape shape; /* of one sample */
    int64_t count;
    cn_read_sample *read;
    void *data;
    int workers;
    int64_t ahead;
    cn_array *storage; /* the memory of this struct */
};

/* The samples behind a public pointer, or a failure that says what it is instead. */
cn_status cn_samples_check(const void *object, const char *who, const cn_samples **samples);

/* What cn_samples_of does, for those who fail in their own name. */
cn_status cn_samples_make(const cn_samples_args *args, cn_samples **samples);

size_t cn_samples_bytes(const cn_samples *samples); /* of one */

/* Reads one. request->data need not be set. A failure names the sample. */
cn_status cn_samples_read(const cn_samples *samples, cn_sample_request request, void *to);

#endif
