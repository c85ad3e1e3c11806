"""Activations by name, and their ways back: read off the ops `<family>_forward` and `<family>_backward`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from pynn.backends import get_backend
from pynn.kernels.contract import OPS, op_of
from pynn.kernels.doors import doors
from pynn.kernels.operands import REALS, delivered, matrix, ones, reals, run, target
from pynn.kernels.own import latest

Array = np.ndarray
REQUIRED = float("nan")  # a setting without a default


class Activation(NamedTuple):
    """Which ops compute an activation.

    `settings` are its arguments with their defaults, in the order of the ops' scalars; `constants` follow them.
    """

    name: str
    family: str
    settings: Mapping[str, float] = {}
    constants: tuple[float, ...] = ()

    def scalars(self, given: Mapping[str, Any]) -> tuple[float, ...]:
        """The scalars of the forward op.

        Raises
        ------
        TypeError
            If a setting is unknown, missing or no number.
        """
        if not given and self.name in _DEFAULTS:
            return _DEFAULTS[self.name] if self.settings else self.constants
        if unknown := given.keys() - self.settings.keys():
            known = ", ".join(self.settings) or "none"
            raise TypeError(f"{self.name}: there is no argument {sorted(unknown)[0]!r}; settings are {known}")
        values = {**self.settings, **given}
        for key, value in values.items():
            if value is REQUIRED or not isinstance(value, int | float | np.number):
                raise TypeError(
                    f"{self.name}: {key} must be a number, got {'none' if value is REQUIRED else repr(value)}"
                )
        return (*(float(value) for value in values.values()), *self.constants)

    @property
    def whole_rows(self) -> bool:
        """Whether an output depends on all inputs of its row."""
        return self.family in ("softmax", "log_softmax", "sparsemax")

    def way_back(self, scalars: tuple[float, ...]) -> tuple[str, bool, tuple[float, ...]]:
        """The op that computes it; whether that takes y = f(x), not where y has lost the sign of x; its scalars."""
        name, by_output, count = _way_back(self.family, not scalars or scalars[0] > 0)
        return name, by_output, scalars[:count]


@functools.cache
def _way_back(family: str, keeps_sign: bool) -> tuple[str, bool, int]:
    name = f"{family}_backward"
    by_output = keeps_sign and op_of(name).operands[0].name == "y"
    name = name if by_output or f"{name}_at" not in OPS else f"{name}_at"
    return name, by_output, len(op_of(name).scalars)


# Fixed so that activations keep mean 0 and variance 1; Klambauer et al. 2017, equation 14.
_SELU = (1.6732632423543772848170429916717, 1.0507009873554804934193349852946)
_ALONE = """celu exponential gelu gelu_tanh glu hard_sigmoid hard_silu hard_tanh log_sigmoid log_softmax mish relu relu6
sigmoid silu softmax softplus softsign sparse_plus sparse_sigmoid sparsemax step tanh tanh_shrink""".split()
ACTIVATIONS = {name: Activation(name, name) for name in _ALONE}
ACTIVATIONS |= {
    "celu": Activation("celu", "celu", {"alpha": 1.0}),
    "elu": Activation("elu", "elu", {"alpha": 1.0}, (1.0,)),
    "hard_shrink": Activation("hard_shrink", "hard_shrink", {"threshold": 0.5}),
    "hard_swish": Activation("hard_swish", "hard_silu"),
    "heaviside": Activation("heaviside", "step"),
    "leaky_relu": Activation("leaky_relu", "leaky_relu", {"negative_slope": 0.2}),
    "linear": Activation("linear", ""),
    "selu": Activation("selu", "elu", {}, _SELU),
    "soft_shrink": Activation("soft_shrink", "soft_shrink", {"threshold": 0.5}),
    "squareplus": Activation("squareplus", "squareplus", {"b": 4.0}),
    "swish": Activation("swish", "silu"),
    "threshold": Activation("threshold", "threshold", {"threshold": REQUIRED, "default_value": REQUIRED}),
}
_DEFAULTS = {
    name: (*kind.settings.values(), *kind.constants)
    for name, kind in ACTIVATIONS.items()
    if REQUIRED not in kind.settings.values()
}


def named(function: str, activation: Any) -> Activation:
    """The activation of a name, or of a function of `pynn.kernels` or the user's own; None is linear.

    Raises
    ------
    ValueError
        If there is none.
    """
    if type(activation) is str and activation in ACTIVATIONS:
        return ACTIVATIONS[activation]
    own = latest(activation) if isinstance(activation, str) else getattr(activation, "own", None)
    if own is not None and activation not in ACTIVATIONS:
        return Activation(own.name, f"own:{own.name}")
    name = "linear" if activation is None else getattr(activation, "__name__", activation)
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise ValueError(
            f"{function}: there is no activation {activation!r}; there are {', '.join(sorted(ACTIVATIONS))}"
        )
    return ACTIVATIONS[name]


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
    dy: Any, activation: str | Callable[..., Array], x: Any = None, y: Any = None, backend: str | None = None,
    **settings: float,
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
    backend : {"cython", "reference", "numba"}, optional
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
    Two reads and a write of each element, 12 bytes in float32.  A slope at a corner is the one that Keras takes, so
    0 at 0 for relu.  Source: Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating errors".

    Examples
    --------
    >>> from pynn import kernels
    >>> p = kernels.softmax([[0.0, 0.0]])
    >>> activation_backward([[1.0, 0.0]], "softmax", y=p)
    array([[ 0.25, -0.25]], dtype=float32)
    """
    kind = named("activation_backward", activation)
    scalars = kind.scalars(settings)
    found = pulled_plainly(kind, scalars, dy, x, y, backend)
    if found is not None:
        return found
    given = {"dy": dy} | {name: value for name, value in (("x", x), ("y", y)) if value is not None}
    arrays = dict(zip(given, reals("activation_backward", **given), strict=True))
    return pulled(kind, scalars, arrays, backend)


def pulled_plainly(
    kind: Activation, scalars: tuple[float, ...], dy: Any, x: Any, y: Any, backend: str | None
) -> Array | None:
    """The gradient of x where kernels take the arrays as they lie; else None."""
    if not kind.family or (x is not None and y is not None and not _alike(x, y)):
        return None
    name, by_output, factors = kind.way_back(scalars)
    backend = backend or get_backend()
    if by_output and y is None and kind.family not in _SIGNS:
        y = doors[backend, f"{kind.family}_forward"]((x,), None, scalars)
    found: Array | None = doors[backend, name]((y if by_output and y is not None else x, dy), None, factors)
    return found


# Their slopes ask for the sign of y, which is that of x.
_SIGNS = ("relu", "leaky_relu")


def _alike(x: Any, y: Any) -> bool:
    return type(x) is type(y) is np.ndarray and x.shape == y.shape and x.dtype == y.dtype


def pulled(kind: Activation, scalars: tuple[float, ...], given: dict[str, Array], backend: str | None) -> Array:
    """The gradient of x, from arrays of one type: "dy", and "x" or "y"."""
    dy = given["dy"]
    if not kind.family:
        return dy.copy()
    name, by_output, factors = kind.way_back(scalars)
    at = _place(kind, by_output, given, scalars, backend)
    want = halved(at.shape) if kind.family == "glu" else at.shape
    if dy.shape != want:
        raise ValueError(f"{kind.name}: dy is {dy.shape}, {'y' if by_output else 'x'} is {at.shape}: dy must be {want}")
    dx = np.empty(at.shape, at.dtype)
    if dx.size:
        rows = matrix(at)
        shape = (len(rows), 2, -1) if kind.family == "glu" else rows.shape
        arrays = rows.reshape(shape), matrix(dy), dx.reshape(shape)
        run(backend, name, *arrays, scalars=factors)
    return dx


def _place(kind: Activation, by_output: bool, given: dict[str, Array], scalars: Any, backend: str | None) -> Array:
    """Where the slope is taken: y if that tells it, else x."""
    if by_output and "y" in given:
        return given["y"]
    if "x" not in given:
        why = f"the slope of {kind.name} is a function of x, not of y: pass x=" if "y" in given else "pass x= or y="
        raise ValueError(f"activation_backward: {why}")
    return forward(kind, given["x"], scalars, None, backend) if by_output else given["x"]


def derivative(activation: str | Callable[..., Array], x: Any, backend: str | None = None, **settings: float) -> Array:
    """The slope f'(x) of an activation, element by element.

    Parameters
    ----------
    activation : str or function of pynn.kernels
        All but softmax, log_softmax, sparsemax and glu, whose outputs depend on several inputs.
    x : array_like
        Where, before the activation.
    backend : {"cython", "reference", "numba"}, optional
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
    Reads 8 bytes an element and writes 4, in float32; where a slope is a function of the output (sigmoid, tanh, …) that
    is computed first.  In a backward pass
    `activation_backward` does the same and the product with dy in one go.

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
    found = pulled_plainly(kind, scalars, dy, at, None, backend)
    return pulled(kind, scalars, {"dy": dy, "x": at}, backend) if found is None else found
