"""The fully connected layer and its gradients on NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn.backends import get_backend
from pynn.kernels.contract import OPS
from pynn.kernels.doors import doors
from pynn.kernels.named import Activation, named
from pynn.kernels.operands import contiguous, delivered, reals, run, target
from pynn.kernels.products import product
from pynn.kernels.slopes import pulled, pulled_plainly

Array = np.ndarray


def dense(
    x: Any, w: Any, b: Any = None, activation: str | Callable[..., Array] | None = None, out: Array | None = None,
    backend: str | None = None,
) -> Array:  # fmt: skip
    """The fully connected layer: y = f(x w + b).

    Parameters
    ----------
    x : array_like, shape (…, i)
        Rows; float32 or float64.  Anything else becomes the type of the others, or `keras.config.floatx()`.
    w : array_like, shape (i, o)
    b : array_like, shape (o,) or (1, o), optional
        Without it nothing is added.
    activation : str or function of pynn.kernels, optional
        f, with its default arguments: all but glu, which halves rows.  Without it y = x w + b.
    out : ndarray, shape (…, o), optional
        Where to write the result, of its type.  It may overlap the others.
    backend : {"cython", "reference", "numba", "cuda"}, optional
        For this call; default `pynn.get_backend()`.

    Returns
    -------
    ndarray, shape (…, o)
        `out` if it was given.

    Raises
    ------
    ValueError
        If the shapes do not fit each other or `out`, or there is no such activation or backend.
    TypeError
        If an array holds anything but real numbers.

    Notes
    -----
    2 n i o operations for n rows; reads 4 (n i + i o + o) bytes and writes 4 n o, in float32.  relu, leaky_relu, elu,
    selu, sigmoid and tanh are computed while a row is in the cache; others read and write y once more.
    Source: Goodfellow, Bengio & Courville 2016, "Deep Learning", equation 6.3.

    Examples
    --------
    >>> x, w, b = np.array([[1.0, 2.0]]), np.array([[1.0, -1.0], [1.0, -1.0]]), np.array([0.5, 0.0])
    >>> dense(x, w, b, "relu")
    array([[3.5, 0. ]])
    """
    kind = _elementwise("dense", activation)
    found = _plain_forward(kind, x, w, b, out, backend or get_backend())
    if found is not None:
        return found
    if b is None:
        x, w = reals("dense", x=x, w=w)
        b = np.zeros(w.shape[-1:], w.dtype)
    else:
        x, w, b = reals("dense", x=x, w=w, b=b)
    rows = _checked("dense", x, w)
    outputs = w.shape[1]
    if b.shape not in ((outputs,), (1, outputs)):
        raise ValueError(
            f"dense: b is {b.shape}, w is {w.shape}: b must be ({outputs},), one number for each column of w"
        )
    made = target("dense", out, (*x.shape[:-1], outputs), x.dtype, x, w, b)
    if made.size:
        operands = rows, contiguous(w), contiguous(b).reshape(-1), made.reshape(-1, outputs)
        _forward(kind, operands, backend)
    return delivered(made, out)


def _plain_forward(kind: Activation, x: Any, w: Any, b: Any, out: Any, backend: str) -> Array | None:
    """`dense` where kernels take the arrays as they lie; else None."""
    if b is None and type(w) is np.ndarray:
        b = np.zeros(w.shape[-1:], w.dtype)
    scalars, fused = kind.scalars({}), f"dense_{kind.family}_forward"
    if not kind.family:
        return doors[backend, "dense_forward"]((x, w, b), out)  # type: ignore[no-any-return]
    if fused in OPS:
        return doors[backend, fused]((x, w, b), out, scalars)  # type: ignore[no-any-return]
    z = doors[backend, "dense_forward"]((x, w, b))
    return None if z is None else doors[backend, f"{kind.family}_forward"]((z,), out, scalars)


def _forward(kind: Activation, operands: tuple[Array, ...], backend: str | None) -> None:
    x, w, b, y = operands
    cost, scalars = 2 * x.size * w.shape[1], kind.scalars({})
    fused = f"dense_{kind.family}_forward"
    if fused in OPS:
        run(backend, fused, x, w, b, y, scalars=scalars, cost=cost)
    elif not kind.family:
        run(backend, "dense_forward", x, w, b, y, cost=cost)
    else:
        z = np.empty_like(y)
        run(backend, "dense_forward", x, w, b, z, cost=cost)
        run(backend, f"{kind.family}_forward", z, y, scalars=scalars)


def _elementwise(function: str, activation: Any) -> Activation:
    kind = named(function, activation)
    if kind.family == "glu":
        raise ValueError(f"{function}: glu makes half as many columns: call glu(dense(x, w, b)) instead")
    kind.scalars({})
    return kind


def _checked(function: str, x: Array, w: Array) -> Array:
    """The rows of x, contiguous."""
    if w.ndim != 2:
        raise ValueError(f"{function}: w must be a matrix of shape (inputs, outputs), got shape {w.shape}")
    if not x.ndim:
        raise ValueError(f"{function}: x must have at least one axis, got a single number")
    if x.shape[-1] != w.shape[0]:
        raise ValueError(
            f"{function}: x is {x.shape}, w is {w.shape}: the columns of x ({x.shape[-1]}) must be as many as the rows "
            f"of w ({w.shape[0]})"
        )
    return contiguous(x).reshape(x.size // x.shape[-1] if x.size else _rows(x), x.shape[-1])


def _rows(x: Array) -> int:
    rows = 1
    for size in x.shape[:-1]:
        rows *= size
    return rows


def dense_backward(
    dy: Any, x: Any, w: Any, y: Any = None, activation: str | Callable[..., Array] | None = None, z: Any = None,
    input_gradient: bool = True, out: tuple[Array | None, Array | None, Array | None] | None = None,
    backend: str | None = None,
) -> tuple[Array | None, Array, Array]:  # fmt: skip
    """The gradients of `dense`: dz = dy · f'(z), dx = dz wᵀ, dw = xᵀ dz, db = Σ over rows of dz.

    Parameters
    ----------
    dy : array_like, shape (…, o)
        Gradient of the loss by y.
    x : array_like, shape (…, i)
    w : array_like, shape (i, o)
    y : array_like, shape (…, o)
        What `dense` returned.  Without an activation it is not needed.
    activation : str or function of pynn.kernels, optional
        As `dense` got it.
    z : array_like, shape (…, o), optional
        ``dense(x, w, b)`` without the activation: needed where the slope is a function of z, not of y (gelu, silu, …).
    input_gradient : bool, default True
        Whether dx is wanted: the first layer's is not, and half of the work is saved.
    out : tuple of three ndarrays, optional
        Where to write dx, dw and db, of their type; None in place of one: into a new array.  They may overlap the
        arguments, not each other.
    backend : {"cython", "reference", "numba", "cuda"}, optional
        For this call; default `pynn.get_backend()`.

    Returns
    -------
    dx : ndarray, shape of x, or None if it is not wanted
    dw : ndarray, shape (i, o)
    db : ndarray, shape (o,)

    Raises
    ------
    ValueError
        If shapes do not fit, y or z is missing, or there is no such activation or backend.
    TypeError
        If an array holds anything but real numbers.

    Notes
    -----
    4 n i o operations for n rows: two products; reads about 4 (n i + i o + 3 n o) bytes and writes 4 (n i + i o + o),
    in float32.  Source: Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating errors".

    Examples
    --------
    >>> x, w, dy = np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([[10.0]])
    >>> dense_backward(dy, x, w)
    (array([[30., 40.]]), array([[10.],
           [20.]]), array([10.]))
    """
    kind = _elementwise("dense_backward", activation)
    if out is None:
        found = _plain_backward(kind, (dy, x, w, y, z), input_gradient, backend or get_backend())
        if found is not None:
            return found
    given = {"dy": dy, "x": x, "w": w} | ({} if not kind.family else {"y": y} if y is not None else {})
    given |= {} if z is None or not kind.family else {"z": z}
    arrays = dict(zip(given, reals("dense_backward", **given), strict=True))
    x, w, dy = arrays["x"], arrays["w"], arrays["dy"]
    rows = _checked("dense_backward", x, w)
    outputs = (*x.shape[:-1], w.shape[1])
    for name in ("dy", "y", "z"):
        if name in arrays and arrays[name].shape != outputs:
            shown = f"{name} is {arrays[name].shape}, x is {x.shape}, w is {w.shape}"
            raise ValueError(f"dense_backward: {shown}: {name} must be {outputs}")
    out = _three(out)
    dx, dw, db = (
        target(f"dense_backward, {name}", out[i], shape, x.dtype, *arrays.values())
        for i, (name, shape) in enumerate({"dx": x.shape, "dw": w.shape, "db": w.shape[1:]}.items())
    )
    dz = contiguous(_through(kind, arrays, backend)).reshape(len(rows), w.shape[1])
    _fill_parameters(rows, dz, dw, db, backend)
    if input_gradient and dx.size:
        product(dz, w.T, dx.reshape(len(rows), len(w)), backend)
    return (delivered(dx, out[0]) if input_gradient else None), delivered(dw, out[1]), delivered(db, out[2])


def _three(out: Any) -> tuple[Any, Any, Any]:
    """Where dx, dw and db go."""
    if out is None:
        return None, None, None
    if not isinstance(out, tuple) or len(out) != 3:
        raise TypeError(f"dense_backward: out must be a tuple (dx, dw, db) of arrays or None, got {type(out).__name__}")
    given = [a for a in out if a is not None]
    if any(np.may_share_memory(a, b) for i, a in enumerate(given) for b in given[:i]):
        raise ValueError("dense_backward: arrays of out share memory; each gradient needs one of its own")
    return out


def _plain_backward(
    kind: Activation, arrays: tuple[Any, ...], input_gradient: bool, backend: str
) -> tuple[Array | None, Array, Array] | None:
    """`dense_backward` where kernels take the arrays as they lie; else None."""
    dy, x, w, y, z = arrays
    dz = dy if not kind.family else pulled_plainly(kind, kind.scalars({}), dy, z, y, backend)
    dw = doors[backend, "dense_backward_weights"]((x, dz))
    if dw is None or type(w) is not np.ndarray or (w.shape, w.dtype) != (dw.shape, dw.dtype):
        return None
    dx = doors[backend, "matmul_nn"]((dz, w), None, (), 2) if input_gradient else None
    return None if dx is None and input_gradient else (dx, dw, doors[backend, "bias_backward"]((dz,)))


def _through(kind: Activation, arrays: dict[str, Array], backend: str | None) -> Array:
    """The gradient before the activation."""
    if not kind.family:
        return arrays["dy"]
    scalars = kind.scalars({})
    if "z" not in arrays and ("y" not in arrays or not kind.way_back(scalars)[1]):
        why = f"the slope of {kind.name} is a function of z = x w + b, not of y: pass z=dense(x, w, b)"
        raise ValueError(f"dense_backward: {why if 'y' in arrays else 'pass y, what dense returned'}")
    places = {"dy": arrays["dy"]} | {a: arrays[b] for a, b in (("x", "z"), ("y", "y")) if b in arrays}
    return pulled(kind, scalars, places, backend)


def _fill_parameters(x: Array, dz: Array, dw: Array, db: Array, backend: str | None) -> None:
    if not len(x):
        dw[...] = db[...] = 0
    elif dz.size:
        run(backend, "bias_backward", dz, db)
        if x.size:
            run(backend, "dense_backward_weights", x, dz, dw, cost=2 * x.size * dz.shape[1])
