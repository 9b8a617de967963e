/* What the readers and writers of layers' and of operations' calls share. */
#ifndef CORNU_RECORDS_CALLS_H
#define CORNU_RECORDS_CALLS_H

#include "records/records.h"

typedef struct cn_call_reader {
    const cn_layer *layer;
    const cn_operation_class *operation; /* NULL: it is none */
    const cn_tensor_source *source;
    cn_call_reading *call;
} cn_call_reader;

bool cn_is_tensor_record(const json_t *json);

/* Adds the tensor of a record to the call. */
cn_status cn_read_tensor(cn_call_reader *reader, const json_t *record);
cn_status cn_read_add(cn_call_reader *reader, cn_tensor *tensor);

/* Fails: what is no tensor, and what it is instead. */
cn_status cn_read_no_tensor(const cn_call_reader *reader, const char *what, const json_t *json);

/* An operation's call, and its two parts as they are written: by position, and by name into
 * kwargs. */
cn_status cn_read_operation(cn_call_reader *reader, const json_t *args, const json_t *kwargs);
json_t *cn_operation_args_json(const cn_graph *graph, const cn_node *node);
void cn_operation_add_kwargs(json_t **kwargs, const cn_graph *graph, const cn_node *node);

/* The "training" that Keras writes of a call though nobody said it, the default of layers that
 * change images and of recurrent ones; CN_NONE: it writes none. */
int cn_silent_training(const cn_layer *layer);

/* The record of a tensor, or a constant. */
json_t *cn_tensor_json(const cn_graph *graph, const cn_tensor *tensor);

/* Constants: numbers, and arrays as Keras writes them. who: for messages. */
bool cn_is_constant_record(const json_t *json);
cn_status cn_constant_of_json(const char *who, const json_t *json, cn_tensor **tensor);
json_t *cn_constant_json(const cn_tensor *tensor);

#endif
