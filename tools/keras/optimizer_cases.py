"""optimizers.json and schedules.json.

optimizers.json holds, for all its cases, "variables" (a list of {"path", "array"}: the values at the start) and
"gradients" (a list of 20 steps, each a list of arrays, one for each variable). A case: {"name", "optimizer", "exclude",
"constraint", "infinite", "steps", "last", "finalized", "optimizer_variables"}. steps[i] holds the variables after step
i+1, of 5; last those after all 20. infinite lists steps (from 0) whose first gradient begins with an infinite number.
optimizer_variables are the optimizer's own after the last step, in Keras's order, each {"path", "array"}. finalized
holds the variables after the EMA values were written to them at the end of training, or null without use_ema. exclude
lists names for exclude_from_weight_decay, mostly none; constraint is null or the record of a constraint that both
variables have.

schedules.json: {"name", "schedule", "steps", "rates"}: the rate at each step.
"""

import keras
import numpy

from common import array, arrays, contents, numbers, record, words

VARIABLES = {"kernel": numbers(41, (3, 2)), "bias": numbers(42, (2,))}
GRADIENTS = [[numbers(500 + step, (3, 2)), numbers(600 + step, (2,))] for step in range(20)]
SHOWN = 5

schedules = keras.optimizers.schedules
SCHEDULES = [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.5, "staircase": True}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.5, "staircase": True}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "end_learning_rate": 0.01, "power": 2.0}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 4, "end_learning_rate": 0.01, "power": 0.5,
                         "cycle": True}),
    ("PiecewiseConstantDecay", {"boundaries": [2, 10], "values": [1.0, 0.5, 0.1]}),
    ("PiecewiseConstantDecay", {"boundaries": [1.5, 3.0, 20.0], "values": [0.1, 0.2, 0.05, 0.01]}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 10}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "alpha": 0.2}),
    ("CosineDecay", {"initial_learning_rate": 0.0, "decay_steps": 10, "warmup_target": 0.1, "warmup_steps": 5}),
    ("CosineDecay", {"initial_learning_rate": 0.02, "decay_steps": 10, "alpha": 0.1, "warmup_target": 0.1,
                     "warmup_steps": 3}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 4}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5, "t_mul": 1.0, "m_mul": 0.8,
                             "alpha": 0.1}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 3, "t_mul": 1.5, "m_mul": 0.5}),
]

OWN_OPTIONS = [
    ("SGD", [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"momentum": 0.5, "learning_rate": 0.2}]),
    ("RMSprop", [{}, {"rho": 0.8, "epsilon": 1e-3}, {"momentum": 0.9}, {"centered": True},
                 {"momentum": 0.5, "centered": True, "learning_rate": 0.05}]),
    ("Adam", [{}, {"amsgrad": True}, {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3, "learning_rate": 0.05},
              {"beta_1": 0.5, "beta_2": 0.5, "amsgrad": True}]),
    ("AdamW", [{}, {"weight_decay": 0.1, "learning_rate": 0.05}, {"amsgrad": True, "beta_2": 0.5}]),
    ("Adamax", [{}, {"beta_1": 0.8, "beta_2": 0.5, "epsilon": 1e-3, "learning_rate": 0.05}]),
    ("Nadam", [{}, {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3, "learning_rate": 0.05}]),
    ("Adagrad", [{}, {"initial_accumulator_value": 0.0, "epsilon": 1e-3, "learning_rate": 0.05}]),
    ("Adadelta", [{}, {"rho": 0.8, "epsilon": 1e-3, "learning_rate": 1.0}]),
    ("Adafactor", [{}, {"relative_step": False, "learning_rate": 0.05}, {"clip_threshold": 0.5, "beta_2_decay": -0.5}]),
    ("Ftrl", [{}, {"learning_rate_power": -0.7, "initial_accumulator_value": 0.2, "learning_rate": 0.05},
              {"l1_regularization_strength": 0.1, "l2_regularization_strength": 0.1,
               "l2_shrinkage_regularization_strength": 0.1, "beta": 0.1, "learning_rate": 0.1}]),
    ("Lion", [{}, {"beta_1": 0.5, "beta_2": 0.7, "learning_rate": 0.05}]),
    ("Lamb", [{}, {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3, "learning_rate": 0.05}]),
    ("Muon", [{}, {"nesterov": False, "momentum": 0.8, "ns_steps": 3, "rms_rate": 0.5, "learning_rate": 0.05},
              {"adam_lr_ratio": 0.1, "adam_weight_decay": 0.1, "weight_decay": 0.2, "exclude_layers": ["kernel"]},
              {"rms_rate": None, "weight_decay": None, "adam_weight_decay": None, "exclude_layers": ["^den.*x", "dense$"],
               "exclude_embeddings": False, "muon_a": 3.0, "muon_b": -4.0, "muon_c": 1.5}]),
    ("ScheduleFreeAdamW", [{}, {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3, "warmup_steps": 3}]),
]

SHARED_OPTIONS = [
    {"weight_decay": 0.1},
    {"clipnorm": 0.5},
    {"clipvalue": 0.3},
    {"global_clipnorm": 0.7},
    {"use_ema": True, "ema_momentum": 0.6},
    {"use_ema": True, "ema_momentum": 0.6, "ema_overwrite_frequency": 2},
    {"gradient_accumulation_steps": 2},
    {"gradient_accumulation_steps": 2, "weight_decay": 0.1, "clipnorm": 0.4, "use_ema": True, "ema_momentum": 0.6},
    {"loss_scale_factor": 4.0, "clipvalue": 0.1},
]
ALL_AT_ONCE = {"learning_rate": 0.05, "weight_decay": 0.1, "global_clipnorm": 0.7, "use_ema": True,
               "ema_momentum": 0.6, "ema_overwrite_frequency": 3, "gradient_accumulation_steps": 2}


def named(variables):
    return [{"path": variable.path, "array": array(variable)} for variable in variables]


def start(constraint=None):
    """The variables, as if a layer "dense" had them."""
    keras.backend.clear_session()
    made = []
    for name, value in VARIABLES.items():
        with keras.name_scope("dense"):
            made.append(keras.Variable(value, name=name))
        made[-1].constraint = constraint
    return made


def apply(optimizer, variables, gradients):
    """One step, in the way that Keras's training loop takes it on JAX."""
    gradients = [keras.ops.convert_to_tensor(gradient) for gradient in gradients]
    own = [variable.value for variable in optimizer.variables]
    values, own = optimizer.stateless_apply(own, gradients, [variable.value for variable in variables])
    for variable, value in zip([*variables, *optimizer.variables], [*values, *own]):
        variable.assign(value)


def with_infinity(gradients):
    kernel = gradients[0].copy()
    kernel[0, 0] = numpy.inf
    return [kernel, *gradients[1:]]


def case(kind, arguments, exclude=(), constraint=None, infinite=()):
    variables = start(constraint)
    optimizer = getattr(keras.optimizers, kind)(**arguments)
    identifier = record(optimizer, None if kind == "LossScaleOptimizer" else arguments)
    if exclude:
        optimizer.exclude_from_weight_decay(var_names=list(exclude))
    optimizer.build(variables)
    steps = []
    for i, gradients in enumerate(GRADIENTS):
        apply(optimizer, variables, with_infinity(gradients) if i in infinite else gradients)
        steps.append(arrays(variables))
    own = named(optimizer.variables)
    finalized = None
    if arguments.get("use_ema"):
        optimizer.finalize_variable_values(variables)
        finalized = arrays(variables)
    name = f"{kind}({words(arguments)})"
    name += ", bias excluded from decay" if exclude else ""
    name += f", {words(constraint)}" if constraint else ""
    name += f", infinite at {words(infinite)}" if infinite else ""
    return {"name": name, "optimizer": identifier, "exclude": list(exclude),
            "constraint": constraint and record(constraint), "infinite": list(infinite),
            "steps": steps[:SHOWN], "last": steps[-1], "finalized": finalized,
            "optimizer_variables": own}


def schedule(kind, arguments):
    return getattr(schedules, kind)(**arguments)


def with_schedule(kind, arguments, rate_kind, rate_arguments):
    made = case(kind, {**arguments, "learning_rate": schedule(rate_kind, rate_arguments)})
    return {**made, "name": f"{kind}({words(arguments)}), learning rate {rate_kind}({words(rate_arguments)})"}


def loss_scale(inner, infinite, **arguments):
    return case("LossScaleOptimizer", {"inner_optimizer": inner, **arguments}, infinite=infinite)


def loss_scales():
    optimizers = keras.optimizers
    return [
        loss_scale(optimizers.SGD(learning_rate=0.1), [], initial_scale=4.0, dynamic_growth_steps=2),
        loss_scale(optimizers.Adam(learning_rate=0.05, weight_decay=0.1), [0, 3, 4, 11], dynamic_growth_steps=3),
        loss_scale(optimizers.SGD(learning_rate=0.1, momentum=0.9, gradient_accumulation_steps=2, use_ema=True,
                                  ema_momentum=0.6), [2, 7], initial_scale=1.0, dynamic_growth_steps=4),
        loss_scale(optimizers.RMSprop(learning_rate=0.05, global_clipnorm=0.7), [1, 19], dynamic_growth_steps=1),
    ]


def file():
    cases = [case(kind, arguments) for kind, options in OWN_OPTIONS for arguments in options]
    for kind in ("SGD", "RMSprop", "Adam"):
        own = {"momentum": 0.9} if kind == "SGD" else {}
        cases += [case(kind, {**own, "learning_rate": 0.1, **options}) for options in SHARED_OPTIONS]
    cases += [case(kind, ALL_AT_ONCE) for kind, _ in OWN_OPTIONS]
    cases += [with_schedule("SGD", {}, *rate) for rate in dict(SCHEDULES).items()]
    for kind, arguments in [("Adam", {}), ("RMSprop", {}), ("Adafactor", {}),
                            ("SGD", {"momentum": 0.9, "weight_decay": 0.1, "gradient_accumulation_steps": 2})]:
        cases.append(with_schedule(kind, arguments, *SCHEDULES[0]))
    cases.append(case("AdamW", {"weight_decay": 0.1, "learning_rate": 0.1}, exclude=["bias"]))
    limit = keras.constraints.MaxNorm(0.5)
    cases.append(case("SGD", {"learning_rate": 0.1}, constraint=limit))
    cases.append(case("Adam", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.6}, constraint=limit))
    cases += loss_scales()
    return contents(cases, variables=named(start()), gradients=[arrays(step) for step in GRADIENTS])


def schedule_case(kind, arguments):
    made = schedule(kind, arguments)
    steps = list(range(26))
    rates = numpy.array([float(made(step)) for step in steps], "float32")
    return {"name": f"{kind}({words(arguments)})", "schedule": record(made), "steps": steps, "rates": array(rates)}


def schedules_file():
    return contents([schedule_case(kind, arguments) for kind, arguments in SCHEDULES])
