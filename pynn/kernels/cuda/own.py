"""Kernels of functions that users wrote: the same texts for each, around the function of one number."""

from __future__ import annotations

from typing import Any

from pynn.kernels.cuda.forms import SOURCES, each
from pynn.kernels.cuda.kernel import CudaKernel
from pynn.kernels.cuda.losses import row_loss
from pynn.kernels.own import OwnOp


def _row_loss(op: OwnOp) -> None:
    value, slope = op.own.value, op.own.slope

    def term(y: Any, t: Any, a: Any) -> Any:
        return value(t, y)

    def by_prediction(y: Any, t: Any, a: Any) -> Any:
        return slope(t, y)

    row_loss(op, "mean", "real(0)", term, by_prediction)


def kernel(op: OwnOp, real: Any) -> CudaKernel:
    """The kernel of an op of a user's function."""
    if op.name not in SOURCES:
        if op.form == "forward":
            each(op, "n * k", "y[index] = value(x[index])", value=op.own.value)
        elif op.form == "backward":
            each(op, "n * k", "dx[index] = slope(x[index]) * dy[index]", slope=op.own.slope)
        else:
            _row_loss(op)
    return CudaKernel(op, real)
