"""The user's own classes and functions, by the names under which files mention them."""

from __future__ import annotations

import contextvars
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

Registered = TypeVar("Registered")

_objects: dict[str, Any] = {}  # registered name → object, for the whole process
_names: dict[Any, str] = {}


# The custom objects of the `with` blocks that one is in, the innermost first.
_scopes: contextvars.ContextVar[tuple[Mapping[str, Any], ...]] = contextvars.ContextVar("scopes", default=())


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[Registered], Registered]:
    """Decorate a class or function so that files may mention it.

    Parameters
    ----------
    package : str, default "Custom"
        Keeps apart equal names of different authors.
    name : str, optional
        The object's own name if not given.

    Returns
    -------
    callable
        The decorator; it returns what it decorates.

    Raises
    ------
    ValueError
        If a class has no `get_config`.

    Examples
    --------
    >>> @register_keras_serializable("course")
    ... def cube(x):
    ...     return x**3
    >>> get_registered_name(cube)
    'course>cube'
    """

    def register(found: Registered) -> Registered:
        own = name if name is not None else found.__name__  # type: ignore[attr-defined]
        if inspect.isclass(found) and not hasattr(found, "get_config"):
            raise ValueError(
                f"Cannot register a class that does not have a get_config() method. Received: {found.__name__}"
            )
        full = f"{package}>{own}"
        _objects[full] = found
        _names[found] = full
        return found

    return register


class CustomObjectScope:
    """Within a ``with`` block, let names in configs mean the user's classes and functions.

    Parameters
    ----------
    custom_objects : dict of str to class or function
        May be None or empty.

    Examples
    --------
    >>> with CustomObjectScope({"cube": lambda x: x**3}):
    ...     get_registered_object("cube")(2)
    8
    """

    def __init__(self, custom_objects: Mapping[str, Any] | None) -> None:
        self.custom_objects = custom_objects or {}

    def __enter__(self) -> Self:
        if not isinstance(self.custom_objects, Mapping):
            raise TypeError(
                f"custom_object_scope: custom_objects must be a dict from names to classes or functions, "
                f"got {self.custom_objects!r}"
            )
        _scopes.set((dict(self.custom_objects), *_scopes.get()))
        return self

    def __exit__(self, *error: object) -> None:
        _scopes.set(_scopes.get()[1:])


def get_custom_objects() -> dict[str, Any]:
    """Return the one dictionary of registered objects, which may be changed.

    Examples
    --------
    >>> get_custom_objects()["square"] = lambda x: x * x
    >>> get_registered_object("square")(3)
    9
    >>> del get_custom_objects()["square"]
    """
    return _objects


def get_registered_name(obj: Any) -> str:
    """Return the name under which a class or function was registered, or its own name.

    Parameters
    ----------
    obj : class or function

    Examples
    --------
    >>> get_registered_name(dict)
    'dict'
    """
    try:
        found = _names.get(obj)
    except TypeError:  # not hashable
        found = None
    return found if found is not None else str(obj.__name__)


def get_registered_object(
    name: str,
    custom_objects: Mapping[str, Any] | None = None,
    module_objects: Mapping[str, Any] | None = None,
) -> Any:
    """Return the class or function of a name, or None.

    Parameters
    ----------
    name : str
    custom_objects : dict, optional
        Looked into after the scopes one is in and the registered objects.
    module_objects : dict, optional
        Looked into last.

    Examples
    --------
    >>> get_registered_object("nothing") is None
    True
    """
    for known in (*_scopes.get(), _objects, custom_objects or {}, module_objects or {}):
        if name in known:
            return known[name]
    return None
