"""What belongs to a layer: the variables, layers and metrics among its attributes, in lists and dictionaries too.

Read when asked for, not when assigned, so a layer that is appended to a list later is found as well; for classes that
come with pynn it is kept until an attribute is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pynn import changes


def owned(owner: Any, kind: type) -> list[Any]:
    """Everything of a kind among the attributes of `owner`, each once, in the order of assignment."""
    kept = vars(owner).get("_owned", {})
    if kind in kept:
        return list(kept[kind])
    found: dict[int, Any] = {}
    for name, value in vars(owner).items():
        if type(value) not in _SETTINGS and name not in _PLACE:
            for leaf in _leaves(value):
                if isinstance(leaf, kind) and leaf is not owner:
                    found.setdefault(id(leaf), leaf)
    if type(owner).__module__.startswith("pynn."):  # its lists are not appended to behind `Tracked`'s back
        vars(owner).setdefault("_owned", {})[kind] = list(found.values())
    return list(found.values())


class Tracked:
    """What forgets, whenever an attribute is set, what was found among its attributes."""

    def __setattr__(self, name: str, value: Any) -> None:
        if type(value) not in _SETTINGS and name not in _PLACE:
            vars(self).pop("_owned", None)
        super().__setattr__(name, value)
        if name not in _PASSING:
            changes.note()

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle holds: plans point into memory and are made anew."""
        return {name: value for name, value in vars(self).items() if name not in _PLANS}

    def __delattr__(self, name: str) -> None:
        vars(self).pop("_owned", None)
        super().__delattr__(name)
        changes.note()


# Most attributes are settings, which own nothing: looking no further is most of the time saved.
_SETTINGS = frozenset({type(None), bool, int, float, str})
# What a layer knows about its place in a model.  It does not own these.
_PLACE = {"_owned", "_inbound", "_network", "_works", "_compiled", "_applied", "_short_cuts", "history", "_mean_loss"}
# Plans of calls on arrays.
_PLANS = {"_applied", "_short_cuts"}
# What training sets and no plan depends on.
_PASSING = {"history", "stop_training", "_initial_epoch"}


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
