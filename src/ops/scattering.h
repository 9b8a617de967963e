/* What scatter and its gradient share. */
#ifndef CORNU_OPS_SCATTERING_H
#define CORNU_OPS_SCATTERING_H

#include "ops/emit.h"

typedef enum cn_scattering {
    CN_SCATTER_SET,
    CN_SCATTER_MAX,
    CN_SCATTER_MIN,
    CN_SCATTER_MULTIPLY,
    CN_SCATTER_UNKNOWN
} cn_scattering;

/* Which of them the attributes name. */
cn_scattering cn_scattering_of(const cn_scatter_attributes *attributes);

cn_gradient cn_gradient_of_scatter;

#endif
