"""What belongs to a layer: the variables, layers and metrics among its attributes, in lists and dictionaries too.

Read when asked for, not when assigned, so a layer that is appended to a list later is found as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def owned(owner: Any, kind: type) -> list[Any]:
    """Everything of a kind among the attributes of `owner`, each once, in the order of assignment."""
    found: dict[int, Any] = {}
    for name, value in vars(owner).items():
        if type(value) not in _SETTINGS and name not in _PLACE:
            for leaf in _leaves(value):
                if isinstance(leaf, kind) and leaf is not owner:
                    found.setdefault(id(leaf), leaf)
    return list(found.values())


# Most attributes are settings, which own nothing: looking no further is most of the time saved.
_SETTINGS = frozenset({type(None), bool, int, float, str})
# What a layer knows about its place in a model.  It does not own these.
_PLACE = {"_inbound", "_network", "_works", "_compiled", "_applied", "history"}


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part)
    else:
        yield value


def unique(things: list[Any]) -> list[Any]:
    """Each object once, where it stands first."""
    return list({id(thing): thing for thing in things}.values())
