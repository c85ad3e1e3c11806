"""What every layer is: settings, weights, and a way to lower itself to steps of a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from pynn import config, graph, initializers, naming
from pynn.graph import Node
from pynn.layers import added, arguments, calls, composite, masks
from pynn.layers.facts import Facts
from pynn.layers.older_calls import OlderLayerCalls
from pynn.layers.tracking import unique
from pynn.layers.weighted import Weighted
from pynn.plan import Plan
from pynn.variables import Variable

Shape = tuple[int | None, ...]
Backward = Callable[[Any], Any]


class Layer(OlderLayerCalls, Facts, Weighted):
    """A function of the rows of a batch, with weights.

    Layers that come with pynn hold settings and name ops (`lower`).  Your own layer defines `call`, written with
    `keras.ops`, operators and other layers.

    Parameters
    ----------
    activity_regularizer : Regularizer, optional
        Penalty on the output.
    trainable : bool, default True
        Whether training changes the weights.
    dtype : str, optional
        Element type of the weights; ``config.floatx()`` if not given.
    autocast : bool, default True
        Accepted for Keras's sake: inputs are always brought to the layer's type.
    name : str, optional
        Numbered by class if not given.
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
    ...     def call(self, x):
    ...         return 2 * x
    >>> Twice()(np.array([[1.0, 3.0]])).tolist()
    [[2.0, 6.0]]
    """

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.name = arguments.checked_name(name) or naming.auto_name(type(self).__name__)
        self._trainable = bool(trainable)
        self.dtype = arguments.dtype_name(dtype)
        self.autocast = autocast
        self.given_shape = arguments.given_shape(self, kwargs)
        self._first_weights = arguments.given_weights(self, kwargs)
        arguments.refuse_rest(type(self), kwargs)
        self.activity_regularizer = calls.regularizer(activity_regularizer)
        self.built = False
        self.input_shape: Any = None
        self.output_shape: Any = None
        self.supports_masking = masks.by_default(self)
        self._weights: list[Variable] = []
        self._inbound: list[Node] = []
        self._losses: list[Any] = []

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights; setting it sets it for the layers inside as well."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        for layer in self.sublayers:
            layer.trainable = bool(value)

    def ensure_built(self, input_shape: Any, within: str = "") -> Any:
        """Build the layer for inputs of a shape if it is not yet built; return the shape of its output.

        Weights get the name `within` (the model's) in front of their paths.

        Raises
        ------
        ValueError
            If it was built for another shape.
        """
        self.check_input(input_shape)
        if not self.built:
            with graph.for_keeps():
                self.build(input_shape)
            self.built = True
            arguments.after_build(self, self._own_variables(), within)
        self.input_shape = input_shape
        self.output_shape = self.compute_output_shape(input_shape)
        return self.output_shape

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        self.built = True

    def check_input(self, input_shape: Any) -> None:
        """Raise ValueError if the layer cannot take inputs of this shape."""

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Shape of the output, None standing for the rows of the batch."""
        if composite.is_user_written(self):
            return composite.output_shape(self, input_shape)
        return input_shape

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """KerasTensors with the shapes of the outputs for a symbolic call."""
        return self.symbolic_outputs(*args, **kwargs)

    def symbolic_outputs(self, *args: Any, **kwargs: Any) -> Any:
        """See `pynn.graph.Operation`."""
        return calls.symbolic_outputs(self, args, kwargs)

    @masks.default
    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Which steps of the output count: those of the input."""
        return previous_mask

    _keeps_shape = False  # whether configurations tell the shape of the input though the layer makes no weights
    _passes_mask = _takes_mask = False  # the default of `supports_masking`; whether calls may be given a mask
    _keeps_integers = False  # whether whole numbers come out as such

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        layer = super().__new__(cls)
        if not cls.__module__.startswith("pynn."):
            object.__setattr__(layer, "_given", arguments.capture(cls, args, kwargs))
        return layer

    def lower(self, plan: Plan, x: Any) -> tuple[Any, Backward]:
        """Emit the forward steps for input `x`.

        Returns
        -------
        tuple
            The output slot, and a function that takes the slot of its gradient, emits the backward steps and returns
            the slot of the input's gradient.
        """
        return composite.lower(self, plan, (x,), {})

    def lower_call(self, plan: Plan, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[Any, Backward]:
        """Emit a call with these arguments, the penalty of the output included; as `lower`."""
        return calls.lower(self, plan, args, kwargs)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; what your own layer defines."""
        if type(self).lower is Layer.lower or self.__dict__.get("_network", 0) is None:  # nothing that super() computes
            raise NotImplementedError(f"Layer {type(self).__name__} does not have a `call()` method implemented.")
        return calls.eager_call(self, args, kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer to an array of shape (n, …), or to a KerasTensor; it is built for that shape if need be."""
        return calls.call(self, args, kwargs)

    def add_weight(
        self,
        *args: Any,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
    ) -> Variable:
        """Make a variable that belongs to the layer.

        Parameters
        ----------
        *args
            Keras 2's order: shape, initializer; or its name first.
        shape : tuple of int, optional
            A single number if not given.
        initializer : str or callable, default "glorot_uniform" for floats, "zeros" for integers
        dtype : str, optional
            The layer's if not given.
        trainable : bool, default True
        regularizer, constraint : optional
        autocast, aggregation, overwrite_with_gradient
            Accepted for Keras's sake.
        name : str, optional
        """
        shape, initializer, name = arguments.of_add_weight(args, shape, initializer, name)
        dtype = np.dtype(dtype or self.dtype).name
        default = "glorot_uniform" if dtype.startswith("float") else "zeros"
        made = initializers.get(initializer if initializer is not None else default)
        variable = Variable(made, shape, dtype, trainable, name=name or "variable")
        variable.regularizer, variable.constraint = calls.regularizer(regularizer), calls.constraint(constraint)
        variable.path = f"{self.name}/{variable.name}"
        self._weights = [*self._weights, variable]
        return variable

    def add_loss(self, loss: Any) -> None:
        """Add a number to the loss; to be called in `call`.

        Parameters
        ----------
        loss : scalar Tensor, or a list of them
        """
        added.add_loss(self, loss)

    @property
    def losses(self) -> list[Any]:
        """Penalties: those of `add_loss` in the last call, then those of regularized weights."""
        added = [loss for layer in [self, *self.all_sublayers()] for loss in layer._losses]
        kept = [v for v in self.trainable_weights if v.regularizer is not None]
        return added + [v.regularizer(v) for v in kept]

    def all_sublayers(self) -> list[Layer]:
        """The layers inside, and those inside them, each once."""
        found: list[Layer] = []
        for layer in self.sublayers:
            found += [layer, *layer.all_sublayers()]
        return unique(found)

    @property
    def input(self) -> Any:
        """The KerasTensor of the layer's first symbolic call."""
        return calls.of_first_node(self, "input")

    @property
    def output(self) -> Any:
        """What the layer's first symbolic call returned."""
        return calls.of_first_node(self, "output")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal layer, without its weights."""
        start = {"name": self.name, "trainable": self.trainable, "dtype": config.dtype_policy(self.dtype)}
        if self.activity_regularizer is not None:
            start["activity_regularizer"] = calls.regularizer_config(self.activity_regularizer)
        if type(self).get_config is not Layer.get_config:
            return start
        given = arguments.captured(self)
        return given | {k: v for k, v in start.items() if k != "name" or arguments.is_named(type(self))}

    def get_build_config(self) -> dict[str, Any] | None:
        """The shape that the layer was built for, if its weights or its work depend on it."""
        builds = type(self).build is not Layer.build or self._keeps_shape
        return {"input_shape": self.input_shape} if builds and self.input_shape is not None else None

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build for the shape that `get_build_config` gave."""
        shape = config.get("input_shape")
        if shape is not None and not self.built:
            self.ensure_built(arguments.as_shape(shape))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a layer from what `get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"
