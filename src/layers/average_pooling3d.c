/* AveragePooling3D: y = mean of each window, x[N, D, H, W, C] -> y[N, D', H', W', C]. */
#include "layers/pooling.h"

static const cn_field fields[] = {CN_POOLING_FIELDS(CN_FIELD_EACH_3)};

static cn_status check(const void *args)
{
    return cn_pooling_check(args, 3);
}

const cn_layer_class cn_average_pooling3d_layer_class = {
    CN_POOLING_CLASS(average, "AveragePooling3D", 3)};

cn_layer *cn_average_pooling3d_with(const cn_average_pooling_args *args)
{
    return cn_layer_make(&cn_average_pooling3d_layer_class, args);
}
