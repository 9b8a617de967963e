/* Any bytes as an HDF5 file: everything that can be reached in it is read. */
#include <stdint.h>
#include <stdlib.h>

#include "hdf5/hdf5.h"

enum { MOST_ELEMENTS = 1 << 20, MOST_OBJECTS = 4096, DEEPEST = 8 };

static void read_attributes(cn_h5_object *object)
{
    static const char *const names[] = {"name",         "names", "text",          "fixed_names",
                                        "spaces",       "parts", "layer_names",   "weight_names",
                                        "model_config", "dtype", "keras_version", "number"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cn_arena arena = {0};
        const char *text = NULL, *const *texts = NULL;
        int64_t n = 0;
        double number = 0;
        bool found = false;
        (void)cn_h5_text(object, names[i], &arena, &text);
        (void)cn_h5_texts(object, names[i], &arena, &texts, &n);
        (void)cn_h5_number(object, names[i], &number, &found);
        cn_arena_free(&arena);
        cn_clear_error();
    }
}

static void read_data(cn_h5_object *object)
{
    cn_h5_data data;
    if (cn_h5_data_of(object, &data) != CN_OK || cn_shape_size(&data.shape) > MOST_ELEMENTS)
        return;
    void *room = malloc((size_t)cn_shape_size(&data.shape) * cn_dtype_size(data.dtype) + 1);
    (void)cn_h5_read(&data, room);
    free(room);
}

static void read_object(cn_h5_object *object, int depth, int *left)
{
    const char *const *names = NULL;
    int64_t n = 0;
    if ((*left)-- <= 0)
        return;
    read_attributes(object);
    if (cn_h5_is_dataset(object))
        read_data(object);
    else if (depth < DEEPEST && cn_h5_members(object, &names, &n) == CN_OK)
        for (int64_t i = 0; i < n; i++) {
            cn_h5_object *member = NULL;
            if (cn_h5_find(object, names[i], &member) == CN_OK && member != NULL)
                read_object(member, depth + 1, left);
        }
    cn_clear_error();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    cn_h5_file *file = NULL;
    int left = MOST_OBJECTS;
    if (cn_h5_open("fuzz", bytes, size, &file) == CN_OK)
        read_object(cn_h5_root(file), 0, &left);
    cn_h5_close(file);
    cn_clear_error();
    return 0;
}
