/* AveragePooling1D: y = mean of each window, x[N, T, F] -> y[N, T', F]. */
#include "layers/pooling.h"

static const cn_field fields[] = {CN_POOLING_FIELDS(0)};

static cn_status check(const void *args)
{
    return cn_pooling_check(args, 1);
}

const cn_layer_class cn_average_pooling1d_layer_class = {
    CN_POOLING_CLASS(average, "AveragePooling1D", 1)};

cn_layer *cn_average_pooling1d_with(const cn_average_pooling_args *args)
{
    return cn_layer_make(&cn_average_pooling1d_layer_class, args);
}
