/* AdaptiveMaxPooling1D: y = largest of each of output_size windows, x[N, T, F] -> y[N,
 * output_size, F]. */
#include "layers/pooling.h"

static const cn_field fields[] = {CN_ADAPTIVE_POOLING_FIELDS(0)};

static cn_status check(const void *args)
{
    return cn_adaptive_pooling_check(args, 1);
}

const cn_layer_class cn_adaptive_max_pooling1d_layer_class = {
    CN_ADAPTIVE_POOLING_CLASS(max, "AdaptiveMaxPooling1D", 1)};

cn_layer *cn_adaptive_max_pooling1d_with(const cn_adaptive_pooling_args *args)
{
    return cn_layer_make(&cn_adaptive_max_pooling1d_layer_class, args);
}
