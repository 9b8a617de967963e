/* What the numbers of an array are like. */
#ifndef CORNU_CLI_STATISTICS_H
#define CORNU_CLI_STATISTICS_H

#include "cli.h"

typedef struct cli_statistics {
    int64_t finite, not_finite;
    double mean, deviation, smallest, largest; /* of those that are finite; 0 if none is */
} cli_statistics;

cli_statistics cli_statistics_of(const cn_array *array);

#endif
