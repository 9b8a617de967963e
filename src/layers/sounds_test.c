/* Spectrograms: a tone is found where it is, with the kernels that a layer begins with; and
 * mistakes are named. What Keras computes is in layers_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "cornu/cornu.h"
#include "support/anew.h"

enum { LENGTH = 2000, RATE = 8000 };

/* A tone of so many Hz. */
static cn_array *tone(double hertz, bool has_channels)
{
    cn_array *x = has_channels ? cn_zeros({1, LENGTH, 1}) : cn_zeros({1, LENGTH});
    float *numbers = cn_array_data(x);
    for (int i = 0; i < LENGTH; i++)
        numbers[i] = (float)cos(2 * acos(-1) * hertz * i / RATE);
    return x;
}

static int64_t largest(const cn_array *y, int64_t begin, int64_t step, int64_t n)
{
    int64_t at = 0;
    for (int64_t i = 1; i < n; i++)
        if (cn_array_at(y, begin + i * step) > cn_array_at(y, begin + at * step))
            at = i;
    return at;
}

static void a_tone_has_its_frequency(void **state)
{
    static const char *const modes[] = {"log", "magnitude", "psd"};
    (void)state;
    for (int i = 0; i < 3; i++) {
        cn_tensor *x = cn_input({CN_NONE, 1});
        cn_layer *layer = cn_stft_spectrogram(modes[i], 200, .fft_length = 256, .frame_step = 50);
        cn_array *y = cn_predict(cn_model_of(x, cn_call(layer, x)), tone(1000, true));
        assert_non_null(y);
        assert_int_equal(cn_array_dim(y, 2), 129);
        assert_int_equal(cn_array_dim(y, 1), (LENGTH - 200) / 50 + 1);
        assert_int_equal(largest(y, 5 * 129, 1, 129), 32);
        cn_array_free(y);
    }
}

/* The middles of the bands are 1127 log(1 + Hz / 700), evenly apart. */
static void a_tone_has_its_band(void **state)
{
    (void)state;
    for (int band = 3; band < 20; band++) {
        const double low = log(1 + 100 / 700.0), high = log(1 + 3800 / 700.0);
        const double hertz = 700 * (exp(low + (high - low) * (band + 1) / 25) - 1);
        cn_tensor *x = cn_input({CN_NONE});
        cn_layer *layer = cn_mel_spectrogram(1024, 256, .sampling_rate = RATE, .num_mel_bins = 24,
                                             .min_freq = 100, .max_freq = 3800);
        cn_array *y = cn_predict(cn_model_of(x, cn_call(layer, x)), tone(hertz, false));
        assert_non_null(y);
        assert_int_equal(cn_array_dim(y, 1), 24);
        assert_int_equal(cn_array_dim(y, 2), LENGTH / 256 + 1);
        assert_int_equal(largest(y, 4, LENGTH / 256 + 1, 24), band);
        cn_array_free(y);
    }
}

/* The numbers of "hann", symmetric and as one period, are the same as its name, in files too. */
static void windows_may_be_numbers(void **state)
{
    static const char record[] = "{\"class_name\": \"__numpy__\", \"config\": "
                                 "{\"value\": [0, 0.5, 1, 0.5, 0], \"dtype\": \"float32\"}}";
    static const char *const windows[] = {"hann", "[0, 0.5, 1, 0.5, 0]", record};
    (void)state;
    cn_array *x = tone(900, true), *y[3], *signal = tone(900, false), *bands[2];
    for (int i = 0; i < 3; i++) {
        cn_tensor *input = cn_input({LENGTH, 1});
        cn_layer *layer = cn_stft_spectrogram(.frame_length = 5, .window = windows[i]);
        char *text = cn_to_json(cn_model_of(input, cn_call(layer, input)));
        y[i] = cn_predict(cn_from_json(text), x);
        assert_non_null(y[i]);
        free(text);
    }
    for (int i = 0; i < 2; i++) {
        cn_tensor *input = cn_input({LENGTH});
        cn_layer *layer =
            cn_mel_spectrogram(64, 32, 4, i == 0 ? "hann" : "[0, 0.5, 1, 0.5]", .num_mel_bins = 8);
        char *text = cn_to_json(cn_model_of(input, cn_call(layer, input)));
        bands[i] = cn_predict(cn_from_json(text), signal);
        assert_non_null(bands[i]);
        free(text);
    }
    for (int64_t i = 0; i < cn_array_size(y[0]); i++)
        for (int k = 1; k < 3; k++)
            assert_float_equal(cn_array_at(y[k], i), cn_array_at(y[0], i), 1e-4);
    for (int64_t i = 0; i < cn_array_size(bands[0]); i++)
        assert_float_equal(cn_array_at(bands[1], i), cn_array_at(bands[0], i), 1e-3);
}

static void bad_arguments_are_named(void **state)
{
    (void)state;
    cn_expect_error(cn_stft_spectrogram("logs"),
                    "stft_spectrogram_1: mode must be \"log\", \"magnitude\", \"psd\", \"real\", "
                    "\"imag\", \"angle\" or \"stft\", got \"logs\"");
    cn_expect_error(cn_stft_spectrogram(.frame_length = 1),
                    "stft_spectrogram_2: frame_length must be 2 or more, got 1");
    cn_expect_error(cn_stft_spectrogram(.frame_length = 8, .frame_step = 9),
                    "stft_spectrogram_3: frame_step must be from 1 to frame_length, 8, got 9");
    cn_expect_error(cn_stft_spectrogram(.frame_length = 8, .fft_length = 7),
                    "stft_spectrogram_4: fft_length must not be less than frame_length, 8, got 7");
    cn_expect_error(cn_stft_spectrogram(.padding = "full"),
                    "stft_spectrogram_5: padding must be \"valid\" or \"same\", got \"full\"");
    cn_expect_error(cn_stft_spectrogram(.window = "han"),
                    "stft_spectrogram_6: STFT: window must be hann, hamming, blackman, "
                    "rectangular, a list of numbers or absent, not han");
    cn_expect_error(cn_stft_spectrogram(.frame_length = 4, .window = "[1, 2, 1]"),
                    "stft_spectrogram_7: a window of 4 numbers is needed, the list has 3");
    cn_expect_error(cn_stft_spectrogram(.frame_length = 2, .window = "[1, \"a\"]"),
                    "stft_spectrogram_8: number 1 of a window is none");
    cn_expect_error(cn_mel_spectrogram(1),
                    "mel_spectrogram_1: fft_length must be 2 or more, got 1");
    cn_expect_error(cn_mel_spectrogram(64, .sequence_length = 65),
                    "mel_spectrogram_2: sequence_length must be from 1 to fft_length, 64, got 65");
    cn_expect_error(cn_mel_spectrogram(.window = "blackman"),
                    "mel_spectrogram_3: window must be \"hann\", \"hamming\", a list of numbers "
                    "or none, got \"blackman\"");
    cn_expect_error(cn_mel_spectrogram(.min_freq = 100, .max_freq = 50),
                    "mel_spectrogram_4: min_freq must be from 0 to max_freq, 50, got 100");
    cn_expect_error(cn_mel_spectrogram(.min_power = 0),
                    "mel_spectrogram_5: min_power must be positive, got 0");
    cn_expect_error(cn_mel_spectrogram(.num_mel_bins = 0),
                    "mel_spectrogram_6: num_mel_bins must be positive, got 0");
    cn_expect_error(cn_mel_spectrogram(64, .sequence_length = 2, .window = "[1]"),
                    "mel_spectrogram_7: a window of 2 numbers is needed, the list has 1");
    cn_expect_error(cn_mel_spectrogram(64, .window = "{\"config\": 1}"),
                    "mel_spectrogram_8: a window must be a name or a list of numbers");
}

static void bad_inputs_are_named(void **state)
{
    (void)state;
    cn_expect_error(cn_call(cn_stft_spectrogram(), cn_input({300})),
                    "stft_spectrogram_1: takes an input of rank 3, got shape (None, 300)");
    cn_expect_error(cn_call(cn_stft_spectrogram(), cn_input({255, 1})),
                    "stft_spectrogram_2: a window of 256 cells does not fit into an input of shape "
                    "(None, 255, 1)");
    cn_expect_error(cn_call(cn_stft_spectrogram(), cn_input({300, CN_NONE})),
                    "stft_spectrogram_3: needs to know the channels of its input, got shape (None, "
                    "300, None)");
    cn_expect_error(cn_call(cn_stft_spectrogram(), cn_input({300, 1}, .dtype = "int32")),
                    "stft_spectrogram_4: takes float32, got int32");
    cn_expect_error(cn_call(cn_mel_spectrogram(), cn_input({3000, 1})),
                    "mel_spectrogram_1: takes signals of shape (batch, samples), got shape (None, "
                    "3000, 1)");
    cn_expect_error(cn_call(cn_mel_spectrogram(), cn_input({1024})),
                    "mel_spectrogram_2: the mirror image of half of fft_length, 2048, needs more "
                    "samples than shape (None, 1024) has");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_tone_has_its_frequency, cn_begin_anew),
        cmocka_unit_test_setup(a_tone_has_its_band, cn_begin_anew),
        cmocka_unit_test_setup(windows_may_be_numbers, cn_begin_anew),
        cmocka_unit_test_setup(bad_arguments_are_named, cn_begin_anew),
        cmocka_unit_test_setup(bad_inputs_are_named, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("layers.sounds", tests, NULL, NULL);
}
