/* Operations that move, copy and choose elements, with the names of keras.ops: turns, paddings,
 * triangles and diagonals, joins and parts. All that cornu/ops.h says of operations holds for
 * these; types stay as they are. */
#ifndef CORNU_ARRAY_OPS_H
#define CORNU_ARRAY_OPS_H

#include "cornu/ops.h"

CN_BEGIN_DECLS

/* ---- shape ----------------------------------------------------------------------------------- */

/* All elements in a row: [x's size]. How many they are, and how many axes x has, are int32 of
 * shape (). */
CN_API cn_tensor *cn_ops_ravel(cn_tensor *x);
CN_API cn_tensor *cn_ops_size(cn_tensor *x);
CN_API cn_tensor *cn_ops_ndim(cn_tensor *x);

/* cn_ops_moveaxis(x, {1}, {-1}): axes of x moved to other places, the others keeping their order.
 * Of several, axis 0 comes first in one of the lists. */
typedef struct cn_ops_moveaxis_args {
    cn_tensor *x;
    int64_t source[CN_MAX_RANK], destination[CN_MAX_RANK];
    char end_;
} cn_ops_moveaxis_args;
CN_API cn_tensor *cn_ops_moveaxis_with(const cn_ops_moveaxis_args *args);

/* cn_ops_rearrange(x, "b (h p) c -> b p (h c)", .lengths = {{"p", 4}}): axes named by a pattern,
 * those in parentheses being parts of one axis, in another order. Of the lengths of parts one is
 * computed. */
typedef struct cn_ops_rearrange_args {
    cn_tensor *tensor;
    const char *pattern;
    struct {
        const char *axis;
        int64_t length;
    } lengths[CN_MAX_RANK];
    char end_;
} cn_ops_rearrange_args;
CN_API cn_tensor *cn_ops_rearrange_with(const cn_ops_rearrange_args *args);

/* The bits of float32 elements as those of "int32" ones, or the other way round. No gradient
 * flows. */
CN_API cn_tensor *cn_ops_view(cn_tensor *x, const char *dtype);

/* ---- turned ---------------------------------------------------------------------------------- */

/* cn_ops_flip(x, .axis = {1, 2}): the elements along axes, or all, in reverse order. flipud turns
 * axis 0, fliplr axis 1. */
typedef struct cn_ops_flip_args {
    cn_tensor *x;
    int64_t axis[CN_MAX_RANK];
    char end_;
} cn_ops_flip_args;
#define CN_OPS_FLIP_DEFAULTS .axis = {CN_EVERY_AXIS}
CN_API cn_tensor *cn_ops_flip_with(const cn_ops_flip_args *args);
CN_API cn_tensor *cn_ops_flipud(cn_tensor *x);
CN_API cn_tensor *cn_ops_fliplr(cn_tensor *x);

/* cn_ops_roll(x, 2, .axis = 1), cn_ops_roll(x, .shift = {1, -2}, .axis = {1, 2}): elements moved
 * along axes, those that leave at the end coming in at the beginning. Without .axis all elements in
 * a row; the shape stays. */
typedef struct cn_ops_roll_args {
    cn_tensor *x;
    int64_t shift[CN_MAX_RANK], axis[CN_MAX_RANK];
    char end_;
} cn_ops_roll_args;
#define CN_OPS_ROLL_DEFAULTS .axis = {CN_EVERY_AXIS}
CN_API cn_tensor *cn_ops_roll_with(const cn_ops_roll_args *args);

/* cn_ops_rot90(x, .k = 2, .axes = {1, 2}): turned k times by a right angle, from the first axis
 * towards the second. */
typedef struct cn_ops_rot90_args {
    cn_tensor *x;
    int64_t k, axes[2];
    char end_;
} cn_ops_rot90_args;
#define CN_OPS_ROT90_DEFAULTS .k = 1, .axes = {0, 1}
CN_API cn_tensor *cn_ops_rot90_with(const cn_ops_rot90_args *args);

/* ---- copied ---------------------------------------------------------------------------------- */

/* cn_ops_tile(x, {1, 2}): x so many times along each of its last axes; new ones come first where
 * there are more repeats than axes. */
typedef struct cn_ops_tile_args {
    cn_tensor *x;
    int64_t repeats[CN_MAX_RANK];
    char end_;
} cn_ops_tile_args;
CN_API cn_tensor *cn_ops_tile_with(const cn_ops_tile_args *args);

/* cn_ops_pad(x, {{0, 0}, {1, 2}}): so many elements before and behind each axis; axes not said get
 * none. mode "constant": each is constant_values; "reflect" and "symmetric": x mirrored, without
 * and with its outermost element; these can at most double x on each side. */
typedef struct cn_ops_pad_args {
    cn_tensor *x;
    int64_t pad_width[CN_MAX_RANK][2];
    const char *mode;
    double constant_values;
    char end_;
} cn_ops_pad_args;
#define CN_OPS_PAD_DEFAULTS .mode = "constant"
CN_API cn_tensor *cn_ops_pad_with(const cn_ops_pad_args *args);

/* A tensor of x's shape and type that is fill_value, which is broadcast to it; and one whose
 * numbers mean nothing (they are 0). */
CN_API cn_tensor *cn_ops_full_like(cn_tensor *x, cn_tensor *fill_value);
CN_API cn_tensor *cn_ops_empty_like(cn_tensor *x);

/* cn_ops_meshgrid(CN_LIST(a, b)): each of several lists, along an axis of its own, repeated along
 * those of the others: as many tensors. With .indexing = "ij" the axes have the lists' order; with
 * "xy" the first two are exchanged. */
typedef struct cn_ops_meshgrid_args {
    cn_items xs;
    const char *indexing;
    char end_;
} cn_ops_meshgrid_args;
#define CN_OPS_MESHGRID_DEFAULTS .indexing = "xy"
CN_API cn_tensors cn_ops_meshgrid_with(const cn_ops_meshgrid_args *args);

/* ---- triangles and diagonals ----------------------------------------------------------------- */

/* x[..., M, N], but 0 above the k-th diagonal (tril) or below it (triu); k counts to the right. */
CN_API cn_tensor *cn_ops_tril(cn_tensor *x, int64_t k);
CN_API cn_tensor *cn_ops_triu(cn_tensor *x, int64_t k);

/* The square matrix whose k-th diagonal is the list x, of diagflat all elements of x, and which is
 * 0 elsewhere. diag of a matrix is its k-th diagonal. */
CN_API cn_tensor *cn_ops_diag(cn_tensor *x, int64_t k);
CN_API cn_tensor *cn_ops_diagflat(cn_tensor *x, int64_t k);

/* cn_ops_diagonal(x, .offset = 1, .axis1 = 1, .axis2 = 2): a diagonal of the matrices that two axes
 * make, as a new last axis; trace: its sum. */
typedef struct cn_ops_diagonal_args {
    cn_tensor *x;
    int64_t offset, axis1, axis2;
    char end_;
} cn_ops_diagonal_args;
#define CN_OPS_DIAGONAL_DEFAULTS .axis1 = 0, .axis2 = 1
CN_API cn_tensor *cn_ops_diagonal_with(const cn_ops_diagonal_args *args);
CN_API cn_tensor *cn_ops_trace_with(const cn_ops_diagonal_args *args);

/* ---- joins and parts ------------------------------------------------------------------------- */

/* cn_ops_hstack(CN_LIST(a, b)): tensors behind each other along axis 1 (lists: 0), axis 0 (lists
 * are rows) and axis 2 (what has fewer axes gets more). */
CN_API cn_tensor *cn_ops_hstack(cn_items xs);
CN_API cn_tensor *cn_ops_vstack(cn_items xs);
CN_API cn_tensor *cn_ops_dstack(cn_items xs);

/* cn_ops_append(a, b, .axis = 1): b behind a along an axis; without one all elements of both in a
 * row. */
typedef struct cn_ops_append_args {
    cn_tensor *x1, *x2;
    int64_t axis;
    char end_;
} cn_ops_append_args;
#define CN_OPS_APPEND_DEFAULTS .axis = CN_EVERY_AXIS
CN_API cn_tensor *cn_ops_append_with(const cn_ops_append_args *args);

/* cn_ops_hsplit(x, 2), cn_ops_hsplit(x, .indices = {1, 3}): cn_ops_split along axis 1, vsplit along
 * axis 0, dsplit along axis 2. They take no axis. */
CN_API cn_tensors cn_ops_hsplit_with(const cn_ops_split_args *args);
CN_API cn_tensors cn_ops_vsplit_with(const cn_ops_split_args *args);
CN_API cn_tensors cn_ops_dsplit_with(const cn_ops_split_args *args);

/* The parts of an axis, one for each of its places, without that axis: as many tensors as it has
 * places, which are known and at most 64. */
CN_API cn_tensors cn_ops_unstack(cn_tensor *x, int64_t axis);

/* ---- choices --------------------------------------------------------------------------------- */

/* cn_ops_take_along_axis(x, places, .axis = 1): y[..., i, ...] = x[..., places[..., i, ...], ...];
 * without .axis of all elements in a row. The other axes are x's, or broadcast. */
typedef struct cn_ops_take_along_axis_args {
    cn_tensor *x, *indices;
    int64_t axis;
    char end_;
} cn_ops_take_along_axis_args;
#define CN_OPS_TAKE_ALONG_AXIS_DEFAULTS .axis = CN_EVERY_AXIS
CN_API cn_tensor *cn_ops_take_along_axis_with(const cn_ops_take_along_axis_args *args);

/* cn_ops_select(CN_LIST(is_low, is_high), CN_LIST(a, b), otherwise): the choice of the first
 * condition that holds, or else the last argument; all are broadcast. */
CN_API cn_tensor *cn_ops_select(cn_items conditions, cn_items choices, cn_tensor *otherwise);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define cn_ops_rearrange(...)                                                                      \
    CN_KEYWORDS_(cn_ops_rearrange_with, cn_ops_rearrange_args, .tensor = __VA_ARGS__)
#define cn_ops_moveaxis(...)                                                                       \
    CN_KEYWORDS_(cn_ops_moveaxis_with, cn_ops_moveaxis_args, .x = __VA_ARGS__)
#define cn_ops_flip(...)                                                                           \
    CN_KEYWORDS_(cn_ops_flip_with, cn_ops_flip_args, CN_OPS_FLIP_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_roll(...)                                                                           \
    CN_KEYWORDS_(cn_ops_roll_with, cn_ops_roll_args, CN_OPS_ROLL_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_rot90(...)                                                                          \
    CN_KEYWORDS_(cn_ops_rot90_with, cn_ops_rot90_args, CN_OPS_ROT90_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_tile(...) CN_KEYWORDS_(cn_ops_tile_with, cn_ops_tile_args, .x = __VA_ARGS__)
#define cn_ops_pad(...)                                                                            \
    CN_KEYWORDS_(cn_ops_pad_with, cn_ops_pad_args, CN_OPS_PAD_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_meshgrid(...)                                                                       \
    CN_KEYWORDS_(cn_ops_meshgrid_with, cn_ops_meshgrid_args, CN_OPS_MESHGRID_DEFAULTS,             \
                 .xs = __VA_ARGS__)
#define cn_ops_diagonal(...)                                                                       \
    CN_KEYWORDS_(cn_ops_diagonal_with, cn_ops_diagonal_args, CN_OPS_DIAGONAL_DEFAULTS,             \
                 .x = __VA_ARGS__)
#define cn_ops_trace(...)                                                                          \
    CN_KEYWORDS_(cn_ops_trace_with, cn_ops_diagonal_args, CN_OPS_DIAGONAL_DEFAULTS,                \
                 .x = __VA_ARGS__)
#define cn_ops_append(...)                                                                         \
    CN_KEYWORDS_(cn_ops_append_with, cn_ops_append_args, CN_OPS_APPEND_DEFAULTS, .x1 = __VA_ARGS__)
#define cn_ops_hsplit(...) CN_KEYWORDS_(cn_ops_hsplit_with, cn_ops_split_args, .x = __VA_ARGS__)
#define cn_ops_vsplit(...) CN_KEYWORDS_(cn_ops_vsplit_with, cn_ops_split_args, .x = __VA_ARGS__)
#define cn_ops_dsplit(...) CN_KEYWORDS_(cn_ops_dsplit_with, cn_ops_split_args, .x = __VA_ARGS__)
#define cn_ops_take_along_axis(...)                                                                \
    CN_KEYWORDS_(cn_ops_take_along_axis_with, cn_ops_take_along_axis_args,                         \
                 CN_OPS_TAKE_ALONG_AXIS_DEFAULTS, .x = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
