/* Factors and norms of matrices, with the names of keras.ops.linalg. They work in double precision on float32
 * tensors [..., M, N], each matrix by itself. All that cornu/ops.h says of operations holds for
 * these. A gradient flows through every factor; of what is not unique (equal or absent singular
 * values, columns that complete a basis, the signs of vectors) it is that of what does not depend
 * on the choice. A matrix with an element that is not finite gives NaN. */
#ifndef CORNU_LINALG_OPS_H
#define CORNU_LINALG_OPS_H

#include "cornu/ops.h"

CN_BEGIN_DECLS

/* Two tensors of x[..., M, M]: the eigenvalues [..., M] of its symmetric part (x + x^T) / 2, in
 * ascending order, and its eigenvectors, the columns of [..., M, M]. Of its two signs a vector has
 * the one with which its first largest element is positive (other libraries leave it to chance). */
CN_API cn_tensors cn_ops_eigh(cn_tensor *x);

/* cn_ops_svd(x), cn_ops_svd(x, .full_matrices = false), cn_ops_svd(x, .compute_uv = false): three
 * tensors u, s, v with x = u diag(s) v, s[..., K] being the K = min(M, N) singular values in
 * descending order, u[..., M, M] and v[..., N, N] orthogonal, or, not full, [..., M, K] and
 * [..., K, N]; or s alone. The first largest element of each row of v is positive. */
typedef struct cn_ops_svd_args {
    cn_tensor *x;
    bool full_matrices, compute_uv;
    char end_;
} cn_ops_svd_args;
#define CN_OPS_SVD_DEFAULTS .full_matrices = true, .compute_uv = true
CN_API cn_tensors cn_ops_svd_with(const cn_ops_svd_args *args);

/* cn_ops_qr(x), cn_ops_qr(x, "complete"): two tensors q, r with x = q r: the columns of
 * q[..., M, K] are orthogonal to each other and of length 1, r[..., K, N] is 0 below its diagonal;
 * K = min(M, N), or M if complete. Signs are LAPACK's. */
typedef struct cn_ops_qr_args {
    cn_tensor *x;
    const char *mode;
    char end_;
} cn_ops_qr_args;
#define CN_OPS_QR_DEFAULTS .mode = "reduced"
CN_API cn_tensors cn_ops_qr_with(const cn_ops_qr_args *args);

/* Two tensors: both factors of x, its rows exchanged, in one [..., M, N] (the upper one on and
 * above the diagonal, the lower one, whose diagonal is 1, below), and int32 [..., K]: the row,
 * counted from 0, with which each was exchanged. */
CN_API cn_tensors cn_ops_lu_factor(cn_tensor *x);

/* cn_ops_pinv(x, .rcond = 1e-3): the pseudoinverse [..., N, M]. Singular values up to the largest
 * times rcond are taken as 0, for the gradient too; unset, that is 10 max(M, N) 2^-23. */
typedef struct cn_ops_pinv_args {
    cn_tensor *x;
    double rcond;
    char end_;
} cn_ops_pinv_args;
#define CN_OPS_PINV_DEFAULTS .rcond = CN_UNSET
CN_API cn_tensor *cn_ops_pinv_with(const cn_ops_pinv_args *args);

/* cn_ops_matrix_rank(x, .tol = 0.1): int32 [...], how many singular values are greater than tol;
 * unset, that is the largest times max(M, N) 2^-23. No gradient flows. */
typedef struct cn_ops_matrix_rank_args {
    cn_tensor *x;
    double tol;
    char end_;
} cn_ops_matrix_rank_args;
#define CN_OPS_MATRIX_RANK_DEFAULTS .tol = CN_UNSET
CN_API cn_tensor *cn_ops_matrix_rank_with(const cn_ops_matrix_rank_args *args);

/* cn_ops_lstsq(a, b, .rcond = 1e-3): the shortest x[N] or [N, K] for which a x is nearest to b, of
 * a[M, N] and b[M] or [M, K]. Singular values of a below the largest times rcond are taken as 0;
 * unset, that is max(M, N) 2^-23. */
typedef struct cn_ops_lstsq_args {
    cn_tensor *a, *b;
    double rcond;
    char end_;
} cn_ops_lstsq_args;
#define CN_OPS_LSTSQ_DEFAULTS .rcond = CN_UNSET
CN_API cn_tensor *cn_ops_lstsq_with(const cn_ops_lstsq_args *args);

/* cn_ops_norm(x), cn_ops_norm(x, .ord = 1, .axis = {1}), cn_ops_norm(x, .ord_name = "nuc", .axis =
 * {1, 2}): the root of the sum of squares, or over one axis the norm of vectors of an order, sum(|x
 * |^ord)^(1/ord): INFINITY and -INFINITY are the largest and the smallest size, 0 counts what is not
 * 0. Over two axes (rows and columns), that of matrices: 1 (-1) the largest (smallest) sum of sizes
 * in a column, INFINITY (-INFINITY) in a row, 2 (-2) the largest (smallest) singular value; "nuc"
 * their sum; "fro" the root of the sum of squares. */
typedef struct cn_ops_norm_args {
    cn_tensor *x;
    double ord;
    const char *ord_name;
    int64_t axis[CN_MAX_RANK];
    bool keepdims;
    char end_;
} cn_ops_norm_args;
#define CN_OPS_NORM_DEFAULTS .ord = CN_UNSET, .axis = {CN_EVERY_AXIS}
CN_API cn_tensor *cn_ops_norm_with(const cn_ops_norm_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define cn_ops_svd(...)                                                                            \
    CN_KEYWORDS_(cn_ops_svd_with, cn_ops_svd_args, CN_OPS_SVD_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_qr(...)                                                                             \
    CN_KEYWORDS_(cn_ops_qr_with, cn_ops_qr_args, CN_OPS_QR_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_pinv(...)                                                                           \
    CN_KEYWORDS_(cn_ops_pinv_with, cn_ops_pinv_args, CN_OPS_PINV_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_matrix_rank(...)                                                                    \
    CN_KEYWORDS_(cn_ops_matrix_rank_with, cn_ops_matrix_rank_args, CN_OPS_MATRIX_RANK_DEFAULTS,    \
                 .x = __VA_ARGS__)
#define cn_ops_norm(...)                                                                           \
    CN_KEYWORDS_(cn_ops_norm_with, cn_ops_norm_args, CN_OPS_NORM_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_lstsq(...)                                                                          \
    CN_KEYWORDS_(cn_ops_lstsq_with, cn_ops_lstsq_args, CN_OPS_LSTSQ_DEFAULTS, .a = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
