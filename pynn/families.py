"""Families of named objects (regularizers, constraints): found by string, class or config; written to a config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynn import naming


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
            return self.deserialize(identifier)
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

    def serialize(self, member: Any) -> Any:
        """A dict that JSON can hold, as Keras writes it; None for None."""
        if member is None:
            return None
        name = type(member).__name__
        if not hasattr(member, "get_config"):
            name = getattr(member, "__name__", name)
            return {"module": "builtins", "class_name": "function", "config": name, "registered_name": "function"}
        own = type(member) in self.classes
        return {
            "module": self.module if own else None,
            "class_name": name,
            "config": member.get_config(),
            "registered_name": None if own else name,
        }

    def deserialize(self, config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
        """What `serialize` was given."""
        if config is None:
            return None
        if not isinstance(config, Mapping) or "class_name" not in config:
            raise ValueError(f"Could not interpret {self.kind} identifier: {config}; a config has a 'class_name'")
        arguments = config.get("config") or {}
        name = config["class_name"] if isinstance(arguments, Mapping) else arguments
        known = self.names | dict(custom_objects or {})
        if name not in known:
            raise ValueError(self._unknown(config, str(name)))
        found = known[name]
        if not isinstance(found, type):
            return found
        return found.from_config(dict(arguments))  # type: ignore[attr-defined]

    def _unknown(self, identifier: Any, name: str | None = None) -> str:
        near = naming.nearest(name or str(identifier), self.names)
        return f"Could not interpret {self.kind} identifier: {identifier}.{near}"
