"""The activations and their ways back on NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn.backends import get_backend
from pynn.kernels.doors import doors
from pynn.kernels.named import Activation, named
from pynn.kernels.operands import REALS, delivered, matrix, ones, reals, run, target

Array = np.ndarray


def forward(kind: Activation, x: Array, scalars: tuple[float, ...], out: Any, backend: str | None) -> Array:
    """f(x)."""
    found: Array | None = doors[backend or get_backend(), f"{kind.family}_forward"]((x,), out, scalars)
    if found is not None:
        return found
    (x,) = reals(kind.name, x=x)
    shape = halved(x.shape) if kind.family == "glu" else x.shape
    if kind.whole_rows and not x.ndim:
        raise ValueError(f"{kind.name}: x must have at least one axis, got a single number")
    made = target(kind.name, out, shape, x.dtype, x)
    if not kind.family:
        made[...] = x
    elif made.size:
        rows = matrix(x)
        rows = rows.reshape(len(rows), 2, -1) if kind.family == "glu" else rows
        run(backend, f"{kind.family}_forward", rows, made.reshape(len(rows), -1), scalars=scalars)
    return delivered(made, out)


def halved(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that `glu` makes."""
    if not shape or shape[-1] % 2:
        raise ValueError(f"glu: the last axis of x must have an even number of elements, got shape {shape}")
    return (*shape[:-1], shape[-1] // 2)


def activation_backward(
    dy: Any, activation: str | Callable[..., Array], x: Any = None, y: Any = None, out: Array | None = None,
    backend: str | None = None, **settings: float,
) -> Array:  # fmt: skip
    """The chain rule through an activation y = f(x): dx = dy · f'(x), or dx = Jᵀ dy where a row acts as a whole.

    Parameters
    ----------
    dy : array_like, shape of y
        Gradient of the loss by y.
    activation : str or function of pynn.kernels
    x, y : array_like
        Input and output of the activation, of one shape but for `glu`; one of them is enough.  With y nothing is
        computed again, but only some activations can be differentiated by it: relu, sigmoid, tanh, softmax and others.
    out : ndarray, shape of x, optional
        Where to write the result, of its type.  It may overlap the others.
    backend : {"cython", "reference", "numba", "cuda"}, optional
        For this call; default `pynn.get_backend()`.
    **settings : float
        What the activation was called with, such as ``negative_slope=0.1``.

    Returns
    -------
    ndarray, shape of x

    Raises
    ------
    ValueError
        If shapes differ, neither x nor y is given, or only y where the slope is a function of x.

    Notes
    -----
    1 to 4 operations an element where the slope is a function of y (2 for relu, 3 for tanh), up to 20 with a function
    where it is one of x (silu, gelu, mish); reads 8 bytes an element and writes 4, in float32.  A slope at a corner is
    the one that Keras takes, so 0 at 0 for relu.  Source: Rumelhart, Hinton & Williams 1986, "Learning representations
    by back-propagating errors".

    Examples
    --------
    >>> from pynn import kernels
    >>> p = kernels.softmax([[0.0, 0.0]])
    >>> activation_backward([[1.0, 0.0]], "softmax", y=p)
    array([[ 0.25, -0.25]], dtype=float32)
    """
    kind = named("activation_backward", activation)
    scalars = kind.scalars(settings)
    found = pulled_plainly(kind, scalars, dy, x, y, backend, out)
    if found is not None:
        return found
    given = {"dy": dy} | {name: value for name, value in (("x", x), ("y", y)) if value is not None}
    arrays = dict(zip(given, reals("activation_backward", **given), strict=True))
    return pulled(kind, scalars, arrays, backend, out)


def pulled_plainly(
    kind: Activation, scalars: tuple[float, ...], dy: Any, x: Any, y: Any, backend: str | None, out: Any = None
) -> Array | None:
    """The gradient of x where kernels take the arrays as they lie; else None."""
    if not kind.family or (x is not None and y is not None and not _alike(x, y)):
        return None
    name, by_output, factors = kind.way_back(scalars)
    backend = backend or get_backend()
    if by_output and y is None and kind.family not in _SIGNS:
        y = doors[backend, f"{kind.family}_forward"]((x,), None, scalars)
    found: Array | None = doors[backend, name]((y if by_output and y is not None else x, dy), out, factors)
    return found


# Their slopes ask for the sign of y, which is that of x.
_SIGNS = ("relu", "leaky_relu")


def _alike(x: Any, y: Any) -> bool:
    return type(x) is type(y) is np.ndarray and x.shape == y.shape and x.dtype == y.dtype


def pulled(
    kind: Activation, scalars: tuple[float, ...], given: dict[str, Array], backend: str | None, out: Any = None
) -> Array:
    """The gradient of x, from arrays of one type: "dy", and "x" or "y"."""
    dy = given["dy"]
    name, by_output, factors = kind.way_back(scalars) if kind.family else ("", "y" in given, ())
    at = _place(kind, by_output, given, scalars, backend) if kind.family else given.get("y", given.get("x", dy))
    want = halved(at.shape) if kind.family == "glu" else at.shape
    if dy.shape != want:
        named_after = "y" if by_output and "y" in given else "x"
        raise ValueError(f"{kind.name}: dy is {dy.shape}, {named_after} is {at.shape}: dy must be {want}")
    dx = target(kind.name, out, at.shape, at.dtype, at, dy)
    if not kind.family:
        dx[...] = dy
    elif dx.size:
        rows = matrix(at)
        shape = (len(rows), 2, -1) if kind.family == "glu" else rows.shape
        arrays = rows.reshape(shape), matrix(dy), dx.reshape(shape)
        run(backend, name, *arrays, scalars=factors)
    return delivered(dx, out)


def _place(kind: Activation, by_output: bool, given: dict[str, Array], scalars: Any, backend: str | None) -> Array:
    """Where the slope is taken: y if that tells it, else x."""
    if by_output and "y" in given:
        return given["y"]
    if "x" not in given:
        why = f"the slope of {kind.name} is a function of x, not of y: pass x=" if "y" in given else "pass x= or y="
        raise ValueError(f"activation_backward: {why}")
    return forward(kind, given["x"], scalars, None, backend) if by_output else given["x"]


def derivative(
    activation: str | Callable[..., Array], x: Any, out: Array | None = None, backend: str | None = None,
    **settings: float,
) -> Array:  # fmt: skip
    """The slope f'(x) of an activation, element by element.

    Parameters
    ----------
    activation : str or function of pynn.kernels
        All but softmax, log_softmax, sparsemax and glu, whose outputs depend on several inputs.
    x : array_like
        Where, before the activation.
    out : ndarray, shape of x, optional
        Where to write the result, of its type.  It may overlap x.
    backend : {"cython", "reference", "numba", "cuda"}, optional
        For this call; default `pynn.get_backend()`.
    **settings : float
        What the activation is called with, such as ``negative_slope=0.1``.

    Returns
    -------
    ndarray, shape of x

    Raises
    ------
    ValueError
        If the activation is unknown or acts on whole rows.

    Notes
    -----
    Operations of `activation_backward`, which multiplies with dy in the same go; 12 bytes an element in float32;
    where the slope is a function of the output (sigmoid, tanh, …) that is computed first.

    Examples
    --------
    >>> derivative("relu", np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 1.])
    >>> derivative("leaky_relu", np.array([-2.0, 3.0]), negative_slope=0.5)
    array([0.5, 1. ])
    """
    kind = named("derivative", activation)
    if kind.whole_rows or kind.family == "glu":
        raise ValueError(
            f"derivative: each output of {kind.name} depends on several inputs, so that its derivative is a matrix; "
            f"activation_backward(dy, {kind.name!r}, x) multiplies with it"
        )
    scalars, at = kind.scalars(settings), x
    if type(x) is not np.ndarray or x.dtype not in REALS:
        (at,) = reals("derivative", x=x)
    dy = ones(at.shape, at.dtype)
    found = pulled_plainly(kind, scalars, dy, at, None, backend, out)
    return pulled(kind, scalars, {"dy": dy, "x": at}, backend, out) if found is None else found
