"""What a function of older days is called today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def today(words: str) -> Callable[[Function], Function]:
    """Say what a function is called today."""

    def mark(function: Function) -> Function:
        function.__today__ = words  # type: ignore[attr-defined]
        return function

    return mark
