/* LogCoshError: the mean of log(cosh(p - t)), as the loss. */
#include "metrics/mean_of_loss.h"

CN_MEAN_OF_LOSS(cn_metric_log_cosh_error, "LogCoshError", "LogCosh", "logcosh", "logcosh",
                "log_cosh", NULL)
