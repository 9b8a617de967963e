/* Drawing an application: its arguments checked, its input, then the family's layers, then
 * weights. */
#include "applications/applications.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "cornu/saving.h"
#include "runtime/shape.h"

#define CN_APPLICATION_ENTRY(function, keras_name, model_name, size, smallest, preprocessing,      \
                             family, variant)                                                      \
    {#function, keras_name, model_name, size, smallest, preprocessing, &cn_##family##_family,      \
     variant},
static const cn_application applications[] = {
#include "applications/applications.def"
};
#undef CN_APPLICATION_ENTRY

static const cn_application *find(const char *function)
{
    size_t i = 0;
    while (strcmp(applications[i].function, function) != 0) {
        i++;
        assert(i < sizeof applications / sizeof applications[0]);
    }
    return &applications[i];
}

/* ---- arguments ------------------------------------------------------------------------------- */

static bool is_softmax(const char *activation)
{
    return activation == NULL || strcmp(activation, "softmax") == 0;
}

static cn_status check_weights(const cn_application_keywords *keywords)
{
    if (keywords->weights == NULL)
        return CN_OK;
    CN_CHECK(
        strcmp(keywords->weights, "imagenet") != 0,
        "weights are not downloaded: instead of \"imagenet\", give the path of a weights file, "
        "or NULL for random weights");
    CN_CHECK(!keywords->include_top || is_softmax(keywords->classifier_activation),
             "with weights, classifier_activation must be \"softmax\" or NULL, got \"%s\"",
             keywords->classifier_activation);
    return CN_OK;
}

static cn_status check_keywords(const cn_application_keywords *keywords)
{
    const char *pooling = keywords->pooling;
    CN_CHECK(pooling == NULL || strcmp(pooling, "avg") == 0 || strcmp(pooling, "max") == 0,
             "pooling must be NULL, \"avg\" or \"max\", got \"%s\"", pooling);
    CN_CHECK(keywords->classes > 0, "classes must be positive, got %" PRId64, keywords->classes);
    return check_weights(keywords);
}

/* The shape as given, which ends at the first 0. */
static cn_shape given_shape(const cn_application_keywords *keywords)
{
    cn_shape shape = {0};
    while (shape.rank < CN_MAX_RANK && keywords->input_shape[shape.rank] != 0) {
        shape.dim[shape.rank] = keywords->input_shape[shape.rank];
        shape.rank++;
    }
    return shape;
}

static cn_status check_shape(const cn_application *application, bool size_needed,
                             const cn_shape *shape)
{
    CN_CHECK(shape->rank == 3, "input_shape must be {height, width, channels}, got %s",
             cn_shape_str(shape));
    CN_CHECK(shape->dim[2] > 0, "input_shape must say how many channels there are, got %s",
             cn_shape_str(shape));
    for (int i = 0; i < 2; i++) {
        CN_CHECK(shape->dim[i] == CN_NONE || shape->dim[i] >= application->smallest,
                 "input_shape must be at least %" PRId64 " x %" PRId64 ", got %s",
                 application->smallest, application->smallest, cn_shape_str(shape));
        CN_CHECK(shape->dim[i] != CN_NONE || !size_needed,
                 "with include_top, input_shape must be known, got %s", cn_shape_str(shape));
    }
    return CN_OK;
}

static cn_status input_shape(const cn_drawing *drawing, cn_shape *shape)
{
    const cn_application *application = drawing->application;
    const bool size_needed = drawing->keywords->include_top && !application->family->any_size;
    const int64_t size = size_needed ? application->size : CN_NONE;
    *shape = given_shape(drawing->keywords);
    if (shape->rank == 0)
        *shape = CN_SHAPE(size, size, 3);
    return check_shape(application, size_needed, shape);
}

/* ---- drawing --------------------------------------------------------------------------------- */

static cn_status make_input(cn_drawing *drawing, cn_tensor **images)
{
    cn_shape shape;
    CN_TRY(input_shape(drawing, &shape));
    *images = drawing->keywords->input_tensor;
    if (*images == NULL)
        *images = cn_input({shape.dim[0], shape.dim[1], shape.dim[2]});
    if (*images == NULL)
        return cn_error_status();
    CN_CHECK(cn_tensor_rank(*images) == 4,
             "input_tensor must have 4 axes, {batch, height, width, channels}, it has %d",
             cn_tensor_rank(*images));
    drawing->height = shape.dim[0];
    drawing->channels = cn_tensor_dim(*images, 3);
    return CN_OK;
}

static cn_label model_name(const cn_drawing *drawing)
{
    const cn_application *application = drawing->application;
    return application->family->name != NULL ? application->family->name(drawing)
                                             : cn_label_of("%s", application->model_name);
}

static cn_model *finish(const cn_drawing *drawing, cn_tensor *images, cn_tensor *output)
{
    const char *weights = drawing->keywords->weights;
    cn_tensors inputs = cn_get_source_inputs(images);
    const void *list[CN_MAX_LIST + 1];
    for (int64_t i = 0; i < inputs.count && i < CN_MAX_LIST; i++)
        list[i] = inputs.at[i];
    list[inputs.count < CN_MAX_LIST ? inputs.count : CN_MAX_LIST] = CN_END;
    cn_model *model = cn_model_of(((cn_items){.list = list}), output, .name = drawing->name);
    if (model == NULL || weights == NULL)
        return model;
    return cn_load_weights(model, weights) == CN_OK ? model : NULL;
}

cn_model *cn_application_make(const char *function, const void *args)
{
    const cn_application *application = find(function);
    cn_drawing drawing = {.application = application, .args = args};
    drawing.keywords = (const void *)((const char *)args + application->family->keywords);
    cn_tensor *images = NULL;
    const bool failed_before = cn_failed();
    cn_status status = check_keywords(drawing.keywords);
    if (status == CN_OK)
        status = make_input(&drawing, &images);
    if (status != CN_OK) {
        if (!failed_before)
            cn_fail_in("cn_%s", function);
        return NULL;
    }
    const cn_label name = model_name(&drawing);
    drawing.name = drawing.keywords->name != NULL ? drawing.keywords->name : name.text;
    cn_tensor *output = application->family->draw(&drawing, images);
    return output == NULL ? NULL : finish(&drawing, images, output);
}
