"""Keras's public paths of pynn's own classes and functions, which files mention: `keras.layers`, `Dense`.

The namespace that students import tells them, so that nothing here knows what stands above.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

_namespaces: dict[str, Mapping[str, Any]] = {}
_hidden: dict[str, dict[str, Any]] = {}
_paths: dict[Any, str] = {}  # class → the path of the first namespace that has it
_later: list[Callable[[], None]] = []

# Where a function that a config mentions by its name alone is looked for, in this order.
_FUNCTIONS = ("activations", "losses", "metrics", "initializers", "regularizers", "constraints", "ops", "layers")


def publish(path: str, names: Mapping[str, Any]) -> None:
    """Make the names of a namespace known under its public path.

    Parameters
    ----------
    path : str
        Such as ``"keras.layers"``.  If two namespaces show one class, the first to be published names it in files.
    names : mapping
        Name to class or function, such as ``vars(module)``.

    Examples
    --------
    >>> publish("keras.examples_of_docs", {"OrderedDict": dict})
    >>> find("keras.examples_of_docs", "OrderedDict")
    <class 'dict'>
    """
    _namespaces[path] = names
    for value in names.values():
        if inspect.isclass(value) and value.__module__.partition(".")[0] == "pynn":
            _paths.setdefault(value, path)


def publish_later(everything: Callable[[], None]) -> None:
    """Let a function publish namespaces as soon as somebody looks for a path.

    Parameters
    ----------
    everything : callable
        Without arguments; called once.

    Examples
    --------
    >>> publish_later(lambda: publish("keras.later", {"Name": dict}))
    >>> find("keras.later", "Name")
    <class 'dict'>
    """
    _later.append(everything)


def _publish() -> None:
    while _later:
        _later.pop()()


def publish_hidden(path: str, cls: type[Any]) -> None:
    """Make a class known under the path within Keras's own sources that files mention: no namespace shows it."""
    _hidden.setdefault(path.replace("keras.src.", "keras."), {})[cls.__name__] = cls
    _paths[cls] = path


def path_of(cls: type[Any]) -> str | None:
    """The public path of the namespace that shows a class, None for a class that is not pynn's own."""
    _publish()
    return _paths.get(cls)


def find(module: str, name: str) -> Any:
    """What a public namespace calls `name`, or None; `module` may be a path within Keras's own sources.

    Keras 2 and TensorFlow wrote `keras.layers.core`, `keras.src.layers.core.dense` or `tensorflow.keras.layers`.
    """
    words = module.split(".")
    if words[0] in ("tensorflow", "tf"):
        words = words[words.index("keras") :] if "keras" in words else words
    if words[0] != "keras":
        return None
    if "backend" in words and "optimizers" in words:  # Keras on PyTorch: keras.src.backend.torch.optimizers.torch_adam
        words = ["keras", *words[words.index("optimizers") :]]
    _publish()
    path = ".".join(word for word in words if word not in ("src", "api", "_tf_keras"))
    while path:
        if name in (names := _namespaces.get(path, _hidden.get(path, {}))):
            return names[name]
        path = path.rpartition(".")[0]
    return None


def may_be_mentioned(found: Any, name: str) -> bool:
    """Whether a file may mention it: classes, and functions that compute; none that opens files or connections."""
    return inspect.isclass(found) or find_function(name) is found


def find_function(name: str) -> Any:
    """The function that configs mean by a bare name, or None."""
    _publish()
    for folder in _FUNCTIONS:
        found = _namespaces.get(f"keras.{folder}", {}).get(name)
        if callable(found):
            return found
    return None
