"""What `train` and `predict` are given: rows from a file or a data set, and what is known of them."""

from __future__ import annotations

import argparse
import gzip
import os
import zipfile
import zlib
from typing import Any, NamedTuple

import numpy as np

from pynn.command_line import tables
from pynn.extras import require

BUILT_IN = ("digits", "mnist", "fashion_mnist", "cifar10", "boston_housing", "california_housing")
OF_SKLEARN = {"iris": "species", "wine": "grower", "breast_cancer": "diagnosis", "diabetes": "progression"}  # target
# A whole number that takes at most so many values names a class.
_MOST_CLASSES = 20


class Data(NamedTuple):
    """Rows with what is to be predicted of them, more rows to test on, and notes that a saved model keeps."""

    x: np.ndarray
    y: np.ndarray
    test: tuple[np.ndarray, np.ndarray] | None
    notes: dict[str, Any]


def base_name(given: str) -> str:
    """The name of a data set, without folder and endings."""
    name = os.path.basename(given.removesuffix(".gz"))
    return name.rpartition(".")[0] or name


def to_train(given: argparse.Namespace) -> Data:
    """The rows that `train` is asked for.

    Raises
    ------
    ValueError
        If they cannot be learnt from; the message names file, line and column.
    """
    name = given.data
    if not os.path.exists(name) and name in BUILT_IN:
        return _built_in(name)
    if not os.path.exists(name) and name in OF_SKLEARN:
        return _of_sklearn(name)
    if kind(name) == "csv":
        return _of_table(given)
    x, y, test = arrays(name)
    if y is None:
        raise ValueError(f"{name}: has inputs alone; expected y beside x, or labels in the file beside it")
    return _with_targets(x, y, test, {}, given.task)


def kind(path: str) -> str:
    """How a file is read: "csv", "npz" or "idx"."""
    if not os.path.exists(path):
        known = ", ".join([*BUILT_IN, *OF_SKLEARN])
        raise ValueError(f"{path}: no such file, and no data set of that name ({known})")
    if not os.path.isfile(path):
        raise ValueError(f"{path}: is a {'folder' if os.path.isdir(path) else 'pipe or a device'}, expected a file")
    with open(path, "rb") as file:
        start = file.read(4)
    if start[:2] == b"\x1f\x8b":
        start = _unzipped(path)[:4]
    if start[:2] == b"PK":
        return "npz"
    return "idx" if start[:2] == b"\0\0" and len(start) == 4 and start[2] in _IDX_TYPES else "csv"


def arrays(path: str) -> tuple[np.ndarray, np.ndarray | None, tuple[np.ndarray, np.ndarray] | None]:
    """x, y and test rows of a file of arrays or a data set; y and the test rows are None where there are none."""
    if kind(path) == "idx":
        return _of_idx(path)
    with open(path, "rb") as opened:  # np.load, given the path, leaves a damaged file open
        try:
            file = np.load(opened, allow_pickle=False)
            found = {name.lower(): file[name] for name in file.files}
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
            raise ValueError(f"{path}: a damaged .npz file: {error}") from None
        except ValueError as error:  # objects, which only unpickling would read
            raise ValueError(f"{path}: {error}") from None
    for x_name, y_name, kept in (("x_train", "y_train", True), ("x", "y", False), ("data", "target", False)):
        if x_name in found:
            test = (found["x_test"], found["y_test"]) if kept and {"x_test", "y_test"} <= found.keys() else None
            return found[x_name], found.get(y_name), test
    raise ValueError(f"{path}: has {', '.join(found) or 'nothing'}; expected x and y, or x_train and y_train")


def _built_in(name: str) -> Data:
    from importlib import import_module

    (x, y), test = import_module(f"pynn.datasets.{name}").load_data()
    return _with_targets(x, np.squeeze(y), (test[0], np.squeeze(test[1])), {}, "auto")


def _of_sklearn(name: str) -> Data:
    found = getattr(require("sklearn.datasets", extra="sklearn"), f"load_{name}")()
    notes = {"columns": [{"name": str(column)} for column in found.feature_names], "target": OF_SKLEARN[name]}
    if "target_names" in found:
        notes["classes"] = [str(word) for word in found.target_names]
    return _with_targets(found.data, found.target, None, notes, "auto")


def _of_table(given: argparse.Namespace) -> Data:
    table = tables.read(given.data, given.separator, given.header, given.encoding)
    target = table.place(given.target) if given.target else len(table.names) - 1
    left_out = {target, *(table.place(name) for name in given.drop)}
    places = [place for place in range(len(table.names)) if place not in left_out]
    if not places:
        raise ValueError(f"{table.path}: no column is left to learn from")
    columns = [tables.describe(table, place) for place in places]
    notes: dict[str, Any] = {"columns": columns, "target": table.names[target], "target_place": target}
    x = tables.encode(table, columns, places)
    if not table.is_words(target):
        return _with_targets(x, table.values(target), None, notes, given.task)
    if given.task == "regression":
        raise ValueError(f"{table.path}: --task regression, but column {table.names[target]!r} has words")
    words = tables.describe(table, target)["words"]
    return _with_targets(x, np.searchsorted(words, table.cells(target)), None, notes | {"classes": words}, "auto")


def _with_targets(x: np.ndarray, y: np.ndarray, test: Any, notes: dict[str, Any], task: str) -> Data:
    x, y = np.asarray(x), np.asarray(y)
    _check(x, y)
    if y.ndim == 2 and y.shape[1] > 1 and ((y == 0) | (y == 1)).all() and (y.sum(1) == 1).all():
        y, test = y.argmax(1), test and (test[0], test[1].argmax(1))
    if task == "auto":
        task = "classification" if _are_classes(y) else "regression"
    notes = {"shape": list(x.shape[1:])} | notes | {"task": task}
    if task == "regression":
        return Data(x, y.astype(np.float32), test, notes)
    values = np.unique(y)
    if len(values) < 2:
        name = f" {notes['target']!r}" if "target" in notes else ""
        only = notes["classes"][values[0]] if "classes" in notes else label(values[0])
        raise ValueError(f"the target{name} is {only} in all rows: nothing to learn")
    notes.setdefault("classes", [label(value) for value in values.tolist()])
    if test is not None:
        if not np.isin(test[1], values).all():
            raise ValueError("the test rows have classes that the rows to train on lack")
        test = (test[0], np.searchsorted(values, test[1]))
    return Data(x, np.searchsorted(values, y), test, notes)


def label(value: Any) -> str:
    """A class as text."""
    return value if isinstance(value, str) else f"{value:g}"


def _are_classes(y: np.ndarray) -> bool:
    if y.ndim > 1 and y.shape[1] > 1:
        return False
    if y.dtype.kind == "U":
        return True
    values = np.unique(y)
    return len(values) <= min(_MOST_CLASSES, max(2, len(y) // 2)) and bool((values == np.floor(values)).all())


def _check(x: np.ndarray, y: np.ndarray) -> None:
    if x.ndim < 2 or len(x) != len(y):
        raise ValueError(f"x has shape {x.shape}, y {y.shape}; expected (rows, …) and as many targets")
    for name, array in (("x", x), ("y", y)):
        if name == "y" and array.dtype.kind == "U" and array.ndim == 1:
            continue  # words
        if array.dtype.kind not in "biuf":
            raise ValueError(f"{name} has type {array.dtype}, expected numbers")
        if not np.isfinite(array).all():
            raise ValueError(f"{name} has NaN or infinite numbers")


# Types of IDX, the format of MNIST's files (Y. LeCun, C. Cortes, C. Burges): third byte of the magic number.
_IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def _of_idx(path: str) -> tuple[np.ndarray, np.ndarray | None, tuple[np.ndarray, np.ndarray] | None]:
    """Images, with labels and test images where their files lie beside them under MNIST's names."""
    x, y = _idx(path), _beside(path, "images", "labels")
    other = path.replace("train", "t10k")
    test_x, test_y = _beside(path, "train", "t10k"), _beside(other, "images", "labels") if other != path else None
    if "labels" in os.path.basename(path):
        raise ValueError(f"{path}: labels; give the file of the images")
    return x, y, None if test_x is None or test_y is None else (test_x, test_y)


def _beside(path: str, old: str, new: str) -> np.ndarray | None:
    folder, name = os.path.split(path)
    name = name.replace(old, new)
    if new == "labels":
        name = name.replace("idx3", "idx1")
    other = os.path.join(folder, name)
    found = next((p for p in (other, other + ".gz", other.removesuffix(".gz")) if os.path.isfile(p)), None)
    return None if found is None or found == path else _idx(found)


def _unzipped(path: str) -> bytes:
    with open(path, "rb") as file:
        data = file.read()
    try:
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{path}: a damaged .gz file: {error}") from None


def _idx(path: str) -> np.ndarray:
    data = _unzipped(path)
    head = 4 + 4 * data[3]
    shape = tuple(np.frombuffer(data[4:head], ">u4").tolist())
    values = np.frombuffer(data[head:], _IDX_TYPES[data[2]])
    if values.size != int(np.prod(shape)):
        raise ValueError(f"{path}: {values.size} numbers, expected {shape}: the file is cut short")
    return values.reshape(shape).astype(values.dtype.newbyteorder("="))
