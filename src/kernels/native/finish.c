/* Bias and activation of rows. */
#include "kernels/native/finish.h"

#include <string.h>

void cn_finish_begin(cn_finish *finish, const float *bias, cn_tile *activation, int64_t columns)
{
    finish->bias = bias;
    finish->add = cn_native_kernels()->tiles[CN_TILE_add];
    finish->activation = activation;
    finish->columns = columns;
    finish->tile_rows = columns == 0 ? 1 : CN_TILE / columns;
    for (int64_t row = 0; row < finish->tile_rows && bias != NULL; row++)
        memcpy(finish->repeated + row * columns, bias, (size_t)columns * sizeof *bias);
}

static void finish_tile(const cn_finish *finish, float *y, const float *bias, int64_t n)
{
    if (finish->bias != NULL)
        finish->add(y, y, bias, NULL, n);
    if (finish->activation != NULL)
        finish->activation(y, y, NULL, NULL, n);
}

static void finish_long_row(const cn_finish *finish, float *y)
{
    for (int64_t j = 0; j < finish->columns; j += CN_TILE) {
        const int64_t rest = finish->columns - j;
        finish_tile(finish, y + j, finish->bias == NULL ? NULL : finish->bias + j,
                    rest < CN_TILE ? rest : CN_TILE);
    }
}

void cn_finish_rows(const cn_finish *finish, float *y, int64_t ldy, int64_t rows)
{
    if (finish->bias == NULL && finish->activation == NULL)
        return;
    const int64_t step = ldy == finish->columns ? finish->tile_rows : finish->tile_rows > 0;
    for (int64_t row = 0; row<rows; row += step> 0 ? step : 1) {
        const int64_t rest = rows - row;
        if (step > 0)
            finish_tile(finish, y + row * ldy, finish->repeated,
                        (rest < step ? rest : step) * finish->columns);
        else
            finish_long_row(finish, y + row * ldy);
    }
}
