"""From dictionaries to objects."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

from pynn.omissions import omission_of
from pynn.saving import custom, forms, published, safety, sharing


def _of_the_user(text: str) -> TypeError:
    """The error of a class or function that nobody has made known, or whose own code failed."""
    error = TypeError(text)
    error.is_of_the_user = True  # type: ignore[attr-defined]
    return error


def is_of_the_user(error: Exception) -> bool:
    """Whether an error is about the user's own classes and functions, rather than about a file."""
    return getattr(error, "is_of_the_user", False)


def deserialize_keras_object(
    config: Any, custom_objects: Mapping[str, Any] | None = None, safe_mode: bool = True, **kwargs: Any
) -> Any:
    """Make an object from what `serialize_keras_object` returned, here or in Keras.

    Parameters
    ----------
    config : object
    custom_objects : dict, optional
        Name to class or function, for what is neither registered nor pynn's own.
    safe_mode : bool, default True
        Refuse configs that carry Python code.
    **kwargs
        ``module_objects``: a dict of names that plain strings and older configs (without a module) may mean;
        ``printable_module_name``: what to call them in errors.

    Returns
    -------
    object
        Tuples come back as lists.

    Raises
    ------
    TypeError
        If a class or function is unknown, or cannot be made from its config.
    ValueError
        If the config carries code and `safe_mode` is on.

    Examples
    --------
    >>> deserialize_keras_object({"module": "keras.layers", "class_name": "Flatten", "config": {"name": "flat"}})
    <Flatten name=flat, built=False>
    """
    module_objects = kwargs.pop("module_objects", None)
    kwargs.pop("printable_module_name", None)
    if kwargs:
        raise TypeError(f"deserialize_keras_object: unknown arguments {sorted(kwargs)}")
    with custom.CustomObjectScope(custom_objects), safety.safe_mode(safe_mode and safety.is_safe()):
        return _read(config, module_objects or {})


def _read(config: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(config, str) and config in known:
        return known[config]
    if isinstance(config, list | tuple):
        return [_read(item, known) for item in config]
    if not isinstance(config, dict):
        return config
    if "class_name" not in config or "config" not in config:
        return {key: _read(value, known) for key, value in config.items()}
    name, settings = config["class_name"], config["config"] if config["config"] is not None else {}
    form = forms.form_named(name)
    if form is not None:
        return form.read(settings)
    if name == "function" and isinstance(settings, str):
        return _function(settings, config, known)
    if isinstance(settings, str) and (found := custom.get_registered_object(settings)) is not None:
        return found
    if not isinstance(settings, Mapping):
        raise TypeError(f"Expected 'config' to be a dict for {name}, got {type(settings)}. Full config: {config}")
    return _instance(_located(name, config, known, "class"), config)


def _function(name: str, config: dict[str, Any], known: Mapping[str, Any]) -> Any:
    found = custom.get_registered_object(name)
    if found is None:
        found = known.get(name) or published.find_function(name)
    return found if found is not None else _located(name, config, known, "function")


def _located(name: str, config: dict[str, Any], known: Mapping[str, Any], kind: str) -> Any:
    registered = config.get("registered_name") or name
    for candidate in (registered, name):
        if (found := custom.get_registered_object(candidate)) is not None:
            return found
    module = config.get("module")
    if module and (found := published.find(module, name)) is not None and published.may_be_mentioned(found, name):
        return found
    if name in known:
        return known[name]
    if (omission := omission_of(str(module), name)) is not None:
        raise _of_the_user(f"{module}.{name} is not in pynn: {omission.reason}. Nearest: {omission.nearest}.")
    raise _of_the_user(
        f"Could not locate {kind} '{name}'. Make sure custom classes and functions are decorated with "
        "`@keras.saving.register_keras_serializable()`, and that the decorator has run before loading; or pass "
        f"`custom_objects={{'{name}': …}}`. Full object config: {config}"
    )


def _instance(cls: Any, config: dict[str, Any]) -> Any:
    settings = config["config"] or {}
    if isinstance(cls, types.FunctionType):
        return cls
    if (shared := sharing.find(config)) is not None:
        return shared
    if not hasattr(cls, "from_config"):
        raise TypeError(
            f"Unable to reconstruct an instance of '{config['class_name']}' because the class is missing a "
            f"`from_config()` method. Full object config: {config}"
        )
    try:
        made = cls.from_config(dict(settings))
    except TypeError as error:
        if is_of_the_user(error):
            raise
        raise (TypeError if published.path_of(cls) else _of_the_user)(
            f"{cls} could not be deserialized properly. Components that are objects (layers, models …) in what "
            f"`get_config()` returns must be made explicitly in `from_config()`.\n\nconfig={config}.\n\n"
            f"Exception encountered: {error}"
        ) from error
    sharing.made(made, config)
    _restore(made, config)
    return made


def _restore(made: Any, config: dict[str, Any]) -> None:
    """Build and compile as it was."""
    build = config.get("build_config")
    if build and not getattr(made, "built", False) and hasattr(made, "build_from_config"):
        made.build_from_config(build)
        made.built = True
    compiled = config.get("compile_config")
    if compiled and hasattr(made, "compile_from_config"):
        made.compile_from_config(compiled)
