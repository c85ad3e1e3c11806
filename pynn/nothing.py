"""None in the place of numbers is refused where it is used: as a rule somebody's function forgot to return them."""

from __future__ import annotations

from typing import Any


def refuse_none(who: str, what: str, *given: Any) -> None:
    """Raise ValueError if any of what was given is None.

    Parameters
    ----------
    who, what : str
        Who uses it, and for what.
    given
    """
    if any(value is None for value in given):
        raise ValueError(
            f"{who}: expected a tensor or a number for {what}, got None. A function that ends without `return` gives "
            "None."
        )
