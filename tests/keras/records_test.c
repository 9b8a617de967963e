/* Models as Keras wrote them: read, written again, and compared key by key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cornu/session.h"
#include "saving/saving.h"
#include "support/json_compare.h"
#include "support/keras_data.h"

/* Read, written, and the same once more from what was written. */
static bool comes_back(const char *name, const json_t *record)
{
    cn_model *model = NULL;
    cn_clear_session();
    if (cn_model_of_record(record, NULL, &model) != CN_OK ||
        cn_compile_of_record(model, json_object_get(record, "compile_config"), NULL) != CN_OK) {
        print_error("%s: %s\n", name, cn_error());
        cn_clear_error();
        return false;
    }
    json_t *own = cn_model_record(model, true);
    const bool same = cn_json_compare(name, record, own);
    json_decref(own);
    return same;
}

static void models_come_back(const char *file, const char *member)
{
    json_t *root = cn_keras_load(file), *item;
    size_t i, wrong = 0;
    cn_keras_each(root, i, item)
        wrong += !comes_back(cn_keras_name(item), json_object_get(item, member));
    json_decref(root);
    cn_clear_session();
    assert_int_equal(wrong, 0);
}

static void models_of_training(void **state)
{
    (void)state;
    models_come_back("training.json", "model");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_of_training),
    };
    return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
