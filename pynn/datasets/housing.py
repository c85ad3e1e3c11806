"""What the two data sets of house prices share: a table, shuffled and cut in two."""

from __future__ import annotations

import numpy as np

from pynn.datasets.files import Remote, load

FOLDER = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

Pair = tuple[np.ndarray, np.ndarray]


def checked_split(test_split: float) -> float:
    """Return the share for testing, or raise ValueError if it is not in [0, 1)."""
    if not 0 <= test_split < 1:
        raise ValueError(f"Invalid `test_split` argument: {test_split}. It must be between 0 and 1 (exclusive of 1).")
    return test_split


def read(remote: Remote, most: int | None, test_split: float, seed: int) -> tuple[Pair, Pair]:
    """The first `most` rows of x and y, shuffled; the last share of them is for testing."""
    x, y = (array[:most] for array in load(remote, _read))
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x, y = x[order], y[order]
    count = int(len(x) * (1 - test_split))
    return (x[:count].copy(), y[:count].copy()), (x[count:].copy(), y[count:].copy())


def _read(path: str) -> Pair:
    with open(path, "rb") as file:
        arrays = np.load(file, allow_pickle=False)
        if not hasattr(arrays, "files"):
            raise ValueError(f"{path}: one array, expected an archive of two")
        x, y = arrays["x"], arrays["y"]
    if x.ndim != 2 or y.shape != x.shape[:1]:
        raise ValueError(f"{path}: expected a table and a number for each of its rows, got {x.shape} and {y.shape}")
    return x, y
