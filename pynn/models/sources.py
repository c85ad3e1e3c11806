"""Sources of batches: generators, `PyDataset`, and iterables such as a data loader."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from pynn.permutations import permutation
from pynn.structures import map_structure


class Batches:
    """A source of batches; iterating starts an epoch.

    Attributes
    ----------
    count : int or None
        Batches of an epoch, if known.
    """

    count: int | None = None

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError

    def begin(self) -> None:
        """An epoch begins."""

    def end(self) -> None:
        """An epoch has ended."""


def _picked(rows: np.ndarray, array: Any) -> Any:
    return None if array is None else array[rows]


class ArrayBatches(Batches):
    """Rows of arrays at hand, in new random order each epoch if asked."""

    def __init__(self, given: Sequence[Any], batch: int, shuffle: bool) -> None:
        self._arrays = [map_structure(_array, part) for part in given]
        while len(self._arrays) > 1 and self._arrays[-1] is None:
            self._arrays.pop()
        self._batch, self._shuffle = batch, shuffle
        self.rows = len(_first(self._arrays[0]))
        self.count = -(-self.rows // batch)

    def __iter__(self) -> Iterator[Any]:
        order = permutation(self.rows) if self._shuffle else np.arange(self.rows)
        for start in range(0, self.rows, self._batch):
            rows = order[start : start + self._batch]
            yield tuple(map_structure(functools.partial(_picked, rows), part) for part in self._arrays)


def _array(leaf: Any) -> Any:
    return None if leaf is None else np.asarray(leaf)


def _first(structure: Any) -> Any:
    while isinstance(structure, list | tuple | dict):
        structure = next(iter(structure.values() if isinstance(structure, dict) else structure))
    return structure


class Generated(Batches):
    """A generator: it can be read once.

    Keras looks at its first two batches beforehand, and each epoch that begins anew begins with them again.
    """

    def __init__(self, generator: Iterator[Any]) -> None:
        self._first = list(itertools.islice(generator, 2))
        self._generator = generator

    def __iter__(self) -> Iterator[Any]:
        for batch in itertools.chain(self._first, self._generator):
            if not isinstance(batch, tuple):
                raise ValueError(
                    "When passing a Python generator to a Keras model, the generator must return a tuple, either "
                    f"(input,) or (inputs, targets) or (inputs, targets, sample_weights). Received: {str(batch)[:100]}"
                )
            yield batch


class Indexed(Batches):
    """A `keras.utils.PyDataset` (`Sequence`): batches by number."""

    def __init__(self, data: Any, shuffle: bool) -> None:
        self._data, self._shuffle = data, shuffle
        count = getattr(data, "num_batches", None)
        self.count = int(count) if count is not None else None

    def __iter__(self) -> Iterator[Any]:
        order: Any = iter(int, 1) if self.count is None else range(self.count)
        if self.count is None:
            order = itertools.count()
        elif self._shuffle:
            import random

            order = list(order)
            random.shuffle(order)
        for number in order:
            batch = self._data[number]
            batch = tuple(batch) if isinstance(batch, list) else batch
            if not isinstance(batch, tuple) or len(batch) not in (1, 2, 3):
                raise ValueError(
                    "PyDataset.__getitem__() must return a tuple or a dict. If a tuple, it must be ordered either "
                    "(input,) or (inputs, targets) or (inputs, targets, sample_weights). "
                    f"Received: {str(batch)[:100]}... of type {type(batch)}"
                )
            yield batch

    def begin(self) -> None:
        """An epoch begins."""
        getattr(self._data, "on_epoch_begin", lambda: None)()

    def end(self) -> None:
        """An epoch has ended."""
        getattr(self._data, "on_epoch_end", lambda: None)()


class Iterated(Batches):
    """Anything that gives batches each time it is iterated: a `tf.data`-like data set, a torch DataLoader."""

    def __init__(self, data: Any) -> None:
        self._data = data
        try:
            self.count = len(data)
        except TypeError:
            self.count = None

    def __iter__(self) -> Iterator[Any]:
        for batch in self._data:
            found = tuple(batch) if isinstance(batch, list | tuple) else (batch,)
            yield map_structure(_plain, found)


def _plain(leaf: Any) -> Any:
    return leaf.numpy() if hasattr(leaf, "numpy") and not isinstance(leaf, np.ndarray) else leaf


def batches_of(x: Any, shuffle: bool) -> Batches:
    """The source for an object that gives batches.

    Raises
    ------
    ValueError
        If it is nothing that gives batches.
    """
    if hasattr(x, "__getitem__") and (hasattr(x, "num_batches") or hasattr(x, "__len__")) and not _is_loader(x):
        return Indexed(x, shuffle)
    if hasattr(x, "__next__"):
        return Generated(x)
    if hasattr(x, "__iter__"):
        return Iterated(x)
    raise ValueError(f"Unrecognized data type: x={x} (of type {type(x)})")


def _is_loader(x: Any) -> bool:
    return not hasattr(x, "num_batches")
