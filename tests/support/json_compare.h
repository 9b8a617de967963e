/* Comparing records: what one has beside the other, path by path. */
#ifndef CORNU_TESTS_JSON_COMPARE_H
#define CORNU_TESTS_JSON_COMPARE_H

#include <jansson.h>
#include <stdbool.h>

/* Whether what the library wrote is what Keras wrote; otherwise prints the first difference and
 * where it is. These differences are none:
 *   - shared_object_id, which is a number without meaning;
 *   - keys that Keras writes and that say nothing here ("quantization_config": null and its kin),
 *     which are left out so that older versions of Keras 3 can read the file;
 *   - "float32" and the record of that policy, which is what newer classes write;
 *   - an axis and the list of it that a layer makes when it is built;
 *   - 1 and 1.0, and numbers that are the same in float32;
 *   - what compile was told by position, or once for all outputs, which is written by name;
 *   - jit_compile, which Keras writes as it turned out on its machine, and "auto" here. */
bool cn_json_compare(const char *name, const json_t *keras, const json_t *own);

#endif
