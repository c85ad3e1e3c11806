"""The kernels that bench/kernels.py times: op, signature, sizes, and what a call is worth."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MATMULS = {
    "matmul_nn": "a(m,k) b(k,n) c(m,n)",
    "matmul_tn": "a(k,m) b(k,n) c(m,n)",
    "matmul_nt": "a(m,k) b(n,k) c(m,n)",
}
DENSE = "x(m,k) w(k,n) b(n) y(m,n)"
ADAM = (1e-3, 0.9, 0.999, 1e-7)
# The slide's network, a wide student network, and one where the matrices leave the level-2 cache.
PRODUCTS = ((32, 784, 100), (128, 512, 512), (256, 1024, 1024))
# Parameters of the slide's network; ten times as many leave the level-2 cache.
PARAMETERS = (79_510, 1_000_000)


@dataclass(frozen=True)
class Case:
    """One op at one size.

    Attributes
    ----------
    op : str
    operands : str
        "name(dims) ..." in the order of the op's signature.
    sizes : dict
        Dimension letter to size.
    scalars : tuple of float
    moves : float
        Arrays of the largest operand's size that a call reads and writes; 0 if a call is worth its 2 m k n FLOPs.
    label : str
        Tells apart cases of one op and size.
    """

    op: str
    operands: str
    sizes: dict[str, int]
    scalars: tuple[float, ...] = ()
    moves: float = 0
    label: str = ""

    @property
    def name(self) -> str:
        sizes = "x".join(str(n) for n in self.sizes.values())
        return "-".join(filter(None, [self.op, sizes, self.label]))

    @property
    def unit(self) -> str:
        return "GB/s" if self.moves else "GFLOP/s"

    @property
    def work(self) -> float:
        """Bytes or operations of a call."""
        size = math.prod(self.sizes.values())
        return 4 * self.moves * size if self.moves else 2 * size

    def arrays(self) -> list[np.ndarray]:
        """Operands, inputs and outputs alike, float32, the same for every contender.

        Standard normal; second moments `v` positive; targets `t` one-hot; `zero` and `denormal` as they say.
        """
        rng, made = np.random.default_rng(7), []
        for name, letters in re.findall(r"(\w+)\(([\w,]+)\)", self.operands):
            shape = tuple(self.sizes[d] for d in letters.split(","))
            values = rng.standard_normal(shape)
            if name == "v":
                values = np.square(values) + 0.1
            elif name == "t":
                values = np.eye(shape[1])[rng.integers(shape[1], size=shape[0])]
            elif name in ("zero", "denormal"):
                values = np.full(shape, 1e-40 if name == "denormal" else 0)
            made.append(values.astype(np.float32))
        return made


def _products(op: str, operands: str, sizes: Sequence[tuple[int, int, int]], *scalars: float) -> list[Case]:
    return [Case(op, operands, dict(zip("mkn", size, strict=True)), scalars) for size in sizes]


def _rows(op: str, operands: str, moves: float, sizes: Sequence[tuple[int, int]], *scalars: float) -> list[Case]:
    return [Case(op, operands, dict(zip("nk", size, strict=True)), scalars, moves) for size in sizes]


def _updates(op: str, operands: str, moves: float, *scalars: float) -> list[Case]:
    return [Case(op, operands, {"k": k}, scalars, moves) for k in PARAMETERS]


CASES: dict[str, Case] = {
    case.name: case
    for case in [
        *(case for op, operands in MATMULS.items() for case in _products(op, operands, PRODUCTS)),
        *_products("dense_sigmoid_forward", DENSE, PRODUCTS[:2]),
        *_products("dense_relu_forward", DENSE, PRODUCTS[:2]),
        *_products("dense_tanh_forward", DENSE, PRODUCTS[:2]),
        # The gradient of a layer's weights and its update, fused: half of a training step.
        *_products("dense_weights_sgd", "x(m,k) dy(m,n) w(k,n)", PRODUCTS[:2], 1e-3),
        *_products("dense_weights_adam", "x(m,k) dy(m,n) w(k,n) m(k,n) v(k,n)", PRODUCTS[:2], *ADAM),
        *_rows("sigmoid_forward", "x(n,k) y(n,k)", 2, [(32, 100), (256, 1024)]),
        *_rows("tanh_forward", "x(n,k) y(n,k)", 2, [(32, 100), (256, 1024)]),
        # The exponential has no op of its own; here it is most of the work.
        *_rows("softmax_forward", "x(n,k) y(n,k)", 2, [(32, 10), (256, 1024)]),
        *_rows("softmax_crossentropy", "z(n,k) t(n,k) w(n) p(n,k) loss(n) dz(n,k)", 4, [(32, 10), (256, 1024)], 1e-7),
        *_updates("sgd_update", "g(k) w(k)", 3, 1e-3),
        *_updates("rmsprop_update", "g(k) w(k) v(k)", 5, 1e-3, 0.9, 1e-7),
        *_updates("adam_update", "g(k) w(k) m(k) v(k)", 7, *ADAM),
        # Pixels that are no longer lit: their momentum has decayed until it is denormal (float32: below 1.2e-38).
        Case("adam_update", "zero(k) w(k) denormal(k) v(k)", {"k": 79_510}, ADAM, 7, "decayed"),
    ]
}
