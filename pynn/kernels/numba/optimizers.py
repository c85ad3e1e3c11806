"""Optimizer updates on a gradient, and on the two factors of a gradient that is never stored.

The updates of one element are in kernels/scalar; `span` below is one of them over `count` elements from number `at` on:
``span(state, at, g, count, s)``, where state points at w and what the optimizer keeps beside it.
"""

from __future__ import annotations

from typing import Any

from pynn.kernels.contract import OPS, Op
from pynn.kernels.numba.elementwise import Kernel
from pynn.kernels.numba.words import fma, onward, prepared, product, reals, scalars, stack
from pynn.kernels.reference.optimizers_fused import FUSED_UPDATES, FUSED_WITH_PENALTY
from pynn.kernels.scalar import optimizers, optimizers_adaptive

# Rows and columns of a gradient between the product and the update: 24 KiB of float32.
_ROWS, _COLUMNS = 48, 128
_group, _sums = stack(_ROWS * _COLUMNS), stack(_COLUMNS)


def _span(f: Any, numbers: Any, states: int) -> Any:
    def one(state: Any, at: int, g: Any, count: int, s: Any) -> None:
        a, w = numbers(s), reals(state[0], at)
        for i in range(count):
            (w[i],) = f(g[i], w[i], *a)

    def two(state: Any, at: int, g: Any, count: int, s: Any) -> None:
        a, w, m = numbers(s), reals(state[0], at), reals(state[1], at)
        for i in range(count):
            w[i], m[i] = f(g[i], w[i], m[i], *a)

    def three(state: Any, at: int, g: Any, count: int, s: Any) -> None:
        a, w, m, v = numbers(s), reals(state[0], at), reals(state[1], at), reals(state[2], at)
        for i in range(count):
            w[i], m[i], v[i] = f(g[i], w[i], m[i], v[i], *a)

    def four(state: Any, at: int, g: Any, count: int, s: Any) -> None:
        a, w, m = numbers(s), reals(state[0], at), reals(state[1], at)
        v, u = reals(state[2], at), reals(state[3], at)
        for i in range(count):
            w[i], m[i], v[i], u[i] = f(g[i], w[i], m[i], v[i], u[i], *a)

    return (one, two, three, four)[states - 1]


def _update(span: Any) -> Kernel:
    """g(k) -> ~w(k), ..."""

    def kernel(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        span(onward(p, 1), lo, reals(p[0], lo), hi - lo, s)

    return kernel


def _column(x: Any, i: int, dy: Any, n: int, rows: int, g: Any) -> None:
    """Some rows of xᵀ dy, where dy has one column.  As a product its last sums would depend on which rows those are."""
    for q in range(rows):
        g[q] = 0.0
    for k in range(0, n - 3, 4):
        a, b, c, d = dy[k], dy[k + 1], dy[k + 2], dy[k + 3]
        for q in range(k * i, k * i + rows):
            pair = fma(x[q + i], b, fma(x[q], a, g[q - k * i]))
            g[q - k * i] = fma(x[q + 3 * i], d, fma(x[q + 2 * i], c, pair))
    for k in range(n - n % 4, n):
        last = dy[k]
        for q in range(rows):
            g[q] = fma(x[k * i + q], last, g[q])


def _dense_weights(span: Any) -> Kernel:
    """x(n,i), dy(n,o) -> ~w(i,o), ..."""

    def kernel(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        n, i, o, g = d[0], d[1], d[2], _group()
        for r in range(lo, hi, _ROWS):
            rows = min(_ROWS, hi - r)
            for j in range(0, o, _COLUMNS):
                width = min(_COLUMNS, o - j)
                if o == 1:
                    _column(reals(p[0], r), i, reals(p[1], 0), n, rows, g)
                else:
                    product(reals(p[0], r), 1, i, reals(p[1], j), o, 1, n, width, g, width, 0, rows)
                if width == o:  # rows lie end to end
                    span(onward(p, 2), r * o, g, rows * o, s)
                else:
                    for q in range(rows):
                        span(onward(p, 2), (r + q) * o + j, onward(g, q * width), width, s)

    return kernel


def _bias(span: Any) -> Kernel:
    """dy(n,o) -> ~w(o), ..."""

    def kernel(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        n, o, g = d[0], d[1], _sums()
        for j0 in range(lo, hi, _COLUMNS):
            width = min(_COLUMNS, hi - j0)
            for j in range(width):
                g[j] = 0.0
            for r in range(n):
                dy = reals(p[0], r * o + j0)
                for j in range(width):
                    g[j] = g[j] + dy[j]
            span(onward(p, 1), j0, g, width, s)

    return kernel


_FORMULAS = vars(optimizers) | vars(optimizers_adaptive)


def _span_of(op: Op) -> Any:
    count, prepare = len(op.scalars), _FORMULAS.get(f"{op.name}_scalars")
    numbers = prepared(count, prepare) if prepare else scalars(count)
    return _span(_FORMULAS[op.name], numbers, len(op.outputs))


_SPANS = {name: _span_of(OPS[name]) for name in _FORMULAS if name in OPS}
MADE = {name: _update(span) for name, span in _SPANS.items()}
_ON_WEIGHTS = FUSED_UPDATES + FUSED_WITH_PENALTY
MADE |= {f"dense_weights_{short}": _dense_weights(_SPANS[f"{short}_update"]) for short in _ON_WEIGHTS}
MADE |= {f"bias_{short}": _bias(_SPANS[f"{short}_update"]) for short in FUSED_UPDATES}
