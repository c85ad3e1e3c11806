"""A leaky ReLU that learns its slopes."""

from __future__ import annotations

import math
from typing import Any

from pynn import constraints, initializers, regularizers
from pynn.layers import axes
from pynn.layers.layer import Backward, Layer
from pynn.plan import Plan, Slot
from pynn.variables import Variable


class PReLU(Layer):
    """Pass positive inputs on, scale negative ones by slopes that are learned: f(x) = x for x >= 0, alpha x elsewhere.

    Parameters
    ----------
    alpha_initializer : str or Initializer, default "Zeros"
    alpha_regularizer : str or Regularizer, optional
    alpha_constraint : str or Constraint, optional
    shared_axes : int or list of int, optional
        Axes along which all elements share a slope; there is one for each element of a row otherwise.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If the input has no such axis.

    Notes
    -----
    Source: He, Zhang, Ren & Sun 2015, "Delving deep into rectifiers", equation 1.

    Examples
    --------
    >>> layer = PReLU(alpha_initializer="ones", shared_axes=[1])
    >>> layer(np.array([[[-1.0, 2.0], [3.0, -4.0]]])).tolist()
    [[[-1.0, 2.0], [3.0, -4.0]]]
    >>> layer.alpha.shape
    (1, 2)
    """

    _passes_mask = True

    def __init__(
        self,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        self.shared_axes = (
            None
            if shared_axes is None
            else list(shared_axes)
            if isinstance(shared_axes, list | tuple)
            else [shared_axes]
        )
        self.alpha: Variable

    def build(self, input_shape: Any) -> None:
        """Make alpha for inputs of a shape (None, …)."""
        shape = [int(size or 1) for size in input_shape[1:]]
        if self.shared_axes is not None:
            for axis in axes.normal_axes(f"PReLU {self.name!r}", self.shared_axes, input_shape):
                shape[axis - 1] = 1
        self.alpha = self.add_weight(
            shape=tuple(shape),
            initializer=self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
            name="alpha",
        )
        self.built = True

    def check_input(self, input_shape: Any) -> None:
        if not self.built:
            return
        shape = self.alpha.shape
        fits = len(shape) == len(input_shape) - 1 and all(
            have == want or (have == 1 and axis in (self.shared_axes or ()))
            for axis, (have, want) in enumerate(zip(shape, input_shape[1:], strict=True), 1)
        )
        if not fits:
            raise ValueError(
                f"Input 0 of layer '{self.name}' is incompatible with the layer: expected rows that fit alpha of shape "
                f"{shape}, but received input with shape {tuple(input_shape)}"
            )

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        # As the kernels see it: alpha differs along the axes before and after one run of shared ones.
        (a, k, b), spread = self._runs(x.features)
        alpha = axes.spread(plan, plan.parameter(self.alpha).view(1, *self.alpha.shape), spread).view(a, b)
        rows = x.view(x.shape[0], a, k, b)
        y = plan.emit("prelu_forward", rows, alpha, label=self.name)

        def backward(dy: Slot) -> Slot:
            drows = dy.view(*rows.shape)
            dalpha = plan.emit("prelu_backward_alpha", rows, drows, label=f"{self.name}.dalpha").view(1, *spread)
            dalpha = axes.gather(plan, dalpha, self.alpha.shape)
            plan.add_gradient(self.alpha, dalpha.view(*self.alpha.shape))
            dx: Slot = plan.emit("prelu_backward", rows, alpha, drows, label=f"{self.name}.dx")
            return dx.view(*x.shape)

        return y.view(*x.shape), backward

    def _runs(self, features: Any) -> tuple[tuple[int, int, int], list[int]]:
        """Elements before, in and after the first run of shared axes; the shape to which alpha is repeated for that."""
        have = list(self.alpha.shape)
        shared = [axis for axis, size in enumerate(have) if size == 1 and features[axis] != 1]
        start = shared[0] if shared else len(have)
        end = start
        while end in shared:
            end += 1
        spread = [1 if start <= axis < end else size for axis, size in enumerate(features)]
        return (math.prod(features[:start]), math.prod(features[start:end]), math.prod(features[end:])), spread

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "alpha_initializer": initializers.serialize(self.alpha_initializer),
            "alpha_regularizer": regularizers.serialize(self.alpha_regularizer),
            "alpha_constraint": constraints.serialize(self.alpha_constraint),
            "shared_axes": self.shared_axes,
        }
