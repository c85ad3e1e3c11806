"""What is checked when a function is decorated: that it is followed rightly, is finite, and has the slope it says."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from pynn.kernels.own.evaluation import evaluate
from pynn.kernels.own.expressions import Expression

# Where a function is looked at: on both sides of 0, where no corner is likely to lie, and at 0, which inputs often are.
_PLACES = (-5.173, -2.713, -1.387, -0.618, -0.1443, 0.0, 0.1732, 0.5772, 1.2599, 2.2361, 4.6692)
# Beyond these it is looked at where it is finite: relu6 has a corner at 6.
_WIDE = (-23.71, -11.39, 8.173, 17.41)
# A loss may be one of probabilities: there it must be finite, elsewhere it is looked at where it is.
_INSIDE = (0.1873, 0.5772, 0.8318)
_OUTSIDE = (-2.713, -1.0, 0.0, 1.0, 2.2361)
_FAR = 100.0  # e^100 overflows in float32
_TOLERANCE = 1e-5


def _points(count: int) -> Sequence[tuple[tuple[float, ...], bool]]:
    """Where to look, and whether a function must be finite there."""
    if count == 1:
        return [((x,), True) for x in _PLACES] + [((x,), False) for x in _WIDE]
    inside = [(point, True) for point in itertools.product(_INSIDE, _INSIDE)]
    return inside + [(point, False) for point in itertools.product(_OUTSIDE, (*_INSIDE, -1.387, 3.1416))]


def _at(inputs: Sequence[str], point: Sequence[float]) -> str:
    return ", ".join(f"{name} = {x:g}" for name, x in zip(inputs, point, strict=True))


def _plain(title: str, function: Callable[..., Any], where: str, point: Sequence[float]) -> float:
    try:
        with np.errstate(all="ignore"):
            found = function(*point)
        if isinstance(found, complex):
            raise ValueError(f"{found} is no real number")
        value = float(found)
    except (ArithmeticError, ValueError, TypeError) as error:
        raise ValueError(f"{title} fails at {where}: {type(error).__name__}: {error}") from error
    if not np.isfinite(value):
        raise ValueError(f"{title} is {value} at {where}; it must be finite for the usual inputs, on both sides of 0")
    return value


def check_value(title: str, function: Callable[..., Any], value: Expression, inputs: Sequence[str]) -> None:
    """Compare what was followed with what the function gives for numbers.

    Raises
    ------
    ValueError
        If it fails or is not finite where it should be, or gives something else.
    """
    for point, needed in _points(len(inputs)):
        where = _at(inputs, point)
        try:
            want, got = _plain(title, function, where, point), _evaluated(value, inputs, point)
        except ValueError:
            if needed:
                raise
            continue
        if not abs(got - want) <= 1e-9 * max(1.0, abs(want)):
            raise ValueError(
                f"{title} gives {want!r} at {where}, but {got!r} when it is compiled: what it gives must depend on "
                f"{' and '.join(inputs)} alone, not on random numbers, counters or the type of its argument"
            )


def _evaluated(e: Expression, inputs: Sequence[str], point: Sequence[float], dtype: Any = np.float64) -> float:
    return float(evaluate([e], dtype, **{n: np.full(1, x, dtype) for n, x in zip(inputs, point, strict=True)})[0][0])


def _differences(value: Expression, inputs: Sequence[str], point: Sequence[float]) -> Iterator[float]:
    """The slope by the last input, by central differences of two widths."""
    *others, x = point
    for h in (1e-4, 5e-5):
        high, low = (_evaluated(value, inputs, (*others, x + side * h)) for side in (1, -1))
        yield (high - low) / (2 * h)


def check_slope(title: str, value: Expression, slope: Expression, inputs: Sequence[str]) -> None:
    """Compare a derivative with finite differences, where these are sure of themselves.

    Raises
    ------
    ValueError
        If it is another one, or is not finite.
    """
    for point, needed in _points(len(inputs)):
        where, found = _at(inputs, point), _evaluated(slope, inputs, point)
        if not np.isfinite(found):
            if not needed:
                continue
            raise ValueError(
                f"the derivative of {title} is {found} at {where}: round the function off there, such as "
                "sqrt(x + 1e-7) for sqrt(x), or give derivative="
            )
        coarse, fine = _differences(value, inputs, point)
        near = _TOLERANCE * max(1.0, abs(fine))
        # Where both widths disagree, or one-sided slopes do, there is a corner or a step: any slope may be meant.
        if abs(coarse - fine) <= near < abs(found - fine) and not _corner(value, inputs, point, near):
            raise ValueError(
                f"the derivative of {title} is {found:.7g} at {where}, but finite differences say {fine:.7g}"
            )


def _corner(value: Expression, inputs: Sequence[str], point: Sequence[float], near: float) -> bool:
    *others, x = point
    below, at, above = (_evaluated(value, inputs, (*others, x + h)) for h in (-1e-4, 0.0, 1e-4))
    return abs((above - at) - (at - below)) > 1e-4 * max(1e-2, 10 * near)


def warn_far(title: str, roots: Sequence[Expression], inputs: Sequence[str]) -> None:
    """Warn where a function or its derivative is no number in float32, far from 0."""
    for x in (-_FAR, _FAR):
        point = [0.0] * (len(inputs) - 1) + [x]
        single, double = ([_evaluated(e, inputs, point, real) for e in roots] for real in (np.float32, np.float64))
        if (np.isnan(single) > np.isnan(double)).any():
            what = "" if np.isnan(single[0]) else "the derivative of "
            warnings.warn(
                f"{what}{title} is no number at {_at(inputs, point)} in float32, where e^x overflows for x > 88; write "
                "it with exponentials of negative numbers, or with tanh, to be safe",
                stacklevel=5,
            )
            return
