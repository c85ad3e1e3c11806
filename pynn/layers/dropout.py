"""Dropout: while training, forget some inputs at random."""

from __future__ import annotations

from typing import Any

from pynn import legacy, random
from pynn.layers import axes
from pynn.layers.layer import Backward, Layer
from pynn.layers.randomness import check_noise_shape_fits, check_rate, checked_noise_shape, keep_mask, seeds
from pynn.layers.reshaping import check_ndim
from pynn.plan import Plan, Slot


class Dropout(Layer):
    """While training, set each input to 0 with probability `rate` and scale the others by 1 / (1 - rate).

    Outside training it passes its input on.

    Parameters
    ----------
    rate : float in [0, 1]
    noise_shape : tuple of int or None, optional
        Shape of the mask, with a size for each axis of the input: 1 where all share one decision, None for the
        input's own size.  ``(None, 1, features)`` drops whole features of a sequence.
    seed : int, optional
        The masks depend on it, on the number of the batch and on the element only, so a run repeats itself with any
        number of workers.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `rate` is out of range, or `noise_shape` does not fit the input.

    Notes
    -----
    Sources: Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting"; Salmon et al.
    2011 for the generator (Philox4x32-10).

    Examples
    --------
    >>> Dropout(0.5)([[1.0, 2.0]]).tolist()
    [[1.0, 2.0]]
    """

    _passes_mask = True

    @legacy.spellings(p="rate")
    def __init__(self, rate: float, noise_shape: Any = None, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_rate(rate)
        checked_noise_shape(self, noise_shape)
        self.rate, self.seed = rate, seed
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)
        if rate > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.built = True

    def check_input(self, input_shape: Any) -> None:
        check_noise_shape_fits(self, self.noise_shape, input_shape)

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        if not plan.training or self.rate == 0:
            return x, lambda dy: dy
        if self.rate == 1:  # 1 / (1 - rate) has no value: everything is dropped
            y = plan.emit("affine", axes.flat(x), scalars=(0.0, 0.0), label=self.name)
            return y.view(*x.shape), lambda dy: plan.emit("affine", axes.flat(dy), scalars=(0.0, 0.0)).view(*x.shape)
        if self.noise_shape is not None:
            return self._lower_shared(plan, x, self.noise_shape)
        scalars = (*seeds(plan, self), float(self.rate))
        y = plan.emit("dropout_forward", axes.flat(x), scalars=scalars, label=self.name)

        def backward(dy: Slot) -> Slot:
            dx: Slot = plan.emit("dropout_backward", axes.flat(dy), scalars=scalars, label=f"{self.name}.dx")
            return dx.view(*x.shape)

        return y.view(*x.shape), backward

    def _lower_shared(self, plan: Plan, x: Slot, noise_shape: Any) -> tuple[Slot, Backward]:
        """With a mask that is drawn for `noise_shape` and repeated."""
        keep = keep_mask(plan, self, x, noise_shape)
        matrix = keep if len(keep.shape) == 2 else keep.view(1, keep.shape[0])
        scaled = plan.emit("affine", matrix, scalars=(1 / (1 - self.rate), 0.0)).view(*keep.shape)

        def masked(slot: Slot) -> Slot:
            rows = axes.flat(slot)
            if len(scaled.shape) == 2:
                y = plan.emit("multiply_forward", rows, scaled, label=self.name)
            else:
                zeros = axes.zeros(plan, rows.features[0])
                y = plan.emit("scale_shift", rows, zeros, scaled, zeros, label=self.name)
            shaped: Slot = y.view(*x.shape)
            return shaped

        return masked(x), masked

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}


class SpatialDropout1D(Dropout):
    """While training, drop whole features of a sequence: one decision for all steps of a row.

    Parameters
    ----------
    rate : float in [0, 1]
    seed : int, optional
    name, dtype : optional
        See `Layer`.

    Raises
    ------
    ValueError
        If `rate` is out of range, or inputs do not have the shape (n, steps, features).

    Notes
    -----
    Source: Tompson et al. 2015, "Efficient object localization using convolutional networks".

    Examples
    --------
    >>> SpatialDropout1D(0.5)(np.ones((1, 2, 3))).shape
    (1, 2, 3)
    """

    def __init__(self, rate: float, seed: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(rate, seed=seed, name=name, dtype=dtype)

    def check_input(self, input_shape: Any) -> None:
        check_ndim(self, input_shape, 3)

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        if not plan.training or self.rate in (0, 1):
            return super().lower(plan, x)
        return self._lower_shared(plan, x, (None, 1, None))

    def get_config(self) -> dict[str, Any]:
        return {"rate": self.rate, "seed": self.seed, "name": self.name, "dtype": self.dtype}
