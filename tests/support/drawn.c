/* What was drawn from two tensors, compared with numbers. */
#include "support/drawn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "cornu/error.h"
#include "support/model_run.h"

static const double xs[6] = {1, -2, 3, 0.5, 5, -6}, ys[6] = {2, 2, 2, 4, 4, 4};

static bool is_near(double number, double expected)
{
    if (isnan(expected) || isinf(expected))
        return isnan(expected) ? isnan(number) : number == expected;
    return fabs(number - expected) <= 1e-5;
}

void cn_test_check_drawn(cn_tensor *x, cn_tensor *y, const struct cn_drawn *cases, int n)
{
    const cn_shape shapes[2] = {CN_SHAPE(2, 3), CN_SHAPE(2, 3)};
    for (int i = 0; i < n; i++) {
        double output[8 * CN_MOST_EXPECTED] = {0}; /* more may come than is compared */
        if (cases[i].result == NULL)
            fail_msg("%s: %s", cases[i].name, cn_error());
        cn_model *model = cn_model_of(CN_LIST(x, y), cases[i].result);
        cn_test_run(model, shapes, (const double *const[]){xs, ys}, (double *const[]){output},
                    false);
        for (int64_t k = 0; k < cases[i].n; k++)
            if (!is_near(output[k], cases[i].expected[k]))
                fail_msg("%s: number %d is %g, expected %g", cases[i].name, (int)k, output[k],
                         cases[i].expected[k]);
    }
}
