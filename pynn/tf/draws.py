"""Random tensors from a given stream."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.tensor import as_tensor
from pynn.tf.dtypes import name_of


def _shaped(shape: Any) -> tuple[int, ...]:
    return tuple(int(size) for size in np.atleast_1d(np.asarray(shape, np.int64)))


def normal(stream: np.random.Generator, shape: Any, mean: Any, stddev: Any, dtype: Any) -> Any:
    """Numbers from a normal distribution."""
    return _scaled(stream.standard_normal(_shaped(shape)), mean, stddev, dtype)


def truncated_normal(stream: np.random.Generator, shape: Any, mean: Any, stddev: Any, dtype: Any) -> Any:
    """Numbers from a normal distribution, those more than two standard deviations away drawn again."""
    drawn = stream.standard_normal(_shaped(shape))
    while (far := np.abs(drawn) > 2).any():
        drawn = np.where(far, stream.standard_normal(drawn.shape), drawn)
    return _scaled(drawn, mean, stddev, dtype)


def uniform(stream: np.random.Generator, shape: Any, minval: Any, maxval: Any, dtype: Any) -> Any:
    """Numbers from [minval, maxval), whole ones if `dtype` is an integer type."""
    kind = np.dtype(name_of(dtype))
    if kind.kind not in "iu":
        high = 1 if maxval is None else maxval
        return _scaled(stream.random(_shaped(shape)), minval, np.asarray(high) - np.asarray(minval), kind)
    if maxval is None:
        raise ValueError("Must specify maxval for integer dtype")
    return as_tensor(stream.integers(minval, maxval, _shaped(shape), dtype=kind))


def _scaled(drawn: np.ndarray, start: Any, scale: Any, dtype: Any) -> Any:
    return as_tensor(np.asarray(np.asarray(start) + np.asarray(scale) * drawn).astype(name_of(dtype)))
