/* The modified Bessel functions of the first kind, of which i0 and i1 are ops. */
#ifndef CORNU_OPS_BESSEL_H
#define CORNU_OPS_BESSEL_H

#include <math.h>

/* The power series sum of (x/2)^(2k + order) / (k! (k + order)!), whose terms all have one sign. */
static inline double cn_bessel(double x, int order)
{
    const double square = x * x / 4;
    double term = order == 0 ? 1 : x / 2, sum = term;
    for (double k = 1; isfinite(sum) && fabs(term) > 1e-17 * fabs(sum); k++) {
        term *= square / (k * (k + order));
        sum += term;
    }
    return isnan(x) ? x : sum;
}

#endif
