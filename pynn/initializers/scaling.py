"""Initializers that fit the spread of the weights to the shape: Glorot, He, LeCun."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn.initializers.base import checked_shape
from pynn.initializers.random import RandomInitializer, draw_normal, draw_truncated_normal, draw_uniform

# Standard deviation of a standard normal cut at ±2: sqrt(1 − 4 φ(2) / erf(√2)).
# Source: Johnson, Kotz & Balakrishnan 1994, "Continuous univariate distributions" 1, section 13.10.1.
TRUNCATED_STDDEV = 0.87962566103423978

_MODES = ("fan_in", "fan_out", "fan_avg")
_DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")


class VarianceScaling(RandomInitializer):
    """Draw weights with variance `scale` / n, n being a number of connections.

    So that a layer's outputs vary as much as its inputs, layer after layer.

    Parameters
    ----------
    scale : float, default 1.0
        Positive.
    mode : {"fan_in", "fan_out", "fan_avg"}
        n is the number of inputs, of outputs, or the mean of the two.
    distribution : {"truncated_normal", "untruncated_normal", "uniform"}
        ``"normal"`` is another word for the first.  The uniform one ends at ±sqrt(3 scale / n).
    seed : int or SeedGenerator, optional
    input_axes, output_axes : sequence of int, optional
        Axes whose sizes multiply to the number of inputs and of outputs.  Both or neither;
        without them the rule of `compute_fans` holds.

    Raises
    ------
    ValueError
        If `scale` is not positive, or `mode` or `distribution` is unknown.

    Examples
    --------
    >>> values = VarianceScaling(scale=2.0, mode="fan_in", seed=1)((200, 100))
    >>> round(float(values.var()) * 200, 1)
    2.0
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        if not scale > 0.0:
            raise ValueError(f"Argument `scale` must be positive float. Received: scale={scale}")
        if mode not in _MODES:
            raise ValueError(f"Invalid `mode` argument: {mode}. Please use one of {_MODES}")
        distribution = {"normal": "truncated_normal"}.get(distribution.lower(), distribution.lower())
        if distribution not in _DISTRIBUTIONS:
            raise ValueError(f"Invalid `distribution` argument: {distribution}. Please use one of {_DISTRIBUTIONS}")
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.input_axes = input_axes
        self.output_axes = output_axes
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Return new values of the given shape."""
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2.0}
        variance = self.scale / max(1.0, fans[self.mode])
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return draw_uniform(shape, -limit, limit, self.seed, dtype)
        if self.distribution == "untruncated_normal":
            return draw_normal(shape, 0.0, math.sqrt(variance), self.seed, dtype)
        return draw_truncated_normal(shape, 0.0, math.sqrt(variance) / TRUNCATED_STDDEV, self.seed, dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal initializer."""
        return {
            **super().get_config(),
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            "input_axes": self.input_axes,
            "output_axes": self.output_axes,
        }


class _Named(VarianceScaling):
    # The six below differ in these three settings alone.
    _SETTINGS: tuple[float, str, str]

    def __init__(
        self, seed: Any = None, input_axes: Sequence[int] | None = None, output_axes: Sequence[int] | None = None
    ) -> None:
        scale, mode, distribution = self._SETTINGS
        super().__init__(scale, mode, distribution, seed, input_axes, output_axes)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal initializer."""
        settings = super().get_config()
        return {key: settings[key] for key in ("seed", "input_axes", "output_axes")}


class GlorotUniform(_Named):
    """Draw from ±sqrt(6 / (inputs + outputs)): the default of `Dense`, made for tanh and sigmoid.

    Parameters
    ----------
    seed : int or SeedGenerator, optional
    input_axes, output_axes : sequence of int, optional
        As for `VarianceScaling`.

    Notes
    -----
    Source: Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward
    neural networks", equation 16.

    Examples
    --------
    >>> bool(abs(GlorotUniform(seed=1)((4, 2))).max() <= 1)
    True
    """

    _SETTINGS = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Named):
    """Draw from a truncated normal of standard deviation sqrt(2 / (inputs + outputs)).

    Parameters
    ----------
    seed : int or SeedGenerator, optional
    input_axes, output_axes : sequence of int, optional
        As for `VarianceScaling`.

    Notes
    -----
    Source: Glorot & Bengio 2010, equation 12.

    Examples
    --------
    >>> GlorotNormal(seed=1)((4, 2)).shape
    (4, 2)
    """

    _SETTINGS = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_Named):
    """Draw from ±sqrt(6 / inputs): made for relu, which lets half of the variance through.

    Parameters
    ----------
    seed : int or SeedGenerator, optional
    input_axes, output_axes : sequence of int, optional
        As for `VarianceScaling`.

    Notes
    -----
    Source: He, Zhang, Ren & Sun 2015, "Delving deep into rectifiers", equation 10.

    Examples
    --------
    >>> bool(abs(HeUniform(seed=1)((6, 2))).max() <= 1)
    True
    """

    _SETTINGS = (2.0, "fan_in", "uniform")


class HeNormal(_Named):
    """Draw from a truncated normal of standard deviation sqrt(2 / inputs).

    Parameters
    ----------
    seed : int or SeedGenerator, optional
    input_axes, output_axes : sequence of int, optional
        As for `VarianceScaling`.

    Notes
    -----
    Source: He, Zhang, Ren & Sun 2015, equation 10.

    Examples
    --------
    >>> HeNormal(seed=1)((6, 2)).shape
    (6, 2)
    """

    _SETTINGS = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_Named):
    """Draw from ±sqrt(3 / inputs).

    Parameters
    ----------
    seed : int or SeedGenerator, optional
    input_axes, output_axes : sequence of int, optional
        As for `VarianceScaling`.

    Notes
    -----
    Source: LeCun, Bottou, Orr & Müller 1998, "Efficient BackProp", equation 16.

    Examples
    --------
    >>> bool(abs(LecunUniform(seed=1)((3, 2))).max() <= 1)
    True
    """

    _SETTINGS = (1.0, "fan_in", "uniform")


class LecunNormal(_Named):
    """Draw from a truncated normal of standard deviation sqrt(1 / inputs): made for selu.

    Parameters
    ----------
    seed : int or SeedGenerator, optional
    input_axes, output_axes : sequence of int, optional
        As for `VarianceScaling`.

    Notes
    -----
    Source: Klambauer, Unterthiner, Mayr & Hochreiter 2017, "Self-normalizing neural networks".

    Examples
    --------
    >>> LecunNormal(seed=1)((3, 2)).shape
    (3, 2)
    """

    _SETTINGS = (1.0, "fan_in", "truncated_normal")


def compute_fans(
    shape: Sequence[int],
    input_axes: Sequence[int] | None = None,
    output_axes: Sequence[int] | None = None,
) -> tuple[int, int]:
    """Count the inputs that feed one output of a weight, and the outputs that one input feeds.

    Parameters
    ----------
    shape : sequence of int
        A matrix is (inputs, outputs), a convolution kernel (..., inputs, outputs); the sizes
        before the last two multiply both counts.  A vector has its length for both.
    input_axes, output_axes : sequence of int, optional
        If both are given, the axes to count instead.

    Returns
    -------
    tuple of int
        The number of inputs and of outputs.

    Examples
    --------
    >>> compute_fans((784, 100)), compute_fans((3, 3, 16, 32))
    ((784, 100), (144, 288))
    """
    sizes = checked_shape(shape)
    if input_axes is not None and output_axes is not None:
        return math.prod(sizes[axis] for axis in input_axes), math.prod(sizes[axis] for axis in output_axes)
    if len(sizes) < 2:
        return math.prod(sizes), math.prod(sizes)
    field = math.prod(sizes[:-2])
    return sizes[-2] * field, sizes[-1] * field
