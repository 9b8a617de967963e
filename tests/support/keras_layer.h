/* Layers from the records that real Keras saved with its results. */
#ifndef CORNU_TESTS_KERAS_LAYER_H
#define CORNU_TESTS_KERAS_LAYER_H

#include <jansson.h>

#include "graph/graph.h"

/* The layer of a record {"class_name", "config"}; NULL with a message if it cannot be made. */
cn_layer *cn_keras_layer(const json_t *record);

/* Fails the running test, naming the case, unless the layer writes what Keras wrote: each key of
 * ours has Keras's value, or is null where Keras leaves it out. */
void cn_keras_compare_config(const cn_layer *layer, const json_t *record, const char *name);

#endif
