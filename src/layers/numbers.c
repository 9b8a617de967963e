/* Lists of numbers among a layer's arguments. */
#include "layers/numbers.h"

#include <math.h>

int64_t cn_numbers_length(const double *numbers)
{
    int64_t n = 0;
    while (n < CN_MAX_LIST && !isnan(numbers[n]))
        n++;
    return n;
}

void cn_numbers_end(double *numbers, int64_t at_least)
{
    int64_t n = cn_numbers_length(numbers);
    if (n < CN_MAX_LIST) /* it does already */
        return;
    while (n > at_least && numbers[n - 1] == 0)
        n--;
    if (n < CN_MAX_LIST)
        numbers[n] = CN_UNSET;
}

cn_value cn_emit_number_list(cn_program *p, const double *numbers)
{
    cn_value parts[CN_MAX_LIST];
    const int64_t n = cn_numbers_length(numbers);
    for (int64_t i = 0; i < n; i++)
        parts[i] = cn_emit_full(p, numbers[i], CN_FLOAT32, n == 1 ? (cn_shape){0} : CN_SHAPE(1));
    return n == 1 ? parts[0] : cn_emit_concatenate(p, parts, n, 0);
}
