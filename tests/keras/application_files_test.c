/* Weights of applications as Keras saves them (tools/keras/application_files.py), given to the
 * applications as .weights: they predict what Keras predicted, and so does the whole model of a
 * .keras file. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "cornu/cornu.h"
#include "support/keras_data.h"
#include "support/keras_files.h"

static cn_model *draw(const char *name, const char *weights)
{
    if (strcmp(name, "MobileNet") == 0)
        return cn_mobilenet(0.25, .weights = weights, .input_shape = {32, 32, 3}, .classes = 5);
    if (strcmp(name, "MobileNetV2") == 0)
        return cn_mobilenet_v2(0.35, .weights = weights, .input_shape = {32, 32, 3},
                               .include_top = false, .pooling = "avg");
    fail_msg("%s: is not drawn here", name);
    return NULL;
}

static void weights_are_keras_weights(void **state)
{
    const cn_keras_file *file = *state;
    char path[CN_KERAS_PATH];
    cn_keras_file_unpack(file, path);
    cn_model *model = draw(cn_keras_name(file->item), path);
    if (model == NULL)
        fail_msg("%s", cn_error());
    cn_keras_file_compare(file->item, model);
}

static void models_are_keras_models(void **state)
{
    const cn_keras_file *file = *state;
    char path[CN_KERAS_PATH];
    cn_keras_file_unpack(file, path);
    cn_keras_file_compare(file->item, cn_keras_file_load(path));
}

int main(void)
{
    static const cn_keras_file_test tests[] = {{"weights", weights_are_keras_weights},
                                               {"model", models_are_keras_models}};
    return cn_keras_files_run("application files", "applications", tests, 2, 6);
}
