"""The door of the public functions: arrays of any kind and strides become operands of kernels, results go to `out`."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn import config
from pynn.backends import get_backend
from pynn.kernels.contract import COST_OF_AN_ELEMENT, parts_worth
from pynn.kernels.tables import table

Array = np.ndarray
REALS = (np.dtype(np.float32), np.dtype(np.float64))


def reals(function: str, **given: Any) -> list[Array]:
    """What was given, as arrays of one type: the wider of the float32 and float64 arrays; without any, `floatx`.

    Raises
    ------
    TypeError
        If one holds anything but real numbers of at most 64 bits.
    """
    arrays = [value if type(value) is np.ndarray else np.asarray(value) for value in given.values()]
    first = arrays[0].dtype
    if first in REALS and all(type(v) is np.ndarray and v.dtype == first for v in given.values()):
        return arrays
    wide = []
    for name, value, a in zip(given, given.values(), arrays, strict=True):
        if a.dtype.kind not in "fiub" or a.dtype.itemsize > 8:
            raise TypeError(f"{function}: {name} must hold real numbers of at most 64 bits, got dtype {a.dtype}")
        native = a.dtype.newbyteorder("=")
        if hasattr(value, "dtype") and native in REALS:
            wide.append(native)
    real = max(wide, key=lambda dtype: dtype.itemsize) if wide else np.dtype(config.floatx())
    return [a.astype(real, copy=False) for a in arrays]


def ones(shape: tuple[int, ...], dtype: Any) -> Array:
    """Ones to read; small ones are made once."""
    return np.ones(shape, dtype) if math.prod(shape) > _KEPT else _ones(shape, dtype)


_KEPT = 16384  # elements: 8 arrays of float64 are 1 MiB


@functools.lru_cache(8)
def _ones(shape: tuple[int, ...], dtype: Any) -> Array:
    made = np.ones(shape, dtype)
    made.flags.writeable = False
    return made


def contiguous(array: Array) -> Array:
    """The array as kernels take it; a copy only if its elements lie otherwise."""
    return array if array.flags.carray or (array.flags.c_contiguous and array.flags.aligned) else array.copy(order="C")


def matrix(array: Array) -> Array:
    """Rows of the last axis, contiguous."""
    whole = contiguous(array)
    return whole.reshape(-1, whole.shape[-1] if whole.ndim else 1) if whole.size else whole.reshape(0, 1)


def target(function: str, out: Any, shape: Sequence[int], dtype: Any, *inputs: Array) -> Array:
    """The array to compute into: `out` itself where a kernel can write there, else a new one; see `delivered`.

    Raises
    ------
    TypeError
        If `out` is no array.
    ValueError
        If its shape or type is not that of the result, or it cannot be written to.
    """
    shape = tuple(shape)
    if out is None:
        return np.empty(shape, dtype)
    if not isinstance(out, np.ndarray):
        raise TypeError(f"{function}: out must be a NumPy array, got {type(out).__name__}")
    if out.shape != shape:
        raise ValueError(f"{function}: out has shape {out.shape}, the result has shape {shape}")
    if out.dtype != dtype:
        raise ValueError(f"{function}: out has dtype {out.dtype}, the result has dtype {np.dtype(dtype)}")
    writable(function, "out", out)
    if out.flags.carray and not any(np.may_share_memory(out, a) for a in inputs):
        return out
    return np.empty(shape, dtype)


def writable(function: str, name: str, array: Array) -> None:
    """Check that every element of an array can be written, by itself.

    Raises
    ------
    ValueError
        If the array is read-only or repeats elements.
    """
    if not array.flags.writeable:
        raise ValueError(f"{function}: {name} is written to, but the array is read-only")
    if (
        not array.flags.c_contiguous
        and array.size
        and any(step == 0 and size > 1 for step, size in zip(array.strides, array.shape, strict=True))
    ):
        raise ValueError(f"{function}: {name} is written to, but its strides {array.strides} repeat elements; copy it")


def delivered(made: Array, out: Array | None) -> Array:
    """The result where it was asked for."""
    if out is None or made is out:
        return made
    out[...] = made
    return out


def run(backend: str | None, name: str, *arrays: Array, scalars: Sequence[float] = (), cost: int = 0) -> None:
    """Call a kernel on contiguous arrays of one type, shared among workers where that pays."""
    parts = parts_worth(cost or COST_OF_AN_ELEMENT * len(arrays) * max([a.size for a in arrays]))
    _kernel(backend or get_backend(), name, arrays[0].dtype)(*arrays, scalars=scalars, parts=parts)


@functools.cache
def _kernel(backend: str, name: str, dtype: Any) -> Any:
    """A kernel, looked up once: finding the instruction set costs microseconds."""
    return table(backend)[name, dtype]
