/* Poisson: the mean of p - t*log(p), as the loss. */
#include "metrics/mean_of_loss.h"

CN_MEAN_OF_LOSS(cn_metric_poisson, "Poisson", "Poisson", "poisson", NULL)
