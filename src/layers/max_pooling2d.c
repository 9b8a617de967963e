/* MaxPooling2D: y = largest of each window, x[N, H, W, C] -> y[N, H', W', C]. */
#include "layers/pooling.h"

static const cn_field fields[] = {CN_POOLING_FIELDS(CN_FIELD_EACH_2)};

static cn_status check(const void *args)
{
    return cn_pooling_check(args, 2);
}

const cn_layer_class cn_max_pooling2d_layer_class = {CN_POOLING_CLASS(max, "MaxPooling2D", 2)};

cn_layer *cn_max_pooling2d_with(const cn_max_pooling_args *args)
{
    return cn_layer_make(&cn_max_pooling2d_layer_class, args);
}
