/* Any bytes as the JSON of a model: read, and if that works, written, copied and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cornu/session.h"
#include "saving/saving.h"

enum { LARGEST = 64, MOST_LAYERS = 24 };

/* Models of any size are legal, and cost what they say: only small ones are drawn here. */
static bool is_small(const json_t *json, int *objects)
{
    const char *key;
    json_t *value;
    size_t i;
    bool small = !json_is_integer(json) ||
                 (json_integer_value(json) <= LARGEST && json_integer_value(json) >= -LARGEST);
    *objects += json_object_get(json, "class_name") != NULL;
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
        small = small && is_small(value, objects);
    json_array_foreach((json_t *)(uintptr_t)json, i, value)
        small = small && is_small(value, objects);
    return small;
}

static void use(const cn_model *model)
{
    char *text = cn_to_json(model);
    cn_clear_error();
    if (text != NULL && cn_from_json(text) == NULL)
        abort(); /* what is written can be read */
    free(text);
    (void)cn_clone_model(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    int objects = 0;
    json_t *record = cn_json_parse((const char *)bytes, size, "the model");
    if (record != NULL && is_small(record, &objects) && objects <= 12 * MOST_LAYERS) {
        cn_model *model = NULL;
        if (cn_model_of_record(record, NULL, &model) == CN_OK &&
            cn_compile_of_record(model, json_object_get(record, "compile_config"), NULL) == CN_OK)
            use(model);
    }
    json_decref(record);
    cn_clear_error();
    cn_clear_session();
    return 0;
}
