"""Elements chosen by place or condition: indexing, gathering, scattering, `where`."""

from __future__ import annotations

from builtins import slice as part
from typing import Any

import numpy as np

from pynn.operation import composite, operation
from pynn.ops.dtypes import array, promoted
from pynn.tensor import plain


def _scattered(g: Any, shape: Any, key: Any, dtype: Any) -> Any:
    """Zeros of a shape, with g added at the places of a key."""
    whole = np.zeros(shape, dtype)
    if _is_basic(key):
        whole[key] = g
    else:
        np.add.at(whole, key, g)
    return whole


def _is_basic(key: Any) -> bool:
    """Whether a key names no element twice: NumPy's integers and slices."""
    parts = key if isinstance(key, tuple) else (key,)
    return not any(isinstance(part, list | np.ndarray) and np.asarray(part).dtype != bool for part in parts)


@operation(lambda g, y, x, shape, key: g[key])
def _add_at(x: Any, shape: Any, key: Any) -> Any:
    return _scattered(x, shape, key, x.dtype)


@operation(
    lambda g, y, x, key: _add_at(g, np.shape(x), key) if not _is_plain(g) else _scattered(g, x.shape, key, g.dtype)
)
def _getitem(x: Any, key: Any) -> Any:
    return array(x)[key]


def _is_plain(g: Any) -> bool:
    return type(g) is np.ndarray or isinstance(g, np.generic)


@composite
def get_item(x: Any, key: Any) -> Any:
    """x[key].

    >>> get_item([1.0, 2.0, 3.0], -1)
    Tensor(3., dtype=float32)
    """
    return _getitem(x, plain(key))


def _where_gradients(g: Any, y: Any, condition: Any, x1: Any, x2: Any) -> Any:
    zero = np.zeros((), g.dtype)
    return None, np.where(condition, g, zero), np.where(condition, zero, g)


@operation(joint=_where_gradients, arrays=3)
def _where(condition: Any, x1: Any, x2: Any) -> Any:
    return np.where(array(condition), *promoted(x1, x2))


@composite
def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """x1 where the condition holds, x2 elsewhere; without them, the places where it holds.

    >>> where([True, False], [1.0, 2.0], 0.0)
    Tensor([1., 0.], dtype=float32)
    """
    if (x1 is None) != (x2 is None):
        raise ValueError("`x1` and `x2` either both should be `None` or both should have non-None value.")
    return nonzero(condition) if x1 is None else _where(condition, x1, x2)


@operation()
def nonzero(x: Any) -> Any:
    """The places of the elements that are not 0: for each axis an array of indices.

    >>> nonzero([0, 1, 2])
    (Tensor([1, 2], dtype=int32),)
    """
    return tuple(place.astype("int32") for place in np.nonzero(np.atleast_1d(array(x))))


def _take_back(g: Any, y: Any, x: Any, indices: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.reshape(_added(g, (np.size(x),), np.asarray(indices)), np.shape(x))
    key = (part(None),) * (axis % np.ndim(x)) + (np.asarray(indices),)
    return _added(g, np.shape(x), key)


def _added(g: Any, shape: Any, key: Any) -> Any:
    return _scattered(g, shape, key, g.dtype) if _is_plain(g) else _add_at(g, shape, key)


@operation(_take_back)
def _take(x: Any, indices: Any, axis: Any = None) -> Any:
    return np.take(array(x), indices, axis)


@composite
def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """The elements at some places along an axis, or among all.

    Raises
    ------
    IndexError
        If a place is out of range; negative ones count from the end.

    >>> take([10.0, 20.0, 30.0], [2, 0])
    Tensor([30., 10.], dtype=float32)
    """
    return _take(x, np.asarray(indices, np.intp), axis)


def _take_along_back(g: Any, y: Any, x: Any, indices: Any, axis: Any) -> Any:
    key = list(np.ix_(*map(range, indices.shape)))
    key[axis] = indices
    return _added(g, np.shape(x), tuple(key))


@operation(_take_along_back)
def _take_along(x: Any, indices: Any, axis: int) -> Any:
    return np.take_along_axis(array(x), indices, axis)


@composite
def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Any:
    """For each place along the other axes, the elements at its own indices.

    >>> take_along_axis([[1.0, 2.0], [3.0, 4.0]], [[1], [0]], axis=1)
    Tensor([[2.],
            [3.]], dtype=float32)
    """
    indices = np.asarray(indices, np.intp)
    if axis is None:
        return _take(x, indices.reshape(-1), None)
    shape = [1 if i == axis % indices.ndim else n for i, n in enumerate(np.shape(x))]
    along = [n if i == axis % indices.ndim else 1 for i, n in enumerate(indices.shape)]
    return _take_along(x, np.broadcast_to(indices, np.broadcast_shapes(indices.shape, shape[:0] or along)), axis)


@composite
def slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    """The block of a shape that starts at some place.

    >>> slice([1.0, 2.0, 3.0], [1], [2])
    Tensor([2., 3.], dtype=float32)
    """
    starts = [int(i) for i in np.asarray(start_indices).reshape(-1)]
    sizes = np.shape(inputs)
    ends = [n if size == -1 else i + int(size) for i, size, n in zip(starts, shape, sizes, strict=True)]
    return _getitem(inputs, tuple(part(i, j) for i, j in zip(starts, ends, strict=True)))


def _update_gradients(g: Any, y: Any, inputs: Any, updates: Any, key: Any, reduction: Any) -> Any:
    if reduction in ("max", "min", "mul"):
        raise ValueError(f"scatter_update: there is no gradient with reduction={reduction!r}")
    if reduction == "add":
        return g, g[key]
    mask = np.ones(np.shape(inputs), bool)
    mask[key] = False
    return g * mask, g[key]


_REDUCTIONS = {"add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply}


@operation(joint=_update_gradients, arrays=2)
def _updated(inputs: Any, updates: Any, key: Any, reduction: Any) -> Any:
    made = np.array(inputs)
    if reduction is None:
        made[key] = updates
    else:
        _REDUCTIONS[reduction].at(made, key, np.asarray(updates, made.dtype))
    return made


@composite
def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    """A copy of the inputs with other elements at some places; `indices` holds one place in each row.

    >>> scatter_update([1.0, 2.0, 3.0], [[0], [2]], [10.0, 30.0])
    Tensor([10.,  2., 30.], dtype=float32)
    """
    if reduction not in (None, *_REDUCTIONS):
        raise ValueError(f"`reduction` must be None or one of {sorted(_REDUCTIONS)}. Received: reduction={reduction}")
    places = np.asarray(indices, np.intp)
    return _updated(inputs, updates, tuple(np.moveaxis(places, -1, 0)), reduction)


@composite
def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """A copy of the inputs with another block from some place on.

    >>> slice_update([1.0, 2.0, 3.0], [1], [9.0])
    Tensor([1., 9., 3.], dtype=float32)
    """
    starts = np.asarray(start_indices).reshape(-1)
    key = tuple(part(int(i), int(i) + n) for i, n in zip(starts, np.shape(updates), strict=True))
    return _updated(inputs, updates, key, None)


@operation(lambda g, y, values, indices, shape: g[tuple(np.moveaxis(indices, -1, 0))])
def _scatter(values: Any, indices: Any, shape: Any) -> Any:
    values = array(values)
    return _scattered(values, shape, tuple(np.moveaxis(indices, -1, 0)), values.dtype)


@composite
def scatter(indices: Any, values: Any, shape: Any) -> Any:
    """Zeros of a shape with values added at some places; `indices` holds one place in each row.

    >>> scatter([[0], [2], [2]], [1.0, 2.0, 3.0], (4,))
    Tensor([1., 0., 5., 0.], dtype=float32)
    """
    return _scatter(values, np.asarray(indices, np.intp), tuple(shape))


@composite
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """Of the choices, the first whose condition holds; else the default.

    >>> select([[True, False]], [[1.0, 2.0]], 0.0)
    Tensor([1., 0.], dtype=float32)
    """
    found = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        found = where(condition, choice, found)
    return found
