"""Batch normalization: every feature gets mean 0 and variance 1 over the batch."""

from __future__ import annotations

from typing import Any

from pynn import constraints, initializers, legacy, regularizers
from pynn.layers import axes
from pynn.layers.layer import Backward, Layer
from pynn.plan import Plan, Slot
from pynn.variables import Variable


class BatchNormalization(Layer):
    """Normalize each feature over the batch, then scale and shift it.

    y = gamma (x - mean) / √(variance + epsilon) + beta.

    In training, mean and variance are those of the batch, and moving averages of them are kept.  Otherwise, and if the
    layer is frozen by ``trainable = False``, the moving averages are used.

    Parameters
    ----------
    axis : int, default -1
        The axis of the features; all others are averaged over.
    momentum : float, default 0.99
        Share of the moving averages that each batch keeps.
    epsilon : float, default 0.001
        Added to the variance, so that nothing is divided by 0.
    center, scale : bool, default True
        Whether there is a beta, a gamma.
    beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer : str or Initializer
    beta_regularizer, gamma_regularizer : str or Regularizer, optional
    beta_constraint, gamma_constraint : str or Constraint, optional
    renorm, renorm_clipping, renorm_momentum, synchronized
        Must be left at their defaults.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `axis` is no axis of the input, or that of the batch.

    Notes
    -----
    Weights: gamma, beta, moving_mean, moving_variance, each with one number a feature; training changes the first two.
    The variance is the biased one, the mean of squares, in the moving average too.
    Source: Ioffe & Szegedy 2015, "Batch normalization: accelerating deep network training by reducing internal
    covariate shift".

    Examples
    --------
    >>> layer = BatchNormalization()
    >>> layer(np.ones((2, 3))).shape
    (2, 3)
    >>> [w.name for w in layer.weights]
    ['gamma', 'beta', 'moving_mean', 'moving_variance']
    """

    _passes_mask = True

    @legacy.spellings(
        beta_init="beta_initializer",
        gamma_init="gamma_initializer",
        running_mean_init="moving_mean_initializer",
        running_std_init="moving_variance_initializer",
    )
    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        _check_mode(kwargs)
        super().__init__(**kwargs)
        for option, value in (("renorm", renorm), ("renorm_clipping", renorm_clipping), ("synchronized", synchronized)):
            if value:
                raise ValueError(f"BatchNormalization {self.name!r}: {option}={value!r} is not available in pynn")
        self.axis, self.momentum, self.epsilon = int(axis), momentum, epsilon
        self.center, self.scale = center, scale
        self.renorm, self.renorm_clipping, self.renorm_momentum = renorm, renorm_clipping, renorm_momentum
        self.synchronized = synchronized
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self._keep(initializers, "initializer", beta_initializer, gamma_initializer)
        self._keep(regularizers, "regularizer", beta_regularizer, gamma_regularizer)
        self._keep(constraints, "constraint", beta_constraint, gamma_constraint)
        self.gamma: Variable | None = None
        self.beta: Variable | None = None
        self.moving_mean: Variable
        self.moving_variance: Variable

    def _keep(self, family: Any, kind: str, beta: Any, gamma: Any) -> None:
        setattr(self, f"beta_{kind}", family.get(beta))
        setattr(self, f"gamma_{kind}", family.get(gamma))

    def build(self, input_shape: Any) -> None:
        """Make the weights for inputs of shape ``(None, …)``."""
        shape = (self._features(input_shape),)
        if self.scale:
            self.gamma = self._make("gamma", shape)
        if self.center:
            self.beta = self._make("beta", shape)
        self.moving_mean = self.add_weight(
            shape=shape, initializer=self.moving_mean_initializer, trainable=False, name="moving_mean"
        )
        self.moving_variance = self.add_weight(
            shape=shape, initializer=self.moving_variance_initializer, trainable=False, name="moving_variance"
        )
        self.built = True

    def _make(self, name: str, shape: tuple[int, ...]) -> Variable:
        kinds = ("initializer", "regularizer", "constraint")
        return self.add_weight(shape=shape, name=name, **{kind: getattr(self, f"{name}_{kind}") for kind in kinds})

    def _features(self, input_shape: Any) -> int:
        (axis,) = axes.normal_axes(f"BatchNormalization {self.name!r}", self.axis, input_shape)
        return int(input_shape[axis])

    def check_input(self, input_shape: Any) -> None:
        features = self._features(input_shape)
        if self.built and features != self.moving_mean.shape[0]:
            raise ValueError(
                f"Input 0 of layer '{self.name}' is incompatible with the layer: expected axis {self.axis} of input "
                f"shape to have value {self.moving_mean.shape[0]}, but received input with shape {tuple(input_shape)}"
            )

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        order = [axis for axis in range(len(x.shape)) if axis != self.axis % len(x.shape)]
        order.append(self.axis % len(x.shape))
        moved = axes.permute(plan, x, order)
        rows = axes.split(moved, len(order) - 1)
        in_training = plan.training and self.trainable
        if in_training and x.mask is not None:
            raise ValueError(
                f"BatchNormalization '{self.name}' cannot learn from an input with a mask: its mean and variance would "
                "be those of all steps. LayerNormalization can; or put GlobalAveragePooling1D in front of it."
            )
        mean, inverse = self._statistics(plan, rows) if in_training else self._moving(plan)
        k = rows.features[0]
        gamma = plan.ones(k) if self.gamma is None else plan.parameter(self.gamma)
        beta = axes.zeros(plan, k) if self.beta is None else plan.parameter(self.beta)
        scale = plan.emit("multiply_forward", gamma.view(1, k), inverse.view(1, k), label=f"{self.name}.scale").view(k)
        y = plan.emit("scale_shift", rows, mean, scale, beta, label=self.name).view(*moved.shape)

        def backward(dy: Slot) -> Slot:
            drows = axes.permute(plan, dy, order).view(*rows.shape)
            dgamma, dbeta = plan.emit("batch_norm_backward_weights", rows, mean, inverse, drows)
            for variable, gradient in ((self.gamma, dgamma), (self.beta, dbeta)):
                if variable is not None:
                    plan.add_gradient(variable, gradient)
            if in_training:
                dx = plan.emit("batch_norm_backward_input", rows, drows, mean, inverse, gamma, dgamma, dbeta)
            else:
                dx = plan.emit("scale_shift", drows, axes.zeros(plan, k), scale, axes.zeros(plan, k))
            return axes.permute(plan, dx.view(*moved.shape), axes.inverse(order))

        return axes.permute(plan, y, axes.inverse(order)), backward

    def _statistics(self, plan: Plan, rows: Slot) -> tuple[Slot, Slot]:
        """Mean and 1/√(variance + epsilon) of the batch; the moving averages take their share."""
        mean, variance = plan.emit("moments", rows, label=f"{self.name}.mean")
        for value, moving in ((mean, self.moving_mean), (variance, self.moving_variance)):
            plan.emit("moving_average", value, plan.parameter(moving), scalars=(self.momentum,))
        return mean, plan.emit("inverse_deviation", variance, scalars=(self.epsilon, 0.0), label=f"{self.name}.inverse")

    def _moving(self, plan: Plan) -> tuple[Slot, Slot]:
        variance = plan.parameter(self.moving_variance)
        inverse = plan.emit("inverse_deviation", variance, scalars=(self.epsilon, 0.0), label=f"{self.name}.inverse")
        return plan.parameter(self.moving_mean), inverse

    def get_config(self) -> dict[str, Any]:
        own = {
            "axis": self.axis,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
        }
        for name in ("beta", "gamma", "moving_mean", "moving_variance"):
            own[f"{name}_initializer"] = initializers.serialize(getattr(self, f"{name}_initializer"))
        for name in ("beta", "gamma"):
            own[f"{name}_regularizer"] = regularizers.serialize(getattr(self, f"{name}_regularizer"))
        for name in ("beta", "gamma"):
            own[f"{name}_constraint"] = constraints.serialize(getattr(self, f"{name}_constraint"))
        last = ("synchronized", "renorm", "renorm_clipping", "renorm_momentum")
        return super().get_config() | own | {name: getattr(self, name) for name in last}


def _check_mode(given: dict[str, Any]) -> None:
    """Take Keras 1's `mode` out of the arguments: 0, each feature over the batch, is the only one today."""
    mode = given.pop("mode", 0)
    if mode != 0:
        raise ValueError(
            f"BatchNormalization: mode={mode!r} of Keras 1 is not available; mode=0 is what the layer does. For each "
            "row by itself (mode=1) there is keras.layers.LayerNormalization."
        )
