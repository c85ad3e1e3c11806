"""What is looked at while a plan is walked: a loss that must stay finite, and a clock for each step."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np


class Watch:
    """The number that a plan watches, for walks in Python; the C core looks after it by itself.

    Parameters
    ----------
    array : ndarray of float64, shape (1,), or None
    """

    def __init__(self, array: np.ndarray | None) -> None:
        self.array = array
        self._good = False

    def begin(self) -> None:
        """Note how it is before the first batch."""
        self._good = self.array is not None and bool(np.isfinite(self.array[0]))

    def lost(self) -> bool:
        """Whether it was finite and is no longer."""
        return self._good and self.array is not None and not np.isfinite(self.array[0])


def timed(spent: np.ndarray | None, call: Callable[[], object]) -> None:
    """Call; add the seconds to the one number in `spent`, if there is such a number."""
    start = time.perf_counter()
    call()
    if spent is not None:
        spent[0] += time.perf_counter() - start
