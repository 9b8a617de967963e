/* Files that real Keras saved, in archives of tests/keras/data, and tests of which each has one of
 * them. */
#ifndef CORNU_TESTS_KERAS_FILES_H
#define CORNU_TESTS_KERAS_FILES_H

#include <jansson.h>

#include "cornu/model.h"

enum { CN_KERAS_PATH = 1024 };

/* One file of one case. */
typedef struct cn_keras_file {
    const char *archive;       /* its path */
    const char *name;          /* in the archive */
    const json_t *root, *item; /* all that cases.json says, and the case */
    char *title;
} cn_keras_file;

/* A member of cases that names a file, or a list of them; and the test of these, whose state is the
 * file. */
typedef struct cn_keras_file_test {
    const char *member;
    void (*test)(void **state);
} cn_keras_file_test;

/* Runs the tests of all archives in a folder of tests/keras/data; there must be so many. Files are
 * written to a temporary folder, or, where they are the library's own, to $CORNU_KEEP_FILES, if
 * that is set. For main to return. */
int cn_keras_files_run(const char *group, const char *folder, const cn_keras_file_test *tests,
                       size_t n, size_t at_least);

/* Writes the file of Keras to a path in the temporary folder, which it tells. */
void cn_keras_file_unpack(const cn_keras_file *file, char path[CN_KERAS_PATH]);

/* Where the library's own file of that name goes. */
void cn_keras_file_own(const cn_keras_file *file, const char *name, char path[CN_KERAS_PATH]);

/* The model of a path; a failure or a warning fails the running test. */
cn_model *cn_keras_file_load(const char *path);

/* What the model says to the case's "input" must be its "predict": within 1e-5, or 1e-4 of "deep"
 * ones. */
void cn_keras_file_compare(const json_t *item, cn_model *model);

#endif
