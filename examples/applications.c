/* Keras's applications: what there is, and one of them naming what is in a picture.
 *
 *     applications [weights file [classes file [picture]]]
 *
 * Without a weights file the model has random weights, and what it says means nothing. A classes
 * file is Keras's imagenet_class_index.json, or has a name on each line. Without a picture there is
 * one of coloured stripes. */
#include <cornu/cornu.h>

#include <inttypes.h>
#include <stdio.h>

static void print_size(const cn_model *model)
{
    printf("%-20s %10" PRId64 " parameters in %" PRId64 " layers\n", cn_layer_name(model),
           cn_count_params(model), cn_layer_count(model));
    cn_clear_session();
}

static void compare_sizes(void)
{
    print_size(cn_mobilenet_v3_small());
    print_size(cn_mobilenet_v2());
    print_size(cn_efficientnet_b0());
    print_size(cn_densenet121());
    print_size(cn_resnet50());
    print_size(cn_inception_v3());
}

/* [299, 299, 3] */
static cn_array *draw_stripes(void)
{
    cn_array *image = cn_zeros({299, 299, 3});
    float *pixels = cn_array_data(image);
    for (int i = 0; pixels != NULL && i < 299 * 299; i++)
        pixels[3 * i + i / 40 % 3] = 255;
    return image;
}

/* An image as a batch of one, as Xception wants it. */
static cn_array *prepare(cn_array *image)
{
    cn_array *prepared = cn_xception_preprocess_input(image);
    return cn_array_reshape(prepared, (int64_t[]){1, 299, 299, 3}, 4);
}

static void print_guesses(const cn_array *scores, const char *classes_file)
{
    cn_decoded *decoded = cn_decode_predictions(scores, .top = 3, .class_index = classes_file);
    for (int64_t i = 0; decoded != NULL && i < decoded->top; i++)
        printf("%s: %.3f\n", decoded->at[i].name, decoded->at[i].score);
    cn_decoded_free(decoded);
}

int main(int count, char **words)
{
    compare_sizes();
    cn_model *model = cn_xception(.weights = count > 1 ? words[1] : NULL);
    cn_array *image = count > 3 ? cn_load_image(words[3], .target_size = {299, 299})
                                : draw_stripes();
    cn_array *scores = cn_predict(model, prepare(image), .verbose = 0);
    if (scores != NULL && count > 2)
        print_guesses(scores, words[2]);
    else if (scores != NULL)
        printf("xception: %" PRId64 " scores, the first is %.6f\n", cn_array_size(scores),
               cn_array_at(scores, 0));
    if (cn_failed()) {
        fprintf(stderr, "%s\n", cn_error());
        return 1;
    }
    cn_clear_session();
    return 0;
}
