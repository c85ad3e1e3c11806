"""Functions of functions, and what belonged to graphs."""

from __future__ import annotations

import functools
from typing import Any, NoReturn

from pynn import config
from pynn.graph import is_symbolic
from pynn.older_backend.names import today
from pynn.ops import everything

_op = everything.__getitem__


class _Phase(int):
    """0, to be told from other zeros."""


_PHASE = _Phase(0)


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
    return _PHASE


@today("model(x, training=True)")
def set_learning_phase(value: int) -> None:
    """Refuse training for all calls: each call says it for itself."""
    if value:
        raise ValueError(
            "set_learning_phase(1): there is no phase for all calls. Say it where the model is called: "
            "model(x, training=True); fit does so by itself."
        )


@today("keras.Model(inputs, outputs), which is called with arrays")
def function(inputs: Any, outputs: Any, updates: Any = None, name: str | None = None, **kwargs: Any) -> Any:
    """A function of a list of arrays that computes KerasTensors from others; it gives a list, or one array.

    A learning phase among the inputs says by its value whether layers work as in training.
    """
    from pynn.models import Model

    if updates:
        raise ValueError(
            "keras.backend.function: updates= needs a graph of TensorFlow 1. Call variable.assign instead."
        )
    given = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    phases = [i for i, tensor in enumerate(given) if not is_symbolic(tensor)]
    if any(given[i] is not _PHASE for i in phases):
        raise ValueError(f"keras.backend.function: expected KerasTensors as inputs, such as model.input, got {inputs}")
    model = Model([tensor for tensor in given if is_symbolic(tensor)], outputs)

    def call(values: Any) -> Any:
        values = list(values) if isinstance(inputs, list | tuple) else [values]
        if len(values) != len(given):
            raise ValueError(f"This function takes a list of {len(given)} values, got {len(values)}")
        training = any(bool(values[i]) for i in phases)
        found = model([value for i, value in enumerate(values) if i not in phases], training=training)
        return [part.numpy() for part in found] if isinstance(found, list | tuple) else found.numpy()

    return call


@today('keras.config.set_image_data_format("channels_first" or "channels_last")')
def set_image_dim_ordering(dim_ordering: str) -> None:
    """Where the channels of pictures stand: "th" first, "tf" last."""
    if dim_ordering not in ("th", "tf"):
        raise ValueError(f"Unknown dim_ordering: {dim_ordering}. Expected 'th' or 'tf'")
    config.set_image_data_format("channels_first" if dim_ordering == "th" else "channels_last")


@today("keras.config.image_data_format()")
def image_dim_ordering() -> str:
    """ "th" if the channels of pictures stand first, "tf" if last."""
    return "th" if config.image_data_format() == "channels_first" else "tf"


@today("a tf.GradientTape, or fit, which differentiates by itself")
def gradients(loss: Any, variables: Any) -> NoReturn:
    """Refuse: there is no graph to differentiate."""
    raise RuntimeError(
        "keras.backend.gradients needs a graph of TensorFlow 1. Compute the loss inside `with tf.GradientTape() as "
        "tape:` and call tape.gradient(loss, variables)."
    )
