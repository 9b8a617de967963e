/* Variables. */
#include "runtime/variable.h"

#include "runtime/memory.h"

cn_status cn_variable_init(cn_variable *variable, const char *name, cn_dtype dtype, cn_shape shape)
{
    int64_t size = 0;
    CN_TRY(cn_shape_checked_size(&shape, cn_dtype_size(dtype), &size));
    *variable = (cn_variable){.name = name, .dtype = dtype, .shape = shape};
    variable->data = cn_allocate((size_t)size * cn_dtype_size(dtype));
    return variable->data == NULL ? CN_OUT_OF_MEMORY : CN_OK;
}

void cn_variable_free(cn_variable *variable)
{
    cn_release(variable->data);
    variable->data = NULL;
}

size_t cn_variable_bytes(const cn_variable *variable)
{
    return (size_t)cn_shape_size(&variable->shape) * cn_dtype_size(variable->dtype);
}
