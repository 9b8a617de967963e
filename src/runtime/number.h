/* Numbers as text, the same in every locale: a decimal point is a point. */
#ifndef CORNU_RUNTIME_NUMBER_H
#define CORNU_RUNTIME_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* Reads a decimal number (digits with an optional sign, point and exponent; nan and inf in any
 * case) that fills all of text[0 .. length). Rounds correctly. false if it is anything else. */
bool cn_number_read(const char *text, size_t length, double *number);

/* Prints a number so that reading it gives the same double, or with single the same float; as short
 * as %g makes it. Returns text, for use in an argument list. */
typedef struct cn_number_text {
    char text[40];
} cn_number_text;
const char *cn_number_print(double number, bool single, cn_number_text *text);

#endif
