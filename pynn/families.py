"""Families of named objects (regularizers, constraints): found by string, class or config; written to a config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynn import naming
from pynn.saving import deserialize_keras_object, serialize_keras_object


class Family:
    """The classes of one of Keras's folders.

    Parameters
    ----------
    kind : str
        What messages call a member: "regularizer".
    module : str
        Where Keras has them: "keras.regularizers".
    classes : tuple of type
        Each is known by its name and by its name in snake case.
    aliases : dict, optional
        Further strings, each with a function that makes the object.
    """

    def __init__(
        self, kind: str, module: str, classes: tuple[type, ...], aliases: Mapping[str, Any] | None = None
    ) -> None:
        self.kind, self.module, self.classes = kind, module, classes
        self.names: dict[str, Any] = {cls.__name__: cls for cls in classes}
        self.names |= {naming.to_snake_case(cls.__name__): cls for cls in classes} | dict(aliases or {})

    def get(self, identifier: Any) -> Any:
        """The member that a string, dict, class, function or instance stands for; None for None."""
        if identifier is None:
            return None
        if isinstance(identifier, dict):
            return self._from(identifier)
        if isinstance(identifier, str):
            if identifier not in self.names:
                raise ValueError(self._unknown(identifier))
            return self.names[identifier]()
        made = identifier() if isinstance(identifier, type) else identifier
        if not callable(made):
            raise ValueError(
                f"Could not interpret {self.kind} identifier: {identifier}. Expected a {self.kind}, a function of an "
                f"array, or one of {', '.join(sorted(self.names))}."
            )
        return made

    def _from(self, config: Mapping[str, Any]) -> Any:
        try:
            made = self.deserialize(config)
        except TypeError as error:
            raise ValueError(f"{self._unknown(config, str(config.get('class_name')))} {error}") from error
        if not callable(made):
            raise ValueError(self._unknown(config))
        return made

    def serialize(self, member: Any) -> Any:
        """A dict that JSON can hold, as Keras writes it; None for None."""
        return serialize_keras_object(member)

    def deserialize(self, config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
        """What `serialize` was given."""
        return deserialize_keras_object(config, custom_objects, module_objects=self.names)

    def _unknown(self, identifier: Any, name: str | None = None) -> str:
        near = naming.nearest(name or str(identifier), self.names)
        return f"Could not interpret {self.kind} identifier: {identifier}.{near}"
