/* The places of a row's elements in order: each element becomes one number, its key in the upper
 * half and its place in the lower. All are different, so whatever sorts them is stable. */
#include <string.h>

#include "kernels/native/native.h"

enum {
    SHORT_ROW = 48,   /* up to here insertion is faster than counting digits */
    MOST_CHOSEN = 32, /* so few of a row are chosen one by one */
    DIGITS = 4,       /* of a key, each of 8 bits */
    DIGIT_VALUES = 256
};

/* Whole numbers in the order of floats: -0 is 0, and every NaN is behind all. */
static uint32_t key_of_float(float x)
{
    uint32_t bits;
    if (x != x)
        return UINT32_MAX;
    memcpy(&bits, &x, sizeof bits);
    if (x == 0)
        bits = 0;
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

static uint32_t key_at(const cn_sorting *s, const void *row, int64_t i)
{
    if (s->dtype == CN_FLOAT32)
        return key_of_float(((const float *)row)[i]);
    if (s->dtype == CN_INT32)
        return (uint32_t)((const int32_t *)row)[i] ^ 0x80000000u;
    return ((const uint8_t *)row)[i];
}

static uint64_t element_at(const cn_sorting *s, const void *row, int64_t i)
{
    const uint32_t key = key_at(s, row, i);
    return (uint64_t)(s->descending ? ~key : key) << 32 | (uint32_t)i;
}

/* Puts x among the n elements in front of it, which are in order. */
static void insert(uint64_t *list, int64_t n, uint64_t x)
{
    for (; n > 0 && list[n - 1] > x; n--)
        list[n] = list[n - 1];
    list[n] = x;
}

/* The first count of the row in order. */
static void choose(const cn_sorting *s, const void *row, uint64_t *list)
{
    for (int64_t i = 0; i < s->columns; i++) {
        const uint64_t x = element_at(s, row, i);
        if (i < s->count)
            insert(list, i, x);
        else if (x < list[s->count - 1])
            insert(list, s->count - 1, x);
    }
}

/* Moves all elements to where those of a smaller digit end. */
static void move_by_digit(const uint64_t *from, uint64_t *to, int64_t n, uint32_t *counts,
                          int shift)
{
    uint32_t sum = 0;
    for (int i = 0; i < DIGIT_VALUES; i++) {
        const uint32_t here = counts[i];
        counts[i] = sum;
        sum += here;
    }
    for (int64_t i = 0; i < n; i++)
        to[counts[from[i] >> shift & (DIGIT_VALUES - 1)]++] = from[i];
}

/* By each digit, from the last to the first; one that all elements share is passed over. Returns
 * where the elements are then. */
static uint64_t *sort_by_digits(uint64_t *list, uint64_t *other, int64_t n)
{
    uint32_t counts[DIGITS][DIGIT_VALUES] = {{0}};
    for (int64_t i = 0; i < n; i++)
        for (int d = 0; d < DIGITS; d++)
            counts[d][list[i] >> (32 + 8 * d) & (DIGIT_VALUES - 1)]++;
    for (int d = 0; d < DIGITS; d++) {
        const int shift = 32 + 8 * d;
        if (counts[d][list[0] >> shift & (DIGIT_VALUES - 1)] == n)
            continue;
        move_by_digit(list, other, n, counts[d], shift);
        uint64_t *kept = list;
        list = other;
        other = kept;
    }
    return list;
}

static const uint64_t *sort_row(const cn_sorting *s, const void *row)
{
    const int64_t n = s->columns;
    if (n > SHORT_ROW && s->count <= MOST_CHOSEN) {
        choose(s, row, s->scratch);
        return s->scratch;
    }
    for (int64_t i = 0; i < n; i++)
        if (n <= SHORT_ROW)
            insert(s->scratch, i, element_at(s, row, i));
        else
            s->scratch[i] = element_at(s, row, i);
    return n <= SHORT_ROW ? s->scratch : sort_by_digits(s->scratch, s->scratch + n, n);
}

void cn_sort_run(const cn_sorting *s)
{
    const size_t row_bytes = (size_t)s->columns * cn_dtype_size(s->dtype);
    for (int64_t r = 0; r < s->rows; r++) {
        const uint64_t *sorted = sort_row(s, (const char *)s->x + (size_t)r * row_bytes);
        for (int64_t i = 0; i < s->count; i++)
            s->places[r * s->count + i] = (int32_t)(uint32_t)sorted[i];
    }
}
