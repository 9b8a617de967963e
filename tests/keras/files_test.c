/* Models that many versions of Keras saved (tests/keras/data/files, tools/keras/file_models.py):
 * each file is a test. It is loaded and predicts what Keras predicted; saved and loaded again, it
 * has the same weights and predictions. With CORNU_KEEP_FILES=FOLDER what is saved stays there, for
 * Keras to open. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "cornu/cornu.h"
#include "support/keras_files.h"

static void compare_weights(const cn_model *a, const cn_model *b)
{
    assert_int_equal(cn_weight_count(a), cn_weight_count(b));
    for (int64_t i = 0; i < cn_weight_count(a); i++) {
        cn_array *one = cn_get_weight_at(a, i), *other = cn_get_weight_at(b, i);
        assert_int_equal(cn_array_size(one), cn_array_size(other));
        for (int64_t k = 0; k < cn_array_size(one); k++)
            assert_true(cn_array_at(one, k) == cn_array_at(other, k));
        cn_array_free(one);
        cn_array_free(other);
    }
}

/* ---- the functions that tools/keras/file_cases.py registers ---------------------------------- */

static cn_tensor *twice(cn_tensors inputs, const cn_function_call *call)
{
    (void)call;
    return cn_ops_multiply(inputs.at[0], cn_ops_scalar(2));
}

static cn_tensor *scaled(cn_tensors inputs, const cn_function_call *call)
{
    cn_tensor *by = cn_ops_scalar(cn_function_number(call, "by", 1));
    cn_tensor *shift = cn_ops_scalar(cn_function_number(call, "shifted", false));
    return cn_ops_add(cn_ops_multiply(inputs.at[0], by), shift);
}

static cn_tensor *parted(cn_tensors inputs, const cn_function_call *call)
{
    (void)call;
    cn_tensor *size = cn_ops_absolute(inputs.at[1]);
    return cn_ops_divide(inputs.at[0], cn_ops_add(cn_ops_scalar(1), size));
}

static cn_tensor *where_positive(cn_tensors inputs, const cn_function_call *call)
{
    (void)call;
    cn_tensor *first = cn_ops_slice(inputs.at[0], {0, 0, 0}, {CN_NONE, CN_NONE, 1});
    return cn_ops_greater(cn_ops_squeeze(first, 2), cn_ops_scalar(0));
}

static void register_functions(void)
{
    assert_int_equal(cn_register_function("twice", twice, NULL), CN_OK);
    assert_int_equal(cn_register_function("scaled", scaled, NULL), CN_OK);
    assert_int_equal(cn_register_function("mine>parted", parted, NULL), CN_OK);
    assert_int_equal(cn_register_function("where_positive", where_positive, NULL), CN_OK);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void file_is_read_and_written(void **state)
{
    const cn_keras_file *file = *state;
    char given[CN_KERAS_PATH], own[CN_KERAS_PATH];
    register_functions();
    cn_keras_file_own(file, file->name, own);
    cn_keras_file_unpack(file, given);
    cn_model *model = cn_keras_file_load(given);
    cn_keras_file_compare(file->item, model);
    if (cn_save(model, own) != CN_OK)
        fail_msg("%s", cn_error());
    cn_model *again = cn_keras_file_load(own);
    compare_weights(model, again);
    cn_keras_file_compare(file->item, again);
}

int main(void)
{
    static const cn_keras_file_test test = {"files", file_is_read_and_written};
    return cn_keras_files_run("files", "files", &test, 1, 1500);
}
