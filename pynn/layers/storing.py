"""How layers put their weights into files and take them from there; a user's layer may do it otherwise."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from pynn.variables import Variable


class Stored:
    """The part of a layer that knows files."""

    name: str
    built: bool

    def _own_variables(self) -> list[Variable]:
        raise NotImplementedError

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Put the layer's own weights, without those of layers inside, into a mapping under their numbers.

        Parameters
        ----------
        store : dict
        """
        for number, variable in enumerate(self._own_variables()):
            store[str(number)] = variable.numpy()

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Take the weights that `save_own_variables` stored.

        Parameters
        ----------
        store : dict

        Raises
        ------
        ValueError
            If there are more or fewer of them than the layer has, or one has another shape.
        """
        variables = self._own_variables()
        if len(store) != len(variables):
            unbuilt = (
                " It has not been built: let its `build` method, or that of the layer that it is in, make all weights, "
                "or call the model on data first."
            )
            raise ValueError(
                f"Layer '{self.name}' expected {len(variables)} variables, but received {len(store)} variables during "
                f"loading.{'' if self.built else unbuilt} Expected: {[v.path for v in variables]}"
            )
        matching = getattr(store, "matching", None)
        values = [
            store[key] if matching is None else self._fitting(matching, key, variable)
            for key, variable in zip(map(str, range(len(variables))), variables, strict=True)
        ]
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)

    def _fitting(self, matching: Any, key: str, variable: Variable) -> Any:
        try:
            return matching(key, variable.shape, variable.dtype)
        except ValueError as error:
            raise type(error)(f"Layer '{self.name}', weight '{variable.path}': {error}") from error
