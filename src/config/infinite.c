/* Numbers that are infinite or none. Python's JSON has words for them: Infinity, -Infinity, NaN.
 * jansson has neither the words nor such numbers, so in its trees the largest double stands for
 * Infinity and the one before it for NaN: numbers that nobody writes, and infinite as float32. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

static const double infinity_in_json = 0x1.fffffffffffffp1023;
static const double nan_in_json = 0x1.ffffffffffffep1023;

/* The words, and the same numbers as jansson writes them. */
static const struct pair {
    const char *word, *number;
} pairs[] = {{"Infinity", "1.7976931348623157e308"}, {"NaN", "1.7976931348623155e308"}};
enum { PAIRS = sizeof pairs / sizeof pairs[0] };

double cn_json_number(const json_t *json)
{
    const double number = json_number_value(json);
    return fabs(number) == infinity_in_json ? copysign(INFINITY, number)
           : fabs(number) == nan_in_json    ? NAN
                                            : number;
}

json_t *cn_json_real(double number)
{
    return json_real(isnan(number)   ? nan_in_json
                     : isinf(number) ? copysign(infinity_in_json, number)
                                     : number);
}

/* ---- text ------------------------------------------------------------------------------------ */

/* Where a string that begins at i has ended: behind its quotation mark. */
static size_t end_of_string(const char *text, size_t length, size_t i)
{
    for (i++; i < length && text[i] != '"'; i++)
        i += text[i] == '\\';
    return i + 1 < length ? i + 1 : length;
}

static bool is_part(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '+';
}

/* Whether this stands at i with nothing that belongs to it beside it. */
static bool stands_at(const char *text, size_t length, size_t i, const char *what)
{
    const size_t n = strlen(what);
    return n <= length - i && memcmp(text + i, what, n) == 0 && (i == 0 || !is_part(text[i - 1])) &&
           (i + n == length || !is_part(text[i + n]));
}

/* Copies text, with one of each pair instead of the other wherever that is outside strings. Returns
 * how many bytes there are; to may be NULL, or text itself if they become fewer. */
static size_t exchange(const char *text, size_t length, bool to_numbers, char *to)
{
    size_t written = 0, end;
    for (size_t i = 0; i < length; i = end) {
        const char *piece = text + i;
        end = text[i] == '"' ? end_of_string(text, length, i) : i + 1;
        size_t n = end - i;
        for (size_t k = 0; k < PAIRS && strchr("1IN", text[i]) != NULL; k++) {
            const char *from = to_numbers ? pairs[k].word : pairs[k].number;
            if (!stands_at(text, length, i, from))
                continue;
            piece = to_numbers ? pairs[k].number : pairs[k].word;
            n = strlen(piece);
            end = i + strlen(from);
        }
        if (to != NULL)
            memmove(to + written, piece, n);
        written += n;
    }
    return written;
}

json_t *cn_json_load(const char *text, size_t length, size_t flags, json_error_t *error)
{
    const size_t needed = exchange(text, length, true, NULL);
    if (needed == length)
        return json_loadb(text, length, flags, error);
    char *plain = cn_allocate(needed);
    if (plain == NULL && error != NULL)
        *error = (json_error_t){.line = -1};
    if (plain == NULL)
        return NULL;
    (void)exchange(text, length, true, plain);
    json_t *json = json_loadb(plain, needed, flags, error);
    cn_release(plain);
    return json;
}

void cn_json_put_words(char *text)
{
    text[exchange(text, strlen(text), false, text)] = '\0';
}
