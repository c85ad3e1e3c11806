"""From objects to dictionaries."""

from __future__ import annotations

import types
import warnings
from typing import Any

import numpy as np

from pynn.saving import custom, forms, published, sharing


def serialize_keras_object(obj: Any) -> Any:
    """Describe an object by what JSON can hold, as Keras does.

    Parameters
    ----------
    obj : object
        A number, text or None; a NumPy value; lists, tuples and dicts of such; a function; or an object with a
        `get_config` method.

    Returns
    -------
    object
        Plain values as they are; for an object with a config a dict with ``module`` (Keras's public path, or that
        of the user's own module), ``class_name``, ``config``, ``registered_name``, and ``build_config`` and
        ``compile_config`` if it has them.

    Raises
    ------
    TypeError
        If an object has no `get_config`.

    Examples
    --------
    >>> serialize_keras_object(np.float32(0.5))
    0.5
    >>> serialize_keras_object(keras.initializers.Constant(3.0))
    {'module': 'keras.initializers', 'class_name': 'Constant', 'config': {'value': 3.0}, 'registered_name': None}
    """
    if obj is None or (isinstance(obj, str | bool | int | float) and not isinstance(obj, np.generic)):
        return obj
    if isinstance(obj, list | tuple):
        return type(obj)(map(serialize_keras_object, obj)) if type(obj) in (list, tuple) else _sequence(obj)
    if isinstance(obj, dict):
        return {key: serialize_keras_object(value) for key, value in obj.items()}
    if isinstance(obj, np.generic) or (type(obj) is np.ndarray and obj.ndim == 0):
        return obj.item()
    form = forms.form_of(obj)
    if form is not None:
        return _formed(form, obj)
    if isinstance(obj, types.FunctionType | types.BuiltinFunctionType | type):
        kind = "type" if isinstance(obj, type) else "function"
        name = custom.get_registered_name(obj)
        return {"module": "builtins", "class_name": kind, "config": name, "registered_name": kind}
    return _object(obj)


def _sequence(obj: Any) -> Any:
    made = [serialize_keras_object(item) for item in obj]
    return tuple(made) if isinstance(obj, tuple) else made


def _formed(form: forms.Form, obj: Any) -> dict[str, Any]:
    if form.word == "__lambda__":
        warnings.warn(
            "The object being serialized includes a `lambda`. This is unsafe: its code runs when it is loaded. To load "
            "it again, pass `safe_mode=False` to the loading function. Use a named function instead.",
            stacklevel=4,
        )
    return {"class_name": form.word, "config": form.write(obj)}


def _object(obj: Any) -> dict[str, Any]:
    if not hasattr(obj, "get_config"):
        raise TypeError(
            f"Cannot serialize object {obj} of type {type(obj)}. To be serializable, a class must implement the "
            "`get_config()` method."
        )
    cls = type(obj)
    path = published.path_of(cls)
    entry = {
        "module": path or _own_module(cls),
        "class_name": cls.__name__,
        "config": _config(obj),
        "registered_name": None if path and ".src." not in path else custom.get_registered_name(cls),
    }
    for key in ("build_config", "compile_config"):
        if hasattr(obj, f"get_{key}") and (found := getattr(obj, f"get_{key}")()) is not None:
            entry[key] = serialize_keras_object(found)
    sharing.wrote(obj, entry)
    return entry


def _own_module(cls: type[Any]) -> str | None:
    return None if cls.__module__ in ("__main__", "builtins") else cls.__module__


def _config(obj: Any) -> dict[str, Any]:
    config = obj.get_config()
    if not isinstance(config, dict):
        raise TypeError(
            f"The `get_config()` method of {obj} should return a dict. It returned: {config} of type {type(config)}"
        )
    return {key: serialize_keras_object(value) for key, value in config.items()}
