"""Types of results: Keras's promotion, which keeps float32 where NumPy goes to float64.

Python's numbers adapt to arrays, integers become ``floatx`` where a real number is needed, and an integer array with a
real one gives the real one's type.  Source: the type lattice of JAX, "Design of type promotion semantics for JAX".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config

_OF_PYTHON = {bool: "bool", int: "int32"}


def array(x: Any) -> np.ndarray:
    """An array of a number or array; Python's numbers get Keras's types."""
    if type(x) is np.ndarray:
        return x
    if type(x) is float:
        return np.asarray(x, config.floatx())
    return np.asarray(x, _OF_PYTHON.get(type(x)))


def real(x: Any) -> Any:
    """The same in real numbers: integers and booleans become ``floatx``."""
    x = array(x)
    return x if x.dtype.kind in "fc" else x.astype(config.floatx())


def promoted(a: Any, b: Any) -> tuple[Any, Any]:
    """Both operands in the type of their result."""
    if type(a) is np.ndarray and type(b) is np.ndarray and a.dtype is b.dtype:
        return a, b
    dtype = result_type(a, b)
    return np.asarray(a, dtype), np.asarray(b, dtype)


def real_pair(a: Any, b: Any) -> tuple[Any, Any]:
    """Both operands in the real type of their result."""
    a, b = promoted(a, b)
    return real(a), real(b)


def result_type(*values: Any) -> np.dtype[Any]:
    """The type that arrays, types and Python's numbers have in common."""
    kinds = [_kind(value) for value in values]
    types = [t for t in kinds if t is not None]
    if not types:
        return np.dtype(_of_numbers(values))
    floats = [t for t in types if t.kind in "fc"]
    found = np.result_type(*(floats or types))
    if not floats and any(type(value) is float for value in values):
        return np.dtype(config.floatx())
    if found.kind == "b" and any(type(value) is int for value in values):
        return np.dtype("int32")
    return found


def _kind(value: Any) -> np.dtype[Any] | None:
    """The type of an array; None for Python's numbers, which adapt."""
    if type(value) in (int, float):
        return None
    return np.dtype(getattr(value, "dtype", None) or (np.dtype(bool) if type(value) is bool else value))


def _of_numbers(values: Any) -> str:
    return config.floatx() if any(type(value) is float for value in values) else "int32"
