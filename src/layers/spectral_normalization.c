/* SpectralNormalization: in training, kernel = kernel / sigma before the layer inside is called,
 * sigma being the largest singular value of the kernel as a matrix [..., out], by power iteration
 * (Miyato et al., 2018):
 *   v = normalize(u kernel^T), u = normalize(v kernel), sigma = v kernel u^T */
#include <inttypes.h>
#include <string.h>

#include "layers/layers.h"

static const cn_spectral_normalization_args defaults = {CN_SPECTRAL_NORMALIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_spectral_normalization_args),
    CN_LAYER_FIELD(cn_spectral_normalization_args, layer),
    CN_FIELD(cn_spectral_normalization_args, power_iterations, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    return cn_check_positive("power_iterations",
                             ((const cn_spectral_normalization_args *)own)->power_iterations);
}

static cn_status prepare(cn_layer *layer)
{
    cn_layer *inner = ((const cn_spectral_normalization_args *)layer->args)->layer;
    CN_TRY(cn_layer_check(inner, "layer"));
    return cn_layer_add_inner(layer, inner);
}

/* The layer's weights are the kernel, which is the inner layer's too, and u[1, out]. */
enum { KERNEL, U };

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    cn_layer *inner = layer->inner[0];
    cn_weight *kernel = NULL;
    CN_TRY(cn_layer_ready(inner, inputs, n));
    for (int64_t i = 0; i < inner->n_weights; i++)
        if (strcmp(inner->weights[i]->name, "kernel") == 0 ||
            strcmp(inner->weights[i]->name, "embeddings") == 0)
            kernel = inner->weights[i];
    CN_CHECK(kernel != NULL, "%s: %s has neither a kernel nor embeddings", layer->name,
             inner->name);
    CN_TRY(cn_layer_share_weight(layer, kernel));
    const cn_shape *shape = &kernel->variable.shape;
    return cn_layer_add_weight(
        layer,
        &(cn_weight_args){
            .name = "vector_u",
            .shape = CN_SHAPE(1, shape->dim[shape->rank - 1]),
            .initializer = "{\"class_name\": \"TruncatedNormal\", \"config\": {\"stddev\": 0.02}}",
            .frozen = true},
        NULL);
}

static cn_value normalize(cn_program *p, cn_value x)
{
    return cn_emit_l2_normalize(p, x, CN_ALL_AXES, 1e-14);
}

/* A kernel of zeros stays, and so does u then. */
static void normalize_kernel(cn_call_frame *frame)
{
    const cn_spectral_normalization_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_variable *kernel = &frame->layer->weights[KERNEL]->variable,
                *u = &frame->layer->weights[U]->variable;
    cn_value w = cn_program_read(p, kernel), old = cn_program_read(p, u), new = old, v = old;
    cn_value matrix = cn_emit_reshape(p, w, CN_SHAPE(CN_NONE, u->shape.dim[1]));
    for (int64_t i = 0; i < args->power_iterations; i++) {
        v = normalize(p, cn_emit_matmul_transposed(p, new, false, matrix, true));
        new = normalize(p, cn_emit_matmul(p, v, matrix));
    }
    cn_value sigma =
        cn_emit_sum(p, cn_emit_multiply(p, cn_emit_matmul(p, v, matrix), new), CN_ALL_AXES, false);
    cn_value nothing = cn_emit_all(p, cn_emit_equal_scalar(p, w, 0), CN_ALL_AXES, false);
    cn_program_assign(p, kernel, cn_emit_where(p, nothing, w, cn_emit_divide(p, w, sigma)));
    cn_program_assign(p, u, cn_emit_where(p, nothing, old, new));
}

/* Whether a call before this one has done it in the same step. */
static bool is_normalized(const cn_call_frame *frame)
{
    const cn_variable *u = &frame->layer->weights[U]->variable;
    for (int64_t i = 0; i < frame->program->n_states; i++)
        if (frame->program->states[i].variable == u)
            return frame->program->states[i].final != frame->program->states[i].initial;
    return false;
}

static cn_status call(cn_call_frame *frame)
{
    if (frame->training && !is_normalized(frame))
        normalize_kernel(frame);
    CN_TRY(frame->program->status);
    cn_call_frame *own = cn_arena_allocate(frame->trace->memory, sizeof *own);
    CN_CHECK_MEMORY(own);
    CN_TRY(cn_trace_layer(frame->trace, frame->layer->inner[0], NULL, frame->inputs, frame->masks,
                          1, own));
    CN_CHECK(own->n_outputs == 1, "%s: the layer inside must have one output, %s has %" PRId64,
             frame->layer->name, frame->layer->inner[0]->name, own->n_outputs);
    frame->outputs[0] = own->outputs[0];
    return CN_OK;
}

static const cn_layer_part parts[] = {{NULL, "layer", false}, {NULL, NULL, false}};

const cn_layer_class cn_spectral_normalization_layer_class = {
    CN_LAYER_CLASS("SpectralNormalization", cn_spectral_normalization_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .prepare = prepare,
    .parts = parts,
    .build = build,
    .call = call,
};

cn_layer *cn_spectral_normalization_with(const cn_spectral_normalization_args *args)
{
    return cn_layer_make(&cn_spectral_normalization_layer_class, args);
}
