"""Dropout: while training, forget some inputs at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import random
from pynn.layers.layer import Backward, Layer
from pynn.plan import Column, Plan, Slot


class Dropout(Layer):
    """While training, set each input to 0 with probability `rate` and scale the others by 1 / (1 - rate).

    Outside training it passes its input on.

    Parameters
    ----------
    rate : float in [0, 1]
    noise_shape : None
        Must be left at None.
    seed : int, optional
        The masks depend on it, on the number of the batch and on the element only, so a run repeats itself with any
        number of workers.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `rate` is out of range.

    Notes
    -----
    Sources: Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting"; Salmon et al.
    2011 for the generator (Philox4x32-10).

    Examples
    --------
    >>> Dropout(0.5)([[1.0, 2.0]]).tolist()
    [[1.0, 2.0]]
    """

    def __init__(self, rate: float, noise_shape: Any = None, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(rate, int | float | np.number) or not 0 <= rate <= 1:
            raise ValueError(
                f"Invalid value received for argument `rate`. Expected a float value between 0 and 1. "
                f"Received: rate={rate}"
            )
        if noise_shape is not None:
            raise ValueError(f"Dropout {self.name!r}: noise_shape={noise_shape!r} is not available; leave it at None")
        self.rate, self.seed, self.noise_shape = rate, seed, noise_shape
        self.seed_generator = random.SeedGenerator(seed)
        self.built = True

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        if not plan.training or self.rate == 0:
            return x, lambda dy: dy
        if self.rate == 1:  # 1 / (1 - rate) has no value: everything is dropped
            y = plan.emit("affine", x.rows(), scalars=(0.0, 0.0), label=self.name)
            return y.view(*x.shape), lambda dy: plan.emit("affine", dy.rows(), scalars=(0.0, 0.0)).view(*x.shape)
        seed = self.seed_generator.state[0]
        step = Column(f"{self.name}.step", lambda count: self.seed_generator.state[1] + np.arange(count, dtype=float))
        scalars = (float(seed), 0.0, step, float(self.rate))
        plan.counters.append(self.seed_generator.state[1:])
        y = plan.emit("dropout_forward", x.rows(), scalars=scalars, label=self.name)

        def backward(dy: Slot) -> Slot:
            dx: Slot = plan.emit("dropout_backward", dy.rows(), scalars=scalars, label=f"{self.name}.dx")
            return dx.view(*x.shape)

        return y.view(*x.shape), backward

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}
