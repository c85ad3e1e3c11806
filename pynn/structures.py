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
    if isinstance(structure, Mapping):
        for key in sorted(structure):
            yield from _leaves(structure[key])
    elif is_nested(structure):
        for part in structure:
            yield from _leaves(part)
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
