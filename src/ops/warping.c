/* Moving images: types, what kernels are told, and the plain walk of references. */
#include "ops/warping.h"

#include <math.h>
#include <string.h>

static const char *const fill_modes[] = {[CN_FILL_CONSTANT] = "constant",
                                         [CN_FILL_NEAREST] = "nearest",
                                         [CN_FILL_WRAP] = "wrap",
                                         [CN_FILL_REFLECT] = "reflect"};
enum { FILL_MODES = sizeof fill_modes / sizeof *fill_modes };

static int find_fill(const char *name)
{
    for (int i = 0; i < FILL_MODES; i++)
        if (name != NULL && strcmp(fill_modes[i], name) == 0)
            return i;
    return -1;
}

static bool is_nearest(const cn_warp_attributes *a)
{
    return strcmp(a->interpolation, "nearest") == 0;
}

cn_status cn_warp_infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                        cn_type *outputs)
{
    (void)n_inputs;
    const cn_warp_attributes *a = attributes;
    const cn_shape *x = &inputs[0].shape, *transforms = &inputs[1].shape;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32 && inputs[1].dtype == CN_FLOAT32,
             "takes float32 images and transforms, got %s and %s", cn_dtype_name(inputs[0].dtype),
             cn_dtype_name(inputs[1].dtype));
    CN_CHECK(x->rank == 4 && transforms->rank == 2 && transforms->dim[0] == x->dim[0] &&
                 (transforms->dim[1] == 6 || transforms->dim[1] == 8),
             "takes images (N, H, W, C) and transforms (N, 6) or (N, 8), got %s and %s",
             cn_shape_str(x), cn_shape_str(transforms));
    CN_CHECK(a->interpolation != NULL &&
                 (is_nearest(a) || strcmp(a->interpolation, "bilinear") == 0),
             "unknown interpolation \"%s\"", a->interpolation == NULL ? "NULL" : a->interpolation);
    CN_CHECK(find_fill(a->fill_mode) >= 0, "unknown fill mode \"%s\"",
             a->fill_mode == NULL ? "NULL" : a->fill_mode);
    outputs[0] = inputs[0];
    return CN_OK;
}

const cn_field cn_warp_fields[] = {
    CN_FIELD(cn_warp_attributes, interpolation, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_warp_attributes, fill_mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_warp_attributes, fill_value, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

/* ---- lowering -------------------------------------------------------------------------------- */

struct call {
    cn_warp_kernel *run;
    cn_warp warp;
    const float *in;
    float *out;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run(&c->warp, c->in, c->out);
    return CN_OK;
}

cn_status cn_warp_lower(cn_lowering *lowering, const cn_instruction *instruction,
                        cn_warp_kernel *kernel)
{
    const cn_warp_attributes *a = instruction->attributes;
    const cn_shape *x = cn_shape_of(lowering->program, instruction->inputs[0]);
    const struct call call = {
        .run = kernel,
        .warp = {.samples = x->dim[0],
                 .height = x->dim[1],
                 .width = x->dim[2],
                 .channels = x->dim[3],
                 .columns = cn_shape_of(lowering->program, instruction->inputs[1])->dim[1],
                 .nearest = is_nearest(a),
                 .fill = (cn_fill)find_fill(a->fill_mode),
                 .value = (float)a->fill_value,
                 .transforms = cn_address(lowering, instruction->inputs[1])},
        .in = cn_address(lowering, instruction->inputs[0]),
        .out = cn_address(lowering, instruction->output)};
    return cn_shape_size(x) == 0
               ? CN_OK
               : cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

/* ---- reference ------------------------------------------------------------------------------- */

/* One step at a time, so only for places that are not far away. -1: outside. */
static int64_t walk_inside(const char *fill_mode, int64_t i, int64_t n)
{
    while (i < 0 || i >= n) {
        if (strcmp(fill_mode, "constant") == 0)
            return -1;
        if (strcmp(fill_mode, "nearest") == 0)
            i = i < 0 ? 0 : n - 1;
        else if (strcmp(fill_mode, "wrap") == 0)
            i += i < 0 ? n : -n;
        else
            i = i < 0 ? -1 - i : 2 * n - 1 - i;
    }
    return i;
}

static void visit_cell(const cn_reference_call *call, cn_warp_visit at, int64_t row, int64_t column,
                       void (*visit)(const cn_reference_call *call, const cn_warp_visit *at))
{
    const cn_warp_attributes *a = call->attributes;
    const cn_shape *shape = &call->input_types[0].shape;
    int64_t index[CN_MAX_RANK];
    cn_index_split(shape, at.y, index);
    index[1] = walk_inside(a->fill_mode, row, shape->dim[1]);
    index[2] = walk_inside(a->fill_mode, column, shape->dim[2]);
    at.x = index[1] < 0 || index[2] < 0 ? -1 : cn_index_join(shape, index);
    visit(call, &at);
}

void cn_warp_walk(const cn_reference_call *call,
                  void (*visit)(const cn_reference_call *call, const cn_warp_visit *at))
{
    const cn_shape *shape = &call->input_types[0].shape;
    const int64_t columns = call->input_types[1].shape.dim[1];
    for (int64_t y = 0; y < cn_shape_size(shape); y++) {
        int64_t index[CN_MAX_RANK];
        cn_index_split(shape, y, index);
        const double *t = &call->inputs[1][index[0] * columns], i = (double)index[1],
                     j = (double)index[2], k = columns == 8 ? t[6] * j + t[7] * i + 1 : 1;
        const double row = (t[3] * j + t[4] * i + t[5]) / k,
                     column = (t[0] * j + t[1] * i + t[2]) / k;
        if (is_nearest(call->attributes)) {
            visit_cell(call, (cn_warp_visit){.y = y, .weight = 1}, (int64_t)round(row),
                       (int64_t)round(column), visit);
            continue;
        }
        for (int corner = 0; corner < 4; corner++) {
            const int64_t at_row = (int64_t)floor(row) + corner / 2,
                          at_column = (int64_t)floor(column) + corner % 2;
            const double weight = (1 - fabs(row - (double)at_row)) *
                                  (1 - fabs(column - (double)at_column));
            visit_cell(call, (cn_warp_visit){.y = y, .weight = weight}, at_row, at_column, visit);
        }
    }
}
