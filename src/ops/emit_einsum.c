/* Emitting a product of two operands whose axes have letters: y[output] = the sum, over the letters
 * that output lacks, of a[...] b[...]. Both become matrices [shared, own, summed] and
 * [shared, summed, own], so that it is one product. */
#include <inttypes.h>
#include <string.h>

#include "ops/emit.h"

/* An operand while it is brought into order. */
typedef struct term {
    cn_value value;
    char letters[CN_MAX_RANK + 1];
} term;

static bool has(const char *letters, char letter)
{
    return strchr(letters, letter) != NULL;
}

static bool has_twice(const char *letters)
{
    for (; *letters != '\0'; letters++)
        if (has(letters + 1, *letters))
            return true;
    return false;
}

static cn_status check_term(const cn_program *p, const term *t)
{
    const cn_shape *shape = cn_shape_of(p, t->value);
    CN_CHECK(shape->rank == (int64_t)strlen(t->letters),
             "einsum: \"%s\" has %d letters for shape %s", t->letters, (int)strlen(t->letters),
             cn_shape_str(shape));
    CN_CHECK(!has_twice(t->letters), "einsum: \"%s\" has a letter twice", t->letters);
    return CN_OK;
}

/* The letters of from that are (or are not) in a and in b. */
static void select_letters(const char *from, const char *a, bool in_a, const char *b, bool in_b,
                           char *selected)
{
    int64_t n = 0;
    for (; *from != '\0'; from++)
        if (has(a, *from) == in_a && has(b, *from) == in_b)
            selected[n++] = *from;
    selected[n] = '\0';
}

/* Sums over the letters that only this operand has. */
static void sum_alone(cn_program *p, term *t, const char *other, const char *output)
{
    char kept[CN_MAX_RANK + 1] = "";
    cn_shape axes = {0};
    int64_t n = 0;
    for (int64_t i = 0; t->letters[i] != '\0'; i++) {
        if (has(other, t->letters[i]) || has(output, t->letters[i]))
            kept[n++] = t->letters[i];
        else
            axes.dim[axes.rank++] = i;
    }
    if (axes.rank > 0)
        t->value = cn_emit_sum(p, t->value, axes, false);
    strcpy(t->letters, kept);
}

/* Brings the axes into the order of letters. */
static cn_value arrange(cn_program *p, cn_value value, const char *from, const char *letters)
{
    cn_shape permutation = {.rank = (int64_t)strlen(letters)};
    for (int64_t i = 0; i < permutation.rank; i++)
        permutation.dim[i] = strchr(from, letters[i]) - from;
    return cn_emit_transpose(p, value, permutation);
}

/* The sizes of letters, which are axes of t; appended to shape if it is given. Returns their
 * product. */
static int64_t sizes_of(const cn_program *p, const term *t, const char *letters, cn_shape *shape)
{
    int64_t product = 1;
    for (; *letters != '\0'; letters++) {
        const int64_t dim =
            cn_shape_of(p, t->value)->dim[strchr(t->letters, *letters) - t->letters];
        product *= dim;
        if (shape != NULL)
            shape->dim[shape->rank++] = dim;
    }
    return product;
}

/* [first, second, third] as a matrix for each of first, or one matrix if first is empty. */
static cn_value matrices(cn_program *p, const term *t, const char *first, const char *second,
                         const char *third)
{
    char order[3 * CN_MAX_RANK + 3] = "";
    const int64_t count = sizes_of(p, t, first, NULL), rows = sizes_of(p, t, second, NULL),
                  columns = sizes_of(p, t, third, NULL);
    strcat(strcat(strcat(order, first), second), third);
    cn_value arranged = arrange(p, t->value, t->letters, order);
    return cn_emit_reshape(
        p, arranged, first[0] == '\0' ? CN_SHAPE(rows, columns) : CN_SHAPE(count, rows, columns));
}

static cn_value product(cn_program *p, const term *a, const term *b, const char *output)
{
    char shared[CN_MAX_RANK + 1], summed[CN_MAX_RANK + 1], of_a[CN_MAX_RANK + 1],
        of_b[CN_MAX_RANK + 1], order[3 * CN_MAX_RANK + 3] = "";
    cn_shape shape = {0};
    select_letters(a->letters, b->letters, true, output, true, shared);
    select_letters(b->letters, a->letters, true, output, false, summed);
    select_letters(a->letters, b->letters, false, output, true, of_a);
    select_letters(b->letters, a->letters, false, output, true, of_b);
    sizes_of(p, a, shared, &shape);
    sizes_of(p, a, of_a, &shape);
    sizes_of(p, b, of_b, &shape);
    cn_value left = matrices(p, a, shared, of_a, summed);
    cn_value right = matrices(p, b, shared, summed, of_b);
    cn_value y = cn_emit_reshape(p, cn_emit_matmul(p, left, right), shape);
    return arrange(p, y, strcat(strcat(strcat(order, shared), of_a), of_b), output);
}

static cn_status check(const cn_program *p, const term *a, const term *b, const char *output)
{
    CN_TRY(check_term(p, a));
    CN_TRY(check_term(p, b));
    CN_CHECK(!has_twice(output) && strlen(output) <= CN_MAX_RANK,
             "einsum: the output \"%.32s\" has a letter twice, or more than %d", output,
             CN_MAX_RANK);
    for (const char *c = output; *c != '\0'; c++)
        CN_CHECK(has(a->letters, *c) || has(b->letters, *c),
                 "einsum: the output's letter '%c' is in no operand", *c);
    for (int64_t i = 0; a->letters[i] != '\0'; i++) {
        const char letter[] = {a->letters[i], '\0'};
        CN_CHECK(!has(b->letters, letter[0]) ||
                     sizes_of(p, a, letter, NULL) == sizes_of(p, b, letter, NULL),
                 "einsum: '%s' is %" PRId64 " in one operand and %" PRId64 " in the other", letter,
                 sizes_of(p, a, letter, NULL), sizes_of(p, b, letter, NULL));
    }
    return CN_OK;
}

cn_value cn_emit_einsum(cn_program *p, cn_value a, const char *a_letters, cn_value b,
                        const char *b_letters, const char *output)
{
    term left = {.value = cn_emit_cast(p, a, CN_FLOAT32)},
         right = {.value = cn_emit_cast(p, b, CN_FLOAT32)};
    if (left.value == CN_NO_VALUE || right.value == CN_NO_VALUE)
        return CN_NO_VALUE;
    strncpy(left.letters, a_letters, CN_MAX_RANK);
    strncpy(right.letters, b_letters, CN_MAX_RANK);
    const cn_status status = check(p, &left, &right, output);
    if (status != CN_OK)
        return cn_program_fail(p, status);
    sum_alone(p, &left, b_letters, output);
    sum_alone(p, &right, left.letters, output);
    if (left.value == CN_NO_VALUE || right.value == CN_NO_VALUE)
        return CN_NO_VALUE;
    return product(p, &left, &right, output);
}
