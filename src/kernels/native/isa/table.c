/* The table of one instruction set. */
#include "kernels/native/isa/gemm.h"

extern const cn_native CN_LOCAL(cn_native_table);

const cn_native CN_LOCAL(cn_native_table) = {
    .name = CN_TEXT(CN_ISA),
    .tiles =
        {
#define CN_TILE_ENTRY(name) [CN_TILE_##name] = CN_LOCAL(cn_tile_##name),
#include "kernels/native/tiles.def"
#undef CN_TILE_ENTRY
        },
    .sgemm = CN_LOCAL(cn_sgemm),
    .strip = CN_GEMM_STRIP,
    .depth = CN_GEMM_DEPTH,
    .pack_columns = CN_LOCAL(cn_pack_columns),
    .multiply_windows = CN_LOCAL(cn_multiply_windows),
    .sum_window_products = CN_LOCAL(cn_sum_window_products),
    .multiply_channels = CN_LOCAL(cn_multiply_channels),
    .multiply_rows = CN_LOCAL(cn_multiply_rows),
    .sum_row_products = CN_LOCAL(cn_sum_row_products),
    .reduce = CN_LOCAL(cn_reduce),
    .argmax = CN_LOCAL(cn_argmax),
    .moments = CN_LOCAL(cn_moments),
    .product_sums = CN_LOCAL(cn_product_sums),
    .softmax = CN_LOCAL(cn_softmax),
    .softmax_gradient = CN_LOCAL(cn_softmax_gradient),
    .sparsemax = CN_LOCAL(cn_sparsemax),
    .max_pool = CN_LOCAL(cn_max_pool),
    .max_pool_gradient = CN_LOCAL(cn_max_pool_gradient),
    .average_pool = CN_LOCAL(cn_average_pool),
    .average_pool_gradient = CN_LOCAL(cn_average_pool_gradient),
    .resample = CN_LOCAL(cn_resample),
    .warp = CN_LOCAL(cn_warp),
    .warp_gradient = CN_LOCAL(cn_warp_gradient),
    .rfft = CN_LOCAL(cn_rfft),
    .rfft_gradient = CN_LOCAL(cn_rfft_gradient),
    .random_uniform = CN_LOCAL(cn_random_uniform),
    .gather_windows = CN_LOCAL(cn_gather_windows),
    .scatter_windows = CN_LOCAL(cn_scatter_windows),
    .lstm = CN_LOCAL(cn_lstm),
    .lstm_gradient = CN_LOCAL(cn_lstm_gradient),
    .gru = CN_LOCAL(cn_gru),
    .gru_gradient = CN_LOCAL(cn_gru_gradient),
    .simple_rnn = CN_LOCAL(cn_simple_rnn),
    .simple_rnn_gradient = CN_LOCAL(cn_simple_rnn_gradient),
};
