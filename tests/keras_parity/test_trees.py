"""keras.tree against real Keras."""

from __future__ import annotations

import collections
from collections import OrderedDict, defaultdict, deque

import pytest

Point = collections.namedtuple("Point", ["x", "y"])
Other = collections.namedtuple("Other", ["x", "y"])

STRUCTURES = [
    1,
    None,
    "text",
    [],
    (),
    {},
    [1],
    [None],
    [[1, 2], (3, [4]), {"b": 5, "a": None}],
    {"z": [1, (2,)], "a": {"k": 3}},
    OrderedDict([("z", 1), ("a", [2])]),
    defaultdict(list, {"b": 1, "a": 2}),
    Point(1, [2, 3]),
    [Point(1, 2), deque([3, 4])],
    {3: "x", 1: "y"},
    [(None, 3), {"a": [2, 4]}],
]


def outcome(function):
    try:
        return function()
    except Exception as error:
        return type(error)


def same(sides, ask):
    ours, theirs = (outcome(lambda side=side: ask(side.tree)) for side in sides)
    assert ours == theirs
    assert type(ours) is type(theirs)
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs)


@pytest.mark.parametrize("structure", STRUCTURES, ids=str)
def test_one(sides, structure):
    same(sides, lambda t: t.is_nested(structure))
    same(sides, lambda t: t.flatten(structure))
    same(sides, lambda t: t.flatten_with_path(structure))
    same(sides, lambda t: t.map_structure(lambda leaf: [leaf], structure))
    same(sides, lambda t: t.map_structure(lambda leaf: 7, structure, none_is_leaf=False))
    same(sides, lambda t: t.lists_to_tuples(structure))
    same(sides, lambda t: t.map_shape_structure(lambda shape: ("shape", shape), structure))
    same(sides, lambda t: t.pack_sequence_as(structure, [str(leaf) for leaf in t.flatten(structure)]))
    same(sides, lambda t: t.pack_sequence_as(structure, [1] * 9))
    same(sides, lambda t: t.pack_sequence_as(structure, []))
    for top_down in (True, False):
        same(sides, lambda t: visits(t, structure, top_down))  # noqa: B023
        same(sides, lambda t: t.traverse(lambda p: "none" if p is None else None, structure, top_down))  # noqa: B023
        same(sides, lambda t: t.traverse(lambda p: t.MAP_TO_NONE if p == 2 else None, structure, top_down))  # noqa: B023


def visits(tree, structure, top_down):
    seen = []
    tree.traverse(seen.append, structure, top_down=top_down)
    return seen


@pytest.mark.parametrize("a", STRUCTURES, ids=str)
def test_two(sides, a):
    for b in (*STRUCTURES, Other(1, [2, 3])):
        same(sides, lambda t: t.assert_same_structure(a, b))  # noqa: B023
        same(sides, lambda t: t.assert_same_paths(a, b))  # noqa: B023
        same(sides, lambda t: t.map_structure(lambda p, q: (p, q), a, b))  # noqa: B023


def test_up_to(sides):
    for shallow, deep in (
        ([0, 0], [[1, 1], [2]]),
        ([0, [0, 0]], [[1, 1], [2, [3]]]),
        ([1], 5),
        (1, [2]),
    ):
        same(sides, lambda t: t.map_structure_up_to(shallow, str, deep))  # noqa: B023


def test_warning(sides):
    for side in sides:
        with pytest.warns(DeprecationWarning, match="check_types"):
            side.tree.assert_same_structure([1], [2], check_types=True)
        with pytest.raises(ValueError, match="at least one structure"):
            side.tree.map_structure(str)
