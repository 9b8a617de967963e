/* Statistics of arrays, in double precision, in one pass (Welford's). */
#include "statistics.h"

#include <math.h>

cli_statistics cli_statistics_of(const cn_array *array)
{
    cli_statistics s = {.smallest = INFINITY, .largest = -INFINITY};
    const int64_t n = cn_array_dtype(array) == CN_STRING ? 0 : cn_array_size(array);
    double squares = 0;
    for (int64_t i = 0; i < n; i++) {
        const double x = cn_array_at(array, i);
        if (!isfinite(x)) {
            s.not_finite++;
            continue;
        }
        const double from_mean = x - s.mean;
        s.mean += from_mean / (double)++s.finite;
        squares += from_mean * (x - s.mean);
        s.smallest = fmin(s.smallest, x);
        s.largest = fmax(s.largest, x);
    }
    if (s.finite == 0)
        return (cli_statistics){.not_finite = s.not_finite};
    s.deviation = sqrt(squares / (double)s.finite);
    return s;
}
