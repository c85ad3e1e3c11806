"""Functions of functions, and what belonged to graphs."""

from __future__ import annotations

import functools
from typing import Any, NoReturn

from pynn.older_backend.names import today
from pynn.ops import everything

_op = everything.__getitem__


@today("keras.ops.map")
def map_fn(fn: Any, elems: Any, name: str | None = None, dtype: Any = None) -> Any:
    """fn of each part along the first axis, stacked."""
    return _op("map")(fn, elems)


@today("functools.reduce, or keras.ops.scan")
def foldl(fn: Any, elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """fn(fn(fn(start, e₀), e₁), …)."""
    parts = list(elems)
    return functools.reduce(fn, parts) if initializer is None else functools.reduce(fn, parts, initializer)


@today("functools.reduce over the parts in reverse")
def foldr(fn: Any, elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """As foldl, from the last part on."""
    return foldl(fn, list(elems)[::-1], initializer)


@today("print(message, x)")
def print_tensor(x: Any, message: str = "", summarize: int = 3) -> Any:
    """Print a tensor and return it."""
    print(message, x)
    return x


@today("the argument training= of layers and models")
def learning_phase() -> int:
    """0: outside `fit`, layers work as in prediction."""
    return 0


@today("model(x, training=True)")
def set_learning_phase(value: int) -> None:
    """Refuse training for all calls: each call says it for itself."""
    if value:
        raise ValueError(
            "set_learning_phase(1): there is no phase for all calls. Say it where the model is called: "
            "model(x, training=True); fit does so by itself."
        )


@today("a tf.GradientTape, or fit, which differentiates by itself")
def gradients(loss: Any, variables: Any) -> NoReturn:
    """Refuse: there is no graph to differentiate."""
    raise RuntimeError(
        "keras.backend.gradients needs a graph of TensorFlow 1. Compute the loss inside `with tf.GradientTape() as "
        "tape:` and call tape.gradient(loss, variables)."
    )
