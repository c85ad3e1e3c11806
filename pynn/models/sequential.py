"""A chain of layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from pynn import config, naming, saving
from pynn.graph import KerasTensor
from pynn.layers import InputLayer, Layer
from pynn.models.model import Model

Shape = tuple[int | None, ...]


class Sequential(Model):
    """A chain of layers: each takes the output of the one before.

    Parameters
    ----------
    layers : list of Layer, optional
        May begin with `keras.Input`; otherwise the first layer may be given `input_shape`, or the shape is taken from
        the first data.
    trainable : bool, default True
    name : str, optional

    Raises
    ------
    ValueError
        If two layers have the same name, or a layer does not fit its input.

    Examples
    --------
    >>> from pynn.layers import Dense, Input
    >>> model = Sequential([Input((4,)), Dense(3, activation="relu"), Dense(1)])
    >>> model.count_params()
    19
    """

    def __init__(self, layers: Iterable[Any] | None = None, trainable: bool = True, name: str | None = None) -> None:
        if not isinstance(trainable, bool):
            raise ValueError(
                f"Expected `trainable` to be a boolean. Received: trainable={trainable}. If it is a layer: Sequential "
                "takes its layers in one list, Sequential([first, second])."
            )
        super().__init__(name=name, trainable=trainable)
        self._layers: list[Layer] = []
        given = [layers] if isinstance(layers, Layer) else layers or []
        for layer in given:
            self.add(layer, rebuild=False)
        self._build_if_known()

    def _default_name(self) -> str:
        return "sequential" if type(self) is Sequential else type(self).__name__

    @property
    def _parts(self) -> list[Layer]:
        return [layer for layer in self._layers if not isinstance(layer, InputLayer)]

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Append a layer.

        Raises
        ------
        ValueError
            If it is no layer, has a name that is taken, or does not fit the output of the last layer; the model is
            unchanged then.
        """
        if isinstance(layer, KerasTensor) and layer.node is not None:
            layer = layer.node.operation
        if not isinstance(layer, Layer):
            call = f". Call the class to make a layer: {layer.__name__}(…)" if isinstance(layer, type) else ""
            raise ValueError(
                f"Only instances of `keras.Layer` can be added to a Sequential model. Received: {layer} "
                f"(of type {type(layer)}){call}"
            )
        if isinstance(layer, InputLayer) and self._layers:
            if not isinstance(self._layers[0], InputLayer):
                raise ValueError(
                    f"Sequential model '{self.name}': Input comes after layer '{self._layers[-1].name}'. Put Input "
                    "first: it says what the first layer is given."
                )
            raise ValueError(
                f"Sequential model '{self.name}' has already been configured to use input shape "
                f"{self._layers[0].input_shape}. You cannot add a different Input layer to it."
            )
        if any(layer.name == other.name for other in self._layers):
            raise ValueError(
                "All layers added to a Sequential model should have unique names. "
                f"Name '{layer.name}' is already the name of a layer in this model. Update the `name` argument."
            )
        before = list(self._layers)
        if not self._layers and layer.given_shape is not None and not isinstance(layer, InputLayer):
            self._layers.append(InputLayer(batch_shape=layer.given_shape))
        self._layers.append(layer)
        self._changed()
        if rebuild:
            try:
                self._build_if_known()
            except ValueError:
                self._layers = before
                self._build_if_known()
                raise

    def pop(self, rebuild: bool = True) -> Layer:
        """Remove the last layer and return it.

        Raises
        ------
        ValueError
            If there is none.
        """
        if not self.layers:
            raise ValueError(f"Sequential model '{self.name}' has no layer to pop")
        layer = self._layers.pop()
        self._changed()
        if rebuild:
            self._build_if_known()
        return layer

    def build(self, input_shape: Any = None) -> None:
        """Make the weights for inputs of shape ``(None, …)``.

        Raises
        ------
        ValueError
            If the model has no layers, or a layer does not fit.
        """
        if not self.layers:
            raise ValueError(
                f"Sequential model {self.name} cannot be built because it has no layers. Call `model.add(layer)`."
            )
        if isinstance(self._layers[0], InputLayer):
            input_shape = self._layers[0].batch_shape
        elif input_shape is None:
            raise ValueError("You must provide an `input_shape` argument.")
        else:
            self._layers.insert(0, InputLayer(batch_shape=tuple(input_shape)))
        tensor: Any = self._layers[0].output if len(tuple(input_shape)) else None
        for layer in self.layers:
            tensor = self._called(layer, tensor)
        self._join(self._layers[0].output, tensor)
        naming.auto_name("functional")  # Keras's chains hold a functional model, which takes a number

    def _called(self, layer: Layer, tensor: Any) -> Any:
        """The layer's output for a symbolic input; its weights get the model's name in front of their paths."""
        fresh = not layer.built
        made = layer(tensor)
        if fresh and not isinstance(layer, Model):
            for variable in layer.weights:
                if not variable.path.startswith(f"{self.name}/"):
                    variable.path = f"{self.name}/{variable.path}"
        return made

    def build_for(self, shape: Any) -> None:
        """Build for the rows of an array, if the model is not built yet."""
        if not self.built:
            try:
                self.build(shape)
            except ValueError:
                if self._layers and not self.built and isinstance(self._layers[0], InputLayer):
                    self._layers.pop(0)
                raise

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Shape of the output, None standing for the rows of the batch."""
        if self.built:
            return self.output_shape
        shape = input_shape
        for layer in self.layers:
            shape = layer.compute_output_shape(shape)
        return shape

    def _build_if_known(self) -> None:
        if not self.layers:
            return
        first = self._layers[0]
        if isinstance(first, InputLayer):
            self.build()
        elif isinstance(first, Model) and first.built and len(self._layers) > 1 and first._network is not None:
            self.build(first.input_shape)

    def _changed(self) -> None:
        self.built = False
        self._network = None
        self._works.clear()
        self.__dict__.pop("_applied", None)

    def get_config(self) -> dict[str, Any]:
        """Return name and layers, without weights."""
        start = {"name": self.name, "trainable": self.trainable, "dtype": config.dtype_policy(config.floatx())}
        shape = {"build_input_shape": self.input_shape} if self.built else {}
        return start | {"layers": [saving.serialize_keras_object(layer) for layer in self._layers]} | shape

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """Make a model from what `get_config` returned; weights are new.

        Raises
        ------
        ValueError
            If a layer's class is unknown.
        """
        if "layers" not in config:
            return cls(**config)
        model = cls(name=config.get("name"), trainable=config.get("trainable", True))
        for entry in config["layers"]:
            model.add(saving.deserialize_keras_object(entry, custom_objects))
        if not model.built and config.get("build_input_shape"):
            model.build(config["build_input_shape"])
        return model
