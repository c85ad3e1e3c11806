"""Keras 1's names of regularizers, with the factors that they had when none was given."""

from __future__ import annotations

from pynn.regularizers.sums import L1, L1L2, L2


def l1l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """`L1L2`, as Keras 1 called it."""
    return L1L2(l1, l2)


def activity_l1(l: float = 0.01) -> L1:  # noqa: E741
    """`L1` for the output of a layer."""
    return L1(l)


def activity_l2(l: float = 0.01) -> L2:  # noqa: E741
    """`L2` for the output of a layer."""
    return L2(l)


def activity_l1l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """`L1L2` for the output of a layer."""
    return L1L2(l1, l2)


for _function in (l1l2, activity_l1l2):
    _function.__today__ = "keras.regularizers.L1L2(l1=0.01, l2=0.01)"  # type: ignore[attr-defined]
activity_l1.__today__ = "keras.regularizers.L1(0.01)"  # type: ignore[attr-defined]
activity_l2.__today__ = "keras.regularizers.L2(0.01)"  # type: ignore[attr-defined]
