/* Shapes: a rank and dimensions. CN_NONE is an unknown dimension, which only the graph has;
 * programs are concrete. */
#ifndef CORNU_RUNTIME_SHAPE_H
#define CORNU_RUNTIME_SHAPE_H

#include "runtime/status.h"

typedef struct cn_shape {
    int64_t rank;
    int64_t dim[CN_MAX_RANK];
} cn_shape;

/* A shape from written-out dimensions: CN_SHAPE(2, 3); a scalar is (cn_shape){0}. */
#define CN_SHAPE(...)                                                                              \
    ((cn_shape){.rank = (int64_t)(sizeof(int64_t[]){__VA_ARGS__} / sizeof(int64_t)),               \
                .dim = {__VA_ARGS__}})

/* From public dimensions, which end at the first 0. */
cn_shape cn_shape_of_dims(const int64_t dims[CN_MAX_RANK]);

/* The same for axes, of which there is at least one: the list ends at the first 0 that is not its
 * first member. */
cn_shape cn_shape_of_axes(const int64_t axes[CN_MAX_RANK]);

/* The shape of dimensions with one more axis in front (a batch axis). CN_INVALID if the rank would
 * be too large. */
cn_status cn_shape_with_batch(cn_shape shape, int64_t batch, cn_shape *result);

bool cn_shape_equal(const cn_shape *a, const cn_shape *b);

/* Product of all dimensions, all known. */
int64_t cn_shape_size(const cn_shape *shape);

/* The same for sizes that a user or a file gave: CN_INVALID where it is negative or does not fit
 * into memory. */
cn_status cn_shape_checked_size(const cn_shape *shape, size_t item_size, int64_t *size);

/* Whether a dimension is unknown. */
bool cn_shape_has_none(const cn_shape *shape);

/* Turns an axis that may be negative into 0 .. rank-1; -1 if it is out of range. */
int64_t cn_shape_axis(const cn_shape *shape, int64_t axis);

/* The NumPy broadcast of two shapes; CN_NONE meets anything. CN_INVALID if they do not fit (no
 * message is kept: the caller knows whose shapes they are). */
cn_status cn_shape_broadcast(const cn_shape *a, const cn_shape *b, cn_shape *result);

/* Python's text for a tuple: "(None, 64)", "(3,)", "()". Returns text, for use in an argument list.
 */
typedef struct cn_shape_text {
    char text[CN_MAX_RANK * 24 + 4];
} cn_shape_text;
const char *cn_shape_print(const cn_shape *shape, cn_shape_text *text);

/* The same in one expression, for messages: cn_shape_str(&shape). */
#define cn_shape_str(shape) cn_shape_print((shape), &(cn_shape_text){{0}})

#endif
