"""Normalization of the data: every feature gets mean 0 and variance 1, by numbers found once in the data."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pynn import config
from pynn.layers import axes
from pynn.layers.adapting import batches
from pynn.layers.layer import Backward, Layer
from pynn.plan import Plan, Slot
from pynn.variables import Variable


class Normalization(Layer):
    """Subtract the mean of each feature and divide by its standard deviation: y = (x - mean) / √variance.

    Mean and variance are given, or found by `adapt` in the data.

    Parameters
    ----------
    axis : int, tuple of int or None, default -1
        The axes whose every place has its own mean and variance; None: one for everything.
    mean, variance : float or array, optional
        Both or neither.
    invert : bool, default False
        Do the reverse: y = x · √variance + mean.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If only one of mean and variance is given, their shapes differ, or there is no such axis.

    Notes
    -----
    Training does not change the numbers.  √variance counts as at least `config.epsilon()`.  What `set_weights`
    or loading a file puts in takes effect at once.

    Examples
    --------
    >>> layer = Normalization()
    >>> layer.adapt(np.array([[0.0, 7.0], [2.0, 9.0]]))
    >>> layer(np.array([[0.0, 9.0]])).tolist()
    [[-1.0, 1.0]]
    """

    _passes_mask = True

    def __init__(
        self, axis: Any = -1, mean: Any = None, variance: Any = None, invert: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if axis is None:
            self.axis: tuple[int, ...] = ()
        else:
            self.axis = (int(axis),) if isinstance(axis, int | np.integer) else tuple(axis)
        self.invert = invert
        self.input_mean, self.input_variance = mean, variance
        _check_given(mean, variance, self.axis)
        self.adapt_mean: Variable | None = None
        self.adapt_variance: Variable | None = None
        self.count: Variable | None = None

    def build(self, input_shape: Any) -> None:
        """Make mean and variance for inputs of shape ``(None, …)``."""
        ndim = len(input_shape)
        self._keep = self._kept_axes(input_shape)
        self._broadcast = tuple(int(input_shape[a]) if a in self._keep else 1 for a in range(1, ndim))
        shape = tuple(int(input_shape[axis]) for axis in self._keep)
        if self.input_mean is None:
            self.adapt_mean = self.add_weight(shape=shape, initializer="zeros", trainable=False, name="mean")
            self.adapt_variance = self.add_weight(shape=shape, initializer="ones", trainable=False, name="variance")
            self.count = self.add_weight(shape=(), initializer="zeros", dtype="int32", trainable=False, name="count")
        else:
            for name, value in (("mean", self.input_mean), ("variance", self.input_variance)):
                try:
                    np.broadcast_to(np.asarray(value), shape)
                except ValueError:
                    raise ValueError(
                        f"Normalization {self.name!r}: {name} of shape {np.shape(value)} does not fit axis={self.axis} "
                        f"of inputs of shape {tuple(input_shape)}"
                    ) from None
        self.built = True

    def _kept_axes(self, input_shape: Any) -> list[int]:
        ndim = len(input_shape)
        if any(not -ndim <= axis < ndim for axis in self.axis):
            raise ValueError(
                "All `axis` values must be in the range [-ndim, ndim). "
                f"Received inputs with ndim={ndim}, while axis={self.axis}"
            )
        kept = sorted(axis % ndim for axis in self.axis)
        for axis in kept:
            if axis == 0 or input_shape[axis] is None:
                raise ValueError(
                    f"All `axis` values to be kept must have a known shape. Received axis={self.axis}, "
                    f"inputs.shape={tuple(input_shape)}, with unknown axis at index {axis}. For rows that are single "
                    "numbers use axis=None."
                )
        return kept

    def check_input(self, input_shape: Any) -> None:
        kept = self._kept_axes(input_shape)
        if self.built and self.adapt_mean is not None:
            have = tuple(input_shape[axis] for axis in kept)
            if have != self.adapt_mean.shape:
                raise ValueError(
                    f"Normalization {self.name!r} has mean and variance of shape {self.adapt_mean.shape}, which does "
                    f"not fit inputs of shape {tuple(input_shape)}"
                )

    @property
    def mean(self) -> Any:
        """The mean, in a shape that repeats to that of the input; None before the layer is built."""
        return self._shaped(self.adapt_mean, self.input_mean)

    @property
    def variance(self) -> Any:
        """The variance, likewise."""
        return self._shaped(self.adapt_variance, self.input_variance)

    def _shaped(self, variable: Variable | None, given: Any) -> Any:
        if not self.built:
            return None
        kept = [self._broadcast[axis - 1] for axis in self._keep]
        value = variable.value if variable is not None else np.broadcast_to(np.asarray(given, self.dtype), kept)
        return value.reshape(1, *self._broadcast).copy()

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Find mean and variance in the data.

        Parameters
        ----------
        data : array, or iterable of batches
            Of tuples, the first is taken.
        steps : int, optional
            How many batches to take.

        Raises
        ------
        ValueError
            If the layer was given mean and variance, or the data are empty or have another shape.
        """
        if self.input_mean is not None:
            raise ValueError(
                "Cannot `adapt` a Normalization layer that is initialized with static `mean` and `variance`"
            )
        total: Any = 0.0
        squares: Any = 0.0
        shift: Any = None
        count = 0
        for batch in batches(data, steps, self.name):
            self.check_input(batch.shape)
            if not self.built:
                self.build((None, *batch.shape[1:]))
            over = tuple(axis for axis in range(batch.ndim) if axis not in self._keep)
            values = batch.astype(np.float64)
            # Sums of distances from the first batch's mean: exact enough where the mean is far from 0.
            shift = values.mean(axis=over, keepdims=True) if shift is None else shift
            total = total + (values - shift).sum(axis=over)
            squares = squares + np.square(values - shift).sum(axis=over)
            count += math.prod(batch.shape[axis] for axis in over)
        if not count:
            raise ValueError(f"Normalization {self.name!r}: adapt needs at least one row of data")
        assert self.adapt_mean is not None
        assert self.adapt_variance is not None
        self.adapt_mean.assign(shift.reshape(total.shape) + total / count)
        self.adapt_variance.assign(squares / count - np.square(total / count))

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        mean, scale = self._mean_and_scale(plan)
        first = min(self._keep, default=len(x.shape) - 1) if len(x.shape) > 1 else 1
        rows, shape = axes.split(x, max(first, 1)), (1, *self._broadcast)
        width = rows.features[0]
        center, factor = (self._columns(plan, slot.view(*shape), x, max(first, 1)) for slot in (mean, scale))
        zeros = axes.zeros(plan, width)
        slots = (zeros, factor, center) if self.invert else (center, factor, zeros)
        y = plan.emit("scale_shift", rows, *slots, label=self.name)

        def backward(dy: Slot) -> Slot:
            dx: Slot = plan.emit("scale_shift", dy.view(*rows.shape), zeros, factor, zeros, label=f"{self.name}.dx")
            return dx.view(*x.shape)

        return y.view(*x.shape), backward

    def _columns(self, plan: Plan, value: Slot, x: Slot, first: int) -> Slot:
        """Mean or scale as a vector for the features from axis `first` on."""
        features = [1] * (first - 1) + list(x.features[first - 1 :])
        spread = axes.spread(plan, value, features)
        return spread.view(math.prod(features))

    def _mean_and_scale(self, plan: Plan) -> tuple[Slot, Slot]:
        shape = [self._broadcast[axis - 1] for axis in self._keep]
        size = math.prod(shape)
        if self.adapt_mean is not None and self.adapt_variance is not None:
            mean, variance = (plan.parameter(v).view(size) for v in (self.adapt_mean, self.adapt_variance))
        else:
            mean, variance = (
                axes.constant(plan, f"{self.name}.{name}", np.broadcast_to(np.asarray(value, plan.dtype), shape))
                for name, value in (("mean", self.input_mean), ("variance", self.input_variance))
            )
        op = "deviation" if self.invert else "inverse_deviation"
        return mean, plan.emit(op, variance, scalars=(0.0, config.epsilon()), label=f"{self.name}.scale")

    def get_config(self) -> dict[str, Any]:
        mean, variance = (np.array(value).tolist() for value in (self.input_mean, self.input_variance))
        return super().get_config() | {"axis": self.axis, "invert": self.invert, "mean": mean, "variance": variance}


def _check_given(mean: Any, variance: Any, axis: tuple[int, ...]) -> None:
    if (mean is None) != (variance is None):
        raise ValueError(
            "When setting values directly, both `mean` and `variance` must be set. "
            f"Received: mean={mean} and variance={variance}"
        )
    if np.shape(mean) != np.shape(variance):
        raise ValueError(
            "When setting values directly, `mean` and `variance` must have the same shape. "
            f"Received: mean shape {np.shape(mean)} and variance shape {np.shape(variance)}"
        )
    if mean is not None and np.ndim(mean) > len(axis):
        raise ValueError(
            f"The rank of `mean` must be less than or equal to the number of axes ({len(axis)}). "
            f"Received: mean shape {np.shape(mean)} for axis {axis}"
        )
