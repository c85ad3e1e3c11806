"""What layers that normalize each row by itself have in common."""

from __future__ import annotations

from typing import Any

from pynn import constraints, initializers, regularizers
from pynn.layers import axes
from pynn.layers.layer import Backward, Layer
from pynn.plan import Plan, Slot
from pynn.variables import Variable


class RowNormalization(Layer):
    """y = (x - a) / √(mean of (x - b)² + epsilon) · gamma + beta over some axes of each row."""

    axis: Any
    epsilon: float
    _subtracts, _centered = True, True

    def _scale_variable(self) -> Variable | None:
        return None

    def _shift_variable(self) -> Variable | None:
        return None

    def _where(self, input_shape: Any) -> list[int]:
        return axes.normal_axes(f"{type(self).__name__} {self.name!r}", self.axis, input_shape)

    def check_input(self, input_shape: Any) -> None:
        where = self._where(input_shape)
        scale = self._scale_variable()
        variable = self._shift_variable() if scale is None else scale
        if self.built and variable is not None and variable.shape != tuple(input_shape[a] for a in where):
            raise ValueError(
                f"Input 0 of layer '{self.name}' is incompatible with the layer: expected shape {variable.shape} on "
                f"axes {where}, but received input with shape {tuple(input_shape)}"
            )

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        where = self._where(x.shape)
        order = [axis for axis in range(len(x.shape)) if axis not in where] + where
        moved = axes.permute(plan, x, order)
        rows = axes.split(moved, len(order) - len(where))
        y, rows_backward = normalize_rows(
            plan, rows, (self._scale_variable(), self._shift_variable()), self.epsilon, self._subtracts, self._centered
        )

        def backward(dy: Slot) -> Slot:
            dx = rows_backward(axes.permute(plan, dy, order).view(*rows.shape))
            return axes.permute(plan, dx.view(*moved.shape), axes.inverse(order))

        return axes.permute(plan, y.view(*moved.shape), axes.inverse(order)), backward


def normalize_rows(
    plan: Plan,
    rows: Slot,
    variables: tuple[Variable | None, Variable | None],
    epsilon: float,
    subtracts: bool = True,
    centered: bool = True,
) -> tuple[Slot, Backward]:
    """Emit the normalization of each row of a matrix, scaled and shifted by gamma and beta where there are such."""
    k = rows.features[0]
    gamma, beta = variables
    scale = plan.ones(k) if gamma is None else plan.parameter(gamma).view(k)
    shift = axes.zeros(plan, k) if beta is None else plan.parameter(beta).view(k)
    flags = (float(subtracts), float(centered))
    y, mean, inverse = plan.emit("layer_norm_forward", rows, scale, shift, scalars=(epsilon, *flags))

    def backward(dy: Slot) -> Slot:
        dgamma, dbeta = plan.emit("layer_norm_backward_weights", rows, dy, mean, inverse, scalars=flags[:1])
        for variable, gradient in ((gamma, dgamma), (beta, dbeta)):
            if variable is not None:
                plan.add_gradient(variable, gradient.view(*variable.shape))
        dx: Slot = plan.emit("layer_norm_backward_input", rows, dy, scale, mean, inverse, scalars=flags)
        return dx

    return y, backward


class ScaledNormalization(RowNormalization):
    """With the options that layer and group normalization share: gamma and beta, and how they are made."""

    _passes_mask = True

    def _keep_options(self, **options: Any) -> None:
        self.epsilon, self.center, self.scale = options["epsilon"], options["center"], options["scale"]
        self.beta_initializer = initializers.get(options["beta_initializer"])
        self.gamma_initializer = initializers.get(options["gamma_initializer"])
        self.beta_regularizer = regularizers.get(options["beta_regularizer"])
        self.gamma_regularizer = regularizers.get(options["gamma_regularizer"])
        self.beta_constraint = constraints.get(options["beta_constraint"])
        self.gamma_constraint = constraints.get(options["gamma_constraint"])
        self.gamma: Variable | None = None
        self.beta: Variable | None = None

    def _scale_variable(self) -> Variable | None:
        return self.gamma

    def _shift_variable(self) -> Variable | None:
        return self.beta

    def _make(self, name: str, shape: tuple[int, ...]) -> Variable:
        return self.add_weight(
            shape=shape,
            initializer=getattr(self, f"{name}_initializer"),
            regularizer=getattr(self, f"{name}_regularizer"),
            constraint=getattr(self, f"{name}_constraint"),
            name=name,
        )

    def _options(self) -> dict[str, Any]:
        config: dict[str, Any] = {}
        for kind, family in (("initializer", initializers), ("regularizer", regularizers), ("constraint", constraints)):
            for name in ("beta", "gamma"):
                config[f"{name}_{kind}"] = family.serialize(getattr(self, f"{name}_{kind}"))
        return config
