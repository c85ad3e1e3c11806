"""What every model is: a layer made of layers, which can be trained and summed up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np

from pynn import data, graph, legacy, naming
from pynn.layers import Layer, composite
from pynn.layers import calls as layer_calls
from pynn.layers.context import said_training
from pynn.models import describing, notebook, straight
from pynn.models.compiled import Compiled
from pynn.models.network import Network
from pynn.models.older import OlderCalls
from pynn.models.profiling import Profiled
from pynn.models.saved import Saved
from pynn.models.summary import print_summary
from pynn.models.works import inside
from pynn.plan import Plan
from pynn.structures import flatten, is_nested, map_structure, pack_as


class Model(OlderCalls, Saved, Profiled, Layer):
    """Layers with a common life: weights, training, a summary.

    ``Model(inputs, outputs)`` is the functional form: layers called on `keras.Input`, joined as you like.  A subclass
    makes its layers in ``__init__`` and uses them in ``call``.  For a plain chain there is `Sequential`.

    Parameters
    ----------
    inputs, outputs : KerasTensor, or list, tuple, dict of them
    name : str, optional
    trainable : bool, default True

    Raises
    ------
    ValueError
        If inputs and outputs are not connected, or two layers have the same name.

    Examples
    --------
    >>> x = keras.Input((4,))
    >>> hidden = Dense(3, activation="relu")(x)
    >>> model = Model(x, [Dense(1)(hidden), Dense(2, activation="softmax")(hidden)])
    >>> model.count_params()
    27
    """

    _takes_mask = True
    _functional: type[Model]  # the class that Model(inputs, outputs) gives; its module sets it

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        if cls is Model and _is_functional(args, kwargs):
            return Layer.__new__(cls._functional, *args, **kwargs)  # type: ignore[return-value]
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        structure = _functional_arguments(args, kwargs)
        kwargs.setdefault("name", None)
        kwargs["name"] = kwargs["name"] or naming.auto_name(self._default_name())
        super().__init__(**kwargs)
        self.stop_training = False
        self.history: Any = None
        self._compiled: Compiled | None = None
        self._network: Network | None = None
        self._works: dict[Any, Any] = {}
        self._short_cuts: dict[Any, Any] = {}  # see works.inside and straight
        self._seen_shape: Any = None
        self._output_structure: Any = None
        self._output_dtypes: list[str] | None = None
        self.steps_per_execution = 1
        if structure is not None:
            self._join(*structure)

    def _default_name(self) -> str:
        return type(self).__name__

    def _join(self, inputs: Any, outputs: Any) -> None:
        self._network = describing.network(inputs, outputs)
        self.built = True
        self.input_shape = map_structure(lambda tensor: (None, *tensor.shape[1:]), inputs)
        self.output_shape = map_structure(lambda tensor: (None, *tensor.shape[1:]), outputs)

    @property
    def layers(self) -> list[Layer]:
        """The layers, in order."""
        return self._parts

    @layers.setter
    def layers(self, value: Any) -> None:
        raise AttributeError(
            "`Model.layers` attribute is reserved and should not be used. Please use another name for your list."
        )

    @property
    def _parts(self) -> list[Layer]:
        return self._network.layers if self._network is not None else super().sublayers

    @property
    def sublayers(self) -> list[Layer]:
        return self.layers

    @property
    def real(self) -> np.dtype[Any]:
        """Element type of the computation.

        Raises
        ------
        ValueError
            If layers have different ones.
        """
        known = inside(self)
        if known.real is None:
            layers = [layer for layer in known.layers[1:] if not describing.is_input(layer)]
            dtypes = {layer.dtype for layer in layers}
            if len(dtypes) > 1:
                listed = ", ".join(f"{layer.name}: {layer.dtype}" for layer in layers)
                raise ValueError(f"model '{self.name}' mixes float types ({listed}); give all layers the same dtype")
            known.real = data.real_type(*(dtypes or {self.dtype}))
        return known.real

    @property
    def operations(self) -> list[Any]:
        """Layers and functions of keras.ops, in order."""
        return self._network.operations if self._network is not None else list(self.layers)

    @property
    def inputs(self) -> list[Any] | None:
        """The KerasTensors of the inputs, flat; None before the model is built."""
        return self._network.flat_inputs if self._network is not None else None

    @property
    def outputs(self) -> list[Any] | None:
        """The KerasTensors of the outputs, flat; None before the model is built."""
        return self._network.flat_outputs if self._network is not None else None

    @property
    def input(self) -> Any:
        """The input in the structure in which it was given."""
        return self._known_network("input").inputs

    @property
    def output(self) -> Any:
        """The output in the structure in which it was given."""
        return self._known_network("output").outputs

    def _known_network(self, what: str) -> Network:
        if self._network is None:
            hint = "Begin it with keras.Input(shape=…), or make it with keras.Model(inputs, outputs)."
            raise AttributeError(f"The model {self.name} has never been called and thus has no defined {what}. {hint}")
        return self._network

    @property
    def input_names(self) -> list[str]:
        """Names of the inputs."""
        return [tensor.name for tensor in self.inputs or []]

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs: of the layers that make them, or of their keys in a dictionary."""
        return describing.output_names(self)

    def lower(self, plan: Plan, x: Any) -> tuple[Any, Any]:
        """Emit the forward steps of every layer; see `Layer.lower`."""
        if self._network is None:
            return composite.lower(self, plan, (x,), {})
        ys, backward = self._network.lower(plan, flatten(x))
        many = is_nested(x)

        def back(dy: Any) -> Any:
            dxs = backward(flatten(dy))
            return dxs if many else dxs[0]

        return pack_as(self._network.outputs, ys), back

    def _runs_plans(self) -> bool:
        """Whether a call on arrays is one walk of a plan: not if a user wrote `call`."""
        return not composite.is_user_written(self)

    def build_for(self, shape: Any) -> None:
        """Make the weights for a shape, or a structure of shapes, of the data, if that has not been done."""
        if self._network is None and self._seen_shape != shape:
            describing.build_by_call(self, shape)
            self._seen_shape = shape

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Shape of the output, None standing for the rows of the batch."""
        return super().compute_output_shape(input_shape) if self._network is None else self.output_shape

    def check_input(self, input_shape: Any) -> None:
        if self._network is not None:
            describing.check_input(self, self._network, input_shape)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs for arrays of rows, at once, or for KerasTensors.

        Parameters
        ----------
        *args : array_like, shape (n, …), or KerasTensor
            Inputs.
        training : bool, default False
            Whether layers such as Dropout behave as in training.
        """
        found = straight.call(self, args, kwargs)
        if found is not None:
            return found
        if graph.any_symbolic(args, kwargs) or not self._runs_plans():
            y = super().__call__(*args, **kwargs)
        else:
            args, kwargs = layer_calls.checked_arguments(self, args, kwargs)
            describing.check_no_mask(self, kwargs)
            y = self._call_arrays(args[0], said_training(kwargs))
        return y if self._network is None or not args else self._network.with_masks(flatten(args[0]), y)

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of a name or number.

        Raises
        ------
        ValueError
            If there is none, or neither or both are given.
        """
        return describing.get_layer(self, name, index)

    def summary(
        self,
        line_length: int | None = None,
        positions: list[float] | None = None,
        print_fn: Callable[[str], None] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: list[str] | None = None,
    ) -> None:
        """Print a table of the layers, their output shapes and numbers of weights.

        Parameters
        ----------
        line_length, positions, print_fn, expand_nested, show_trainable, layer_range
            See `pynn.models.summary.print_summary`.
        """
        print_summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)

    def build(self, input_shape: Any = None) -> None:
        """Make the weights for inputs of shape ``(None, …)``."""
        describing.build_by_call(self, input_shape)

    build.records_call = True  # type: ignore[attr-defined]

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle holds: everything but the plans, which point into memory and are made anew."""
        return super().__getstate__() | {"_works": {}, "_short_cuts": {}}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Make a model from what `get_config` returned; weights are new."""
        if {"layers", "input_layers", "output_layers"} <= config.keys() and cls is Model:
            return cls._functional.from_config(config, custom_objects)
        return super().from_config(config)

    def to_json(self, **kwargs: Any) -> str:
        """The configuration as JSON text; `keras.models.model_from_json` reads it."""
        return describing.to_json(self, kwargs)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    def _repr_html_(self) -> str:
        return notebook.html_of(self)


def _is_functional(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    given = len(args) + sum(name in kwargs or f"{name}s" in kwargs for name in ("input", "output"))  # "input": Keras 1
    return given >= 2 and (not args or len(args) >= 2 or not {"output", "outputs"}.isdisjoint(kwargs))


def _functional_arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any] | None:
    """Take inputs and outputs out of the arguments; None if there are none."""
    rename(kwargs)
    if not _is_functional(args, kwargs):
        if args or "inputs" in kwargs or "outputs" in kwargs:
            raise TypeError("Model takes inputs and outputs, both, or neither: Model(inputs=…, outputs=…)")
        return None
    names = ("inputs", "outputs", "name")
    kwargs.update(zip(names, args, strict=False))
    return kwargs.pop("inputs"), kwargs.pop("outputs")


def rename(kwargs: dict[str, Any]) -> None:
    """Keras 1's names of the arguments, in place."""
    for old in ("input", "output"):
        if old in kwargs:
            legacy.renamed("Model", kwargs, {old: f"{old}s"})
