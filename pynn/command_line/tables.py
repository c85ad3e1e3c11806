"""CSV files: cells as they stand there, and columns as numbers."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# Of a column of words: beyond this, and beyond half of the rows, they are names or texts and no groups.
_MOST_WORDS = 50
_MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-"}


@dataclass(frozen=True)
class Table:
    """A CSV file: names of columns, rows of cells, the line each row ends at; numbers only, where all cells are."""

    path: str
    names: list[str]
    has_header: bool
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]
    comma: bool  # decimal comma, as German Excel writes
    numbers: np.ndarray | None = None

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.rows) if self.numbers is None else len(self.numbers)

    def place(self, name: str) -> int:
        """Where a column stands, by its name or its number from 1."""
        if name in self.names:
            return self.names.index(name)
        if name.isdigit() and 1 <= int(name) <= len(self.names):
            return int(name) - 1
        raise ValueError(f"{self.path}: no column {name!r}; there are {', '.join(self.names)}")

    def cells(self, column: int) -> list[str]:
        """The cells of a column, none of them missing."""
        if self.numbers is not None:
            return [f"{value:g}" for value in self.numbers[:, column].tolist()]
        found = [row[column].strip() for row in self.rows]
        for cell, line in zip(found, self.lines, strict=True):
            if cell.lower() in _MISSING:
                what = f"is {cell!r}" if cell else "is empty"
                raise ValueError(f"{self.path}, line {line}: column {self.names[column]!r} {what}: {_ADVICE}")
        return found

    def values(self, column: int) -> np.ndarray:
        """A column as numbers."""
        if self.numbers is not None:
            return self.numbers[:, column]
        found = [number(cell, self.comma) for cell in self.cells(column)]
        for value, line, row in zip(found, self.lines, self.rows, strict=True):
            if value is None:
                raise ValueError(
                    f"{self.path}, line {line}: column {self.names[column]!r} has {row[column]!r}, expected a number"
                )
        return np.array(found, np.float64)

    def is_words(self, column: int) -> bool:
        """Whether a column has no number at all, so that it stands for groups."""
        if self.numbers is not None:
            return False
        return all(number(cell, self.comma) is None for cell in self.cells(column))


_ADVICE = "fill it in, leave the row out, or train without the column (pynn train --drop)"


def number(text: str, comma: bool = False) -> float | None:
    """A cell as a finite number, or None.

    Examples
    --------
    >>> number("1e3"), number("1,5", comma=True), number("red")
    (1000.0, 1.5, None)
    """
    try:
        value = float(text.replace(",", ".") if comma else text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def read(path: str, separator: str | None = None, header: str = "auto", encoding: str = "utf-8") -> Table:
    """Read a CSV file.

    Parameters
    ----------
    path : str
    separator : str, optional
        One character; found in the first line if not given.
    header : {"auto", "yes", "no"}
        Whether the first line has names; "auto": if a column has a number below a word.
    encoding : str, default "utf-8"

    Raises
    ------
    ValueError
        Names the line that is no row.

    Examples
    --------
    >>> from pathlib import Path
    >>> _ = Path("a.csv").write_text("size,kind\\n1.5,cat\\n2.5,dog\\n")
    >>> table = read("a.csv")
    >>> table.names, table.values(0).tolist(), table.cells(1)
    (['size', 'kind'], [1.5, 2.5], ['cat', 'dog'])
    """
    if separator is not None and len(separator := separator.replace("\\t", "\t")) != 1:
        raise ValueError(f"--separator must be one character, got {separator!r}")
    is_utf8 = encoding.lower().replace("-", "") == "utf8"
    try:
        with open(path, newline="", encoding="utf-8-sig" if is_utf8 else encoding) as file:
            rows, lines, separator = _rows(path, file, separator)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path}: no {encoding} text ({error.reason} at byte {error.start}); try --encoding cp1252, Excel's"
        ) from None
    except LookupError:
        raise ValueError(f"--encoding: there is no {encoding!r}") from None
    comma = separator == ";" and not any("." in cell for cell in rows[-1])
    named = header == "yes" or (header == "auto" and _is_header(rows, comma))
    names = [cell.strip() for cell in rows[0]] if named else [f"column {i + 1}" for i in range(len(rows[0]))]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{path}, line 1: two columns are called {twice!r}")
    rows, lines = rows[named:], lines[named:]
    if not rows:
        raise ValueError(f"{path}: there is no row below the names {', '.join(names)}")
    return Table(path, names, named, rows, lines, comma, _numbers(rows) if not comma else None)


def _rows(path: str, file: Any, separator: str | None) -> tuple[list[list[str]], list[int], str]:
    first = file.readline()
    is_blank = not first.strip(" \t\r\n") and not any(map(str.strip, file))
    file.seek(0)
    if is_blank:
        raise ValueError(f"{path}: the file is empty")
    if "\0" in first:
        raise ValueError(f"{path}: no text; expected a CSV, .npz or .idx file")
    found = separator or max(",;\t|", key=first.count)
    if found not in first:
        raise ValueError(f"{path}, line 1: one column; expected cells between commas, or say --separator")
    reader = csv.reader(file, delimiter=found, skipinitialspace=True, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if rows and len(row) != len(rows[0]):
                raise ValueError(f"{path}, line {reader.line_num}: {len(row)} cells, expected {len(rows[0])}")
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: {error}") from None
    if not rows:
        raise ValueError(f"{path}: there are blank lines alone")
    return rows, lines, found


def _is_header(rows: list[list[str]], comma: bool) -> bool:
    """A word above a number; or, where all are words, a first line whose words occur nowhere below."""
    first, below = rows[0], rows[1:21]
    if any(number(cell, comma) is not None for cell in first):
        return False
    if not below:
        return True
    columns = list(zip(*below, strict=True))
    if any(number(cell, comma) is not None for column in columns for cell in column):
        return True
    return all(cell not in column for cell, column in zip(first, columns, strict=True))


def _numbers(rows: list[list[str]]) -> np.ndarray | None:
    try:
        found = np.array(rows, np.float64)
    except ValueError:
        return None
    return found if np.isfinite(found).all() else None


def describe(table: Table, column: int) -> dict[str, Any]:
    """What is kept of a column, so that other files are read the same way: its name, and its words in order."""
    if not table.is_words(column):
        table.values(column)  # names the line that is no number
        return {"name": table.names[column]}
    words = sorted(set(table.cells(column)))
    if len(words) > _MOST_WORDS or 2 * len(words) > max(table.count, 4):
        raise ValueError(
            f"{table.path}: column {table.names[column]!r} has {len(words)} different words in {table.count} rows, "
            f"too many to learn from: --drop {table.names[column]!r}"
        )
    return {"name": table.names[column], "words": words}


def encode(table: Table, columns: Sequence[Mapping[str, Any]], places: Sequence[int]) -> np.ndarray:
    """Rows of numbers; a column of words becomes one of 0 and 1 for each of its words."""
    parts = []
    for column, place in zip(columns, places, strict=True):
        words = column.get("words")
        if words is None:
            parts.append(table.values(place)[:, None])
            continue
        cells = table.cells(place)
        for cell, line in zip(cells, table.lines, strict=True):
            if cell not in words:
                raise ValueError(
                    f"{table.path}, line {line}: column {column['name']!r} has {cell!r}, which the model has not "
                    f"met; expected {', '.join(words)}"
                )
        parts.append((np.array(cells)[:, None] == np.array(words)[None]).astype(np.float64))
    return np.concatenate(parts, axis=1).astype(np.float32)
