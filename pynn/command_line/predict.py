"""`pynn predict`: what a saved model says of each row, as CSV."""

from __future__ import annotations

import argparse
import contextlib
import csv
import os
import sys
from collections.abc import Iterable
from typing import Any

import numpy as np

from pynn.command_line import data, tables
from pynn.command_line.summary import load


def run(given: argparse.Namespace) -> None:
    """Predict, write, and say how many are right where the data says what is."""
    model, notes = load(given.file)
    for end, shape in (("input", model.input_shape), ("output", model.output_shape)):
        if not isinstance(shape, tuple) or isinstance(shape[0], tuple):
            raise ValueError(f"{given.file}: expected a model with one {end} of a known shape, this one has {shape}")
    with contextlib.redirect_stdout(sys.stderr):  # "Downloading data from" is no row of the answers
        x, truth = _rows(given, notes)
    expected = tuple(model.input_shape[1:])
    if x.shape[1:] != expected:
        raise ValueError(f"{given.data}: rows of shape {x.shape[1:]}, but {given.file} takes {expected}")
    outputs = np.asarray(model.predict(x, verbose=0))
    outputs = outputs.reshape(len(outputs), -1)
    head, lines = _answers(outputs, notes, given.probabilities)
    _write(given.out, head, lines)
    if truth is not None:
        print(f"{_score(outputs, truth, notes)} on {len(x)} rows", file=sys.stderr)


def _rows(given: argparse.Namespace, notes: dict[str, Any]) -> tuple[np.ndarray, Any]:
    """Inputs, and the truth if the data has it: class numbers or numbers."""
    name = given.data
    if not os.path.exists(name) and name in (*data.BUILT_IN, *data.OF_SKLEARN):
        found = data.to_train(argparse.Namespace(data=name, task="auto"))
        return found.test or (found.x, found.y)
    if data.kind(name) == "csv":
        return _rows_of_table(tables.read(name, given.separator, given.header, given.encoding), notes)
    x, y, _ = data.arrays(name)
    return x, None if y is None else _as_classes(y, notes)


def _rows_of_table(table: tables.Table, notes: dict[str, Any]) -> tuple[np.ndarray, Any]:
    columns = notes.get("columns") or [{"name": name} for name in table.names]
    target = notes.get("target")
    if table.has_header and notes.get("columns"):
        missing = [column["name"] for column in columns if column["name"] not in table.names]
        if missing:
            raise ValueError(f"{table.path}: no column {missing[0]!r}; there are {', '.join(table.names)}")
        places = [table.names.index(column["name"]) for column in columns]
        at = table.names.index(target) if target in table.names else None
    else:
        extra = len(table.names) - len(columns)
        if extra not in (0, 1):
            raise ValueError(f"{table.path}: {len(table.names)} columns, expected {len(columns)}")
        at = int(notes.get("target_place", len(columns))) if extra else None
        places = [place for place in range(len(table.names)) if place != at]
    return tables.encode(table, columns, places), None if at is None else _truth(table, at, notes)


def _truth(table: tables.Table, at: int, notes: dict[str, Any]) -> Any:
    if "classes" not in notes:
        return table.values(at)
    known = {word: number for number, word in enumerate(notes["classes"])}
    words = table.cells(at) if table.is_words(at) else [f"{value:g}" for value in table.values(at).tolist()]
    return np.array([known.get(word, -1) for word in words])


def _as_classes(y: np.ndarray, notes: dict[str, Any]) -> np.ndarray:
    if "classes" not in notes or y.ndim > 1:
        return y.argmax(1) if "classes" in notes else y
    known = {word: number for number, word in enumerate(notes["classes"])}
    return np.array([known.get(data.label(value), -1) for value in y.tolist()])


def _answers(outputs: np.ndarray, notes: dict[str, Any], every: bool) -> tuple[list[str], Iterable[list[str]]]:
    target, classes = str(notes.get("target", "prediction")), notes.get("classes")
    if classes is None or len(classes) != outputs.shape[1]:
        width = outputs.shape[1]
        head = [target] if width == 1 else [f"output {i + 1}" for i in range(width)]
        return head, ([f"{value:.6g}" for value in row] for row in outputs.tolist())
    best = outputs.argmax(1)
    if every:
        shares = ([f"{share:.4f}" for share in row] for row in outputs.tolist())
        return [target, *classes], ([classes[i], *row] for i, row in zip(best, shares, strict=True))
    return [target, "probability"], ([classes[i], f"{row[i]:.4f}"] for i, row in zip(best, outputs, strict=True))


def _write(out: str | None, head: list[str], lines: Iterable[list[str]]) -> None:
    if out is None:
        csv.writer(sys.stdout, lineterminator="\n").writerows([head, *lines])
        return
    try:
        with open(out, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([head, *lines])
    except OSError as error:
        raise OSError(error.errno, error.strerror, out) from None  # a full disk's error knows no name
    print(f"saved: {out}")


def _score(outputs: np.ndarray, truth: np.ndarray, notes: dict[str, Any]) -> str:
    if "classes" in notes:
        return f"accuracy {np.mean(outputs.argmax(1) == truth):.4f}"
    return f"mean absolute error {np.abs(outputs - truth.reshape(len(truth), -1)).mean():.4g}"
