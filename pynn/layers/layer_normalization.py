"""Normalization of each row by itself, by its deviation or by its root mean square."""

from __future__ import annotations

import warnings
from typing import Any

from pynn.layers.row_normalization import RowNormalization, ScaledNormalization
from pynn.variables import Variable


class LayerNormalization(ScaledNormalization):
    """Normalize each row over its features: y = gamma (x - mean) / √(variance + epsilon) + beta.

    Other than batch normalization it needs no batch, and does the same in training and outside.

    Parameters
    ----------
    axis : int or list of int, default -1
        The axes over which mean and variance are taken; gamma and beta have their shape.
    epsilon : float, default 0.001
        Added to the variance.
    center, scale : bool, default True
        Whether there is a beta, a gamma.
    beta_initializer, gamma_initializer : str or Initializer
    beta_regularizer, gamma_regularizer : str or Regularizer, optional
    beta_constraint, gamma_constraint : str or Constraint, optional
    **kwargs
        See `Layer`.  `rms_scaling`: do not subtract the mean (an old form, with a warning; see `RMSNormalization`).

    Raises
    ------
    TypeError
        If `axis` is neither an integer nor a list of them.
    ValueError
        If there is no such axis, or it is that of the batch.

    Notes
    -----
    Source: Ba, Kiros & Hinton 2016, "Layer normalization".

    Examples
    --------
    >>> np.round(LayerNormalization(dtype="float64")(np.array([[1.0, 2.0, 3.0]])), 2).tolist()
    [[-1.22, 0.0, 1.22]]
    """

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        self.rms_scaling = kwargs.pop("rms_scaling", False)
        super().__init__(**kwargs)
        if self.rms_scaling:
            warnings.warn(
                "You passed `rms_scaling=True`, which is deprecated: it divides by the deviation, not by the root "
                "mean square. Use keras.layers.RMSNormalization instead.",
                stacklevel=2,
            )
        self.axis = _checked_axis(axis)
        self._subtracts = not self.rms_scaling
        self._keep_options(
            epsilon=epsilon,
            center=center,
            scale=scale,
            beta_initializer=beta_initializer,
            gamma_initializer=gamma_initializer,
            beta_regularizer=beta_regularizer,
            gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint,
            gamma_constraint=gamma_constraint,
        )

    def build(self, input_shape: Any) -> None:
        """Make gamma and beta for inputs of shape ``(None, …)``."""
        shape = tuple(int(input_shape[axis]) for axis in self._where(input_shape))
        self.axis = sorted(self.axis) if isinstance(self.axis, list) else [self.axis]
        if self.scale or self.rms_scaling:
            self.gamma = self._make("gamma", shape)
        if self.center and not self.rms_scaling:
            self.beta = self._make("beta", shape)
        self.built = True

    def get_config(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in ("axis", "epsilon", "center", "scale", "rms_scaling")}
        return super().get_config() | own | self._options()


class RMSNormalization(RowNormalization):
    """Divide each row by its root mean square: y = scale · x / √(mean of x² + epsilon).

    Parameters
    ----------
    axis : int or list of int, default -1
        The axes over which the mean is taken.
    epsilon : float, default 1e-6
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If there is no such axis, or it is that of the batch.

    Notes
    -----
    Source: Zhang & Sennrich 2019, "Root mean square layer normalization".

    Examples
    --------
    >>> np.round(RMSNormalization(dtype="float64")(np.array([[3.0, 4.0]])), 3).tolist()
    [[0.849, 1.131]]
    """

    _subtracts, _centered = False, False

    def __init__(self, axis: Any = -1, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis, self.epsilon = axis, epsilon
        self.scale: Variable | None = None

    def build(self, input_shape: Any) -> None:
        """Make the scale for inputs of shape ``(None, …)``."""
        shape = tuple(int(input_shape[axis]) for axis in self._where(input_shape))
        self.axis = sorted(self.axis) if isinstance(self.axis, list | tuple) else [self.axis]
        self.scale = self.add_weight(shape=shape, initializer="ones", name="scale")
        self.built = True

    def _scale_variable(self) -> Variable | None:
        return self.scale

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"axis": self.axis, "epsilon": self.epsilon}


def _checked_axis(axis: Any) -> Any:
    if isinstance(axis, list | tuple):
        return list(axis)
    if isinstance(axis, int) and not isinstance(axis, bool):
        return axis
    raise TypeError(f"Expected an int or a list/tuple of ints for the argument 'axis', but received: {axis!r}")
