"""Nested lists, tuples and dictionaries of things: to flat lists and back.

Dictionaries are read in the order of their sorted keys, as in Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any


def is_nested(structure: Any) -> bool:
    """Whether it is a list, a tuple or a dictionary."""
    return isinstance(structure, list | tuple | dict)


def flatten(structure: Any) -> list[Any]:
    """The leaves, in order; None is a leaf.

    Examples
    --------
    >>> flatten({"b": 2, "a": [1, (3,)]})
    [1, 3, 2]
    """
    return list(_leaves(structure))


def _leaves(structure: Any) -> Iterator[Any]:
    if isinstance(structure, list | tuple):  # first, as asking for Mapping takes ten times as long
        for part in structure:
            yield from _leaves(part)
    elif isinstance(structure, Mapping):
        for key in sorted(structure):
            yield from _leaves(structure[key])
    else:
        yield structure


def map_structure(function: Callable[[Any], Any], structure: Any) -> Any:
    """The same structure with `function` of each leaf.

    Examples
    --------
    >>> map_structure(str, {"a": [1, 2]})
    {'a': ['1', '2']}
    """
    return pack_as(structure, [function(leaf) for leaf in _leaves(structure)])


def pack_as(structure: Any, leaves: Sequence[Any]) -> Any:
    """Put leaves into the form of `structure`.

    Raises
    ------
    ValueError
        If there are more or fewer leaves than places.

    Examples
    --------
    >>> pack_as((0, [0]), [1, 2])
    (1, [2])
    """
    rest = iter(leaves)
    try:
        packed = _packed(structure, rest)
    except StopIteration:
        raise ValueError(f"{len(leaves)} leaves are too few for the structure {structure}") from None
    if next(rest, rest) is not rest:
        raise ValueError(f"{len(leaves)} leaves are too many for the structure {structure}")
    return packed


def _packed(structure: Any, rest: Iterator[Any]) -> Any:
    if isinstance(structure, Mapping):
        filled = {key: _packed(structure[key], rest) for key in sorted(structure)}
        return {key: filled[key] for key in structure}
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        return type(structure)(*[_packed(part, rest) for part in structure])
    if is_nested(structure):
        return type(structure)([_packed(part, rest) for part in structure])
    return next(rest)


def arrays_of(data: Any) -> tuple[list[Any], Any]:
    """What a user gave as data: its arrays, flat, and the structure in which they stand.

    A list of arrays is a structure; a list of numbers, or of lists, is one array.

    Returns
    -------
    tuple
        The leaves, and the structure with numbers 0, 1, … in their places.

    Examples
    --------
    >>> import numpy as np
    >>> arrays_of([[1, 2], [3, 4]])
    ([[[1, 2], [3, 4]]], 0)
    >>> arrays_of({"b": [1], "a": (np.ones(2), np.ones(2))})[1]
    {'b': 2, 'a': (0, 1)}
    """
    leaves: list[Any] = []

    def place(part: Any) -> Any:
        if isinstance(part, Mapping) and not hasattr(part, "to_numpy"):
            numbered = {key: place(part[key]) for key in sorted(part)}
            return {key: numbered[key] for key in part}
        if isinstance(part, list | tuple) and part and all(getattr(leaf, "ndim", 0) > 0 for leaf in part):
            return type(part)([place(leaf) for leaf in part])
        leaves.append(part)
        return len(leaves) - 1

    return leaves, place(data)
