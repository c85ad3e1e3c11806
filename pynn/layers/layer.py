"""What every layer is: settings, weights, and a way to lower itself to steps of a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np

from pynn import config, initializers, naming
from pynn.layers import eager
from pynn.layers.weighted import Weighted
from pynn.plan import Plan, Slot
from pynn.variables import Variable

Shape = tuple[int | None, ...]
Backward = Callable[[Slot], Slot]


class Layer(Weighted):
    """A function of the rows of a batch, with weights.

    A layer holds settings and names ops: it says which steps compute it, and never sees an array of data.

    Parameters
    ----------
    name : str, optional
        Numbered by class if not given.
    trainable : bool, default True
        Whether training changes the weights.
    dtype : str, optional
        Element type of the weights; ``config.floatx()`` if not given.
    input_shape : tuple of int, optional
        Shape of one row of the input, for the first layer of a Sequential model.
    input_dim : int, optional
        The same for one number.

    Raises
    ------
    ValueError
        If an argument is unknown.

    Examples
    --------
    >>> class Twice(Layer):
    ...     def lower(self, plan, x):
    ...         y = plan.emit("affine", x, scalars=(2.0, 0.0))
    ...         return y, lambda dy: plan.emit("affine", dy, scalars=(2.0, 0.0))
    >>> Twice()([[1.0, 3.0]]).tolist()
    [[2.0, 6.0]]
    """

    def __init__(self, *, name: str | None = None, trainable: bool = True, dtype: Any = None, **legacy: Any) -> None:
        self.name = name or naming.auto_name(type(self).__name__)
        self.trainable = trainable
        self.dtype = _dtype_name(dtype)
        self.given_shape = _given_shape(self.name, legacy)
        if legacy:
            raise ValueError(
                f"Unrecognized keyword arguments passed to {type(self).__name__}: {legacy}.{_near(type(self), legacy)}"
            )
        self.built = False
        self.input_shape: Shape | None = None
        self.output_shape: Shape | None = None
        self._weights: list[Variable] = []

    def ensure_built(self, input_shape: Shape, within: str = "") -> Shape:
        """Build the layer for inputs of a shape if it is not yet built; return the shape of its output.

        Weights get the name `within` (the model's) in front of their paths.

        Raises
        ------
        ValueError
            If it was built for another shape.
        """
        self.check_input(input_shape)
        if not self.built:
            self.build(input_shape)
            for variable in self._weights:
                variable.path = f"{within}/{variable.path}" if within else variable.path
        self.input_shape = input_shape
        self.output_shape = self.compute_output_shape(input_shape)
        return self.output_shape

    def build(self, input_shape: Shape) -> None:
        """Make the weights."""
        self.built = True

    def check_input(self, input_shape: Shape) -> None:
        """Raise ValueError if the layer cannot take inputs of this shape."""

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Shape of the output, None standing for the rows of the batch."""
        return input_shape

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        """Emit the forward steps for input `x`.

        Returns
        -------
        tuple
            The output slot, and a function that takes the slot of its gradient, emits the backward steps and returns
            the slot of the input's gradient.
        """
        raise ValueError(f"{type(self).__name__} must define lower")

    def add_weight(
        self, shape: tuple[int, ...], initializer: Any = "glorot_uniform", trainable: bool = True, name: str = "weight"
    ) -> Variable:
        """Make a variable that belongs to the layer."""
        variable = Variable(initializers.get(initializer), shape, self.dtype, trainable, name=name)
        variable.path = f"{self.name}/{name}"
        self._weights.append(variable)
        return variable

    @property
    def weights(self) -> list[Variable]:
        return list(self._weights)

    @property
    def trainable_weights(self) -> list[Variable]:
        return [v for v in self._weights if v.trainable] if self.trainable else []

    def __call__(self, x: Any) -> np.ndarray:
        """Apply the layer to an array of shape (n, …), as in inference; it is built for that shape if need be."""
        if getattr(x, "is_symbolic", False):
            raise ValueError(
                f"layer '{self.name}' was called on keras.Input: the functional form Model(inputs, outputs) is not "
                "available; write keras.Sequential([keras.Input(…), …])"
            )
        return eager.apply(self, x)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal layer, without its weights."""
        return {"name": self.name, "trainable": self.trainable, "dtype": config.dtype_policy(self.dtype)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a layer from what `get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _near(cls: type[Layer], unknown: dict[str, Any]) -> str:
    import inspect

    return naming.nearest(next(iter(unknown)), [*inspect.signature(cls).parameters, "input_shape", "name", "dtype"])


def _dtype_name(dtype: Any) -> str:
    if isinstance(dtype, dict):
        dtype = dtype.get("config", {}).get("name")
    name = np.dtype(dtype or config.floatx()).name
    if name not in ("float32", "float64"):
        raise ValueError(f"Layer dtype must be 'float32' or 'float64', got {dtype!r}")
    return name


def _given_shape(name: str, legacy: dict[str, Any]) -> Shape | None:
    """The shape of one row that a layer was given by Keras's older arguments."""
    if "input_dim" in legacy:
        dim = legacy.pop("input_dim")
        return (None, dim) if dim is not None else None
    for key in ("batch_input_shape", "batch_shape"):
        if key in legacy:
            return tuple(legacy.pop(key))
    if "input_shape" not in legacy:
        return None
    shape = legacy.pop("input_shape")
    if shape is None:
        return None
    if not isinstance(shape, tuple | list) or not all(isinstance(size, int | np.integer | None) for size in shape):
        raise ValueError(f"{name}: input_shape must be a tuple of integers, such as (28, 28) or (784,), got {shape!r}")
    return (None, *shape)
