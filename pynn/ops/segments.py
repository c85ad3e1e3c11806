"""Sums over segments, sets, differences and other things of their own."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import composite, operation
from pynn.ops.core import convert_to_tensor
from pynn.ops.dtypes import array, real
from pynn.ops.reductions import sum as total
from pynn.ops.shaping import moveaxis, reshape, transpose


def _segments(data: Any, segment_ids: Any, num_segments: int | None) -> tuple[np.ndarray, np.ndarray, int]:
    """Rows that belong to a segment, their segments, and how many there are."""
    data, ids = array(data), np.asarray(segment_ids, np.intp)
    if ids.ndim != 1:
        raise ValueError(f"Argument `segment_ids` should be an 1-D vector, got shape {ids.shape}")
    count = int(np.max(ids, initial=-1)) + 1 if num_segments is None else num_segments
    inside = (ids >= 0) & (ids < count)
    return data[inside], ids[inside], count


def _rows_back(g: Any, data: Any, segment_ids: Any) -> Any:
    """For each row the gradient of its segment; 0 for those in none."""
    ids = np.asarray(segment_ids, np.intp)
    inside = (ids >= 0) & (ids < np.shape(g)[0])
    rows = np.take(g, np.where(inside, ids, 0), 0)
    return rows * inside.reshape(-1, *[1] * (np.ndim(rows) - 1))


@operation(lambda g, y, data, segment_ids, num_segments=None, sorted=False: _rows_back(g, data, segment_ids))
def segment_sum(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """The sum of the rows of each segment.

    >>> segment_sum([1.0, 2.0, 3.0], [0, 0, 2])
    Tensor([3., 0., 3.], dtype=float32)
    """
    rows, ids, count = _segments(data, segment_ids, num_segments)
    made = np.zeros((count, *rows.shape[1:]), rows.dtype)
    np.add.at(made, ids, rows)
    return made


def _extreme_back(g: Any, y: Any, data: Any, segment_ids: Any, num_segments: Any = None, sorted: bool = False) -> Any:
    hits = np.equal(data, _rows_back(y, data, segment_ids))
    ids = np.asarray(segment_ids, np.intp)
    there, places, count = _segments(np.asarray(hits).astype("float64"), ids, np.shape(y)[0])
    parts = np.zeros((count, *there.shape[1:]))
    np.add.at(parts, places, there)
    return _rows_back(g / np.maximum(parts, 1), data, segment_ids) * hits


def _extreme(function: Any, lowest: float, data: Any, segment_ids: Any, num_segments: int | None) -> np.ndarray:
    rows, ids, count = _segments(data, segment_ids, num_segments)
    made = np.full((count, *rows.shape[1:]), lowest, rows.dtype)
    function.at(made, ids, rows)
    return made


def _limit(data: Any, largest: bool) -> Any:
    kind = array(data).dtype
    if kind.kind == "f":
        return np.inf if largest else -np.inf
    return np.iinfo(kind).max if largest else np.iinfo(kind).min


@operation(_extreme_back)
def segment_max(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """The largest element of each segment; -∞ if it has none.

    >>> segment_max([1.0, 2.0, 3.0], [0, 0, 1])
    Tensor([2., 3.], dtype=float32)
    """
    return _extreme(np.maximum, _limit(data, False), data, segment_ids, num_segments)


@operation(_extreme_back)
def segment_min(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """The smallest element of each segment; ∞ if it has none.

    >>> segment_min([1.0, 2.0, 3.0], [0, 0, 1])
    Tensor([1., 3.], dtype=float32)
    """
    return _extreme(np.minimum, _limit(data, True), data, segment_ids, num_segments)


@operation(refuses=True)
def segment_prod(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """The product of the rows of each segment; 1 if it has none.

    >>> segment_prod([1.0, 2.0, 3.0], [0, 0, 1])
    Tensor([2., 3.], dtype=float32)
    """
    return _extreme(np.multiply, 1, data, segment_ids, num_segments)


@operation()
def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """The different elements, rising, and on request where they stand and how often.

    >>> unique([3, 1, 1])
    Tensor([1, 3], dtype=int32)
    """
    x = array(x)
    found = np.unique(x, return_index=True, return_inverse=True, return_counts=True, axis=axis)
    values, places, inverse, counts = found[0], *(part.astype("int32") for part in found[1:])
    if axis is not None:
        values = np.moveaxis(values, axis, 0)
    if size is not None:
        fill = values[0] if fill_value is None else fill_value
        values, places, counts = (_sized(v, size, f) for v, f in ((values, fill), (places, places[0]), (counts, 0)))
    values = values if axis is None else np.moveaxis(values, 0, axis)
    asked = ((places, return_index), (inverse.reshape(-1), return_inverse), (counts, return_counts))
    more = [part for part, wanted in asked if wanted]
    return (values, *more) if more else values


def _sized(values: np.ndarray, size: int, fill: Any) -> np.ndarray:
    """The first so many, or filled up to as many."""
    missing = size - len(values)
    return (
        values[:size]
        if missing <= 0
        else np.concatenate([values, np.full((missing, *values.shape[1:]), fill, values.dtype)])
    )


@operation()
def unravel_index(indices: Any, shape: Any) -> Any:
    """Places among all elements as places along each axis.

    >>> [int(part) for part in unravel_index(3, (2, 2))]
    [1, 1]
    """
    return tuple(np.asarray(part, "int32") for part in np.unravel_index(array(indices), tuple(shape)))


@composite
def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """The differences of neighbours along an axis, n times over.

    >>> diff([1.0, 4.0, 9.0])
    Tensor([3., 5.], dtype=float32)
    """
    x = moveaxis(convert_to_tensor(a), axis, 0)
    for _ in range(n):
        x = x[1:] != x[:-1] if x.dtype.kind == "b" else x[1:] - x[:-1]
    return moveaxis(x, 0, axis)


@composite
def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """The integral of y over x along an axis, by straight lines between the points.

    >>> float(trapezoid([0.0, 1.0, 2.0]))
    2.0
    """
    y = convert_to_tensor(y)
    y = moveaxis(y if y.dtype.kind == "f" else convert_to_tensor(real(np.asarray(y))), axis, -1)
    middles = (y[..., 1:] + y[..., :-1]) / 2
    if x is None:
        return total(middles * dx, -1)
    steps = convert_to_tensor(x)
    return total(middles * diff(steps if steps.ndim == 1 else moveaxis(steps, axis, -1)), -1)


@composite
def rearrange(tensor: Any, pattern: str, **axes_lengths: int) -> Any:
    """Axes split, moved and joined by a pattern of names: `"a (b c) -> (a b) c"`.

    >>> rearrange(np.zeros((2, 6)), "a (b c) -> (a b) c", c=3).shape
    (4, 3)
    """
    x = convert_to_tensor(tensor)
    before, arrow, after = pattern.partition("->")
    groups, wanted = _groups(before), _groups(after)
    if not arrow or len(groups) != x.ndim:
        raise ValueError(f"rearrange: {pattern!r} does not fit the shape {x.shape}")
    sizes: dict[str, int] = dict(axes_lengths)
    for names, size in zip(groups, x.shape, strict=True):
        known = int(np.prod([sizes[name] for name in names if name in sizes]))
        sizes |= dict.fromkeys([name for name in names if name not in sizes], size // known)
    flat = [name for names in groups for name in names]
    x = reshape(x, [sizes[name] for name in flat])
    x = transpose(x, [flat.index(name) for names in wanted for name in names])
    return reshape(x, [int(np.prod([sizes[name] for name in names])) for names in wanted])


def _groups(side: str) -> list[list[str]]:
    """The names of each axis on one side of a pattern."""
    groups: list[list[str]] = []
    inside = False
    for word in side.replace("(", " ( ").replace(")", " ) ").split():
        if word in "()":
            inside = word == "("
            groups += [[]] if inside else []
        elif inside:
            groups[-1].append(word)
        else:
            groups.append([] if word == "1" else [word])
    return groups
