/* ContrastLimitedAdaptiveHistogramEqualization: the values of each tile of each channel made
 * equally frequent, as far as a limit allows, with smooth passages between the tiles. */
#include <inttypes.h>
#include <math.h>

#include "layers/image.h"

typedef cn_contrast_limited_adaptive_histogram_equalization_args arguments;

enum { BINS = 256 };

static const arguments defaults = {CN_CONTRAST_LIMITED_ADAPTIVE_HISTOGRAM_EQUALIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(arguments),
    CN_VALUE_RANGE_FIELD(arguments),
    CN_FIELD(arguments, clip_limit, CN_FIELD_REAL, 0),
    CN_FIELD(arguments, tile_grid_size, CN_FIELD_DIMS, CN_FIELD_PAIR),
    CN_FIELD(arguments, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const arguments *args = own;
    CN_TRY(cn_check_value_range(args->value_range));
    CN_CHECK(isfinite(args->clip_limit), "clip_limit must be a number, got %g", args->clip_limit);
    const int64_t rows = args->tile_grid_size[0], columns = cn_second_end(args->tile_grid_size);
    CN_CHECK(rows > 0 && rows <= INT16_MAX && columns > 0 && columns <= INT16_MAX,
             "tile_grid_size must be positive numbers of tiles, got %" PRId64 " and %" PRId64, rows,
             columns);
    return cn_check_data_format(args->data_format);
}

/* ---- tiles ----------------------------------------------------------------------------------- */

/* Images of a shape in rows x columns tiles; the last ones may reach beyond the images. */
typedef struct tiling {
    cn_shape images;
    int64_t rows, columns, height, width;
} tiling;

static tiling tiles_of(const arguments *args, const cn_shape *images)
{
    const int64_t rows = args->tile_grid_size[0], columns = cn_second_end(args->tile_grid_size);
    return (tiling){*images, rows, columns, (images->dim[1] + rows - 1) / rows,
                    (images->dim[2] + columns - 1) / columns};
}

/* Of tile (row, column) in each image and channel, the number of each bin among all bins of all
 * tiles. */
static cn_value bin_number(cn_program *p, const tiling *t, cn_value row, cn_value column,
                           cn_value bin)
{
    const int64_t channels = t->images.dim[3];
    cn_value image = cn_emit_iota(p, CN_SHAPE(t->images.dim[0], 1, 1, 1), 0),
             channel = cn_emit_iota(p, CN_SHAPE(channels), 0);
    cn_value n = cn_emit_add(p, cn_emit_multiply_scalar(p, image, (double)t->rows), row);
    n = cn_emit_add(p, cn_emit_multiply_scalar(p, n, (double)t->columns), column);
    n = cn_emit_add(p, cn_emit_multiply_scalar(p, n, (double)channels), channel);
    return cn_emit_add(p, cn_emit_multiply_scalar(p, n, BINS), bin);
}

static cn_shape along(int64_t axis, int64_t size)
{
    cn_shape shape = CN_SHAPE(1, 1, 1, 1);
    shape.dim[axis] = size;
    return shape;
}

/* Bins of whole tiles: behind its end an image is mirrored. */
static cn_value extended(cn_program *p, const tiling *t, cn_value bins)
{
    const int64_t height = t->rows * t->height, width = t->columns * t->width;
    if (height == t->images.dim[1] && width == t->images.dim[2])
        return bins;
    cn_value row = cn_emit_iota(p, CN_SHAPE(1, height, 1), 1),
             column = cn_emit_iota(p, CN_SHAPE(1, 1, width), 2);
    return cn_emit_cells(p, bins, row, column, (cn_warping){"nearest", "reflect", 0});
}

/* How many numbers of each tile are in each bin, [tiles, BINS]. */
static cn_value count(cn_program *p, const tiling *t, cn_value bins)
{
    const int64_t tiles = t->images.dim[0] * t->rows * t->columns * t->images.dim[3];
    const cn_rows_attributes table = {tiles * BINS};
    cn_value row = cn_emit_iota(p, along(1, t->rows * t->height), 1),
             column = cn_emit_iota(p, along(2, t->columns * t->width), 2);
    row = cn_emit_floor_divide(p, row, cn_emit_whole(p, t->height));
    column = cn_emit_floor_divide(p, column, cn_emit_whole(p, t->width));
    cn_value places = bin_number(p, t, row, column, extended(p, t, bins));
    cn_value ones = cn_emit_ones_like(p, cn_emit_cast(p, places, CN_FLOAT32));
    if (ones == CN_NO_VALUE)
        return ones;
    const cn_value operands[] = {ones, places};
    cn_value counts = cn_program_append(p, &cn_op_scatter_add, &table, operands, 2);
    return cn_emit_reshape(p, counts, CN_SHAPE(tiles, BINS));
}

/* What is above the limit goes into all bins alike. */
static cn_value limited(cn_program *p, cn_value counts, double limit)
{
    cn_value below = cn_emit_minimum_scalar(p, counts, limit);
    cn_value above = cn_emit_sum(p, cn_emit_subtract(p, counts, below), CN_AXES(1), true);
    return cn_emit_add(p, below, cn_emit_multiply_scalar(p, above, 1.0 / BINS));
}

/* What the numbers of each bin of each tile become, [tiles BINS]. */
static cn_value lookup_table(cn_program *p, const tiling *t, cn_value counts)
{
    cn_value from = cn_emit_iota(p, CN_SHAPE(BINS, BINS), 0),
             to = cn_emit_iota(p, CN_SHAPE(BINS, BINS), 1);
    cn_value up_to = cn_emit_cast(p, cn_emit_less_equal(p, from, to), CN_FLOAT32);
    cn_value sums = cn_emit_matmul(p, counts, up_to);
    cn_value first = cn_emit_slice_axis(p, sums, 1, 0, 1);
    cn_value others = cn_emit_subtract_from(p, (double)(t->height * t->width), first);
    cn_value none = cn_emit_equal_scalar(p, others, 0);
    cn_value above = cn_emit_multiply_scalar(p, cn_emit_subtract(p, sums, first), BINS - 1);
    cn_value part = cn_emit_divide(p, above, cn_emit_where(p, none, cn_emit_scalar(p, 1), others));
    return cn_emit_reshape(p, cn_emit_clip(p, part, 0, BINS - 1), CN_SHAPE(CN_NONE));
}

/* ---- passages -------------------------------------------------------------------------------- */

/* The tiles whose middles are around each cell of an axis, and the second one's part. */
typedef struct pair {
    cn_value tiles[2], part;
} pair;

static pair around(cn_program *p, const tiling *t, int64_t axis)
{
    const int64_t size = axis == 1 ? t->height : t->width, n = axis == 1 ? t->rows : t->columns;
    cn_value cell = cn_emit_iota(p, along(axis, t->images.dim[axis]), axis);
    cn_value place = cn_emit_add_scalar(p, cn_emit_cast(p, cell, CN_FLOAT32), -(double)size / 2);
    place = cn_emit_divide(p, place, cn_emit_scalar(p, (double)size));
    cn_value first = cn_emit_floor(p, place), second = cn_emit_add_scalar(p, first, 1);
    const double last = (double)n - 1;
    return (pair){{cn_emit_cast(p, cn_emit_clip(p, first, 0, last), CN_INT32),
                   cn_emit_cast(p, cn_emit_clip(p, second, 0, last), CN_INT32)},
                  cn_emit_subtract(p, place, first)};
}

static cn_value equalized(cn_program *p, const arguments *args, cn_value x)
{
    const tiling t = tiles_of(args, cn_shape_of(p, x));
    cn_value bins = cn_emit_cast(p, cn_emit_clip(p, x, 0, BINS - 1), CN_INT32);
    cn_value counts = count(p, &t, bins);
    if (args->clip_limit > 0)
        counts = limited(p, counts, args->clip_limit * (double)(t.height * t.width) / BINS);
    cn_value table = lookup_table(p, &t, counts), sides[2];
    const pair rows = around(p, &t, 1), columns = around(p, &t, 2);
    for (int i = 0; i < 2; i++) {
        cn_value corners[2];
        for (int j = 0; j < 2; j++)
            corners[j] =
                cn_emit_gather(p, table, bin_number(p, &t, rows.tiles[i], columns.tiles[j], bins));
        sides[i] = cn_emit_between(p, corners[0], corners[1], columns.part);
    }
    return cn_emit_between(p, sides[0], sides[1], rows.part);
}

/* Whole numbers of a type stay those, cut off. */
static cn_status call(cn_call_frame *frame)
{
    const arguments *args = frame->layer->args;
    const cn_range values = cn_value_range(args->value_range), bytes = {0, 255};
    cn_program *p = frame->program;
    const cn_dtype dtype = cn_type_of(p, frame->inputs[0])->dtype;
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    x = cn_channels_to_last(p, cn_emit_value_range(p, x, values, bytes), args->data_format);
    CN_TRY(p->status);
    cn_value y = cn_emit_value_range(p, equalized(p, args, x), bytes, values);
    y = cn_channels_from_last(p, y, args->data_format);
    frame->outputs[0] = cn_emit_cast(p, y, dtype == CN_BOOL ? CN_FLOAT32 : dtype);
    return p->status;
}

const cn_layer_class cn_contrast_limited_adaptive_histogram_equalization_layer_class = {
    CN_LAYER_CLASS("ContrastLimitedAdaptiveHistogramEqualization", arguments, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = cn_check_images,
    .call = call,
};

cn_layer *cn_contrast_limited_adaptive_histogram_equalization_with(const arguments *args)
{
    arguments own = *args;
    return cn_image_layer_make(&cn_contrast_limited_adaptive_histogram_equalization_layer_class,
                               &own);
}
