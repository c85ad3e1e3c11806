"""The penalty on rows or columns that point the same way."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.plan import Plan, Slot
from pynn.regularizers.regularizer import LoweredRegularizer, checked_factor, without_gradient


class OrthogonalRegularizer(LoweredRegularizer):
    """The mean cosine, in magnitude, between different rows (or columns) of a matrix.

    Parameters
    ----------
    factor : float, default 0.01
        What the mean is multiplied with; finite, >= 0.
    mode : {"rows", "columns"}, default "rows"
        Whether rows or columns are to become orthogonal.

    Raises
    ------
    ValueError
        If `factor` is not such a number or `mode` is neither, and where the array is no matrix.

    Notes
    -----
    Vectors are divided by their lengths first.  A matrix of one vector has no pairs: its penalty is 0 (NaN in Keras).
    Source: Bansal, Chen & Wang 2018, "Can we gain more from orthogonality regularizations in training deep networks?".

    Examples
    --------
    >>> float(OrthogonalRegularizer(0.5)(np.array([[1.0, 0.0], [1.0, 0.0]])))
    0.5
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = np.dtype(config.floatx()).type(checked_factor(factor, "factor"))
        if mode not in ("rows", "columns"):
            raise ValueError(
                f'Invalid value for argument `mode`. Expected one of {{"rows", "columns"}}. Received: mode={mode}'
            )
        self.mode = mode

    def __call__(self, inputs: Any) -> Any:
        """The penalty of a matrix, in its element type.

        Parameters
        ----------
        inputs : array of shape (r, c)
        """
        x = np.asarray(inputs) if not hasattr(inputs, "dtype") else inputs
        self._check(tuple(x.shape))
        axis = 1 if self.mode == "rows" else 0
        lengths = np.sqrt(np.sum(np.square(x), axis=axis, keepdims=True))
        unit = x / np.maximum(lengths, config.epsilon())
        product = unit @ np.transpose(unit) if axis else np.transpose(unit) @ unit
        size = product.shape[0]
        off = product * (1 - np.eye(size, dtype=np.dtype(product.dtype)))
        return self.factor * np.sum(np.abs(off)) / max(size * (size - 1), 1)

    def lower(self, plan: Plan, w: Slot, rows: Slot, total: Slot, gradient: Slot | None) -> None:
        self._check(w.shape)
        vectors, inverse, product = self._cosines(plan, w)
        one = plan.ones(1)
        plan.emit("orthogonal_penalty", product, rows, one, total, scalars=(float(self.factor),))
        if gradient is not None:
            size = int(np.prod(w.shape, dtype=np.int64))  # type: ignore[arg-type]
            slope = self._slope(plan, vectors, inverse, product, one)
            plan.emit("add_to", slope.view(size), gradient.view(size))

    def lower_activity(self, plan: Plan, y: Slot, rows: Slot, total: Slot) -> None:
        self._check(y.shape)
        _, _, product = self._cosines(plan, y)
        plan.emit("orthogonal_penalty", product, rows, plan.ones(y.shape[0]), total, scalars=(float(self.factor),))

    def lower_activity_gradient(self, plan: Plan, y: Slot, dy: Slot | None) -> Slot:
        dy = without_gradient(plan, y) if dy is None else dy
        slope = self._slope(plan, *self._cosines(plan, y), plan.ones(y.shape[0]))
        return plan.emit("add_rows", slope, dy, label="dy")  # type: ignore[no-any-return]

    def _check(self, shape: tuple[Any, ...]) -> None:
        if len(shape) != 2:
            raise ValueError(f"Inputs to OrthogonalRegularizer must have rank 2. Received: inputs.shape={shape}")

    def _cosines(self, plan: Plan, x: Slot) -> tuple[Slot, Slot, Slot]:
        """Unit vectors as rows, the inverses of their lengths, and the products of all pairs."""
        x = x if self.mode == "rows" else plan.emit("transpose", x)
        unit, inverse = plan.emit("unit_rows", x, scalars=(config.epsilon(),), label="unit")
        return unit, inverse, plan.emit("matmul_nt", unit, unit, label="cosines")

    def _slope(self, plan: Plan, unit: Slot, inverse: Slot, product: Slot, batch: Slot) -> Slot:
        dp = plan.emit("orthogonal_slope", product, batch, scalars=(float(self.factor),))
        du = plan.emit("matmul_nn", dp, unit, label="du")
        dx: Slot = plan.emit("unit_rows_backward", unit, inverse, du, scalars=(config.epsilon(),), label="dx")
        return dx if self.mode == "rows" else plan.emit("transpose", dx)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal regularizer."""
        return {"factor": float(self.factor), "mode": self.mode}
