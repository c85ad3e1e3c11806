"""Drawings through matplotlib: on Axes, or as files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pynn.extras import require
from pynn.plot.colours import WHITE
from pynn.plot.marks import Box, Disc, Mark, Trace, Words

if TYPE_CHECKING:
    from pynn.plot.scene import Drawing

MOST_PIXELS = 200_000_000  # 800 MB at four bytes each
_ALIGN = {"start": "left", "middle": "center", "end": "right"}


def save(drawing: Drawing, path: str | os.PathLike[str], ending: str, dpi: float) -> None:
    """Write a drawing in a form of matplotlib's: a point of the drawing is a point of the page."""
    if not dpi > 0:
        raise ValueError(f"dpi must be above 0, got {dpi}")
    pixels = drawing.width * drawing.height * (dpi / 72) ** 2
    if ending not in ("pdf", "ps", "eps") and pixels > MOST_PIXELS:
        raise ValueError(
            f"{os.fspath(path)!r}: {drawing.width:.0f} x {drawing.height:.0f} points at dpi={dpi} are {pixels:.1g} "
            f"pixels, more than {MOST_PIXELS:.0e}: choose a lower dpi, or a file ending in .svg, which has no pixels"
        )
    try:
        figures = require("matplotlib.figure", extra="plot")
    except ImportError as error:
        raise ImportError(f"{error}. A file ending in .svg needs nothing.", name=error.name) from error
    figure = figures.Figure(figsize=(drawing.width / 72, drawing.height / 72), facecolor=WHITE)
    axes = figure.add_axes((0, 0, 1, 1))
    draw(drawing, axes)
    metadata: dict[str, Any] = {"pdf": {"CreationDate": None}, "ps": {}, "eps": {}}.get(ending, {})
    figure.savefig(path, format=ending, dpi=dpi, bbox_inches=None, facecolor=WHITE, metadata=metadata or None)


def draw(drawing: Drawing, ax: Any) -> Any:
    """Draw into Axes; letters and lines get the size that fits the Axes' present size."""
    place, (width, height) = ax.get_position(), ax.figure.get_size_inches() * 72
    scale = min(place.width * width / drawing.width, place.height * height / drawing.height)
    for depth, mark in enumerate(drawing.marks):
        _paint(ax, mark, scale, 2 + depth * 1e-3)
    ax.set_xlim(0, drawing.width)
    ax.set_ylim(drawing.height, 0)
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


def _paint(ax: Any, mark: Mark, scale: float, depth: float) -> None:
    patches = require("matplotlib.patches", extra="plot")
    if isinstance(mark, Words):
        ax.text(
            mark.x,
            mark.y,
            mark.text,
            fontsize=mark.size * scale,
            color=mark.colour,
            ha=_ALIGN[mark.anchor],
            va="center_baseline",
            fontweight="bold" if mark.bold else "normal",
            family="DejaVu Sans",
            parse_math=False,  # a name may hold dollar signs
            usetex=False,
            zorder=depth,
        )
        return
    dashes = (0, (4, 3)) if isinstance(mark, Box | Trace) and mark.dashed else "solid"
    pen = {"linewidth": mark.stroke * scale, "linestyle": dashes, "zorder": depth}
    if isinstance(mark, Disc):
        ax.add_patch(patches.Circle((mark.x, mark.y), mark.radius, facecolor=mark.fill, edgecolor=mark.edge, **pen))
    elif isinstance(mark, Box):
        edge = mark.edge or "none"
        ax.add_patch(
            patches.Rectangle((mark.x, mark.y), mark.width, mark.height, facecolor=mark.fill, edgecolor=edge, **pen)
        )
    else:
        fill = mark.fill or "none"
        pen |= {"capstyle": "butt", "joinstyle": "round", "alpha": mark.opacity}
        ax.add_patch(patches.PathPatch(_path(mark), facecolor=fill, edgecolor=mark.colour, **pen))


def _path(mark: Trace) -> Any:
    paths = require("matplotlib.path", extra="plot")
    points: list[tuple[float, float]] = []
    codes: list[int] = []
    kinds = {"M": paths.Path.MOVETO, "L": paths.Path.LINETO, "Q": paths.Path.CURVE3, "C": paths.Path.CURVE4}
    for command, given in mark.commands:
        if command == "Z":
            points.append(points[0])
            codes.append(paths.Path.CLOSEPOLY)
        else:
            points.extend(given)
            codes.extend([kinds[command]] * len(given))
    return paths.Path(points, codes)
