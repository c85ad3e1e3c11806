"""Products of vectors, matrices and tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import composite, operation
from pynn.ops.dtypes import array, promoted, result_type
from pynn.ops.reductions import countable


def _left(g: Any, y: Any, a: Any, b: Any) -> Any:
    """g·bᵀ, in which a vector is a matrix of one row (left) or one column (right)."""
    if np.ndim(b) == 1:
        return np.expand_dims(g, -1) * b
    if np.ndim(a) == 1:
        g = np.expand_dims(g, -2)
        return _first_row(np.matmul(g, np.swapaxes(b, -1, -2)))
    return np.matmul(g, np.swapaxes(b, -1, -2))


def _first_row(product: Any) -> Any:
    """Without the row's axis, summed over the stacks that broadcasting made."""
    product = np.squeeze(product, -2)
    return np.sum(product, axis=tuple(range(np.ndim(product) - 1))) if np.ndim(product) > 1 else product


def _right(g: Any, y: Any, a: Any, b: Any) -> Any:
    """aᵀ·g, likewise."""
    if np.ndim(a) == 1:
        column = np.expand_dims(a, -1)
        return g * a if np.ndim(b) == 1 else column * np.expand_dims(g, -2)
    if np.ndim(b) == 1:
        product = np.expand_dims(g, -1) * a
        return np.sum(product, axis=tuple(range(np.ndim(product) - 1)))
    return np.matmul(np.swapaxes(a, -1, -2), g)


@operation(_left, _right)
def matmul(x1: Any, x2: Any) -> Any:
    """The matrix product, of each matrix in a stack.

    >>> matmul([[1.0, 2.0]], [[3.0], [4.0]])
    Tensor([[11.]], dtype=float32)
    """
    return np.matmul(*promoted(x1, x2))


def _contraction(rank1: int, rank2: int) -> tuple[list[int], list[int]]:
    """The axes over which `dot` sums."""
    return [rank1 - 1], [0 if rank2 == 1 else rank2 - 2]


@composite
def dot(x1: Any, x2: Any) -> Any:
    """Sums of products along the last axis of x1 and the last but one of x2; a number scales.

    >>> float(dot([1.0, 2.0], [3.0, 4.0]))
    11.0
    """
    if np.ndim(x1) == 0 or np.ndim(x2) == 0:
        from pynn.ops.arithmetic import multiply

        return multiply(x1, x2)
    return _tensordot(x1, x2, _contraction(np.ndim(x1), np.ndim(x2)))


def _axes(axes: Any, rank1: int) -> tuple[list[int], list[int]]:
    if isinstance(axes, int):
        return list(range(rank1 - axes, rank1)), list(range(axes))
    first, second = axes
    return ([first], [second]) if isinstance(first, int) else (list(first), list(second))


def _left_of_tensordot(g: Any, y: Any, a: Any, b: Any, axes: Any) -> Any:
    """g contracted with the free axes of b; then a's axes in their order."""
    mine, others = [[i % n for i in part] for part, n in zip(axes, (np.ndim(a), np.ndim(b)), strict=True)]
    free_a = [i for i in range(np.ndim(a)) if i not in mine]
    free_b = [i for i in range(np.ndim(b)) if i not in others]
    made = np.tensordot(g, b, (list(range(len(free_a), np.ndim(g))), free_b))
    order = free_a + [mine[others.index(i)] for i in sorted(others)]
    return np.transpose(made, [int(i) for i in np.argsort(order)])


def _right_of_tensordot(g: Any, y: Any, a: Any, b: Any, axes: Any) -> Any:
    free = np.ndim(b) - len(axes[1])
    turned = np.moveaxis(g, range(np.ndim(g) - free, np.ndim(g)), range(free)) if np.ndim(g) else g
    return _left_of_tensordot(turned, y, b, a, (axes[1], axes[0]))


@operation(_left_of_tensordot, _right_of_tensordot)
def _tensordot(x1: Any, x2: Any, axes: Any) -> Any:
    return np.tensordot(*promoted(x1, x2), axes)


@composite
def tensordot(x1: Any, x2: Any, axes: Any = 2) -> Any:
    """Sums of products along pairs of axes: the last and first so many, or those named.

    >>> float(tensordot([1.0, 2.0], [3.0, 4.0], 1))
    11.0
    """
    return _tensordot(x1, x2, _axes(axes, np.ndim(x1)))


@composite
def inner(x1: Any, x2: Any) -> Any:
    """Sums of products along the last axes.

    >>> float(inner([1.0, 2.0], [3.0, 4.0]))
    11.0
    """
    if np.ndim(x1) == 0 or np.ndim(x2) == 0:
        return dot(x1, x2)
    return _tensordot(x1, x2, ([np.ndim(x1) - 1], [np.ndim(x2) - 1]))


@composite
def vdot(x1: Any, x2: Any) -> Any:
    """The sum of the products of all elements.

    >>> float(vdot([1.0, 2.0], [3.0, 4.0]))
    11.0
    """
    from pynn.ops.shaping import ravel

    return dot(ravel(x1), ravel(x2))


@composite
def outer(x1: Any, x2: Any) -> Any:
    """The products of each element of x1 with each of x2.

    >>> outer([1.0, 2.0], [3.0, 4.0])
    Tensor([[3., 4.],
            [6., 8.]], dtype=float32)
    """
    from pynn.ops.arithmetic import multiply
    from pynn.ops.shaping import reshape

    return multiply(reshape(x1, (-1, 1)), reshape(x2, (1, -1)))


@composite
def kron(x1: Any, x2: Any) -> Any:
    """Kronecker's product: x2 times each element of x1, side by side.

    >>> kron([1.0, 2.0], [1.0, 10.0])
    Tensor([ 1., 10.,  2., 20.], dtype=float32)
    """
    from pynn.ops.arithmetic import multiply
    from pynn.ops.shaping import reshape

    rank = max(np.ndim(x1), np.ndim(x2))
    first = (1,) * (rank - np.ndim(x1)) + np.shape(x1)
    second = (1,) * (rank - np.ndim(x2)) + np.shape(x2)
    apart = multiply(
        reshape(x1, [n for size in first for n in (size, 1)]), reshape(x2, [n for size in second for n in (1, size)])
    )
    return reshape(apart, [a * b for a, b in zip(first, second, strict=True)])


def _cross_axes(options: tuple[Any, ...]) -> tuple[int, int, int]:
    axisa, axisb, axisc, axis = options
    return (axis, axis, axis) if axis is not None else (axisa, axisb, axisc)


@composite
def cross(x1: Any, x2: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """The vector product of vectors of 3 elements; of 2, its third component.

    >>> cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    Tensor([0., 0., 1.], dtype=float32)
    """
    from pynn.ops.joining import concatenate, stack
    from pynn.ops.shaping import moveaxis

    first, second, third = _cross_axes((axisa, axisb, axisc, axis))
    a, b = moveaxis(x1, first, -1), moveaxis(x2, second, -1)
    if a.shape[-1] == 2 and b.shape[-1] == 2:
        return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    a, b = (concatenate([v, 0 * v[..., :1]], -1) if v.shape[-1] == 2 else v for v in (a, b))
    parts = [a[..., (i + 1) % 3] * b[..., (i + 2) % 3] - a[..., (i + 2) % 3] * b[..., (i + 1) % 3] for i in range(3)]
    return stack(parts, third)


def _letters(subscripts: str, ranks: list[int]) -> tuple[list[str], str]:
    """The letters of each operand and of the result, with letters of their own in the place of `...`."""
    text = subscripts.replace(" ", "")
    given, arrow, result = text.partition("->")
    operands = given.split(",")
    if len(operands) != len(ranks):
        raise ValueError(f"einsum: {subscripts!r} is about {len(operands)} operands, got {len(ranks)}")
    spare = [c for c in "ZYXWVUTSRQPONML" if c not in text]
    hidden = [rank - len(word.replace("...", "")) for word, rank in zip(operands, ranks, strict=True)]
    dots = "".join(spare[: max(hidden)][::-1])
    words = [word.replace("...", dots[len(dots) - n :] if n else "") for word, n in zip(operands, hidden, strict=True)]
    if not arrow:
        joined = "".join(words)
        result = "..." * ("..." in given) + "".join(sorted(c for c in set(joined) - set(dots) if joined.count(c) == 1))
    return words, result.replace("...", dots)


def _einsum_back(g: Any, y: Any, *operands: Any, subscripts: str) -> Any:
    """Each operand's gradient is an einsum too: of g and the others, over letters that this one lacks."""
    words, result = _letters(subscripts, [np.ndim(x) for x in operands])
    found = []
    for i, (word, x) in enumerate(zip(words, operands, strict=True)):
        if len(set(word)) < len(word):
            raise ValueError(f"einsum: there is no gradient where a letter stands twice in one operand: {word!r}")
        others = [w for k, w in enumerate(words) if k != i]
        there = [c for c in word if c in result or any(c in w for w in others)]
        parts = [x for k, x in enumerate(operands) if k != i]
        made = np.einsum(",".join([result, *others]) + "->" + "".join(there), g, *parts)
        where = tuple(k for k, c in enumerate(word) if c not in there)
        found.append(np.broadcast_to(np.expand_dims(made, where), np.shape(x)))
    return found


@operation(joint=_einsum_back, arrays=-1)
def _einsum(*operands: Any, subscripts: str) -> Any:
    arrays = [array(x) for x in operands]
    dtype = result_type(*arrays)
    return np.asarray(np.einsum(subscripts, *[x.astype(dtype, copy=False) for x in arrays], optimize=len(arrays) > 2))


@composite
def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> Any:
    """Sums of products after Einstein: letters name axes, and what is missing on the right is summed over.

    >>> einsum("ij,j->i", [[1.0, 2.0]], [3.0, 4.0])
    Tensor([11.], dtype=float32)
    """
    return _einsum(*operands, subscripts=subscripts)


@composite
def correlate(x1: Any, x2: Any, mode: str = "valid") -> Any:
    """Σ x1[i + k]·x2[i] for each shift k; modes as NumPy's.

    >>> correlate([1.0, 2.0, 3.0], [0.0, 1.0])
    Tensor([2., 3.], dtype=float32)
    """
    return _correlate(x1, x2, mode)


@operation(arrays=2, refuses=True)
def _correlate(x1: Any, x2: Any, mode: str) -> Any:
    a, b = promoted(countable(x1), countable(x2))
    return np.correlate(a, b, mode)  # type: ignore[call-overload]
