/* Constants: numbers written into the graph, one or an array of them. */
#include "cornu/ops.h"
#include "graph/graph.h"

#include "ops/emit.h"
#include "runtime/array.h"
#include "runtime/dtype.h"

cn_tensor *cn_ops_scalar(double value)
{
    cn_session *session = cn_session_current();
    cn_tensor *tensor =
        session == NULL ? NULL : cn_arena_allocate(cn_session_arena(session), sizeof *tensor);
    if (tensor != NULL)
        *tensor = (cn_tensor){.kind = CN_KIND_TENSOR,
                              .dtype = CN_FLOAT32,
                              .dtype_name = "float32",
                              .session = session,
                              .value = CN_NO_VALUE,
                              .mask = CN_NO_VALUE,
                              .is_constant = true,
                              .constant = value};
    return tensor;
}

/* A program reads the numbers as it reads weights, but they are in no layer's list. */
static cn_status make(const cn_array *from, cn_tensor **made)
{
    cn_arena *arena = cn_session_arena(cn_session_current());
    cn_tensor *tensor = cn_ops_scalar(0);
    cn_constant *constant = cn_arena_allocate(arena, sizeof *constant);
    CN_CHECK_MEMORY(tensor);
    CN_CHECK_MEMORY(constant);
    tensor->dtype_name = cn_dtype_name(from->dtype);
    tensor->dtype = cn_dtype_computed(from->dtype);
    const cn_array *numbers = cn_array_cast(from, tensor->dtype);
    if (numbers == NULL)
        return cn_error_status();
    tensor->shape = numbers->shape;
    constant->form = "__numpy__";
    constant->variable = (cn_variable){
        .name = "constant", .dtype = tensor->dtype, .shape = tensor->shape, .data = numbers->data};
    tensor->numbers = constant;
    *made = tensor;
    return CN_OK;
}

cn_tensor *cn_ops_convert_to_tensor(const cn_array *array)
{
    cn_tensor *tensor = NULL;
    cn_status status = cn_numbers_check(array, "convert_to_tensor", &array);
    if (status == CN_OK)
        status = make(array, &tensor);
    return status == CN_OK ? tensor : NULL;
}

cn_value cn_emit_constant(cn_program *p, const cn_tensor *tensor)
{
    if (tensor->numbers != NULL)
        return cn_program_read(p, &tensor->numbers->variable);
    return cn_emit_full(p, tensor->constant, tensor->dtype, tensor->shape);
}
