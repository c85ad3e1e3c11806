"""What drawings are made of: four kinds of marks; and how wide letters are."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from pynn.plot.colours import BLACK

Point = tuple[float, float]

# Widths of DejaVu Sans over its size; Verdana has the same, Helvetica and Arial are narrower.
_WIDTHS = dict.fromkeys("ijlI.,:;|!'", 0.34) | dict.fromkeys('ftr()[]{}-/\\ "', 0.42) | dict.fromkeys("mMW@%—…", 1.0)
_BOLD = 1.13


class Box(NamedTuple):
    """A rectangle; x and y are its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    edge: str | None = None
    stroke: float = 1.0
    dashed: bool = False
    about: tuple[tuple[str, str], ...] = ()


class Disc(NamedTuple):
    """A circle around (x, y)."""

    x: float
    y: float
    radius: float
    fill: str
    edge: str
    stroke: float = 1.0
    about: tuple[tuple[str, str], ...] = ()


class Words(NamedTuple):
    """A line of text that begins, ends or has its middle at x; y is half its height."""

    x: float
    y: float
    text: str
    size: float
    colour: str = BLACK
    anchor: str = "middle"
    bold: bool = False
    whole: str = ""  # what is shown when the pointer rests on it


class Trace(NamedTuple):
    """A line: commands M, L, C, Q and Z of SVG's paths, each with its points."""

    commands: tuple[tuple[str, tuple[Point, ...]], ...]
    colour: str
    stroke: float
    fill: str | None = None
    dashed: bool = False
    opacity: float = 1.0
    about: tuple[tuple[str, str], ...] = ()


Mark = Box | Disc | Words | Trace


def width_of(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of text becomes, rather too much than too little.

    Parameters
    ----------
    text : str
    size : float
        Height of the letters in points, as in SVG's font-size.
    bold : bool, default False

    Examples
    --------
    >>> width_of("Dense", 10) < width_of("Dense", 10, bold=True) < 50
    True
    """
    return size * (_BOLD if bold else 1.0) * sum(map(_width_of_letter, text))


def _width_of_letter(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    if ord(letter) > 126:
        return 1.05 if unicodedata.east_asian_width(letter) in "WF" else 0.8
    return 0.76 if letter.isupper() else 0.64


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and end with an ellipsis between them."""
    return text if len(text) <= most else f"{text[: most - most // 3 - 1]}…{text[-(most // 3) :]}"
