/* Layers that learn from data, StringLookup and the like: they give and learn what Keras gives and
 * learns. */
#ifndef CORNU_TESTS_KERAS_PREPROCESSING_H
#define CORNU_TESTS_KERAS_PREPROCESSING_H

#include "cornu/cornu.h"

/* Compares all cases of a file, more than so many, and clears the session before each. */
void cn_keras_check_preprocessing(const char *file, size_t more_than);

/* Loads the model that Keras saved with a file's cases, compares what it predicts, saves it, loads
 * it and compares again; again is the name of the file meanwhile. */
void cn_keras_check_saved_preprocessing(const char *file, const char *path, const char *again);

#endif
