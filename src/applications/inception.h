/* What InceptionV3 and InceptionResNetV2 are both made of. */
#ifndef CORNU_APPLICATIONS_INCEPTION_H
#define CORNU_APPLICATIONS_INCEPTION_H

#include "applications/applications.h"

/* Convolution of rows x columns cells with as many places as x has, normalization without scale,
 * relu. */
cn_tensor *cn_inception_conv(cn_tensor *x, int64_t filters, int64_t rows, int64_t columns);

/* The same with cells x cells, which lie inside x. */
cn_tensor *cn_inception_conv_inside(cn_tensor *x, int64_t filters, int64_t cells, int64_t strides);

/* Images [N, 299, 299, C] -> [N, 35, 35, 192], and other sizes likewise. */
cn_tensor *cn_inception_stem(cn_tensor *images);

#endif
