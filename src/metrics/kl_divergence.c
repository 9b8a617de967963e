/* KLDivergence: the mean of sum of t*log(t/p), as the loss. */
#include "metrics/mean_of_loss.h"

CN_MEAN_OF_LOSS(cn_metric_kl_divergence, "KLDivergence", "KLDivergence", "kl_divergence",
                "kl_divergence", "kld", "KLD", NULL)
