/* Operations that are activations. */
#include "cornu/activation_ops.h"

#include "graph/draw.h"

static cn_value emit_plain(cn_program *p, const cn_operation_class *class,
                           const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)args, (void)n;
    return class->activation->emit(p, class->activation->base.defaults, inputs[0]);
}

#define PLAIN(name, class, activation_)                                                            \
    {                                                                                              \
        CN_OPERATION(name, class, "nn", cn_no_operation_fields, 1, 1),                             \
            .emit = emit_plain, .activation = &cn_activation_##activation_                         \
    }

const cn_operation_class cn_operation_hard_sigmoid =
    PLAIN("hard_sigmoid", "HardSigmoid", hard_sigmoid);
const cn_operation_class cn_operation_hard_silu = PLAIN("hard_silu", "HardSilu", hard_silu);
const cn_operation_class cn_operation_log_sigmoid = PLAIN("log_sigmoid", "LogSigmoid", log_sigmoid);
const cn_operation_class cn_operation_relu6 = PLAIN("relu6", "Relu6", relu6);
const cn_operation_class cn_operation_selu = PLAIN("selu", "Selu", selu);
const cn_operation_class cn_operation_silu = PLAIN("silu", "Silu", silu);
const cn_operation_class cn_operation_softsign = PLAIN("softsign", "Softsign", softsign);

const cn_operation_class cn_operation_hard_tanh = PLAIN("hard_tanh", "HardTanh", hard_tanh);
const cn_operation_class cn_operation_sparse_plus = PLAIN("sparse_plus", "SparsePlus", sparse_plus);
const cn_operation_class cn_operation_sparse_sigmoid =
    PLAIN("sparse_sigmoid", "SparseSigmoid", sparse_sigmoid);
const cn_operation_class cn_operation_tanh_shrink = PLAIN("tanh_shrink", "TanhShrink", tanh_shrink);

/* ---- with arguments -------------------------------------------------------------------------- */

static cn_value emit_leaky_relu(cn_program *p, const cn_operation_class *class,
                                const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return class->activation->emit(p, &(cn_activation_leaky_relu_args){args->low}, inputs[0]);
}

static cn_value emit_elu(cn_program *p, const cn_operation_class *class,
                         const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return class->activation->emit(p, &(cn_activation_elu_args){args->low}, inputs[0]);
}

static cn_value emit_gelu(cn_program *p, const cn_operation_class *class,
                          const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return class->activation->emit(p, &(cn_activation_gelu_args){args->approximate}, inputs[0]);
}

static cn_value emit_re_lu(cn_program *p, const cn_operation_class *class,
                           const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    const cn_activation_relu_args own = {args->low, args->high, args->threshold};
    return class->activation->emit(p, &own, inputs[0]);
}

static const cn_field leaky_relu_fields[] = {
    CN_OPERATION_FIELD("negative_slope", low, CN_FIELD_REAL, 0), CN_END_FIELDS};
static const cn_field elu_fields[] = {CN_OPERATION_FIELD("alpha", low, CN_FIELD_REAL, 0),
                                      CN_END_FIELDS};
static const cn_field gelu_fields[] = {
    CN_OPERATION_FIELD("approximate", approximate, CN_FIELD_BOOL, 0), CN_END_FIELDS};
static const cn_field re_lu_fields[] = {
    CN_OPERATION_FIELD("negative_slope", low, CN_FIELD_REAL, 0),
    CN_OPERATION_FIELD("max_value", high, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_OPERATION_FIELD("threshold", threshold, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

const cn_operation_class cn_operation_leaky_relu = {
    CN_OPERATION("leaky_relu", "LeakyRelu", "nn", leaky_relu_fields, 1, 1), .emit = emit_leaky_relu,
    .activation = &cn_activation_leaky_relu};
const cn_operation_class cn_operation_elu = {CN_OPERATION("elu", "Elu", "nn", elu_fields, 1, 1),
                                             .emit = emit_elu, .activation = &cn_activation_elu};
const cn_operation_class cn_operation_gelu = {CN_OPERATION("gelu", "Gelu", "nn", gelu_fields, 1, 1),
                                              .emit = emit_gelu, .activation = &cn_activation_gelu};

/* What keras.activations.relu draws if it gets arguments; keras.ops has no such function, nor has
 * C. */
const cn_operation_class cn_operation_re_lu = {
    CN_OPERATION_IN("re_lu", "ReLU", "keras.src.activations.activations", re_lu_fields, 1, 1),
    .emit = emit_re_lu, .activation = &cn_activation_relu};

/* One number, whatever it is called. */
static cn_value emit_numbered(cn_program *p, const cn_operation_class *class,
                              const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return class->activation->emit(p, &args->low, inputs[0]);
}

static cn_value emit_threshold(cn_program *p, const cn_operation_class *class,
                               const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    const cn_activation_threshold_args own = {args->threshold, args->low};
    return class->activation->emit(p, &own, inputs[0]);
}

static cn_value emit_along(cn_program *p, const cn_operation_class *class,
                           const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return class->activation->emit(p, &(cn_activation_axis_args){args->number}, inputs[0]);
}

static const cn_field shrink_fields[] = {CN_OPERATION_FIELD("threshold", low, CN_FIELD_REAL, 0),
                                         CN_END_FIELDS};
static const cn_field squareplus_fields[] = {CN_OPERATION_FIELD("b", low, CN_FIELD_REAL, 0),
                                             CN_END_FIELDS};
static const cn_field threshold_fields[] = {
    CN_OPERATION_FIELD("threshold", threshold, CN_FIELD_REAL, 0),
    CN_OPERATION_FIELD("default_value", low, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};
static const cn_field axis_fields[] = {CN_OPERATION_FIELD("axis", number, CN_FIELD_INT, 0),
                                       CN_END_FIELDS};

#define WITH(name, class, fields, emit_, activation_)                                              \
    {                                                                                              \
        CN_OPERATION(name, class, "nn", fields, 1, 1), .emit = (emit_),                            \
                                                       .activation = &cn_activation_##activation_  \
    }

const cn_operation_class cn_operation_celu = WITH("celu", "Celu", elu_fields, emit_numbered, celu);
const cn_operation_class cn_operation_hard_shrink =
    WITH("hard_shrink", "HardShrink", shrink_fields, emit_numbered, hard_shrink);
const cn_operation_class cn_operation_soft_shrink =
    WITH("soft_shrink", "SoftShrink", shrink_fields, emit_numbered, soft_shrink);
const cn_operation_class cn_operation_squareplus =
    WITH("squareplus", "Squareplus", squareplus_fields, emit_numbered, squareplus);
const cn_operation_class cn_operation_threshold =
    WITH("threshold", "Threshold", threshold_fields, emit_threshold, threshold);
const cn_operation_class cn_operation_glu = WITH("glu", "Glu", axis_fields, emit_along, glu);
const cn_operation_class cn_operation_sparsemax =
    WITH("sparsemax", "Sparsemax", axis_fields, emit_along, sparsemax);

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_relu6(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_relu6, x);
}
cn_tensor *cn_ops_selu(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_selu, x);
}
cn_tensor *cn_ops_silu(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_silu, x);
}
cn_tensor *cn_ops_softsign(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_softsign, x);
}
cn_tensor *cn_ops_hard_sigmoid(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_hard_sigmoid, x);
}
cn_tensor *cn_ops_hard_silu(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_hard_silu, x);
}
cn_tensor *cn_ops_hard_tanh(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_hard_tanh, x);
}
cn_tensor *cn_ops_log_sigmoid(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_log_sigmoid, x);
}
cn_tensor *cn_ops_sparse_plus(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_sparse_plus, x);
}
cn_tensor *cn_ops_sparse_sigmoid(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_sparse_sigmoid, x);
}
cn_tensor *cn_ops_tanh_shrink(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_tanh_shrink, x);
}
cn_tensor *cn_ops_swish(cn_tensor *x)
{
    return cn_ops_silu(x);
}
cn_tensor *cn_ops_hard_swish(cn_tensor *x)
{
    return cn_ops_hard_silu(x);
}

cn_tensor *cn_ops_leaky_relu_with(const cn_ops_leaky_relu_args *from)
{
    return cn_draw_real(&cn_operation_leaky_relu, from->x, from->negative_slope);
}
cn_tensor *cn_ops_elu_with(const cn_ops_elu_args *from)
{
    return cn_draw_real(&cn_operation_elu, from->x, from->alpha);
}
cn_tensor *cn_ops_celu_with(const cn_ops_elu_args *from)
{
    return cn_draw_real(&cn_operation_celu, from->x, from->alpha);
}
cn_tensor *cn_ops_squareplus_with(const cn_ops_squareplus_args *from)
{
    return cn_draw_real(&cn_operation_squareplus, from->x, from->b);
}
cn_tensor *cn_ops_hard_shrink_with(const cn_ops_shrink_args *from)
{
    return cn_draw_real(&cn_operation_hard_shrink, from->x, from->threshold);
}
cn_tensor *cn_ops_soft_shrink_with(const cn_ops_shrink_args *from)
{
    return cn_draw_real(&cn_operation_soft_shrink, from->x, from->threshold);
}

cn_tensor *cn_ops_gelu_with(const cn_ops_gelu_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.approximate = from->approximate;
    return cn_operation(&cn_operation_gelu, &args, &from->x, 1);
}

cn_tensor *cn_ops_threshold(cn_tensor *x, double threshold, double default_value)
{
    cn_operation_args args = cn_operation_defaults;
    args.threshold = threshold;
    args.low = default_value;
    return cn_operation(&cn_operation_threshold, &args, &x, 1);
}

cn_tensor *cn_ops_glu_with(const cn_ops_axis_args *args)
{
    return cn_draw_along(&cn_operation_glu, args);
}
cn_tensor *cn_ops_sparsemax_with(const cn_ops_axis_args *args)
{
    return cn_draw_along(&cn_operation_sparsemax, args);
}
