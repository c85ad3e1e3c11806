"""A drawn optimizer: its own settings, a rate or a schedule, and the options that all optimizers share."""

from __future__ import annotations

from typing import Any

import numpy as np

SETTINGS: dict[str, list[dict[str, Any]]] = {
    "SGD": [{}, {"momentum": 0.9}, {"momentum": 0.8, "nesterov": True}],
    "RMSprop": [{}, {"rho": 0.8, "momentum": 0.5}, {"centered": True}, {"centered": True, "momentum": 0.3}],
    "Adam": [{}, {"amsgrad": True}, {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-4}],
    "AdamW": [{}, {"weight_decay": 0.05}, {"weight_decay": 0.05, "amsgrad": True}],
    "Adamax": [{}, {"beta_1": 0.7}],
    "Nadam": [{}, {"beta_2": 0.9}],
    "Adagrad": [{}, {"initial_accumulator_value": 0.5}],
    "Adadelta": [{}, {"rho": 0.8}],
    "Ftrl": [{}, {"l1_regularization_strength": 0.01, "l2_regularization_strength": 0.02, "beta": 0.1}],
    "Lion": [{}, {"beta_1": 0.8}],
    "Lamb": [{}, {"beta_1": 0.8, "epsilon": 1e-4}],
    "Adafactor": [{}, {"relative_step": False}, {"clip_threshold": 0.5, "beta_2_decay": -0.6}],
}
RATES = {"Adagrad": 0.05, "Adadelta": 0.5, "Ftrl": 0.05, "Lion": 1e-3}
# Rates as multiples of the optimizer's own.
SCHEDULES: list[tuple[str, dict[str, Any], list[float]]] = [
    ("ExponentialDecay", {"decay_steps": 5, "decay_rate": 0.8, "staircase": True}, [1.0]),
    ("InverseTimeDecay", {"decay_steps": 4, "decay_rate": 0.5}, [1.0]),
    ("PolynomialDecay", {"decay_steps": 7, "power": 2.0, "cycle": True}, [1.0]),
    ("CosineDecay", {"decay_steps": 8, "alpha": 0.1, "warmup_steps": 3}, [0.2, 1.0]),
    ("CosineDecayRestarts", {"first_decay_steps": 3, "t_mul": 2.0, "m_mul": 0.9}, [1.0]),
]
OPTIONS: list[dict[str, Any]] = [
    {"clipnorm": 0.1},
    {"clipvalue": 0.05},
    {"global_clipnorm": 0.1},
    {"weight_decay": 0.01},
    {"use_ema": True, "ema_momentum": 0.9},
    {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 2},
    {"gradient_accumulation_steps": 2},
    {"gradient_accumulation_steps": 3, "clipnorm": 0.2, "weight_decay": 0.01},
    {"weight_decay": 0.01, "global_clipnorm": 0.5},
    {"loss_scale_factor": 4.0},
]


def draw_optimizer(random: np.random.Generator) -> tuple[str, dict[str, Any]]:
    name = str(random.choice(list(SETTINGS)))
    rate = RATES.get(name, 0.01)
    settings: dict[str, Any] = {"learning_rate": rate}
    if random.random() < 0.2:
        schedule, given, rates = SCHEDULES[random.integers(len(SCHEDULES))]
        names = ["initial_learning_rate", "warmup_target"]
        settings["learning_rate"] = schedule, given | {n: rate * r for n, r in zip(names, rates, strict=False)}
    options = OPTIONS[random.integers(len(OPTIONS))] if random.random() < 0.45 else {}
    return name, settings | SETTINGS[name][random.integers(len(SETTINGS[name]))] | options
