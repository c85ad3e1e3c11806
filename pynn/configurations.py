"""`keras.utils.Config`: named values, read as attributes or items, that can be frozen."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import Any

from pynn import naming


class Config:
    """Named values, read and written as attributes or as items.

    Parameters
    ----------
    **kwargs
        The first values.

    Raises
    ------
    ValueError
        On a change after `freeze`.
    AttributeError
        On reading a name that is not there.

    Examples
    --------
    >>> settings = Config(units=32)
    >>> settings.rate = 0.1
    >>> settings["units"], settings.rate, settings.to_json()
    (32, 0.1, '{"units": 32, "rate": 0.1}')
    """

    def __init__(self, **kwargs: Any) -> None:
        object.__setattr__(self, "_config", kwargs)
        object.__setattr__(self, "_frozen", False)

    @property
    def frozen(self) -> bool:
        """Whether changes are refused."""
        return bool(self.__dict__["_frozen"])

    def freeze(self) -> None:
        """Refuse changes from now on."""
        object.__setattr__(self, "_frozen", True)

    def unfreeze(self) -> None:
        """Allow changes again."""
        object.__setattr__(self, "_frozen", False)

    def as_dict(self) -> dict[str, Any]:
        """A copy as a dict."""
        return dict(self._values())

    def to_json(self) -> str:
        """The values as JSON."""
        import json

        return json.dumps(self._values())

    def keys(self) -> KeysView[str]:
        """As of a dict."""
        return self._values().keys()

    def values(self) -> ValuesView[Any]:
        """As of a dict."""
        return self._values().values()

    def items(self) -> ItemsView[str, Any]:
        """As of a dict."""
        return self._values().items()

    def pop(self, *args: Any) -> Any:
        """As of a dict."""
        return self._changed().pop(*args)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """As of a dict."""
        self._changed().update(*args, **kwargs)

    def get(self, keyname: str, value: Any = None) -> Any:
        """The value of a name, `value` if there is none."""
        return self._values().get(keyname, value)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in dir(type(self)):
            object.__setattr__(self, name, value)
        else:
            self._changed()[name] = value

    def __getattr__(self, name: str) -> Any:
        values = self._values()
        if name in values:
            return values[name]
        raise AttributeError(f"Unknown attribute: '{name}'.{naming.nearest(name, values)}")

    def __setitem__(self, key: str, item: Any) -> None:
        self._changed()[key] = item

    def __getitem__(self, key: str) -> Any:
        return self._values()[key]

    def __delitem__(self, key: str) -> None:
        del self._changed()[key]

    def __contains__(self, item: object) -> bool:
        return item in self._values()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._values()))

    def __len__(self) -> int:
        return len(self._values())

    def __repr__(self) -> str:
        return f"<Config {self._values()}>"

    def _values(self) -> dict[str, Any]:
        found: dict[str, Any] = self.__dict__.get("_config", {})
        return found

    def _changed(self) -> dict[str, Any]:
        """The values, about to be changed."""
        if self.frozen:
            raise ValueError("Cannot mutate attribute(s) because the config is frozen.")
        return self._values()
