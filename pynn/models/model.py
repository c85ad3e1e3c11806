"""What every model is: layers, weights, a summary, and training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn import data
from pynn.layers import Layer
from pynn.layers.weighted import Weighted
from pynn.models.compiled import Compiled
from pynn.models.summary import print_summary
from pynn.models.training import Trainer
from pynn.variables import Variable


class Model(Weighted, Trainer):
    """Layers with a common life: weights, training, a summary.

    Parameters
    ----------
    name : str
    trainable : bool

    Examples
    --------
    `Sequential` is the one to use:

    >>> isinstance(Sequential([Dense(1)]), keras.Model)
    True
    """

    def __init__(self, name: str, trainable: bool = True) -> None:
        self.name, self._trainable = name, trainable
        self.built = False
        self.stop_training = False
        self._compiled: Compiled | None = None
        self._works = {}

    @property
    def layers(self) -> list[Layer]:
        """The layers, in order."""
        return []

    @property
    def trainable(self) -> bool:
        """Whether training changes any weight; setting it sets it for every layer."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        for layer in self.layers:
            layer.trainable = bool(value)

    @property
    def real(self) -> np.dtype[Any]:
        """Element type of the computation.

        Raises
        ------
        ValueError
            If layers have different ones.
        """
        dtypes = {layer.dtype for layer in self.layers}
        if len(dtypes) > 1:
            listed = ", ".join(f"{layer.name}: {layer.dtype}" for layer in self.layers)
            raise ValueError(f"model '{self.name}' mixes float types ({listed}); give all layers the same dtype")
        return data.real_type(*dtypes)

    @property
    def weights(self) -> list[Variable]:
        return [v for layer in self.layers for v in layer.weights]

    @property
    def trainable_weights(self) -> list[Variable]:
        return [v for layer in self.layers for v in layer.trainable_weights] if self._trainable else []

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle holds: everything but the plans, which point into memory and are made anew."""
        return self.__dict__ | {"_works": {}}

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of a name or number.

        Raises
        ------
        ValueError
            If there is none, or neither or both are given.
        """
        if (name is None) == (index is None):
            raise ValueError("Provide either a layer name or layer index at `get_layer`.")
        if index is not None:
            if not -len(self.layers) <= index < len(self.layers):
                raise ValueError(
                    f"Was asked to retrieve layer at index {index} but model only has {len(self.layers)} layers."
                )
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        known = [layer.name for layer in self.layers]
        raise ValueError(f"No such layer: {name}. Existing layers are: {known}.")

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

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"
