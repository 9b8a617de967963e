/* Models that Keras saved and that cannot be had here (tests/keras/data/refused,
 * tools/keras/refused_files.py): the message names the layer and the reason, and nothing is
 * left. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "cornu/cornu.h"
#include "support/keras_files.h"

static void file_is_refused(void **state)
{
    const cn_keras_file *file = *state;
    char path[CN_KERAS_PATH];
    size_t i;
    json_t *text;
    cn_keras_file_unpack(file, path);
    assert_null(cn_load_model(path));
    json_array_foreach(json_object_get(file->item, "says"), i, text)
    {
        if (strstr(cn_error(), json_string_value(text)) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", json_string_value(text), cn_error());
    }
    assert_true(i > 0);
}

int main(void)
{
    static const cn_keras_file_test test = {"file", file_is_refused};
    return cn_keras_files_run("refused", "refused", &test, 1, 13);
}
