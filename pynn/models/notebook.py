"""A model at the end of a notebook's cell: its summary as a table of HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from pynn.models.facts import facts

_MOST = 200  # rows; `model.summary()` prints all
_CELL = "text-align:{};padding:2px 10px"


def html_of(model: Any) -> str:
    """The summary as HTML; names are text there, whatever they hold.

    Examples
    --------
    >>> model = keras.Sequential([keras.Input((4,)), Dense(3, name="a<b>")])
    >>> "a&lt;b&gt; (Dense)" in html_of(model)
    True
    """
    found = facts(model)
    rows = found.rows
    if len(rows) > _MOST:
        left_out = f"… {len(rows) - _MOST} layers more: model.summary()"
        rows = [*rows[: _MOST // 2], [left_out, *[""] * (len(found.headers) - 1)], *rows[-_MOST // 2 :]]
    totals = "<br/>".join(f"{escape(label)}: <b>{escape(text)}</b>" for label, text in found.totals)
    table = [_row("th", found.headers), *(_row("td", row) for row in rows)]
    return (
        f"<div><b>{escape(type(model).__name__)}</b> “{escape(model.name)}”"
        f'<table style="border-collapse:collapse;margin:4px 0">{"".join(table)}</table>{totals}</div>'
    )


def _row(kind: str, cells: list[str]) -> str:
    sides = ("right" if i == 2 else "left" for i in range(len(cells)))
    parts = (
        f'<{kind} style="{_CELL.format(side)}">{escape(cell)}</{kind}>' for side, cell in zip(sides, cells, strict=True)
    )
    return f"<tr>{''.join(parts)}</tr>"
