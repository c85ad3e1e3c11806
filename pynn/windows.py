"""Windows of a series: rows of past values, with what is to be told from them."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.sequences import PyDataset


class _Windows(PyDataset):
    """Batches of windows; in a new order in each pass if shuffled."""

    def __init__(self, arrays: tuple[np.ndarray, ...], starts: np.ndarray, steps: np.ndarray, seed: int | None) -> None:
        super().__init__()
        self.arrays, self.starts, self.steps = arrays, starts, steps
        self.batch_size: int | None = None
        self.random = None if seed is None else np.random.RandomState(seed)
        if self.random is not None:
            self.random.shuffle(self.starts)

    def __len__(self) -> int:
        return -(-len(self.starts) // (self.batch_size or 1))

    def __getitem__(self, index: int) -> Any:
        size = self.batch_size
        starts = self.starts[index] if size is None else self.starts[index * size : (index + 1) * size]
        windows = self.arrays[0][np.add.outer(starts, self.steps)]
        return windows if len(self.arrays) == 1 else (windows, self.arrays[1][starts])

    def on_epoch_end(self) -> None:
        if self.random is not None:
            self.random.shuffle(self.starts)


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> PyDataset:
    """Cut a series into windows.

    Parameters
    ----------
    data : array_like of shape (steps, …)
    targets : array_like of shape (steps, …) or None
        ``targets[i]`` belongs to the window that begins at ``data[i]``.
    sequence_length : int
        Values in a window.
    sequence_stride : int, default 1
        Steps from the beginning of a window to that of the next.
    sampling_rate : int, default 1
        Steps from a value of a window to the next.
    batch_size : int or None, default 128
        Windows in a batch; None for single windows.
    shuffle : bool, default False
        Whether to mix the windows, anew after each epoch.
    seed : int, optional
    start_index, end_index : int, optional
        Where the part of the data that is used begins and ends.
    format : {"tf", "grain"}
        Taken for Keras's sake: batches are NumPy arrays.

    Returns
    -------
    PyDataset
        Windows of shape (batch, sequence_length, …), with their targets if there are any.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> batches = timeseries_dataset_from_array(np.arange(6), np.arange(3, 9), sequence_length=3)
    >>> [(x.tolist(), y.tolist()) for x, y in batches]
    [([[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]], [3, 4, 5, 6])]
    """
    _check_part(len(data), start_index, end_index)
    for name, value in (("sampling_rate", sampling_rate), ("sequence_stride", sequence_stride)):
        if value <= 0:
            raise ValueError(f"`{name}` must be higher than 0. Received: {name}={value}")
        if value >= len(data):
            raise ValueError(
                f"`{name}` must be lower than the length of the data. Received: {name}={value}, for data of length "
                f"{len(data)}"
            )
    if format not in ("tf", "grain"):
        raise ValueError(f'`format` should be either "tf" or "grain". Received: format={format}')
    part = slice(start_index or 0, end_index or len(data))
    given = (data,) if targets is None else (data, targets)
    arrays = tuple(np.asarray(array)[part] for array in given)
    count = len(arrays[0]) - (sequence_length - 1) * sampling_rate
    if targets is not None:
        count = min(count, len(targets), len(arrays[1]))
    if shuffle and seed is None:
        seed = int(np.random.randint(1_000_000))
    steps = np.arange(sequence_length) * sampling_rate
    made = _Windows(arrays, np.arange(0, count, sequence_stride), steps, seed if shuffle else None)
    made.batch_size = batch_size
    return made


def _check_part(length: int, start: int | None, end: int | None) -> None:
    if start and start < 0:
        raise ValueError(f"`start_index` must be 0 or greater. Received: start_index={start}")
    for name, value in (("start_index", start), ("end_index", end)):
        if value and value >= length:
            raise ValueError(
                f"`{name}` must be lower than the length of the data. Received: {name}={value}, for data of length "
                f"{length}"
            )
    if end and start and end <= start:
        raise ValueError(
            f"`end_index` must be higher than `start_index`. Received: start_index={start}, and end_index={end}"
        )
    if end and end <= 0:
        raise ValueError(f"`end_index` must be higher than 0. Received: end_index={end}")
