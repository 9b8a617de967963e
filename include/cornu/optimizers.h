/* Optimizers and learning-rate schedules: typed constructors for what cn_compile's .optimizer
 * takes: a name, for Keras's defaults, or a constructor, whose first arguments need no name.
 *
 *     cn_compile(model, .optimizer = "adam");
 *     cn_compile(model, .optimizer = cn_rmsprop(1e-4));
 *     cn_compile(model, .optimizer = cn_adam(.learning_rate = 1e-3, .clipnorm = 1));
 *     const char *rate = cn_exponential_decay(0.1, 1000, 0.96);
 *     cn_compile(model, .optimizer = cn_sgd(.learning_rate_schedule = rate, .momentum = 0.9));
 *
 * A constructor returns the optimizer's Keras config record as text, which lives until the session
 * is cleared; NULL if an argument is impossible (cn_error() says which) or memory ran out. Nothing
 * is shared between two models that are compiled with one text. Any thread may call these, each in
 * its own session.
 *
 * In the formulas w is a weight, g its gradient, lr the learning rate, t the number of the step, 1
 * at first. Everything that starts with another value than 0 says so.
 */
#ifndef CORNU_OPTIMIZERS_H
#define CORNU_OPTIMIZERS_H

#include "cornu/keywords.h"

CN_BEGIN_DECLS

/* ---- arguments of every optimizer --------------------------------------------------------------
 *
 *   learning_rate              the rate, unless there is a schedule
 *   learning_rate_schedule     what a schedule's constructor below returns: the rate as a function
 *                              of the step. In Keras's records both are "learning_rate", a number
 *                              or a record
 *   weight_decay               w -= w * weight_decay * lr before each update; CN_UNSET: none
 *   clipnorm                   each gradient is scaled down to this norm, as in Keras 3 (Keras 2.2:
 *                              all together)
 *   clipvalue                  each element of a gradient is clipped to -clipvalue .. clipvalue
 *   global_clipnorm            all gradients together are scaled down to this norm. At most one of
 *                              the three may be given
 *   use_ema                    keeps average = m * average + (1 - m) * w after each step, with
 *                              m = ema_momentum (0 in the first step); at the end of training the
 *                              weights become the averages
 *   ema_overwrite_frequency    every so many steps the weights become the averages already;
 *                              CN_NONE: only at the end
 *   loss_scale_factor          the loss is multiplied by it and the gradients are divided by it;
 *                              CN_UNSET: no
 *   gradient_accumulation_steps  so many batches make one update, with the mean of their gradients;
 *                              CN_NONE: 1
 *   name                       the first part of the paths of the optimizer's variables; NULL:
 *                              "adam" and so on
 *   exclude_from_weight_decay  weights whose name contains one of these parts do not decay:
 *                              "bias|gamma"; NULL: none. Keras has a method of this name, whose
 *                              effect is not in its records
 *
 * Keras: keras.optimizers.Optimizer. */
#define CN_OPTIMIZER_KEYWORDS_                                                                     \
    double clipnorm, clipvalue, global_clipnorm;                                                   \
    bool use_ema;                                                                                  \
    double ema_momentum;                                                                           \
    int64_t ema_overwrite_frequency;                                                               \
    double loss_scale_factor;                                                                      \
    int64_t gradient_accumulation_steps;                                                           \
    const char *name;                                                                              \
    const char *learning_rate_schedule;                                                            \
    const char *exclude_from_weight_decay;                                                         \
    char end_;
#define CN_OPTIMIZER_DEFAULTS_                                                                     \
    .clipnorm = CN_UNSET, .clipvalue = CN_UNSET, .global_clipnorm = CN_UNSET, .use_ema = false,    \
    .ema_momentum = 0.99, .ema_overwrite_frequency = CN_NONE, .loss_scale_factor = CN_UNSET,       \
    .gradient_accumulation_steps = CN_NONE, .name = NULL, .learning_rate_schedule = NULL,          \
    .exclude_from_weight_decay = NULL

/* cn_sgd(0.01, .momentum = 0.9): stochastic gradient descent.
 * w -= lr*g; with momentum: m = momentum*m - lr*g and w += m, or with nesterov w += momentum*m -
 * lr*g. momentum: 0 .. 1. Keras: keras.optimizers.SGD. */
typedef struct cn_sgd_args {
    char begin_;
    double learning_rate, momentum;
    bool nesterov;
    double weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_sgd_args;
#define CN_SGD_DEFAULTS                                                                            \
    .learning_rate = 0.01, .momentum = 0, .nesterov = false, .weight_decay = CN_UNSET,             \
    CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_sgd_with(const cn_sgd_args *args);

/* cn_rmsprop(1e-4): divides by a running root mean square of the gradient.
 * v = rho*v + (1-rho)*g^2; w -= lr*g / sqrt(v + epsilon).
 * centered: v - a^2 instead of v, with a = rho*a + (1-rho)*g. momentum > 0: b = momentum*b + the
 * above; w -= b. epsilon_outside, as in Keras 2: sqrt(v) + epsilon. Hinton, Neural networks for
 * machine learning, lecture 6e (2012). Keras: keras.optimizers.RMSprop. */
typedef struct cn_rmsprop_args {
    char begin_;
    double learning_rate, rho, momentum, epsilon;
    bool centered, epsilon_outside;
    double weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_rmsprop_args;
#define CN_RMSPROP_DEFAULTS                                                                        \
    .learning_rate = 0.001, .rho = 0.9, .momentum = 0, .epsilon = 1e-7, .centered = false,         \
    .weight_decay = CN_UNSET, CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_rmsprop_with(const cn_rmsprop_args *args);

/* cn_adam(1e-3): running means of the gradient and of its square.
 * m += (g - m)*(1 - beta_1); v += (g^2 - v)*(1 - beta_2); a = lr*sqrt(1 - beta_2^t)/(1 - beta_1^t);
 * w -= a*m / (sqrt(v) + epsilon). amsgrad: with the largest v so far in place of v.
 * Kingma and Ba, arXiv:1412.6980; Reddi et al. (2018) for amsgrad. Keras: keras.optimizers.Adam. */
typedef struct cn_adam_args {
    char begin_;
    double learning_rate, beta_1, beta_2, epsilon;
    bool amsgrad;
    double weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_adam_args;
#define CN_ADAM_DEFAULTS                                                                           \
    .learning_rate = 0.001, .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 1e-7, .amsgrad = false,     \
    .weight_decay = CN_UNSET, CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_adam_with(const cn_adam_args *args);

/* cn_adam_w(1e-3, .weight_decay = 0.01): Adam with weight decay, which must be given (0.004 is the
 * default). Loshchilov and Hutter, arXiv:1711.05101. Keras: keras.optimizers.AdamW. */
typedef struct cn_adam_w_args {
    char begin_;
    double learning_rate, weight_decay, beta_1, beta_2, epsilon;
    bool amsgrad;
    CN_OPTIMIZER_KEYWORDS_
} cn_adam_w_args;
#define CN_ADAM_W_DEFAULTS                                                                         \
    .learning_rate = 0.001, .weight_decay = 0.004, .beta_1 = 0.9, .beta_2 = 0.999,                 \
    .epsilon = 1e-7, .amsgrad = false, CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_adam_w_with(const cn_adam_w_args *args);

/* cn_adamax(): Adam by the infinity norm.
 * m += (g - m)*(1 - beta_1); u = max(beta_2*u, |g|); w -= lr*m / ((1 - beta_1^t)*(u + epsilon)).
 * Kingma and Ba, arXiv:1412.6980, section 7. Keras: keras.optimizers.Adamax. */
typedef struct cn_adamax_args {
    char begin_;
    double learning_rate, beta_1, beta_2, epsilon;
    double weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_adamax_args;
#define CN_ADAMAX_DEFAULTS                                                                         \
    .learning_rate = 0.001, .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 1e-7,                       \
    .weight_decay = CN_UNSET, CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_adamax_with(const cn_adamax_args *args);

/* cn_nadam(): Adam with Nesterov momentum.
 * u_t = beta_1*(1 - 0.96^t/2); P = u_1 * ... * u_t; m and v as Adam; n = u_(t+1)*m/(1 - P*u_(t+1))
 * + (1 - u_t)*g/(1 - P); w -= lr*n / (sqrt(v/(1 - beta_2^t)) + epsilon). Dozat, Incorporating
 * Nesterov momentum into Adam (2015). Keras: keras.optimizers.Nadam. */
typedef struct cn_nadam_args {
    char begin_;
    double learning_rate, beta_1, beta_2, epsilon;
    double weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_nadam_args;
#define CN_NADAM_DEFAULTS                                                                          \
    .learning_rate = 0.001, .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 1e-7,                       \
    .weight_decay = CN_UNSET, CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_nadam_with(const cn_nadam_args *args);

/* cn_adagrad(): divides by the root of the sum of squared gradients.
 * a += g^2; w -= lr*g / sqrt(a + epsilon); a starts as initial_accumulator_value. epsilon_outside,
 * as in Keras 2: sqrt(a) + epsilon.
 * Duchi et al., Journal of Machine Learning Research 12 (2011). Keras: keras.optimizers.Adagrad. */
typedef struct cn_adagrad_args {
    char begin_;
    double learning_rate, initial_accumulator_value, epsilon;
    bool epsilon_outside;
    double weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_adagrad_args;
#define CN_ADAGRAD_DEFAULTS                                                                        \
    .learning_rate = 0.001, .initial_accumulator_value = 0.1, .epsilon = 1e-7,                     \
    .weight_decay = CN_UNSET, CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_adagrad_with(const cn_adagrad_args *args);

/* cn_adadelta(): steps in the units of the weights.
 * e = rho*e + (1-rho)*g^2; s = -sqrt(d + epsilon)/sqrt(e + epsilon)*g; d = rho*d + (1-rho)*s^2; w
 * += lr*s. Zeiler, arXiv:1212.5701 (there lr is 1). Keras: keras.optimizers.Adadelta. */
typedef struct cn_adadelta_args {
    char begin_;
    double learning_rate, rho, epsilon;
    double weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_adadelta_args;
#define CN_ADADELTA_DEFAULTS                                                                       \
    .learning_rate = 0.001, .rho = 0.95, .epsilon = 1e-7, .weight_decay = CN_UNSET,                \
    CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_adadelta_with(const cn_adadelta_args *args);

/* cn_adafactor(): second moments from row and column means for weights of rank 2 and more.
 * p = min(lr, 1/sqrt(t)); a = max(epsilon_2, rms(w))*p; b = 1 - t^beta_2_decay; s = g^2 +
 * epsilon_1; r = b*r + (1-b)*mean of s over the last axis; c = b*c + (1-b)*mean over the axis
 * before it; v = r/mean(r) * c (rank 0 and 1: v = b*v + (1-b)*s); u = g/sqrt(v); w -= a*u / max(1,
 * rms(u)/clip_threshold). relative_step is kept for Keras's records; as in Keras it changes
 * nothing. Shazeer and Stern, arXiv:1804.04235. Keras: keras.optimizers.Adafactor. */
typedef struct cn_adafactor_args {
    char begin_;
    double learning_rate, beta_2_decay, epsilon_1, epsilon_2, clip_threshold;
    bool relative_step;
    double weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_adafactor_args;
#define CN_ADAFACTOR_DEFAULTS                                                                      \
    .learning_rate = 0.001, .beta_2_decay = -0.8, .epsilon_1 = 1e-30, .epsilon_2 = 1e-3,           \
    .clip_threshold = 1, .relative_step = true, .weight_decay = CN_UNSET, CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_adafactor_with(const cn_adafactor_args *args);

/* cn_ftrl(.l1_regularization_strength = 0.1): follow the regularized leader.
 * h = g + 2*l2_shrinkage*w; a' = a + g^2; z += h - (a'^-p - a^-p)/lr*w; q = a'^-p/lr + 2*l2 +
 * beta/lr; a = a'; w = (clip(z, -l1, l1) - z)/q, with p = learning_rate_power (at most 0); a starts
 * as initial_accumulator_value. The first step does not depend on the first weights. McMahan et
 * al., Ad click prediction (2013). Keras: keras.optimizers.Ftrl. */
typedef struct cn_ftrl_args {
    char begin_;
    double learning_rate, learning_rate_power, initial_accumulator_value;
    double l1_regularization_strength, l2_regularization_strength;
    double l2_shrinkage_regularization_strength, beta;
    double weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_ftrl_args;
#define CN_FTRL_DEFAULTS                                                                           \
    .learning_rate = 0.001, .learning_rate_power = -0.5, .initial_accumulator_value = 0.1,         \
    .l1_regularization_strength = 0, .l2_regularization_strength = 0,                              \
    .l2_shrinkage_regularization_strength = 0, .beta = 0, .weight_decay = CN_UNSET,                \
    CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_ftrl_with(const cn_ftrl_args *args);

/* cn_lion(1e-4): steps of one size, by the sign.
 * w -= lr*sign(beta_1*m + (1-beta_1)*g); then m = beta_2*m + (1-beta_2)*g. beta_1: above 0, at
 * most 1. Chen et al., arXiv:2302.06675. Keras: keras.optimizers.Lion. */
typedef struct cn_lion_args {
    char begin_;
    double learning_rate, beta_1, beta_2;
    double weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_lion_args;
#define CN_LION_DEFAULTS                                                                           \
    .learning_rate = 0.001, .beta_1 = 0.9, .beta_2 = 0.99, .weight_decay = CN_UNSET,               \
    CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_lion_with(const cn_lion_args *args);

/* cn_lamb(): Adam's direction with steps in proportion to each weight's norm.
 * m and v as Adam; u = m/(1 - beta_1^t) / (sqrt(v/(1 - beta_2^t)) + epsilon); w -= lr*|w|/|u|*u (a
 * ratio of 1 where either norm is 0). You et al., arXiv:1904.00962. Keras: keras.optimizers.Lamb.
 */
typedef struct cn_lamb_args {
    char begin_;
    double learning_rate, beta_1, beta_2, epsilon;
    double weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_lamb_args;
#define CN_LAMB_DEFAULTS                                                                           \
    .learning_rate = 0.001, .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 1e-7,                       \
    .weight_decay = CN_UNSET, CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_lamb_with(const cn_lamb_args *args);

/* cn_muon(): matrices are trained by momentum whose steps are made nearly orthogonal, all other
 * weights by Adam. m += g + (momentum - 1)*m; x = g + momentum*m (nesterov: false: m), divided by
 * its norm; ns_steps times x = muon_a*x + (muon_b*S + muon_c*S^2)x, S = x x^T (of a matrix with
 * more rows than columns, its transpose); w -= lr*x*sqrt(max(rows, columns))*rms_rate; rms_rate
 * CN_UNSET: w -= lr*x. By Adam, with adam_beta_1, adam_beta_2, epsilon and lr*adam_lr_ratio, go
 * weights that are no matrices; embeddings (weights with "embedding" in their path), unless
 * exclude_embeddings is false; and those in whose path one of the regular expressions
 * exclude_layers is found, which are separated by |: "head|dense_1/". weight_decay is the
 * matrices', adam_weight_decay that of the others; CN_UNSET: none. Jordan et al. (2024); Liu et
 * al., arXiv:2502.16982. Keras: keras.optimizers.Muon. */
typedef struct cn_muon_args {
    char begin_;
    double learning_rate, adam_beta_1, adam_beta_2, adam_weight_decay, epsilon, weight_decay;
    const char *exclude_layers;
    bool exclude_embeddings;
    double muon_a, muon_b, muon_c, adam_lr_ratio, momentum;
    int64_t ns_steps;
    bool nesterov;
    double rms_rate;
    CN_OPTIMIZER_KEYWORDS_
} cn_muon_args;
#define CN_MUON_DEFAULTS                                                                           \
    .learning_rate = 0.001, .adam_beta_1 = 0.9, .adam_beta_2 = 0.999, .adam_weight_decay = 0.004,  \
    .epsilon = 1e-7, .weight_decay = 0.004, .exclude_layers = NULL, .exclude_embeddings = true,    \
    .muon_a = 3.4445, .muon_b = -4.7750, .muon_c = 2.0315, .adam_lr_ratio = 1, .momentum = 0.95,   \
    .ns_steps = 5, .nesterov = true, .rms_rate = 0.2, CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_muon_with(const cn_muon_args *args);

/* cn_schedule_free_adam_w(): AdamW with an average in the place of a schedule.
 * z is what is stepped, x its mean so far, and w = (1 - beta_1)*z + beta_1*x, where the gradient is
 * taken: v as Adam; z -= a*g/(sqrt(v/(1 - beta_2^t)) + epsilon) with a = lr, or
 * lr*min(t/warmup_steps, 1); x += (z - x)/t. z (called momentum) starts as the weight. Defazio et
 * al., arXiv:2405.15682. Keras: keras.optimizers.ScheduleFreeAdamW. */
typedef struct cn_schedule_free_adam_w_args {
    char begin_;
    double learning_rate, beta_1, beta_2, epsilon;
    int64_t warmup_steps;
    double weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_schedule_free_adam_w_args;
#define CN_SCHEDULE_FREE_ADAM_W_DEFAULTS                                                           \
    .learning_rate = 0.0025, .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 1e-8, .warmup_steps = 0,   \
    .weight_decay = CN_UNSET, CN_OPTIMIZER_DEFAULTS_
CN_API const char *cn_schedule_free_adam_w_with(const cn_schedule_free_adam_w_args *args);

/* cn_loss_scale_optimizer(cn_adam(1e-3)): another optimizer, which gets gradients of a loss that is
 * multiplied by a scale, divided by it again. A batch with a gradient that is not finite changes
 * nothing but the scale, which is halved; after dynamic_growth_steps batches in a row without one
 * it is doubled. inner_optimizer: its loss_scale_factor does not count. Its learning rate is the
 * one that cn_learning_rate and schedules speak of. Keras: keras.optimizers.LossScaleOptimizer. */
typedef struct cn_loss_scale_optimizer_args {
    const char *inner_optimizer;
    double initial_scale;
    int64_t dynamic_growth_steps;
    const char *name;
    char end_;
} cn_loss_scale_optimizer_args;
#define CN_LOSS_SCALE_OPTIMIZER_DEFAULTS                                                           \
    .initial_scale = 32768, .dynamic_growth_steps = 2000, .name = NULL
CN_API const char *cn_loss_scale_optimizer_with(const cn_loss_scale_optimizer_args *args);

/* ---- schedules ----------------------------------------------------------------------------------
 *
 * s is the number of batches trained before this one, 0 at first (with gradient_accumulation_steps
 * it still counts batches). decay_steps must be positive. */

/* cn_exponential_decay(0.1, 1000, 0.96): initial_learning_rate * decay_rate^(s/decay_steps);
 * staircase: with the exponent rounded down. Keras: keras.optimizers.schedules.ExponentialDecay. */
typedef struct cn_exponential_decay_args {
    double initial_learning_rate, decay_steps, decay_rate;
    bool staircase;
    const char *name;
    char end_;
} cn_exponential_decay_args;
#define CN_EXPONENTIAL_DECAY_DEFAULTS .staircase = false, .name = "ExponentialDecay"
CN_API const char *cn_exponential_decay_with(const cn_exponential_decay_args *args);

/* cn_inverse_time_decay(0.1, 1000, 0.5): initial_learning_rate / (1 + decay_rate*s/decay_steps);
 * staircase: with the quotient rounded down. Keras: keras.optimizers.schedules.InverseTimeDecay. */
typedef struct cn_inverse_time_decay_args {
    double initial_learning_rate, decay_steps, decay_rate;
    bool staircase;
    const char *name;
    char end_;
} cn_inverse_time_decay_args;
#define CN_INVERSE_TIME_DECAY_DEFAULTS .staircase = false, .name = "InverseTimeDecay"
CN_API const char *cn_inverse_time_decay_with(const cn_inverse_time_decay_args *args);

/* cn_polynomial_decay(0.1, 1000, .power = 2):
 * (initial_learning_rate - end_learning_rate)*(1 - s/d)^power + end_learning_rate, with s at most d
 * = decay_steps; cycle: with d = decay_steps * ceil(s/decay_steps) instead, at least decay_steps.
 * Keras: keras.optimizers.schedules.PolynomialDecay. */
typedef struct cn_polynomial_decay_args {
    double initial_learning_rate, decay_steps, end_learning_rate, power;
    bool cycle;
    const char *name;
    char end_;
} cn_polynomial_decay_args;
#define CN_POLYNOMIAL_DECAY_DEFAULTS                                                               \
    .end_learning_rate = 1e-4, .power = 1, .cycle = false, .name = "PolynomialDecay"
CN_API const char *cn_polynomial_decay_with(const cn_polynomial_decay_args *args);

/* cn_piecewise_constant_decay({1000, 5000}, {1e-3, 5e-4, 1e-4}): values[0] while s <=
 * boundaries[0], values[1] while s <= boundaries[1], and so on. One more value than boundaries,
 * which rise. Keras: keras.optimizers.schedules.PiecewiseConstantDecay. */
typedef struct cn_piecewise_constant_decay_args {
    double boundaries[CN_MAX_LIST];
    double values[CN_MAX_LIST]; /* a last value of 0 needs CN_UNSET behind it: {0.1, 0, CN_UNSET} */
    const char *name;
    char end_;
} cn_piecewise_constant_decay_args;
#define CN_PIECEWISE_CONSTANT_DECAY_DEFAULTS .name = "PiecewiseConstant"
CN_API const char *cn_piecewise_constant_decay_with(const cn_piecewise_constant_decay_args *args);

/* cn_cosine_decay(0.1, 1000, .warmup_target = 0.2, .warmup_steps = 100):
 * r*((1 - alpha)*(1 + cos(pi*s/decay_steps))/2 + alpha), s at most decay_steps, r =
 * initial_learning_rate. With a warmup_target the rate first goes linearly from
 * initial_learning_rate to it in warmup_steps, and r is the target. Loshchilov and Hutter,
 * arXiv:1608.03983. Keras: keras.optimizers.schedules.CosineDecay. */
typedef struct cn_cosine_decay_args {
    double initial_learning_rate, decay_steps, alpha;
    const char *name;
    double warmup_target, warmup_steps;
    char end_;
} cn_cosine_decay_args;
#define CN_COSINE_DECAY_DEFAULTS                                                                   \
    .alpha = 0, .name = "CosineDecay", .warmup_target = CN_UNSET, .warmup_steps = 0
CN_API const char *cn_cosine_decay_with(const cn_cosine_decay_args *args);

/* cn_cosine_decay_restarts(0.1, 1000): the same, starting again after first_decay_steps, then after
 * t_mul times as many, each time from m_mul times the rate. t_mul: at least 1. Loshchilov and
 * Hutter, arXiv:1608.03983. Keras: keras.optimizers.schedules.CosineDecayRestarts. */
typedef struct cn_cosine_decay_restarts_args {
    double initial_learning_rate, first_decay_steps, t_mul, m_mul, alpha;
    const char *name;
    char end_;
} cn_cosine_decay_restarts_args;
#define CN_COSINE_DECAY_RESTARTS_DEFAULTS .t_mul = 2, .m_mul = 1, .alpha = 0, .name = "SGDRDecay"
CN_API const char *cn_cosine_decay_restarts_with(const cn_cosine_decay_restarts_args *args);

#ifndef __cplusplus
#define cn_sgd(...) CN_OPTIONAL_KEYWORDS_(cn_sgd_with, cn_sgd_args, CN_SGD_DEFAULTS, __VA_ARGS__)
#define cn_rmsprop(...)                                                                            \
    CN_OPTIONAL_KEYWORDS_(cn_rmsprop_with, cn_rmsprop_args, CN_RMSPROP_DEFAULTS, __VA_ARGS__)
#define cn_adam(...)                                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_adam_with, cn_adam_args, CN_ADAM_DEFAULTS, __VA_ARGS__)
#define cn_adam_w(...)                                                                             \
    CN_OPTIONAL_KEYWORDS_(cn_adam_w_with, cn_adam_w_args, CN_ADAM_W_DEFAULTS, __VA_ARGS__)
#define cn_adamax(...)                                                                             \
    CN_OPTIONAL_KEYWORDS_(cn_adamax_with, cn_adamax_args, CN_ADAMAX_DEFAULTS, __VA_ARGS__)
#define cn_nadam(...)                                                                              \
    CN_OPTIONAL_KEYWORDS_(cn_nadam_with, cn_nadam_args, CN_NADAM_DEFAULTS, __VA_ARGS__)
#define cn_adagrad(...)                                                                            \
    CN_OPTIONAL_KEYWORDS_(cn_adagrad_with, cn_adagrad_args, CN_ADAGRAD_DEFAULTS, __VA_ARGS__)
#define cn_adadelta(...)                                                                           \
    CN_OPTIONAL_KEYWORDS_(cn_adadelta_with, cn_adadelta_args, CN_ADADELTA_DEFAULTS, __VA_ARGS__)
#define cn_adafactor(...)                                                                          \
    CN_OPTIONAL_KEYWORDS_(cn_adafactor_with, cn_adafactor_args, CN_ADAFACTOR_DEFAULTS, __VA_ARGS__)
#define cn_ftrl(...)                                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_ftrl_with, cn_ftrl_args, CN_FTRL_DEFAULTS, __VA_ARGS__)
#define cn_lion(...)                                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_lion_with, cn_lion_args, CN_LION_DEFAULTS, __VA_ARGS__)
#define cn_lamb(...)                                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_lamb_with, cn_lamb_args, CN_LAMB_DEFAULTS, __VA_ARGS__)
#define cn_muon(...)                                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_muon_with, cn_muon_args, CN_MUON_DEFAULTS, __VA_ARGS__)
#define cn_schedule_free_adam_w(...)                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_schedule_free_adam_w_with, cn_schedule_free_adam_w_args,              \
                          CN_SCHEDULE_FREE_ADAM_W_DEFAULTS, __VA_ARGS__)
#define cn_loss_scale_optimizer(...)                                                               \
    CN_KEYWORDS_(cn_loss_scale_optimizer_with, cn_loss_scale_optimizer_args,                       \
                 CN_LOSS_SCALE_OPTIMIZER_DEFAULTS, .inner_optimizer = __VA_ARGS__)
#define cn_exponential_decay(...)                                                                  \
    CN_KEYWORDS_(cn_exponential_decay_with, cn_exponential_decay_args,                             \
                 CN_EXPONENTIAL_DECAY_DEFAULTS, .initial_learning_rate = __VA_ARGS__)
#define cn_inverse_time_decay(...)                                                                 \
    CN_KEYWORDS_(cn_inverse_time_decay_with, cn_inverse_time_decay_args,                           \
                 CN_INVERSE_TIME_DECAY_DEFAULTS, .initial_learning_rate = __VA_ARGS__)
#define cn_polynomial_decay(...)                                                                   \
    CN_KEYWORDS_(cn_polynomial_decay_with, cn_polynomial_decay_args, CN_POLYNOMIAL_DECAY_DEFAULTS, \
                 .initial_learning_rate = __VA_ARGS__)
#define cn_piecewise_constant_decay(...)                                                           \
    CN_KEYWORDS_(cn_piecewise_constant_decay_with, cn_piecewise_constant_decay_args,               \
                 CN_PIECEWISE_CONSTANT_DECAY_DEFAULTS, .boundaries = __VA_ARGS__)
#define cn_cosine_decay(...)                                                                       \
    CN_KEYWORDS_(cn_cosine_decay_with, cn_cosine_decay_args, CN_COSINE_DECAY_DEFAULTS,             \
                 .initial_learning_rate = __VA_ARGS__)
#define cn_cosine_decay_restarts(...)                                                              \
    CN_KEYWORDS_(cn_cosine_decay_restarts_with, cn_cosine_decay_restarts_args,                     \
                 CN_COSINE_DECAY_RESTARTS_DEFAULTS, .initial_learning_rate = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
