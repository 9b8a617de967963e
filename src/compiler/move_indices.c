/* move_indices: the rows of a gather that are only put in another order (transposed to steps
 * first, say, as recurrent layers want them) are gathered in that order: the indices are moved
 * instead. */
#include "compiler/compiler.h"
#include "compiler/moved_gather.h"
#include "ops/emit.h"

/* One move and nothing else reads the rows: otherwise they are there to be moved, and a second
 * gather would cost its gradient a second table. */
static bool moves_alone(const cn_rewrite *rewrite, const cn_instruction *i, const int32_t *uses,
                        cn_moved_gather *found)
{
    if (i->n_inputs != 1 || i->n_outputs != 1 || uses[i->inputs[0]] != 1)
        return false;
    const cn_value output = rewrite->map[i->output];
    return output != CN_NO_VALUE && cn_find_moved_gather(rewrite, output, found) &&
           found->n_moves == 1;
}

static cn_status move_all(cn_rewrite *rewrite)
{
    const cn_program *from = rewrite->from;
    cn_program *to = &rewrite->to;
    const int32_t *uses = cn_program_use_counts(from, &rewrite->memory);
    CN_CHECK_MEMORY(uses);
    for (int64_t n = 0; n < from->n_code; n++) {
        const cn_instruction *i = &from->code[n];
        cn_moved_gather found;
        cn_rewrite_copy(rewrite, i);
        if (!moves_alone(rewrite, i, uses, &found))
            continue;
        const cn_value indices = cn_emit_moved_indices(to, &found);
        rewrite->map[i->output] = cn_emit_gather(to, found.table, indices);
    }
    return to->status;
}

cn_status cn_pass_move_indices(cn_program *program)
{
    cn_rewrite rewrite;
    cn_status status = cn_rewrite_begin(&rewrite, program);
    return cn_rewrite_end(&rewrite, status == CN_OK ? move_all(&rewrite) : status);
}
