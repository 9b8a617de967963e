/* Images of the command line as samples of a model's input. */
#ifndef CORNU_CLI_IMAGES_H
#define CORNU_CLI_IMAGES_H

#include "cli.h"

/* n files of images, each a sample, or one folder, for an input [N, H, W, C]: cn_samples that read
 * an image when it is needed. data gets the names. NULL with a message. */
const void *cli_load_images(const char *what, const char *const *paths, int64_t n,
                            const cn_tensor *input, const cli_image_options *options,
                            cli_data *data);

#endif
