/* Data files and data preparation: NumPy's .npy and .npz, IDX, CSV; sequences of different lengths;
 * one-hot labels, padded sequences, unit rows.
 *
 * Every function here returns NULL (or another status than CN_OK) on failure; cn_error() then names
 * the file, the place in it, what was expected and what was found. Whatever is returned belongs to
 * the caller, who may free it; what is left when the session is cleared is freed with it. A file is
 * trusted in nothing: each size in it is checked against the file's length before memory is asked
 * for, and no code in a file is ever run.
 *
 * Saving never leaves half a file: the bytes go to a temporary file in the same folder, which takes
 * the name only when it is complete and on the disk. After a failure (a full disk, say) the old
 * file is still there.
 *
 * All functions may be called from several threads at once, on different files. */
#ifndef CORNU_DATA_H
#define CORNU_DATA_H

#include "cornu/array.h"
#include "cornu/error.h"

CN_BEGIN_DECLS

/* ---- NumPy: one array in a file ---- */

/* The array in an .npy file of version 1, 2 or 3, of either byte order, in C or Fortran order
 * (which is transposed to row-major). float32, float64, int32, int64, uint8 and bool keep their
 * type; float16 becomes float32; int8, int16 and uint16 become int32; uint32 and uint64 become
 * int64 (a number above 2^63 - 1 is an error). Strings ('U', and 'S' if the bytes are UTF-8) become
 * strings. Python objects, records, complex numbers and dates are refused. NumPy: numpy.load. */
CN_API cn_array *cn_load_npy(const char *path);

/* Saves one array as .npy (version 1, native byte order); strings, which must be UTF-8, take the
 * room of the longest in UCS-4 each. NumPy: numpy.save. */
CN_API cn_status cn_save_npy(const char *path, const cn_array *array);

/* ---- NumPy: several arrays by name ---- */

/* Named arrays, in the order of the file. The arrays belong to the list: free it as a whole. */
typedef struct cn_arrays {
    int64_t count;
    const char *const *names; /* without ".npy" */
    cn_array *const *arrays;
    cn_array *storage_; /* the memory of this struct */
} cn_arrays;

/* The arrays in an .npz file, whose members may be stored or deflated; each is read as by
 * cn_load_npy. A member that is not an .npy file, is encrypted, or has the name of another is an
 * error. NumPy: numpy.load. */
CN_API cn_arrays *cn_load_npz(const char *path);

/* The array with this name, still owned by the list; NULL and an error that suggests a name if
 * there is none. */
CN_API cn_array *cn_arrays_get(const cn_arrays *arrays, const char *name);

/* Frees the list and its arrays. NULL is allowed. */
CN_API void cn_arrays_free(cn_arrays *arrays);

/* cn_save_npz("data.npz", CN_DICT({"x", x}, {"y", y}), .compressed = true): saves arrays by name. A
 * list, or one array, is called arr_0, arr_1... The same arrays always give the same bytes (all
 * members are dated 1980-01-01). NumPy: numpy.savez, numpy.savez_compressed. */
typedef struct cn_save_npz_args {
    const char *path;
    cn_items arrays;
    bool compressed; /* deflate the members */
    char end_;
} cn_save_npz_args;
#define CN_SAVE_NPZ_DEFAULTS .compressed = false
CN_API cn_status cn_save_npz_with(const cn_save_npz_args *args);

/* ---- IDX: the format of MNIST and its relatives ---- */

/* The array in an IDX file, plain or compressed with gzip (found out by looking). Types 08 to 0E of
 * the format: uint8 stays, int8 and int16 become int32, int32, float32 and float64 stay. The shape
 * is the file's: (N, 28, 28) for MNIST's images, (N,) for its labels. */
CN_API cn_array *cn_load_idx(const char *path);

/* ---- CSV: tables ---- */

/* A column of text: each row has the number of its text in the vocabulary. */
typedef struct cn_csv_text {
    const char *name;
    cn_array *codes; /* int32, (rows,): 0 .. vocabulary_size - 1 */
    int64_t vocabulary_size;
    const char *const *vocabulary; /* each text once, sorted by bytes */
} cn_csv_text;

/* A column of free text: each row has its own. */
typedef struct cn_csv_free_text {
    const char *name;
    cn_texts texts; /* one for each row */
} cn_csv_free_text;

/* A table. Its arrays and texts belong to it. */
typedef struct cn_csv {
    int64_t rows;
    cn_array *numbers; /* (rows, number_count) of args.dtype */
    int64_t number_count;
    const char *const *number_names;
    int64_t text_count;
    const cn_csv_text *texts;
    int64_t free_text_count;
    const cn_csv_free_text *free_texts;
    cn_array *storage_; /* the memory of this struct */
} cn_csv;

/* cn_load_csv("train.csv", .columns = {"age", "sex"}): reads a table (RFC 4180: fields may stand in
 * quotes, "" is a quote inside; lines end with LF or CRLF; blank lines and a byte order mark are
 * skipped).
 *
 * A column holds numbers if its first field that is not missing is one, and text otherwise. From
 * then on everything in a column of numbers must be a number; anything else is an error that names
 * line, column and text. Numbers have a decimal point in every locale; "nan" and "inf" are numbers.
 * Columns without a header are called "0", "1"...
 *
 * A file with tabs between the fields (.tsv) is read with .separator = '\t', .quote = 0. Columns
 * that are to be split into words, see cornu/text.h, are named in .free_text.
 *
 * Free the table with cn_csv_free. */
typedef struct cn_load_csv_args {
    const char *path;
    int header; /* 1: the first row has names; 0: it has data; CN_NONE: names if none is a number */
    char separator, quote;              /* quote 0: quotes are ordinary characters */
    const char *columns[CN_MAX_LIST];   /* only these, in this order; none: all */
    const char *text[CN_MAX_LIST];      /* text even if they look like numbers (codes, dates) */
    const char *free_text[CN_MAX_LIST]; /* these are kept as they are, without a vocabulary */
    const char *missing; /* a number may be missing: this text, such as "NA", and an empty field are
                            NaN. NULL: a missing number is an error */
    int64_t skip_rows;   /* lines to skip before the header */
    cn_dtype dtype;      /* of the numbers; one that the type cannot hold is an error */
    const struct cn_csv *like; /* a table read earlier (training data): the same columns, kinds,
                                  data type and vocabularies; a text that its vocabulary lacks is
                                  an error */
    char end_;
} cn_load_csv_args;
#define CN_LOAD_CSV_DEFAULTS .header = CN_NONE, .separator = ',', .quote = '"', .dtype = CN_FLOAT32
CN_API cn_csv *cn_load_csv_with(const cn_load_csv_args *args);

/* One column as an array of its own, (rows,): a copy of its numbers, or of its codes. */
CN_API cn_array *cn_csv_column(const cn_csv *table, const char *name);

/* The column of text with this name, still owned by the table; NULL and an error if there is none.
 */
CN_API const cn_csv_text *cn_csv_find_text(const cn_csv *table, const char *name);

/* The rows of the column of free text with this name, still owned by the table; no texts and an
 * error if there is none. */
CN_API cn_texts cn_csv_texts(const cn_csv *table, const char *name);

/* Frees the table, its arrays and its texts. NULL is allowed. */
CN_API void cn_csv_free(cn_csv *table);

/* cn_save_csv("predictions.csv", y, .names = {"age", "income"}): saves an array of shape (rows,
 * columns) or (rows,); numbers are printed so that reading them gives the same bits. */
typedef struct cn_save_csv_args {
    const char *path;
    const cn_array *array;
    const char *names[CN_MAX_LIST]; /* the header, one name for each column; none: no header */
    char separator;
    char end_;
} cn_save_csv_args;
#define CN_SAVE_CSV_DEFAULTS .separator = ','
CN_API cn_status cn_save_csv_with(const cn_save_csv_args *args);

/* ---- Sequences of different lengths ---- */

/* N sequences, each of steps of one shape and data type, but of a length of its own: texts as the
 * numbers of their words, [length], or measurements, [length, F]. cn_fit, cn_evaluate and
 * cn_predict take them wherever they take an array (cornu/training.h says how batches are padded).
 * TensorFlow calls this a ragged tensor; Keras's own word for lists of this kind is sequences.
 *
 * All constructors copy. They return NULL on failure; the message names the sequence, counted from
 * 0. Sequences belong to the caller as arrays do: free them with cn_sequences_free(), or let the
 * session do it. */

/* From count arrays of shape (length, ...): the data types and all but the lengths are the same. */
CN_API cn_sequences *cn_sequences_of(cn_array *const *arrays, int64_t count);

/* From the steps of all sequences one after the other, values (sum of lengths, ...), and either
 * count lengths or count + 1 splits: sequence i has the values from splits[i] up to, not with,
 * splits[i + 1]; splits[0] is 0 and the last one the number of values. TensorFlow:
 * RaggedTensor.from_row_lengths, from_row_splits. */
CN_API cn_sequences *cn_sequences_from_lengths(const cn_array *values, const int64_t *lengths,
                                               int64_t count);
CN_API cn_sequences *cn_sequences_from_splits(const cn_array *values, const int64_t *splits,
                                              int64_t count);

/* No sequences yet, for cn_sequences_append(): dims are the dimensions of one step, rank how many
 * (0: a step is one number; dims may be NULL then). */
CN_API cn_sequences *cn_sequences_new(cn_dtype dtype, const int64_t *dims, int rank);

/* Adds a sequence of length steps, in row-major order. A failure adds nothing. Views made by
 * cn_sequences_at() end with this call. */
CN_API cn_status cn_sequences_append(cn_sequences *sequences, const void *data, int64_t length);

/* How batches of these sequences are padded: behind the steps ("post") or before them ("pre"), and
 * with which value. At first "post" and 0, which among strings is "". */
CN_API cn_status cn_sequences_set_padding(cn_sequences *sequences, const char *padding,
                                          double value);

/* The number of sequences, and of the steps of one. 0, with an error, for an index out of range. */
CN_API int64_t cn_sequences_count(const cn_sequences *sequences);
CN_API int64_t cn_sequences_length(const cn_sequences *sequences, int64_t index);

/* One sequence, (length, ...): a view, which the sequences must outlive. NULL, with an error, for
 * an index out of range. */
CN_API cn_array *cn_sequences_at(const cn_sequences *sequences, int64_t index);

/* Sequences from start up to (not with) stop: a copy. Bounds are those of cn_array_slice(). */
CN_API cn_sequences *cn_sequences_slice(const cn_sequences *sequences, int64_t start, int64_t stop);

/* Frees the sequences. NULL is allowed. */
CN_API void cn_sequences_free(cn_sequences *sequences);

/* ---- Preparation ---- */

/* cn_to_categorical(labels, .num_classes = 10): one-hot rows in float32. labels are whole numbers
 * of any data type, of shape (...) or (..., 1); the result has shape (..., num_classes). CN_NONE:
 * one more than the largest label. A label outside 0 .. num_classes - 1 is an error that names row
 * and value. Keras: keras.utils.to_categorical. */
typedef struct cn_to_categorical_args {
    const cn_array *labels;
    int64_t num_classes;
    char end_;
} cn_to_categorical_args;
#define CN_TO_CATEGORICAL_DEFAULTS .num_classes = CN_NONE
CN_API cn_array *cn_to_categorical_with(const cn_to_categorical_args *args);

/* cn_pad_sequences(texts, .maxlen = 100): one array of shape (count, maxlen, ...). Shorter
 * sequences get .value before them (padding "pre") or behind ("post"); longer ones lose their first
 * ("pre") or last ("post") steps. maxlen CN_NONE: the longest. cn_fit and its kin take sequences as
 * they are, and pad each batch only as far as it needs; with .padding = "post" this function shows
 * what they would see of a single batch. Keras: keras.utils.pad_sequences. */
typedef struct cn_pad_sequences_args {
    const cn_sequences *sequences;
    int64_t maxlen;
    cn_dtype dtype;
    const char *padding, *truncating; /* "pre" or "post" */
    double value;
    char end_;
} cn_pad_sequences_args;
#define CN_PAD_SEQUENCES_DEFAULTS                                                                  \
    .maxlen = CN_NONE, .dtype = CN_INT32, .padding = "pre", .truncating = "pre", .value = 0
CN_API cn_array *cn_pad_sequences_with(const cn_pad_sequences_args *args);

/* cn_normalize(x, .axis = -1, .order = 2): a copy divided by its norm of this order along the axis;
 * where the norm is 0 nothing changes. order is 1 or more, INFINITY is the largest magnitude. The
 * result has x's shape, in float64 if x is, otherwise float32. Keras: keras.utils.normalize. */
typedef struct cn_normalize_args {
    const cn_array *x;
    int axis;
    double order;
    char end_;
} cn_normalize_args;
#define CN_NORMALIZE_DEFAULTS .axis = -1, .order = 2
CN_API cn_array *cn_normalize_with(const cn_normalize_args *args);

#ifndef __cplusplus
#define cn_save_npz(...)                                                                           \
    CN_KEYWORDS_(cn_save_npz_with, cn_save_npz_args, CN_SAVE_NPZ_DEFAULTS,                         \
                 .path = CN_FIRST_(__VA_ARGS__, 0),                                                \
                 .arrays = CN_ITEMS_(CN_SECOND_(__VA_ARGS__, 0)),                                  \
                 CN_AFTER_2_(__VA_ARGS__, .end_ = 0))
#define cn_load_csv(...)                                                                           \
    CN_KEYWORDS_(cn_load_csv_with, cn_load_csv_args, CN_LOAD_CSV_DEFAULTS, .path = __VA_ARGS__)
#define cn_save_csv(...)                                                                           \
    CN_KEYWORDS_(cn_save_csv_with, cn_save_csv_args, CN_SAVE_CSV_DEFAULTS, .path = __VA_ARGS__)
#define cn_to_categorical(...)                                                                     \
    CN_KEYWORDS_(cn_to_categorical_with, cn_to_categorical_args, CN_TO_CATEGORICAL_DEFAULTS,       \
                 .labels = __VA_ARGS__)
#define cn_pad_sequences(...)                                                                      \
    CN_KEYWORDS_(cn_pad_sequences_with, cn_pad_sequences_args, CN_PAD_SEQUENCES_DEFAULTS,          \
                 .sequences = __VA_ARGS__)
#define cn_normalize(...)                                                                          \
    CN_KEYWORDS_(cn_normalize_with, cn_normalize_args, CN_NORMALIZE_DEFAULTS, .x = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
