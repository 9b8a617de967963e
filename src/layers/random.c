/* Random numbers by counter for layers. */
#include "layers/random.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- state ----------------------------------------------------------------------------------- */

cn_status cn_layer_stream_build(cn_layer *layer, int64_t seed)
{
    cn_layer_stream *stream = layer->state;
    const char *path = cn_arena_format(cn_session_arena(layer->session),
                                       "%s/seed_generator/seed_generator_state",
                                       cn_layer_path(layer));
    CN_CHECK_MEMORY(path);
    CN_TRY(cn_variable_init(&stream->state, path, CN_INT32, CN_SHAPE(2), NULL));
    uint32_t words[4] = {(uint32_t)seed};
    if (seed == CN_NONE)
        cn_random_block(cn_session_stream(layer->session), 0, words);
    memcpy(stream->state.data, &words[0], sizeof(int32_t)); /* the counter behind it is 0 */
    return CN_OK;
}

cn_status cn_seeded_build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    const cn_field *field = layer->class->base.fields;
    int64_t seed;
    while (strcmp(field->name, "seed") != 0)
        field++;
    memcpy(&seed, (const char *)layer->args + field->offset, sizeof seed);
    return cn_layer_stream_build(layer, seed);
}

void cn_layer_stream_free(void *state)
{
    cn_variable_free(&((cn_layer_stream *)state)->state);
}

/* ---- numbers --------------------------------------------------------------------------------- */

cn_value cn_call_uniform(cn_call_frame *frame, cn_shape shape)
{
    cn_program *p = frame->program;
    cn_variable *variable = &((cn_layer_stream *)frame->layer->state)->state;
    cn_value state = cn_program_read(p, variable);
    cn_value numbers = cn_emit_random_uniform(p, state, shape);
    cn_program_assign(p, variable,
                      cn_emit_add(p, state, cn_emit_iota(p, CN_SHAPE(2), 0))); /* + [0, 1] */
    return numbers;
}

/* Box and Muller: sqrt(-2 log(1 - u)) cos(2 pi v) is normal. */
cn_value cn_call_normal(cn_call_frame *frame, cn_shape shape)
{
    const double two_pi = 6.283185307179586;
    cn_program *p = frame->program;
    const int64_t size = cn_shape_size(&shape);
    cn_value numbers = cn_call_uniform(frame, CN_SHAPE(2 * size));
    cn_value u = cn_emit_slice_axis(p, numbers, 0, 0, size),
             v = cn_emit_slice_axis(p, numbers, 0, size, size);
    cn_value radius = cn_emit_sqrt(
        p, cn_emit_multiply_scalar(p, cn_emit_log(p, cn_emit_subtract_from(p, 1, u)), -2));
    cn_value normal =
        cn_emit_multiply(p, radius, cn_emit_cos(p, cn_emit_multiply_scalar(p, v, two_pi)));
    return cn_emit_reshape(p, normal, shape);
}

/* ---- dropout --------------------------------------------------------------------------------- */

cn_value cn_call_keep(cn_call_frame *frame, cn_value x, double rate,
                      const int64_t noise_shape[CN_MAX_RANK])
{
    cn_shape shape = *cn_shape_of(frame->program, x);
    for (int64_t i = 0; noise_shape[0] != 0 && i < shape.rank; i++)
        if (noise_shape[i] != CN_NONE)
            shape.dim[i] = noise_shape[i];
    cn_value numbers = cn_call_uniform(frame, shape);
    return cn_emit_greater_equal(frame->program, numbers, cn_emit_scalar(frame->program, rate));
}

cn_value cn_call_dropped(cn_call_frame *frame, cn_value x, double rate,
                         const int64_t noise_shape[CN_MAX_RANK])
{
    cn_program *p = frame->program;
    if (x == CN_NO_VALUE || !frame->training || rate == 0)
        return x;
    if (rate == 1)
        return cn_emit_zeros_like(p, x);
    cn_value keep = cn_call_keep(frame, x, rate, noise_shape);
    cn_value scaled = cn_emit_multiply_scalar(p, x, 1 / (1 - rate));
    return cn_emit_where(p, keep, scaled, cn_emit_scalar(p, 0));
}

cn_status cn_call_dropout(cn_call_frame *frame, double rate, const int64_t noise_shape[CN_MAX_RANK])
{
    frame->outputs[0] = cn_call_dropped(frame, frame->inputs[0], rate, noise_shape);
    return frame->program->status;
}

cn_status cn_check_rate(double rate)
{
    CN_CHECK(rate >= 0 && rate <= 1, "rate must be from 0 to 1, got %g", rate);
    return CN_OK;
}

cn_status cn_check_noise_shape(const cn_layer *layer, const cn_shape *shape,
                               const int64_t noise_shape[CN_MAX_RANK])
{
    const cn_shape noise = cn_shape_of_dims(noise_shape);
    if (noise.rank == 0)
        return CN_OK;
    bool fits = noise.rank == shape->rank;
    for (int64_t i = 0; fits && i < noise.rank; i++)
        fits = noise.dim[i] == CN_NONE || noise.dim[i] == 1 || shape->dim[i] == CN_NONE ||
               noise.dim[i] == shape->dim[i];
    CN_CHECK(fits, "%s: the noise shape %s does not fit an input of shape %s", layer->name,
             cn_shape_str(&noise), cn_shape_str(shape));
    return CN_OK;
}
