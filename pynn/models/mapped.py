"""Memory-mapped arrays that the core cannot read in place: brought into form a portion at a time, never whole."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import data
from pynn.callbacks import CallbackList
from pynn.data import Rows
from pynn.models import door
from pynn.models.loops import test_portions, train_portions
from pynn.models.works import Work, work_for
from pynn.permutations import permutation
from pynn.structures import arrays_of, flatten, map_structure, pack_as

if TYPE_CHECKING:
    from pynn.models.model import Model

Logs = dict[str, Any]
# Bytes of a portion in float64, the widest form it takes: a small part of any machine's memory, and enough batches for
# the time between two portions not to count.  What is smaller than that as a whole is converted at once.
PORTION = 16 << 20


def needs_portions(*given: Any) -> bool:
    """Whether an array among nested ones is mapped to a file, in a form that must be converted, and large."""
    return any(_is_foreign(leaf) for part in given for leaf in arrays_of(part)[0])


def _is_foreign(leaf: Any) -> bool:
    if not isinstance(leaf, np.ndarray) or leaf.size * 8 <= PORTION or not data.is_mapped(leaf):
        return False
    flags = leaf.flags
    return leaf.dtype not in (*data.SOURCES, np.bool_) or not (flags.c_contiguous and flags.aligned)


def _arrays(part: Any) -> Any:
    """What a user gave as x, y or weights with arrays in it; those that are mapped stay so."""
    leaves, structure = arrays_of(part)
    return pack_as(structure, [None if leaf is None else np.asarray(leaf) for leaf in leaves])


def _taken(rows: Any, leaf: Any) -> Any:
    return None if leaf is None else leaf[rows]


def rows_of(x: Any) -> int:
    """Rows of what a user gave as x."""
    return len(arrays_of(x)[0][0])


def portion_of(arrays: Any, batch: int) -> int:
    """Rows of a portion: as many whole batches as fit."""
    leaves = [leaf for leaf in flatten(arrays) if leaf is not None]
    width = 8 * sum(int(leaf[:1].size) for leaf in leaves)
    return max(1, PORTION // (width * batch)) * batch


class MappedFeed:
    """A data set for fit and evaluate, read portion by portion; within one the core walks over its batches.

    Parameters
    ----------
    model : Model
    given : tuple
        x, y, sample_weight, class_weight.
    batch : int
    shuffle : bool
    """

    def __init__(self, model: Model, given: tuple[Any, Any, Any, Any], batch: int, shuffle: bool) -> None:
        self._model, self._batch, self._shuffle, self._class_weight = model, batch, shuffle, given[3]
        self._arrays = [_arrays(part) for part in given[:3]]
        leaves = [leaf for leaf in flatten(self._arrays) if leaf is not None]
        data.check_lengths(**{f"array {i}" if i else "x": leaf for i, leaf in enumerate(leaves)})
        self.rows = len(leaves[0])
        self.steps: int | None = math.ceil(self.rows / batch)
        self._portion = portion_of(self._arrays, batch)
        self._read(slice(min(batch, self.rows)))  # what does not fit is an error before the first epoch

    def _read(self, rows: Any) -> Rows:
        x, y, weights = (map_structure(functools.partial(_taken, rows), part) for part in self._arrays)
        return door.rows(self._model, x, y, weights, self._class_weight)

    def _portions(self, kind: str, order: np.ndarray | None) -> Iterator[tuple[Work, Rows]]:
        for start in range(0, self.rows, self._portion):
            picked: Any = slice(start, start + self._portion)
            rows = self._read(picked if order is None else order[picked])
            yield work_for(self._model, kind, rows, self._batch, False), rows

    def train(self, listeners: CallbackList) -> Logs:
        """See `Feed`."""
        order = permutation(self.rows) if self._shuffle else None
        return train_portions(self._model, self._portions("train", order), listeners)

    def test(self, listeners: CallbackList) -> Logs:
        """See `Feed`."""
        return test_portions(self._model, self._portions("test", None), listeners)


def predict(x: Any, batch: int, one: Callable[[Any], list[np.ndarray]], seen: Callable[[int], None]) -> list[Any]:
    """The outputs, flat, portion by portion.

    Parameters
    ----------
    x : array, or nested arrays
    batch : int
    one : callable
        The outputs for some rows.
    seen : callable
        Told the number of the last batch after each portion.
    """
    arrays = _arrays(x)
    count, portion = rows_of(arrays), portion_of(arrays, batch)
    out: list[np.ndarray] = []
    for start in range(0, count, portion):
        rows = slice(start, min(start + portion, count))
        for i, part in enumerate(one(map_structure(functools.partial(_taken, rows), arrays))):
            if start == 0:
                out.append(np.empty((count, *part.shape[1:]), part.dtype))
            out[i][rows] = part
        seen(math.ceil(rows.stop / batch) - 1)
    return out
