"""The fully connected layer y = f(x w + b), and its gradients."""

from __future__ import annotations

from typing import Any

from pynn.kernels.contract import OPS
from pynn.kernels.numba.elementwise import Kernel, numbers_of
from pynn.kernels.numba.words import inner, onward, product, reals
from pynn.kernels.reference.dense import FUSED_ACTIVATIONS, FUSED_SLOPES
from pynn.kernels.scalar import activations, rectifiers

_ROWS = 64  # rows of y that are finished at a time, so that the activation finds them in cache


def finish_rows(f: Any, numbers: Any) -> Any:
    """What adds b to rows of o numbers that lie end to end, and then takes f of them."""

    def plain(y: Any, b: Any, s: Any, rows: int, o: int) -> None:
        for r in range(rows):
            row = onward(y, r * o)
            for j in range(o):
                row[j] = f(row[j] + b[j])

    def with_scalars(y: Any, b: Any, s: Any, rows: int, o: int) -> None:
        a = numbers(s)
        for r in range(rows):
            row = onward(y, r * o)
            for j in range(o):
                row[j] = f(row[j] + b[j], *a)

    return with_scalars if numbers else plain


def _itself(x: Any) -> Any:
    return x


def _forward(finish: Any) -> Kernel:
    def kernel(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        i, o, y = d[1], d[2], reals(p[3], 0)
        if o == 1:
            for r in range(lo, hi):
                y[r] = inner(reals(p[0], r * i), reals(p[1], 0), i)
            finish(onward(y, lo), reals(p[2], 0), s, hi - lo, 1)
            return
        for r in range(lo, hi, _ROWS):
            end = min(r + _ROWS, hi)
            product(reals(p[0], 0), i, 1, reals(p[1], 0), o, 1, i, o, y, o, r, end)
            finish(onward(y, r * o), reals(p[2], 0), s, end - r, o)

    return kernel


def input_gradient(p: Any, d: Any, dx: Any, lo: int, hi: int) -> None:
    """Columns [lo, hi) of dx = dy wᵀ."""
    n, o, i = d[0], d[1], d[2]
    if o == 1:  # multiples of a row
        dy, w = reals(p[0], 0), reals(p[1], lo)
        for r in range(n):
            row = onward(dx, lo + r * i)
            for j in range(hi - lo):
                row[j] = dy[r] * w[j]
        return
    product(reals(p[0], 0), o, 1, reals(p[1], lo * o), 1, o, o, hi - lo, onward(dx, lo), i, 0, n)


def dense_backward_input(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """dy(n,o), w(i,o) -> dx(n,i): columns [lo, hi)."""
    input_gradient(p, d, reals(p[2], 0), lo, hi)


def _runs(n: int, i: int, lo: int, hi: int) -> Any:
    """How many rows, how long: whole ones lie end to end."""
    return (1, n * i) if hi - lo == i else (n, hi - lo)


def _backward(derivative: Any, numbers: Any) -> Kernel:
    """dy(n,o), w(i,o), y(n,i) -> dx(n,i): columns [lo, hi)."""

    def plain(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        i, (rows, run) = d[2], _runs(d[0], d[2], lo, hi)
        input_gradient(p, d, reals(p[3], 0), lo, hi)
        for r in range(rows):
            y, dx = reals(p[2], r * i + lo), reals(p[3], r * i + lo)
            for j in range(run):
                dx[j] = derivative(y[j], dx[j])

    def with_scalars(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        i, (rows, run), a = d[2], _runs(d[0], d[2], lo, hi), numbers(s)
        input_gradient(p, d, reals(p[3], 0), lo, hi)
        for r in range(rows):
            y, dx = reals(p[2], r * i + lo), reals(p[3], r * i + lo)
            for j in range(run):
                dx[j] = derivative(y[j], dx[j], *a)

    return with_scalars if numbers else plain


def dense_backward_weights(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """x(n,i), dy(n,o) -> dw(i,o)."""
    n, i, o = d[0], d[1], d[2]
    product(reals(p[0], 0), 1, i, reals(p[1], 0), o, 1, n, o, reals(p[2], 0), o, lo, hi)


_FORMULAS = vars(activations) | vars(rectifiers)
# What ends a dense layer, by the name of its activation.
FINISHES = {
    name: finish_rows(_FORMULAS[f"{name}_forward"], numbers_of(OPS[f"{name}_forward"])) for name in FUSED_ACTIVATIONS
}
NO_ACTIVATION = finish_rows(_itself, None)
MADE = {"dense_forward": _forward(NO_ACTIVATION)}
MADE |= {f"dense_{name}_forward": _forward(finish) for name, finish in FINISHES.items()}
for _name in FUSED_SLOPES:
    _derivative = f"{_name}_backward"
    MADE[f"dense_backward_input_{_name}"] = _backward(_FORMULAS[_derivative], numbers_of(OPS[_derivative]))
