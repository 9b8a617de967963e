/* Layers and models as Keras 3's records, both ways: what a config.json is made of. The classes of
 * layers are not known here: whoever reads brings a function that makes a layer of a record. */
#ifndef CORNU_RECORDS_H
#define CORNU_RECORDS_H

#include "graph/graph.h"
#include "graph/operation.h"

/* ---- writing: new references; NULL with a message on failure --------------------------------- */

/* The record of a layer, a model or an operation. */
json_t *cn_layer_json(const cn_layer *layer);

/* The same of a model: "layers" with their calls, "input_layers", "output_layers". */
json_t *cn_model_json(const cn_model *model);

/* One call, {"args": [...], "kwargs": {...}}, as a node of a model. */
json_t *cn_call_json(const cn_graph *graph, const cn_node *node);

/* Which of the model's calls of its layer a node is: 0 for the first. */
int64_t cn_node_number(const cn_graph *graph, const cn_node *node);

/* (None, 3) as [null, 3]. */
json_t *cn_shape_json(const cn_shape *shape);

/* Whether a layer takes several tensors as one argument, a list. */
bool cn_takes_list(const cn_layer *layer);

/* The keys of the dictionary that a layer takes; NULL: it takes none. *n: of them. */
const char *const *cn_dictionary_keys(const cn_layer *layer, int64_t *n);

/* The same of a call on n tensors: one alone is no list where there might be one or several. */
bool cn_takes_list_of(const cn_layer *layer, int64_t n);

/* ---- reading --------------------------------------------------------------------------------- */

/* Makes a layer of the current session of its record. */
typedef cn_status cn_layer_reader(const json_t *record, cn_layer **layer);

/* A model of the current session. The record is one of Keras 3; those inside are given to read. */
cn_status cn_model_of_json(const json_t *record, cn_layer_reader *read, cn_model **model);

/* The input of an InputLayer's record. */
cn_status cn_input_of_json(const json_t *record, cn_tensor **input);

/* An operation's record. name: of its node. */
cn_status cn_operation_of_json(const json_t *record, const cn_operation_class *class,
                               cn_layer **layer);

/* Whether a record is one of a model, or of an operation (then its class). */
bool cn_is_model_record(const json_t *record);
const cn_operation_class *cn_operation_of_record(const json_t *record);

/* Where a record's tensors come from: the layer's name, the call and the output. NULL while that
 * call has not been made; a failure if it never can be. */
typedef struct cn_tensor_source {
    cn_status (*find)(void *context, const char *layer, int64_t call, int64_t output,
                      cn_tensor **tensor);
    void *context;
} cn_tensor_source;

/* A call as read: the tensors, then options. */
typedef struct cn_call_reading {
    cn_tensor *tensors[CN_MOST_TENSORS];
    int64_t n;
    cn_call_options options;
    bool missing; /* a tensor is not there yet */
} cn_call_reading;
cn_status cn_call_of_json(const json_t *record, cn_layer *layer, const cn_tensor_source *source,
                          cn_call_reading *call);

/* ---- layers in several places of a record ---------------------------------------------------- */

/* cn_layer_json gives every layer a number of its own: keeps those of layers that stand in several
 * places, from 1. */
cn_status cn_share_written(json_t *record);

/* Keras leaves the number out at the first place: adds it. */
cn_status cn_share_given(json_t *record);

/* Between begin and end, a layer's record is read once: cn_share_layer keeps what was made of it,
 * and cn_shared_layer_of gives it, NULL if nothing was made yet. */
typedef struct cn_sharing {
    struct cn_shared_layer *newest;
} cn_sharing;
void cn_sharing_begin(cn_session *session, cn_sharing *sharing);
void cn_sharing_end(cn_session *session);
cn_layer *cn_shared_layer_of(const json_t *record);
cn_status cn_share_layer(const json_t *record, cn_layer *layer);

/* ---- copying --------------------------------------------------------------------------------- */

/* Makes a layer like another, under a name. */
typedef cn_status cn_layer_copier(const cn_layer *layer, const char *name, cn_layer **copy);

/* A model of new layers, each made by copy, connected as the given one. */
cn_status cn_model_copy(const cn_model *model, const char *name, cn_layer_copier *copy,
                        cn_model **copied);

/* ---- what both ways share -------------------------------------------------------------------- */

const char *cn_record_text(const json_t *record, const char *key); /* NULL: no string */

#endif
