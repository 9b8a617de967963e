/* gather_products: the product of gathered rows, gather(E, i) W, is gather(E W, i), which is less
 * work if the table has fewer rows than the batch has indices; the same for a convolution along
 * the last axis of the indices. What is added to every row, or computed from its elements,
 * goes the same way, so that a product behind it is found too. Run before differentiation, it
 * makes the gradient small as well: dP = scatter, dE = dP W^T, dW = E^T dP. */
#include "compiler/compiler.h"
#include "compiler/moved_gather.h"
#include "ops/emit.h"

/* What an element that is gathered (and scattered back) costs, in multiplications and additions
 * of a product: 0.2 to 0.3 ns against 0.023 ns, measured with AVX-512 on one core. */
static const double element_cost = 10;

struct search {
    cn_rewrite rewrite;
    int32_t *uses; /* of the old program's values */
};

/* Sizes of a product: of windows of so many gathered rows, [taps, inner] -> outer. */
struct sizes {
    double table_rows, gathered_rows, windows, taps, inner, outer;
};

/* alone: nothing else reads the gathered rows, so that they need not be gathered. */
static bool pays(const struct sizes *s, bool alone)
{
    const double before = s->windows * s->taps * s->inner * s->outer +
                          (alone ? element_cost * s->gathered_rows * s->inner : 0);
    const double after = s->table_rows * s->taps * s->inner * s->outer +
                         element_cost * s->windows * s->taps * s->outer;
    return after < before;
}

/* The gather behind an input, if its table is of numbers. */
static bool find_rows(const struct search *search, cn_value input, cn_moved_gather *found)
{
    const cn_value value = search->rewrite.map[input];
    return value != CN_NO_VALUE && cn_find_moved_gather(&search->rewrite, value, found) &&
           cn_dtype_of(&search->rewrite.to, found->table) == CN_FLOAT32;
}

static int64_t size_of(const cn_program *p, cn_value value)
{
    return cn_shape_size(cn_shape_of(p, value));
}

/* Of a table with so many rows that a batch leaves some out, the product with those that it
 * names. */
static cn_value multiply_table(cn_program *to, const cn_moved_gather *found, cn_value weights,
                               bool transpose_weights)
{
    if (size_of(to, found->indices) < 4 * cn_shape_of(to, found->table)->dim[0])
        return cn_emit_matmul_rows(to, found->table, false, weights, transpose_weights,
                                   found->indices);
    return cn_emit_matmul_transposed(to, found->table, false, weights, transpose_weights);
}

static cn_value product(struct search *search, const cn_instruction *i)
{
    cn_program *to = &search->rewrite.to;
    const cn_matmul_attributes *matmul = i->attributes;
    const cn_value weights = search->rewrite.map[i->inputs[1]];
    cn_moved_gather found;
    if (matmul->transpose_a || cn_shape_of(to, weights)->rank != 2 ||
        !find_rows(search, i->inputs[0], &found))
        return CN_NO_VALUE;
    const double n = (double)size_of(to, found.indices);
    const cn_shape *y = cn_shape_of(search->rewrite.from, i->output);
    const struct sizes sizes = {
        .table_rows = (double)cn_shape_of(to, found.table)->dim[0],
        .gathered_rows = n,
        .windows = n,
        .taps = 1,
        .inner = (double)cn_shape_of(to, found.table)->dim[1],
        .outer = (double)y->dim[y->rank - 1],
    };
    if (!pays(&sizes, search->uses[i->inputs[0]] == 1))
        return CN_NO_VALUE;
    cn_value table = multiply_table(to, &found, weights, matmul->transpose_b);
    cn_value indices = cn_emit_moved_indices(to, &found);
    return cn_emit_gather(to, table, indices);
}

/* E kernel[taps, D, F] as [rows, taps, F], by one product with [D, taps F]. */
static cn_value multiply_taps(cn_program *to, cn_value table, cn_value kernel)
{
    const cn_shape shape = *cn_shape_of(to, kernel);
    const int64_t rows = cn_shape_of(to, table)->dim[0];
    const int64_t taps = shape.dim[0], inner = shape.dim[1], outer = shape.dim[2];
    kernel = cn_emit_transpose(to, kernel, CN_SHAPE(1, 0, 2));
    kernel = cn_emit_reshape(to, kernel, CN_SHAPE(inner, taps * outer));
    cn_value product = cn_emit_matmul_transposed(to, table, false, kernel, false);
    return cn_emit_reshape(to, product, CN_SHAPE(rows, taps, outer));
}

static cn_value convolution(struct search *search, const cn_instruction *i)
{
    cn_program *to = &search->rewrite.to;
    const cn_conv_attributes *conv = i->attributes;
    const cn_value kernel = search->rewrite.map[i->inputs[1]];
    cn_moved_gather found;
    if (conv->strides.rank != 1 || conv->groups != 1 || !find_rows(search, i->inputs[0], &found))
        return CN_NO_VALUE;
    const cn_shape *y = cn_shape_of(search->rewrite.from, i->output);
    const struct sizes sizes = {
        .table_rows = (double)cn_shape_of(to, found.table)->dim[0],
        .gathered_rows = (double)size_of(to, found.indices),
        .windows = (double)(y->dim[0] * y->dim[1]),
        .taps = (double)cn_shape_of(to, kernel)->dim[0],
        .inner = (double)cn_shape_of(to, found.table)->dim[1],
        .outer = (double)y->dim[2],
    };
    if (!pays(&sizes, search->uses[i->inputs[0]] == 1))
        return CN_NO_VALUE;
    const cn_windows_attributes windows = {
        .stride = conv->strides.dim[0],
        .dilation = conv->dilation.dim[0],
        .before = conv->before.dim[0],
        .after = conv->after.dim[0],
    };
    cn_value table = multiply_taps(to, found.table, kernel);
    cn_value indices = cn_emit_moved_indices(to, &found);
    return cn_emit_gather_windows(to, table, indices, &windows);
}

/* Ops whose derivative is finite everywhere: rows of the table that nobody gathers get a gradient
 * of 0 times it. */
static bool works_on_rows(const cn_op *op)
{
    return op == &cn_op_add || op == &cn_op_subtract || op == &cn_op_multiply ||
           op == &cn_op_relu || op == &cn_op_sigmoid || op == &cn_op_tanh;
}

/* Rows of a table plus, or times, what is the same for all of them. A bias goes into a product. */
static cn_value change_table(cn_program *to, const cn_instruction *i, const cn_value *in, int64_t k,
                             const cn_instruction *table)
{
    if (i->op != &cn_op_add || table->op != &cn_op_matmul_rows || table->n_inputs > 3 ||
        cn_shape_of(to, in[1 - k])->rank != 1 ||
        size_of(to, in[1 - k]) != cn_shape_of(to, in[k])->dim[1])
        return cn_program_append(to, i->op, i->attributes, in, i->n_inputs);
    const cn_value operands[] = {table->inputs[0], table->inputs[1], table->inputs[2], in[1 - k]};
    return cn_program_append(to, table->op, table->attributes, operands, 4);
}

/* One operand is gathered rows, the other (if there is one) the same for every row. */
static cn_value elementwise(struct search *search, const cn_instruction *i)
{
    cn_program *to = &search->rewrite.to;
    cn_moved_gather found;
    for (int64_t k = 0; works_on_rows(i->op) && k < i->n_inputs; k++) {
        cn_value in[2] = {search->rewrite.map[i->inputs[0]],
                          search->rewrite.map[i->inputs[i->n_inputs - 1]]};
        if ((i->n_inputs == 2 && cn_shape_of(to, in[1 - k])->rank > 1) ||
            search->uses[i->inputs[k]] != 1 || !find_rows(search, i->inputs[k], &found) ||
            found.n_moves > 0)
            continue;
        in[k] = found.table;
        const cn_shape *table = cn_shape_of(to, found.table);
        cn_shape result;
        if (table->dim[0] >= size_of(to, found.indices) ||
            (i->n_inputs == 2 &&
             (cn_shape_broadcast(table, cn_shape_of(to, in[1 - k]), &result) != CN_OK ||
              !cn_shape_equal(table, &result))))
            continue;
        const cn_value rows =
            change_table(to, i, in, k, cn_rewrite_producer(&search->rewrite, found.table));
        return rows == CN_NO_VALUE ? rows : cn_emit_gather(to, rows, found.indices);
    }
    return CN_NO_VALUE;
}

static cn_value rewrite_one(struct search *search, const cn_instruction *i)
{
    return i->op == &cn_op_matmul ? product(search, i)
           : i->op == &cn_op_conv ? convolution(search, i)
                                  : elementwise(search, i);
}

static cn_status rewrite_all(struct search *search)
{
    cn_rewrite *rewrite = &search->rewrite;
    const cn_program *from = rewrite->from;
    search->uses = cn_program_use_counts(from, &rewrite->memory);
    CN_CHECK_MEMORY(search->uses);
    for (int64_t n = 0; n < from->n_code; n++) {
        const cn_instruction *i = &from->code[n];
        const cn_value value = rewrite_one(search, i);
        CN_TRY(rewrite->to.status);
        if (value == CN_NO_VALUE)
            cn_rewrite_copy(rewrite, i);
        else
            rewrite->map[i->output] = value;
    }
    return rewrite->to.status;
}

cn_status cn_pass_gather_products(cn_program *program)
{
    struct search search = {.uses = NULL};
    cn_status status = cn_rewrite_begin(&search.rewrite, program);
    return cn_rewrite_end(&search.rewrite, status == CN_OK ? rewrite_all(&search) : status);
}
