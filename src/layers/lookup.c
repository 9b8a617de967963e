/* Tokens as places in a vocabulary: what does not depend on the kind of token. */
#include "layers/lookup.h"

#include <inttypes.h>
#include <string.h>

static bool has_mode(const cn_lookup_common *common, const char *mode)
{
    return strcmp(common->output_mode, mode) == 0;
}

bool cn_lookup_has_mask_place(const cn_lookup_common *common)
{
    return common->masked && has_mode(common, "int");
}

int64_t cn_lookup_start(const cn_lookup_common *common)
{
    return (cn_lookup_has_mask_place(common) ? 1 : 0) + common->num_oov_indices;
}

int64_t cn_lookup_depth(const cn_lookup_common *common)
{
    return common->pad_to_max_tokens ? common->max_tokens : cn_lookup_start(common) + common->words;
}

int64_t cn_lookup_mask_value(const cn_lookup_common *common)
{
    return has_mode(common, "int") ? 0 : -1; /* counts nowhere */
}

/* ---- checks ---------------------------------------------------------------------------------- */

static cn_status check_weights(const cn_lookup_common *common)
{
    const bool weighted = has_mode(common, "tf_idf");
    CN_CHECK(weighted || common->idf_weights.count == 0,
             "idf_weights are for output_mode \"tf_idf\", not \"%s\"", common->output_mode);
    CN_CHECK(!weighted || common->idf_weights.count == common->given,
             "idf_weights need a weight for each of the vocabulary, %" PRId64 ", got %" PRId64,
             common->given, common->idf_weights.count);
    return CN_OK;
}

cn_status cn_lookup_check(const cn_lookup_common *common)
{
    const int64_t places = cn_lookup_start(common) + common->words;
    CN_CHECK(common->num_oov_indices >= 0, "num_oov_indices must not be negative, got %" PRId64,
             common->num_oov_indices);
    CN_CHECK(!common->invert || has_mode(common, "int"),
             "invert needs output_mode \"int\", got \"%s\"", common->output_mode);
    CN_CHECK(common->max_tokens == CN_NONE || common->max_tokens > 1,
             "max_tokens must be greater than 1, got %" PRId64, common->max_tokens);
    CN_CHECK(!common->pad_to_max_tokens || common->max_tokens != CN_NONE,
             "pad_to_max_tokens needs max_tokens");
    CN_CHECK(common->max_tokens == CN_NONE || places <= common->max_tokens,
             "vocabulary needs %" PRId64 " places, max_tokens is %" PRId64, places,
             common->max_tokens);
    return check_weights(common);
}

cn_status cn_lookup_check_inputs(const cn_layer *layer, const cn_lookup_common *common,
                                 const cn_type *input)
{
    CN_CHECK(common->given > 0,
             "%s: has no vocabulary yet, it is to learn one by cn_adapt before it is called",
             layer->name);
    return cn_check_counted(layer, input, common->output_mode);
}

/* ---- state ----------------------------------------------------------------------------------- */

/* Special tokens that came with the vocabulary have weights of their own, others the mean. */
cn_status cn_lookup_list_weights(const cn_lookup_common *common, cn_arena *arena, cn_numbers *all)
{
    const cn_numbers given = common->idf_weights;
    const int64_t depth = cn_lookup_depth(common),
                  missing = cn_lookup_start(common) + common->words - given.count;
    double *column = cn_arena_allocate(arena, (size_t)depth * sizeof *column), mean = 0;
    CN_CHECK_MEMORY(column);
    for (int64_t i = 0; i < given.count; i++)
        mean += given.items[i] / (double)given.count;
    for (int64_t i = 0; i < missing; i++)
        column[i] = mean;
    memcpy(column + missing, given.items, (size_t)given.count * sizeof *column);
    *all = (cn_numbers){depth, column};
    return CN_OK;
}

cn_status cn_lookup_keep_weights(cn_layer *layer, const cn_lookup_common *common)
{
    cn_lookup *lookup = layer->state;
    cn_arena memory = {0};
    cn_numbers all;
    if (!has_mode(common, "tf_idf"))
        return CN_OK;
    cn_status status = cn_lookup_list_weights(common, &memory, &all);
    if (status == CN_OK)
        status = cn_keep_numbers(layer, &lookup->weights, "idf_weights", CN_FLOAT32, all.items,
                                 all.count);
    cn_arena_free(&memory);
    return status;
}

const cn_variable *cn_lookup_weights(const cn_layer *layer)
{
    if (layer->class->free_state != cn_lookup_free)
        return NULL;
    const cn_lookup *lookup = layer->state;
    return lookup->weights.variable.data == NULL ? NULL : &lookup->weights.variable;
}

void cn_lookup_free(void *state)
{
    cn_lookup *lookup = state;
    cn_variable_free(&lookup->keys.variable);
    cn_variable_free(&lookup->values.variable);
    cn_variable_free(&lookup->weights.variable);
}

/* ---- emitting -------------------------------------------------------------------------------- */

cn_value cn_emit_unknown(cn_program *p, const cn_lookup_common *common, cn_value which)
{
    cn_value first = cn_emit_whole(p, cn_lookup_start(common) - common->num_oov_indices);
    return which == CN_NO_VALUE ? first : cn_emit_add(p, which, first);
}

cn_value cn_emit_places(cn_call_frame *frame, const cn_lookup_common *common, cn_value x,
                        cn_value unknown)
{
    cn_lookup *lookup = frame->layer->state;
    cn_program *p = frame->program;
    const cn_check_range_attributes range = {
        0, lookup->keys.variable.shape.dim[0] - 1, frame->layer->name,
        "place in the vocabulary (-1: it is not there, and num_oov_indices is 0)"};
    cn_value operands[2] = {x, cn_program_read(p, &lookup->keys.variable)};
    if (x == CN_NO_VALUE)
        return x;
    cn_value row = cn_program_append(p, &cn_op_look_up, NULL, operands, 2);
    if (common->num_oov_indices == 0 && row != CN_NO_VALUE)
        row = cn_program_append(p, &cn_op_check_range, &range, &row, 1);
    cn_value known = cn_emit_greater_equal(p, row, cn_emit_whole(p, 0));
    cn_value at = cn_emit_maximum(p, row, cn_emit_whole(p, 0));
    cn_value place = cn_emit_gather(p, cn_program_read(p, &lookup->values.variable), at);
    return cn_emit_where(p, known, place, unknown);
}

cn_value cn_emit_tokens(cn_call_frame *frame, cn_value x)
{
    cn_lookup *lookup = frame->layer->state;
    cn_program *p = frame->program;
    const int64_t last = lookup->values.variable.shape.dim[0] - 1;
    cn_value negative = cn_emit_less(p, x, cn_emit_whole(p, 0));
    cn_value place = cn_emit_minimum(p, x, cn_emit_whole(p, last));
    place = cn_emit_where(p, negative, cn_emit_whole(p, last), place);
    return cn_emit_gather(p, cn_program_read(p, &lookup->values.variable), place);
}

cn_value cn_emit_lookup_output(cn_call_frame *frame, const cn_lookup_common *common,
                               cn_value places)
{
    cn_lookup *lookup = frame->layer->state;
    cn_program *p = frame->program;
    const bool weighted = has_mode(common, "tf_idf");
    cn_value y = cn_emit_categories(p, places, weighted ? "count" : common->output_mode,
                                    cn_lookup_depth(common), CN_NO_VALUE);
    return weighted ? cn_emit_multiply(p, y, cn_program_read(p, &lookup->weights.variable)) : y;
}

/* ---- learning -------------------------------------------------------------------------------- */

cn_status cn_lookup_begin(const cn_layer *layer, const cn_lookup_common *common, int64_t *most)
{
    CN_TRY(cn_check_not_called(layer));
    CN_CHECK(common->given == 0 || ((const cn_lookup *)layer->state)->learnt,
             "%s: a vocabulary was given, there is nothing to learn", layer->name);
    *most = common->max_tokens == CN_NONE ? INT64_MAX
                                          : common->max_tokens - cn_lookup_start(common);
    return CN_OK;
}

cn_status cn_check_learnt(cn_layer *layer, int64_t words)
{
    CN_CHECK(words > 0, "%s: there is nothing to learn, or no place for it", layer->name);
    ((cn_lookup *)layer->state)->learnt = true;
    return CN_OK;
}
