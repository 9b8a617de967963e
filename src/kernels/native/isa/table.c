/* The table of one instruction set. */
#include "kernels/native/isa/isa.h"

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
    .reduce = CN_LOCAL(cn_reduce),
    .argmax = CN_LOCAL(cn_argmax),
    .moments = CN_LOCAL(cn_moments),
    .product_sums = CN_LOCAL(cn_product_sums),
    .softmax = CN_LOCAL(cn_softmax),
    .softmax_gradient = CN_LOCAL(cn_softmax_gradient),
    .sparsemax = CN_LOCAL(cn_sparsemax),
    .random_uniform = CN_LOCAL(cn_random_uniform),
};
