/* MeanAbsoluteError: the mean of |t - p|, as the loss. */
#include "metrics/mean_of_loss.h"

CN_MEAN_OF_LOSS(cn_metric_mean_absolute_error, "MeanAbsoluteError", "MeanAbsoluteError",
                "mean_absolute_error", "mae", "MAE", NULL)
