/* CategoricalHinge: the mean of max(0, max((1 - t)*p) - sum(t*p) + 1), as the loss. */
#include "metrics/mean_of_loss.h"

CN_MEAN_OF_LOSS(cn_metric_categorical_hinge, "CategoricalHinge", "CategoricalHinge",
                "categorical_hinge", NULL)
