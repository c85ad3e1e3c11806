"""Updates on the two factors of a gradient that is never stored: the tile xᵀ dy is used while it is in registers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn.kernels.contract import OPS, define
from pynn.kernels.reference import optimizers, optimizers_adaptive  # noqa: F401  (they define the plain updates)

Array = np.ndarray
# Short name of each update that also exists fused with the gradient of a dense layer.
FUSED_UPDATES = (
    "sgd", "momentum", "rmsprop", "adam", "adamw", "adamax", "nadam", "adagrad", "adadelta", "lion",
)  # fmt: skip

# The same of the gradient of a loss with a penalty of weights, which biases do not have.
FUSED_WITH_PENALTY = ("l2_momentum", "l2_adam")


def _weights_flops(n: int, i: int, o: int) -> int:
    return 2 * n * i * o


def _define_fused(short: str, with_bias: bool = True) -> None:
    plain = OPS[f"{short}_update"]
    outputs = [a.name for a in plain.outputs]
    scalars = ", ".join(plain.scalars)
    facts: dict[str, Any] = {"scalars": plain.sample_scalars, "draws": plain.draws, "rtol": 1e-4, "atol": 1e-4}

    def weights(x: Array, dy: Array, *rest: Any, lo: int, hi: int) -> None:
        gradient = x[:, lo:hi].T @ dy
        plain.reference(gradient, *_rows(rest, len(outputs), lo, hi), lo=0, hi=hi - lo)

    def bias(dy: Array, *rest: Any, lo: int, hi: int) -> None:
        gradient = dy[:, lo:hi].sum(axis=0)
        plain.reference(gradient, *_rows(rest, len(outputs), lo, hi), lo=0, hi=hi - lo)

    weights.__doc__ = f"`{short}_update` of w with the gradient xᵀ dy, which is not stored."
    bias.__doc__ = f"`{short}_update` of b with the gradient Σ over rows of dy, which is not stored."
    _define(f"dense_weights_{short}", "x(n,i), dy(n,o)", "(i,o)", outputs, scalars, weights, _weights_flops, facts)
    if with_bias:
        _define(f"bias_{short}", "dy(n,o)", "(o)", outputs, scalars, bias, None, facts)


def _rows(rest: tuple[Any, ...], count: int, lo: int, hi: int) -> list[Any]:
    return [a[lo:hi] for a in rest[:count]] + list(rest[count:])


def _define(
    name: str, inputs: str, dims: str, outputs: list[str], scalars: str, function: Callable[..., None], flops: Any,
    facts: dict[str, Any],
) -> None:  # fmt: skip
    signature = f"{inputs} -> {', '.join(f'~{o}{dims}' for o in outputs)}; {scalars}"
    define(name, signature, function, **facts, **({"cost": flops, "flops": flops} if flops else {}))


for _short in FUSED_UPDATES:
    _define_fused(_short)
for _short in FUSED_WITH_PENALTY:
    _define_fused(_short, with_bias=False)
