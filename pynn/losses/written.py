"""Losses that a user wrote in Python: a step of the plan that computes one with a tape, batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.losses import reduction as reductions
from pynn.plan import Plan, Slot
from pynn.tape import GradientTape
from pynn.tensor import as_tensor
from pynn.trials import unchanged
from pynn.variables import Variable

if TYPE_CHECKING:
    from pynn.losses.loss import Loss

_ROWS = 2  # of the trial, which says whether the loss runs at all and which variables it reads


class _Written:
    """A loss in one plan."""

    def __init__(self, loss: Loss, training: bool, weighted: bool) -> None:
        self.loss, self.training, self.weighted = loss, training, weighted
        self.variables: list[Variable] = []

    def try_out(self, target: Slot, y: Slot, weights: Slot) -> None:
        """Run the loss on zeros; find the variables that it reads.

        Raises
        ------
        ValueError
            If it gives more than one number.
        """
        arrays = [np.zeros((_ROWS, *slot.features), slot.dtype) for slot in (target, y)]
        with unchanged(), np.errstate(all="ignore"), GradientTape() as tape:
            value = self._value(arrays[0], as_tensor(arrays[1]), np.ones(arrays[1].size, y.dtype))
        if np.shape(value) != ():
            raise ValueError(
                f"Loss '{self.loss.name}' gives a result of shape {np.shape(value)}; expected one number for the batch"
            )
        self.variables = list(tape.watched_variables())

    def _value(self, target: np.ndarray, y: Any, weights: np.ndarray) -> Any:
        # One for each row of outputs, with an axis that fits losses of rows as well as those of elements.
        shaped = weights[: y.size // y.shape[-1]].reshape(*y.shape[:-1], 1) if self.weighted else None
        return self.loss(as_tensor(target), y, sample_weight=shaped)

    def compute(self, *arrays: np.ndarray) -> None:
        """Fill the loss of every row, which is that of the batch, and the gradients of predictions and variables."""
        target, y, weights, per_row, *gradients = arrays
        x = as_tensor(y.copy())
        with GradientTape() as tape:
            tape.watch(x)
            value = self._value(target.copy(), x, weights)
        per_row[...] = np.asarray(value)
        if self.training:
            found = tape.gradient(value, [x, *self.variables])
            if all(g is None for g in found):
                raise ValueError(
                    f"No gradients provided for any variable: the loss '{self.loss.name}' does not depend on the "
                    "predictions in a way that a tape can follow. Write it with functions of keras.ops or operators, "
                    "without y_pred.numpy()."
                )
            for out, gradient in zip(gradients, found, strict=True):
                out[...] = 0 if gradient is None else np.asarray(gradient)


def lower(loss: Loss, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
    """Emit a loss as a Python step; returns the loss of each row and the gradient with respect to y.

    Raises
    ------
    TypeError
        If its reduction leaves one number a row.
    """
    reductions.check_scalar(loss.reduction, loss.name)
    written = _Written(loss, plan.training, reductions.are_given(weights))
    written.try_out(target, y, weights)
    shapes = [weights.shape, y.shape, *(variable.shape for variable in written.variables)]
    made = plan.python(loss.name, written.compute, [target, y, weights], [(shape, None) for shape in shapes])
    for variable, gradient in zip(written.variables, made[2:], strict=True):
        plan.add_gradient(variable, gradient)
    return made[0], made[1]
