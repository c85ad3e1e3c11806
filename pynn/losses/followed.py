"""Losses of tensors: where a GradientTape records, it learns the slope of each row's loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn import recording
from pynn.entries import Given, Gradients
from pynn.operation import as_operand, unbroadcast
from pynn.tensor import as_tensor, tracked_in


class _Rows(Given):
    """The losses of rows on a tape: made from targets, which count as given, and predictions."""

    __slots__ = ()

    def pull(self, gradients: Gradients, needed: Sequence[bool], again: bool) -> Gradients:
        """The gradient of the predictions; that of the targets too if both may change places."""
        found = super().pull(gradients, needed, again)
        if needed[0] and found[0] is None:
            raise ValueError(
                f"There is no gradient through the targets of the loss '{self.name}': predictions are the second "
                "argument, loss(y_true, y_pred). For targets that a model computed, keep it out with "
                "keras.ops.stop_gradient, or write the loss with functions of keras.ops."
            )
        return found


def rows(loss: Any, given: tuple[Any, Any], pair: tuple[np.ndarray, np.ndarray]) -> Any:
    """The losses of rows as a tensor, which a tape can follow.

    Parameters
    ----------
    loss : LoweredLoss
    given : tuple
        Targets and predictions as they were given.
    pair : tuple
        The same in the form that the loss takes.
    """
    made = as_tensor(loss.losses(*pair)[0])
    if not (recording.state.stack and tracked_in(given)):
        return made

    def backward(g: np.ndarray) -> list[Any]:
        other = _fitted(loss.losses(*reversed(pair), g)[1], given[0]) if loss.symmetric else None
        return [other, _fitted(loss.losses(*pair, g)[1], given[1])]

    entry = _Rows(loss.name, list(map(as_operand, given)), [made], backward)
    for tape in recording.state.stack:
        tape.add(entry)
    return made


def _fitted(dy: np.ndarray, x: Any) -> Any:
    """In the shape and type of an argument: sums of what was repeated; axes of size 1 come and go."""
    if dy.size != np.size(x):
        dy = unbroadcast(dy, np.shape(x))
    return dy.reshape(np.shape(x)).astype(getattr(x, "dtype", dy.dtype), copy=False)
