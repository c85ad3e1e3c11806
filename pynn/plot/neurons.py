"""Neurons and weighted lines, as lectures draw a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pynn.plot.colours import BLACK, BLUE, GREY, PALE, VERMILION, WHITE
from pynn.plot.columns import Column, columns_of, shown
from pynn.plot.marks import Disc, Mark, Point, Trace, Words, shortened, width_of
from pynn.plot.scene import Drawing

_RADIUS, _STEP, _BIAS = 13.0, 36.0, 9.0
_NAME, _TEXT = 12.0, 11.0
_HEAD = 46.0
_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_THINNEST, _WIDEST = 0.5, 4.0


def network(
    model: Any,
    *,
    max_neurons: int = 10,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    biases: bool = True,
    ax: Any = None,
) -> Any:
    """Draw a network's neurons and the weights between them.

    A line is blue where the weight is positive and orange where it is negative, and as wide as the weight is large: the
    widest line between two columns is the largest weight shown there. The small circle with a 1 below a column is the
    constant input that biases weigh.

    Parameters
    ----------
    model : Model
        A built chain of Dense layers. Flatten, Dropout, activations and others that change no number of values are
        named below their column.
    max_neurons : int, default 10
        Columns with more neurons show the first and the last of them.
    input_names, output_names : sequence of str, optional
        One a neuron; x₁, x₂, … and ŷ₁, ŷ₂, … if not given.
    biases : bool, default True
        Whether biases are drawn.
    ax : matplotlib Axes, optional
        Where to draw.

    Returns
    -------
    Drawing, or Axes if `ax` is given
        The drawing shows itself in notebooks; ``save("network.svg")`` writes a file.

    Raises
    ------
    TypeError
        If it is no model.
    ValueError
        If the model is not built or no chain, or the number of names is not that of neurons.

    Examples
    --------
    >>> model = keras.Sequential([keras.Input((2,)), Dense(3, activation="tanh"), Dense(1, activation="sigmoid")])
    >>> network(model, input_names=["height", "weight"], output_names=["healthy"])
    <Drawing 'Network of 2, 3, 1 neurons', 422 x 252 points>
    """
    if not isinstance(max_neurons, int) or max_neurons < 2:
        raise ValueError(f"network: max_neurons must be a whole number of 2 or more, got {max_neurons!r}")
    columns = columns_of(model)
    names = [
        _names(given, column.units, argument, letter)
        for given, column, argument, letter in (
            (input_names, columns[0], "input_names", "x"),
            (output_names, columns[-1], "output_names", "ŷ"),
        )
    ]
    drawing = _Picture(columns, max_neurons, names, biases).drawing()
    return drawing if ax is None else drawing.draw(ax)


def _names(given: Sequence[str] | None, units: int, argument: str, letter: str) -> list[str]:
    if given is None:
        return [letter + str(i + 1).translate(_DIGITS) for i in range(units)]
    if isinstance(given, str) or len(given) != units:
        raise ValueError(f"network: {argument} must be {units} names, one a neuron, got {given!r:.200}")
    return [str(name) for name in given]


class _Picture:
    """Where everything stands: a column of places for each layer."""

    def __init__(self, columns: list[Column], most: int, names: list[list[str]], biases: bool) -> None:
        self.columns, self.names = columns, [[shortened(name, 24) for name in some] for some in names]
        self.shown = [shown(column.units, most) for column in columns]
        after = [*columns[1:], None]
        self.has_bias = [biases and c is not None and c.bias is not None for c in after]
        rows = max(map(len, self.shown))
        left, right = (max(width_of(name, _TEXT) for name in some) for some in self.names)
        self.captions = [_caption(column) for column in columns]
        wide = [max(width_of(line, _NAME, bold=True) for line in lines) for lines in self.captions]
        apart = max(130.0, max(wide) + 16)
        margin = _RADIUS + 20
        sides = margin + max(left + 8, wide[0] / 2), margin + max(right + 8, wide[-1] / 2)
        across = sum(sides) + (len(columns) - 1) * apart
        self.width = max(across, _LEGEND_WIDTH + 40)
        self.xs = [(self.width - across) / 2 + sides[0] + i * apart for i in range(len(columns))]
        self.middle = _HEAD + (rows - 1) * _STEP / 2
        bottom = max(len(units) / 2 + has for units, has in zip(self.shown, self.has_bias, strict=True))
        self.foot = self.middle + bottom * _STEP + 12
        self.height = self.foot + 16.0 * max(map(len, self.captions)) + 36

    def drawing(self) -> Drawing:
        """Lines below neurons, captions on top."""
        marks: list[Mark] = []
        for i, column in enumerate(self.columns[1:], 1):
            marks += self._lines(i, column)
        for i in range(len(self.columns)):
            marks += self._neurons(i)
        sizes = ", ".join(str(column.units) for column in self.columns)
        return Drawing([*marks, *self._words()], self.width, self.height, f"Network of {sizes} neurons")

    def _places(self, i: int) -> list[Point]:
        """Middles of a column's neurons, of the dots for those left out, and of the bias."""
        many = len(self.shown[i])
        return [(self.xs[i], self.middle + (row - (many - 1) / 2) * _STEP) for row in range(many + self.has_bias[i])]

    def _lines(self, i: int, column: Column) -> Iterable[Mark]:
        assert column.weights is not None
        found = []
        before, here = self._places(i - 1), self._places(i)
        for target, end in zip(self.shown[i], here, strict=False):
            if target is None:
                continue
            for source, start in zip(self.shown[i - 1], before, strict=False):
                if source is not None:
                    found.append((start, end, float(column.weights[source, target]), f"{source} → {target}"))
            if self.has_bias[i - 1] and column.bias is not None:
                found.append((before[-1], end, float(column.bias[target]), f"bias → {target}"))
        largest = max((abs(weight) for *_, weight, _ in found if weight == weight), default=0.0) or 1.0
        # Small weights first, so that large ones lie above them; NaN, which is drawn black, on top.
        found.sort(key=lambda line: abs(line[2]) if line[2] == line[2] else float("inf"))
        return [_line(*line, largest) for line in found]

    def _neurons(self, i: int) -> Iterable[Mark]:
        places = self._places(i)
        if self.has_bias[i]:
            x, y = places[-1]
            yield Disc(x, y, _BIAS, PALE, GREY, 1.2, (("class", "bias"),))
            yield Words(x, y, "1", _TEXT)
        for unit, (x, y) in zip(self.shown[i], places, strict=False):
            if unit is None:
                yield from (Disc(x, y + step, 1.8, BLACK, BLACK, 0, (("class", "more"),)) for step in (-7, 0, 7))
                continue
            yield Disc(x, y, _RADIUS, WHITE, BLACK, 1.6, (("class", "neuron"), ("data-unit", f"{i}/{unit}")))
            if i == 0:
                yield Words(x - _RADIUS - 8, y, self.names[0][unit], _TEXT, anchor="end")
            if i == len(self.columns) - 1:
                yield Words(x + _RADIUS + 8, y, self.names[1][unit], _TEXT, anchor="start")

    def _words(self) -> Iterable[Mark]:
        last = len(self.columns) - 1
        for i, (x, lines) in enumerate(zip(self.xs, self.captions, strict=True)):
            units = self.columns[i].units
            role = "input" if i == 0 else "output" if i == last else "hidden"
            plural = "s" if units != 1 and role != "hidden" else ""
            yield Words(x, 18, f"{units} {role}{plural}", _NAME, GREY)
            for row, line in enumerate(lines):
                yield Words(x, self.foot + 16 * row, line, _NAME, BLACK if row == 0 else GREY, bold=row == 0)
        x, y = (self.width - _LEGEND_WIDTH) / 2 + 26, self.height - 16
        for text, colour in _SIGNS:
            yield Trace((("M", ((x - 26, y),)), ("L", ((x - 4, y),))), colour, 3.0)
            yield Words(x, y, text, _TEXT, anchor="start")
            x += width_of(text, _TEXT) + 40
        yield Words(x - 26, y, _SIZE, _TEXT, GREY, anchor="start")


_SIGNS, _SIZE = (("positive weight", BLUE), ("negative weight", VERMILION)), "the wider, the larger"
_LEGEND_WIDTH = sum(width_of(text, _TEXT) + 40 for text, _ in _SIGNS) + width_of(_SIZE, _TEXT)


def _caption(column: Column) -> list[str]:
    return [shortened(column.title, 22), *(shortened(note, 24) for note in column.notes)]


def _line(start: Point, end: Point, weight: float, name: str, largest: float) -> Trace:
    share = min(abs(weight) / largest, 1.0) if weight == weight else 1.0
    colour = BLACK if weight != weight else BLUE if weight >= 0 else VERMILION
    about = (("class", "weight"), ("data-weight", f"{weight:.4g}"), ("data-between", name))
    stroke = _THINNEST + (_WIDEST - _THINNEST) * share
    return Trace((("M", (start,)), ("L", (end,))), colour, stroke, opacity=0.3 + 0.6 * share, about=about)
