/* What the files of this room share. Models are drawn with the public functions, as a user's
 * are. */
#ifndef CORNU_APPLICATIONS_ROOM_H
#define CORNU_APPLICATIONS_ROOM_H

#include "cornu/applications.h"
#include "cornu/convolution.h"
#include "cornu/layers.h"
#include "cornu/normalization.h"
#include "cornu/ops.h"
#include "cornu/pooling.h"
#include "cornu/spatial.h"
#include "runtime/status.h"

/* What every application's argument struct has, after the application's own arguments. */
typedef struct cn_application_keywords {
    CN_APPLICATION_KEYWORDS_
} cn_application_keywords;

/* A name of a layer or model. */
typedef struct cn_label {
    char text[96];
} cn_label;

typedef struct cn_drawing cn_drawing;

/* Applications that are drawn alike. */
typedef struct cn_application_family {
    /* From images [N, H, W, C] to the features or the classifier. */
    cn_tensor *(*draw)(const cn_drawing *drawing, cn_tensor *images);
    cn_label (*name)(const cn_drawing *drawing); /* of the model; NULL: the one in the list */
    size_t keywords;                             /* offset of the keywords in the argument struct */
    bool any_size; /* the input's size may be unknown with the top too, and is by default */
} cn_application_family;

/* A line of the list. */
typedef struct cn_application {
    const char *function, *keras_name, *model_name;
    int64_t size, smallest;
    const char *preprocessing;
    const cn_application_family *family;
    int variant; /* number in the family's tables */
} cn_application;

/* A model that is being drawn. */
struct cn_drawing {
    const cn_application *application;
    const void *args; /* the argument struct, and the keywords in it */
    const cn_application_keywords *keywords;
    const char *name;         /* of the model */
    int64_t height, channels; /* of the images, as said in the keywords; as they are */
};

#define CN_APPLICATION_ENTRY(function, keras_name, model_name, size, smallest, preprocessing,      \
                             family, variant)                                                      \
    extern const cn_application_family cn_##family##_family;
#include "applications/applications.def"
#undef CN_APPLICATION_ENTRY

/* Draws an application of the list: the body of every public constructor. */
cn_model *cn_application_make(const char *function, const void *args);

/* ---- parts ----------------------------------------------------------------------------------- */

cn_label cn_label_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "mobilenet_1.00_224"; None where the height is not known. */
cn_label cn_label_of_size(const char *base, double alpha, int64_t height);

/* The classifier, from pooled features [N, C]: Dense, called "predictions". kernel_initializer may
 * be NULL. */
cn_tensor *cn_draw_predictions(const cn_drawing *drawing, const char *kernel_initializer,
                               cn_tensor *x);

/* The end of a model without top: features [N, H, W, C], pooled as the keywords say. named: the
 * layers are called "avg_pool" and "max_pool". */
cn_tensor *cn_draw_pooling(const cn_drawing *drawing, bool named, cn_tensor *x);

/* Either end, from features: their average, called "avg_pool", and the classifier; or their
 * pooling. */
cn_tensor *cn_draw_end(const cn_drawing *drawing, bool named, cn_tensor *x);

/* Zeros around x[N, H, W, C], after which a "valid" convolution with strides 2 gives what a "same"
 * one would; where the size is not known, as if it were even. Keras: imagenet_utils.correct_pad. */
cn_tensor *cn_draw_correct_pad(cn_tensor *x, int64_t kernel_size, const char *name);

/* The number of channels nearest to width that is a multiple of 8, but not below 0.9 width. */
int64_t cn_round_channels(double width);

/* The channels of x[N, H, W, C]; 0 if x is NULL. */
int64_t cn_channels_of(const cn_tensor *x);

#endif
