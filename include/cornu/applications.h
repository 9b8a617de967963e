/* Keras's applications: image classifiers of known architecture, with Keras's names, arguments,
 * layers and numbers of parameters. Each function draws a model in the current session, or returns
 * NULL (see cn_error()).
 *
 *     cn_model *model = cn_xception(.weights = "xception.weights.h5");
 *     cn_model *features = cn_resnet50(.include_top = false, .input_shape = {160, 160, 3},
 *                                        .pooling = "avg");
 *
 * Every application takes these keywords:
 *   .include_top            true: ends in a classifier; false: in features [N, H', W', C]
 *   .weights                NULL: random; otherwise the path of a file that cn_load_weights reads.
 *                           No file comes with the library, and none is downloaded: "imagenet" is
 *                           an error
 *   .input_tensor           the images, a tensor [N, H, W, C], in place of a new input; the model's
 *                           inputs are then the inputs that it was computed from
 *   .input_shape            {H, W, C} of the input, C mostly 3; H and W not below the application's
 *                           smallest, or CN_NONE without the top. Not given: the application's own
 *                           size with the top, otherwise {CN_NONE, CN_NONE, 3}
 *   .pooling                without the top: NULL; "avg" or "max" make the features [N, C]
 *   .classes                of the classifier
 *   .classifier_activation  NULL: the classifier gives logits; with weights it is that or "softmax"
 *   .name                   the model's; NULL: Keras's, such as "xception"
 *
 * Pixels are 0 to 255 in [N, H, W, 3], red, green, blue, then prepared by the application's own
 * preprocess_input function. Layers that Keras leaves without a name have automatic ones here as
 * there.
 */
#ifndef CORNU_APPLICATIONS_H
#define CORNU_APPLICATIONS_H

#include "cornu/array.h"
#include "cornu/layers.h"
#include "cornu/model.h"

CN_BEGIN_DECLS

#define CN_APPLICATION_KEYWORDS_                                                                   \
    const char *weights;                                                                           \
    bool include_top;                                                                              \
    cn_tensor *input_tensor;                                                                       \
    int64_t input_shape[CN_MAX_RANK];                                                              \
    const char *pooling;                                                                           \
    int64_t classes;                                                                               \
    const char *classifier_activation, *name;                                                      \
    char end_;
#define CN_APPLICATION_DEFAULTS_                                                                   \
    .include_top = true, .classes = 1000, .classifier_activation = "softmax"

/* ---- applications without arguments of their own --------------------------------------------- */

/* cn_xception() and the like. Xception (Chollet, 2017), VGG (Simonyan and Zisserman, 2014), ResNet
 * (He et al., 2015 and 2016), InceptionV3 and InceptionResNetV2 (Szegedy et al., 2015 and 2016),
 * DenseNet (Huang et al., 2016), EfficientNet (Tan and Le, 2019; takes pixels from 0 to 255),
 * NASNet (Zoph et al., 2017). When Keras downloads EfficientNet's weights itself it scales pixels
 * once more, which it does not with a file: multiplying the weight variance of the normalization by
 * {0.229, 0.224, 0.225} does the same. cn_nasnet_mobile has images of 224 x 224 without the top
 * too. Keras: the functions of keras.applications. */
typedef struct cn_application_args {
    char begin_;
    CN_APPLICATION_KEYWORDS_
} cn_application_args;
#define CN_APPLICATION_DEFAULTS CN_APPLICATION_DEFAULTS_
CN_API cn_model *cn_xception_with(const cn_application_args *args);
CN_API cn_model *cn_vgg16_with(const cn_application_args *args);
CN_API cn_model *cn_vgg19_with(const cn_application_args *args);
CN_API cn_model *cn_resnet50_with(const cn_application_args *args);
CN_API cn_model *cn_resnet101_with(const cn_application_args *args);
CN_API cn_model *cn_resnet152_with(const cn_application_args *args);
CN_API cn_model *cn_resnet50_v2_with(const cn_application_args *args);
CN_API cn_model *cn_resnet101_v2_with(const cn_application_args *args);
CN_API cn_model *cn_resnet152_v2_with(const cn_application_args *args);
CN_API cn_model *cn_inception_v3_with(const cn_application_args *args);
CN_API cn_model *cn_inception_resnet_v2_with(const cn_application_args *args);
CN_API cn_model *cn_densenet121_with(const cn_application_args *args);
CN_API cn_model *cn_densenet169_with(const cn_application_args *args);
CN_API cn_model *cn_densenet201_with(const cn_application_args *args);
CN_API cn_model *cn_efficientnet_b0_with(const cn_application_args *args);
CN_API cn_model *cn_efficientnet_b1_with(const cn_application_args *args);
CN_API cn_model *cn_efficientnet_b2_with(const cn_application_args *args);
CN_API cn_model *cn_efficientnet_b3_with(const cn_application_args *args);
CN_API cn_model *cn_efficientnet_b4_with(const cn_application_args *args);
CN_API cn_model *cn_efficientnet_b5_with(const cn_application_args *args);
CN_API cn_model *cn_efficientnet_b6_with(const cn_application_args *args);
CN_API cn_model *cn_efficientnet_b7_with(const cn_application_args *args);
CN_API cn_model *cn_nasnet_mobile_with(const cn_application_args *args);
CN_API cn_model *cn_nasnet_large_with(const cn_application_args *args);

/* ---- MobileNets ------------------------------------------------------------------------------ */

/* cn_mobilenet(), cn_mobilenet(0.5): alpha times as many filters everywhere; depth_multiplier of
 * the depthwise convolutions; dropout in front of the classifier. Keras: MobileNet (Howard et al.,
 * 2017). */
typedef struct cn_mobilenet_args {
    char begin_;
    double alpha;
    int64_t depth_multiplier;
    double dropout;
    CN_APPLICATION_KEYWORDS_
} cn_mobilenet_args;
#define CN_MOBILENET_DEFAULTS                                                                      \
    .alpha = 1, .depth_multiplier = 1, .dropout = 0.001, CN_APPLICATION_DEFAULTS_
CN_API cn_model *cn_mobilenet_with(const cn_mobilenet_args *args);

/* cn_mobilenet_v2(1.4): about alpha times as many filters everywhere. Keras: MobileNetV2 (Sandler
 * et al., 2018). */
typedef struct cn_mobilenet_v2_args {
    char begin_;
    double alpha;
    CN_APPLICATION_KEYWORDS_
} cn_mobilenet_v2_args;
#define CN_MOBILENET_V2_DEFAULTS .alpha = 1, CN_APPLICATION_DEFAULTS_
CN_API cn_model *cn_mobilenet_v2_with(const cn_mobilenet_v2_args *args);

/* cn_mobilenet_v3_small(), cn_mobilenet_v3_large(0.75): about alpha times as many filters.
 * minimalistic: without hard_swish, 5 x 5 cells, and squeeze and excite. dropout_rate in front of
 * the classifier. include_preprocessing: takes pixels from 0 to 255, otherwise from -1 to 1. The
 * input is of any size with the top too. Keras: MobileNetV3Small, MobileNetV3Large (Howard et al.,
 * 2019). */
typedef struct cn_mobilenet_v3_args {
    char begin_;
    double alpha;
    bool minimalistic;
    double dropout_rate;
    bool include_preprocessing;
    CN_APPLICATION_KEYWORDS_
} cn_mobilenet_v3_args;
#define CN_MOBILENET_V3_DEFAULTS                                                                   \
    .alpha = 1, .dropout_rate = 0.2, .include_preprocessing = true, CN_APPLICATION_DEFAULTS_
CN_API cn_model *cn_mobilenet_v3_small_with(const cn_mobilenet_v3_args *args);
CN_API cn_model *cn_mobilenet_v3_large_with(const cn_mobilenet_v3_args *args);

/* ---- applications that may prepare pixels ---------------------------------------------------- */

/* cn_efficientnet_v2_s(), cn_convnext_tiny(): include_preprocessing: takes pixels from 0 to 255;
 * otherwise they are to be prepared as the paper has it (EfficientNetV2 B0 to B3 and ConvNeXt: by
 * ImageNet's mean and variance; S, M, L: from -1 to 1). Keras: EfficientNetV2B0 ... L (Tan and Le,
 * 2021), ConvNeXtTiny ... XLarge (Liu et al., 2022). */
typedef struct cn_preprocessing_application_args {
    char begin_;
    bool include_preprocessing;
    CN_APPLICATION_KEYWORDS_
} cn_preprocessing_application_args;
#define CN_PREPROCESSING_APPLICATION_DEFAULTS                                                      \
    .include_preprocessing = true, CN_APPLICATION_DEFAULTS_
CN_API cn_model *cn_efficientnet_v2_b0_with(const cn_preprocessing_application_args *args);
CN_API cn_model *cn_efficientnet_v2_b1_with(const cn_preprocessing_application_args *args);
CN_API cn_model *cn_efficientnet_v2_b2_with(const cn_preprocessing_application_args *args);
CN_API cn_model *cn_efficientnet_v2_b3_with(const cn_preprocessing_application_args *args);
CN_API cn_model *cn_efficientnet_v2_s_with(const cn_preprocessing_application_args *args);
CN_API cn_model *cn_efficientnet_v2_m_with(const cn_preprocessing_application_args *args);
CN_API cn_model *cn_efficientnet_v2_l_with(const cn_preprocessing_application_args *args);
CN_API cn_model *cn_convnext_tiny_with(const cn_preprocessing_application_args *args);
CN_API cn_model *cn_convnext_small_with(const cn_preprocessing_application_args *args);
CN_API cn_model *cn_convnext_base_with(const cn_preprocessing_application_args *args);
CN_API cn_model *cn_convnext_large_with(const cn_preprocessing_application_args *args);
CN_API cn_model *cn_convnext_xlarge_with(const cn_preprocessing_application_args *args);

/* ---- before and after ------------------------------------------------------------------------ */

/* cn_preprocess_input(images, .mode = "tf"): pixels 0 .. 255 as an application expects them, a new
 * float32 array for the caller to free. images: [H, W, 3] or [N, H, W, 3], or with the channels
 * first, of any data type; red, green, blue.
 *   "caffe"  blue, green, red, minus 103.939, 116.779, 123.68
 *   "tf"     x / 127.5 - 1
 *   "torch"  x / 255, minus 0.485, 0.456, 0.406, divided by 0.229, 0.224, 0.225
 * NULL with a message for anything else. Keras: applications.imagenet_utils.preprocess_input. */
typedef struct cn_preprocess_input_args {
    const cn_array *images;
    const char *mode, *data_format;
    char end_;
} cn_preprocess_input_args;
#define CN_PREPROCESS_INPUT_DEFAULTS .mode = "caffe", .data_format = "channels_last"
CN_API cn_array *cn_preprocess_input_with(const cn_preprocess_input_args *args);

/* The same for the applications of a family. Those that prepare pixels themselves get them as they
 * are, in float32. Keras: preprocess_input of the family's module. */
CN_API cn_array *cn_xception_preprocess_input(const cn_array *images);            /* tf */
CN_API cn_array *cn_vgg16_preprocess_input(const cn_array *images);               /* caffe */
CN_API cn_array *cn_vgg19_preprocess_input(const cn_array *images);               /* caffe */
CN_API cn_array *cn_resnet_preprocess_input(const cn_array *images);              /* caffe */
CN_API cn_array *cn_resnet_v2_preprocess_input(const cn_array *images);           /* tf */
CN_API cn_array *cn_inception_v3_preprocess_input(const cn_array *images);        /* tf */
CN_API cn_array *cn_inception_resnet_v2_preprocess_input(const cn_array *images); /* tf */
CN_API cn_array *cn_mobilenet_preprocess_input(const cn_array *images);           /* tf */
CN_API cn_array *cn_mobilenet_v2_preprocess_input(const cn_array *images);        /* tf */
CN_API cn_array *cn_densenet_preprocess_input(const cn_array *images);            /* torch */
CN_API cn_array *cn_nasnet_preprocess_input(const cn_array *images);              /* tf */
CN_API cn_array *cn_mobilenet_v3_preprocess_input(const cn_array *images);        /* as they are */
CN_API cn_array *cn_efficientnet_preprocess_input(const cn_array *images);        /* as they are */
CN_API cn_array *cn_efficientnet_v2_preprocess_input(const cn_array *images);     /* as they are */
CN_API cn_array *cn_convnext_preprocess_input(const cn_array *images);            /* as they are */

/* One of the likeliest classes of a sample. */
typedef struct cn_class_score {
    const char *class_id; /* "n02123045"; "" if the file has none */
    const char *name;     /* "tabby" */
    int64_t index;        /* among the classifier's outputs */
    double score;
} cn_class_score;

/* For each sample the likeliest classes, best first: at[sample * top + place]. */
typedef struct cn_decoded {
    int64_t samples, top;
    const cn_class_score *at;
    cn_array *storage_; /* the memory of this struct */
} cn_decoded;

/* cn_decode_predictions(predictions, .class_index = "imagenet_class_index.json"): what the highest
 * of each sample's scores [N, classes] stand for, for the caller to free, or the session.
 * class_index is the path of a file with as many classes as there are scores, either Keras's JSON
 * file ({"0": ["n01440764", "tench"], ...}) or a text with a name on each line. top is cut to the
 * number of classes. NULL with a message if something does not fit. Keras: decode_predictions,
 * whose file is not downloaded here. */
typedef struct cn_decode_predictions_args {
    const cn_array *predictions;
    int64_t top;
    const char *class_index;
    char end_;
} cn_decode_predictions_args;
#define CN_DECODE_PREDICTIONS_DEFAULTS .top = 5
CN_API cn_decoded *cn_decode_predictions_with(const cn_decode_predictions_args *args);
CN_API void cn_decoded_free(cn_decoded *decoded);

/* ---- layers that only applications have ------------------------------------------------------ */

/* cn_layer_scale(1e-6, 96): y = x gamma, gamma [projection_dim] learnt, which begins as
 * init_values. Weights: gamma. Of ConvNeXt. Keras: applications.convnext.LayerScale. */
typedef struct cn_layer_scale_args {
    double init_values;
    int64_t projection_dim;
    CN_LAYER_KEYWORDS_
} cn_layer_scale_args;
#define CN_LAYER_SCALE_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_layer_scale_with(const cn_layer_scale_args *args);

/* cn_stochastic_depth(0.1): in training, y = 0 for whole samples with probability drop_path_rate,
 * otherwise x / (1 - drop_path_rate). Of ConvNeXt. Keras: applications.convnext.StochasticDepth. */
typedef struct cn_stochastic_depth_args {
    double drop_path_rate;
    CN_LAYER_KEYWORDS_
} cn_stochastic_depth_args;
#define CN_STOCHASTIC_DEPTH_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_stochastic_depth_with(const cn_stochastic_depth_args *args);

/* cn_call(cn_custom_scale_layer(0.17), a, b): a + scale b. Of InceptionResNetV2. Keras:
 * applications.inception_resnet_v2.CustomScaleLayer. */
typedef struct cn_custom_scale_layer_args {
    double scale;
    CN_LAYER_KEYWORDS_
} cn_custom_scale_layer_args;
#define CN_CUSTOM_SCALE_LAYER_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_custom_scale_layer_with(const cn_custom_scale_layer_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define CN_APPLICATION_CALL_(function, ...)                                                        \
    CN_OPTIONAL_KEYWORDS_(function, cn_application_args, CN_APPLICATION_DEFAULTS, __VA_ARGS__)
#define CN_PREPROCESSING_APPLICATION_CALL_(function, ...)                                          \
    CN_OPTIONAL_KEYWORDS_(function, cn_preprocessing_application_args,                             \
                          CN_PREPROCESSING_APPLICATION_DEFAULTS, __VA_ARGS__)
#define cn_xception(...) CN_APPLICATION_CALL_(cn_xception_with, __VA_ARGS__)
#define cn_vgg16(...) CN_APPLICATION_CALL_(cn_vgg16_with, __VA_ARGS__)
#define cn_vgg19(...) CN_APPLICATION_CALL_(cn_vgg19_with, __VA_ARGS__)
#define cn_resnet50(...) CN_APPLICATION_CALL_(cn_resnet50_with, __VA_ARGS__)
#define cn_resnet101(...) CN_APPLICATION_CALL_(cn_resnet101_with, __VA_ARGS__)
#define cn_resnet152(...) CN_APPLICATION_CALL_(cn_resnet152_with, __VA_ARGS__)
#define cn_resnet50_v2(...) CN_APPLICATION_CALL_(cn_resnet50_v2_with, __VA_ARGS__)
#define cn_resnet101_v2(...) CN_APPLICATION_CALL_(cn_resnet101_v2_with, __VA_ARGS__)
#define cn_resnet152_v2(...) CN_APPLICATION_CALL_(cn_resnet152_v2_with, __VA_ARGS__)
#define cn_inception_v3(...) CN_APPLICATION_CALL_(cn_inception_v3_with, __VA_ARGS__)
#define cn_inception_resnet_v2(...) CN_APPLICATION_CALL_(cn_inception_resnet_v2_with, __VA_ARGS__)
#define cn_densenet121(...) CN_APPLICATION_CALL_(cn_densenet121_with, __VA_ARGS__)
#define cn_densenet169(...) CN_APPLICATION_CALL_(cn_densenet169_with, __VA_ARGS__)
#define cn_densenet201(...) CN_APPLICATION_CALL_(cn_densenet201_with, __VA_ARGS__)
#define cn_efficientnet_b0(...) CN_APPLICATION_CALL_(cn_efficientnet_b0_with, __VA_ARGS__)
#define cn_efficientnet_b1(...) CN_APPLICATION_CALL_(cn_efficientnet_b1_with, __VA_ARGS__)
#define cn_efficientnet_b2(...) CN_APPLICATION_CALL_(cn_efficientnet_b2_with, __VA_ARGS__)
#define cn_efficientnet_b3(...) CN_APPLICATION_CALL_(cn_efficientnet_b3_with, __VA_ARGS__)
#define cn_efficientnet_b4(...) CN_APPLICATION_CALL_(cn_efficientnet_b4_with, __VA_ARGS__)
#define cn_efficientnet_b5(...) CN_APPLICATION_CALL_(cn_efficientnet_b5_with, __VA_ARGS__)
#define cn_efficientnet_b6(...) CN_APPLICATION_CALL_(cn_efficientnet_b6_with, __VA_ARGS__)
#define cn_efficientnet_b7(...) CN_APPLICATION_CALL_(cn_efficientnet_b7_with, __VA_ARGS__)
#define cn_nasnet_mobile(...) CN_APPLICATION_CALL_(cn_nasnet_mobile_with, __VA_ARGS__)
#define cn_nasnet_large(...) CN_APPLICATION_CALL_(cn_nasnet_large_with, __VA_ARGS__)
#define cn_mobilenet(...)                                                                          \
    CN_OPTIONAL_KEYWORDS_(cn_mobilenet_with, cn_mobilenet_args, CN_MOBILENET_DEFAULTS, __VA_ARGS__)
#define cn_mobilenet_v2(...)                                                                       \
    CN_OPTIONAL_KEYWORDS_(cn_mobilenet_v2_with, cn_mobilenet_v2_args, CN_MOBILENET_V2_DEFAULTS,    \
                          __VA_ARGS__)
#define CN_MOBILENET_V3_CALL_(function, ...)                                                       \
    CN_OPTIONAL_KEYWORDS_(function, cn_mobilenet_v3_args, CN_MOBILENET_V3_DEFAULTS, __VA_ARGS__)
#define cn_mobilenet_v3_small(...) CN_MOBILENET_V3_CALL_(cn_mobilenet_v3_small_with, __VA_ARGS__)
#define cn_mobilenet_v3_large(...) CN_MOBILENET_V3_CALL_(cn_mobilenet_v3_large_with, __VA_ARGS__)
#define cn_efficientnet_v2_b0(...)                                                                 \
    CN_PREPROCESSING_APPLICATION_CALL_(cn_efficientnet_v2_b0_with, __VA_ARGS__)
#define cn_efficientnet_v2_b1(...)                                                                 \
    CN_PREPROCESSING_APPLICATION_CALL_(cn_efficientnet_v2_b1_with, __VA_ARGS__)
#define cn_efficientnet_v2_b2(...)                                                                 \
    CN_PREPROCESSING_APPLICATION_CALL_(cn_efficientnet_v2_b2_with, __VA_ARGS__)
#define cn_efficientnet_v2_b3(...)                                                                 \
    CN_PREPROCESSING_APPLICATION_CALL_(cn_efficientnet_v2_b3_with, __VA_ARGS__)
#define cn_efficientnet_v2_s(...)                                                                  \
    CN_PREPROCESSING_APPLICATION_CALL_(cn_efficientnet_v2_s_with, __VA_ARGS__)
#define cn_efficientnet_v2_m(...)                                                                  \
    CN_PREPROCESSING_APPLICATION_CALL_(cn_efficientnet_v2_m_with, __VA_ARGS__)
#define cn_efficientnet_v2_l(...)                                                                  \
    CN_PREPROCESSING_APPLICATION_CALL_(cn_efficientnet_v2_l_with, __VA_ARGS__)
#define cn_convnext_tiny(...) CN_PREPROCESSING_APPLICATION_CALL_(cn_convnext_tiny_with, __VA_ARGS__)
#define cn_convnext_small(...)                                                                     \
    CN_PREPROCESSING_APPLICATION_CALL_(cn_convnext_small_with, __VA_ARGS__)
#define cn_convnext_base(...) CN_PREPROCESSING_APPLICATION_CALL_(cn_convnext_base_with, __VA_ARGS__)
#define cn_convnext_large(...)                                                                     \
    CN_PREPROCESSING_APPLICATION_CALL_(cn_convnext_large_with, __VA_ARGS__)
#define cn_convnext_xlarge(...)                                                                    \
    CN_PREPROCESSING_APPLICATION_CALL_(cn_convnext_xlarge_with, __VA_ARGS__)
#define cn_preprocess_input(...)                                                                   \
    CN_KEYWORDS_(cn_preprocess_input_with, cn_preprocess_input_args, CN_PREPROCESS_INPUT_DEFAULTS, \
                 .images = __VA_ARGS__)
#define cn_decode_predictions(...)                                                                 \
    CN_KEYWORDS_(cn_decode_predictions_with, cn_decode_predictions_args,                           \
                 CN_DECODE_PREDICTIONS_DEFAULTS, .predictions = __VA_ARGS__)
#define cn_layer_scale(...)                                                                        \
    CN_KEYWORDS_(cn_layer_scale_with, cn_layer_scale_args, CN_LAYER_SCALE_DEFAULTS,                \
                 .init_values = __VA_ARGS__)
#define cn_stochastic_depth(...)                                                                   \
    CN_KEYWORDS_(cn_stochastic_depth_with, cn_stochastic_depth_args, CN_STOCHASTIC_DEPTH_DEFAULTS, \
                 .drop_path_rate = __VA_ARGS__)
#define cn_custom_scale_layer(...)                                                                 \
    CN_KEYWORDS_(cn_custom_scale_layer_with, cn_custom_scale_layer_args,                           \
                 CN_CUSTOM_SCALE_LAYER_DEFAULTS, .scale = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
