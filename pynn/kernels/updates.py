"""Steps of optimizers in place, on NumPy arrays: Keras's formulas and defaults."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pynn.backends import get_backend
from pynn.kernels.doors import doors
from pynn.kernels.operands import REALS, contiguous, reals, run, writable

Array = np.ndarray


def sgd_update(
    w: Array, g: Any, m: Array | None = None, learning_rate: float = 0.01, momentum: float = 0.0,
    nesterov: bool = False, backend: str | None = None,
) -> None:  # fmt: skip
    """A step of gradient descent, in place: w -= r g; with momentum m = μ m - r g, w += m.

    Parameters
    ----------
    w : ndarray of float32 or float64, any shape
        Weights; changed.
    g : array_like, shape of w
        Their gradient.
    m : ndarray, shape and type of w, optional
        Velocity, zeros before the first step; changed.  Needed with momentum, refused without.
    learning_rate : float, default 0.01
        r.
    momentum : float, default 0
        μ, from 0 to 1.
    nesterov : bool, default False
        Look ahead: w += μ m - r g.
    backend : {"cython", "reference", "numba", "cuda"}, optional
        For this call; default `pynn.get_backend()`.

    Raises
    ------
    ValueError
        If shapes or types differ, arrays overlap or cannot be written to, or m and momentum do not go together.
    TypeError
        If w or m is no array of float32 or float64, or a setting no number.

    Notes
    -----
    2 operations an element (5 with momentum); reads 8 bytes and writes 4 (12 and 8), in float32.
    Sources: Robbins & Monro 1951, "A stochastic approximation method"; Sutskever, Martens, Dahl & Hinton 2013, "On the
    importance of initialization and momentum in deep learning", section 2.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> sgd_update(w, [2.0, 0.0], learning_rate=0.25)
    >>> w
    array([0.5, 2. ])
    """
    if (m is None) != (momentum == 0):
        given = "no m" if m is None else "an m"
        raise ValueError(f"sgd_update: momentum={momentum} and {given} do not go together")
    if not type(learning_rate) is type(momentum) is float:
        _check_numbers("sgd_update", learning_rate=learning_rate, momentum=momentum)
    if not 0 <= momentum <= 1:
        raise ValueError(f"sgd_update: momentum must be between 0 and 1, got {momentum}")
    if m is None:
        _step("sgd_update", "sgd_update", {"w": w}, g, (learning_rate,), backend)
    else:
        scalars = (learning_rate, momentum, float(nesterov))
        _step("sgd_update", "momentum_update", {"w": w, "m": m}, g, scalars, backend)


def rmsprop_update(
    w: Array, g: Any, v: Array, learning_rate: float = 0.001, rho: float = 0.9, epsilon: float = 1e-7,
    backend: str | None = None,
) -> None:  # fmt: skip
    """A step of RMSprop, in place: v = ρ v + (1 - ρ) g²; w -= r g / √(v + ε).

    Parameters
    ----------
    w : ndarray of float32 or float64, any shape
        Weights; changed.
    g : array_like, shape of w
        Their gradient.
    v : ndarray, shape and type of w
        Mean square of gradients, zeros before the first step; changed.
    learning_rate : float, default 0.001
        r.
    rho : float, default 0.9
        ρ, from 0 to 1.
    epsilon : float, default 1e-7
        Inside the root, as in Keras.
    backend : {"cython", "reference", "numba", "cuda"}, optional
        For this call; default `pynn.get_backend()`.

    Raises
    ------
    ValueError
        If shapes or types differ, or arrays overlap or cannot be written to.
    TypeError
        If w or v is no array of float32 or float64, or a setting no number.

    Notes
    -----
    8 operations an element, a root and a division among them; reads 12 bytes and writes 8, in float32.
    Source: Tieleman & Hinton 2012, "Lecture 6.5: rmsprop".

    Examples
    --------
    >>> w, v = np.array([1.0]), np.zeros(1)
    >>> rmsprop_update(w, [2.0], v, learning_rate=0.1)
    >>> w.round(4), v.round(4)
    (array([0.6838]), array([0.4]))
    """
    if not type(learning_rate) is type(rho) is type(epsilon) is float:
        _check_numbers("rmsprop_update", learning_rate=learning_rate, rho=rho, epsilon=epsilon)
    if not 0 <= rho <= 1:
        raise ValueError(f"rmsprop_update: rho must be between 0 and 1, got {rho}")
    _step("rmsprop_update", "rmsprop_update", {"w": w, "v": v}, g, (learning_rate, rho, epsilon), backend)


def adam_update(
    w: Array, g: Any, m: Array, v: Array, step: int, learning_rate: float = 0.001, beta_1: float = 0.9,
    beta_2: float = 0.999, epsilon: float = 1e-7, backend: str | None = None,
) -> None:  # fmt: skip
    """A step of Adam, in place: m += (1 - β₁)(g - m); v += (1 - β₂)(g² - v); w -= α m / (√v + ε).

    α = r √(1 - β₂ᵗ) / (1 - β₁ᵗ) in step t.

    Parameters
    ----------
    w : ndarray of float32 or float64, any shape
        Weights; changed.
    g : array_like, shape of w
        Their gradient.
    m, v : ndarray, shape and type of w
        Means of g and g², zeros before the first step; changed.
    step : int
        t, which counts from 1.
    learning_rate : float, default 0.001
        r.
    beta_1, beta_2 : float, default 0.9 and 0.999
        From 0 to below 1.
    epsilon : float, default 1e-7
        ε, outside the root, as in Keras.
    backend : {"cython", "reference", "numba", "cuda"}, optional
        For this call; default `pynn.get_backend()`.

    Raises
    ------
    ValueError
        If shapes or types differ, arrays overlap or cannot be written to, or `step` is below 1.
    TypeError
        If w, m or v is no array of float32 or float64, or a setting no number.

    Notes
    -----
    11 operations an element, a root and a division among them; reads 16 bytes and writes 12, in float32.
    Source: Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1, in the order of section 2.

    Examples
    --------
    >>> w, m, v = np.array([1.0]), np.zeros(1), np.zeros(1)
    >>> adam_update(w, [2.0], m, v, step=1, learning_rate=0.1)
    >>> w.round(4)
    array([0.9])
    """
    if isinstance(step, bool) or not isinstance(step, int | np.integer) or step < 1:
        raise ValueError(f"adam_update: step must be a whole number that counts from 1, got {step!r}")
    if not type(learning_rate) is type(beta_1) is type(beta_2) is type(epsilon) is float:
        _check_numbers("adam_update", learning_rate=learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon)
    if not (0 <= beta_1 < 1 and 0 <= beta_2 < 1):
        raise ValueError(f"adam_update: beta_1 and beta_2 must be from 0 to below 1, got {beta_1} and {beta_2}")
    alpha = learning_rate * math.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    _step("adam_update", "adam_update", {"w": w, "m": m, "v": v}, g, (alpha, beta_1, beta_2, epsilon), backend)


def _check_numbers(function: str, **given: Any) -> None:
    for name, value in given.items():
        if not hasattr(value, "__float__") or np.shape(value):
            raise TypeError(f"{function}: {name} must be a number, got {value!r}")


def _step(
    function: str, op: str, states: dict[str, Array], g: Any, scalars: tuple[float, ...], backend: str | None
) -> None:
    if doors[backend or get_backend(), op]((g, *states.values()), None, scalars):
        return
    _check_states(function, states)
    w = states["w"]
    (gradient,) = reals(function, g=g)
    if gradient.shape != w.shape:
        raise ValueError(f"{function}: w is {w.shape}, g is {gradient.shape}: they must have the same shape")
    if not w.size:
        return
    gradient = gradient.astype(w.dtype, copy=False)
    if any(np.may_share_memory(gradient, state) for state in states.values()):
        gradient = gradient.copy()
    changed = [contiguous(state) for state in states.values()]
    run(backend, op, contiguous(gradient).reshape(-1), *(a.reshape(-1) for a in changed), scalars=scalars)
    for state, made in zip(states.values(), changed, strict=True):
        if made is not state:
            state[...] = made


def _check_states(function: str, states: dict[str, Array]) -> None:
    w = states["w"]
    for name, state in states.items():
        if not isinstance(state, np.ndarray) or state.dtype not in REALS:
            kind = f"of {state.dtype}" if isinstance(state, np.ndarray) else f"({type(state).__name__})"
            raise TypeError(f"{function}: {name} must be an array of float32 or float64, which is changed; got {kind}")
        if (state.shape, state.dtype) != (w.shape, w.dtype):
            raise ValueError(
                f"{function}: w is {w.shape} of {w.dtype}, {name} is {state.shape} of {state.dtype}: they must be alike"
            )
        writable(function, name, state)
    names = list(states)
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            if np.may_share_memory(states[first], states[second]):
                raise ValueError(f"{function}: {first} and {second} share memory; each needs an array of its own")
