"""Kernels of functions that users wrote: the same loops for each, around the function of one number."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.kernels.numba.elementwise import Kernel, one_input, two_inputs
from pynn.kernels.numba.kernels import NumbaKernel
from pynn.kernels.numba.losses_regression import one, row_loss
from pynn.kernels.own import OwnOp


def _forward(op: OwnOp) -> Kernel:
    return one_input(op.own.value, None)


def _backward(op: OwnOp) -> Kernel:
    slope = op.own.slope

    def product(x: Any, dy: Any) -> Any:
        return slope(x) * dy

    return two_inputs(product, None)


def _row_loss(op: OwnOp) -> Kernel:
    value, slope = op.own.value, op.own.slope

    def term(y: Any, t: Any, a: Any) -> Any:
        return value(t, y)

    def by_prediction(y: Any, t: Any, a: Any) -> Any:
        return slope(t, y)

    return row_loss(term, by_prediction, one, True)


class OwnKernel(NumbaKernel):
    """A kernel of a user's function; a call by itself says nothing of compiling, which is done at once."""

    def __call__(self, *arrays: np.ndarray, **more: Any) -> None:
        """As `_core.Kernel`."""
        if not self.loaded:
            self.load()
        super().__call__(*arrays, **more)


_FORMS = {"forward": _forward, "backward": _backward, "row_loss": _row_loss}


def kernel(op: OwnOp, dtype: Any) -> OwnKernel:
    """The kernel of an op of a user's function."""
    return OwnKernel(op, dtype, _FORMS[op.form](op), "\n".join(["own", op.form, *op.own.texts]))
