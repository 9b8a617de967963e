/* Training that was interrupted in Keras (tests/keras/data/optimizers,
 * tools/keras/optimizer_files.py) goes on here as it did there, for every optimizer; and from
 * Keras's start, the library gets where Keras got. With CORNU_KEEP_FILES=FOLDER the models of that
 * stay there, for Keras to go on. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "cornu/cornu.h"
#include "support/keras_files.h"
#include "support/keras_model.h"

static void compare_steps(cn_model *model, const cn_keras_file *file, const char *which)
{
    const json_t *losses = json_object_get(file->item, which);
    cn_array *x = cn_keras_source(json_object_get(file->root, "x"));
    cn_array *y = cn_keras_source(json_object_get(file->root, "y"));
    assert_true(json_array_size(losses) > 0);
    for (size_t i = 0; i < json_array_size(losses); i++) {
        const double got = cn_train_on_batch(model, x, y).loss,
                     expected = json_number_value(json_array_get(losses, i));
        if (!(got - expected < 1e-5 && expected - got < 1e-5))
            fail_msg("%s, step %d: the loss is %.9g, Keras has %.9g", which, (int)i + 1, got,
                     expected);
    }
}

/* As read; and once more from what the library wrote of it. */
static void training_goes_on(void **state)
{
    const cn_keras_file *file = *state;
    char given[CN_KERAS_PATH], own[CN_KERAS_PATH];
    cn_keras_file_unpack(file, given);
    cn_model *model = cn_keras_file_load(given);
    cn_keras_file_own(file, "again.keras", own);
    assert_int_equal(cn_save(model, own), CN_OK);
    compare_steps(model, file, "after");
    compare_steps(cn_keras_file_load(own), file, "after");
}

/* From the start; and once more with an interruption. */
static void training_starts(void **state)
{
    const cn_keras_file *file = *state;
    char given[CN_KERAS_PATH], own[CN_KERAS_PATH];
    cn_keras_file_unpack(file, given);
    cn_model *model = cn_keras_file_load(given);
    compare_steps(model, file, "before");
    cn_keras_file_own(file, json_string_value(json_object_get(file->item, "file")), own);
    assert_int_equal(cn_save(model, own), CN_OK);
    compare_steps(cn_keras_file_load(own), file, "after");
}

int main(void)
{
    static const cn_keras_file_test tests[] = {
        {"file", training_goes_on}, {"old", training_goes_on}, {"start", training_starts}};
    return cn_keras_files_run("going on", "optimizers", tests, 3, 190);
}
