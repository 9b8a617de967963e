/* Lists of numbers among a layer's arguments: double[CN_MAX_LIST], ended by a NaN. */
#ifndef CORNU_LAYERS_NUMBERS_H
#define CORNU_LAYERS_NUMBERS_H

#include "layers/layers.h"

int64_t cn_numbers_length(const double *numbers);

/* Ends a list that the user wrote, which is filled up with zeros: behind its last number that is
 * not 0, but not before at_least numbers. A list that has an end stays as it is. */
void cn_numbers_end(double *numbers, int64_t at_least);

/* One number as a scalar; several as a vector [n], put together from scalars (a pass folds
 * them). */
cn_value cn_emit_number_list(cn_program *p, const double *numbers);

#endif
