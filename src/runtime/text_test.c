/* UTF-8: what is, and where it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/text.h"

static void good_texts_pass(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "plain",
                                        "\x7f",
                                        "M\xc3\xbc\xc3\x9fig",
                                        "\xc2\x80",
                                        "\xdf\xbf",
                                        "\xe0\xa0\x80",
                                        "\xed\x9f\xbf",
                                        "\xee\x80\x80",
                                        "\xef\xbf\xbf",
                                        "\xf0\x90\x80\x80",
                                        "\xf4\x8f\xbf\xbf"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (cn_utf8_fault(texts[i]) != NULL)
            fail_msg("text %d: byte %d is refused", (int)i,
                     (int)(cn_utf8_fault(texts[i]) - texts[i]));
}

static void faults_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int at;
    } faults[] = {
        {"\x80", 0},             /* in the middle of a character */
        {"ab\xff", 2},           /* never in UTF-8 */
        {"a\xc3", 1},            /* ends within a character */
        {"a\xc3(", 1},           /* the second byte is another character */
        {"\xc1\xbf", 0},         /* longer than needed */
        {"\xe0\x9f\xbf", 0},     /* the same, with three bytes */
        {"\xf0\x8f\xbf\xbf", 0}, /* and with four */
        {"\xed\xa0\x80", 0},     /* half of a pair of UTF-16 */
        {"\xf4\x90\x80\x80", 0}, /* above 10FFFF */
        {"\xe2\x82", 0},
        {"\xf0\x9f\x98", 0},
        {"\xe2\x82\xac \xe2(\xa1", 4},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        assert_ptr_equal(cn_utf8_fault(faults[i].text), faults[i].text + faults[i].at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_texts_pass),
        cmocka_unit_test(faults_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
