/* AdaptiveAveragePooling2D: y = mean of each of output_size windows, x[N, H, W, C] -> y[N,
 * output_size..., C]. */
#include "layers/pooling.h"

static const cn_field fields[] = {CN_ADAPTIVE_POOLING_FIELDS(CN_FIELD_EACH_2)};

static cn_status check(const void *args)
{
    return cn_adaptive_pooling_check(args, 2);
}

const cn_layer_class cn_adaptive_average_pooling2d_layer_class = {
    CN_ADAPTIVE_POOLING_CLASS(average, "AdaptiveAveragePooling2D", 2)};

cn_layer *cn_adaptive_average_pooling2d_with(const cn_adaptive_pooling_args *args)
{
    return cn_layer_make(&cn_adaptive_average_pooling2d_layer_class, args);
}
