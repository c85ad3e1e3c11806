"""Activations with settings as layers: the family of ReLU."""

from __future__ import annotations

from typing import Any

from pynn import legacy
from pynn.activations.rectifiers import elu_formula, leaky_relu_formula, relu_formula
from pynn.layers.formula import FormulaLayer, at_least_zero


class ReLU(FormulaLayer):
    """Keep what is positive: f(x) = max(x, 0), with a slope below, a limit and a threshold if you like.

    Parameters
    ----------
    max_value : float, optional
        Largest output, >= 0.
    negative_slope : float, default 0
        Output per unit of input below the threshold, >= 0.
    threshold : float, default 0
        Inputs at or below it give ``negative_slope * (x - threshold)``; >= 0.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If an argument is negative or no number.

    Notes
    -----
    Input and output have the same shape.  Source: Nair & Hinton 2010, "Rectified linear units improve restricted
    Boltzmann machines".

    Examples
    --------
    >>> ReLU(max_value=2)(np.array([[-1.0, 1.0, 3.0]])).tolist()
    [[0.0, 1.0, 2.0]]
    """

    def __init__(
        self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if max_value is not None:
            at_least_zero(max_value, f"max_value of a ReLU layer cannot be a negative value. Received: {max_value=}")
        for name, value in (("negative_slope", negative_slope), ("threshold", threshold)):
            at_least_zero(
                value, f"{name} of a ReLU layer cannot be None or a negative value. Received: {name}={value!r}"
            )
        self.max_value, self.negative_slope, self.threshold = max_value, negative_slope, threshold
        self.formula = relu_formula(negative_slope, max_value, threshold)

    def get_config(self) -> dict[str, Any]:
        own = {"max_value": self.max_value, "negative_slope": self.negative_slope, "threshold": self.threshold}
        return super().get_config() | own


class LeakyReLU(FormulaLayer):
    """Pass positive inputs on, scale negative ones: f(x) = x for x >= 0, negative_slope · x elsewhere.

    Parameters
    ----------
    negative_slope : float, default 0.3
        Output per unit of negative input, >= 0.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `negative_slope` is negative or no number.

    Notes
    -----
    The function `keras.activations.leaky_relu` has the default 0.2.  Source: Maas, Hannun & Ng 2013, "Rectifier
    nonlinearities improve neural network acoustic models".

    Examples
    --------
    >>> LeakyReLU(0.5)(np.array([[-1.0, 3.0]])).tolist()
    [[-0.5, 3.0]]
    """

    @legacy.spellings(alpha="negative_slope")
    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        at_least_zero(
            negative_slope,
            "The negative_slope value of a Leaky ReLU layer cannot be None or negative value. Expected a float. "
            f"Received: {negative_slope=}",
        )
        self.negative_slope = negative_slope
        self.formula = leaky_relu_formula(negative_slope)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"negative_slope": self.negative_slope}


class ELU(FormulaLayer):
    """Saturate softly below 0: f(x) = x for x > 0, alpha (e^x - 1) elsewhere.

    Parameters
    ----------
    alpha : float, default 1
        The output falls to -alpha.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `alpha` is no number.

    Notes
    -----
    Source: Clevert, Unterthiner & Hochreiter 2016, "Fast and accurate deep network learning by exponential linear
    units".

    Examples
    --------
    >>> ELU()(np.array([[-50.0, 3.0]])).tolist()
    [[-1.0, 3.0]]
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha
        self.formula = elu_formula(alpha)

    def get_config(self) -> dict[str, Any]:
        start = super().get_config()
        return {"name": start.pop("name"), "alpha": self.alpha} | start
