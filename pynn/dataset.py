"""Data sets that are computed anew at each pass, with NumPy alone: `tf.data.Dataset`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

import numpy as np

from pynn import random as seeds
from pynn.elements import leaves, map_element, stacked, to_tensor
from pynn.tensor import Tensor, as_tensor

INFINITE, UNKNOWN = -1, -2
Order = Callable[[], np.ndarray]


class Dataset:
    """Elements one after the other: arrays, or tuples and dicts of arrays.

    Use `from_tensor_slices`, `range`, `zip` or `from_generator`, then chain `shuffle`, `map`, `batch` …; nothing is
    computed before one iterates, and each pass computes it anew.

    Notes
    -----
    Rows of arrays that are only shuffled, repeated, taken or skipped are picked with one NumPy call a batch.

    Examples
    --------
    >>> x, y = np.arange(6.0).reshape(3, 2), np.arange(3)
    >>> data = Dataset.from_tensor_slices((x, y)).batch(2)
    >>> [(a.shape, b.tolist()) for a, b in data]
    [((2, 2), [0, 1]), ((1, 2), [2])]
    """

    batch_size: int | None = None  # rows of an element, if `batch` has made it

    def __init__(
        self, make: Callable[[], Iterator[Any]], count: int, rows: Any = None, order: Order | None = None
    ) -> None:
        self._make, self._count = make, count
        self._rows, self._order = rows, order  # arrays whose rows are the elements, and in which order

    def __iter__(self) -> Iterator[Any]:
        return self._make()

    def __len__(self) -> int:
        if self._count < 0:
            raise TypeError("The dataset is infinite." if self._count == INFINITE else "The dataset length is unknown.")
        return self._count

    def __repr__(self) -> str:
        return f"<Dataset of {self._count if self._count >= 0 else 'many'} elements>"

    def cardinality(self) -> Any:
        """The number of elements; -1 if there is no end, -2 if it is not known."""
        return as_tensor(np.array(self._count, np.int64))

    @classmethod
    def _picked(cls, rows: Any, order: Order, count: int) -> Self:
        def make() -> Iterator[Any]:
            for index in order():
                yield map_element(lambda a: as_tensor(a[index]), rows)  # noqa: B023  # used at once

        return cls(make, count, rows, order)

    @classmethod
    def from_tensor_slices(cls, tensors: Any, name: str | None = None) -> Self:
        """The rows of an array, or of a tuple or dict of arrays of equal length."""
        rows = map_element(lambda v: np.asarray(to_tensor(v)), tensors)
        lengths = {a.shape[0] if a.ndim else None for a in leaves(rows)}
        if len(lengths) != 1 or None in lengths:
            counts = sorted(map(str, lengths))
            raise ValueError(f"from_tensor_slices: arrays must have the same number of rows, got {counts}")
        n = len(leaves(rows)[0])
        return cls._picked(rows, lambda: np.arange(n), n)

    @classmethod
    def from_tensors(cls, tensors: Any, name: str | None = None) -> Self:
        """One element: the whole of `tensors`."""
        element = map_element(to_tensor, tensors)
        return cls(lambda: iter([element]), 1)

    @classmethod
    def from_generator(
        cls,
        generator: Callable[..., Iterable[Any]],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Any = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Self:
        """What a generator function yields; types come from what it yields."""
        arguments = tuple(args or ())
        return cls(lambda: (map_element(to_tensor, e) for e in generator(*arguments)), UNKNOWN)

    @classmethod
    def range(cls, *args: int, output_type: Any = np.int64, **kwargs: Any) -> Self:
        """Whole numbers, as Python's `range`."""
        return cls.from_tensor_slices(np.arange(*args, dtype=np.dtype(output_type)))

    @classmethod
    def zip(cls, *datasets: Any, name: str | None = None) -> Self:
        """Tuples of one element of each dataset, as long as the shortest."""
        parts = datasets[0] if len(datasets) == 1 and isinstance(datasets[0], tuple | list) else datasets
        return cls(lambda: iter(zip(*parts, strict=False)), _shortest([d._count for d in parts]))

    def batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        num_parallel_calls: Any = None,
        deterministic: Any = None,
        name: str | None = None,
    ) -> Self:
        """Put `batch_size` elements together along a new first axis."""
        size = int(batch_size)
        if size < 1:
            raise ValueError(f"batch: batch_size must be >= 1, got {batch_size}")
        count = self._count
        if count >= 0:
            count = count // size + (not drop_remainder and count % size > 0)
        made = type(self)(lambda: self._batches(size, drop_remainder), int(count))
        made.batch_size = size
        return made

    def _batches(self, size: int, drop: bool) -> Iterator[Any]:
        if self._order is not None and self._count >= 0:
            order = self._order()
            for start in np.arange(0, len(order), size):
                part = order[start : start + size]
                if len(part) == size or not drop:
                    yield map_element(lambda a: as_tensor(a[part]), self._rows)  # noqa: B023  # used at once
            return
        elements = iter(self)
        while group := list(itertools.islice(elements, size)):
            if len(group) == size or not drop:
                yield stacked(group)

    def unbatch(self, name: str | None = None) -> Self:
        """Take batches apart into their rows."""

        def make() -> Iterator[Any]:
            for element in self:
                for index in np.arange(len(leaves(element)[0])):
                    yield map_element(lambda a: a[index], element)  # noqa: B023  # used at once

        return type(self)(make, UNKNOWN)

    def shuffle(
        self,
        buffer_size: int,
        seed: int | None = None,
        reshuffle_each_iteration: bool | None = True,
        name: str | None = None,
    ) -> Self:
        """Mix: each next element is drawn from the `buffer_size` that come next; a new order at each pass."""
        if buffer_size < 1:
            raise ValueError(f"shuffle: buffer_size must be >= 1, got {buffer_size}")
        stream = seeds.SeedGenerator(seed) if seed is not None else None

        def generator() -> np.random.Generator:
            if stream is not None and reshuffle_each_iteration is False:
                return seeds.generator(seed)
            return seeds.generator(stream)

        if reshuffle_each_iteration is False and seed is None:
            stream = seeds.SeedGenerator(seed := seeds.make_default_seed())
        if self._order is not None and self._count >= 0:
            order, count = self._order, self._count
            if buffer_size >= count:
                return self._picked(self._rows, lambda: generator().permutation(order()), count)
            return self._picked(
                self._rows, lambda: np.array(list(_mixed(iter(order()), buffer_size, generator())), np.intp), count
            )
        return type(self)(lambda: _mixed(iter(self), buffer_size, generator()), self._count)

    def map(
        self, map_func: Any, num_parallel_calls: Any = None, deterministic: Any = None, name: str | None = None
    ) -> Self:
        """A function of each element; the parts of a tuple are its arguments."""
        return type(self)(lambda: (map_element(to_tensor, _call(map_func, e)) for e in self), self._count)

    def filter(self, predicate: Any, name: str | None = None) -> Self:
        """The elements for which a function is true."""
        return type(self)(lambda: (e for e in self if bool(_call(predicate, e))), UNKNOWN)

    def flat_map(self, map_func: Any, name: str | None = None) -> Self:
        """The elements of the datasets that a function makes of each element."""
        return type(self)(lambda: itertools.chain.from_iterable(_call(map_func, e) for e in self), UNKNOWN)

    def repeat(self, count: int | None = None, name: str | None = None) -> Self:
        """Several passes, one after the other; without end if no number is given."""
        endless = count is None or count == INFINITE

        def make() -> Iterator[Any]:
            for _ in itertools.count() if endless else itertools.repeat(None, int(count or 0)):
                yield from self

        return type(self)(make, INFINITE if endless else self._count * int(count or 0) if self._count >= 0 else UNKNOWN)

    def take(self, count: int, name: str | None = None) -> Self:
        """The first `count` elements; all if it is -1."""
        stop = None if count < 0 else count
        left = self._count if stop is None else stop if self._count == INFINITE else min(self._count, stop)
        if self._order is not None:
            order = self._order
            return self._picked(self._rows, lambda: order()[:stop], left)
        return type(self)(lambda: itertools.islice(iter(self), stop), left)

    def skip(self, count: int, name: str | None = None) -> Self:
        """Without the first `count` elements."""
        left = self._count if self._count < 0 else max(self._count - count, 0)
        if self._order is not None:
            order = self._order
            return self._picked(self._rows, lambda: order()[count:], left)
        return type(self)(lambda: itertools.islice(iter(self), count, None), left)

    def concatenate(self, dataset: Any, name: str | None = None) -> Self:
        """These elements, then those of another dataset."""
        counts = (self._count, dataset._count)
        total = sum(counts) if min(counts) >= 0 else INFINITE if INFINITE in counts else UNKNOWN
        return type(self)(lambda: itertools.chain(iter(self), iter(dataset)), total)

    def enumerate(self, start: int = 0, name: str | None = None) -> Self:
        """Tuples of a running number and an element."""

        def make() -> Iterator[Any]:
            for number, element in zip(itertools.count(start), self, strict=False):
                yield as_tensor(np.array(number, np.int64)), element

        return type(self)(make, self._count)

    def shard(self, num_shards: int, index: int, name: str | None = None) -> Self:
        """Each `num_shards`-th element, beginning with number `index`."""
        left = self._count if self._count < 0 else len(np.arange(index, self._count, num_shards))
        return type(self)(lambda: itertools.islice(iter(self), index, None, num_shards), left)

    def cache(self, filename: str = "", name: str | None = None) -> Self:
        """Keep the elements of the first full pass in memory and give these from then on."""
        if filename:
            raise ValueError("cache: a file is not available; leave filename empty to keep the elements in memory")
        kept: list[Any] = []
        full = [False]

        def make() -> Iterator[Any]:
            if full[0]:
                yield from kept
                return
            seen = []
            for element in self:
                seen.append(element)
                yield element
            kept[:], full[0] = seen, True

        return type(self)(make, self._count)

    def prefetch(self, buffer_size: Any, name: str | None = None) -> Self:
        """The same: elements are made when they are asked for, which for arrays in memory costs nothing."""
        return self

    def with_options(self, options: Any, name: str | None = None) -> Self:
        """The same: options say how TensorFlow spreads the work, not what comes out."""
        return self

    def apply(self, transformation_func: Callable[[Self], Self]) -> Self:
        """A function of the whole dataset."""
        return transformation_func(self)

    def reduce(self, initial_state: Any, reduce_func: Callable[[Any, Any], Any], name: str | None = None) -> Any:
        """Put all elements together: state = f(state, element)."""
        state = map_element(to_tensor, initial_state)
        for element in self:
            state = reduce_func(state, element)
        return map_element(to_tensor, state)

    def as_numpy_iterator(self) -> Iterator[Any]:
        """The elements as plain arrays and numbers."""
        return (map_element(lambda a: a.numpy() if isinstance(a, Tensor) else a, e) for e in self)


def _shortest(counts: list[int]) -> int:
    finite = [count for count in counts if count != INFINITE]
    return INFINITE if not finite else UNKNOWN if UNKNOWN in finite else min(finite)


def _call(function: Any, element: Any) -> Any:
    return function(*element) if isinstance(element, tuple) else function(element)


def _mixed(elements: Iterator[Any], size: int, generator: np.random.Generator) -> Iterator[Any]:
    buffer = list(itertools.islice(elements, size))
    for element in elements:
        index = int(generator.integers(len(buffer)))
        yield buffer[index]
        buffer[index] = element
    for index in generator.permutation(len(buffer)):
        yield buffer[index]
