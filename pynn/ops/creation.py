"""New arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.operation import operation
from pynn.ops.dtypes import array, real, result_type


def named(dtype: Any) -> str:
    """The name of a type given in whatever way.

    Raises
    ------
    ValueError
        If there is no such type.
    """
    if dtype in (None, float):
        return config.floatx()
    try:
        found = "int32" if dtype is int else np.dtype(getattr(dtype, "name", dtype)).name
    except TypeError:
        raise ValueError(f"Invalid dtype: {dtype}") from None
    return found


@operation(arrays=0)
def zeros(shape: Any, dtype: Any = None) -> Any:
    """Zeros.

    >>> zeros((2,))
    Tensor([0., 0.], dtype=float32)
    """
    return np.zeros(shape, named(dtype))


@operation(arrays=0)
def ones(shape: Any, dtype: Any = None) -> Any:
    """Ones.

    >>> ones((2,))
    Tensor([1., 1.], dtype=float32)
    """
    return np.ones(shape, named(dtype))


@operation(arrays=0)
def empty(shape: Any, dtype: Any = None) -> Any:
    """An array to fill; here zeros, as tensors do not change.

    >>> empty((2,)).shape
    (2,)
    """
    return np.zeros(shape, named(dtype))


@operation(arrays=0)
def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """One value everywhere.

    >>> full((2,), 7)
    Tensor([7., 7.], dtype=float32)
    """
    return np.full(shape, np.asarray(fill_value), named(dtype))


@operation()
def zeros_like(x: Any, dtype: Any = None) -> Any:
    """Zeros in the shape and type of x.

    >>> zeros_like([1.0, 2.0])
    Tensor([0., 0.], dtype=float32)
    """
    x = array(x)
    return np.zeros(x.shape, dtype or x.dtype)


@operation()
def ones_like(x: Any, dtype: Any = None) -> Any:
    """Ones in the shape and type of x.

    >>> ones_like([1.0, 2.0])
    Tensor([1., 1.], dtype=float32)
    """
    x = array(x)
    return np.ones(x.shape, dtype or x.dtype)


@operation()
def empty_like(x: Any, dtype: Any = None) -> Any:
    """Zeros in the shape and type of x, as tensors do not change.

    >>> empty_like([1.0, 2.0]).shape
    (2,)
    """
    x = array(x)
    return np.zeros(x.shape, dtype or x.dtype)


@operation()
def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Any:
    """One value everywhere, in the shape and type of x.

    >>> full_like([1.0, 2.0], 7)
    Tensor([7., 7.], dtype=float32)
    """
    x = array(x)
    return np.full(x.shape, np.asarray(fill_value), dtype or x.dtype)


@operation(arrays=0)
def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """Ones on the k-th diagonal, zeros elsewhere.

    >>> eye(2)
    Tensor([[1., 0.],
            [0., 1.]], dtype=float32)
    """
    return np.eye(N, M, k, named(dtype))


@operation(arrays=0)
def identity(n: int, dtype: Any = None) -> Any:
    """The identity matrix.

    >>> identity(2)
    Tensor([[1., 0.],
            [0., 1.]], dtype=float32)
    """
    return np.identity(n, named(dtype))


@operation(arrays=0)
def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """Ones on and below the k-th diagonal, zeros above.

    >>> tri(2)
    Tensor([[1., 0.],
            [1., 1.]], dtype=float32)
    """
    return np.tri(N, M, k, named(dtype))


@operation(arrays=0)
def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    """Numbers from start to before stop; up to before `start` if that is all there is.

    >>> arange(3)
    Tensor([0, 1, 2], dtype=int32)
    """
    numbers = [n for n in (start, stop, step) if n is not None]
    dtype = dtype or result_type(*numbers)
    return np.arange(0 if stop is None else start, start if stop is None else stop, step or 1).astype(named(dtype))


def _span(start: Any, stop: Any, dtype: Any) -> str:
    return named(dtype or real(np.zeros((), result_type(start, stop))).dtype)


@operation(arrays=2)
def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None, axis: int = 0
) -> Any:
    """`num` numbers at equal distances from start to stop.

    >>> linspace(0, 1, 3)
    Tensor([0. , 0.5, 1. ], dtype=float32)
    """
    dtype = _span(start, stop, dtype)
    made = np.linspace(start, stop, num, endpoint, retstep, None, axis)  # type: ignore[call-overload]
    return (made[0].astype(dtype), np.asarray(made[1], dtype)) if retstep else made.astype(dtype)


@operation(arrays=2)
def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: float = 10, dtype: Any = None, axis: int = 0
) -> Any:
    """The base to the power of `num` numbers at equal distances from start to stop.

    >>> logspace(0, 2, 3)
    Tensor([  1.,  10., 100.], dtype=float32)
    """
    made = np.logspace(start, stop, num, endpoint, base, None, axis)
    return made.astype(_span(start, stop, dtype))


@operation(arrays=2)
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    """`num` numbers at equal ratios from start to stop.

    >>> geomspace(1, 100, 3)
    Tensor([  1.,  10., 100.], dtype=float32)
    """
    return np.geomspace(start, stop, num, endpoint, None, axis).astype(_span(start, stop, dtype))


@operation()
def bartlett(x: Any) -> Any:
    """Bartlett's window of x points: a triangle.

    >>> bartlett(3)
    Tensor([0., 1., 0.], dtype=float32)
    """
    return np.bartlett(int(array(x))).astype(config.floatx())


@operation()
def blackman(x: Any) -> Any:
    """Blackman's window of x points.

    >>> blackman(3).shape
    (3,)
    """
    return np.blackman(int(array(x))).astype(config.floatx())


@operation()
def hamming(x: Any) -> Any:
    """Hamming's window of x points.

    >>> hamming(3).shape
    (3,)
    """
    return np.hamming(int(array(x))).astype(config.floatx())


@operation()
def hanning(x: Any) -> Any:
    """Von Hann's window of x points: a raised cosine.

    >>> hanning(3)
    Tensor([0., 1., 0.], dtype=float32)
    """
    return np.hanning(int(array(x))).astype(config.floatx())


@operation(arrays=2)
def kaiser(x: Any, beta: Any) -> Any:
    """Kaiser's window of x points.

    >>> float(kaiser(3, 14.0)[1])
    1.0
    """
    return np.kaiser(int(array(x)), float(beta)).astype(config.floatx())


@operation(refuses=True)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """Powers of x: a row for each element, falling from N - 1 to 0.

    >>> vander([1.0, 2.0])
    Tensor([[1., 1.],
            [2., 1.]], dtype=float32)
    """
    x = array(x)
    return np.vander(x, N, increasing).astype(x.dtype)
