/* softplus: y = log(1 + e^x). softsign: y = x / (1 + |x|). squareplus: y = (x + sqrt(x^2 + b)) / 2.
 * sparse_plus: y = 0 where x <= -1, x where x >= 1, (x + 1)^2 / 4 between. */
#include "activations/activations.h"

static cn_value emit_softplus(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return cn_emit_softplus(p, x);
}

static cn_value emit_softsign(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return cn_emit_divide(p, x, cn_emit_add_scalar(p, cn_emit_absolute(p, x), 1));
}

static cn_value emit_squareplus(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_squareplus_args *args = arguments;
    cn_value root = cn_emit_sqrt(p, cn_emit_add_scalar(p, cn_emit_square(p, x), args->b));
    return cn_emit_multiply_scalar(p, cn_emit_add(p, x, root), 0.5);
}

static cn_status check_squareplus(const void *arguments)
{
    const cn_activation_squareplus_args *args = arguments;
    CN_CHECK(args->b >= 0, "squareplus: b must not be negative, got %g", args->b);
    return CN_OK;
}

static cn_value emit_sparse_plus(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    cn_value between =
        cn_emit_multiply_scalar(p, cn_emit_square(p, cn_emit_add_scalar(p, x, 1)), 0.25);
    cn_value one = cn_emit_scalar(p, 1), minus_one = cn_emit_scalar(p, -1);
    cn_value upper = cn_emit_where(p, cn_emit_greater_equal(p, x, one), x, between);
    return cn_emit_where(p, cn_emit_less_equal(p, x, minus_one), cn_emit_scalar(p, 0), upper);
}

static const cn_field squareplus_fields[] = {
    CN_FIELD(cn_activation_squareplus_args, b, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

const cn_activation_class cn_activation_softplus = {{CN_PLAIN_ACTIVATION("softplus")},
                                                    emit_softplus};
const cn_activation_class cn_activation_softsign = {{CN_PLAIN_ACTIVATION("softsign")},
                                                    emit_softsign};
const cn_activation_class cn_activation_sparse_plus = {{CN_PLAIN_ACTIVATION("sparse_plus")},
                                                       emit_sparse_plus};
const cn_activation_class cn_activation_squareplus = {
    .base = {CN_ACTIVATION("squareplus"), .fields = squareplus_fields,
             .args_size = sizeof(cn_activation_squareplus_args),
             .defaults = &(const cn_activation_squareplus_args){.b = 4}, .check = check_squareplus},
    .emit = emit_squareplus,
};
