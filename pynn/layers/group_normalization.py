"""Normalization of each row over groups of its channels."""

from __future__ import annotations

import math
from typing import Any

from pynn.layers import axes
from pynn.layers.layer import Backward
from pynn.layers.row_normalization import ScaledNormalization, normalize_rows
from pynn.plan import Plan, Slot
from pynn.variables import Variable


class GroupNormalization(ScaledNormalization):
    """Normalize each row over groups of its channels, and over all places within them.

    Parameters
    ----------
    groups : int, default 32
        Number of groups; must divide the number of channels.  -1: as many as channels.
    axis : int, default -1
        The axis of the channels.
    epsilon : float, default 0.001
    center, scale : bool, default True
        Whether there is a beta, a gamma: one number a channel.
    beta_initializer, gamma_initializer : str or Initializer
    beta_regularizer, gamma_regularizer : str or Regularizer, optional
    beta_constraint, gamma_constraint : str or Constraint, optional
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If the groups do not divide the channels, or there is no such axis.

    Notes
    -----
    Source: Wu & He 2018, "Group normalization".

    Examples
    --------
    >>> GroupNormalization(groups=2)(np.ones((3, 5, 4))).shape
    (3, 5, 4)
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
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
        super().__init__(**kwargs)
        self.groups, self.axis = groups, axis
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
        (axis,) = self._where(input_shape)
        channels = int(input_shape[axis])
        self.groups = channels if self.groups == -1 else self.groups
        if channels < self.groups:
            raise ValueError(
                f"Number of groups ({self.groups}) cannot be more than the number of channels ({channels})."
            )
        if self.groups < 1 or channels % self.groups:
            raise ValueError(
                f"Number of groups ({self.groups}) must be a divisor of the number of channels ({channels})."
            )
        if self.scale:
            self.gamma = self._make("gamma", (channels,))
        if self.center:
            self.beta = self._make("beta", (channels,))
        self.built = True

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        (axis,) = self._where(x.shape)
        order = [0, axis] + [other for other in range(1, len(x.shape)) if other != axis]
        moved = axes.permute(plan, x, order)
        channels, places = moved.features[0], math.prod(moved.features[1:])
        groups = moved.view(axes.times(x.shape[0], self.groups), channels // self.groups * places)
        unit, groups_backward = normalize_rows(plan, groups, (None, None), self.epsilon)
        rows = axes.flat(unit.view(*moved.shape))
        gamma = plan.ones(rows.features[0]) if self.gamma is None else _for_places(plan, self.gamma, places)
        zeros = axes.zeros(plan, rows.features[0])
        beta = zeros if self.beta is None else _for_places(plan, self.beta, places)
        y = plan.emit("scale_shift", rows, zeros, gamma, beta, label=self.name)

        def backward(dy: Slot) -> Slot:
            drows = axes.flat(axes.permute(plan, dy, order))
            ones = plan.ones(rows.features[0])
            gradients = plan.emit("batch_norm_backward_weights", rows, zeros, ones, drows)
            for variable, gradient in zip((self.gamma, self.beta), gradients, strict=True):
                if variable is not None:
                    sums = plan.emit("sum_axis", gradient.view(channels, places, 1), scalars=(1.0,))
                    plan.add_gradient(variable, sums.view(channels))
            dunit = plan.emit("scale_shift", drows, zeros, gamma, zeros)
            dx = groups_backward(dunit.view(*groups.shape))
            return axes.permute(plan, dx.view(*moved.shape), axes.inverse(order))

        return axes.permute(plan, y.view(*moved.shape), axes.inverse(order)), backward

    def get_config(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in ("groups", "axis", "epsilon", "center", "scale")}
        return super().get_config() | own | self._options()


def _for_places(plan: Plan, variable: Variable, places: int) -> Slot:
    """The number of each channel, for each of its places."""
    channels = variable.shape[0]
    repeated = plan.emit("repeat_axis", plan.parameter(variable).view(channels, 1), scalars=(1.0,), r=places)
    slot: Slot = repeated.view(channels * places)
    return slot
