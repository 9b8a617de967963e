/* Finding a gather behind moves of whole rows, and moving its indices instead. */
#include "compiler/moved_gather.h"

#include "ops/emit.h"

static bool is_move(const cn_program *program, const cn_instruction *i)
{
    const cn_shape *to = cn_shape_of(program, i->output);
    if (to->rank == 0)
        return false;
    if (i->op == &cn_op_reshape) {
        const cn_shape *from = cn_shape_of(program, i->inputs[0]);
        return from->rank > 0 && cn_shape_size(from) > 0 &&
               from->dim[from->rank - 1] == to->dim[to->rank - 1];
    }
    if (i->op == &cn_op_transpose) {
        const cn_shape *permutation =
            &((const cn_transpose_attributes *)i->attributes)->permutation;
        return permutation->dim[to->rank - 1] == to->rank - 1;
    }
    if (i->op == &cn_op_slice) {
        const cn_slice_attributes *slice = i->attributes;
        return slice->step.dim[to->rank - 1] == 1 &&
               cn_shape_equal(&slice->size, cn_shape_of(program, i->inputs[0]));
    }
    return false;
}

bool cn_find_moved_gather(const cn_rewrite *rewrite, cn_value value, cn_moved_gather *found)
{
    const cn_program *program = &rewrite->to;
    const cn_instruction *i = cn_rewrite_producer(rewrite, value);
    found->n_moves = 0;
    for (; is_move(program, i); i = cn_rewrite_producer(rewrite, i->inputs[0])) {
        if (found->n_moves == CN_MOST_MOVES)
            return false;
        found->moves[found->n_moves++] = *i;
    }
    if (i->op != &cn_op_gather || cn_shape_of(program, i->inputs[0])->rank != 2 ||
        cn_shape_size(cn_shape_of(program, i->output)) == 0)
        return false;
    found->table = i->inputs[0];
    found->indices = i->inputs[1];
    return true;
}

/* One axis less: that of a row's elements. */
static cn_shape without_last(cn_shape shape)
{
    shape.rank--;
    return shape;
}

static cn_value move(cn_program *p, const cn_instruction *i, cn_value indices)
{
    if (i->op == &cn_op_reshape)
        return cn_emit_reshape(p, indices,
                               without_last(((const cn_shape_attributes *)i->attributes)->shape));
    if (i->op == &cn_op_transpose)
        return cn_emit_transpose(
            p, indices,
            without_last(((const cn_transpose_attributes *)i->attributes)->permutation));
    const cn_slice_attributes *slice = i->attributes;
    return cn_emit_slice(p, indices, without_last(slice->start), without_last(slice->size),
                         without_last(slice->step));
}

cn_value cn_emit_moved_indices(cn_program *program, const cn_moved_gather *found)
{
    cn_value indices = found->indices;
    for (int n = found->n_moves - 1; n >= 0; n--)
        indices = move(program, &found->moves[n], indices);
    return indices;
}
