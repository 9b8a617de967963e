/* Models, data and compile arguments as Keras writes them (tests/keras/data/training.json): made
 * with the library. Everything belongs to the current session. A record that cannot be read fails
 * the running test. */
#ifndef CORNU_TESTS_KERAS_MODEL_H
#define CORNU_TESTS_KERAS_MODEL_H

#include <jansson.h>

#include "cornu/training.h"

/* The model of a record {"class_name": "Functional" or "Sequential", "config": ...}, models inside
 * it too. */
cn_model *cn_keras_model(json_t *record);

/* The array that a source of numbers describes (tools/keras/training_cases.py); NULL for null. */
cn_array *cn_keras_source(const json_t *source);

/* Compiles with a record of compile's arguments: objects are names or records, one for all outputs,
 * a list by position or a dictionary by output. */
cn_status cn_keras_compile(cn_model *model, const json_t *arguments);

#endif
