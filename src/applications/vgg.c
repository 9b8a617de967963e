/* VGG16 and VGG19 (Simonyan and Zisserman, 2014): five stacks of convolutions, three dense
 * layers. */
#include <stddef.h>

#include "applications/applications.h"

/* Convolutions in each stack, by variant. */
static const int depths[][5] = {{2, 2, 3, 3, 3}, {2, 2, 4, 4, 4}};
static const int64_t widths[5] = {64, 128, 256, 512, 512};

static cn_tensor *draw_stack(cn_tensor *x, int block, int depth, int64_t filters)
{
    const cn_label pool = cn_label_of("block%d_pool", block);
    for (int i = 1; i <= depth; i++) {
        const cn_label name = cn_label_of("block%d_conv%d", block, i);
        x = cn_call(
            cn_conv2d(filters, 3, .padding = "same", .activation = "relu", .name = name.text), x);
    }
    return cn_call(cn_max_pooling2d(2, .name = pool.text), x);
}

static cn_tensor *draw(const cn_drawing *drawing, cn_tensor *images)
{
    cn_tensor *x = images;
    for (int i = 0; i < 5; i++)
        x = draw_stack(x, i + 1, depths[drawing->application->variant][i], widths[i]);
    if (!drawing->keywords->include_top)
        return cn_draw_pooling(drawing, false, x);
    x = cn_chain(x, cn_flatten(.name = "flatten"),
                 cn_dense(4096, .activation = "relu", .name = "fc1"),
                 cn_dense(4096, .activation = "relu", .name = "fc2"));
    return cn_draw_predictions(drawing, NULL, x);
}

const cn_application_family cn_vgg_family = {.draw = draw,
                                             .keywords = offsetof(cn_application_args, weights)};

cn_model *cn_vgg16_with(const cn_application_args *args)
{
    return cn_application_make("vgg16", args);
}

cn_model *cn_vgg19_with(const cn_application_args *args)
{
    return cn_application_make("vgg19", args);
}
