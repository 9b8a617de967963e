/* Hashes beside values of others: FarmHash as tf.fingerprint of TensorFlow 2.21 says it, SipHash as
 * its paper does (Aumasson and Bernstein, appendix A). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "runtime/hash.h"

enum { MOST = 300 };

/* One length for each way in which FarmHash reads, and the edges between them. Byte i is (7 i +
 * length) mod 251. */
static void fingerprints_are_those_of_tensorflow(void **state)
{
    (void)state;
    static const struct {
        size_t length;
        uint64_t hash;
    } cases[] = {
        {0, UINT64_C(0x9ae16a3b2f90404f)},   {3, UINT64_C(0x40b4412e33eefd64)},
        {5, UINT64_C(0x84ecb798b403d75c)},   {12, UINT64_C(0xc6c812f1d8583338)},
        {16, UINT64_C(0x8935c33c50c919d8)},  {17, UINT64_C(0xeb5e445e8ed8468f)},
        {31, UINT64_C(0xa6e1af36b767e2f2)},  {32, UINT64_C(0x37679234ee53fb79)},
        {33, UINT64_C(0x52080bd8fd3c12ed)},  {63, UINT64_C(0x5e2e5a099c99c47f)},
        {64, UINT64_C(0x86e2391d4f3ae326)},  {65, UINT64_C(0x2c8a7a850513fd3d)},
        {100, UINT64_C(0x70fb19d35360c714)}, {128, UINT64_C(0x88d8142de17f6e44)},
        {200, UINT64_C(0xd7378d5829ccc32d)}, {299, UINT64_C(0x106ac80271fba791)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[MOST];
        for (size_t k = 0; k < cases[i].length; k++)
            text[k] = (char)(unsigned char)((7 * k + cases[i].length) % 251);
        const uint64_t hash = cn_farm_fingerprint(text, cases[i].length);
        if (hash != cases[i].hash)
            fail_msg("length %zu: 0x%016llx", cases[i].length, (unsigned long long)hash);
    }
}

/* Key 00 01 .. 0f, text 00 01 .. 0e. */
static void sip_hash_is_that_of_its_paper(void **state)
{
    (void)state;
    const uint64_t key[2] = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    char text[15];
    for (int i = 0; i < 15; i++)
        text[i] = (char)i;
    assert_true(cn_sip_hash(key, text, sizeof text) == UINT64_C(0xa129ca6149be45e5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fingerprints_are_those_of_tensorflow),
        cmocka_unit_test(sip_hash_is_that_of_its_paper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
