/* Any bytes as a file of a model, .keras or .h5: loaded, and if that works, its weights are read
 * again. */
#include "cornu/cornu.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *path = memory_file(bytes, size);
    cn_model *model = cn_load_model(path);
    if (model != NULL)
        for (int64_t i = 0; i < cn_weight_count(model); i++)
            cn_array_free(cn_get_weight_at(model, i));
    cn_clear_error();
    cn_clear_session();
    return 0;
}
