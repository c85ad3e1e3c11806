"""A data set in two parts: for training and for testing."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.dataset import Dataset
from pynn.elements import map_element

Size = int | float | None


def split_dataset(
    dataset: Any,
    left_size: Size = None,
    right_size: Size = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Dataset, Dataset]:
    """Split a data set into two.

    Parameters
    ----------
    dataset : array, list or tuple of arrays of equal length, or Dataset
        A Dataset of batches is split by rows, and has batches of the same size again.
    left_size, right_size : int or float, optional
        Rows, or a part of them in (0, 1); one of them may be left out.
    shuffle : bool, default False
        Whether to mix the rows before.
    seed : int, optional
        Which order; the same as in Keras.
    preferred_backend : optional
        Taken for Keras's sake: there is one kind of Dataset.

    Returns
    -------
    tuple of two Datasets
        Their elements are rows: for `fit`, put them together with ``left.batch(32)``.

    Raises
    ------
    TypeError
        If `dataset` is none of these, or a size no number.
    ValueError
        If sizes are missing or out of range, or arrays differ in length.

    Examples
    --------
    >>> left, right = split_dataset(np.arange(10), left_size=0.7)
    >>> len(left), [int(x) for x in right]
    (7, [7, 8, 9])
    """
    import random

    rows, batch = _rows(dataset)
    if left_size is None and right_size is None:
        raise ValueError(
            "At least one of the `left_size` or `right_size` must be specified. Received: left_size=None and "
            "right_size=None"
        )
    count = len(_first(rows))
    order = list(range(count))
    if shuffle:
        random.Random(random.randint(0, 1_000_000) if seed is None else seed).shuffle(order)
    left, right = _sizes(left_size, right_size, count)
    parts = [Dataset.from_tensor_slices(_picked(rows, part)) for part in (order[:left], order[-right:])]
    one, other = (part.batch(batch) if batch else part for part in parts)
    return one, other


def _picked(rows: Any, order: list[int]) -> Any:
    index = np.asarray(order)
    return map_element(lambda array: array[index], rows)


def _first(rows: Any) -> Any:
    found: list[Any] = []
    map_element(found.append, rows)
    return found[0]


def _rows(dataset: Any) -> tuple[Any, int | None]:
    """The arrays whose rows are the elements, and the size of batches if there are any."""
    if isinstance(dataset, np.ndarray):
        return np.asarray(dataset), None
    if isinstance(dataset, list | tuple):
        _check_arrays(dataset)
        return tuple(map(np.asarray, dataset)), None
    if not isinstance(dataset, Dataset):
        raise TypeError(f"Unsupported dataset type: {type(dataset)}")
    batch = dataset.batch_size
    whole = list((dataset.unbatch() if batch else dataset).batch(1))
    if not whole:
        raise ValueError("Received an empty dataset")
    structure = whole[0]
    columns = iter([np.concatenate(parts) for parts in zip(*map(_leaves, whole), strict=True)])
    return map_element(lambda _: next(columns), structure), batch


def _leaves(element: Any) -> list[np.ndarray]:
    found: list[Any] = []
    map_element(found.append, element)
    return [np.asarray(leaf) for leaf in found]


def _check_arrays(arrays: Any) -> None:
    if not arrays:
        raise ValueError("Received an empty list dataset. Please provide a non-empty list of arrays.")
    for index, array in enumerate(arrays):
        if not isinstance(array, np.ndarray):
            kind = type(arrays).__name__
            raise ValueError(f"Expected a {kind} of `numpy.ndarray` objects, Received: {type(array)} at index {index}.")
        if len(array) != len(arrays[0]):
            raise ValueError(
                f"Received a list of NumPy arrays with different lengths. Mismatch found at index {index}, Expected "
                f"shape={arrays[0].shape} Received shape={array.shape}. Please provide a list of NumPy arrays of the "
                "same length."
            )


def _sizes(left: Size, right: Size, count: int) -> tuple[int, int]:
    """Both in rows."""
    for name, size in (("left_size", left), ("right_size", right)):
        if size is not None and type(size) not in (int, float):
            raise TypeError(
                f"Invalid `{name}` Type. Expected: int or float or None, Received: type({name})={type(size)}"
            )
    if left == 0 and right == 0:
        raise ValueError(
            "Both `left_size` and `right_size` are zero. At least one of the split sizes must be non-zero."
        )
    for name, size in (("left_size", left), ("right_size", right)):
        if size is not None and not 0 < size < (count if isinstance(size, int) else 1):
            raise ValueError(
                f"`{name}` should be either a positive integer smaller than {count}, or a float within the range "
                f"`[0, 1]`. Received: {name}={size}"
            )
    if isinstance(left, float) and isinstance(right, float) and left + right > 1:
        raise ValueError(
            "The sum of `left_size` and `right_size` is greater than 1. It must be less than or equal to 1."
        )
    one, other = (round(size * count) if isinstance(size, float) else size for size in (left, right))
    one = count - (other or 0) if one is None else one
    other = count - one if other is None else other
    if one + other > count:
        raise ValueError(
            f"The sum of `left_size` and `right_size` should be smaller than the {count}. Received: left_size + "
            f"right_size = {one + other} and total_length = {count}"
        )
    for side, size in (("left", one), ("right", other)):
        if size == 0:
            raise ValueError(
                f"With `dataset` of length={count}, `left_size`={one} and `right_size`={other}. Resulting {side} side "
                "dataset split will be empty. Adjust any of the aforementioned parameters"
            )
    return one, other
