/* Applications against real Keras (tests/keras/data/applications.json): parameters, layers, and
 * what they compute with weights that both sides make by one formula
 * (tools/keras/application_cases.py). What differs fails the running test. */
#ifndef CORNU_TESTS_KERAS_APPLICATION_H
#define CORNU_TESTS_KERAS_APPLICATION_H

#include <jansson.h>

/* Models with more parameters are left to the slow test. */
enum { CN_LARGE_APPLICATION = 45000000 };

/* Whether the case is one of a large model. */
bool cn_keras_application_is_large(const json_t *item);

/* Parameters with the top and without, names, classes and weights of all layers. */
void cn_keras_application_compare_layers(const json_t *item);

/* The outputs of the case's runs. */
void cn_keras_application_compare_outputs(const json_t *item);

#endif
