"""Activations that a user wrote in Python: steps of the plan that compute them, and their way back, with a tape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn.plan import Plan, Slot
from pynn.tape import GradientTape
from pynn.tensor import as_tensor
from pynn.trials import unchanged
from pynn.variables import Variable

Backward = Callable[[Slot], Slot]
_ROWS = 2  # of the trial, which says whether it runs at all, and what it gives


def name_of(activation: Any) -> str:
    """What errors and plans call it."""
    return str(getattr(activation, "__name__", type(activation).__name__))


def _trial(activation: Callable[..., Any], features: tuple[int, ...], dtype: Any) -> tuple[Any, list[Variable]]:
    """The output for zeros, and the variables that it reads.

    Raises
    ------
    ValueError
        If the rows do not stay rows.
    """
    with unchanged(), np.errstate(all="ignore"), GradientTape() as tape:
        y = activation(as_tensor(np.zeros((_ROWS, *features), dtype)))
    if np.shape(y)[:1] != (_ROWS,):
        raise ValueError(
            f"activation {name_of(activation)} gives shape {np.shape(y)} for an input of shape {(_ROWS, *features)}; "
            "expected one output for each row"
        )
    return y, list(tape.watched_variables())


def output_shape(activation: Callable[..., Any], shape: tuple[Any, ...]) -> tuple[Any, ...]:
    """The shape that it makes of a shape; the same where sizes are unknown."""
    if len(shape) < 2 or None in shape[1:]:
        return shape
    y, _ = _trial(activation, tuple(map(int, shape[1:])), np.float32)
    return (shape[0], *np.shape(y)[1:])


def lower(activation: Callable[..., Any], plan: Plan, x: Slot) -> tuple[Slot, Backward]:
    """Emit a Python step; the way back computes the activation anew, so that it depends on its inputs alone."""
    name = name_of(activation)
    example, variables = _trial(activation, x.features, x.dtype)

    def forward(x: np.ndarray, y: np.ndarray) -> None:
        y[...] = np.asarray(activation(as_tensor(x.copy())))

    def pull(x: np.ndarray, dy: np.ndarray, *gradients: np.ndarray) -> None:
        given = as_tensor(x.copy())
        with GradientTape() as tape:
            tape.watch(given)
            y = activation(given)
        found = tape.gradient(y, [given, *variables], output_gradients=dy.astype(y.dtype))
        for out, gradient in zip(gradients, found, strict=True):
            out[...] = 0 if gradient is None else np.asarray(gradient)

    (y,) = plan.python(name, forward, [x], [((x.shape[0], *np.shape(example)[1:]), None)])

    def backward(dy: Slot) -> Slot:
        shapes = [(shape, None) for shape in (x.shape, *(variable.shape for variable in variables))]
        dx, *gradients = plan.python(f"{name}.backward", pull, [x, dy.view(*y.shape)], shapes)
        for variable, gradient in zip(variables, gradients, strict=True):
            plan.add_gradient(variable, gradient)
        return dx

    return y, backward
