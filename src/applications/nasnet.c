/* NASNetMobile and NASNetLarge (Zoph et al., 2017): cells that were found by search, of two kinds,
 * each with the results of the two cells before it as inputs. */
#include <stddef.h>

#include "applications/applications.h"

static const struct variant {
    int64_t filters; /* of the first normal cells */
    int cells;       /* normal ones in each of three stacks */
    int64_t stem;
    /* after a reduction cell, the input before last is that of the cell itself */
    bool skips_reduction;
} variants[] = {{44, 4, 32, false}, {168, 6, 96, true}};

/* The results of the last cell and of the one before, NULL at first. */
struct state {
    cn_tensor *x, *before;
};

static cn_tensor *normalize(cn_tensor *x, const char *name)
{
    return cn_call(cn_batch_normalization(.momentum = 0.9997, .name = name), x);
}

static cn_tensor *activate(cn_tensor *x)
{
    return cn_call(cn_activation("relu"), x);
}

/* Pointwise. */
static cn_tensor *mix(cn_tensor *x, int64_t filters, const char *name)
{
    return cn_call(cn_conv2d(filters, 1, .padding = "same", .use_bias = false,
                             .kernel_initializer = "he_normal", .name = name),
                   x);
}

/* ---- parts of cells -------------------------------------------------------------------------- */

/* Twice relu, a separable convolution of cells x cells, normalization; the first one may stride. */
static cn_tensor *separate(cn_tensor *x, int64_t filters, int64_t cells, int64_t strides,
                           const char *part, const char *id)
{
    const cn_label padding = cn_label_of("separable_conv_1_pad_%s_%s", part, id);
    x = activate(x);
    if (strides == 2)
        x = cn_draw_correct_pad(x, cells, padding.text);
    for (int i = 1; i <= 2; i++) {
        const cn_label name = cn_label_of("separable_conv_%d_%s_%s", i, part, id),
                       normalization = cn_label_of("separable_conv_%d_bn_%s_%s", i, part, id);
        const bool inside = i == 1 && strides == 2;
        if (i == 2)
            x = activate(x);
        x = cn_call(cn_separable_conv2d(filters, {cells, cells}, .strides = {i == 1 ? strides : 1},
                                        .padding = inside ? "valid" : "same", .use_bias = false,
                                        .name = name.text),
                    x);
        x = normalize(x, normalization.text);
    }
    return x;
}

static cn_tensor *average(cn_tensor *x, int64_t strides, const char *part, const char *id)
{
    const cn_label name = cn_label_of("%s_%s", part, id);
    return cn_call(cn_average_pooling2d(3, .strides = {strides},
                                        .padding = strides == 1 ? "same" : "valid",
                                        .name = name.text),
                   x);
}

static cn_tensor *largest(cn_tensor *x, const char *part, const char *id)
{
    const cn_label name = cn_label_of("%s_%s", part, id);
    return cn_call(cn_max_pooling2d(3, .strides = {2}, .name = name.text), x);
}

static cn_tensor *add(cn_tensor *a, cn_tensor *b, const char *part, const char *id)
{
    const cn_label name = cn_label_of("%s_%s", part, id);
    return cn_call(cn_add(.name = name.text), a, b);
}

/* ---- the input before last ------------------------------------------------------------------- */

/* One of the two halves that a larger input is made smaller by: every other cell. */
static cn_tensor *halve(cn_tensor *x, int64_t filters, int half, const char *id)
{
    const cn_label pool = cn_label_of("adjust_avg_pool_%d_%s", half, id),
                   convolution = cn_label_of("adjust_conv_%d_%s", half, id);
    x = cn_call(cn_average_pooling2d(1, .strides = {2}, .name = pool.text), x);
    return mix(x, filters / 2, convolution.text);
}

/* The input before last as the last one's shape and the cell's filters need it. */
static cn_tensor *adjust(struct state state, int64_t filters, const char *id)
{
    const cn_label normalization = cn_label_of("adjust_bn_%s", id),
                   relu = cn_label_of("adjust_relu_1_%s", id),
                   projection = cn_label_of("adjust_conv_projection_%s", id);
    cn_tensor *p = state.before;
    if (p == NULL || state.x == NULL)
        return state.x;
    if (cn_tensor_dim(p, 2) != cn_tensor_dim(state.x, 2)) {
        p = cn_call(cn_activation("relu", .name = relu.text), p);
        cn_tensor *one = halve(p, filters, 1, id);
        cn_tensor *other =
            cn_chain(p, cn_zero_padding2d({{0, 1}, {0, 1}}), cn_cropping2d({{1, 0}, {1, 0}}));
        other = halve(other, filters, 2, id);
        return normalize(cn_call(cn_concatenate(), one, other), normalization.text);
    }
    if (cn_channels_of(p) == filters)
        return p;
    return normalize(mix(activate(p), filters, projection.text), normalization.text);
}

/* ---- cells ----------------------------------------------------------------------------------- */

static struct state draw_normal(struct state state, int64_t filters, const char *id)
{
    const cn_label convolution = cn_label_of("normal_conv_1_%s", id),
                   normalization = cn_label_of("normal_bn_1_%s", id),
                   all = cn_label_of("normal_concat_%s", id);
    cn_tensor *p = adjust(state, filters, id);
    cn_tensor *h = mix(activate(state.x), filters, convolution.text);
    h = normalize(h, normalization.text);
    cn_tensor *left = separate(h, filters, 5, 1, "normal_left1", id);
    cn_tensor *right = separate(p, filters, 3, 1, "normal_right1", id);
    cn_tensor *x1 = add(left, right, "normal_add_1", id);
    left = separate(p, filters, 5, 1, "normal_left2", id);
    right = separate(p, filters, 3, 1, "normal_right2", id);
    cn_tensor *x2 = add(left, right, "normal_add_2", id);
    cn_tensor *x3 = add(average(h, 1, "normal_left3", id), p, "normal_add_3", id);
    left = average(p, 1, "normal_left4", id);
    right = average(p, 1, "normal_right4", id);
    cn_tensor *x4 = add(left, right, "normal_add_4", id);
    cn_tensor *x5 = add(separate(h, filters, 3, 1, "normal_left5", id), h, "normal_add_5", id);
    cn_tensor *x = cn_call(cn_concatenate(.name = all.text), p, x1, x2, x3, x4, x5);
    return (struct state){x, state.x};
}

/* Half the size. */
static struct state draw_reduction(struct state state, int64_t filters, const char *id)
{
    const cn_label convolution = cn_label_of("reduction_conv_1_%s", id),
                   normalization = cn_label_of("reduction_bn_1_%s", id),
                   padding = cn_label_of("reduction_pad_1_%s", id),
                   all = cn_label_of("reduction_concat_%s", id);
    cn_tensor *p = adjust(state, filters, id);
    cn_tensor *h = mix(activate(state.x), filters, convolution.text);
    h = normalize(h, normalization.text);
    cn_tensor *padded = cn_draw_correct_pad(h, 3, padding.text);
    cn_tensor *left = separate(h, filters, 5, 2, "reduction_left1", id);
    cn_tensor *right = separate(p, filters, 7, 2, "reduction_right1", id);
    cn_tensor *x1 = add(left, right, "reduction_add_1", id);
    left = largest(padded, "reduction_left2", id);
    right = separate(p, filters, 7, 2, "reduction_right2", id);
    cn_tensor *x2 = add(left, right, "reduction_add_2", id);
    left = average(padded, 2, "reduction_left3", id);
    right = separate(p, filters, 5, 2, "reduction_right3", id);
    cn_tensor *x3 = add(left, right, "reduction_add3", id);
    cn_tensor *x4 = cn_call(cn_add(), x2, average(x1, 1, "reduction_left4", id));
    left = separate(x1, filters, 3, 1, "reduction_left4", id);
    right = largest(padded, "reduction_right5", id);
    cn_tensor *x5 = add(left, right, "reduction_add4", id);
    cn_tensor *x = cn_call(cn_concatenate(.name = all.text), x2, x3, x4, x5);
    return (struct state){x, state.x};
}

/* A stack of normal cells, which in front of all but the first stack have a reduction cell. */
static struct state draw_stack(struct state state, const struct variant *variant, int stack)
{
    const int64_t filters = variant->filters << stack;
    const int first = stack * variant->cells + (stack > 0);
    if (stack > 0) {
        const cn_label id = cn_label_of("reduce_%d", stack * variant->cells);
        const struct state reduced = draw_reduction(state, filters, id.text);
        state = (struct state){reduced.x, variant->skips_reduction ? state.before : reduced.before};
    }
    for (int i = 0; i < variant->cells; i++) {
        const cn_label id = cn_label_of("%d", first + i);
        state = draw_normal(state, filters, id.text);
    }
    return state;
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    const struct variant *variant = &variants[drawing->application->variant];
    cn_tensor *x = cn_call(cn_conv2d(variant->stem, 3, .strides = {2}, .use_bias = false,
                                     .kernel_initializer = "he_normal", .name = "stem_conv1"),
                           images);
    struct state state = {normalize(x, "stem_bn1"), NULL};
    state = draw_reduction(state, variant->filters / 4, "stem_1");
    state = draw_reduction(state, variant->filters / 2, "stem_2");
    for (int stack = 0; stack < 3; stack++)
        state = draw_stack(state, variant, stack);
    x = activate(state.x);
    if (!drawing->keywords->include_top)
        return cn_draw_pooling(drawing, false, x);
    return cn_draw_predictions(drawing, NULL, cn_call(cn_global_average_pooling2d(), x));
}

const cn_application_family cn_nasnet_family = {.draw = draw,
                                                .keywords = offsetof(cn_application_args, weights)};

/* Without the top, the smaller one has images of its own size too. */
cn_model *cn_nasnet_mobile_with(const cn_application_args *args)
{
    cn_application_args own = *args;
    if (!own.include_top && own.input_shape[0] == 0 && own.input_tensor == NULL)
        own.input_shape[0] = own.input_shape[1] = 224, own.input_shape[2] = 3;
    return cn_application_make("nasnet_mobile", &own);
}

cn_model *cn_nasnet_large_with(const cn_application_args *args)
{
    return cn_application_make("nasnet_large", args);
}
