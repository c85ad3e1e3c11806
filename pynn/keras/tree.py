"""`keras.tree`: the names students import."""

from pynn.traversal import MAP_TO_NONE, lists_to_tuples, map_shape_structure, traverse
from pynn.trees import (
    assert_same_paths,
    assert_same_structure,
    flatten,
    flatten_with_path,
    is_nested,
    map_structure,
    map_structure_up_to,
    pack_sequence_as,
)

__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "is_nested",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure",
    "map_structure_up_to",
    "pack_sequence_as",
    "traverse",
]
