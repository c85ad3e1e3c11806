"""The memory of a plan."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pynn.plan import Plan, Slot, resolve
from pynn.variables import aligned_empty


class Arena:
    """The memory of a plan's arena slots, for batches of up to `capacity` rows."""

    def __init__(self, plan: Plan, capacity: int) -> None:
        self.capacity = capacity
        self.there: dict[int, Any] = {}  # the same on a device, where that computes
        self._arrays: dict[int, np.ndarray] = {}
        slots = {id(s.root): s.root for step in plan.steps for s in step.slots}
        for key, slot in slots.items():
            if slot.kind == "arena":
                self._arrays[key] = aligned_empty(sizes_of(slot, capacity), slot.dtype)
            elif slot.kind == "fixed" and slot.array is None:
                self._arrays[key] = np.ones(sizes_of(slot, capacity), slot.dtype)
            elif slot.kind == "fixed" and slot.array is not None:
                self._arrays[key] = slot.array
        self._addresses = {key: array.ctypes.data for key, array in self._arrays.items()}
        self._others: dict[int, np.ndarray] = {}

    def array(self, slot: Slot, n: int) -> np.ndarray:
        """The slot as an array for a batch of `n` rows."""
        whole = self._arrays[id(slot.root)]
        shape = sizes_of(slot, n)
        return whole.reshape(-1)[: math.prod(shape)].reshape(shape)

    def address(self, slot: Slot) -> int:
        """Where the slot begins."""
        return self._addresses[id(slot.root)]

    def other_address(self, slot: Slot) -> int:
        """Where a second memory for the slot begins, for every other batch."""
        key = id(slot.root)
        if key not in self._others:
            self._others[key] = aligned_empty(sizes_of(slot.root, self.capacity), slot.root.dtype)
        return self._others[key].ctypes.data


def sizes_of(slot: Slot, n: int) -> tuple[int, ...]:
    """The shape of a slot for a batch of `n` rows."""
    return tuple(resolve(size, n) for size in slot.shape)
