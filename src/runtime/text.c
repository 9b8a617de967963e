/* Texts in UTF-8. */
#include "runtime/text.h"

#include <stdbool.h>
#include <stdint.h>

/* How many bytes follow the first one of a character; -1: none begins so. */
static int count_following(unsigned char first)
{
    if (first < 0x80)
        return 0;
    if (first < 0xC2) /* in the middle of a character, or longer than needed */
        return -1;
    return first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF5 ? 3 : -1;
}

/* The second byte keeps out what would be longer than needed, halves of UTF-16, and numbers above
 * 10FFFF. */
static bool may_follow(unsigned char first, unsigned char second)
{
    const unsigned char low = first == 0xE0   ? 0xA0
                              : first == 0xF0 ? 0x90
                                              : 0x80,
                        high = first == 0xED   ? 0x9F
                               : first == 0xF4 ? 0x8F
                                               : 0xBF;
    return second >= low && second <= high;
}

const char *cn_utf8_fault(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at != 0) {
        const int following = count_following(*at);
        if (following < 0 || (following > 0 && !may_follow(at[0], at[1])))
            return (const char *)at;
        for (int i = 2; i <= following; i++)
            if ((at[i] & 0xC0) != 0x80)
                return (const char *)at;
        at += following + 1;
    }
    return NULL;
}
