/* fuse_dense: a matrix product or a convolution, the bias added to it and the activation of that
 * become one instruction, whose kernel finishes each panel of rows while it is in the cache. */
#include "compiler/compiler.h"
#include "compiler/rewrite.h"
#include "ops/ops.h"

struct chain {
    const cn_instruction *product, *add, *activation; /* the last two may be absent */
    cn_value bias;
};

struct fuser {
    cn_rewrite rewrite;
    int32_t *uses, *producers;
    struct chain *chains; /* by the number of the chain's last instruction */
    bool *inside;         /* instructions that a chain has taken */
};

static bool activates(const cn_op *op)
{
    return op == &cn_op_relu || op == &cn_op_sigmoid || op == &cn_op_tanh || op == &cn_op_softplus;
}

static bool multiplies(const cn_op *op)
{
    return op == &cn_op_matmul || op == &cn_op_conv;
}

/* The instruction that makes value, if nothing else uses it. */
static const cn_instruction *only_producer(const struct fuser *fuser, cn_value value)
{
    return fuser->uses[value] == 1 ? &fuser->rewrite.from->code[fuser->producers[value]] : NULL;
}

/* If add is product + bias[N] (either way round), fills the chain. */
static bool match_add(const struct fuser *fuser, const cn_instruction *add, struct chain *chain)
{
    const cn_program *from = fuser->rewrite.from;
    for (int side = 0; side < 2 && add->op == &cn_op_add; side++) {
        cn_value before = add->inputs[side], bias = add->inputs[1 - side];
        const cn_instruction *product = only_producer(fuser, before);
        const cn_shape *shape = cn_shape_of(from, before), *bias_shape = cn_shape_of(from, bias);
        if (product == NULL || !multiplies(product->op) || bias_shape->rank != 1 ||
            bias_shape->dim[0] != shape->dim[shape->rank - 1] ||
            cn_dtype_of(from, bias) != CN_FLOAT32)
            continue;
        *chain = (struct chain){product, add, NULL, bias};
        return true;
    }
    return false;
}

static bool match(const struct fuser *fuser, const cn_instruction *last, struct chain *chain)
{
    if (!activates(last->op))
        return match_add(fuser, last, chain);
    const cn_instruction *before = only_producer(fuser, last->inputs[0]);
    if (before == NULL)
        return false;
    if (multiplies(before->op))
        *chain = (struct chain){before, NULL, NULL, CN_NO_VALUE};
    else if (!match_add(fuser, before, chain))
        return false;
    chain->activation = last;
    return true;
}

/* Later instructions first, so that an add with its activation is taken before the add alone. */
static void find_chains(struct fuser *fuser)
{
    const cn_program *from = fuser->rewrite.from;
    for (int64_t n = from->n_code - 1; n >= 0; n--) {
        struct chain chain = {0};
        if (fuser->inside[n] || !match(fuser, &from->code[n], &chain))
            continue;
        fuser->chains[n] = chain;
        fuser->inside[chain.product - from->code] = true;
        if (chain.add != NULL && chain.activation != NULL)
            fuser->inside[chain.add - from->code] = true;
    }
}

static void emit(struct fuser *fuser, int64_t n)
{
    cn_rewrite *rewrite = &fuser->rewrite;
    const struct chain *chain = &fuser->chains[n];
    const char *activation = chain->activation == NULL ? NULL : chain->activation->op->name;
    const bool is_conv = chain->product->op == &cn_op_conv;
    cn_matmul_attributes dense;
    cn_conv_attributes conv;
    if (is_conv) {
        conv = *(const cn_conv_attributes *)chain->product->attributes;
        conv.activation = activation;
    } else {
        dense = *(const cn_matmul_attributes *)chain->product->attributes;
        dense.activation = activation;
    }
    cn_value inputs[3] = {rewrite->map[chain->product->inputs[0]],
                          rewrite->map[chain->product->inputs[1]],
                          chain->bias == CN_NO_VALUE ? CN_NO_VALUE : rewrite->map[chain->bias]};
    rewrite->map[rewrite->from->code[n].output] =
        cn_program_append(&rewrite->to, is_conv ? &cn_op_conv_bias : &cn_op_dense,
                          is_conv ? (const void *)&conv : (const void *)&dense, inputs,
                          chain->bias == CN_NO_VALUE ? 2 : 3);
}

static cn_status fuse(struct fuser *fuser)
{
    cn_rewrite *rewrite = &fuser->rewrite;
    const cn_program *from = rewrite->from;
    const size_t n_code = (size_t)from->n_code;
    fuser->uses = cn_program_use_counts(from, &rewrite->memory);
    fuser->producers = cn_program_producers(from, &rewrite->memory);
    fuser->chains = cn_arena_allocate(&rewrite->memory, n_code * sizeof *fuser->chains);
    fuser->inside = cn_arena_allocate(&rewrite->memory, n_code * sizeof *fuser->inside);
    if (fuser->uses == NULL || fuser->producers == NULL || fuser->chains == NULL ||
        fuser->inside == NULL)
        return CN_OUT_OF_MEMORY;
    find_chains(fuser);
    for (int64_t n = 0; n < from->n_code; n++) {
        if (fuser->chains[n].product != NULL && !fuser->inside[n])
            emit(fuser, n);
        else if (!fuser->inside[n])
            cn_rewrite_copy(rewrite, &from->code[n]);
    }
    return rewrite->to.status;
}

cn_status cn_pass_fuse_dense(cn_program *program)
{
    struct fuser fuser = {0};
    cn_status status = cn_rewrite_begin(&fuser.rewrite, program);
    return cn_rewrite_end(&fuser.rewrite, status == CN_OK ? fuse(&fuser) : status);
}
