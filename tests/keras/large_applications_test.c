/* Applications against real Keras: the large ones, which take long. Not run under sanitizers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/keras_application.h"
#include "support/keras_data.h"

static void test_large(void **state)
{
    (void)state;
    json_t *root = cn_keras_load("applications.json"), *item;
    size_t i;
    cn_keras_each(root, i, item)
    {
        if (!cn_keras_application_is_large(item))
            continue;
        cn_keras_application_compare_layers(item);
        cn_keras_application_compare_outputs(item);
    }
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_large)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
