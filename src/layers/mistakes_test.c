/* The messages of layers for wrong arguments and inputs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "cornu/error.h"
#include "layers/convolution.h"
#include "support/anew.h"

static void bad_embeddings_are_named(void **state)
{
    (void)state;
    cn_expect_error(cn_embedding(0, 2), "embedding_1: input_dim must be positive, got 0");
    cn_expect_error(cn_embedding(2), "embedding_2: output_dim must be positive, got 0");
    cn_expect_error(cn_reversible_embedding(2, 0),
                    "reversible_embedding_1: output_dim must be positive, got 0");
    cn_expect_error(cn_reversible_embedding(2, 2, .reverse_dtype = "float16"),
                    "reversible_embedding_2: reverse_dtype must be \"float32\", got \"float16\"");
    cn_expect_error(cn_reversible_embedding(2, 2, .logit_soft_cap = -1),
                    "reversible_embedding_3: logit_soft_cap must be positive, got -1");
    cn_tensor *words = cn_input({4}, .dtype = "int32"), *features = cn_input({4, 3});
    cn_layer *layer = cn_reversible_embedding(5, 2);
    cn_expect_error(cn_call_with(cn_dense(2), features, .reverse = true).at[0],
                    "dense_1: takes no reverse");
    assert_non_null(cn_call(layer, words));
    cn_expect_error(cn_call_with(layer, features, .reverse = true).at[0],
                    "reversible_embedding_4: cannot be called on (None, 4, 3): "
                    "in reverse it takes shape (batch, ..., 2), got (None, 4, 3)");
}

static void bad_arguments_are_named(void **state)
{
    (void)state;
    cn_expect_error(cn_dense(0), "dense_1: units must be positive, got 0");
    cn_expect_error(cn_dense(3, .activation = "rellu"),
                    "dense_2: unknown activation \"rellu\": did you mean \"relu\"?");
    cn_expect_error(cn_dense(3, .kernel_initializer = "zeroes", .name = "d"),
                    "d: unknown initializer \"zeroes\": did you mean \"zeros\"?");
    cn_expect_error(cn_dense(3, .name = "a/b"),
                    "a/b: a layer's name must not be empty or contain \"/\"");
    cn_expect_error(cn_einsum_dense("ab,bc", {4}),
                    "einsum_dense_1: equation must be like \"ab,bc->ac\", \"...b,bc->...c\" or "
                    "\"ab...,bc->ac...\", got \"ab,bc\"");
    cn_expect_error(
        cn_einsum_dense("ab,bc->ad", {4}),
        "einsum_dense_2: the letter 'd' of the output \"ad\" is neither in the input \"ab\" "
        "nor in the kernel \"bc\"");
    cn_expect_error(
        cn_einsum_dense("ab,bc->a", {4}),
        "einsum_dense_3: the letter 'c' of the kernel \"bc\" is neither in the input \"ab\" "
        "nor in the output \"a\"");
    cn_expect_error(cn_einsum_dense("ab,bc->ac", {4}, .bias_axes = "b"),
                    "einsum_dense_4: the letter 'b' of bias_axes is not in the output \"ac\"");
    cn_expect_error(
        cn_einsum_dense("ab,bc->ac", {4}, .lora_rank = 2),
        "einsum_dense_5: lora_rank must be left out, low-rank adaptation is not done here");
    cn_expect_error(cn_dropout(1.5), "dropout_1: rate must be from 0 to 1, got 1.5");
    cn_expect_error(cn_gaussian_dropout(1),
                    "gaussian_dropout_1: rate must be from 0 up to, not with, 1, got 1");
    cn_expect_error(cn_gaussian_noise(-1), "gaussian_noise_1: stddev must not be negative, got -1");
    cn_expect_error(cn_repeat_vector(-2), "repeat_vector_1: n must be positive, got -2");
    cn_expect_error(cn_permute({1, 3}),
                    "permute_1: dims must be the numbers from 1 to 2 in some order, got (1, 3)");
    cn_expect_error(
        cn_reshape({-1, -1}),
        "reshape_1: target_shape has 2 dimensions that are -1, at most 1 can be computed");
    cn_expect_error(
        cn_flatten(.data_format = "channels"),
        "flatten_1: data_format must be \"channels_last\" or \"channels_first\", got \"channels\"");
    cn_expect_error(cn_dot(),
                    "dot_1: axes must be one axis or two, none of them 0 (the batch), got ()");
    cn_expect_error(cn_layer_normalization(.epsilon = -1),
                    "layer_normalization_1: epsilon must not be negative, got -1");
    cn_expect_error(cn_rms_normalization(.epsilon = -1),
                    "rms_normalization_1: epsilon must not be negative, got -1");
    cn_expect_error(cn_global_average_pooling1d("last"),
                    "global_average_pooling1d_1: data_format must be \"channels_last\" or "
                    "\"channels_first\", got \"last\"");
    cn_expect_error(cn_zero_padding1d({1, -2}),
                    "zero_padding1d_1: padding must be one number or two, "
                    "none of them negative, got (1, -2)");
    cn_expect_error(cn_cropping1d({1, 2, 3}),
                    "cropping1d_1: cropping must be one number or two, none "
                    "of them negative, got (1, 2, ...)");
    cn_expect_error(cn_up_sampling1d(0), "up_sampling1d_1: size must be positive, got 0");
    cn_expect_error(cn_spatial_dropout1d(2),
                    "spatial_dropout1d_1: rate must be from 0 to 1, got 2");
    cn_expect_error(cn_max_pooling1d(0),
                    "max_pooling1d_1: pool_size must be one positive number, got 0");
    cn_expect_error(cn_max_pooling1d({2, 3}),
                    "max_pooling1d_2: pool_size must be one positive number, got (2, 3)");
    cn_expect_error(cn_average_pooling1d(2, .strides = -2),
                    "average_pooling1d_1: strides must be one positive number, got -2");
    cn_expect_error(cn_average_pooling1d(2, .padding = "full"),
                    "average_pooling1d_2: padding must be \"valid\" or \"same\", got \"full\"");
    cn_expect_error(cn_adaptive_max_pooling1d(-3),
                    "adaptive_max_pooling1d_1: output_size must be one positive number, got -3");
    cn_expect_error(cn_adaptive_average_pooling1d(2, .data_format = NULL),
                    "adaptive_average_pooling1d_1: data_format must be \"channels_last\" or "
                    "\"channels_first\", got \"NULL\"");
    cn_expect_error(cn_relu(.max_value = -1), "re_lu_1: max_value must not be negative, got -1");
}

static void bad_windows_are_named(void **state)
{
    (void)state;
    cn_expect_error(cn_conv1d(0, 3), "conv1d_1: filters must be positive, got 0");
    cn_expect_error(cn_conv1d(4), "conv1d_2: kernel_size must be one positive number, got 0");
    cn_expect_error(cn_conv1d(4, 3, .strides = -1),
                    "conv1d_3: strides must be one positive number, got -1");
    cn_expect_error(cn_conv1d(4, 3, .dilation_rate = 0),
                    "conv1d_4: dilation_rate must be one positive number, got 0");
    cn_expect_error(
        cn_conv1d(4, 3, .strides = 2, .dilation_rate = 3),
        "conv1d_5: strides and dilation_rate cannot both be greater than 1, got 2 and 3");
    cn_expect_error(cn_conv1d(4, 3, .groups = 3),
                    "conv1d_6: filters must be a multiple of groups, got 4 and 3");
    cn_expect_error(cn_conv1d(4, 3, .padding = "full"),
                    "conv1d_7: padding must be \"valid\", \"same\" or \"causal\", got \"full\"");
    cn_expect_error(cn_conv1d(4, INT64_MAX),
                    "conv1d_8: kernel_size 9223372036854775807 is too large");
    cn_expect_error(cn_separable_conv1d(4, 3, .padding = "causal"),
                    "separable_conv1d_1: padding must be \"valid\" or \"same\", got \"causal\"");
    cn_expect_error(cn_depthwise_conv1d(3, .depth_multiplier = 0),
                    "depthwise_conv1d_1: depth_multiplier must be positive, got 0");
    cn_expect_error(cn_conv1d_transpose(4, 3, .strides = 2, .output_padding = 2),
                    "conv1d_transpose_1: output_padding must be from 0 to strides - 1, got 2 with "
                    "strides 2");
    cn_expect_error(
        cn_conv1d_transpose(4, 3, .data_format = "last"),
        "conv1d_transpose_2: data_format must be \"channels_last\" or \"channels_first\", got "
        "\"last\"");
}

static void inputs_without_windows_are_named(void **state)
{
    (void)state;
    cn_tensor *flat = cn_input({8}), *x = cn_input({4, 6}), *any = cn_input({CN_NONE, CN_NONE});
    cn_expect_error(cn_call(cn_conv1d(2, 3), flat),
                    "conv1d_1: takes an input of rank 3, got shape (None, 8)");
    cn_expect_error(
        cn_call(cn_conv1d(2, 5), x),
        "conv1d_2: a window of 5 cells does not fit into an input of shape (None, 4, 6)");
    cn_expect_error(
        cn_call(cn_conv1d(2, 3, .dilation_rate = 2), x),
        "conv1d_3: a window of 5 cells does not fit into an input of shape (None, 4, 6)");
    cn_expect_error(
        cn_call(cn_conv1d(8, 3, .groups = 4), x),
        "conv1d_4: the channels of an input of shape (None, 4, 6) are not a multiple of "
        "groups, 4");
    cn_expect_error(
        cn_call(cn_conv1d(2, 3), any),
        "conv1d_5: the weight kernel would have shape (3, None, 2): the input's size must "
        "be known along that axis");
    cn_layer *conv = cn_conv1d(2, 3);
    assert_non_null(cn_call(conv, x));
    cn_expect_error(cn_call(conv, cn_input({4, 7})),
                    "conv1d_6: was built for inputs of 6 channels, got shape (None, 4, 7)");
    cn_expect_error(cn_call(cn_depthwise_conv1d(5), x),
                    "depthwise_conv1d_1: a window of 5 cells does not fit into an input of shape "
                    "(None, 4, 6)");
    cn_expect_error(cn_call(cn_separable_conv1d(2, 9), x),
                    "separable_conv1d_1: a window of 9 cells does not fit into an input of shape "
                    "(None, 4, 6)");
    cn_expect_error(
        cn_call(cn_conv1d_transpose(2, 2, .padding = "same", .output_padding = 0),
                cn_input({1, 6})),
        "conv1d_transpose_1: its output would be empty for an input of shape (None, 1, 6)");
}

static void bad_inputs_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({64}), *y = cn_input({32}), *z = cn_input({3, 64}),
              *any = cn_input({CN_NONE, CN_NONE});
    cn_expect_error(cn_call(cn_add(), x, y),
                    "add_1: shapes (None, 64) and (None, 32) do not broadcast");
    cn_expect_error(cn_call(cn_add(), x), "add_2: takes at least 2 inputs, got 1");
    cn_expect_error(cn_call(cn_subtract(), x, x, x), "subtract_1: takes 2 inputs, got 3");
    cn_expect_error(cn_call(cn_concatenate(.axis = 1), x, z),
                    "concatenate_1: shapes (None, 64) and (None, 3, 64) have different ranks");
    cn_expect_error(
        cn_call(cn_concatenate(.axis = 1), z, cn_input({4, 32})),
        "concatenate_2: shapes (None, 3, 64) and (None, 4, 32) differ in axis 2, but may only in axis 1");
    cn_expect_error(cn_call(cn_concatenate(.axis = 2), x, y),
                    "concatenate_3: axis 2 is not in its input's shape (None, 64)");
    cn_expect_error(
        cn_call(cn_dot(1), x, y),
        "dot_1: axis 1 of shape (None, 64) and axis 1 of shape (None, 32) must be equal");
    cn_expect_error(
        cn_call(cn_reshape({5, 5}), x),
        "reshape_1: the 64 elements of each sample of shape (None, 64) do not fill the target shape (5, 5)");
    cn_expect_error(cn_call(cn_permute({2, 1}), x),
                    "permute_1: dims (2, 1) take an input of rank 3, got shape (None, 64)");
    cn_expect_error(cn_call(cn_repeat_vector(2), z),
                    "repeat_vector_1: takes an input of rank 2, got shape (None, 3, 64)");
    cn_expect_error(
        cn_call(cn_dense(2), any),
        "dense_1: the weight kernel would have shape (None, 2): the input's size must be known along that axis");
    cn_expect_error(
        cn_call(cn_einsum_dense("ab,bc->ac", {2}), z),
        "einsum_dense_1: the equation \"ab,bc->ac\" is for inputs of rank 2, got shape (None, 3, 64)");
    cn_expect_error(
        cn_call(cn_einsum_dense("abc,cd->abd", {2}), z),
        "einsum_dense_2: output_shape needs 2 sizes for inputs of shape (None, 3, 64) and the equation \"abc,cd->abd\", got (2,)");
    cn_expect_error(
        cn_call(cn_einsum_dense("abc,cd->abd", {4, 2}), z),
        "einsum_dense_3: output_shape says 4 for 'b', which does not fit an input of shape (None, 3, 64)");
    cn_expect_error(
        cn_call(cn_einsum_dense("ab,bc->ac", {2}), cn_input({CN_NONE})),
        "einsum_dense_4: the size of 'b', an axis of the kernel, is not known for inputs of shape (None, None)");
    cn_expect_error(cn_call(cn_softmax(4), x),
                    "softmax_1: axis 4 is not in its input's shape (None, 64)");
    cn_expect_error(
        cn_call(cn_dropout(0.1, .noise_shape = {CN_NONE, 7}), x),
        "dropout_1: the noise shape (None, 7) does not fit an input of shape (None, 64)");
    cn_expect_error(
        cn_call(cn_rescaling({1, 2}), x),
        "rescaling_1: has 2 scales and 2 offsets, which do not fit the last axis of shape (None, 64)");
    cn_expect_error(
        cn_call(cn_cropping1d({1, 2}), z),
        "cropping1d_1: cropping (1, 2) leaves nothing of an input of shape (None, 3, 64)");
    cn_expect_error(cn_call(cn_global_max_pooling1d(), x),
                    "global_max_pooling1d_1: takes an input of rank 3, got shape (None, 64)");
    cn_expect_error(cn_call(cn_max_pooling1d(), x),
                    "max_pooling1d_1: takes an input of rank 3, got shape (None, 64)");
    cn_expect_error(cn_call(cn_average_pooling1d(4), z),
                    "average_pooling1d_1: needs at least 4 along axis 1, got shape (None, 3, 64)");
    cn_expect_error(cn_call(cn_layer_normalization(3), x),
                    "layer_normalization_1: axis 3 is not in its input's shape (None, 64)");
    cn_layer *norm = cn_rms_normalization();
    assert_non_null(cn_call(norm, x));
    cn_expect_error(
        cn_call(norm, y),
        "rms_normalization_1: its weights have shape (64,), which does not fit an input of shape (None, 32)");
    cn_layer *dense = cn_dense(2);
    assert_non_null(cn_call(dense, x));
    cn_expect_error(cn_call(dense, y),
                    "dense_2: was built for inputs of 64 features, got shape (None, 32)");
}

static void bad_attention_is_named(void **state)
{
    (void)state;
    cn_tensor *query = cn_input({3, 5}), *value = cn_input({4, 5}), *flat = cn_input({5}),
              *other = cn_input({4, 6}), *mask = cn_input({4, 3, 4, 5}, .dtype = "bool");
    cn_expect_error(cn_attention(.score_mode = "sum"),
                    "attention_1: score_mode must be \"dot\" or \"concat\", got \"sum\"");
    cn_expect_error(cn_additive_attention(.dropout = 2),
                    "additive_attention_1: dropout must be from 0 to 1, got 2");
    cn_expect_error(cn_multi_head_attention(0, .key_dim = 2),
                    "multi_head_attention_1: num_heads must be positive, got 0");
    cn_expect_error(cn_multi_head_attention(2),
                    "multi_head_attention_2: key_dim must be positive, got 0");
    cn_expect_error(cn_multi_head_attention(2, .key_dim = 2, .sliding_window = 0),
                    "multi_head_attention_3: sliding_window must be positive or CN_NONE, got 0");
    cn_expect_error(cn_group_query_attention(2, .num_query_heads = 3, .num_key_value_heads = 2),
                    "grouped_query_attention_1: num_query_heads must be a multiple of "
                    "num_key_value_heads, got 3 and 2");
    cn_expect_error(cn_call(cn_attention(), query), "attention_2: takes at least 2 inputs, got 1");
    cn_expect_error(
        cn_call(cn_attention(), query, other),
        "attention_3: takes query [N, T, F], value [N, S, V] and key [N, S, F], got (None, "
        "3, 5), (None, 4, 6) and (None, 4, 6)");
    cn_expect_error(
        cn_call(cn_multi_head_attention(2, .key_dim = 2), query, flat),
        "multi_head_attention_4: takes query, value and key of one rank from 3 to 7, got "
        "shapes (None, 3, 5), (None, 5) and (None, 5)");
    cn_expect_error(
        cn_call(cn_multi_head_attention(2, .key_dim = 2), query, value, query),
        "multi_head_attention_5: value and key differ in more than their features: (None, "
        "4, 5) and (None, 3, 5)");
    cn_expect_error(
        cn_call(cn_multi_head_attention(2, .key_dim = 2, .attention_axes = {2}), query, value),
        "multi_head_attention_6: attention axis 2 is not between batch and features of "
        "shape (None, 3, 5)");
    assert_int_equal(cn_call_with(cn_multi_head_attention(2, .key_dim = 2), CN_LIST(query, value),
                                  .attention_mask = mask)
                         .count,
                     0);
    cn_expect_error(NULL,
                    "multi_head_attention_7: cannot be called on (None, 3, 5) and (None, 4, 5): "
                    "multi_head_attention_7: the attention_mask is [N, T, S], got shape (None, "
                    "4, 3, 4, 5)");
    cn_layer *heads = cn_multi_head_attention(2, .key_dim = 2);
    assert_non_null(cn_call(heads, query, value));
    cn_expect_error(cn_call(heads, query, other),
                    "multi_head_attention_8: was built for a value of 5 "
                    "features, got shape (None, 4, 6)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(bad_attention_is_named, cn_begin_anew),
        cmocka_unit_test_setup(bad_arguments_are_named, cn_begin_anew),
        cmocka_unit_test_setup(bad_embeddings_are_named, cn_begin_anew),
        cmocka_unit_test_setup(bad_windows_are_named, cn_begin_anew),
        cmocka_unit_test_setup(bad_inputs_are_named, cn_begin_anew),
        cmocka_unit_test_setup(inputs_without_windows_are_named, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("layers.mistakes", tests, NULL, NULL);
}
