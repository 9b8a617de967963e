/* What the cells of recurrent layers share: weights, products and dropout. */
#include <inttypes.h>

#include "initializers/initializers.h"
#include "layers/recurrent.h"

static const cn_cell_keywords *keywords(const cn_layer *cell)
{
    return cell->args;
}

/* ---- arguments and inputs -------------------------------------------------------------------- */

static cn_status check_share(const char *argument, double rate)
{
    CN_CHECK(rate >= 0 && rate < 1, "%s must be from 0 up to, not with, 1, got %g", argument, rate);
    return CN_OK;
}

cn_status cn_cell_check_dropout(double dropout, double recurrent_dropout)
{
    CN_TRY(check_share("dropout", dropout));
    return check_share("recurrent_dropout", recurrent_dropout);
}

cn_status cn_cell_check(const void *args)
{
    const cn_cell_keywords *own = args;
    CN_CHECK(own->units > 0, "units must be positive, got %" PRId64, own->units);
    return cn_cell_check_dropout(own->dropout, own->recurrent_dropout);
}

cn_status cn_gated_cell_check(const void *args, int64_t implementation)
{
    CN_CHECK(implementation == 1 || implementation == 2,
             "implementation must be 1 or 2, got %" PRId64, implementation);
    return cn_cell_check(args);
}

cn_status cn_cell_check_inputs(const cn_layer *cell, const cn_type *inputs, int64_t n)
{
    const cn_shape *shape = &inputs[0].shape;
    CN_CHECK(shape->rank == 2, "%s: takes steps of rank 2, got shape %s", cn_layer_path(cell),
             cn_shape_str(shape));
    if (cell->built) {
        const int64_t expected = cell->weights[0]->variable.shape.dim[0];
        CN_CHECK(shape->dim[1] == CN_NONE || shape->dim[1] == expected,
                 "%s: was built for steps of %" PRId64 " features, got shape %s",
                 cn_layer_path(cell), expected, cn_shape_str(shape));
    }
    for (int64_t i = 1; i < n; i++) {
        const cn_shape *state = &inputs[i].shape;
        CN_CHECK(state->rank == 2 && state->dim[1] == keywords(cell)->units,
                 "%s: takes states of shape (N, %" PRId64 "), got %s", cn_layer_path(cell),
                 keywords(cell)->units, cn_shape_str(state));
    }
    return CN_OK;
}

cn_status cn_check_cell(const char *who, const cn_layer *cell)
{
    CN_TRY(cn_layer_check(cell, who));
    CN_CHECK(cell->class->state_shapes != NULL,
             "%s: %s is not a cell: it takes no states and gives none", who, cell->name);
    return CN_OK;
}

cn_status cn_cell_states(const cn_layer *cell, const cn_shape *step, cn_shape *shapes, int64_t *n)
{
    CN_TRY(cell->class->state_shapes(cell, step, shapes, n));
    CN_CHECK(*n >= 1 && *n < CN_MOST_TENSORS, "%s: has %d states, a cell has from 1 to %d",
             cell->name, (int)*n, CN_MOST_TENSORS - 1);
    return CN_OK;
}

int64_t cn_cell_output_state(const cn_layer *cell)
{
    return cell->class == &cn_stacked_rnn_cells_layer_class ? cn_stacked_output_state(cell) : 0;
}

/* ---- weights --------------------------------------------------------------------------------- */

cn_status cn_cell_build(cn_layer *cell, const cn_type *x, int64_t blocks, cn_shape bias)
{
    const cn_cell_keywords *args = keywords(cell);
    CN_TRY(cn_layer_add_weight(
        cell,
        &(cn_weight_args){.name = "kernel",
                          .shape = CN_SHAPE(x->shape.dim[1], blocks * args->units),
                          .initializer = args->kernel_initializer,
                          .regularizer = args->kernel_regularizer,
                          .constraint = args->kernel_constraint},
        NULL));
    CN_TRY(
        cn_layer_add_weight(cell,
                            &(cn_weight_args){.name = "recurrent_kernel",
                                              .shape = CN_SHAPE(args->units, blocks * args->units),
                                              .initializer = args->recurrent_initializer,
                                              .regularizer = args->recurrent_regularizer,
                                              .constraint = args->recurrent_constraint},
                            NULL));
    if (args->use_bias)
        CN_TRY(cn_layer_add_weight(cell,
                                   &(cn_weight_args){.name = "bias",
                                                     .shape = bias,
                                                     .initializer = args->bias_initializer,
                                                     .regularizer = args->bias_regularizer,
                                                     .constraint = args->bias_constraint},
                                   NULL));
    return args->dropout > 0 || args->recurrent_dropout > 0
               ? cn_layer_stream_build(cell, args->seed)
               : CN_OK;
}

enum { GATES = 4, FORGET = 1 };

/* Blocks of the bias, each filled as if it were a weight of its own. */
static cn_status initialize_blocks(const cn_layer *cell, const char *initializer, int64_t first,
                                   int64_t n)
{
    const cn_variable *bias = &cell->weights[2]->variable;
    const int64_t units = bias->shape.dim[0] / GATES;
    cn_variable part = *bias;
    part.shape = CN_SHAPE(n * units);
    part.data = (float *)bias->data + first * units;
    return cn_initialize(initializer, &part, cell->session);
}

cn_status cn_cell_unit_forget_bias(const cn_layer *cell, const char *initializer)
{
    CN_TRY(initialize_blocks(cell, initializer, 0, FORGET));
    CN_TRY(initialize_blocks(cell, "ones", FORGET, 1));
    return initialize_blocks(cell, initializer, FORGET + 1, 2);
}

/* ---- dropout --------------------------------------------------------------------------------- */

enum { MOST_BLOCKS = 4 };

/* What the cell keeps for all steps of the loop around it; for this step alone if there is none. */
static cn_kept *kept_of(const cn_call_frame *cell)
{
    cn_trace_loop *loop = cell->trace->loop;
    for (cn_kept *kept = loop == NULL ? NULL : loop->kept; kept != NULL; kept = kept->next)
        if (kept->layer == cell->layer)
            return kept;
    cn_kept *kept = cn_arena_allocate(cell->trace->memory, sizeof *kept);
    if (kept == NULL)
        return NULL;
    *kept = (cn_kept){.layer = cell->layer};
    for (int i = 0; i < CN_MOST_KEPT; i++)
        kept->values[i] = CN_NO_VALUE;
    if (loop != NULL) {
        kept->next = loop->kept;
        loop->kept = kept;
    }
    return kept;
}

cn_value cn_cell_keep(cn_call_frame *cell, int which, double rate, cn_shape shape)
{
    cn_program *p = cell->program;
    if (!cell->training || rate == 0)
        return CN_NO_VALUE;
    cn_kept *kept = kept_of(cell);
    if (kept == NULL)
        return cn_program_fail(p, CN_OUT_OF_MEMORY);
    if (kept->values[which] == CN_NO_VALUE) {
        cn_value numbers = cn_call_uniform(cell, shape);
        cn_value keep = cn_emit_greater_equal(p, numbers, cn_emit_scalar(p, rate));
        kept->values[which] =
            cn_emit_multiply_scalar(p, cn_emit_cast(p, keep, CN_FLOAT32), 1 / (1 - rate));
    }
    return kept->values[which];
}

/* For x[..., N, F]: [blocks or 1, N, F]. */
static cn_value draw_keep(const cn_cell_products *products, cn_value x, double rate, int which)
{
    if (x == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape *shape = cn_shape_of(products->cell->program, x);
    const int64_t *last = &shape->dim[shape->rank - 2];
    return cn_cell_keep(products->cell, which, rate,
                        CN_SHAPE(products->apart ? products->blocks : 1, last[0], last[1]));
}

cn_value cn_cell_recurrent_keep(const cn_cell_products *products, cn_value h)
{
    return draw_keep(products, h, keywords(products->cell->layer)->recurrent_dropout,
                     CN_KEEP_RECURRENT);
}

/* ---- runs ------------------------------------------------------------------------------------ */

static bool is_built_in(const cn_class *class)
{
    for (const cn_class *const *own = cn_activation_classes.list; *own != NULL; own++)
        if (*own == class)
            return true;
    return false;
}

const char *cn_cell_known_activation(const cn_call_frame *cell, const char *identifier)
{
    cn_object activation;
    if (cn_activation_parse(identifier, cell->trace->memory, &activation) != CN_OK)
        return NULL;
    const cn_class *class = activation.class;
    if (class == NULL)
        return "linear";
    const bool known = is_built_in(class) && cn_recurrent_activation_known(class->name) &&
                       cn_fields_equal(class->fields, activation.args, class->defaults);
    return known ? class->name : NULL;
}

/* ---- products -------------------------------------------------------------------------------- */

/* x * keep for one block. */
static cn_value dropped(const cn_cell_products *products, cn_value x, cn_value keep, int64_t block)
{
    cn_program *p = products->cell->program;
    if (keep == CN_NO_VALUE)
        return x;
    cn_value own = cn_emit_slice_axis(p, keep, 0, products->apart ? block : 0, 1);
    return cn_emit_multiply(p, x, cn_emit_squeeze(p, own, 0));
}

/* (x * keep) weight for n blocks of the weight's columns, from the first. */
static cn_value multiply(const cn_cell_products *products, cn_value x, cn_value keep,
                         cn_value weight, int64_t first, int64_t n)
{
    cn_program *p = products->cell->program;
    const int64_t units = products->units;
    cn_value parts[MOST_BLOCKS];
    if (keep == CN_NO_VALUE || !products->apart) {
        if (n != products->blocks)
            weight = cn_emit_slice_axis(p, weight, 1, first * units, n * units);
        return cn_emit_matmul(p, dropped(products, x, keep, 0), weight);
    }
    for (int64_t i = 0; i < n; i++)
        parts[i] = cn_emit_matmul(p, dropped(products, x, keep, first + i),
                                  cn_emit_slice_axis(p, weight, 1, (first + i) * units, units));
    return cn_emit_concatenate(p, parts, n, -1);
}

cn_value cn_cell_project(const cn_cell_products *products, cn_value x)
{
    cn_call_frame *cell = products->cell;
    cn_value keep = draw_keep(products, x, keywords(cell->layer)->dropout, CN_KEEP_INPUT);
    return multiply(products, cn_emit_cast(cell->program, x, CN_FLOAT32), keep,
                    cn_call_weight(cell, 0), 0, products->blocks);
}

cn_value cn_cell_recur(const cn_cell_products *products, cn_value h, int64_t first, int64_t n)
{
    cn_value keep = cn_cell_recurrent_keep(products, h);
    return multiply(products, h, keep, cn_call_weight(products->cell, 1), first, n);
}

cn_value cn_cell_block(const cn_cell_products *products, cn_value z, int64_t i)
{
    return cn_emit_slice_axis(products->cell->program, z, -1, i * products->units, products->units);
}

cn_value cn_cell_activation(const cn_call_frame *cell, const char *identifier, cn_value x)
{
    cn_value y = CN_NO_VALUE;
    cn_status status = cn_call_activation(cell, identifier, x, &y);
    return status == CN_OK ? y : cn_program_fail(cell->program, status);
}
