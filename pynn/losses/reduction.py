"""From the losses of rows to one number: Keras's five reductions, on arrays and as weights of a plan's rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.plan import Plan, Slot

# "mean" is another word for the first; None for "none".
REDUCTIONS = ("sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none", None)
_MEANS = ("sum_over_batch_size", "mean")


def check(reduction: Any) -> str | None:
    """Return the reduction; raise ValueError if there is no such one."""
    if reduction not in REDUCTIONS:
        raise ValueError(
            f"Invalid value for argument `reduction`. Expected one of {REDUCTIONS}. Received: reduction={reduction}"
        )
    return reduction  # type: ignore[no-any-return]


def is_mean(reduction: str | None) -> bool:
    """Whether it divides by the number of rows."""
    return reduction in _MEANS


def same_rank(a: Any, b: Any) -> tuple[Any, Any]:
    """Bring two arrays whose ranks differ by one to the same, if the last axis of the longer has size 1.

    A vector gets that axis; anything longer loses it in the other.
    """
    if a.ndim == b.ndim + 1 and a.shape[-1] == 1:
        return (a, b[:, None]) if b.ndim == 1 else (a[..., 0], b)
    if b.ndim == a.ndim + 1 and b.shape[-1] == 1:
        return (a[:, None], b) if a.ndim == 1 else (a, b[..., 0])
    return a, b


def reduce(values: Any, weights: Any, mask: Any, reduction: str | None) -> Any:
    """One number, or under "none" one for each row.

    Parameters
    ----------
    values : ndarray
        Losses of rows.
    weights : ndarray or None
    mask : ndarray of bool or None
        Rows that count.
    reduction : str or None
    """
    if mask is not None:
        kept = mask.astype(values.dtype)
        if is_mean(reduction):  # the mean over the rows that count
            kept *= mask.size / max(mask.sum(), 1)
        weights = kept if weights is None else np.multiply(*same_rank(kept, weights))
    if weights is not None:
        values, weights = same_rank(values, weights)
        values = values * weights
    if reduction in ("none", None) or values.shape in ((), (0,)):
        return values
    total = values.sum()
    if reduction == "sum":
        return total
    count = weights.sum() if reduction == "mean_with_sample_weight" and weights is not None else values.size
    return total / count if count else total * 0


def check_scalar(reduction: str | None, name: str) -> None:
    """Raise TypeError if the reduction leaves one number a row, for which there is no gradient (Keras raises it too).

    Parameters
    ----------
    reduction : str or None
    name : str
        Of the loss.
    """
    if reduction in ("none", None):
        raise TypeError(
            f"Gradient only defined for scalar-output functions: loss '{name}' has reduction={reduction!r} and gives "
            "one number a row. Training needs reduction='sum_over_batch_size' (the mean over the batch), 'sum' or "
            "'mean_with_sample_weight'."
        )


def lowered(plan: Plan, weights: Slot, reduction: str | None, name: str, given: bool | None = None) -> Slot:
    """Weights with which the mean over rows becomes the reduction.

    Parameters
    ----------
    plan : Plan
    weights : Slot
    reduction : str or None
    name : str
        Of the loss, for errors.
    given : bool, optional
        Whether there are weights at all; a constant slot means there are none.

    Raises
    ------
    TypeError
        If the reduction leaves one number a row, for which there is no gradient (Keras raises the same).
    """
    check_scalar(reduction, name)
    if reduction == "sum":
        return plan.emit("weights_of_sum", weights, label="weights")  # type: ignore[no-any-return]
    if reduction == "mean_with_sample_weight" and (are_given(weights) if given is None else given):
        return plan.emit("weights_of_mean", weights, label="weights")  # type: ignore[no-any-return]
    return weights


def are_given(weights: Slot) -> bool:
    """Whether rows have weights; ones that the plan made are constant."""
    return weights.root.kind != "fixed"
