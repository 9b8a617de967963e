/* MeanSquaredError: the mean of (t - p)^2, as the loss. */
#include "metrics/mean_of_loss.h"

CN_MEAN_OF_LOSS(cn_metric_mean_squared_error, "MeanSquaredError", "MeanSquaredError",
                "mean_squared_error", "mse", "MSE", NULL)
