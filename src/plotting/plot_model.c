/* placeholder while building */
#include "plotting/plotting.h"
cn_status cn_plot_model_with(const cn_plot_model_args *args) { (void)args; return CN_OK; }
