/* Cornu: the Keras functional API in C. This header includes all others. */
#ifndef CORNU_CORNU_H
#define CORNU_CORNU_H

#include "cornu/array.h"
#include "cornu/attention.h"
#include "cornu/callback_classes.h"
#include "cornu/callbacks.h"
#include "cornu/constraints.h"
#include "cornu/convolution.h"
#include "cornu/custom.h"
#include "cornu/data.h"
#include "cornu/error.h"
#include "cornu/image_files.h"
#include "cornu/initializers.h"
#include "cornu/layers.h"
#include "cornu/losses.h"
#include "cornu/metrics.h"
#include "cornu/model.h"
#include "cornu/normalization.h"
#include "cornu/ops.h"
#include "cornu/optimizers.h"
#include "cornu/plotting.h"
#include "cornu/pooling.h"
#include "cornu/recurrent.h"
#include "cornu/regularizers.h"
#include "cornu/samples.h"
#include "cornu/saving.h"
#include "cornu/session.h"
#include "cornu/text.h"
#include "cornu/spatial.h"
#include "cornu/training.h"

#endif
