/* Applications against real Keras. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "cornu/cornu.h"
#include "graph/graph.h"
#include "support/keras_application.h"
#include "support/keras_data.h"

/* Of the largest output. */
static const double tolerance = 1e-4;

static int64_t integer(const json_t *item, const char *member)
{
    return json_integer_value(json_object_get(item, member));
}

bool cn_keras_application_is_large(const json_t *item)
{
    return json_integer_value(json_array_get(json_object_get(item, "params"), 0)) >
           CN_LARGE_APPLICATION;
}

/* ---- models ---------------------------------------------------------------------------------- */

#define SHAPE .input_shape = {size, size, size == 0 ? 0 : 3}

static cn_model *make_plain(const char *function, bool top, const char *pooling, int64_t size)
{
#define CN_APPLICATION_ENTRY(name, ...)                                                            \
    if (strcmp(function, #name) == 0)                                                              \
        return cn_##name(.include_top = top, .pooling = pooling, SHAPE);
#include "applications/applications.def"
#undef CN_APPLICATION_ENTRY
    fail_msg("there is no application %s", function);
    return NULL;
}

/* Cases with other arguments, by name. */
static cn_model *make(const json_t *item, bool top, const char *pooling, int64_t size)
{
    const char *name = cn_keras_name(item);
#define CASE(text, function, ...)                                                                  \
    if (strcmp(name, text) == 0)                                                                   \
    return function(__VA_ARGS__, .include_top = top, .pooling = pooling, SHAPE)
    CASE("mobilenet(alpha=0.5, depth_multiplier=2)", cn_mobilenet, 0.5, 2);
    CASE("mobilenet_v2(alpha=0.35)", cn_mobilenet_v2, 0.35);
    CASE("mobilenet_v2(alpha=1.4)", cn_mobilenet_v2, .alpha = 1.4);
    CASE("mobilenet_v3_small(minimalistic=True)", cn_mobilenet_v3_small, .minimalistic = true);
    CASE("mobilenet_v3_small(alpha=1.5, include_preprocessing=False)", cn_mobilenet_v3_small,
         .alpha = 1.5, .include_preprocessing = false);
    CASE("mobilenet_v3_large(alpha=0.75)", cn_mobilenet_v3_large, 0.75);
    CASE("efficientnet_v2_b0(include_preprocessing=False)", cn_efficientnet_v2_b0,
         .include_preprocessing = false);
    CASE("convnext_tiny(include_preprocessing=False)", cn_convnext_tiny,
         .include_preprocessing = false);
#undef CASE
    assert_int_equal(json_object_size(json_object_get(item, "arguments")), 0);
    return make_plain(name, top, pooling, size);
}

static cn_model *make_or_fail(const json_t *item, bool top, const char *pooling, int64_t size)
{
    cn_model *model = make(item, top, pooling, size);
    if (model == NULL)
        fail_msg("%s: %s", cn_keras_name(item), cn_error());
    return model;
}

/* ---- parameters and layers ------------------------------------------------------------------- */

static void compare_counts(const json_t *item, const char *member, const cn_model *model)
{
    const json_t *counts = json_object_get(item, member);
    const int64_t all = json_integer_value(json_array_get(counts, 0)),
                  trained = json_integer_value(json_array_get(counts, 1));
    if (cn_count_params(model) != all || cn_count_trainable_params(model) != trained)
        fail_msg("%s: %s are %" PRId64 ", %" PRId64 " of them trained; Keras has %" PRId64
                 " and %" PRId64,
                 cn_keras_name(item), member, cn_count_params(model),
                 cn_count_trainable_params(model), all, trained);
}

struct text {
    char at[1024];
    size_t length;
};

static void append(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text->at + text->length, sizeof text->at - text->length, format, arguments);
    va_end(arguments);
    assert_true(n >= 0 && (size_t)n < sizeof text->at - text->length);
    text->length += (size_t)n;
}

/* Whether a name is another one, or that with a number: "reshape_2". */
static bool is_numbered(const char *name, const char *other)
{
    const size_t length = strlen(other);
    if (strncmp(name, other, length) != 0)
        return false;
    name += length;
    return *name == '\0' || (*name == '_' && strspn(name + 1, "0123456789") == strlen(name + 1));
}

/* "name Class 3x3x64,64"; ~ and the class's name for a layer that has no other. */
static void describe(const cn_layer *layer, struct text *line)
{
    cn_arena memory = {0};
    cn_weight **weights = NULL;
    int64_t n = 0;
    *line = (struct text){.length = 0};
    const char *own = cn_snake_case(&memory, layer->class->base.name);
    if (layer->user_named && !is_numbered(layer->name, own))
        append(line, "%s", layer->name);
    else
        append(line, "~%s", own);
    append(line, " %s", layer->class->base.name);
    assert_int_equal(cn_layer_weights(layer, &memory, &weights, &n), CN_OK);
    for (int64_t i = 0; i < n; i++) {
        const cn_shape *shape = &weights[i]->variable.shape;
        append(line, i == 0 ? " " : ",");
        for (int64_t k = 0; k < shape->rank; k++)
            append(line, k == 0 ? "%" PRId64 : "x%" PRId64, shape->dim[k]);
        if (shape->rank == 0)
            append(line, "1");
    }
    cn_arena_free(&memory);
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001B3;
    return hash;
}

static void compare_lines(const json_t *item, const cn_model *model)
{
    const json_t *lines = json_object_get(item, "lines");
    uint64_t hash = 0xCBF29CE484222325;
    for (int64_t i = 0; i < cn_layer_count(model); i++) {
        struct text line;
        describe(cn_get_layer_at(model, i), &line);
        hash = hash_text(hash_text(hash, i == 0 ? "" : "\n"), line.at);
        const char *expected = json_string_value(json_array_get(lines, (size_t)i));
        if (expected != NULL && strcmp(expected, line.at) != 0)
            fail_msg("%s: layer %" PRId64 " is \"%s\", Keras has \"%s\"", cn_keras_name(item), i,
                     line.at, expected);
    }
    char text[32];
    (void)snprintf(text, sizeof text, "%016" PRIx64, hash);
    if (cn_layer_count(model) != integer(item, "layers"))
        fail_msg("%s: has %" PRId64 " layers, Keras has %" PRId64, cn_keras_name(item),
                 cn_layer_count(model), integer(item, "layers"));
    assert_string_equal(text, json_string_value(json_object_get(item, "hash")));
}

void cn_keras_application_compare_layers(const json_t *item)
{
    cn_model *model = make_or_fail(item, true, NULL, 0);
    assert_string_equal(cn_layer_name(model), json_string_value(json_object_get(item, "model")));
    compare_counts(item, "params", model);
    compare_lines(item, model);
    cn_clear_session();
    compare_counts(item, "params_without_top", make_or_fail(item, false, NULL, 0));
    cn_clear_session();
}

/* ---- outputs --------------------------------------------------------------------------------- */

static void uniform(uint32_t seed, float *numbers, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        numbers[i] = (float)(seed >> 8) / 16777216.0F;
    }
}

/* A number u of weight w, as application_cases.py makes it. */
struct filling {
    double gain;
    uint32_t number;
};

static void scale(const cn_weight *weight, double gain, float *values, int64_t n)
{
    const cn_shape *shape = &weight->variable.shape;
    double factor = 0.2, offset = -0.1;
    if (strstr(weight->name, "kernel") != NULL) {
        const bool apart = shape->rank == 4 &&
                           (strcmp(weight->name, "depthwise_kernel") == 0 ||
                            strcmp(weight->layer->class->base.name, "DepthwiseConv2D") == 0);
        double fan_in = 1;
        for (int64_t i = 0; i < (apart ? 2 : shape->rank - 1); i++)
            fan_in *= (double)shape->dim[i];
        offset = -sqrt(3 * gain / fan_in);
        factor = -2 * offset;
    } else if (strstr(weight->name, "gamma") != NULL) {
        factor = 0.4, offset = 0.6;
    } else if (strstr(weight->name, "variance") != NULL) {
        factor = 0.6, offset = 0.7;
    }
    for (int64_t i = 0; i < n; i++)
        values[i] = (float)(offset + factor * (double)values[i]);
}

static cn_status fill(void *context, cn_layer *layer)
{
    struct filling *filling = context;
    for (int64_t i = 0; i < layer->n_weights; i++) {
        cn_weight *weight = layer->weights[i];
        const int64_t n = cn_shape_size(&weight->variable.shape);
        uniform(++filling->number * 2654435761, weight->variable.data, n);
        scale(weight, filling->gain, weight->variable.data, n);
    }
    return CN_OK;
}

static cn_array *make_images(const json_t *run, int64_t size)
{
    const double low = json_number_value(json_object_get(run, "low")),
                 high = json_number_value(json_object_get(run, "high"));
    cn_array *images = cn_array_new(CN_FLOAT32, (const int64_t[]){1, size, size, 3}, 4, NULL);
    assert_non_null(images);
    float *pixels = cn_array_data(images);
    uniform(12345, pixels, size * size * 3);
    for (int64_t i = 0; i < size * size * 3; i++)
        pixels[i] = (float)(low + (high - low) * (double)pixels[i]);
    return images;
}

static void compare_values(const json_t *item, const json_t *run, const cn_array *outputs)
{
    const json_t *values = json_object_get(run, "values");
    const int64_t size = cn_array_size(outputs), n = (int64_t)json_array_size(values);
    double largest = 0;
    for (int64_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(json_number_value(json_array_get(values, (size_t)i))));
    for (int64_t i = 0; i < n; i++) {
        const double expected = json_number_value(json_array_get(values, (size_t)i)),
                     got = cn_array_at(outputs, i * size / n);
        if (!(fabs(got - expected) <= tolerance * largest))
            fail_msg("%s, top %d: output %" PRId64 " is %.8g, Keras has %.8g; the largest is %.3g",
                     cn_keras_name(item), json_is_true(json_object_get(run, "include_top")), i, got,
                     expected, largest);
    }
}

void cn_keras_application_compare_outputs(const json_t *item)
{
    const json_t *run;
    size_t i;
    json_array_foreach(json_object_get(item, "runs"), i, run)
    {
        const bool top = json_is_true(json_object_get(run, "include_top"));
        const int64_t size = integer(run, "size");
        struct filling filling = {json_number_value(json_object_get(item, "gain")), 0};
        cn_model *model = make_or_fail(item, top, top ? NULL : "avg", size);
        assert_int_equal(cn_layer_visit(model, fill, &filling), CN_OK);
        cn_array *outputs = cn_predict(model, make_images(run, size));
        if (outputs == NULL)
            fail_msg("%s: %s", cn_keras_name(item), cn_error());
        compare_values(item, run, outputs);
        cn_clear_session();
    }
}
