/* What the recurrent ops and their gradients share. */
#include "ops/recurrent.h"

#include <math.h>
#include <string.h>

const cn_field cn_recurrent_fields[] = {
    CN_FIELD(cn_recurrent_attributes, activation, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_recurrent_attributes, recurrent_activation, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_recurrent_attributes, reverse, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_recurrent_attributes, reset_after, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

/* ---- activations ----------------------------------------------------------------------------- */

static const char *const names[] = {
    [CN_SQUASH_LINEAR] = "linear",
    [CN_SQUASH_TANH] = "tanh",
    [CN_SQUASH_SIGMOID] = "sigmoid",
    [CN_SQUASH_RELU] = "relu",
    [CN_SQUASH_HARD_SIGMOID] = "hard_sigmoid",
    [CN_SQUASH_HARD_SIGMOID_KERAS2] = "hard_sigmoid_keras2",
};
enum { NAMES = sizeof names / sizeof *names };

/* Its number, or NAMES. */
static int find(const char *name)
{
    int i = 0;
    while (i < NAMES && (name == NULL || strcmp(name, names[i]) != 0))
        i++;
    return i;
}

bool cn_recurrent_activation_known(const char *name)
{
    return find(name) < NAMES;
}

static cn_status check_activation(const char *what, const char *name)
{
    CN_CHECK(cn_recurrent_activation_known(name),
             "its %s is linear, tanh, sigmoid, relu, hard_sigmoid or hard_sigmoid_keras2, not %s",
             what, name == NULL ? "none" : name);
    return CN_OK;
}

/* ---- types ----------------------------------------------------------------------------------- */

cn_recurrent_sizes cn_recurrent_sizes_of(const cn_type *sequence, const cn_type *kernel)
{
    const int64_t units = kernel->shape.dim[0];
    return (cn_recurrent_sizes){sequence->shape.dim[0], sequence->shape.dim[1], units,
                                kernel->shape.dim[1] / units};
}

static cn_status check_sizes(const cn_type *sequence, const cn_type *kernel, int64_t gate_count)
{
    CN_CHECK(kernel->dtype == CN_FLOAT32 && kernel->shape.rank == 2 && kernel->shape.dim[0] > 0 &&
                 kernel->shape.dim[1] == gate_count * kernel->shape.dim[0],
             "its recurrent kernel is float32 of shape (units, %d * units), not %s of shape %s",
             (int)gate_count, cn_dtype_name(kernel->dtype), cn_shape_str(&kernel->shape));
    CN_CHECK(sequence->dtype == CN_FLOAT32 && sequence->shape.rank == 3,
             "its sequence is float32 of shape (steps, batch, features), not %s of shape %s",
             cn_dtype_name(sequence->dtype), cn_shape_str(&sequence->shape));
    return CN_OK;
}

static cn_type type_of(cn_recurrent_kind kind, const cn_recurrent_sizes *s)
{
    switch (kind) {
    case CN_RECURRENT_STATE: return (cn_type){CN_FLOAT32, CN_SHAPE(s->batch, s->units)};
    case CN_RECURRENT_STATES: return (cn_type){CN_FLOAT32, CN_SHAPE(s->steps, s->batch, s->units)};
    case CN_RECURRENT_GATES:
        return (cn_type){CN_FLOAT32, CN_SHAPE(s->steps, s->batch, s->gate_count * s->units)};
    case CN_RECURRENT_MASK: return (cn_type){CN_BOOL, CN_SHAPE(s->steps, s->batch)};
    case CN_RECURRENT_KEEP:
        return (cn_type){CN_FLOAT32, CN_SHAPE(s->gate_count, s->batch, s->units)};
    case CN_RECURRENT_KERNEL:
        return (cn_type){CN_FLOAT32, CN_SHAPE(s->units, s->gate_count * s->units)};
    case CN_RECURRENT_BIAS: break;
    }
    return (cn_type){CN_FLOAT32, CN_SHAPE(s->gate_count * s->units)};
}

static cn_status expect(const cn_recurrent_operand *operand, const cn_type *type, cn_type expected)
{
    if (operand->optional && type->shape.rank == 0)
        return CN_OK;
    CN_CHECK(type->dtype == expected.dtype && cn_shape_equal(&type->shape, &expected.shape),
             "its %s is %s of shape %s, not %s of shape %s", operand->name,
             cn_dtype_name(expected.dtype), cn_shape_str(&expected.shape),
             cn_dtype_name(type->dtype), cn_shape_str(&type->shape));
    return CN_OK;
}

cn_status cn_recurrent_infer(const cn_recurrent_signature *signature, const void *attributes,
                             const cn_type *inputs, cn_type *outputs)
{
    const cn_recurrent_attributes *a = attributes;
    const cn_type *sequence = &inputs[signature->sequence], *kernel = &inputs[signature->kernel];
    CN_TRY(check_activation("activation", a->activation));
    if (signature->gate_count > 1)
        CN_TRY(check_activation("recurrent activation", a->recurrent_activation));
    CN_TRY(check_sizes(sequence, kernel, signature->gate_count));
    const cn_recurrent_sizes sizes = cn_recurrent_sizes_of(sequence, kernel);
    for (int64_t i = 0; i < signature->n_inputs; i++)
        CN_TRY(
            expect(&signature->inputs[i], &inputs[i], type_of(signature->inputs[i].kind, &sizes)));
    for (int64_t i = 0; i < signature->n_outputs; i++)
        outputs[i] = type_of(signature->outputs[i].kind, &sizes);
    return CN_OK;
}

/* ---- lowering -------------------------------------------------------------------------------- */

cn_recurrent cn_recurrent_describe(const cn_program *p, const cn_instruction *instruction,
                                   const cn_recurrent_signature *signature)
{
    const cn_recurrent_attributes *a = instruction->attributes;
    const cn_recurrent_sizes sizes =
        cn_recurrent_sizes_of(cn_type_of(p, instruction->inputs[signature->sequence]),
                              cn_type_of(p, instruction->inputs[signature->kernel]));
    return (cn_recurrent){.steps = sizes.steps,
                          .batch = sizes.batch,
                          .units = sizes.units,
                          .gate_count = sizes.gate_count,
                          .activation = (cn_squash)find(a->activation),
                          .recurrent_activation = (cn_squash)find(a->recurrent_activation),
                          .reverse = a->reverse,
                          .reset_after = a->reset_after};
}

static void set_address(cn_recurrent *call, const cn_recurrent_operand *operand, void *address)
{
    memcpy((char *)call + operand->place, &address, sizeof address);
}

static bool is_absent(const cn_program *p, const cn_recurrent_operand *operand, cn_value value)
{
    return operand->optional && (value == CN_NO_VALUE || cn_shape_of(p, value)->rank == 0);
}

cn_status cn_recurrent_lower(cn_lowering *lowering, const cn_instruction *i,
                             const cn_recurrent_signature *signature,
                             cn_status (*run)(const void *arguments))
{
    cn_recurrent call = cn_recurrent_describe(lowering->program, i, signature);
    call.scratch = lowering->scratch;
    for (int64_t k = 0; k < signature->n_inputs; k++)
        if (!is_absent(lowering->program, &signature->inputs[k], i->inputs[k]))
            set_address(&call, &signature->inputs[k], cn_address(lowering, i->inputs[k]));
    for (int64_t k = 0; k < signature->n_outputs; k++)
        set_address(&call, &signature->outputs[k], cn_address(lowering, i->output + (cn_value)k));
    return cn_plan_add(lowering->plan, i->op->name, run, &call, sizeof call);
}

/* ---- references ------------------------------------------------------------------------------ */

double cn_squash_value(const char *name, double x)
{
    switch (find(name)) {
    case CN_SQUASH_TANH: return tanh(x);
    case CN_SQUASH_SIGMOID: return 1 / (1 + exp(-x));
    case CN_SQUASH_RELU: return fmax(x, 0);
    case CN_SQUASH_HARD_SIGMOID: return fmin(fmax(x / 6 + 0.5, 0), 1);
    case CN_SQUASH_HARD_SIGMOID_KERAS2: return fmin(fmax(x / 5 + 0.5, 0), 1);
    default: return x;
    }
}

double cn_squash_slope(const char *name, double y)
{
    switch (find(name)) {
    case CN_SQUASH_TANH: return 1 - y * y;
    case CN_SQUASH_SIGMOID: return y * (1 - y);
    case CN_SQUASH_RELU: return y > 0;
    case CN_SQUASH_HARD_SIGMOID: return y > 0 && y < 1 ? 1.0 / 6 : 0;
    case CN_SQUASH_HARD_SIGMOID_KERAS2: return y > 0 && y < 1 ? 0.2 : 0;
    default: return 1;
    }
}

int64_t cn_reference_step(const cn_reference_call *call, int64_t steps, int64_t i, bool backward)
{
    const bool reverse = ((const cn_recurrent_attributes *)call->attributes)->reverse;
    return reverse != backward ? steps - 1 - i : i;
}

const double *cn_reference_before(const cn_reference_call *call, const cn_recurrent_sizes *sizes,
                                  const double *sequence, const double *start, int64_t step,
                                  int64_t row)
{
    const bool reverse = ((const cn_recurrent_attributes *)call->attributes)->reverse;
    const int64_t before = reverse ? step + 1 : step - 1;
    if (before < 0 || before >= sizes->steps)
        return start + row * sizes->units;
    return sequence + (before * sizes->batch + row) * sizes->units;
}

double cn_reference_keep(const cn_reference_product *p, int64_t gate, int64_t unit)
{
    const cn_recurrent_sizes *s = p->sizes;
    return p->keep == NULL ? 1 : p->keep[(gate * s->batch + p->row) * s->units + unit];
}

double cn_reference_column(const cn_reference_product *p, const double *h, int64_t j)
{
    const cn_recurrent_sizes *s = p->sizes;
    double sum = 0;
    for (int64_t k = 0; k < s->units; k++)
        sum += h[k] * cn_reference_keep(p, j / s->units, k) *
               p->kernel[k * s->gate_count * s->units + j];
    return sum;
}

double cn_reference_row(const cn_reference_product *p, const double *d, int64_t begin, int64_t end,
                        int64_t unit)
{
    const cn_recurrent_sizes *s = p->sizes;
    double sum = 0;
    for (int64_t j = begin; j < end; j++)
        sum += d[j - begin] * p->kernel[unit * s->gate_count * s->units + j] *
               cn_reference_keep(p, j / s->units, unit);
    return sum;
}

void cn_reference_add_kernel(const cn_reference_product *p, const double *h, const double *d,
                             int64_t begin, int64_t end, double *d_kernel)
{
    const cn_recurrent_sizes *s = p->sizes;
    for (int64_t k = 0; k < s->units; k++)
        for (int64_t j = begin; j < end; j++)
            d_kernel[k * s->gate_count * s->units + j] +=
                h[k] * cn_reference_keep(p, j / s->units, k) * d[j - begin];
}
