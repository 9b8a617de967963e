/* Event files, which TensorBoard shows: records as in TFRecord files, each an Event of TensorFlow's
 * protocol buffers. */
#ifndef CORNU_CALLBACKS_EVENT_FILE_H
#define CORNU_CALLBACKS_EVENT_FILE_H

#include <stdio.h>

#include "cornu/array.h"
#include "runtime/status.h"

typedef struct cn_event_file {
    char *path;
    FILE *stream; /* NULL: not open */
} cn_event_file;

/* A new file in a folder, which is made if need be. Messages begin with the file's path. */
cn_status cn_event_file_open(cn_event_file *file, const char *folder);

/* One value of a tag at a step. */
cn_status cn_event_file_scalar(cn_event_file *file, const char *tag, int64_t step, double value);

/* How an array's numbers are spread: 30 buckets from the smallest to the largest; nothing is
 * written if one is not finite. */
cn_status cn_event_file_histogram(cn_event_file *file, const char *tag, int64_t step,
                                  const cn_array *numbers);

/* A model as Keras's JSON, for the view of its graph. */
cn_status cn_event_file_model(cn_event_file *file, const char *json);

/* What was written is in the file. */
cn_status cn_event_file_flush(cn_event_file *file);

/* The last flush that was is what counts: nothing can fail any more. */
void cn_event_file_close(cn_event_file *file);

#endif
