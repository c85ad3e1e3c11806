"""Where charts are drawn: Axes that were given, or those of a new figure."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pynn.extras import require

_PANEL = (4.6, 3.4)  # inches


def panels(ax: Any, count: int, who: str, size: tuple[float, float] = _PANEL, most: int = 3) -> list[Any]:
    """The Axes to draw into.

    Parameters
    ----------
    ax : Axes, sequence of Axes, or None
        None makes a figure of pyplot's, which notebooks show and ``plt.show()`` opens, with `most` panels in a row.
    count : int
        How many are needed.
    who : str
        Who asks, for the message.
    size : (float, float)
        Of one panel, in inches.
    most : int, default 3

    Raises
    ------
    ValueError
        If another number of Axes was given.
    TypeError
        If something else was given.
    """
    axes_class = require("matplotlib.axes", extra="plot").Axes
    if ax is None:
        pyplot = require("matplotlib.pyplot", extra="plot")
        wide = min(count, most)
        rows = math.ceil(count / wide)
        width, height = size
        _, grid = pyplot.subplots(
            rows, wide, figsize=(width * wide, height * rows), layout="constrained", squeeze=False
        )
        found = list(grid.flat)
        for spare in found[count:]:
            spare.remove()
        return found[:count]
    given = list(np.asarray(ax, dtype=object).flat)
    if not all(isinstance(one, axes_class) for one in given):
        raise TypeError(f"{who}: ax must be matplotlib Axes, got {ax!r:.100}")
    if len(given) != count:
        raise ValueError(f"{who} draws {count} panel{'s' * (count > 1)}: ax must hold {count} Axes, got {len(given)}")
    return given


def result(drawn: list[Any]) -> Any:
    """One Axes by itself, several as an array: what ``plt.subplots`` does."""
    if len(drawn) == 1:
        return drawn[0]
    array = np.empty(len(drawn), dtype=object)
    array[:] = drawn
    return array


def plain(ax: Any, title: str = "", xlabel: str = "", ylabel: str = "") -> None:
    """Titles without mathematics in dollars, a light grid, no frame at the top and on the right."""
    ax.set_title(title, parse_math=False)
    ax.set_xlabel(xlabel, parse_math=False)
    ax.set_ylabel(ylabel, parse_math=False)
    ax.grid(color="#dddddd", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
