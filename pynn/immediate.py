"""A plan that computes: what lowers itself to steps can be applied to arrays by the same lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn.kernels.tables import table
from pynn.plan import Column, Plan, Scalar, Size, Slot, resolve


class ImmediatePlan(Plan):
    """A plan whose steps run as they are emitted; every size is a number.

    Parameters
    ----------
    dtype : dtype

    Examples
    --------
    >>> plan = ImmediatePlan(np.float64)
    >>> y = plan.emit("affine", plan.given(np.ones((1, 2))), scalars=(2.0, 1.0))
    >>> plan.value(y)
    array([[3., 3.]])
    """

    def __init__(self, dtype: Any) -> None:
        super().__init__(dtype, training=True)

    def given(self, array: np.ndarray, dtype: Any = None) -> Slot:
        """A slot with the values of an array."""
        return self.fixed("given", np.ascontiguousarray(array, dtype or self.dtype))

    def ones(self, size: Size) -> Slot:
        """A constant vector of ones."""
        return self.fixed("ones", np.ones(resolve(size, 0), self.dtype))

    def emit(
        self,
        name: str,
        *given: Slot,
        scalars: Sequence[Scalar] = (),
        label: str | None = None,
        when: Column | None = None,
        **sizes: Size,
    ) -> Any:
        """Compute a step; returns its outputs."""
        made = super().emit(name, *given, scalars=scalars, label=label, when=when, **sizes)
        step = self.steps.pop()
        for slot in step.writes():
            if slot.array is None:
                slot.array = np.empty([resolve(size, 0) for size in slot.shape], slot.dtype)
        table()[name, self.dtype](*map(self.value, step.slots), scalars=step.scalars)
        return made

    def value(self, slot: Slot) -> np.ndarray:
        """The slot as an array."""
        assert slot.root.array is not None
        return slot.root.array.reshape([resolve(size, 0) for size in slot.shape])
