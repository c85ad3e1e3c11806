"""The door: what users pass to fit, evaluate and predict is checked and brought into form here, once.

Behind it every array is C-contiguous, of a type that the compiled core reads (`SOURCES`), and fits the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pynn import config
from pynn.runners import within

# Types that the core reads row by row; every other number type is converted once.
SOURCES = (np.dtype(np.uint8), np.dtype(np.float32), np.dtype(np.float64))


class Rows:
    """The arrays of a data set, in the form that plans read.

    Parameters
    ----------
    arrays : dict
        By the names of their streams: "x" or "x.1" … for inputs; "values", "labels", "raw" for targets as numbers like
        the outputs, as class numbers, as they came; "weights".
    structure : object
        The inputs in the user's structure, numbers in the place of arrays.
    targets, weights : list of ndarray or None
        For each output what metrics that run in Python get.
    """

    def __init__(
        self,
        arrays: dict[str, np.ndarray],
        structure: Any = 0,
        targets: Sequence[np.ndarray | None] = (),
        weights: Sequence[np.ndarray | None] = (),
    ) -> None:
        self.arrays, self.structure, self.targets, self.weights = arrays, structure, list(targets), list(weights)
        self.n = len(next(iter(arrays.values())))

    def take(self, rows: slice) -> Rows:
        """Some rows of every array."""
        targets, weights = ([None if a is None else a[rows] for a in part] for part in (self.targets, self.weights))
        return Rows({name: a[rows] for name, a in self.arrays.items()}, self.structure, targets, weights)

    def without_weights(self) -> Rows:
        """The same rows, each weighing 1."""
        arrays = {name: a for name, a in self.arrays.items() if not name.startswith("weights")}
        return Rows(arrays, self.structure, self.targets, [None] * len(self.weights))


def array(data: Any, name: str) -> np.ndarray:
    """Turn what the user passed into an array of numbers with at least one row.

    Parameters
    ----------
    data : array_like
        Arrays, nested lists, pandas frames and series.
    name : str
        The argument, for messages.

    Raises
    ------
    ValueError
        If it is empty, ragged, of objects, text, dates or complex numbers.
    """
    if isinstance(data, Mapping | set):
        raise ValueError(f"{name} is a {type(data).__name__}: pass one array, such as {name}=data['name']")
    if data is None:
        argument = name.partition("[")[0]
        example = "train_labels" if argument == "y" else "train_images"
        raise ValueError(f"{name} is None: pass an array, such as {argument}={example}")
    if isinstance(data, list | tuple) and len(data) == 1 and getattr(data[0], "ndim", 0) > 1:
        data = data[0]  # a list with the one input of the model
    if hasattr(data, "filled") and np.any(getattr(data, "mask", False)):
        raise ValueError(f"{name} has masked values, the mask would be lost: fill or drop them, as in {name}.filled(0)")
    try:
        found = np.asarray(data)
    except ValueError as error:
        raise ValueError(f"{name} cannot become an array: {_why_ragged(data, error)}") from None
    if found.dtype.kind == "O":
        _refuse_objects(found, name, getattr(data, "columns", None))
    if found.dtype.kind not in "fiub":
        raise ValueError(
            f"{name} has dtype {found.dtype}, expected numbers.{_dtype_hint(found)} First value: {str(_first(found))!r}"
        )
    if found.ndim == 0 or found.size == 0:
        raise ValueError(f"{name} has shape {found.shape}: at least one row (and one value in it) is needed")
    return found


def _refuse_objects(found: np.ndarray, name: str, columns: Any) -> None:
    """Raise the ValueError for an object array: it names the first value that is no number."""
    if found.ndim == 0:
        given = found.item()
        called = getattr(given, "__name__", "") if callable(given) else ""
        hint = f" That is a function: pass what it returns, {name}={called}(…)." if called else ""
        raise ValueError(
            f"Unrecognized data type: {name}={given!r:.100} (of type {type(given)}). Expected an array, a list of "
            f"numbers or a data frame{'; or, for x, what gives batches of (x, y)' if name == 'x' else ''}.{hint}"
        )
    for index, value in np.ndenumerate(found):
        if not isinstance(value, int | float | np.number | np.bool_):
            where = f"row {index[0]}"
            where += f", column {columns[index[1]]!r}" if columns is not None and len(index) == 2 else ""
            hint = _TEXT_HINT if isinstance(value, str) else " Missing values must be filled or dropped first."
            kind = "text" if isinstance(value, str) else type(value).__name__
            raise ValueError(f"{name} has dtype object, expected numbers: {kind} {str(value)[:40]!r} in {where}.{hint}")
    raise ValueError(
        f"{name} has dtype object, expected numbers. Every value in it is a number, so {name}.astype('float32') will do"
    )


def _why_ragged(data: Any, error: ValueError) -> str:
    """Why a list is no array: its rows have different lengths, or it is x and y in one."""
    shapes: list[Any] = [getattr(part, "shape", ()) for part in data] if isinstance(data, list | tuple) else []
    if len(shapes) in (2, 3) and all(shapes) and len({shape[0] for shape in shapes}) == 1:
        listed = ", ".join(map(str, shapes))
        return f"it is a {type(data).__name__} of arrays of shapes {listed}. Pass inputs and targets apart: fit(x, y)"
    return f"its rows have different lengths ({error})"


_TEXT_HINT = " Text must become numbers first: scikit-learn's OneHotEncoder or LabelEncoder, pandas.get_dummies."


def _dtype_hint(found: np.ndarray) -> str:
    if found.dtype.kind in "UST":
        return _TEXT_HINT
    return ""


def _first(found: np.ndarray) -> Any:
    return found.flat[0] if found.size else None


def in_form(found: np.ndarray, real: Any, name: str) -> np.ndarray:
    """Contiguous, aligned and of a type the core reads; float32 (or uint8 …) in C order is not copied.

    Raises
    ------
    ValueError
        If a value is NaN, infinite or too large for the model's type; it names the first such row.
    """
    if found.dtype == np.bool_:
        found = found.view(np.uint8)
    elif found.dtype not in SOURCES:
        found = cast(found, real)
    found = np.require(found, requirements=["C", "A"])
    if found.dtype.kind == "f" and not is_mapped(found):
        _check_finite(found, min(float(np.finfo(real).max), float(np.finfo(found.dtype).max)), name)
    return found


def is_mapped(array: Any) -> bool:
    """Whether the elements stand in a file that is mapped to memory."""
    while isinstance(array, np.ndarray) and not isinstance(array, np.memmap):
        array = array.base
    return isinstance(array, np.memmap) or type(array).__name__ == "mmap"


def cast(found: np.ndarray, real: Any) -> np.ndarray:
    """In the model's type; what becomes infinite is refused by `_check_finite`."""
    with np.errstate(over="ignore"):
        return found.astype(real)


def _check_finite(found: np.ndarray, largest: float, name: str) -> None:
    # One pass by all workers; only where a value is out of bounds, look for the row.  (A memory-mapped file is not read
    # whole for this.)
    if within(found, np.asarray(largest, found.dtype).tobytes()):
        return
    for row, values in enumerate(found):
        if not (np.abs(values) <= largest).all():
            bad = "NaN" if np.isnan(values).any() else "infinite" if np.isinf(values).any() else "too large"
            raise ValueError(
                f"{name} has {bad} values, the first in row {row}: fill or drop missing values before training "
                f"(for example {name} = np.nan_to_num({name}), or pandas' dropna)"
            )


def inputs(x: Any, shape: tuple[int | None, ...], real: Any, first_layer: str, name: str = "x") -> np.ndarray:
    """Check the input against the model's input shape.

    Parameters
    ----------
    x : array_like, shape (n, …)
    shape : tuple
        ``(None, …)``.
    real : dtype
        Element type of the model.
    first_layer : str
        Name of the layer that receives x.
    name : str
        The argument, for messages.

    Raises
    ------
    ValueError
        If the shape does not fit; it shows both shapes and the likely fix.
    """
    found = array(x, name)
    want = tuple(int(size or 0) for size in shape[1:])
    if found.ndim == len(want) and want and want[-1] == 1 and found.shape[1:] == want[:-1]:
        found = found[..., None]
    if found.ndim == len(want) + 2 and found.shape[-1] == 1:
        found = found[..., 0]
    if found.shape[1:] != want:
        raise ValueError(_input_mismatch(found.shape, want, first_layer))
    return in_form(found, real, name)


def _input_mismatch(got: tuple[int, ...], want: tuple[int, ...], layer: str) -> str:
    size, wanted = int(np.prod(got[1:])), int(np.prod(want))
    row = ", ".join(str(s) for s in want)
    if len(got) == 1 + len(want):
        what = f"expected axis -1 of input shape to have value {want[-1]}" if want else "expected single numbers"
        text = f"{what}, but received input with shape {got}. The model takes shape (n, {row})."
    else:
        text = (
            f"expected shape=(None, {row}), found shape={got} (expected ndim={len(want) + 1}, found ndim={len(got)})."
        )
    if got == want:
        text += (
            " If that is one row, its batch axis is missing: pass x[None]. If it is all rows, leave their number out "
            f"of the model's input shape: keras.Input({want[1:]})."
        )
    elif len(got) > 1 and size == wanted:
        text += f" Each row has the right number of values: x.reshape(-1, {row}) fits."
    if len(want) == 1 and len(got) > 2 and size == wanted:
        text += " Or make keras.layers.Flatten() the first layer."
    return f"Input 0 of layer '{layer}' is incompatible with the layer: {text}"


def class_weights(class_weight: Any, y: np.ndarray, real: Any, units: int | None = None) -> np.ndarray:
    """Turn ``{class: weight}`` into one weight a row; classes that are not named weigh 1.

    `units` of a last layer bound the classes that occur, where there are several.

    Raises
    ------
    ValueError
        If `class_weight` is no dictionary of numbers, or names a class that cannot occur.
    """
    if not isinstance(class_weight, Mapping):
        raise ValueError(f"class_weight must be a dictionary {{class: weight}}, got {class_weight!r}")
    if y.ndim > 2:
        raise ValueError(f"class_weight needs targets of shape (n,) or (n, k), got {y.shape}")
    classes = y.shape[1] if y.ndim == 2 and y.shape[1] > 1 else None
    labels = y.argmax(axis=1) if classes else np.round(y.reshape(len(y))).astype(np.int64)
    result = np.ones(len(y), real)
    for label, weight in class_weight.items():
        if not isinstance(label, int | float | np.number) or label != int(label) or label < 0:
            raise ValueError(f"class_weight: classes are integers >= 0, got {label!r}")
        if not isinstance(weight, int | float | np.number) or not abs(float(weight)) <= float(np.finfo(real).max):
            raise ValueError(f"class_weight: the weight of class {label} must be a finite number, got {weight!r}")
        if classes is not None and label >= classes:
            raise ValueError(f"class_weight names class {label}, but targets have {classes} columns: 0…{classes - 1}")
        if units is not None and label >= units > 1:
            raise ValueError(f"class_weight names class {label}, but the last layer has {units} units: 0…{units - 1}")
        result[labels == int(label)] = weight
    return result


def check_lengths(**arrays: Any) -> None:
    """Raise ValueError unless all arrays that are given have the same number of rows."""
    rows = {name: len(a) for name, a in arrays.items() if a is not None}
    if len(set(rows.values())) > 1:
        listed = ", ".join(f"{name} has {n}" for name, n in rows.items())
        raise ValueError(
            f"Data cardinality is ambiguous. Make sure all arrays contain the same number of samples: {listed}"
        )


def split_at(rows: int, validation_split: float) -> int:
    """Rows that stay for training: validation takes the last part, unshuffled.

    Raises
    ------
    ValueError
        If the split is not in (0, 1) or leaves one side empty.
    """
    if not isinstance(validation_split, int | float | np.number) or not 0 < validation_split < 1:
        raise ValueError(f"validation_split must be a number in (0, 1), got {validation_split!r}")
    at = int(np.floor(rows * (1.0 - validation_split)))
    if at in (0, rows):
        raise ValueError(
            f"Training data contains {rows} samples, which is not sufficient to split it into a validation and "
            f"training set as specified by `validation_split={validation_split}`. Either provide more data, or a "
            "different value for the `validation_split` argument."
        )
    return at


def real_type(dtype: Any = None) -> np.dtype[Any]:
    """Element type of a model: float32 or float64."""
    return np.dtype(dtype or config.floatx())
