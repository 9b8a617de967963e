/* Applications against real Keras: those of moderate size, and of all the layers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "support/keras_application.h"
#include "support/keras_data.h"

/* Under sanitizers one of each kind of block has to do. */
static bool is_wanted(const json_t *item)
{
#ifdef CN_TESTS_SANITIZED
    const char *name = cn_keras_name(item);
    return strcmp(name, "mobilenet_v3_small") == 0 || strcmp(name, "mobilenet_v2(alpha=0.35)") == 0;
#else
    return !cn_keras_application_is_large(item);
#endif
}

static void test_layers(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("applications.json"), *item;
    size_t i;
    cn_keras_each(root, i, item)
    {
        if (is_wanted(item))
            cn_keras_application_compare_layers(item);
    }
    json_decref(root);
}

static void test_outputs(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("applications.json"), *item;
    size_t i;
    cn_keras_each(root, i, item)
    {
        if (is_wanted(item))
            cn_keras_application_compare_outputs(item);
    }
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_outputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
