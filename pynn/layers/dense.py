"""The fully connected layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import activations, constraints, initializers, legacy, regularizers
from pynn.layers import activating
from pynn.layers.layer import Backward, Layer, Shape
from pynn.layers.weighted import OfBuild
from pynn.plan import Plan, Slot
from pynn.variables import Variable


class Dense(Layer):
    """The fully connected layer: y = f(x W + b).

    Each of the `units` neurons weighs all i inputs, adds its bias and applies the activation f.

    Parameters
    ----------
    units : int
        Number of neurons o, >= 1.
    activation : str, function or Layer, optional
        f; linear if not given.  A function of your own is written with `keras.ops`.
    use_bias : bool, default True
    kernel_initializer, bias_initializer : str or Initializer
        First values of W and b.
    kernel_regularizer, bias_regularizer : str or Regularizer, optional
        Penalties on W and b.
    activity_regularizer : str or Regularizer, optional
        Penalty on y, divided by the rows of the batch.
    kernel_constraint, bias_constraint : str or Constraint, optional
        What W and b are brought to after each step of training.
    lora_rank, lora_alpha, quantization_config
        Must be left at None.
    **kwargs
        See `Layer`: name, trainable, dtype, input_shape, input_dim.

    Raises
    ------
    ValueError
        If `units` is not a positive integer or another argument is out of range.

    Notes
    -----
    x has shape (n, …, i), W (i, o), b (o,), y (n, …, o).  Costs 2 n i o operations forward, twice that backward; holds
    i o + o weights.  Source of the gradients: Rumelhart, Hinton & Williams 1986.

    Examples
    --------
    >>> layer = Dense(3, activation="relu")
    >>> layer(np.ones((2, 4))).shape
    (2, 3)
    >>> layer.kernel.shape, layer.bias.shape
    ((4, 3), (3,))
    """

    _passes_mask = True
    kernel: Variable = OfBuild()  # type: ignore[assignment]
    bias: Variable | None = OfBuild()  # type: ignore[assignment]

    @legacy.spellings(
        output_dim="units",
        init="kernel_initializer",
        W_regularizer="kernel_regularizer",
        b_regularizer="bias_regularizer",
        W_constraint="kernel_constraint",
        b_constraint="bias_constraint",
        bias="use_bias",
    )
    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if not isinstance(units, int | np.integer) or isinstance(units, bool) or units < 1:
            raise ValueError(
                f"Received an invalid value for `units`, expected a positive integer. Received: units={units}"
            )
        self._refuse(lora_rank=lora_rank, lora_alpha=lora_alpha, quantization_config=quantization_config)
        self.units, self.use_bias = int(units), use_bias
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)

    def _refuse(self, **options: Any) -> None:
        for option, value in options.items():
            if value is not None:
                raise ValueError(f"Dense {self.name!r}: {option}={value!r} is not available; leave it at None")

    def build(self, input_shape: Shape) -> None:
        """Make W and b for inputs of a shape (None, …, i)."""
        width = int(input_shape[-1] or 0)
        self.kernel = self._make("kernel", (width, self.units))
        self.bias = self._make("bias", (self.units,)) if self.use_bias else None
        self.built = True

    def _make(self, name: str, shape: tuple[int, ...]) -> Variable:
        kinds = ("initializer", "regularizer", "constraint")
        return self.add_weight(shape=shape, name=name, **{kind: getattr(self, f"{name}_{kind}") for kind in kinds})

    def check_input(self, input_shape: Shape) -> None:
        if input_shape and isinstance(input_shape[0], tuple | list):
            raise ValueError(
                f'Layer "{self.name}" expects 1 input(s), but it received {len(input_shape)} input tensors, of shapes '
                f"{list(input_shape)}. Join them first: Concatenate()([first, second])."
            )
        if len(input_shape) < 2:
            raise ValueError(
                f"Input 0 of layer '{self.name}' is incompatible with the layer: expected min_ndim=2, found "
                f"ndim={len(input_shape)}. Full shape received: {input_shape}. One row of data needs at least one "
                "axis: use x.reshape(-1, 1) for a single feature."
            )
        if self.built and input_shape[-1] != self.kernel.shape[0]:
            raise ValueError(
                f"Input 0 of layer '{self.name}' is incompatible with the layer: expected axis -1 of input shape to "
                f"have value {self.kernel.shape[0]}, but received input with shape {input_shape}"
            )

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return activating.output_shape(self.activation, (*input_shape[:-1], self.units))

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        rows, shape = x.rows(), (*x.shape[:-1], self.units)
        w = plan.parameter(self.kernel)
        if self.bias is None:
            z = plan.emit("matmul_nn", rows, w, label=f"{self.name}.z")
        else:
            z = plan.emit("dense_forward", rows, w, plan.parameter(self.bias), label=f"{self.name}.z")
        y, activation_backward = activating.lower(
            self.activation, plan, z.view(*shape), self.kernel.path.removesuffix("/kernel")
        )

        def backward(dy: Slot) -> Slot:
            dz = activation_backward(dy).rows()
            dx: Slot = plan.emit("dense_backward_input", dz, w, label=f"{self.name}.dx")
            self._lower_gradients(plan, rows, dz)
            return dx.view(*x.shape)

        return y, backward

    def _lower_gradients(self, plan: Plan, x: Slot, dz: Slot) -> None:
        gradient = plan.emit("dense_backward_weights", x, dz, label=f"{self.name}.dw")
        plan.add_gradient(self.kernel, gradient)
        if self.bias is not None:
            plan.add_gradient(self.bias, plan.emit("bias_backward", dz, label=f"{self.name}.db"))

    def get_config(self) -> dict[str, Any]:
        own = {
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
        }
        for family, kind in ((regularizers, "regularizer"), (constraints, "constraint")):
            for weight in ("kernel", "bias"):
                own[f"{weight}_{kind}"] = family.serialize(getattr(self, f"{weight}_{kind}"))
        return super().get_config() | own | {"quantization_config": None}
