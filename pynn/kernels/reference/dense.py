"""The fully connected layer y = f(x w + b), and its gradients.

Source of the gradients: Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating errors".
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pynn.kernels.contract import OPS, Op, define, op
from pynn.kernels.reference import activations, rectifiers  # noqa: F401 - the ops that are fused here

Array = np.ndarray
# The activations that are computed while the row is still in cache; each has an op of its own too.
FUSED_ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu")
# Those whose derivatives are computed there.
FUSED_SLOPES = (*FUSED_ACTIVATIONS, "dropped_relu")
_BOUND = {"rtol": 1e-4, "atol": 1e-4}


def _flops(n: int, i: int, o: int) -> int:
    return 2 * n * i * o


@op("x(n,i), w(i,o), b(o) -> y(n,o)", cost=_flops, flops=_flops, **_BOUND)
def dense_forward(x: Array, w: Array, b: Array, y: Array, lo: int, hi: int) -> None:
    """y = x w + b."""
    y[lo:hi] = x[lo:hi] @ w + b


@op("dy(n,o), w(i,o) -> dx(n,i)", cost=_flops, flops=_flops, cut="i", also="n", **_BOUND)
def dense_backward_input(dy: Array, w: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy wᵀ; columns [lo, hi), which need the rows of w that the worker updates."""
    dx[:, lo:hi] = dy @ w[lo:hi].T


@op("x(n,i), dy(n,o) -> dw(i,o)", cost=_flops, flops=_flops, **_BOUND)
def dense_backward_weights(x: Array, dy: Array, dw: Array, lo: int, hi: int) -> None:
    """dw = xᵀ dy."""
    dw[lo:hi] = x[:, lo:hi].T @ dy


def _define(name: str, signature: str, function: Callable[..., None], activation: Op, **more: str) -> None:
    scalars = "; " + ", ".join(activation.scalars) if activation.scalars else ""
    facts = {"scalars": activation.sample_scalars, "draws": activation.draws} | _BOUND | more
    define(name, signature + scalars, function, cost=_flops, flops=_flops, **facts)


def _define_forward(name: str) -> None:
    activation = OPS[f"{name}_forward"]

    def forward(x: Array, w: Array, b: Array, y: Array, *scalars: float, lo: int, hi: int) -> None:
        dense_forward(x, w, b, y, lo, hi)
        activation.reference(y, y, *scalars, lo=lo, hi=hi)

    forward.__doc__ = f"y = {name}(x w + b)."
    _define(f"dense_{name}_forward", "x(n,i), w(i,o), b(o) -> y(n,o)", forward, activation)


def _define_backward(name: str) -> None:
    derivative = OPS[f"{name}_backward"]

    def backward(dy: Array, w: Array, y: Array, dx: Array, *scalars: float, lo: int, hi: int) -> None:
        dense_backward_input(dy, w, dx, lo, hi)
        slopes = np.empty_like(dx)
        derivative.reference(y, dx, slopes, *scalars, lo=0, hi=len(dx))
        dx[:, lo:hi] = slopes[:, lo:hi]

    backward.__doc__ = f"dx = (dy wᵀ) · {name}'(z), where y = {name}(z) is the input of the dense layer above."
    signature = "dy(n,o), w(i,o), y(n,i) -> dx(n,i)"
    _define(f"dense_backward_input_{name}", signature, backward, derivative, cut="i", also="n")


for _name in FUSED_ACTIVATIONS:
    _define_forward(_name)
for _name in FUSED_SLOPES:
    _define_backward(_name)
