"""The table that `model.summary()` prints."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from pynn import config
from pynn.console import BOLD, is_terminal, paint, print_message
from pynn.models.facts import Form, count, is_chain, memory, rows_of, totals

Emphasis = Callable[[str], str]

_ALIGN: dict[str, Callable[[str, int], str]] = {
    "left": str.ljust,
    "right": str.rjust,
    # str.center puts the odd space before the text, Keras's tables after it.
    "center": lambda text, width: (" " * ((width - len(text)) // 2) + text).ljust(width),
}


class Column(NamedTuple):
    """A column of the table: `width` counts the blank on each side of the text."""

    header: str
    align: str
    width: int


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Print a model's layers, their output shapes and the number of parameters.

    Parameters
    ----------
    model : Model
    line_length : int, optional
        Characters a line; 88 (100 with `show_trainable`) if not given, or what the terminal holds.
    positions : sequence of float, optional
        Where each column ends, as fractions of the line; [0.45, 0.8, 1.0] if not given.
    print_fn : callable, optional
        Called once with the whole text, instead of printing it.
    expand_nested : bool, default False
        Whether to list the layers of models that are layers.
    show_trainable : bool, default False
        Whether to add a column that says which layers learn.
    layer_range : sequence of two str, optional
        Names, or regular expressions for names, of the first and the last layer to show.

    Raises
    ------
    ValueError
        If the columns do not fit into the line, or `layer_range` matches no layer.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(name="empty", layers=[], trainable_weights=[], non_trainable_weights=[],
    ...                         optimizer=None)
    >>> print_summary(model, line_length=40)
    Model: "empty"
    ┏━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━┓
    ┃                 ┃ Output     ┃ Param ┃
    ┃ Layer (type)    ┃ Shape      ┃     # ┃
    ┡━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━┩
    └─────────────────┴────────────┴───────┘
     Total params: 0 (0.00 B)
     Trainable params: 0 (0.00 B)
     Non-trainable params: 0 (0.00 B)
    """
    plain = print_fn is not None or not config.is_interactive_logging_enabled() or not is_terminal()
    emphasis: Emphasis = (lambda text: text) if plain else (lambda text: paint(text, BOLD))
    form = Form(expand_nested, show_trainable, None if is_chain(model) else {id(n) for n in model._network.nodes})
    columns = _columns(line_length, positions, form)
    shown = model.layers if form.nodes is None else model._network.operations
    rows = [row for layer in _in_range(shown, layer_range) for row in rows_of(layer, form)]
    lines = [emphasis(f'Model: "{model.name}"'), *_table(columns, rows, emphasis)]
    for label, weights in totals(model):
        lines.append(emphasis(f" {label} params: ") + f"{count(weights):,} ({memory(weights)})")
    text = "".join(line + "\n" for line in lines)
    if print_fn is None:
        print_message(text, line_break=False)
    else:
        print_fn(text)


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _columns(line_length: int | None, positions: Sequence[float] | None, form: Form) -> list[Column]:
    headers = [("Layer (type)", "left"), ("Output Shape", "left"), ("Param #", "right")]
    ends, length = [0.45, 0.80, 1.0], 88
    if form.nodes is not None:
        headers.append(("Connected to", "left"))
        ends, length = [0.3, 0.56, 0.74, 1.0], 108
    if positions is not None and len(positions) != len(headers):
        raise ValueError(
            f"positions must hold one fraction for each of {len(headers)} columns. Received: positions={positions}"
        )
    ends = list(positions or ends)
    if form.show_trainable:
        headers.append(("Trainable", "center"))
        ends, length = [end * 0.90 for end in ends] + [1.0], length + 12
    line_length = line_length or min(length, _terminal_width() - 4)
    stops = [0, *(int(end * line_length) for end in ends)]
    widths = [stop - start for start, stop in pairwise(stops)]
    if min(widths) < 4:
        raise ValueError(
            f"Insufficient console width to print summary: line_length={line_length} leaves columns of {widths} "
            "characters, each needs 4."
        )
    widths = _fitted([width + 2 for width in widths], line_length - len(widths) - 1)
    return [Column(header, align, width) for (header, align), width in zip(headers, widths, strict=True)]


def _fitted(widths: list[int], total: int) -> list[int]:
    # As Keras's table does: what is too much is taken from all columns alike, what is missing is
    # given to each in proportion.
    missing = total - sum(widths)
    fitted = []
    for index, width in enumerate(widths):
        if missing < 0:
            share = -min(width, round(-missing / (len(widths) - index)))
        else:
            share = math.ceil(width * missing / sum(widths[index:]))
        fitted.append(width + share)
        missing -= share
    return fitted


def _in_range(layers: Sequence[Any], layer_range: Sequence[str] | None) -> Sequence[Any]:
    if layer_range is None:
        return layers
    if len(layer_range) != 2:
        raise ValueError(
            "layer_range must be a list or tuple of length 2. "
            f"Received: layer_range = {layer_range} of length {len(layer_range)}"
        )
    if not all(isinstance(name, str) for name in layer_range):
        raise ValueError(f"layer_range should contain string type only. Received: {layer_range}")
    first, last = ([i for i, layer in enumerate(layers) if re.match(name, layer.name)] for name in layer_range)
    if not first or not last:
        raise ValueError(
            f"Passed layer_names do not match the layer names in the model. Received: {layer_range}. "
            f"The layers are: {[layer.name for layer in layers]}"
        )
    if first[0] > last[-1]:
        return layers[last[0] : first[-1] + 1]
    return layers[first[0] : last[-1] + 1]


def _table(columns: list[Column], rows: list[list[str]], emphasis: Emphasis) -> Iterator[str]:
    yield _rule(columns, "┏━┳┓")
    yield from _cells(columns, [column.header for column in columns], "┃", emphasis)
    yield _rule(columns, "┡━╇┩")
    for index, row in enumerate(rows):
        if index:
            yield _rule(columns, "├─┼┤")
        yield from _cells(columns, row, "│")
    yield _rule(columns, "└─┴┘")


def _rule(columns: list[Column], characters: str) -> str:
    left, line, cross, right = tuple(characters)
    return left + cross.join(line * column.width for column in columns) + right


def _cells(columns: list[Column], texts: list[str], bar: str, emphasis: Emphasis | None = None) -> Iterator[str]:
    cells = [_wrap(text, column.width - 2) for text, column in zip(texts, columns, strict=True)]
    height = max(map(len, cells))
    for cell in cells:
        blank = [""] * (height - len(cell))
        cell[:] = blank + cell if emphasis else cell + blank  # headers stand on their rule
    for line in zip(*cells, strict=True):
        parts = [
            _ALIGN[column.align](part.rstrip(), column.width - 2) for column, part in zip(columns, line, strict=True)
        ]
        yield bar + bar.join(f" {emphasis(part) if emphasis else part} " for part in parts) + bar


def _wrap(text: str, width: int) -> list[str]:
    # Greedy; a word too long for any line gets one of its own and ends in an ellipsis.
    lines = [""]
    for word in re.findall(r"\s*\S+\s*", text):
        if lines[-1] and len(lines[-1]) + len(word.rstrip()) > width:
            lines.append("")
        lines[-1] += word
    lines = [line.rstrip() for line in lines]
    return [line if len(line) <= width else line[: width - 1] + "…" for line in lines]
