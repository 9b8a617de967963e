/* Recurrent layers: an encoder that hands its states to a decoder, and a cell of one's own.
 *
 * The task: read a sequence of numbers and say it backwards. The encoder, an LSTM, reads the
 * numbers and gives nothing but its states; the decoder, another LSTM, starts from these and
 * speaks. The second model sums sequences of different lengths with a cell written here. */
#include <math.h>

#include "check.h"

enum { SAMPLES = 256, STEPS = 4, UNITS = 24 };

/* ---- encoder and decoder --------------------------------------------------------------------- */

/* x[N, T, 1] and the same numbers in reverse. */
static void make_sequences(cn_array **x, cn_array **reversed)
{
    *x = cn_random({SAMPLES, STEPS, 1}, .minval = -1, .seed = 1);
    *reversed = cn_zeros({SAMPLES, STEPS, 1});
    if (cn_failed())
        return;
    float *to = cn_array_data(*reversed);
    for (int i = 0; i < SAMPLES * STEPS; i++)
        to[i] = (float)cn_array_at(*x, i / STEPS * STEPS + STEPS - 1 - i % STEPS);
}

/* The decoder's input says only how long to speak: zeros. */
static cn_model *draw_translator(void)
{
    cn_tensor *heard = cn_input({STEPS, 1}, .name = "heard"),
              *start = cn_input({STEPS, 1}, .name = "start");
    cn_tensors read = cn_call_all(cn_lstm(UNITS, .return_state = true, .name = "encoder"), heard);
    if (read.count != 3)
        return NULL;
    cn_tensors spoken = cn_call_with(cn_lstm(UNITS, .return_sequences = true, .name = "decoder"),
                                     start, .initial_state = CN_LIST(read.at[1], read.at[2]));
    cn_tensor *said = cn_call(cn_time_distributed(cn_dense(1)), spoken.at[0]);
    return cn_model_of(CN_LIST(heard, start), said, .name = "translator");
}

static void say_backwards(void)
{
    cn_array *x, *reversed, *zeros = cn_zeros({SAMPLES, STEPS, 1});
    make_sequences(&x, &reversed);
    cn_model *model = draw_translator();
    cn_summary(model);
    cn_compile(model, .optimizer = cn_adam(0.02), .loss = "mse");
    cn_fit(model, CN_LIST(x, zeros), reversed, .epochs = 60, .verbose = 0);
    double loss = cn_evaluate(model, CN_LIST(x, zeros), reversed, .verbose = 0).loss;
    printf("backwards: mean squared error %.3f, of numbers with variance 0.333\n", loss);
    check(loss < 0.1, "the decoder says what the encoder heard");
    cn_array_free(x);
    cn_array_free(reversed);
    cn_array_free(zeros);
}

/* ---- a cell of one's own --------------------------------------------------------------------- */

/* Leaky sum: h' = keep h + gain x. Its one state is its output. */
static cn_status build_leaky(cn_layer *cell, cn_tensors inputs)
{
    const int64_t features = cn_tensor_dim(inputs.at[0], -1);
    cn_add_weight(cell, "gain", {features}, .initializer = cn_constant(0.5));
    return cn_add_weight(cell, "keep", {features}, .initializer = cn_constant(0.5));
}

static cn_status call_leaky(cn_layer *cell, cn_tensors inputs, bool training, cn_tensor **outputs)
{
    (void)training;
    cn_tensor *kept = cn_ops_multiply(inputs.at[1], cn_layer_weight(cell, "keep"));
    cn_tensor *taken = cn_ops_multiply(inputs.at[0], cn_layer_weight(cell, "gain"));
    outputs[0] = outputs[1] = cn_ops_add(kept, taken);
    return CN_OK;
}

/* Sequences of 1 to STEPS numbers, with zeros behind, which Masking hides. */
static void sum_up(void)
{
    cn_tensor *x = cn_input({STEPS, 1});
    cn_layer *cell =
        cn_custom_layer("LeakySum", build_leaky, .call_all = call_leaky, .state_sizes = {1});
    cn_model *model = cn_model_of(x, cn_chain(x, cn_masking(), cn_rnn(cell)), .name = "adder");
    cn_array *numbers = cn_random({SAMPLES, STEPS, 1}, .seed = 2), *sums = cn_zeros({SAMPLES, 1});
    if (cn_failed())
        return;
    float *number = cn_array_data(numbers), *sum = cn_array_data(sums);
    for (int i = 0; i < SAMPLES * STEPS; i++) {
        const int sample = i / STEPS;
        if (i % STEPS > sample % STEPS)
            number[i] = 0;
        sum[sample] += number[i];
    }
    cn_compile(model, .optimizer = cn_adam(0.05), .loss = "mse");
    cn_fit(model, numbers, sums, .epochs = 60, .verbose = 0);
    cn_array *keep = cn_get_weight(model, "keep"), *gain = cn_get_weight(model, "gain");
    printf("sums: h' = %.3f h + %.3f x\n", cn_array_at(keep, 0), cn_array_at(gain, 0));
    check(fabs(cn_array_at(keep, 0) - 1) < 0.05 && fabs(cn_array_at(gain, 0) - 1) < 0.05,
          "the cell has learnt to add");
    cn_array *all[] = {numbers, sums, keep, gain};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        cn_array_free(all[i]);
}

int main(void)
{
    cn_set_random_seed(1);
    say_backwards();
    sum_up();
    return finish();
}
