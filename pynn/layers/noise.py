"""Noise while training: added, multiplied, and dropout that keeps mean and variance."""

from __future__ import annotations

import math
from typing import Any

from pynn import legacy, random
from pynn.layers import axes
from pynn.layers.layer import Backward, Layer
from pynn.layers.randomness import check_noise_shape_fits, check_rate, checked_noise_shape, keep_mask, seeds
from pynn.plan import Plan, Slot

# alpha and scale of the SELU activation, so that its fixed point stays: Klambauer et al. 2017, equation 14.
_ALPHA, _SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


class GaussianNoise(Layer):
    """While training, add normal noise to each input.

    Parameters
    ----------
    stddev : float in [0, 1]
        Standard deviation of the noise; its mean is 0.
    seed : int, optional
        The noise depends on it, on the number of the batch and on the element only.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `stddev` is out of range.

    Examples
    --------
    >>> GaussianNoise(0.5)(np.array([[1.0, 2.0]])).tolist()
    [[1.0, 2.0]]
    """

    _passes_mask = True

    @legacy.spellings(sigma="stddev")
    def __init__(self, stddev: float, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_rate(stddev, "stddev")
        self.stddev, self.seed = stddev, seed
        if stddev > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.built = True

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        if not plan.training or self.stddev == 0:
            return x, lambda dy: dy
        rows = axes.flat(x)
        scalars = (*seeds(plan, self), 0.0, float(self.stddev))
        noise = plan.emit("random_normal", scalars=scalars, n=rows.shape[0], k=rows.shape[1])
        y = plan.emit("add_forward", rows, noise, label=self.name)
        return y.view(*x.shape), lambda dy: dy

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"stddev": self.stddev, "seed": self.seed}


class GaussianDropout(Layer):
    """While training, multiply each input by normal noise with mean 1.

    Parameters
    ----------
    rate : float in [0, 1)
        As of `Dropout`: the standard deviation is √(rate / (1 - rate)), that of inverted dropout.
    seed : int, optional
        The noise depends on it, on the number of the batch and on the element only.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `rate` is out of range, or 1 in training, where the deviation has no value.

    Notes
    -----
    Source: Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting", section 10.

    Examples
    --------
    >>> GaussianDropout(0.5)(np.array([[1.0, 2.0]])).tolist()
    [[1.0, 2.0]]
    """

    _passes_mask = True

    @legacy.spellings(p="rate")
    def __init__(self, rate: float, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_rate(rate)
        self.rate, self.seed = rate, seed
        if rate > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.built = True

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        if not plan.training or self.rate == 0:
            return x, lambda dy: dy
        _refuse_one(self)
        rows = axes.flat(x)
        scalars = (*seeds(plan, self), 1.0, math.sqrt(self.rate / (1 - self.rate)))
        noise = plan.emit("random_normal", scalars=scalars, n=rows.shape[0], k=rows.shape[1])

        def noisy(slot: Slot) -> Slot:
            y: Slot = plan.emit("multiply_forward", axes.flat(slot), noise, label=self.name)
            return y.view(*x.shape)

        return noisy(x), noisy

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"rate": self.rate, "seed": self.seed}


class AlphaDropout(Layer):
    """Dropout for SELU networks: it keeps mean and variance.

    While training, some inputs are set to SELU's lowest value; then mean and variance are restored.

    Parameters
    ----------
    rate : float in [0, 1)
        Probability of being dropped.
    noise_shape : tuple of int or None, optional
        As of `Dropout`.
    seed : int, optional
        The masks depend on it, on the number of the batch and on the element only.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `rate` is out of range, or 1 in training; if `noise_shape` does not fit the input.

    Notes
    -----
    With s = -1.758 = -alpha · scale of SELU, dropped inputs count as s, and the result is a · x + b with
    a = ((1 - rate)(1 + rate s²))^(-1/2), b = -a · rate · s.
    Source: Klambauer et al. 2017, "Self-normalizing neural networks", section 2, "New dropout technique".

    Examples
    --------
    >>> AlphaDropout(0.1)(np.array([[1.0, 2.0]])).tolist()
    [[1.0, 2.0]]
    """

    _passes_mask = True

    @legacy.spellings(p="rate")
    def __init__(self, rate: float, noise_shape: Any = None, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_rate(rate)
        checked_noise_shape(self, noise_shape)
        self.rate, self.seed, self.noise_shape = rate, seed, noise_shape
        if rate > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.built = True

    def check_input(self, input_shape: Any) -> None:
        check_noise_shape_fits(self, self.noise_shape, input_shape)

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        if not plan.training or self.rate == 0:
            return x, lambda dy: dy
        _refuse_one(self)
        lowest = -_ALPHA * _SCALE
        scale = ((1 - self.rate) * (1 + self.rate * lowest**2)) ** -0.5
        shift = -scale * lowest * self.rate
        keep = keep_mask(plan, self, x, self.noise_shape)

        def replaced(slot: Slot, *scalars: float) -> Slot:
            if len(keep.shape) == 2:
                y = plan.emit("keep_or_replace", axes.flat(slot), keep, scalars=scalars, label=self.name)
            else:
                y = _replace_columns(plan, axes.flat(slot), keep, scalars)
            shaped: Slot = y.view(*x.shape)
            return shaped

        y = replaced(x, scale, shift, scale * lowest + shift)
        return y, lambda dy: replaced(dy, scale, 0.0, 0.0)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}


def _replace_columns(plan: Plan, rows: Slot, keep: Slot, scalars: tuple[float, ...]) -> Any:
    """The same decision for every row: each column is scaled and shifted, or replaced."""
    scale, shift, other = scalars
    k = keep.shape[0]
    factors = plan.emit("affine", keep.view(1, k), scalars=(scale, 0.0)).view(k)
    shifts = plan.emit("affine", keep.view(1, k), scalars=(shift - other, other)).view(k)
    return plan.emit("scale_shift", rows, axes.zeros(plan, rows.features[0]), factors, shifts)


def _refuse_one(layer: Any) -> None:
    if layer.rate == 1:
        raise ValueError(
            f"{type(layer).__name__} '{layer.name}': rate=1 leaves nothing to train on: the scale divides by "
            "1 - rate, which is zero. Choose a smaller rate."
        )
