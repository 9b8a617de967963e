/* Layers on images: how often and how far they change, seeds, labels, uint8, sizes that are known
 * late. Values are compared with Keras's in layers_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "cornu/pooling.h"
#include "cornu/training.h"
#include "layers/image.h"
#include "support/anew.h"
#include "support/program_run.h"

/* Runs a layer as a plan, on one input or on images and labels. */
typedef struct running {
    cn_layer *layer;
    cn_type types[2];
    int64_t n;
    bool training;
} running;

static void run(const running *r, const double *const *inputs, double *const *outputs)
{
    cn_program program = {0};
    cn_arena memory = {0};
    cn_trace trace = {.program = &program, .memory = &memory, .training = r->training};
    cn_call_frame *call = cn_arena_allocate(&memory, sizeof *call);
    cn_value values[2];
    assert_int_equal(cn_layer_ready(r->layer, r->types, r->n), CN_OK);
    for (int64_t i = 0; i < r->n; i++)
        values[i] = cn_program_input(&program, r->types[i].dtype, r->types[i].shape);
    if (cn_trace_layer(&trace, r->layer, NULL, values, NULL, r->n, call) != CN_OK)
        fail_msg("%s", cn_error());
    assert_int_equal(call->n_outputs, r->n);
    for (int64_t i = 0; i < r->n; i++)
        cn_program_output(&program, call->outputs[i]);
    if (cn_run_as_plan(&program, inputs, outputs) != CN_OK)
        fail_msg("%s", cn_error());
    cn_arena_free(&memory);
    cn_program_free(&program);
}

static void run_training(cn_layer *layer, cn_shape shape, const double *x, double *y)
{
    const running r = {layer, {{CN_FLOAT32, shape}}, 1, true};
    run(&r, (const double *const[]){x}, (double *const[]){y});
}

/* ---- distributions --------------------------------------------------------------------------- */

enum { MANY = 4000 };

typedef struct spread {
    double mean, deviation, low, high;
} spread;

static spread spread_of(const double *values, int64_t n)
{
    spread s = {0, 0, HUGE_VAL, -HUGE_VAL};
    for (int64_t i = 0; i < n; i++) {
        s.mean += values[i] / (double)n;
        s.low = fmin(s.low, values[i]);
        s.high = fmax(s.high, values[i]);
    }
    for (int64_t i = 0; i < n; i++)
        s.deviation += (values[i] - s.mean) * (values[i] - s.mean) / (double)n;
    s.deviation = sqrt(s.deviation);
    return s;
}

static void check_spread(const char *what, const double *values, spread expected)
{
    const spread s = spread_of(values, MANY);
    if (!(fabs(s.mean - expected.mean) < 0.03 && fabs(s.deviation - expected.deviation) < 0.02 &&
          s.low >= expected.low - 1e-6 && s.high <= expected.high + 1e-6))
        fail_msg("%s: mean %g, deviation %g, from %g to %g", what, s.mean, s.deviation, s.low,
                 s.high);
}

/* Images of one pixel show what was drawn for each of them. */
static void numbers_are_spread_as_said(void **state)
{
    (void)state;
    static double x[3 * MANY], y[3 * MANY];
    const cn_shape pixels = CN_SHAPE(MANY, 1, 1, 1);
    const double uniform = 1 / sqrt(12);
    cn_set_random_seed(5);
    for (int64_t i = 0; i < 3 * MANY; i++)
        x[i] = 0.5;
    run_training(cn_random_brightness({-0.1, 0.3}, .value_range = {0, 1}), pixels, x, y);
    check_spread("brightness", y, (spread){0.6, 0.4 * uniform, 0.4, 0.8});
    run_training(cn_random_brightness(0.4, .value_range = {0, 1}), pixels, x, y);
    check_spread("brightness", y, (spread){0.5, 0.8 * uniform, 0.1, 0.9});
    for (int64_t i = 0; i < MANY; i++)
        x[i] = 0;
    run_training(cn_random_invert({0.25, 0.25}, .value_range = {0, 1}), pixels, x, y);
    check_spread("invert", y, (spread){0.25, sqrt(0.25 * 0.75), 0, 1});
    run_training(cn_random_erasing(.scale = {1, 1}, .fill_value = 1), pixels, x, y);
    check_spread("erasing", y, (spread){0.5, 0.5, 0, 1}); /* the probability is itself random */
    run_training(cn_random_erasing({1, 1}, .scale = {1, 1}, .value_range = {-9, 1}), pixels, x, y);
    const spread noise = spread_of(y, MANY);
    assert_true(noise.mean < 0 && noise.low < -2 && noise.high <= 1);
}

/* Each second image is turned around: its first pixel is the last one's. */
static void half_of_the_images_are_mirrored(void **state)
{
    (void)state;
    static double x[2 * MANY], y[2 * MANY];
    int64_t mirrored = 0;
    for (int64_t i = 0; i < 2 * MANY; i++)
        x[i] = (double)(i % 2);
    run_training(cn_random_flip("horizontal", .seed = 3), CN_SHAPE(MANY, 1, 2, 1), x, y);
    for (int64_t i = 0; i < MANY; i++) {
        assert_true(y[2 * i] + y[2 * i + 1] == 1);
        mirrored += y[2 * i] == 1;
    }
    assert_in_range(mirrored, MANY * 47 / 100, MANY * 53 / 100);
}

/* All places come, none beyond, and one batch is cut alike. */
static void crops_begin_everywhere(void **state)
{
    (void)state;
    enum { SIDE = 5, PART = 3 };
    double x[2 * SIDE * SIDE], y[2 * PART * PART];
    bool seen[SIDE * SIDE] = {false};
    cn_layer *layer = cn_random_crop(PART, PART, .seed = 11);
    int64_t places = 0;
    for (int64_t i = 0; i < 2 * SIDE * SIDE; i++)
        x[i] = (double)i;
    for (int64_t i = 0; i < 200; i++) {
        run_training(layer, CN_SHAPE(2, SIDE, SIDE, 1), x, y);
        const int64_t first = (int64_t)y[0];
        assert_true(first / SIDE <= SIDE - PART && first % SIDE <= SIDE - PART);
        assert_true(y[PART * PART] == (double)(first + SIDE * SIDE));
        assert_true(y[PART * PART - 1] == (double)(first + 2 * SIDE + 2));
        places += !seen[first];
        seen[first] = true;
    }
    assert_int_equal(places, 9);
}

/* Beta(alpha, alpha) has the mean 1/2 and the variance 1 / (8 alpha + 4). */
static void mixtures_have_their_weights(void **state)
{
    (void)state;
    enum { IMAGES = 200, ROUNDS = MANY / IMAGES };
    static double x[IMAGES], labels[2 * IMAGES], y[IMAGES], mixed[2 * IMAGES], weights[MANY];
    const double alphas[] = {0.05, 0.2, 1, 4};
    for (int64_t i = 0; i < IMAGES; i++) {
        x[i] = (double)i;
        labels[2 * i] = (double)i;
        labels[2 * i + 1] = 1;
    }
    for (size_t a = 0; a < sizeof alphas / sizeof *alphas; a++) {
        cn_layer *layer = cn_mix_up(.alpha = alphas[a], .seed = 2);
        const running r = {
            layer,
            {{CN_FLOAT32, CN_SHAPE(IMAGES, 1, 1, 1)}, {CN_FLOAT32, CN_SHAPE(IMAGES, 2)}},
            2,
            true};
        double sum = 0;
        int64_t n = 0;
        for (int64_t round = 0; round < ROUNDS; round++) {
            run(&r, (const double *const[]){x, labels}, (double *const[]){y, mixed});
            for (int64_t i = 0; i < IMAGES; i++, n++) {
                assert_true(fabs(mixed[2 * i] - y[i]) < 1e-3 && fabs(mixed[2 * i + 1] - 1) < 1e-5);
                sum += y[i];
            }
        }
        assert_true(fabs(sum / (double)n - (IMAGES - 1) / 2.0) < 6);
    }
    cn_program program = {0};
    cn_arena memory = {0};
    cn_layer *layer = cn_mix_up(.seed = 2);
    assert_int_equal(cn_layer_ready(layer, &(cn_type){CN_FLOAT32, CN_SHAPE(1, 1, 1, 1)}, 1), CN_OK);
    for (size_t a = 0; a < sizeof alphas / sizeof *alphas; a++) {
        cn_call_frame *call = cn_arena_allocate(&memory, sizeof *call);
        call->program = &program, call->layer = layer;
        cn_program_output(&program, cn_call_beta(call, MANY, cn_emit_scalar(&program, alphas[a])));
        assert_int_equal(cn_run_as_plan(&program, NULL, (double *const[]){weights}), CN_OK);
        check_spread("beta", weights, (spread){0.5, 1 / sqrt(8 * alphas[a] + 4), 0, 1});
        cn_program_free(&program);
        program = (cn_program){0};
    }
    cn_arena_free(&memory);
}

static void permutations_have_everybody_once(void **state)
{
    (void)state;
    enum { N = 50 };
    double order[N];
    bool seen[N] = {false};
    cn_program program = {0};
    cn_arena memory = {0};
    cn_layer *layer = cn_mix_up(.seed = 2);
    assert_int_equal(cn_layer_ready(layer, &(cn_type){CN_FLOAT32, CN_SHAPE(1, 1, 1, 1)}, 1), CN_OK);
    cn_call_frame *call = cn_arena_allocate(&memory, sizeof *call);
    call->program = &program, call->layer = layer;
    cn_program_output(&program, cn_call_permutation(call, N));
    assert_int_equal(cn_run_as_plan(&program, NULL, (double *const[]){order}), CN_OK);
    for (int64_t i = 0; i < N; i++) {
        assert_true(order[i] >= 0 && order[i] < N && !seen[(int64_t)order[i]]);
        seen[(int64_t)order[i]] = true;
    }
    cn_arena_free(&memory);
    cn_program_free(&program);
}

/* ---- seeds and types ------------------------------------------------------------------------- */

static void same_seed_same_bits(void **state)
{
    (void)state;
    double x[2 * 5 * 5], a[2 * 5 * 5], b[2 * 5 * 5], c[2 * 5 * 5], d[2 * 5 * 5];
    const cn_shape shape = CN_SHAPE(2, 5, 5, 1);
    for (int64_t i = 0; i < 50; i++)
        x[i] = sin((double)i);
    cn_layer *first = cn_random_rotation(0.5, .seed = 3);
    run_training(first, shape, x, a);
    run_training(first, shape, x, b);
    run_training(cn_random_rotation(0.5, .seed = 3), shape, x, c);
    run_training(cn_random_rotation(0.5, .seed = 4), shape, x, d);
    assert_memory_equal(a, c, sizeof a);
    assert_memory_not_equal(a, b, sizeof a);
    assert_memory_not_equal(a, d, sizeof a);
}

/* Two numbers without braces are height and width; in braces they are a range. */
static void numbers_go_where_they_belong(void **state)
{
    (void)state;
    const cn_random_translation_args *moved = cn_random_translation(0.1, 0.2)->args;
    assert_true(moved->height_factor[0] == 0.1 && isnan(moved->height_factor[1]));
    assert_true(moved->width_factor[0] == 0.2 && isnan(moved->width_factor[1]));
    const cn_random_zoom_args *range = cn_random_zoom({-0.1, 0.2})->args;
    assert_true(range->height_factor[1] == 0.2 && isnan(range->height_factor[2]));
    assert_true(isnan(range->width_factor[0]));
    const cn_random_zoom_args *both = cn_random_zoom({-0.1, 0.2}, {0.3, 0.4})->args;
    assert_true(both->height_factor[1] == 0.2 && both->width_factor[1] == 0.4);
    const cn_random_zoom_args *one = cn_random_zoom(0.3)->args;
    assert_true(one->height_factor[0] == 0.3 && isnan(one->width_factor[0]));
    const cn_random_shear_args *shear = cn_random_shear(0.1, 0.2)->args;
    assert_true(shear->x_factor[0] == 0.1 && shear->y_factor[0] == 0.2);
    const cn_range contrast =
        cn_factor_range(((const cn_color_args *)cn_random_contrast(0.3)->args)->factor, 0);
    assert_true(contrast.low == 0 && contrast.high == 0.3);
}

/* Bicubic interpolation leaves 0 .. 255; bytes do not. */
static void bytes_stay_bytes(void **state)
{
    (void)state;
    const double x[] = {0, 0, 255, 255};
    double y[8];
    const running r = {cn_resizing(1, 8, .interpolation = "bicubic"),
                       {{CN_UINT8, CN_SHAPE(1, 1, 4, 1)}},
                       1,
                       false};
    run(&r, (const double *const[]){x}, (double *const[]){y});
    for (int i = 0; i < 8; i++)
        assert_true(y[i] >= 0 && y[i] <= 255 && y[i] == floor(y[i]));
    assert_true(y[0] == 0 && y[2] == 0 && y[5] == 255 && y[7] == 255);
}

/* tf.image.resize(x, (2, 2), "area") and (3, 6). */
static void areas_are_means(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const double small[] = {7.0 / 3, 11.0 / 3, 19.0 / 3, 23.0 / 3};
    const double wide[] = {1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9};
    double y[18];
    running r = {
        cn_resizing(2, 2, .interpolation = "area"), {{CN_FLOAT32, CN_SHAPE(1, 3, 3, 1)}}, 1, false};
    run(&r, (const double *const[]){x}, (double *const[]){y});
    for (int i = 0; i < 4; i++)
        assert_true(fabs(y[i] - small[i]) < 1e-6);
    r.layer = cn_resizing(3, 6, .interpolation = "area");
    run(&r, (const double *const[]){x}, (double *const[]){y});
    for (int i = 0; i < 18; i++)
        assert_true(fabs(y[i] - wide[i]) < 1e-6);
}

/* As in Keras, whatever the shape that is drawn. */
static void images_are_whole_in_prediction(void **state)
{
    (void)state;
    const double x[] = {0, 1, 2, 3, 4, 5, 6, 7}; /* 2 x 4 */
    double y[8];
    const running r = {
        cn_random_crop(2, 2, .seed = 1), {{CN_FLOAT32, CN_SHAPE(1, 2, 4, 1)}}, 1, false};
    run(&r, (const double *const[]){x}, (double *const[]){y});
    assert_memory_equal(y, x, sizeof y);
    cn_tensor *images = cn_input({2, 4, 1}), *part = cn_call(cn_random_crop(2, 2), images);
    assert_string_equal(cn_shape_str(&part->shape), "(None, 2, 2, 1)");
    cn_model *model = cn_model_of(images, cn_call(cn_global_average_pooling2d(), part));
    cn_array *mean = cn_predict(model, cn_zeros({3, 2, 4, 1}), .verbose = 0);
    assert_true(cn_array_size(mean) == 3 && cn_array_at(mean, 2) == 0);
    cn_array_free(mean);
}

/* Gray at 1/4 and white at 3/4 by a color of three numbers. */
static void erased_by_a_color(void **state)
{
    (void)state;
    const double x[] = {0.5, 0.5, 0.5};
    double y[3];
    run_training(cn_random_erasing({1, 1}, .scale = {1, 1}, .fill_value = {0.25, 0.75, 0},
                                   .value_range = {0, 1}),
                 CN_SHAPE(1, 1, 1, 3), x, y);
    assert_memory_equal(y, ((const double[]){0.25, 0.75, 0}), sizeof y);
}

/* ---- what is known without drawing ----------------------------------------------------------- */

#define UNIT .value_range = {0, 1}

static void check_values(const char *what, const double *y, const double *expected, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!(fabs(y[i] - expected[i]) < 2e-5))
            fail_msg("%s: element %d is %g, expected %g", what, (int)i, y[i], expected[i]);
}

static void check_pixel(cn_layer *layer, const double *x, const double *expected)
{
    double y[3];
    assert_non_null(layer);
    run_training(layer, CN_SHAPE(1, 1, 1, 3), x, y);
    check_values(layer->name, y, expected, 3);
}

/* Half a turn of the hue exchanges the largest and the smallest channel and mirrors the third
 * between them, to whichever side it goes. */
static void colors_are_as_said(void **state)
{
    (void)state;
    const double x[] = {0.8, 0.2, 0.5}, gray = 0.2989 * 0.8 + 0.587 * 0.2 + 0.114 * 0.5;
    check_pixel(cn_random_hue({1, 1}, UNIT), x, (const double[]){0.2, 0.8, 0.5});
    check_pixel(cn_random_hue({0, 0}, UNIT), x, x);
    check_pixel(cn_random_hue({1, 1}, UNIT), (const double[]){0.3, 0.3, 0.3},
                (const double[]){0.3, 0.3, 0.3});
    check_pixel(cn_random_saturation({0, 0}), x, (const double[]){0.8, 0.8, 0.8});
    check_pixel(cn_random_saturation({0.5, 0.5}), x, x);
    check_pixel(cn_random_saturation({1.0 / 3, 1.0 / 3}), x, (const double[]){0.8, 0.5, 0.65});
    check_pixel(cn_random_grayscale(1), x, (const double[]){gray, gray, gray});
    check_pixel(cn_random_grayscale(0.0), x, x);
    check_pixel(cn_random_color_degeneration({1, 1}, UNIT), x, (const double[]){gray, gray, gray});
    check_pixel(cn_random_color_degeneration({0.5, 0.5}, UNIT), x,
                (const double[]){(0.8 + gray) / 2, (0.2 + gray) / 2, (0.5 + gray) / 2});
    check_pixel(cn_random_color_jitter(UNIT, .hue_factor = {1, 1}, .brightness_factor = {0.1, 0.1}),
                x, (const double[]){0.3, 0.9, 0.6});
    check_pixel(cn_random_color_jitter(UNIT), x, x);
    check_pixel(cn_random_posterization({3, 3}), (const double[]){31.5, 32, 255},
                (const double[]){0, 32, 224});
    check_pixel(cn_random_posterization({1, 2}, UNIT), (const double[]){0.4, 0.6, 1},
                (const double[]){0, 128.0 / 255, 128.0 / 255});
    check_pixel(cn_solarization(UNIT), x, (const double[]){0.2, 0.8, 0.5});
}

/* 1/13 around and 5/13 in the middle; outside are zeros. */
static void smoothed_by_their_kernels(void **state)
{
    (void)state;
    const double x[] = {0, 0, 0, 0, 1, 0, 0, 0, 0};
    double y[9], expected[9];
    const cn_shape shape = CN_SHAPE(1, 3, 3, 1);
    run_training(cn_random_sharpness({0.5, 0.5}, UNIT), shape, x, y);
    check_values("as it is", y, x, 9);
    run_training(cn_random_sharpness({0, 0}, UNIT), shape, x, y);
    for (int i = 0; i < 9; i++)
        expected[i] = i == 4 ? 5.0 / 13 : 1.0 / 13;
    check_values("smooth", y, expected, 9);
    run_training(cn_random_gaussian_blur({1, 1}, .sigma = {0.5, 0.5}, UNIT), shape, x, y);
    const double side = exp(-2), sum = (1 + 2 * side) * (1 + 2 * side);
    for (int i = 0; i < 9; i++)
        expected[i] = (i / 3 == 1 ? 1 : side) * (i % 3 == 1 ? 1 : side) / sum;
    check_values("blur", y, expected, 9);
    run_training(cn_random_gaussian_blur({1, 1}, .kernel_size = {1, 3}, .sigma = {0.5, 0.5}, UNIT),
                 shape, x, y);
    for (int i = 0; i < 9; i++)
        expected[i] = i % 3 != 1 ? 0 : (i / 3 == 1 ? 1 : side) / (1 + 2 * side);
    check_values("blur down", y, expected, 9);
}

static void contrast_is_stretched(void **state)
{
    (void)state;
    const double x[] = {0.25, 0.5, 0.5, 0.5, 0.75, 0.5}; /* two channels, one of them flat */
    const double stretched[] = {0, 0.5, 0.5, 0.5, 1, 0.5};
    const double levels[] = {10, 10, 20, 250};
    double y[6];
    run_training(cn_auto_contrast(UNIT), CN_SHAPE(1, 1, 3, 2), x, y);
    check_values("auto_contrast", y, stretched, 6);
    const running r = {cn_auto_contrast(UNIT), {{CN_FLOAT32, CN_SHAPE(1, 1, 3, 2)}}, 1, false};
    run(&r, (const double *const[]){x}, (double *const[]){y});
    check_values("auto_contrast in prediction", y, stretched, 6);
    run_training(cn_equalization(), CN_SHAPE(2, 1, 2, 1), levels, y);
    check_values("equalization", y, (const double[]){0, 0, 128, 255}, 4); /* 127.5 rounded */
    run_training(cn_equalization(UNIT), CN_SHAPE(1, 1, 3, 2), x, y);
    check_values("equalization of a flat channel", y,
                 (const double[]){0, 0.5, 128.0 / 255, 0.5, 1, 0.5}, 6);
}

/* A perspective keeps straight lines: of an image that is its own column number, every row is a
 * fraction of two linear functions, and the corner at 0 stays. */
static void perspective_keeps_its_corner(void **state)
{
    (void)state;
    enum { SIDE = 6, PIXELS = SIDE * SIDE };
    double x[8 * PIXELS], y[8 * PIXELS];
    const cn_shape shape = CN_SHAPE(8, SIDE, SIDE, 1);
    for (int i = 0; i < 8 * PIXELS; i++)
        x[i] = 1 + i % SIDE;
    run_training(cn_random_perspective({1, 1}, .scale = 0), shape, x, y);
    check_values("no perspective", y, x, 8 * PIXELS);
    run_training(cn_random_perspective({1, 1}, .scale = 0.8, .seed = 1), shape, x, y);
    int64_t changed = 0;
    for (int n = 0; n < 8; n++) {
        assert_true(fabs(y[n * PIXELS] - 1) < 1e-5);
        changed += fabs(y[n * PIXELS + 1] - 2) > 1e-3;
        for (int i = 0; i < PIXELS; i++)
            assert_true(y[n * PIXELS + i] >= 0 && y[n * PIXELS + i] <= SIDE);
    }
    assert_true(changed >= 6);
}

/* What is cut out of an image is the other's, and the labels say how much. */
static void cuts_and_labels_agree(void **state)
{
    (void)state;
    enum { N = 6, SIDE = 40, PIXELS = SIDE * SIDE };
    static double x[N * PIXELS], y[N * PIXELS];
    double labels[N], mixed[N];
    const running r = {cn_cut_mix(.seed = 4),
                       {{CN_FLOAT32, CN_SHAPE(N, SIDE, SIDE, 1)}, {CN_FLOAT32, CN_SHAPE(N, 1)}},
                       2,
                       true};
    for (int i = 0; i < N * PIXELS; i++)
        x[i] = i / PIXELS;
    for (int i = 0; i < N; i++)
        labels[i] = i;
    run(&r, (const double *const[]){x, labels}, (double *const[]){y, mixed});
    for (int n = 0; n < N; n++) {
        double sum = 0;
        for (int i = 0; i < PIXELS; i++)
            sum += y[n * PIXELS + i] / PIXELS;
        if (!(fabs(sum - mixed[n]) < 0.06 * N))
            fail_msg("image %d: pixels say %g, its label %g", n, sum, mixed[n]);
    }
    running prediction = r;
    prediction.training = false;
    run(&prediction, (const double *const[]){x, labels}, (double *const[]){y, mixed});
    assert_memory_equal(y, x, sizeof x);
    assert_memory_equal(mixed, labels, sizeof labels);
}

/* Of one tile without a limit: as many values as are below, of four. Bytes stay bytes, cut off. */
static void tiles_are_equalized(void **state)
{
    (void)state;
    const double x[] = {10, 40, 30, 20}, flat[] = {7, 7, 7, 7};
    double y[4];
    running r = {cn_contrast_limited_adaptive_histogram_equalization(.clip_limit = 0,
                                                                     .tile_grid_size = {1, 1}),
                 {{CN_FLOAT32, CN_SHAPE(1, 2, 2, 1)}},
                 1,
                 false};
    run(&r, (const double *const[]){x}, (double *const[]){y});
    check_values("tile", y, (const double[]){63.75, 255, 191.25, 127.5}, 4);
    run(&r, (const double *const[]){flat}, (double *const[]){y});
    check_values("flat tile", y, (const double[]){255, 255, 255, 255}, 4);
    r.layer = cn_contrast_limited_adaptive_histogram_equalization(.clip_limit = 0,
                                                                  .tile_grid_size = {1, 1});
    r.types[0].dtype = CN_UINT8;
    run(&r, (const double *const[]){x}, (double *const[]){y});
    check_values("bytes", y, (const double[]){63, 255, 191, 127}, 4);
}

/* Images whose two channels are the row and the column tell where each cell came from. */
static void rubber_moves_smoothly_and_both_ways(void **state)
{
    (void)state;
    enum { SIDE = 40, CELLS = SIDE * SIDE };
    static double x[2 * CELLS], y[2 * CELLS];
    double farthest = 0, product = 0, squares[2] = {0, 0};
    cn_set_random_seed(2);
    for (int64_t i = 0; i < CELLS; i++)
        x[2 * i] = (double)(i / SIDE), x[2 * i + 1] = (double)(i % SIDE);
    run_training(cn_random_elastic_transform({1, 1}, {1, 1}, .fill_mode = "nearest"),
                 CN_SHAPE(1, SIDE, SIDE, 2), x, y);
    for (int64_t i = 0; i < CELLS; i++) {
        const double down = y[2 * i] - x[2 * i], across = y[2 * i + 1] - x[2 * i + 1];
        farthest = fmax(farthest, fmax(fabs(down), fabs(across)));
        product += down * across;
        squares[0] += down * down, squares[1] += across * across;
        if (i % SIDE > 0)
            assert_true(fabs(y[2 * i] - y[2 * i - 2]) < 2);
    }
    assert_true(farthest > 0.5 && farthest < 8);
    assert_true(fabs(product) < 0.8 * sqrt(squares[0] * squares[1]));
    run_training(cn_random_elastic_transform({0, 0}), CN_SHAPE(1, SIDE, SIDE, 2), x, y);
    assert_memory_equal(x, y, sizeof x);
}

/* Chains without links leave an image as it is; with them, it stays in its range. */
static void mixed_chains_stay_in_range(void **state)
{
    (void)state;
    double x[2 * 6 * 5 * 3], y[2 * 6 * 5 * 3], z[2 * 6 * 5 * 3];
    const cn_shape shape = CN_SHAPE(2, 6, 5, 3);
    for (int64_t i = 0; i < 180; i++)
        x[i] = 0.5 + 0.5 * sin((double)i);
    run_training(cn_aug_mix(.chain_depth = 0, UNIT), shape, x, y);
    check_values("no links", y, x, 180);
    run_training(cn_aug_mix(.factor = 1, UNIT, .seed = 4), shape, x, y);
    run_training(cn_aug_mix(.factor = 1, UNIT, .seed = 4), shape, x, z);
    assert_memory_equal(y, z, sizeof y);
    assert_memory_not_equal(x, y, sizeof y);
    for (int64_t i = 0; i < 180; i++)
        assert_true(y[i] >= 0 && y[i] <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(numbers_are_spread_as_said, cn_begin_anew),
        cmocka_unit_test_setup(half_of_the_images_are_mirrored, cn_begin_anew),
        cmocka_unit_test_setup(crops_begin_everywhere, cn_begin_anew),
        cmocka_unit_test_setup(mixtures_have_their_weights, cn_begin_anew),
        cmocka_unit_test_setup(permutations_have_everybody_once, cn_begin_anew),
        cmocka_unit_test_setup(same_seed_same_bits, cn_begin_anew),
        cmocka_unit_test_setup(numbers_go_where_they_belong, cn_begin_anew),
        cmocka_unit_test_setup(bytes_stay_bytes, cn_begin_anew),
        cmocka_unit_test_setup(areas_are_means, cn_begin_anew),
        cmocka_unit_test_setup(images_are_whole_in_prediction, cn_begin_anew),
        cmocka_unit_test_setup(erased_by_a_color, cn_begin_anew),
        cmocka_unit_test_setup(colors_are_as_said, cn_begin_anew),
        cmocka_unit_test_setup(smoothed_by_their_kernels, cn_begin_anew),
        cmocka_unit_test_setup(contrast_is_stretched, cn_begin_anew),
        cmocka_unit_test_setup(perspective_keeps_its_corner, cn_begin_anew),
        cmocka_unit_test_setup(cuts_and_labels_agree, cn_begin_anew),
        cmocka_unit_test_setup(tiles_are_equalized, cn_begin_anew),
        cmocka_unit_test_setup(rubber_moves_smoothly_and_both_ways, cn_begin_anew),
        cmocka_unit_test_setup(mixed_chains_stay_in_range, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("layers.image_layers", tests, NULL, NULL);
}
