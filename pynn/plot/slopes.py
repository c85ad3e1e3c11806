"""Activations and what becomes of gradients in them; gradient descent with rates of several sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pynn.activations import get
from pynn.plot.colours import BLACK, BLUE, GREY, VERMILION
from pynn.plot.panels import panels, plain, result
from pynn.tape import GradientTape
from pynn.variables import Variable

_USUAL = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu")


def activations(
    names: Sequence[str | Callable[..., Any]] = _USUAL, *, span: tuple[float, float] = (-4.0, 4.0), ax: Any = None
) -> Any:
    """Draw activations and their derivatives, the factor by which each takes a gradient on.

    Parameters
    ----------
    names : sequence of str or callable, or one of them
        Names of Keras's, or functions of one number made of ``keras.ops``.
    span : (float, float), default (-4, 4)
        From where to where.
    ax : Axes, or as many as there are names, optional
        Where to draw.

    Returns
    -------
    Axes, or array of Axes if there are several names

    Raises
    ------
    ValueError
        If there is no such activation, or it mixes numbers of a row, as softmax does.

    Examples
    --------
    >>> ax = activations("sigmoid")
    >>> ax.get_title()
    'sigmoid (largest slope 0.25)'
    """
    asked = [names] if isinstance(names, str) or callable(names) else list(names)
    low, high = span
    if not asked or not low < high:
        raise ValueError(f"activations: names and span must not be empty, got {names!r:.100} and {span!r}")
    z = np.linspace(low, high, 401, dtype=np.float32)
    found = [(_title(name), *_with_slope(name, z)) for name in asked]
    drawn = panels(ax, len(found), "activations", size=(3.4, 2.7))
    for panel, (title, y, slope) in zip(drawn, found, strict=True):
        panel.axhline(0, color=GREY, linewidth=0.8)
        panel.axvline(0, color=GREY, linewidth=0.8)
        panel.plot(z, y, color=BLUE, linewidth=2, label="f(z)")
        panel.plot(z, slope, "--", color=VERMILION, linewidth=2, label="f′(z)")
        plain(panel, f"{title} (largest slope {slope.max():.3g})", "z")
        panel.title.set_fontsize("medium")
    drawn[0].legend(frameon=False)
    return result(drawn)


def _title(name: Any) -> str:
    return name if isinstance(name, str) else getattr(name, "__name__", type(name).__name__)


def _with_slope(name: Any, z: NDArray[np.float32]) -> tuple[NDArray[Any], NDArray[Any]]:
    function = get(name)
    variable = Variable(np.stack([z, z[::-1]], axis=1))
    with GradientTape() as tape:
        y = function(variable)
    slope = tape.gradient(y, variable)
    row = np.shape(y) == variable.shape and np.asarray(function(z[None, :]))[0]
    if slope is None or row is False or not np.allclose(row, np.asarray(y)[:, 0], atol=1e-5):
        raise ValueError(f"activations draws functions of one number; '{_title(name)}' needs a row of them")
    return np.asarray(y)[:, 0], np.asarray(slope)[:, 0]


def learning_rates(
    rates: Sequence[float] = (0.03, 0.3, 1.03), *, steps: int = 10, start: float = -2.0, ax: Any = None
) -> Any:
    """Draw gradient descent on the loss w² with several learning rates: too small, right, too large.

    A step is w ← w - η · 2w, so that w shrinks by the factor 1 - 2η: slowly for a small η, at once for η = 0.5, to and
    fro above, and from η = 1 on it grows.

    Parameters
    ----------
    rates : sequence of float
        Learning rates η, above 0; a panel each.
    steps : int, default 10
    start : float, default -2
        The weight at first, not 0.
    ax : Axes, or as many as there are rates, optional
        Where to draw.

    Returns
    -------
    Axes, or array of Axes if there are several rates

    Raises
    ------
    ValueError
        If a rate or the number of steps is not above 0, or `start` is 0.

    Examples
    --------
    >>> [ax.get_title() for ax in learning_rates()]
    ['η = 0.03: too small', 'η = 0.3: right', 'η = 1.03: too large, it diverges']
    """
    asked = [float(rate) for rate in np.atleast_1d(np.asarray(rates, dtype=float))]
    if not asked or not all(rate > 0 and np.isfinite(rate) for rate in asked):
        raise ValueError(f"learning_rates: rates must be numbers above 0, got {rates!r}")
    if not isinstance(steps, int) or steps < 1 or start == 0 or not np.isfinite(start):
        raise ValueError(f"learning_rates: steps must be above 0 and start not 0, got steps={steps!r}, start={start!r}")
    drawn = panels(ax, len(asked), "learning_rates", size=(3.7, 3.2))
    for panel, rate in zip(drawn, asked, strict=True):
        path = start * (1 - 2 * rate) ** np.arange(steps + 1)
        path = path[: np.searchsorted(np.abs(path) > 4 * abs(start), True) + 1] if rate > 1 else path
        _descent(panel, rate, path, max(1.25 * abs(start), 1.1 * float(np.abs(path).max())))
    return result(drawn)


def _descent(ax: Any, rate: float, path: NDArray[Any], reach: float) -> None:
    w = np.linspace(-reach, reach, 201)
    ax.plot(w, w**2, color=GREY, linewidth=1.6)
    for i in range(len(path) - 1):
        ends = {"xy": (path[i + 1], path[i + 1] ** 2), "xytext": (path[i], path[i] ** 2)}
        arrow = {
            "arrowstyle": "-|>",
            "color": VERMILION,
            "linewidth": 1.4,
            "shrinkA": 0,
            "shrinkB": 2,
            "mutation_scale": 10,
        }
        ax.annotate("", **ends, arrowprops=arrow)
    ax.plot(path, path**2, "o", color=BLUE, markersize=5, zorder=3)
    ax.plot(path[:1], path[:1] ** 2, "o", color=BLACK, markersize=7, zorder=4)
    ax.annotate("start", (path[0], path[0] ** 2), (-9, -4), textcoords="offset points", ha="right", fontsize="small")
    ax.set_ylim(-0.06 * reach**2, 1.12 * reach**2)
    plain(ax, f"η = {rate:g}: {_verdict(rate, len(path) - 1)}", "weight w", "loss w²")


def _verdict(rate: float, steps: int) -> str:
    if rate >= 1:
        return "too large, it diverges" if rate > 1 else "too large, to and fro for ever"
    if abs(1 - 2 * rate) ** steps < 0.05:
        return "right"
    return "too small" if rate < 0.5 else "too large, it swings"
