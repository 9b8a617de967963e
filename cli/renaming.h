/* Layers of two models that differ in their names alone, as of one model that was drawn twice. */
#ifndef CORNU_CLI_RENAMING_H
#define CORNU_CLI_RENAMING_H

#include <jansson.h>

/* Gives the layers of b, the record of a model, the names of those of a that are the same but for
 * their names, in order. A new reference: {name in b: name in a}. */
json_t *cli_rename_like(const json_t *a, json_t *b);

#endif
