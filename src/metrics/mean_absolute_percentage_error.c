/* MeanAbsolutePercentageError: the mean of 100*|(t - p)/t|, as the loss. */
#include "metrics/mean_of_loss.h"

CN_MEAN_OF_LOSS(cn_metric_mean_absolute_percentage_error, "MeanAbsolutePercentageError",
                "MeanAbsolutePercentageError", "mean_absolute_percentage_error", "mape", "MAPE",
                NULL)
