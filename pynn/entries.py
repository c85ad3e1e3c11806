"""What a tape holds: entries that know the way back.

Source: Griewank & Walther 2008, "Evaluating Derivatives", chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from pynn import recording
from pynn.graph import OPERATORS
from pynn.structures import flatten
from pynn.tensor import as_tensor
from pynn.variables import Variable

Gradients = Sequence[Any]


class Entry(Protocol):
    """One line of a tape: what was computed from what, and the way back."""

    inputs: Sequence[Any]
    outputs: Sequence[Any]

    def pull(self, gradients: Gradients, needed: Sequence[bool], again: bool) -> Gradients:
        """Gradients of the inputs that are needed, from those of the outputs (None where there is none).

        `again` says that an outer tape records this, so that it must be computed with tensors.
        """


class Given:
    """An entry whose way back is a function of the gradients alone."""

    __slots__ = ("backward", "inputs", "name", "outputs")

    def __init__(self, name: str, inputs: Sequence[Any], outputs: Sequence[Any], backward: Callable[..., Any]) -> None:
        self.name, self.inputs, self.outputs, self.backward = name, inputs, outputs, backward

    def pull(self, gradients: Gradients, needed: Sequence[bool], again: bool) -> Gradients:
        filled = [
            np.zeros(np.shape(y), y.dtype) if g is None else g for g, y in zip(gradients, self.outputs, strict=True)
        ]
        found = self.backward(*(np.asarray(g) for g in filled))
        if again:
            found = [None if g is None else as_tensor(g) for g in found]
            made = [g for g in found if g is not None]
            opaque(f"the gradient of {self.name}", [*self.inputs, *filled], made)
        return list(found)


class _Read:
    """A variable gives its value."""

    __slots__ = ("inputs", "outputs")

    def __init__(self, variable: Variable, value: Any) -> None:
        self.inputs, self.outputs = (variable,), (value,)

    def pull(self, gradients: Gradients, needed: Sequence[bool], again: bool) -> Gradients:
        return gradients


def record(operation: Any, inputs: Sequence[Any], outputs: Any, backward: Callable[..., Any]) -> Any:
    """Write a call down on every recording tape that follows one of its inputs.

    Parameters
    ----------
    operation : object or str
        Its `name`, for messages.
    inputs : sequence of Tensor, Variable and others
        Trainable variables among them are watched from now on.
    outputs : array, Tensor, or a sequence of them
    backward : callable
        ``backward(*gradients of the outputs)``, arrays of the outputs' shapes, gives one gradient or None for each
        input.  It is not recorded itself: second derivatives through it raise an error.

    Returns
    -------
    Tensor, or list of Tensor
        The outputs; they share the arrays' memory, which must not change until the gradient has been taken.
    """
    single = not isinstance(outputs, list | tuple)
    made = [as_tensor(y) for y in ([outputs] if single else outputs)]
    entry = Given(getattr(operation, "name", str(operation)), list(inputs), made, backward)
    for tape in recording.state.stack:
        tape.add(entry)
    return made[0] if single else made


def opaque(name: str, inputs: Sequence[Any], outputs: Any) -> Any:
    """Write down a call that has no gradient here: an error for who asks for a gradient through it."""

    def backward(*gradients: Any) -> Any:
        raise ValueError(
            f"There is no gradient through {name}: write it with functions of keras.ops that have one, or keep it out "
            "with keras.ops.stop_gradient."
        )

    floats = [y for y in flatten(outputs) if np.asarray(y).dtype.kind == "f"]
    return record(name, inputs, outputs, backward) if floats else outputs


def read(variable: Variable) -> Any:
    """The value of a variable as a tensor, which later changes of the variable leave as it is."""
    if not recording.state.stack:
        return as_tensor(variable.live)
    value = as_tensor(variable.live.copy())
    entry = _Read(variable, value)
    for tape in recording.state.stack:
        tape.add(entry)
    return value


OPERATORS.update({"opaque": opaque, "read": read})
