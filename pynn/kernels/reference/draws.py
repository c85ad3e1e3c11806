"""Sample operands for tests and benches: inputs that an op's domain allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.kernels.contract import DTYPES, Op

if TYPE_CHECKING:
    from pynn.kernels.contract import Draw

Array = np.ndarray


def normal(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Standard normal values."""
    return rng.standard_normal(shape)


def positive(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Values in (0, 1): second moments, probabilities of a sigmoid."""
    return rng.uniform(0.05, 0.95, shape)


def weights(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Sample weights: some of them zero."""
    return rng.integers(0, 3, shape) * 0.75


def distribution(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Rows that are positive and sum to one."""
    values = rng.uniform(0.1, 1.0, shape)
    rows: Array = values / values.sum(axis=-1, keepdims=True)
    return rows


def log_distribution(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Logarithms of rows that are positive and sum to one."""
    rows: Array = np.log(distribution(rng, shape, dims))
    return rows


def onehot(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """One-hot rows."""
    return np.eye(shape[1])[rng.integers(0, shape[1], shape[0])]


def bits(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Zeros and ones."""
    return rng.integers(0, 2, shape).astype(np.float64)


def signs(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Minus ones and ones."""
    return rng.integers(0, 2, shape) * 2.0 - 1


def short(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Rows of length 0.9, whose inner products stay below 1."""
    values = rng.standard_normal(shape)
    rows: Array = 0.9 * values / np.sqrt((values**2).sum(axis=-1, keepdims=True))
    return rows


def below(letter: str) -> Draw:
    """Integers in [0, size of `letter`): labels, row numbers."""

    def draw(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
        return rng.integers(0, dims[letter], shape)

    return draw


def bytes_(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Pixels."""
    return rng.integers(0, 256, shape)


def operands(op: Op, dims: Mapping[str, int], real: Any, seed: int = 0) -> list[Array]:
    """Draw the inputs of `op`; outputs start as NaN (or -1), so that unwritten elements show."""
    rng = np.random.default_rng(seed)
    arrays = []
    for operand, shape in op.shapes(dims):
        dtype = operand.dtype or real
        if operand.role == "out":
            blank = np.nan if np.issubdtype(dtype, np.floating) else -1
            arrays.append(np.full(shape, blank, dtype))
        else:
            default = bytes_ if dtype in (DTYPES["u8"], DTYPES["i32"], DTYPES["i64"]) else normal
            arrays.append(op.draws.get(operand.name, default)(rng, shape, dims).astype(dtype))
    return arrays
