/* SquaredHinge: the mean of max(1 - t*p, 0)^2, as the loss. */
#include "metrics/mean_of_loss.h"

CN_MEAN_OF_LOSS(cn_metric_squared_hinge, "SquaredHinge", "SquaredHinge", "squared_hinge", NULL)
