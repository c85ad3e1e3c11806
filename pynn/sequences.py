"""Batches and sequences: the base of data sets written by the user, padding, and the parts of a batch."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np


class PyDataset:
    """A data set that makes its batches one by one: subclass it, define ``__len__`` and ``__getitem__``.

    Parameters
    ----------
    workers : int, default 1
        Taken for Keras's sake: batches are made in the order of their numbers, in the calling thread.
    use_multiprocessing : bool, default False
        Taken for Keras's sake.
    max_queue_size : int, default 10
        Taken for Keras's sake.

    Notes
    -----
    ``self[i]`` gives ``(x, y)`` or ``(x, y, sample_weight)`` of batch i; ``len(self)``, or the property `num_batches`,
    is the number of batches, None if there is no end.  Keras's results do not depend on the three arguments either.

    Examples
    --------
    >>> class Squares(PyDataset):
    ...     def __len__(self):
    ...         return 2
    ...     def __getitem__(self, index):
    ...         x = np.arange(3.0) + 3 * index
    ...         return x, x**2
    >>> [y.tolist() for _, y in Squares()]
    [[0.0, 1.0, 4.0], [9.0, 16.0, 25.0]]
    """

    def __init__(self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10) -> None:
        self._workers, self._use_multiprocessing, self._max_queue_size = workers, use_multiprocessing, max_queue_size

    @property
    def workers(self) -> int:
        """As given."""
        return int(self._setting("_workers", 1))

    @workers.setter
    def workers(self, value: int) -> None:
        self._workers = value

    @property
    def use_multiprocessing(self) -> bool:
        """As given."""
        return bool(self._setting("_use_multiprocessing", False))

    @use_multiprocessing.setter
    def use_multiprocessing(self, value: bool) -> None:
        self._use_multiprocessing = value

    @property
    def max_queue_size(self) -> int:
        """As given."""
        return int(self._setting("_max_queue_size", 10))

    @max_queue_size.setter
    def max_queue_size(self, value: int) -> None:
        self._max_queue_size = value

    def __getitem__(self, index: int) -> Any:
        """Batch number `index`."""
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(self, index), which gives a batch")

    def __iter__(self) -> Iterator[Any]:
        try:
            count = self.num_batches
        except NotImplementedError:
            count = None
        for index in itertools.count() if count is None else range(count):
            yield self[index]

    @property
    def num_batches(self) -> int | None:
        """Number of batches, None if there is no end."""
        if hasattr(self, "__len__"):
            return len(self)
        raise NotImplementedError(f"{type(self).__name__} must define __len__, or the property `num_batches`")

    def on_epoch_begin(self) -> None:
        """Called before each epoch."""

    def on_epoch_end(self) -> None:
        """Called after each epoch: the place to shuffle."""

    def _setting(self, name: str, default: Any) -> Any:
        if not hasattr(self, name):
            warnings.warn(
                f"Your `PyDataset` class should call `super().__init__(**kwargs)` in its constructor: "
                f"{type(self).__name__} does not.",
                stacklevel=3,
            )
            setattr(self, name, default)
        return getattr(self, name)


Sequence = PyDataset


def pad_sequences(
    sequences: Any,
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Make one array of sequences of different lengths.

    Parameters
    ----------
    sequences : list of sequences
    maxlen : int, optional
        Length of all; that of the longest if not given.
    dtype : dtype, default "int32"
    padding, truncating : {"pre", "post"}
        Where short ones are filled up and long ones are cut.
    value : number or str, default 0.0
        What fills.

    Returns
    -------
    ndarray of shape (number of sequences, maxlen, …)

    Raises
    ------
    ValueError
        If an entry is no sequence, shapes of elements differ, or an argument is out of range.

    Examples
    --------
    >>> pad_sequences([[1, 2, 3], [4]], padding="post").tolist()
    [[1, 2, 3], [4, 0, 0]]
    """
    if not hasattr(sequences, "__len__"):
        raise ValueError(f"`sequences` must be iterable. Received: {sequences!r}")
    for name, where in (("Padding", padding), ("Truncating", truncating)):
        if where not in ("pre", "post"):
            raise ValueError(f'{name} type "{where}" not understood. Expected "pre" or "post"')
    for entry in sequences:
        if not hasattr(entry, "__len__"):
            raise ValueError(f"`sequences` must be a list of iterables. Found non-iterable: {entry}")
    texts = np.issubdtype(dtype, np.str_) or np.issubdtype(dtype, np.bytes_)
    if isinstance(value, str) and dtype is not object and not texts:
        raise ValueError(
            f"`dtype` {dtype} is not compatible with `value`'s type: {type(value)}\n"
            "You should set `dtype=object` for variable length strings."
        )
    rest = next((np.asarray(entry).shape[1:] for entry in sequences if len(entry)), ())
    length = max(map(len, sequences)) if maxlen is None else maxlen
    padded = np.full((len(sequences), length, *rest), value, dtype=dtype)
    for row, entry in enumerate(sequences):
        kept = np.asarray(entry[-length:] if truncating == "pre" else entry[:length], dtype=dtype)
        if len(kept) and kept.shape[1:] != rest:
            raise ValueError(
                f"Shape of sample {kept.shape[1:]} of sequence at position {row} is different from expected shape "
                f"{rest}"
            )
        if len(kept):
            padded[row, slice(-len(kept), None) if padding == "pre" else slice(len(kept))] = kept
    return padded


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """The three parts of a batch; None for those that it does not have.

    Parameters
    ----------
    data : array, or list or tuple of up to three

    Raises
    ------
    ValueError
        If there are more than three parts, or none.

    Examples
    --------
    >>> unpack_x_y_sample_weight((1, 2))
    (1, 2, None)
    """
    if not isinstance(data, list | tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ValueError(
            f"Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`, found: {data}"
        )
    x, y, weight = (*data, None, None)[:3]
    return x, y, weight


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """A batch of the parts that there are.

    Parameters
    ----------
    x, y, sample_weight : array, or list or tuple of arrays

    Examples
    --------
    >>> pack_x_y_sample_weight(1, 2)
    (1, 2)
    """
    if y is None:
        return (x,) if isinstance(x, list | tuple) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)
