"""Schedules along a cosine: once, after a warm-up, or with restarts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pynn.optimizers.schedules.schedule import LearningRateSchedule, check_positive, real


def _fall(share: Any, alpha: Any, height: Any = 1) -> Any:
    """Half a cosine over `share` from 0 to 1, `height` high, put upon alpha so that from height 1 it starts at 1."""
    half = real(0.5) * height * (1 + np.cos(real(math.pi) * share))
    return (1 - real(alpha)) * half + real(alpha)


class CosineDecay(LearningRateSchedule):
    """A straight rise to `warmup_target` if there is one, then η = η₀ ((1 - α) ½ (1 + cos(π step / decay_steps)) + α).

    Parameters
    ----------
    initial_learning_rate : float
        η₀, or where the warm-up starts.
    decay_steps : int
        > 0; counted from the end of the warm-up.
    alpha : float, default 0
        The rate at the end, as a share of the highest.
    name : str
    warmup_target : float, optional
        Where the warm-up ends, and the fall begins.
    warmup_steps : int, default 0

    Raises
    ------
    ValueError
        If `decay_steps` is not positive.

    Notes
    -----
    Source: Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", equation 5.

    Examples
    --------
    >>> schedule = CosineDecay(0.0, 100, warmup_target=0.1, warmup_steps=10)
    >>> [round(float(schedule(step)), 3) for step in (0, 5, 10, 60, 110)]
    [0.0, 0.05, 0.1, 0.05, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        check_positive(self, "decay_steps", decay_steps)
        self.initial_learning_rate, self.decay_steps, self.alpha = initial_learning_rate, decay_steps, alpha
        self.name, self.warmup_target, self.warmup_steps = name, warmup_target, warmup_steps

    def __call__(self, step: Any) -> Any:
        first, step, steps = real(self.initial_learning_rate), real(step), real(self.decay_steps)
        if self.warmup_target is None:
            return first * _fall(np.minimum(step, steps) / steps, self.alpha)
        top, rise = real(self.warmup_target), real(self.warmup_steps)
        step = np.minimum(step, steps + rise)
        falling = top * _fall((step - rise) / steps, self.alpha)
        if not self.warmup_steps:
            return falling
        return np.where(step < rise, (top - first) * (step / rise) + first, falling)[()]

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }


class CosineDecayRestarts(LearningRateSchedule):
    """Falls along half a cosine, again and again, each time `t_mul` as long and from `m_mul` as high.

    Parameters
    ----------
    initial_learning_rate : float
    first_decay_steps : int
        > 0.
    t_mul : float, default 2
    m_mul : float, default 1
    alpha : float, default 0
        The rate at the end of a fall, as a share of that at its beginning.
    name : str

    Raises
    ------
    ValueError
        If `first_decay_steps` is not positive.

    Notes
    -----
    Source: Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", section 3.

    Examples
    --------
    >>> schedule = CosineDecayRestarts(0.1, first_decay_steps=10)
    >>> [round(float(schedule(step)), 3) for step in (0, 5, 11, 20)]
    [0.1, 0.05, 0.099, 0.05]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        check_positive(self, "first_decay_steps", first_decay_steps)
        self.initial_learning_rate, self.first_decay_steps = initial_learning_rate, first_decay_steps
        self._t_mul, self._m_mul, self.alpha, self.name = t_mul, m_mul, alpha, name

    def __call__(self, step: Any) -> Any:
        share, longer = real(step) / real(self.first_decay_steps), real(self._t_mul)
        if self._t_mul == 1.0:
            restarts = np.floor(share)
            share = share - restarts
        else:  # the n-th restart comes after (1 - t_mulⁿ) / (1 - t_mul) first periods
            restarts = np.floor(np.log(1 - share * (1 - longer)) / np.log(longer))
            share = (share - (1 - longer**restarts) / (1 - longer)) / longer**restarts
        return real(self.initial_learning_rate) * _fall(share, self.alpha, real(self._m_mul) ** restarts)

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "first_decay_steps": self.first_decay_steps,
            "t_mul": self._t_mul,
            "m_mul": self._m_mul,
            "alpha": self.alpha,
            "name": self.name,
        }
