"""Random models: layers, activations, losses, optimizers, metrics, penalties and batch sizes, drawn and trained.

A configuration is drawn from a seed, so that one that fails can be run alone: ``-k "seed17"``.  Real Keras runs without
compiling here (`run_eagerly`), which for three epochs of fifty rows takes a third of the time.  PYNN_RANDOM_MODELS says
how many are drawn: 300 for a whole check.
"""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import numpy as np
import pytest

COUNT = int(os.environ.get("PYNN_RANDOM_MODELS", "40"))
ROWS, FEATURES, CLASSES = 30, 6, 3

ACTIVATIONS = (
    "linear relu leaky_relu elu selu gelu celu silu mish softplus softsign hard_sigmoid hard_silu "
    "hard_tanh sigmoid tanh log_sigmoid relu6 tanh_shrink squareplus softmax"
).split()
# (loss, form of the target, activation of the output)
LOSSES = [
    ("categorical_crossentropy", "one_hot", "softmax"),
    ("sparse_categorical_crossentropy", "labels", "softmax"),
    ("kl_divergence", "one_hot", "softmax"),
    ("categorical_focal_crossentropy", "one_hot", "softmax"),
    ("binary_crossentropy", "one_hot", "sigmoid"),
    ("categorical_hinge", "one_hot", None),
    ("squared_hinge", "one_hot", "tanh"),
    ("mse", "numbers", None),
    ("mae", "numbers", None),
    ("huber", "numbers", None),
    ("log_cosh", "numbers", None),
    ("cosine_similarity", "numbers", None),
    ("poisson", "one_hot", "softplus"),
]
METRICS = {
    "one_hot": ["accuracy", "mse", "categorical_accuracy", "cosine_similarity", "kl_divergence", "hinge"],
    "labels": ["accuracy", "acc", "sparse_categorical_crossentropy", "sparse_categorical_accuracy"],
    "numbers": ["mae", "mse", "mean_squared_logarithmic_error", "r2_score", "root_mean_squared_error"],
}
OPTIMIZERS = "SGD RMSprop Adam AdamW Adamax Nadam Adagrad Adadelta Ftrl Lion".split()
RATES = {"Adagrad": 0.05, "Adadelta": 0.5, "Ftrl": 0.05, "Lion": 1e-3}


@dataclasses.dataclass
class Drawn:
    """A configuration; numbers and names only, so that it can be shown."""

    layers: list[tuple[str, dict[str, Any]]]
    loss: str
    target: str
    optimizer: tuple[str, dict[str, Any]]
    metrics: list[str]
    weighted: list[str]
    fit: dict[str, Any]
    weights: bool


def draw(seed: int) -> Drawn:
    random = np.random.default_rng(seed)
    loss, target, last = LOSSES[random.integers(len(LOSSES))]
    layers: list[tuple[str, dict[str, Any]]] = []
    for _ in range(random.integers(1, 4)):
        drawn = layer(random)
        if drawn[0] != "BatchNormalization" or not layers or is_bent(layers[-1]):
            layers.append(drawn)
    layers.append(("Dense", {"units": CLASSES, "activation": last} | penalties(random)))
    metrics = list(random.choice(METRICS[target], random.integers(0, 3), replace=False))
    weighted = list(random.choice(METRICS[target], random.integers(0, 2), replace=False))
    fit = {"batch_size": int(random.choice([7, 16, 30, 64])), "shuffle": bool(random.integers(2))}
    fit |= {"validation_split": 0.2} if random.integers(2) else {}
    return Drawn(layers, loss, target, optimizer(random), metrics, weighted, fit, bool(random.integers(2)))


def is_bent(before: tuple[str, dict[str, Any]]) -> bool:
    """Whether BatchNormalization may follow: behind a shift its gradient is 0, and Adam blows the rounding up."""
    return before[0] == "Dense" and before[1]["activation"] not in ("linear", None)


def layer(random: np.random.Generator) -> tuple[str, dict[str, Any]]:
    kind = random.choice(["Dense", "Dense", "Dense", "BatchNormalization", "LayerNormalization", "PReLU", "Rescaling"])
    if kind == "Dense":
        settings = {"units": int(random.choice([4, 5])), "activation": str(random.choice(ACTIVATIONS))}
        return "Dense", settings | {"use_bias": bool(random.integers(4))} | penalties(random)
    if kind == "BatchNormalization":
        return kind, {"momentum": 0.9, "scale": bool(random.integers(2)), "center": bool(random.integers(2))}
    return str(kind), {"scale": 0.5, "offset": 0.1} if kind == "Rescaling" else {}


def penalties(random: np.random.Generator) -> dict[str, Any]:
    names = ["kernel_regularizer", "bias_regularizer", "activity_regularizer"]
    found = {name: str(random.choice(["l1", "l2", "l1l2"])) for name in names if random.random() < 0.15}
    if random.random() < 0.15:
        found["kernel_constraint"] = str(random.choice(["max_norm", "unit_norm", "non_neg", "min_max_norm"]))
    return found


def optimizer(random: np.random.Generator) -> tuple[str, dict[str, Any]]:
    name = str(random.choice(OPTIMIZERS))
    settings: dict[str, Any] = {"learning_rate": RATES.get(name, 0.01)}
    if name == "SGD" and random.integers(2):
        settings |= {"momentum": 0.9, "nesterov": bool(random.integers(2))}
    if name == "RMSprop" and random.integers(2):
        settings |= {"centered": True, "momentum": 0.5}
    if name == "Adam":
        settings |= {"amsgrad": bool(random.integers(2))}
    extra = random.choice(
        ["", "", "", "clipnorm", "clipvalue", "global_clipnorm", "weight_decay", "use_ema", "accumulate"]
    )
    options = {"clipnorm": 0.1, "clipvalue": 0.05, "global_clipnorm": 0.1, "weight_decay": 0.01, "use_ema": True}
    if extra == "accumulate":
        settings["gradient_accumulation_steps"] = 2
    elif extra:
        settings[str(extra)] = options[str(extra)]
    return name, settings


def build(drawn: Drawn):
    def make(keras: Any) -> Any:
        layers = [getattr(keras.layers, kind)(**settings) for kind, settings in drawn.layers]
        model = keras.Sequential([keras.Input((FEATURES,)), *layers])
        name, settings = drawn.optimizer
        model.compile(
            getattr(keras.optimizers, name)(**settings),
            drawn.loss,
            metrics=list(drawn.metrics),
            weighted_metrics=list(drawn.weighted),
            run_eagerly=keras.__name__ == "keras",
        )
        return model

    return make


def rows(data: Any, drawn: Drawn) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    given = {"sample_weight": np.linspace(0.1, 2, ROWS)} if drawn.weights else {}
    return data.x[:ROWS], getattr(data, drawn.target)[:ROWS], given


def close(ours: Any, theirs: Any, what: str, tolerance: float = 1e-4) -> None:
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    scale = np.nan_to_num(np.abs(theirs)).max(initial=0.0) + 1e-3
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * scale, err_msg=what)


@pytest.mark.parametrize("seed", range(COUNT), ids=lambda seed: f"seed{seed}")
def test_trains_as_in_keras(twins, data, seed):
    drawn = draw(seed)
    pair = twins(build(drawn), seed=seed)
    x, y, given = rows(data, drawn)
    ours, theirs = pair.fit(x, y, epochs=3, **drawn.fit, **given)
    assert list(ours.history) == list(theirs.history), drawn
    for name, values in theirs.history.items():
        close(ours.history[name], values, f"{name} of {drawn}")
    for number, (w, v) in enumerate(zip(*(model.get_weights() for model in pair.models), strict=True)):
        close(w, v, f"weight {number} of {drawn}", 3e-4)
    close(*pair.evaluate(x, y, batch_size=16), f"evaluate of {drawn}")
    close(*pair.predict(x), f"predict of {drawn}")
