/* MeanSquaredLogarithmicError: the mean of (log(p + 1) - log(t + 1))^2, as the loss. */
#include "metrics/mean_of_loss.h"

CN_MEAN_OF_LOSS(cn_metric_mean_squared_logarithmic_error, "MeanSquaredLogarithmicError",
                "MeanSquaredLogarithmicError", "mean_squared_logarithmic_error", "msle", "MSLE",
                NULL)
