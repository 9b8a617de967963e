/* Data in and out: NumPy's npy and npz, CSV tables, IDX images, and arrays over memory of one's
 * own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static bool write_bytes(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return false;
    bool written = fwrite(bytes, 1, size, file) == size;
    return fclose(file) == 0 && written;
}

/* An array that views the caller's memory: nothing is copied, and who writes to one sees it in the
 * other. */
static void view_own_memory(void)
{
    double table[4][2] = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
    cn_array *view = cn_array_view(CN_FLOAT64, (int64_t[]){4, 2}, 2, table);
    cn_array *rows = cn_array_slice(view, -2, INT64_MAX); /* the last two */
    table[2][0] = 50;
    check(cn_array_at(rows, 0) == 50, "a slice shares the memory");
    cn_array *flat = cn_array_reshape(view, (int64_t[]){CN_NONE}, 1);
    check(cn_array_dim(flat, 0) == 8, "the unknown dimension is computed");
    cn_array *whole = cn_array_cast(view, CN_INT32);
    check(((int32_t *)cn_array_data(whole))[3] == 4, "as integers, a copy");
    cn_array_free(whole);
    cn_array_free(flat);
    cn_array_free(rows);
    cn_array_free(view);
}

/* One array in a file, several arrays in a file: both are NumPy's formats. */
static void numpy_files(void)
{
    cn_array *x = cn_random_normal({100, 3}), *y = cn_random_integers(0, 10, {100});
    cn_save_npy("x.npy", x);
    cn_save_npz("data.npz", CN_DICT({"x", x}, {"y", y}), .compressed = true);

    cn_array *again = cn_load_npy("x.npy");
    check(again != NULL && memcmp(cn_array_data(x), cn_array_data(again), 100 * 3 * 4) == 0,
          "the same bits come back");
    cn_arrays *data = cn_load_npz("data.npz");
    check(data != NULL && data->count == 2, "two arrays");
    check(cn_array_dtype(cn_arrays_get(data, "y")) == CN_INT32, "types are kept");
    cn_arrays_free(data);
    cn_array_free(again);
    cn_array_free(x);
    cn_array_free(y);
}

/* A table: columns of numbers become one array, a column of text becomes numbers of a vocabulary.
 */
static void tables(void)
{
    const char *text = "name,height,colour,weight\n"
                       "ash,20.5,green,900\n"
                       "\"oak, old\",31,brown,NA\n"
                       "elm,28.25,green,1500\n";
    check(write_bytes("trees.csv", text, strlen(text)), "trees.csv is written");
    cn_csv *trees = cn_load_csv("trees.csv", .missing = "NA");
    if (trees == NULL)
        return;
    check(trees->rows == 3 && trees->number_count == 2, "height and weight are numbers");
    check(isnan(cn_array_at(trees->numbers, 3)), "the oak's weight is missing");
    const cn_csv_text *colour = cn_csv_find_text(trees, "colour");
    check(colour != NULL && colour->vocabulary_size == 2, "brown and green");
    check(colour != NULL && cn_array_at(colour->codes, 0) == 1, "green comes second");
    check(strcmp(cn_csv_find_text(trees, "name")->vocabulary[2], "oak, old") == 0,
          "quotes hold it");

    cn_array *height = cn_csv_column(trees, "height");
    cn_save_csv("heights.csv", height, .names = {"height"});
    cn_array_free(height);
    cn_csv_free(trees);
    cn_csv *heights = cn_load_csv("heights.csv");
    check(heights != NULL && cn_array_at(heights->numbers, 2) == 28.25, "written and read again");
    cn_csv_free(heights);
}

/* IDX, the format of MNIST: a big-endian header (type 8: bytes; 3 dimensions), then the pixels. */
static void images(void)
{
    const unsigned char file[] = {0, 0, 8, 3, 0, 0,  0,  2,  0,  0,  0,
                                  1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60};
    check(write_bytes("images-idx3-ubyte", file, sizeof file), "the images are written");
    cn_array *pictures = cn_load_idx("images-idx3-ubyte");
    check(pictures != NULL && cn_array_rank(pictures) == 3, "[N, H, W]");
    check(cn_array_dtype(pictures) == CN_UINT8 && cn_array_at(pictures, 4) == 50, "bytes");
    cn_array_free(pictures);
}

/* Labels as one-hot rows, and sequences of different lengths as one array. */
static void preparation(void)
{
    int32_t labels[] = {2, 0, 1};
    cn_array *label = cn_array_view(CN_INT32, (int64_t[]){3}, 1, labels);
    cn_array *one_hot = cn_to_categorical(label, .num_classes = 3);
    check(cn_array_at(one_hot, 2) == 1 && cn_array_at(one_hot, 3) == 1, "rows 0 0 1 and 1 0 0");

    const int32_t words[] = {7, 8, 1, 2, 3, 4, 5};
    const int64_t lengths[] = {2, 5};
    cn_sequences *texts = cn_sequences_new(CN_INT32, NULL, 0);
    cn_sequences_append(texts, words, lengths[0]);
    cn_sequences_append(texts, words + lengths[0], lengths[1]);
    cn_array *padded = cn_pad_sequences(texts, .maxlen = 4, .padding = "post");
    check(cn_array_at(padded, 1) == 8 && cn_array_at(padded, 2) == 0, "7 8 0 0");
    check(cn_array_at(padded, 4) == 2, "2 3 4 5: the first one is cut off");
    cn_array_free(padded);
    cn_sequences_free(texts);
    cn_array_free(one_hot);
    cn_array_free(label);
}

int main(void)
{
    view_own_memory();
    numpy_files();
    tables();
    images();
    preparation();

    const char *const files[] = {"x.npy", "data.npz", "trees.csv", "heights.csv",
                                 "images-idx3-ubyte"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        check(remove(files[i]) == 0, files[i]);
    printf("npy, npz, csv and idx files written and read\n");
    return finish();
}
