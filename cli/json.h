/* The library's JSON, which is Python's: it has words for numbers that are infinite or none. */
#ifndef CORNU_CLI_JSON_H
#define CORNU_CLI_JSON_H

#include <jansson.h>

/* A new reference; NULL if text is NULL or no JSON, or memory ran out. The words Infinity,
 * -Infinity and NaN are strings in it. */
json_t *cli_read_json(const char *text);

#endif
