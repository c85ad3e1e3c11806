"""A drawing made of four kinds of marks: SVG by itself, anything else through matplotlib."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from pynn.plot import painting
from pynn.plot.colours import WHITE
from pynn.plot.marks import Box, Disc, Mark, Words

# What matplotlib's canvases write, by the ending of a file.
PICTURES = ("png", "pdf", "jpg", "jpeg", "ps", "eps", "webp")
_FONT = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"


class Drawing:
    """A picture that shows itself in notebooks and is saved as SVG, PNG or PDF.

    Parameters
    ----------
    marks : iterable of marks
        Later ones lie above earlier ones.
    width, height : float
        In points (1/72 inch).
    title : str
        Read aloud by screen readers.

    Examples
    --------
    >>> drawing = Drawing([Words(20, 10, "a <b>", 8)], 40, 20, "letters")
    >>> drawing
    <Drawing 'letters', 40 x 20 points>
    >>> drawing.svg().startswith("<svg"), "a &lt;b&gt;" in drawing.svg()
    (True, True)
    """

    def __init__(self, marks: Iterable[Mark], width: float, height: float, title: str) -> None:
        self.marks, self.width, self.height, self.title = list(marks), width, height, title

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.title!r}, {self.width:.0f} x {self.height:.0f} points>"

    def svg(self) -> str:
        """The picture as the text of an SVG file."""
        width, height = _number(self.width), _number(self.height)
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="{_FONT}" role="img">',
            f"<title>{_clean(self.title)}</title>",
            f'<rect width="{width}" height="{height}" fill="{WHITE}"/>',  # readable on dark pages, too
            *map(_element, self.marks),
        ]
        return "\n".join([*lines, "</svg>", ""])

    def _repr_svg_(self) -> str:
        # In a narrow cell it shrinks.  Not in files: some programs read no height from "auto".
        return self.svg().replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1)

    def draw(self, ax: Any) -> Any:
        """Draw into matplotlib's Axes, which lose their frame; returns them."""
        return painting.draw(self, ax)

    def save(self, path: str | os.PathLike[str], dpi: float = 200) -> Drawing:
        """Write a file; its ending says which kind.

        Parameters
        ----------
        path : str or path
            Ending in .svg, or, with the extra `plot`, in .png, .pdf, .jpg, .ps, .eps or .webp.
        dpi : float, default 200
            Pixels an inch where there are pixels.

        Raises
        ------
        ValueError
            If the ending is another one, or the picture would have more than 200 million pixels.
        FileNotFoundError
            If there is no such folder.
        ImportError
            If matplotlib is needed and missing.
        """
        return self._write(path, Path(path).suffix.removeprefix(".").lower(), dpi)

    def _write(self, path: Any, ending: str, dpi: float) -> Drawing:
        check_file(path, ending)
        if ending == "svg":
            Path(path).write_text(self.svg(), encoding="utf-8")
        else:
            painting.save(self, path, ending, dpi)
        return self


def check_file(path: str | os.PathLike[str], ending: str, more: Sequence[str] = ()) -> None:
    """Raise ValueError or FileNotFoundError if a picture cannot be written there."""
    known = ("svg", *PICTURES, *more)
    if ending not in known:
        raise ValueError(f"{os.fspath(path)!r}: the ending of a picture's file must be one of .{', .'.join(known)}")
    folder = Path(path).parent
    if not folder.is_dir():
        raise FileNotFoundError(f"{os.fspath(path)!r}: there is no folder '{folder}'; make it first")


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _clean(text: str) -> str:
    """Text for XML, which has no control characters."""
    return escape("".join(c if c.isprintable() else " " for c in text), quote=True)


def _element(mark: Mark) -> str:
    if isinstance(mark, Words):
        return _text(mark)
    about = "".join(f' {key}="{_clean(value)}"' for key, value in mark.about)
    if isinstance(mark, Disc):
        x, y, radius = map(_number, mark[:3])
        edge = f'stroke="{mark.edge}" stroke-width="{_number(mark.stroke)}"'
        return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{mark.fill}" {edge}{about}/>'
    dashes = ' stroke-dasharray="6 4"' if mark.dashed else ""
    if isinstance(mark, Box):
        x, y, width, height = map(_number, mark[:4])
        edge = f' stroke="{mark.edge}" stroke-width="{_number(mark.stroke)}"' if mark.edge else ""
        return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{mark.fill}"{edge}{dashes}{about}/>'
    way = "".join(
        command + " ".join(f"{_number(x)},{_number(y)}" for x, y in points) for command, points in mark.commands
    )
    line = f'stroke="{mark.colour}" stroke-width="{_number(mark.stroke)}"' if mark.stroke else 'stroke="none"'
    opacity = f' opacity="{_number(mark.opacity)}"' if mark.opacity < 1 else ""
    return f'<path d="{way}" fill="{mark.fill or "none"}" {line}{dashes}{opacity}{about}/>'


def _text(mark: Words) -> str:
    x, y = _number(mark.x), _number(mark.y + 0.36 * mark.size)  # from the middle of capitals down to the baseline
    weight = ' font-weight="bold"' if mark.bold else ""
    anchor = f' text-anchor="{mark.anchor}"' if mark.anchor != "start" else ""
    whole = f"<title>{_clean(mark.whole)}</title>" if mark.whole else ""
    form = f'font-size="{_number(mark.size)}" fill="{mark.colour}"{anchor}{weight}'
    return f'<text x="{x}" y="{y}" {form}>{whole}{_clean(mark.text)}</text>'
