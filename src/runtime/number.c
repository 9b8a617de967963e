/* Numbers as text, independent of the locale. */
#include "runtime/number.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What a number's text says: digits * 10^exponent, exact unless there were too many digits. */
typedef struct decimal {
    bool negative, exact;
    uint64_t digits;
    int exponent;
} decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads digits, keeping the first 19 that matter; returns how many there were. */
static size_t read_digits(const char **at, const char *end, decimal *number, bool fraction)
{
    const char *start = *at;
    for (; *at < end && is_digit(**at); (*at)++) {
        if (number->digits >= 1000000000000000000u) {
            number->exact = false;
            continue;
        }
        number->digits = number->digits * 10 + (uint64_t)(**at - '0');
        number->exponent -= fraction;
    }
    return (size_t)(*at - start);
}

static bool read_exponent(const char **at, const char *end, decimal *number)
{
    if (*at == end || (**at != 'e' && **at != 'E'))
        return true;
    (*at)++;
    bool negative = *at < end && **at == '-';
    if (*at < end && (**at == '-' || **at == '+'))
        (*at)++;
    const char *start = *at;
    int exponent = 0;
    for (; *at < end && is_digit(**at); (*at)++)
        exponent = exponent < 100000 ? exponent * 10 + (**at - '0') : exponent;
    number->exponent += negative ? -exponent : exponent;
    return *at > start;
}

static bool read_decimal(const char *at, const char *end, decimal *number)
{
    *number = (decimal){.exact = true, .negative = at < end && *at == '-'};
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    size_t count = read_digits(&at, end, number, false);
    if (at < end && *at == '.') {
        at++;
        count += read_digits(&at, end, number, true);
    }
    return count > 0 && read_exponent(&at, end, number) && at == end;
}

static bool read_special(const char *at, size_t length, double *number)
{
    const bool negative = length > 0 && at[0] == '-';
    if (length > 0 && (at[0] == '-' || at[0] == '+')) {
        at++;
        length--;
    }
    if (length != 3)
        return false;
    if (strncasecmp(at, "nan", 3) == 0)
        *number = NAN;
    else if (strncasecmp(at, "inf", 3) == 0)
        *number = negative ? -INFINITY : INFINITY;
    else
        return false;
    return true;
}

static locale_t c_locale;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* Switches the calling thread to the C locale; what it returns must be given to uselocale
 * afterwards. */
static locale_t use_c_locale(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, make_c_locale);
    return uselocale(c_locale);
}

/* The C library rounds correctly whatever the digits; it needs a copy that ends in 0. */
static bool read_slowly(const char *text, size_t length, double *number)
{
    char copy[512], *end;
    if (length >= sizeof copy)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    locale_t before = use_c_locale();
    *number = strtod(copy, &end);
    (void)uselocale(before);
    return end == copy + length;
}

/* With at most 15 digits and a power of ten up to 22, both are exact doubles and one operation
 * rounds correctly (Clinger 1990). That is nearly every number in practice. */
bool cn_number_read(const char *text, size_t length, double *number)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    decimal read;
    if (!read_decimal(text, text + length, &read))
        return read_special(text, length, number);
    if (!read.exact || read.digits > 999999999999999u || read.exponent < -22 || read.exponent > 22)
        return read_slowly(text, length, number);
    double value = (double)read.digits;
    value = read.exponent < 0 ? value / powers[-read.exponent] : value * powers[read.exponent];
    *number = read.negative ? -value : value;
    return true;
}

const char *cn_number_print(double number, bool single, cn_number_text *text)
{
    const int enough = single ? 9 : 17;
    locale_t before = use_c_locale();
    for (int digits = single ? 6 : 15; digits <= enough; digits++) {
        (void)snprintf(text->text, sizeof text->text, "%.*g", digits, number);
        double back = strtod(text->text, NULL);
        if (single ? (float)back == (float)number : back == number)
            break;
    }
    (void)uselocale(before);
    return text->text;
}
