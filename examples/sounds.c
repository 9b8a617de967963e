/* Sounds: what a signal does, told from its spectrogram. Each is half a second of noise with a tone
 * in it that stays, rises, falls or wavers, loud or not, high or low. MelSpectrogram makes a
 * picture of the signal within the model, so that the model takes samples as they come from a
 * microphone; convolutions look at the picture. */
#include <math.h>

#include "check.h"

enum { RATE = 8000, LENGTH = RATE / 2, TRAINING = 480, TEST = 160, KINDS = 4, BANDS = 32 };

static const char *const kinds[KINDS] = {"stays", "rises", "falls", "wavers"};
static const double pi = 3.14159265358979323846;

/* ---- signals --------------------------------------------------------------------------------- */

/* How many octaves above the middle of its way the tone is, at a moment from 0 to 1. */
static double pitch(int kind, double moment)
{
    switch (kind) {
    case 1: return moment - 0.5;
    case 2: return 0.5 - moment;
    case 3: return 0.4 * sin(2 * pi * 5 * moment);
    default: return 0;
    }
}

/* numbers: three from 0 to 1, for the tone's height, loudness and phase. signal has noise in it. */
static void add_tone(int kind, const float *numbers, float *signal)
{
    const double middle = 300 * pow(2, 2 * (double)numbers[0]); /* 300 to 1200 Hz */
    const double loudness = 0.3 + 0.7 * (double)numbers[1];
    double phase = 2 * pi * (double)numbers[2];
    for (int i = 0; i < LENGTH; i++) {
        phase += 2 * pi * middle * pow(2, pitch(kind, (double)i / LENGTH)) / RATE;
        signal[i] += (float)(loudness * sin(phase));
    }
}

/* x[n, LENGTH] and y[n], the number of each signal's kind. */
static void make_sounds(int n, cn_array **x, cn_array **y)
{
    *x = cn_random_normal({n, LENGTH}, .stddev = 0.5);
    *y = cn_zeros({n, 1});
    cn_array *numbers = cn_random({n, 3});
    if (cn_failed())
        return;
    float *signals = cn_array_data(*x), *labels = cn_array_data(*y);
    const float *number = cn_array_data(numbers);
    for (int i = 0; i < n; i++) {
        labels[i] = (float)(i % KINDS);
        add_tone(i % KINDS, number + 3 * i, signals + i * LENGTH);
    }
    cn_array_free(numbers);
}

/* ---- the model ------------------------------------------------------------------------------- */

/* Decibels, from about -30 to 50, become numbers around 0. */
static cn_model *draw(void)
{
    cn_tensor *signal = cn_input({LENGTH}, .name = "signal");
    cn_tensor *picture = cn_chain(signal,
                                  cn_mel_spectrogram(.fft_length = 256, .sequence_stride = 128,
                                                     .sampling_rate = RATE, .num_mel_bins = BANDS,
                                                     .min_freq = 150, .max_freq = 2500),
                                  cn_rescaling(1.0 / 20, .offset = -1), cn_reshape({BANDS, -1, 1}));
    cn_tensor *seen = cn_chain(picture, cn_conv2d(8, {3}, .activation = "relu"),
                               cn_max_pooling2d({2}), cn_conv2d(16, {3}, .activation = "relu"),
                               cn_max_pooling2d({2}), cn_flatten());
    return cn_model_of(signal, cn_call(cn_dense(KINDS, .activation = "softmax"), seen));
}

static void show_answers(cn_model *model, const cn_array *x)
{
    cn_array *answers = cn_predict(model, x, .verbose = 0);
    for (int i = 0; answers != NULL && i < KINDS; i++) {
        printf("a tone that %-6s:", kinds[i]);
        for (int k = 0; k < KINDS; k++)
            printf("  %s %.2f", kinds[k], cn_array_at(answers, i * KINDS + k));
        printf("\n");
    }
    cn_array_free(answers);
}

int main(void)
{
    cn_array *x, *y, *test_x, *test_y;
    cn_set_random_seed(1);
    make_sounds(TRAINING, &x, &y);
    make_sounds(TEST, &test_x, &test_y);
    cn_model *model = draw();
    cn_summary(model);
    cn_compile(model, .optimizer = "adam", .loss = "sparse_categorical_crossentropy",
               .metrics = {"accuracy"});
    cn_fit(model, x, y, .epochs = 20, .batch_size = 32, .verbose = 0);
    const double accuracy = cn_score(cn_evaluate(model, test_x, test_y, .verbose = 0), "accuracy");
    printf("accuracy on %d new sounds: %.3f\n", TEST, accuracy);
    check(accuracy > 0.9, "the model hears what the tone does");
    show_answers(model, test_x);
    cn_array *all[] = {x, y, test_x, test_y};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        cn_array_free(all[i]);
    return finish();
}
