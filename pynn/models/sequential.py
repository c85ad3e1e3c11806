"""A chain of layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np

from pynn import config, naming
from pynn import layers as layer_module
from pynn.layers import Dense, Flatten, InputLayer, KerasTensor, Layer
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
        super().__init__(name or naming.auto_name("sequential"), trainable)
        self._layers: list[Layer] = []
        for layer in layers or []:
            self.add(layer, rebuild=False)
        self._build_if_known()

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input."""
        return [layer for layer in self._layers if not isinstance(layer, InputLayer)]

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Append a layer.

        Raises
        ------
        ValueError
            If it is no layer, has a name that is taken, or does not fit the output of the last layer; the model is
            unchanged then.
        """
        layer = layer.layer if isinstance(layer, KerasTensor) else layer
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Only instances of `keras.Layer` can be added to a Sequential model. Received: {layer} "
                f"(of type {type(layer)})"
            )
        if isinstance(layer, InputLayer) and self._layers:
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
        shape: Shape = tuple(input_shape)
        self.input_shape = shape
        for layer in self.layers:
            shape = layer.ensure_built(shape, within=self.name)
        self.output_shape = shape
        self.built = True

    def build_for(self, x: np.ndarray) -> None:
        """Build for the rows of x, if the model is not built yet."""
        if not self.built:
            try:
                self.build((None, *x.shape[1:]))
            except ValueError:
                if self._layers and not self.built and isinstance(self._layers[0], InputLayer) and len(x.shape) < 2:
                    self._layers.pop(0)
                raise

    def chain(self) -> list[Layer]:
        """The layers in the order in which they are lowered."""
        return self.layers

    def _build_if_known(self) -> None:
        if self.layers and isinstance(self._layers[0], InputLayer):
            self.build()

    def _changed(self) -> None:
        self.built = False
        self._works.clear()

    def get_config(self) -> dict[str, Any]:
        """Return name and layers, without weights."""
        start = {"name": self.name, "trainable": self.trainable, "dtype": config.dtype_policy(config.floatx())}
        shape = {"build_input_shape": self.input_shape} if self.built else {}
        return start | {"layers": [_entry(layer) for layer in self._layers]} | shape

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a model from what `get_config` returned; weights are new.

        Raises
        ------
        ValueError
            If a layer's class is unknown.
        """
        model = cls(name=config.get("name"), trainable=config.get("trainable", True))
        for entry in config["layers"]:
            found = getattr(layer_module, entry["class_name"], None)
            if not (isinstance(found, type) and issubclass(found, Layer)):
                raise ValueError(f"Sequential.from_config: there is no layer class {entry['class_name']!r}")
            model.add(found.from_config(entry["config"]))
        if not model.built and config.get("build_input_shape"):
            model.build(config["build_input_shape"])
        return model


def _entry(layer: Layer) -> dict[str, Any]:
    """A layer as a model's config lists it."""
    entry = {"module": "keras.layers", "class_name": type(layer).__name__, "config": layer.get_config()}
    # Keras writes the shape of layers that were built, which those without weights or a shape of their own never are.
    builds = layer.input_shape is not None and isinstance(layer, Dense | Flatten)
    shape = {"build_config": {"input_shape": layer.input_shape}} if builds else {}
    return entry | {"registered_name": None} | shape
