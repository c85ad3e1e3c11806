"""`keras.tree`: functions of nested lists, tuples and dictionaries.

Plain dictionaries are read in the order of their sorted keys, an OrderedDict in its own; None is a leaf.
"""

from __future__ import annotations

import warnings
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import Any

_DIFFERENT = "Structures don't have the same nested structure."


def is_nested(structure: Any) -> bool:
    """Tell whether something has parts: a list, tuple, named tuple, deque or dictionary.

    Parameters
    ----------
    structure : object

    Examples
    --------
    >>> is_nested([1]), is_nested("text")
    (True, False)
    """
    return isinstance(structure, list | tuple | dict | deque)


def _keys(structure: Any) -> list[Any]:
    if isinstance(structure, OrderedDict):
        return list(structure)
    if isinstance(structure, dict):
        try:
            return sorted(structure)
        except TypeError:  # keys of several types: by type, then by value
            return sorted(structure, key=lambda key: (f"{type(key).__module__}.{type(key).__qualname__}", key))
    return list(range(len(structure)))


def parts_of(structure: Any) -> list[Any]:
    """What stands directly in it, in order."""
    return [structure[key] for key in _keys(structure)]


def rebuilt(structure: Any, parts: Iterable[Any]) -> Any:
    """A structure of the same kind with other parts."""
    if isinstance(structure, dict):
        filled = dict(zip(_keys(structure), parts, strict=True))
        made = structure.copy()
        made.update(filled)
        return made
    if hasattr(structure, "_fields"):
        return type(structure)(*parts)
    if isinstance(structure, deque):
        return deque(parts, structure.maxlen)
    return type(structure)(parts)


def _same_kind(a: Any, b: Any) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys()
    return type(a) is type(b) and len(a) == len(b)


def flatten(structure: Any) -> list[Any]:
    """Return the leaves, in order.

    Parameters
    ----------
    structure : object

    Examples
    --------
    >>> flatten({"b": 2, "a": [1, (None,)]})
    [1, None, 2]
    """
    return [leaf for _, leaf in flatten_with_path(structure)]


def flatten_with_path(structure: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """Return the leaves, each with the keys and numbers that lead to it.

    Parameters
    ----------
    structure : object

    Examples
    --------
    >>> flatten_with_path([{"a": 5}])
    [((0, 'a'), 5)]
    """
    if not is_nested(structure):
        return [((), structure)]
    return [((key, *path), leaf) for key in _keys(structure) for path, leaf in flatten_with_path(structure[key])]


def map_structure(func: Callable[..., Any], *structures: Any, none_is_leaf: bool = True) -> Any:
    """Return the same structure with a function of each leaf, or of the leaves of several structures.

    Parameters
    ----------
    func : callable
    *structures : object
    none_is_leaf : bool, default True
        If False, None stays None.

    Raises
    ------
    ValueError
        If there is no structure, or they differ.

    Examples
    --------
    >>> map_structure(lambda a, b: a + b, {"x": [1, 2]}, {"x": [10, 20]})
    {'x': [11, 22]}
    """
    if not structures:
        raise ValueError("Must provide at least one structure")
    first, *others = structures
    if not is_nested(first):
        if any(map(is_nested, others)):
            raise ValueError(_DIFFERENT)
        return None if first is None and not none_is_leaf else func(*structures)
    if not all(is_nested(other) and _same_kind(first, other) for other in others):
        raise ValueError(_DIFFERENT)
    columns = zip(parts_of(first), *(_matching(first, other) for other in others), strict=True)
    return rebuilt(first, [map_structure(func, *column, none_is_leaf=none_is_leaf) for column in columns])


def _matching(first: Any, other: Any) -> list[Any]:
    return [other[key] for key in _keys(first)]


def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """Return a function of those parts of structures that stand where `shallow_structure` has leaves.

    Parameters
    ----------
    shallow_structure : object
    func : callable
    *structures : object
        At least as deep.

    Raises
    ------
    ValueError
        If there is no structure, or one is shallower.

    Examples
    --------
    >>> map_structure_up_to([None, None], len, [[1, 1], [2]])
    [2, 1]
    """
    if not structures:
        raise ValueError("Must provide at least one structure")
    if not is_nested(shallow_structure):
        return func(*structures)
    if not all(is_nested(other) and _same_kind(shallow_structure, other) for other in structures):
        raise ValueError(_DIFFERENT)
    columns = zip(
        parts_of(shallow_structure), *(_matching(shallow_structure, other) for other in structures), strict=True
    )
    return rebuilt(shallow_structure, [map_structure_up_to(part, func, *column) for part, *column in columns])


def assert_same_structure(a: Any, b: Any, check_types: bool | None = None) -> None:
    """Raise ValueError if two structures are not nested in the same way, in the same kinds of containers.

    Parameters
    ----------
    a, b : object
    check_types : bool, optional
        Without effect, as in Keras.

    Examples
    --------
    >>> assert_same_structure([1, (2,)], [3, (4,)])
    """
    if check_types is not None:
        warnings.warn(
            "The `check_types` argument is deprecated and no longer has any effect; `keras.tree.assert_same_paths` "
            "takes lists and tuples for the same.",
            DeprecationWarning,
            stacklevel=2,
        )
    map_structure(lambda *leaves: None, a, b)


def assert_same_paths(a: Any, b: Any) -> None:
    """Raise ValueError if the leaves of two structures stand in different places, whatever the containers.

    Parameters
    ----------
    a, b : object

    Examples
    --------
    >>> assert_same_paths([0, 1], (2, 3))
    """
    one, other = ({path for path, _ in flatten_with_path(s)} for s in (a, b))
    if one != other:
        message = "`a` and `b` don't have the same paths."
        message += f"\nPaths in `a` missing in `b`:\n{one - other}" if one - other else ""
        message += f"\nPaths in `b` missing in `a`:\n{other - one}" if other - one else ""
        raise ValueError(message)


def pack_sequence_as(structure: Any, flat_sequence: Any) -> Any:
    """Put leaves into the form of a structure.

    Parameters
    ----------
    structure : object
    flat_sequence : sequence
        As many as `flatten` gives.

    Raises
    ------
    ValueError
        If there are more or fewer.

    Examples
    --------
    >>> pack_sequence_as({"b": 0, "a": (0, 0)}, [1, 2, 3])
    {'b': 3, 'a': (1, 2)}
    """
    leaves = list(flat_sequence)
    places = len(flatten(structure))
    if len(leaves) != places:
        raise ValueError(
            f"Too {'many' if len(leaves) > places else 'few'} leaves: expected {places}, got {len(leaves)}."
        )
    rest = iter(leaves)
    return _filled(structure, rest)


def _filled(structure: Any, rest: Any) -> Any:
    if not is_nested(structure):
        return next(rest)
    return rebuilt(structure, [_filled(part, rest) for part in parts_of(structure)])
