"""What layers and models share: weights that can be counted, read and overwritten."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.layers.storing import Stored
from pynn.layers.tracking import Tracked, owned, unique
from pynn.random import SeedGenerator
from pynn.variables import Variable


class OfBuild:
    """In the place of a weight that `build` makes: tells who asks for it before."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, layer: Any, kind: Any = None) -> Any:
        if layer is None:
            return self
        text = f"You must build the layer before accessing `{self._name}`: call '{layer.name}' on data or a keras.Input"
        raise AttributeError(f"{text}, or its method build((None, …)).")


class Weighted(Stored, Tracked):
    """Something with weights, its own and those of the layers inside."""

    _trainable: bool

    @property
    def sublayers(self) -> list[Any]:
        """The layers among the attributes."""
        return owned(self, Weighted)

    def _own_variables(self) -> list[Variable]:
        mine = owned(self, Variable)
        return [v for v in mine if v.trainable] + [v for v in mine if not v.trainable]

    @property
    def weights(self) -> list[Variable]:
        """All weights, in order."""
        inside = [v for layer in self.sublayers for v in layer.weights]
        return unique([*self._own_variables(), *inside])

    @property
    def variables(self) -> list[Variable]:
        """All weights, and the states of random numbers."""
        seeds = [generator.state for generator in owned(self, SeedGenerator)]
        return unique([*self._own_variables(), *seeds, *(v for layer in self.sublayers for v in layer.variables)])

    @property
    def trainable_weights(self) -> list[Variable]:
        """Those that training changes."""
        if not self._trainable:
            return []
        mine = [v for v in self._own_variables() if v.trainable]
        return unique([*mine, *(v for layer in self.sublayers for v in layer.trainable_weights)])

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The others."""
        trained = {id(v) for v in self.trainable_weights}
        return [v for v in self.weights if id(v) not in trained]

    @property
    def trainable_variables(self) -> list[Variable]:
        """The same as `trainable_weights`."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The variables that training does not change."""
        trained = {id(v) for v in self.trainable_weights}
        return [v for v in self.variables if id(v) not in trained]

    def count_params(self) -> int:
        """Number of weights.

        Raises
        ------
        ValueError
            If it has not been built.
        """
        self.require_built("count_params")
        return sum(v.size for v in self.weights)

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the weights."""
        return [v.numpy().copy() for v in self.weights]

    def set_weights(self, weights: Any) -> None:
        """Overwrite the weights with arrays in the order of `get_weights`.

        Raises
        ------
        ValueError
            If it has not been built, or their number or a shape differs; no weight has changed then.
        """
        self.require_built("set_weights")
        weights, variables = list(weights), self.weights
        if len(weights) != len(variables):
            raise ValueError(
                f"You called `set_weights(weights)` on layer '{self.name}' with a weight list of length "
                f"{len(weights)}, but the layer was expecting {len(variables)} weights."
            )
        for variable, value in zip(variables, weights, strict=True):
            if np.shape(value) != variable.shape:
                raise ValueError(
                    f"Layer {self.name} weight shape {variable.shape} is not compatible with provided weight shape "
                    f"{np.shape(value)} (weight '{variable.path}')."
                )
        for variable, value in zip(variables, weights, strict=True):
            variable.assign(value)

    def require_built(self, what: str) -> None:
        """Raise ValueError if the shape of the input, and so that of the weights, is not known yet."""
        if not self.built:
            raise ValueError(
                f"You tried to call `{what}` on '{self.name}', but it isn't built: it does not know the shape of its "
                "input yet. Begin the model with keras.Input(shape=…), call model.build((None, …)), or fit it first."
            )
