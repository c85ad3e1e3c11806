"""Straight calls of a layer: an array of a form that was seen before goes past all checks, to a frozen plan.

What is kept holds until a layer changes; see `pynn.models.straight` for models.
"""

from __future__ import annotations

import _thread
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import changes, recording
from pynn.layers import composite, eager
from pynn.layers.context import is_training
from pynn.tensor import Tensor

if TYPE_CHECKING:
    from pynn.layers.layer import Layer

# Forms of rows that a layer keeps; the oldest go.
_MOST_KEPT = 16
# Bits of `flags.num`: C-contiguous and aligned.
IN_FORM = 0x101


class _Straight:
    """A frozen plan of a layer, for arrays of one form."""

    __slots__ = ("_dtype", "_lock", "_run", "_shape", "changes")

    def __init__(self, stamp: int, run: Any, shape: tuple[int, ...], dtype: str) -> None:
        self.changes, self._run, self._shape, self._dtype = stamp, run, shape, np.dtype(dtype)
        self._lock = _thread.allocate_lock()

    def __call__(self, x: np.ndarray) -> Any:
        """The output; None if another thread is at it."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            y = np.empty(self._shape, self._dtype)
            self._run(x, y)
        finally:
            self._lock.release()
        return y.view(Tensor)


def _fits(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a call is one that may go straight: of one plain array, which no tape follows."""
    if len(args) != 1 or (kwargs and kwargs.keys() != {"training"}) or recording.state.stack:
        return False
    x = args[0]
    if type(x) is not np.ndarray and (type(x) is not Tensor or getattr(x, "_keras_mask", None) is not None):
        return False
    return x.flags.num & IN_FORM == IN_FORM


def call(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a call on an array returns, or None: go the long way."""
    kept = vars(layer).get("_short_cuts")
    if not kept or not _fits(args, kwargs):
        return None
    x = args[0]
    found = kept.get((x.shape, x.dtype, is_training(kwargs)))
    return found(x) if found is not None and found.changes == changes.seen.count else None


def keep(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """After a call the long way: keep what it found, if the next one can go straight."""
    if not _fits(args, kwargs) or args[0].dtype != layer.dtype or not _is_ours(layer):
        return
    x, training, stamp = args[0], is_training(kwargs), changes.seen.count
    found = eager.direct(layer, x, training)
    if found is None:
        return
    kept = vars(layer).setdefault("_short_cuts", {})
    while len(kept) >= _MOST_KEPT:
        del kept[next(iter(kept))]
    kept[x.shape, x.dtype, training] = _Straight(stamp, *found, layer.dtype)


def _is_ours(layer: Layer) -> bool:
    """Whether all of it comes with pynn, which notes changes, makes no mask and adds nothing to the loss."""
    if composite.is_user_written(layer) or layer.activity_regularizer is not None:
        return False
    if not getattr(type(layer).compute_mask, "is_default", False):
        return False
    return all(type(part).__module__.startswith("pynn.") for part in (layer, *layer.all_sublayers()))
