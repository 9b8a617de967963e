/* EinsumDense: y = activation(einsum(equation, x, kernel) + bias). */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "layers/layers.h"

static const cn_einsum_dense_args defaults = {CN_EINSUM_DENSE_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_einsum_dense_args),
    CN_FIELD(cn_einsum_dense_args, equation, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_einsum_dense_args, output_shape, CN_FIELD_DIMS, 0),
    CN_OBJECT_FIELD(cn_einsum_dense_args, activation, "activation"),
    CN_FIELD(cn_einsum_dense_args, bias_axes, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_OBJECT_FIELD(cn_einsum_dense_args, kernel_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_einsum_dense_args, bias_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_einsum_dense_args, kernel_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_einsum_dense_args, bias_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_einsum_dense_args, activity_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_einsum_dense_args, kernel_constraint, "constraint"),
    CN_OBJECT_FIELD(cn_einsum_dense_args, bias_constraint, "constraint"),
    CN_FIELD(cn_einsum_dense_args, lora_rank, CN_FIELD_INT, CN_FIELD_OPTIONAL | CN_FIELD_RECENT),
    CN_END_FIELDS,
};

/* ---- equations ------------------------------------------------------------------------------- */

/* The letters of the three, and where the axes without letters are. For an input they get
 * digits. */
typedef struct equation {
    char x[CN_MAX_RANK + 1], kernel[CN_MAX_RANK + 1], y[CN_MAX_RANK + 1];
    bool dots_before, dots_behind;
} equation;

/* Passes over text if it stands there. */
static bool skip(const char **at, const char *text)
{
    const size_t length = strlen(text);
    const bool found = strncmp(*at, text, length) == 0;
    *at += found ? length : 0;
    return found;
}

static bool read_letters(const char **at, char *letters)
{
    int64_t n = 0;
    for (; isalpha((unsigned char)**at) && n < CN_MAX_RANK; (*at)++)
        letters[n++] = **at;
    letters[n] = '\0';
    return n > 0;
}

/* Whether text is "X,K->Y", "...X,K->...Y" or "X...,K->Y...". */
static bool read_equation(const char *text, equation *e)
{
    *e = (equation){.dots_before = skip(&text, "...")};
    if (!read_letters(&text, e->x))
        return false;
    e->dots_behind = !e->dots_before && skip(&text, "...");
    return skip(&text, ",") && read_letters(&text, e->kernel) && skip(&text, "->") &&
           (!e->dots_before || skip(&text, "...")) && read_letters(&text, e->y) &&
           (!e->dots_behind || skip(&text, "...")) && *text == '\0';
}

static cn_status check_letters(const equation *e)
{
    for (const char *c = e->y; *c != '\0'; c++)
        CN_CHECK(strchr(e->x, *c) != NULL || strchr(e->kernel, *c) != NULL,
                 "the letter '%c' of the output \"%s\" is neither in the input \"%s\" nor in the "
                 "kernel \"%s\"",
                 *c, e->y, e->x, e->kernel);
    for (const char *c = e->kernel; *c != '\0'; c++)
        CN_CHECK(strchr(e->x, *c) != NULL || strchr(e->y, *c) != NULL,
                 "the letter '%c' of the kernel \"%s\" is neither in the input \"%s\" nor in the "
                 "output \"%s\"",
                 *c, e->kernel, e->x, e->y);
    return CN_OK;
}

static cn_status check(const void *own)
{
    const cn_einsum_dense_args *args = own;
    equation e;
    CN_CHECK(args->equation != NULL && read_equation(args->equation, &e),
             "equation must be like \"ab,bc->ac\", \"...b,bc->...c\" or \"ab...,bc->ac...\", got "
             "\"%s\"",
             args->equation == NULL ? "NULL" : args->equation);
    CN_TRY(check_letters(&e));
    for (const char *c = args->bias_axes; c != NULL && *c != '\0'; c++)
        CN_CHECK(strchr(e.y, *c) != NULL,
                 "the letter '%c' of bias_axes is not in the output \"%s\"", *c, e.y);
    CN_CHECK(args->lora_rank == CN_NONE,
             "lora_rank must be left out, low-rank adaptation is not done here");
    return CN_OK;
}

/* ---- shapes ---------------------------------------------------------------------------------- */

/* Puts digits for n axes before or behind the letters. */
static void add_digits(char *letters, int64_t n, bool before)
{
    const size_t length = strlen(letters);
    if (before)
        memmove(letters + n, letters, length + 1);
    for (int64_t i = 0; i < n; i++)
        letters[before ? (size_t)i : length + (size_t)i] = (char)('0' + i);
    if (!before)
        letters[length + (size_t)n] = '\0';
}

/* The equation for inputs of this shape, and the output's shape as far as the arguments say it. */
static cn_status equation_for(const cn_layer *layer, const cn_shape *x, equation *e, cn_shape *y)
{
    const cn_einsum_dense_args *args = layer->args;
    const cn_shape said = cn_shape_of_dims(args->output_shape);
    (void)read_equation(args->equation, e);
    const int64_t letters = (int64_t)strlen(e->x), apart = x->rank - letters;
    const bool dots = e->dots_before || e->dots_behind;
    CN_CHECK(dots ? apart >= 0 : apart == 0,
             "%s: the equation \"%s\" is for inputs of rank %s%" PRId64 ", got shape %s",
             layer->name, args->equation, dots ? ">= " : "", letters, cn_shape_str(x));
    const int64_t rank = (int64_t)strlen(e->y) + apart,
                  given = rank - 1 - (e->dots_behind || apart == 0 ? apart : apart - 1);
    CN_CHECK(said.rank == given && rank <= CN_MAX_RANK,
             "%s: output_shape needs %" PRId64 " sizes for inputs of shape %s and the equation "
             "\"%s\", got %s",
             layer->name, given, cn_shape_str(x), args->equation, cn_shape_str(&said));
    *y = CN_SHAPE(x->dim[0]);
    for (int64_t i = 1; e->dots_before && i < apart; i++)
        y->dim[y->rank++] = x->dim[i];
    for (int64_t i = 0; i < said.rank; i++)
        y->dim[y->rank++] = said.dim[i];
    for (int64_t i = letters; e->dots_behind && i < x->rank; i++)
        y->dim[y->rank++] = x->dim[i];
    add_digits(e->x, apart, e->dots_before);
    add_digits(e->y, apart, e->dots_before);
    return CN_OK;
}

static int64_t size_of(char letter, const char *letters, const cn_shape *shape)
{
    const char *at = strchr(letters, letter);
    return at == NULL ? CN_NONE : shape->dim[at - letters];
}

static cn_status kernel_shape(const cn_layer *layer, const equation *e, const cn_shape *x,
                              const cn_shape *y, cn_shape *kernel)
{
    *kernel = (cn_shape){.rank = (int64_t)strlen(e->kernel)};
    for (int64_t i = 0; i < kernel->rank; i++) {
        const int64_t made = size_of(e->kernel[i], e->y, y);
        kernel->dim[i] = made == CN_NONE ? size_of(e->kernel[i], e->x, x) : made;
        CN_CHECK(kernel->dim[i] > 0,
                 "%s: the size of '%c', an axis of the kernel, is not known for inputs of shape %s",
                 layer->name, e->kernel[i], cn_shape_str(x));
    }
    return CN_OK;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_shape *x = &inputs[0].shape;
    equation e;
    cn_shape y, kernel;
    CN_TRY(equation_for(layer, x, &e, &y));
    for (const char *c = e.x; *c != '\0'; c++) {
        const int64_t came = size_of(*c, e.x, x), said = size_of(*c, e.y, &y);
        CN_CHECK(said == CN_NONE || said == came,
                 "%s: output_shape says %" PRId64 " for '%c', which does not fit an input of shape "
                 "%s",
                 layer->name, said, *c, cn_shape_str(x));
    }
    CN_TRY(kernel_shape(layer, &e, x, &y, &kernel));
    CN_CHECK(!layer->built || cn_shape_equal(&kernel, &layer->weights[0]->variable.shape),
             "%s: was built with a kernel of shape %s, which does not fit an input of shape %s",
             layer->name, cn_shape_str(&layer->weights[0]->variable.shape), cn_shape_str(x));
    return CN_OK;
}

/* y's axes from the first with a bias on. */
static cn_shape bias_shape(const char *axes, const equation *e, const cn_shape *x,
                           const cn_shape *y)
{
    cn_shape bias = {0};
    for (int64_t i = 0; e->y[i] != '\0'; i++) {
        const char letter = e->y[i];
        const bool chosen = strchr(axes, letter) != NULL;
        const int64_t size = y->dim[i] == CN_NONE ? size_of(letter, e->x, x) : y->dim[i];
        if (chosen || bias.rank > 0)
            bias.dim[bias.rank++] = chosen ? size : 1;
    }
    return bias;
}

/* ---- the class ------------------------------------------------------------------------------- */

static cn_status add_bias(cn_layer *layer, const equation *e, const cn_shape *x, const cn_shape *y)
{
    const cn_einsum_dense_args *args = layer->args;
    const cn_weight_args bias = {.name = "bias",
                                 .shape = bias_shape(args->bias_axes, e, x, y),
                                 .initializer = args->bias_initializer,
                                 .regularizer = args->bias_regularizer,
                                 .constraint = args->bias_constraint};
    for (int64_t i = 0; i < bias.shape.rank; i++)
        CN_CHECK(bias.shape.dim[i] > 0,
                 "%s: the shape of the bias is not known for inputs of "
                 "shape %s",
                 layer->name, cn_shape_str(x));
    return cn_layer_add_weight(layer, &bias, NULL);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_einsum_dense_args *args = layer->args;
    const cn_shape *x = &inputs[0].shape;
    equation e;
    cn_shape y;
    CN_TRY(equation_for(layer, x, &e, &y));
    cn_weight_args kernel = {.name = "kernel",
                             .fan_in = 1,
                             .fan_out = 1,
                             .initializer = args->kernel_initializer,
                             .regularizer = args->kernel_regularizer,
                             .constraint = args->kernel_constraint};
    CN_TRY(kernel_shape(layer, &e, x, &y, &kernel.shape));
    for (int64_t i = 0; i < kernel.shape.rank; i++)
        *(strchr(e.y, e.kernel[i]) != NULL ? &kernel.fan_out : &kernel.fan_in) *=
            kernel.shape.dim[i];
    CN_TRY(cn_layer_add_weight(layer, &kernel, NULL));
    return args->bias_axes == NULL ? CN_OK : add_bias(layer, &e, x, &y);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_einsum_dense_args *args = frame->layer->args;
    cn_program *p = frame->program;
    equation e;
    cn_shape unused;
    const cn_shape x = *cn_shape_of(p, frame->inputs[0]);
    CN_TRY(equation_for(frame->layer, &x, &e, &unused));
    cn_value y = cn_emit_einsum(p, frame->inputs[0], e.x, cn_call_weight(frame, 0), e.kernel, e.y);
    if (args->bias_axes != NULL)
        y = cn_emit_add(p, y, cn_call_weight(frame, 1));
    return cn_call_activation(frame, args->activation, y, &frame->outputs[0]);
}

const cn_layer_class cn_einsum_dense_layer_class = {
    CN_LAYER_CLASS("EinsumDense", cn_einsum_dense_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
    .activity_regularizer = offsetof(cn_einsum_dense_args, activity_regularizer),
};

cn_layer *cn_einsum_dense_with(const cn_einsum_dense_args *args)
{
    return cn_layer_make(&cn_einsum_dense_layer_class, args);
}
