/* What layers that normalize over given axes and have weights for them share. */
#ifndef CORNU_LAYERS_NORMALIZING_H
#define CORNU_LAYERS_NORMALIZING_H

#include "layers/layers.h"

cn_status cn_check_epsilon(double epsilon);

/* Refuses axes that a shape lacks, and the shape if it does not fit the weights that the layer
 * has. */
cn_status cn_check_normalized_axes(const cn_layer *layer, const cn_shape *shape,
                                   const int64_t axes[CN_MAX_RANK]);

/* The shape of the weights: the sizes of the axes. */
cn_shape cn_normalized_shape(const cn_shape *shape, const int64_t axes[CN_MAX_RANK]);

/* A weight of that shape with the input's rank: 1 for all other axes. */
cn_value cn_call_normalized_weight(cn_call_frame *frame, int64_t index,
                                   const int64_t axes[CN_MAX_RANK]);

/* gamma and beta, of layers that scale and center. */
typedef struct cn_affine_weights {
    bool has_gamma, has_beta;
    const char *gamma_initializer, *gamma_regularizer, *gamma_constraint;
    const char *beta_initializer, *beta_regularizer, *beta_constraint;
} cn_affine_weights;

/* The members of an argument struct that has them all. */
#define CN_AFFINE_WEIGHTS(args, has_gamma_, has_beta_)                                             \
    ((cn_affine_weights){.has_gamma = (has_gamma_),                                                \
                         .has_beta = (has_beta_),                                                  \
                         .gamma_initializer = (args)->gamma_initializer,                           \
                         .gamma_regularizer = (args)->gamma_regularizer,                           \
                         .gamma_constraint = (args)->gamma_constraint,                             \
                         .beta_initializer = (args)->beta_initializer,                             \
                         .beta_regularizer = (args)->beta_regularizer,                             \
                         .beta_constraint = (args)->beta_constraint})

/* Adds the ones that there are, gamma first. */
cn_status cn_layer_add_affine(cn_layer *layer, cn_shape shape, cn_affine_weights weights);

/* A weight that is not trained but follows what batches say; weight: NULL, or where it goes. */
cn_status cn_layer_add_moving(cn_layer *layer, cn_shape shape, const char *name,
                              const char *initializer, cn_weight **weight);

/* weight = weight momentum + now (1 - momentum): the new value, which is assigned. */
cn_value cn_call_move(cn_call_frame *frame, int64_t index, cn_value now, double momentum);

#endif
