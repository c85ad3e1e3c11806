"""A number that grows whenever a layer or the part of a variable in training changes.

What is found by looking through a model holds as long as the number stays.
"""

from __future__ import annotations

from itertools import count


class _Seen:
    """The number; one for all models, so a change in another one only costs a look."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


seen = _Seen()
_numbers = count(1)  # atomic, as `+= 1` is not: no number comes twice


def note() -> None:
    """Something has changed: to be called behind the change."""
    seen.count = next(_numbers)
