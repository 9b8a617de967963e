/* fuse_products: a matrix product or a convolution takes the elementwise instruction, fused or
 * alone, that is the only one to read it: its kernel runs that program over each panel of rows
 * while it is in the cache. So come bias, batch normalization, residual and activation behind a
 * layer's product. */
#include "compiler/compiler.h"
#include "compiler/rewrite.h"
#include "ops/ops.h"

enum { OWN = 2, MOST_INPUTS = 64, MOST_TEXT = 80 };

struct fuser {
    cn_rewrite rewrite;
    int32_t *uses, *producers;
    bool *assigned;  /* values that variables get */
    int32_t *taken;  /* by the number of an elementwise instruction: that of its product + 1 */
    bool *is_inside; /* products that were taken */
};

static bool multiplies(const cn_op *op)
{
    return op == &cn_op_matmul || op == &cn_op_conv;
}

/* Updates of variables are made in place, which a product would not allow. */
static bool may_follow(const struct fuser *fuser, const cn_instruction *instruction)
{
    const cn_program *from = fuser->rewrite.from;
    bool assigns = false;
    for (int64_t k = 0; k < instruction->n_outputs; k++)
        assigns |= fuser->assigned[instruction->output + k];
    return (instruction->op->flags & CN_OP_ELEMENTWISE) && instruction->n_inputs < MOST_INPUTS &&
           cn_dtype_of(from, instruction->output) == CN_FLOAT32 && !assigns;
}

/* The last product that an instruction alone reads, element by element. */
static int32_t product_of(const struct fuser *fuser, const cn_instruction *instruction)
{
    const cn_program *from = fuser->rewrite.from;
    int32_t product = -1;
    for (int64_t k = 0; k < instruction->n_inputs; k++) {
        const cn_value value = instruction->inputs[k];
        const int32_t producer = fuser->producers[value];
        if (fuser->uses[value] == 1 && multiplies(from->code[producer].op) && producer > product &&
            cn_shape_equal(cn_shape_of(from, value), cn_shape_of(from, instruction->output)))
            product = producer;
    }
    return product;
}

static void find_products(struct fuser *fuser)
{
    const cn_program *from = fuser->rewrite.from;
    for (int64_t i = 0; i < from->n_states; i++)
        if (from->states[i].final != from->states[i].initial)
            fuser->assigned[from->states[i].final] = true;
    for (int64_t n = 0; n < from->n_code; n++) {
        if (!may_follow(fuser, &from->code[n]))
            continue;
        const int32_t product = product_of(fuser, &from->code[n]);
        fuser->taken[n] = product + 1;
        if (product >= 0)
            fuser->is_inside[product] = true;
    }
}

/* The program behind the product; text has room for that of an instruction alone. */
static cn_finish_attributes finish_of(const cn_instruction *instruction, cn_value product,
                                      char text[MOST_TEXT])
{
    cn_finish_attributes finish = {.body = text, .n_outputs = instruction->n_outputs};
    while (instruction->inputs[finish.product] != product)
        finish.product++;
    if (instruction->op == &cn_op_fused)
        finish.body = ((const cn_fused_attributes *)instruction->attributes)->body;
    else
        cn_fused_write_alone(instruction, text);
    return finish;
}

static void emit(struct fuser *fuser, const cn_instruction *product,
                 const cn_instruction *instruction)
{
    cn_rewrite *rewrite = &fuser->rewrite;
    char text[MOST_TEXT];
    const cn_finish_attributes finish = finish_of(instruction, product->output, text);
    cn_value inputs[OWN + MOST_INPUTS];
    int64_t n = 0;
    for (; n < OWN; n++)
        inputs[n] = rewrite->map[product->inputs[n]];
    for (int64_t k = 0; k < instruction->n_inputs; k++)
        if (k != finish.product)
            inputs[n++] = rewrite->map[instruction->inputs[k]];
    cn_value first;
    if (product->op == &cn_op_conv) {
        cn_conv_attributes conv = *(const cn_conv_attributes *)product->attributes;
        conv.finish = finish;
        first = cn_program_append(&rewrite->to, &cn_op_conv_bias, &conv, inputs, n);
    } else {
        cn_matmul_attributes matmul = *(const cn_matmul_attributes *)product->attributes;
        matmul.finish = finish;
        first = cn_program_append(&rewrite->to, &cn_op_dense, &matmul, inputs, n);
    }
    for (int64_t k = 0; k < instruction->n_outputs; k++)
        rewrite->map[instruction->output + k] = first == CN_NO_VALUE ? first : first + (cn_value)k;
}

static cn_status fuse(struct fuser *fuser)
{
    cn_rewrite *rewrite = &fuser->rewrite;
    const cn_program *from = rewrite->from;
    const size_t n_code = (size_t)from->n_code;
    fuser->uses = cn_program_use_counts(from, &rewrite->memory);
    fuser->producers = cn_program_producers(from, &rewrite->memory);
    fuser->assigned =
        cn_arena_allocate(&rewrite->memory, (size_t)from->n_values * sizeof *fuser->assigned);
    fuser->taken = cn_arena_allocate(&rewrite->memory, n_code * sizeof *fuser->taken);
    fuser->is_inside = cn_arena_allocate(&rewrite->memory, n_code * sizeof *fuser->is_inside);
    if (fuser->uses == NULL || fuser->producers == NULL || fuser->assigned == NULL ||
        fuser->taken == NULL || fuser->is_inside == NULL)
        return CN_OUT_OF_MEMORY;
    find_products(fuser);
    for (int64_t n = 0; n < from->n_code; n++) {
        if (fuser->taken[n] > 0)
            emit(fuser, &from->code[fuser->taken[n] - 1], &from->code[n]);
        else if (!fuser->is_inside[n])
            cn_rewrite_copy(rewrite, &from->code[n]);
    }
    return rewrite->to.status;
}

cn_status cn_pass_fuse_products(cn_program *program)
{
    struct fuser fuser = {0};
    cn_status status = cn_rewrite_begin(&fuser.rewrite, program);
    return cn_rewrite_end(&fuser.rewrite, status == CN_OK ? fuse(&fuser) : status);
}
