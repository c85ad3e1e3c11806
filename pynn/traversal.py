"""Walks through nested structures: the part of `keras.tree` that replaces whole parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pynn.trees import is_nested, parts_of, rebuilt


class MAP_TO_NONE:  # noqa: N801  # Keras's name
    """What a function given to `traverse` returns to put None in the place of a part.

    Examples
    --------
    >>> traverse(lambda part: MAP_TO_NONE if part == 2 else None, [1, 2])
    [1, None]
    """


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """Offer every part to a function, which may replace it.

    Parameters
    ----------
    func : callable
        Returns None to keep the part (top down: and to go into it), `MAP_TO_NONE` for None, else what replaces it.
    structure : object
    top_down : bool, default True
        Whether a part comes before the parts in it.

    Examples
    --------
    >>> traverse(lambda part: tuple(part) if isinstance(part, list) else None, [1, [2]], top_down=False)
    (1, (2,))
    """

    def inside(part: Any) -> Any:
        if not is_nested(part):
            return part
        return rebuilt(part, [traverse(func, inner, top_down) for inner in parts_of(part)])

    given = structure if top_down else inside(structure)
    found = func(given)
    if found is None:
        return inside(structure) if top_down else given
    return None if found is MAP_TO_NONE else found


def lists_to_tuples(structure: Any) -> Any:
    """Return the structure with tuples in the place of lists.

    Parameters
    ----------
    structure : object

    Examples
    --------
    >>> lists_to_tuples([1, {"a": [2]}])
    (1, {'a': (2,)})
    """
    return traverse(lambda part: tuple(part) if isinstance(part, list) else None, structure, top_down=False)


def map_shape_structure(func: Callable[[Any], Any], structure: Any) -> Any:
    """Return the structure with a function of each shape: of tuples and lists of whole numbers and None.

    Parameters
    ----------
    func : callable
    structure : object

    Examples
    --------
    >>> map_shape_structure(len, {"a": (None, 3)})
    {'a': 2}
    """
    is_shape = isinstance(structure, list | tuple) and all(isinstance(e, int | None) for e in structure)
    if is_shape or not is_nested(structure):
        return func(structure)
    return rebuilt(structure, [map_shape_structure(func, part) for part in parts_of(structure)])
