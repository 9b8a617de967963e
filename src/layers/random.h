/* The random numbers of a layer: a stream of its own, whose state [seed, counter] belongs to the
 * layer but is no weight. A program that draws numbers moves the counter on, so that every batch
 * gets others. */
#ifndef CORNU_LAYERS_RANDOM_H
#define CORNU_LAYERS_RANDOM_H

#include "layers/layers.h"

typedef struct cn_layer_stream {
    cn_variable state; /* int32 [2] */
} cn_layer_stream;

/* Makes the layer's state; seed may be CN_NONE: the next stream of the session. */
cn_status cn_layer_stream_build(cn_layer *layer, int64_t seed);
void cn_layer_stream_free(void *state);

/* The build of a class that has such a state alone, from its argument seed. */
cn_status cn_seeded_build(cn_layer *layer, const cn_type *inputs, int64_t n);

/* The parts of a class constant. The class's build calls cn_layer_stream_build. */
#define CN_RANDOM_LAYER .state_size = sizeof(cn_layer_stream), .free_state = cn_layer_stream_free

/* The next numbers: uniform in [0, 1), or normal with mean 0 and standard deviation 1. */
cn_value cn_call_uniform(cn_call_frame *frame, cn_shape shape);
cn_value cn_call_normal(cn_call_frame *frame, cn_shape shape);

/* For dropout: true with probability 1 - rate for each element of x, or of noise_shape (see
 * cn_dropout_args). */
cn_value cn_call_keep(cn_call_frame *frame, cn_value x, double rate,
                      const int64_t noise_shape[CN_MAX_RANK]);
/* x after dropout, which is x itself outside of training. */
cn_value cn_call_dropped(cn_call_frame *frame, cn_value x, double rate,
                         const int64_t noise_shape[CN_MAX_RANK]);
/* The whole of a layer that is dropout: sets the call's output. */
cn_status cn_call_dropout(cn_call_frame *frame, double rate,
                          const int64_t noise_shape[CN_MAX_RANK]);
cn_status cn_check_rate(double rate);
cn_status cn_check_noise_shape(const cn_layer *layer, const cn_shape *shape,
                               const int64_t noise_shape[CN_MAX_RANK]);

#endif
