/* Numbers as text: the same as the C library reads, whatever is printed comes back. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/number.h"
#include "runtime/random.h"

static bool reads(const char *text, double *number)
{
    return cn_number_read(text, strlen(text), number);
}

static void numbers_are_rounded_correctly(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0",
        "-0",
        "1",
        "+1",
        "1.",
        ".5",
        "-.5e1",
        "0.1",
        "1e22",
        "1e23",
        "123456789012345",
        "999999999999999e22",
        "9007199254740993",
        "1.7976931348623157e308",
        "1e400",
        "-1e400",
        "5e-324",
        "1e-400",
        "3.4e38",
        "0.000000000000000000000000000000000000000000000000001",
        "123456789012345678901234567890",
        "0.30000000000000004",
        "2.2250738585072011e-308",
        "1e+5",
        "1E-5",
        "00012",
        "1e0000000000000000000005",
        "100000000000000000000000000000000000000000000000.5",
        "1e99999999999999999999",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double number = 7;
        assert_true(reads(texts[i], &number));
        assert_true(number == strtod(texts[i], NULL));
        assert_int_equal(signbit(number) != 0, texts[i][0] == '-');
    }
}

static void names_are_numbers_too(void **state)
{
    (void)state;
    double number = 0;
    assert_true(reads("inf", &number) && number == INFINITY);
    assert_true(reads("-Inf", &number) && number == -INFINITY);
    assert_true(reads("NaN", &number) && isnan(number));
}

static void everything_else_is_none(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",     "-",     "+",    ".",        "e5",    "1e",  "1e+",   "1 ", " 1", "1,5",
        "0x10", "1_000", "nano", "infinity", "1.2.3", "--1", "1e5.5", "NA", "1f", "\xc2\xbd"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double number = 7;
        if (reads(texts[i], &number))
            fail_msg("'%s' is read as %g", texts[i], number);
    }
    double number = 0;
    assert_true(cn_number_read("12345", 3, &number));
    assert_true(number == 123);
}

static void random_numbers_come_back(void **state)
{
    (void)state;
    const cn_stream stream = {1, 2};
    for (uint64_t i = 0; i < 20000; i++) {
        uint32_t words[4];
        cn_random_block(stream, i, words);
        double wide, back;
        float narrow;
        memcpy(&wide, words, sizeof wide);
        memcpy(&narrow, words + 2, sizeof narrow);
        if (!isfinite(wide) || !isfinite(narrow))
            continue;
        assert_true(reads(cn_number_print(wide, false, &(cn_number_text){{0}}), &back));
        assert_true(back == wide);
        assert_true(reads(cn_number_print((double)narrow, true, &(cn_number_text){{0}}), &back));
        assert_true((float)back == narrow);
    }
}

static void short_numbers_are_printed_short(void **state)
{
    (void)state;
    cn_number_text text;
    assert_string_equal(cn_number_print(0.1, false, &text), "0.1");
    assert_string_equal(cn_number_print((double)0.1f, true, &text), "0.1");
    assert_string_equal(cn_number_print(100, false, &text), "100");
    assert_string_equal(cn_number_print(-1.5e300, false, &text), "-1.5e+300");
    assert_string_equal(cn_number_print(INFINITY, false, &text), "inf");
    assert_string_equal(cn_number_print(NAN, true, &text), "nan");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_rounded_correctly),
        cmocka_unit_test(names_are_numbers_too),
        cmocka_unit_test(everything_else_is_none),
        cmocka_unit_test(random_numbers_come_back),
        cmocka_unit_test(short_numbers_are_printed_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
