"""A drawn configuration built in pynn and in real Keras, trained on both, and how far the two part."""

from __future__ import annotations

from typing import Any

import numpy as np

from .drawing import ROWS, VALIDATION, Drawn, Made
from .graphs import VOCABULARY, WIDTHS

EPOCHS = 3
EVALUATED = 16  # rows, in batches of 8: as in validation, so that the oracle compiles once


def deviations(sides: tuple[Any, Any], drawn: Drawn, seed: int, dtype: str = "float32") -> dict[str, float]:
    """Train both and return the largest relative deviation of every metric, weight, evaluation and prediction."""
    ours, theirs = (results(keras, drawn, seed, dtype) for keras in sides)
    assert list(ours) == list(theirs), (list(ours), list(theirs))
    return {name: deviation(ours[name], theirs[name]) for name in theirs}


def deviation(ours: Any, theirs: Any) -> float:
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    if ours.shape != theirs.shape or not np.isfinite(theirs).all():
        return np.inf
    scale = np.abs(theirs).max(initial=0.0) + 1e-3
    return float(np.nan_to_num(np.abs(ours - theirs), nan=np.inf).max(initial=0.0) / scale)


def results(keras: Any, drawn: Drawn, seed: int, dtype: str) -> dict[str, Any]:
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(seed)
    model = build(keras, drawn)
    model.set_weights(weights(model, seed, dtype))
    compile_model(keras, model, drawn)
    x, y, w = rows(drawn, dtype)
    given = {"sample_weight": form(w)} if drawn.weighted else {}
    given |= drawn.fit | validation(drawn, x, y, w)
    history = model.fit(form(x), form(y, drawn), epochs=EPOCHS, verbose=0, **given)
    found = {f"history {name}": values for name, values in history.history.items()}
    found |= {f"weight {i}": w for i, w in enumerate(model.get_weights())}
    x, y, w = ([rows[:EVALUATED] for rows in arrays] for arrays in (x, y, w))
    given = {"sample_weight": form(w)} if drawn.weighted else {}
    logs = model.evaluate(form(x), form(y, drawn), batch_size=8, verbose=0, return_dict=True, **given)
    found |= {f"evaluate {name}": value for name, value in logs.items()}
    predicted = model.predict(form(x), batch_size=8, verbose=0)
    predicted = predicted if isinstance(predicted, list) else [predicted]
    return found | {f"predict {i}": p for i, p in enumerate(predicted)}


def build(keras: Any, drawn: Drawn) -> Any:
    values = [keras.Input((WIDTHS[name],), name=f"{name}{i}") for i, name in enumerate(drawn.inputs)]
    names = {goal.node: f"goal{number}" for number, goal in enumerate(drawn.goals)}
    layers: list[Any] = []
    for i, node in enumerate(drawn.nodes):
        named = {"name": names[i]} if i in names else {}
        again = node.kind == "again"
        made_before = layers[node.settings["node"]] if again else None
        layers.append(made_before or getattr(keras.layers, node.kind)(**node.settings, **named))
        if not drawn.is_chain:
            read = [values[source] for source in node.sources]
            values.append(layers[-1](read if len(read) > 1 else read[0]))
    if drawn.is_chain:
        return keras.Sequential([values[0], *layers])
    outputs = [values[len(drawn.inputs) + goal.node] for goal in drawn.goals]
    inputs = values[: len(drawn.inputs)]
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], outputs if len(outputs) > 1 else outputs[0])


def weights(model: Any, seed: int, dtype: str) -> list[np.ndarray]:
    """Kernels as Glorot would draw them; the rest not 0, so that it matters, and variances positive."""
    random, found = np.random.default_rng(seed), []
    for variable in model.weights:
        shape = tuple(variable.shape)
        drawn = random.normal(0, (2 / (shape[0] + shape[-1])) ** 0.5 if len(shape) > 1 else 0.1, shape)
        near_one = variable.name in ("gamma", "scale", "moving_variance")
        found.append((np.abs(1 + drawn) if near_one else drawn).astype(dtype))
    return found


def compile_model(keras: Any, model: Any, drawn: Drawn) -> None:
    name, settings = drawn.optimizer
    rate = settings["learning_rate"]
    if isinstance(rate, tuple):
        settings = settings | {"learning_rate": getattr(keras.optimizers.schedules, rate[0])(**rate[1])}
    model.compile(
        getattr(keras.optimizers, name)(**settings),
        form([made(keras.losses, goal.loss) for goal in drawn.goals], drawn),
        metrics=form([[made(keras.metrics, m) for m in goal.metrics] for goal in drawn.goals], drawn),
        weighted_metrics=form([[made(keras.metrics, m) for m in goal.weighted] for goal in drawn.goals], drawn),
        loss_weights=drawn.loss_weights and form(drawn.loss_weights, drawn),
        steps_per_execution=drawn.steps_per_execution,
    )


def made(module: Any, what: Made) -> Any:
    return what if isinstance(what, str) else getattr(module, what[0])(**what[1])


def form(values: list[Any], drawn: Drawn | None = None) -> Any:
    """One value alone, several in a list, or in a dict by the names of the outputs."""
    if len(values) == 1:
        return values[0]
    return {f"goal{i}": v for i, v in enumerate(values)} if drawn is not None and drawn.by_name else values


def rows(drawn: Drawn, dtype: str) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
    """Inputs, targets and weights of the rows."""
    random = np.random.default_rng(4)
    labels = random.integers(0, 3, ROWS)
    numbers = random.normal(size=(ROWS, 3)) + labels[:, None]
    targets = {
        "labels": labels.astype("int32"),
        "one_hot": np.eye(3, dtype=dtype)[labels],
        "binary": (labels == 1).astype(dtype)[:, None],
        "numbers": numbers.astype(dtype),
        "positive": np.abs(numbers).astype(dtype),
    }
    x = []
    for i, name in enumerate(drawn.inputs):
        words = random.integers(0, VOCABULARY, (ROWS, WIDTHS[name])) if name == "words" else None
        normal = random.normal(size=(ROWS, WIDTHS[name])) + labels[:, None] * (i + 1) / 2
        x.append(normal.astype(dtype) if words is None else words.astype("int32"))
    weights = [np.linspace(0.1, 2 - i / 2, ROWS).astype(dtype) for i in range(len(drawn.goals))]
    return x, [targets[goal.target] for goal in drawn.goals], weights


def validation(drawn: Drawn, x: list[Any], y: list[Any], w: list[Any]) -> dict[str, Any]:
    if "data" not in drawn.validation:
        return {}
    x, y, w = ([a[:VALIDATION] for a in arrays] for arrays in (x, y, w))
    data = (form(x), form(y, drawn), form(w))
    return {"validation_data": data if drawn.validation.startswith("weighted") else data[:2]}
