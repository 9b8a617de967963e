/* Classes from arrays: whole numbers, or the largest of each row's scores. */
#include <inttypes.h>
#include <math.h>

#include "plotting/plotting.h"
#include "runtime/array.h"

/* Classes beyond this are taken for a mistake. */
static const double most_classes = 1e6;

static cn_status take_number(const char *who, const char *what, int64_t row, double value,
                             int64_t *class)
{
    CN_CHECK(value >= 0 && value < most_classes && value == floor(value),
             "%s: %s: classes are whole numbers from 0, got %g in row %" PRId64, who, what, value,
             row);
    *class = (int64_t)value;
    return CN_OK;
}

/* One number for each sample: fractions are probabilities of class 1. */
static cn_status take_numbers(const char *who, const char *what, const cn_array *array,
                              cn_verdicts *verdicts)
{
    bool fractions = false, in_range = true;
    for (int64_t i = 0; i < verdicts->count; i++) {
        const double value = cn_array_at(array, i);
        fractions |= value != floor(value);
        in_range &= value >= 0 && value <= 1;
    }
    if (!fractions)
        verdicts->probabilities = NULL;
    for (int64_t i = 0; i < verdicts->count; i++) {
        const double value = cn_array_at(array, i);
        if (!fractions || !in_range) {
            CN_TRY(take_number(who, what, i, value, &verdicts->classes[i]));
            continue;
        }
        verdicts->classes[i] = value > 0.5;
        verdicts->probabilities[i] = value > 0.5 ? value : 1 - value;
    }
    return CN_OK;
}

/* A row of scores for each sample. */
static void take_rows(const cn_array *array, cn_verdicts *verdicts)
{
    const int64_t n = cn_array_dim(array, 1);
    bool probable = true;
    for (int64_t i = 0; i < verdicts->count; i++) {
        double best = -INFINITY, sum = 0;
        for (int64_t k = 0; k < n; k++) {
            const double score = cn_array_at(array, i * n + k);
            probable &= score >= 0;
            sum += score;
            if (score > best) {
                best = score;
                verdicts->classes[i] = k;
            }
        }
        verdicts->probabilities[i] = best;
        probable &= fabs(sum - 1) < 1e-2;
    }
    if (!probable)
        verdicts->probabilities = NULL;
}

cn_status cn_verdicts_of(const char *who, const char *what, const cn_array *array, int64_t limit,
                         cn_arena *memory, cn_verdicts *verdicts)
{
    CN_TRY(cn_numbers_check(array, who, &array));
    const cn_shape *shape = &array->shape;
    CN_CHECK(shape->rank == 1 || (shape->rank == 2 && shape->dim[1] > 0),
             "%s: %s must have the shape (N,), (N, 1) or (N, classes), has %s", who, what,
             cn_shape_str(shape));
    verdicts->count = limit == CN_NONE || limit > shape->dim[0] ? shape->dim[0] : limit;
    verdicts->classes =
        cn_arena_allocate(memory, (size_t)(verdicts->count + 1) * sizeof *verdicts->classes);
    verdicts->probabilities =
        cn_arena_allocate(memory, (size_t)(verdicts->count + 1) * sizeof(double));
    CN_CHECK_MEMORY(verdicts->classes);
    CN_CHECK_MEMORY(verdicts->probabilities);
    if (shape->rank == 2 && shape->dim[1] > 1)
        take_rows(array, verdicts);
    else
        CN_TRY(take_numbers(who, what, array, verdicts));
    verdicts->highest = shape->rank == 2 && shape->dim[1] > 1 ? shape->dim[1] - 1 : 0;
    for (int64_t i = 0; i < verdicts->count; i++)
        if (verdicts->classes[i] > verdicts->highest)
            verdicts->highest = verdicts->classes[i];
    return CN_OK;
}

const char *cn_class_label(const char *const *class_names, int64_t number, cn_arena *memory)
{
    for (int64_t i = 0; class_names != NULL && class_names[i] != NULL; i++)
        if (i == number)
            return class_names[i];
    return cn_arena_format(memory, "%" PRId64, number);
}
