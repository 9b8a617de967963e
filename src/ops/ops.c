/* The list of ops. */
#include "ops/ops.h"

#include <string.h>

const cn_op *const cn_ops_all[] = {
#define CN_OP_ENTRY(name) &cn_op_##name,
#include "ops/ops.def"
#undef CN_OP_ENTRY
    NULL,
};

const cn_op *cn_op_find(const char *name)
{
    for (const cn_op *const *op = cn_ops_all; *op != NULL; op++)
        if ((*op)->name[0] == name[0] && strcmp((*op)->name, name) == 0)
            return *op;
    return NULL;
}
