"""What the public namespaces share: their paths, and an answer for names they do not have.

An older name of Keras 1 or 2 gives what it is called today, with a warning; one that is left out says why.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from pynn import legacy, naming, older
from pynn.omissions import omission_of

_modules: dict[str, ModuleType] = {}  # public path → namespace


def tree(root: ModuleType, path: str) -> Iterator[tuple[str, ModuleType]]:
    """Yield a namespace and those within it, with their public paths; the outer ones come first.

    Parameters
    ----------
    root : module
    path : str
        Public path of `root`, such as ``"keras"``.

    Examples
    --------
    >>> [path for path, _ in tree(keras, "keras")][:1]
    ['keras']
    """
    for name in vars(root).get("__all__", ()):  # what is imported when it is asked for
        getattr(root, name)
    waiting, seen = deque([(path, root)]), {id(root)}
    while waiting:
        path, module = waiting.popleft()
        yield path, module
        for name, value in sorted(vars(module).items()):
            inside = isinstance(value, ModuleType) and value.__name__.startswith(f"{root.__name__}.")
            if inside and not isinstance(value, OlderModule) and not name.startswith("_") and id(value) not in seen:
                seen.add(id(value))
                waiting.append((f"{path}.{name}", value))


def guard(module: ModuleType, path: str, homes: Mapping[str, str] | None = None) -> None:
    """Give a namespace a `__getattr__` that finds older names, and says why others of Keras's are not there.

    Parameters
    ----------
    module : module
    path : str
        Its public path.
    homes : mapping, optional
        Names that are imported when they are asked for, and the modules that define them.

    Examples
    --------
    >>> keras.layers.Conv2D
    Traceback (most recent call last):
        ...
    AttributeError: keras.layers.Conv2D is not in pynn: convolution and pooling are left out (pynn is for dense \
networks). Nearest: keras.layers.Dense after keras.layers.Flatten.
    """
    _modules[path] = module
    vars(module).setdefault("__path__", [])  # so that `import keras.layers.core` asks for what stands below, too
    vars(module).setdefault("__getattr__", _finder(module, path, homes or {}))


class LazyNamespace(ModuleType):
    """A namespace whose parts are imported when somebody asks for them: each is guarded as soon as it is there.

    A module becomes one by its ``__class__``; its ``__all__`` names what it has or will have.

    Parameters
    ----------
    name : str
        As for every module.

    Examples
    --------
    >>> isinstance(keras, LazyNamespace), "layers" in dir(keras)
    (True, True)
    """

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if isinstance(value, ModuleType) and not isinstance(value, OlderModule) and not name.startswith("_"):
            for path, module in tree(value, f"{self.__name__.removeprefix('pynn.')}.{name}"):
                guard(module, path)

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *vars(self)["__all__"]})

    def __reduce__(self) -> Any:  # joblib's pickler knows modules by their class
        return import_module, (self.__name__,)


class OlderModule(ModuleType):
    """A module of older days; its names are those of the namespace that has them today.

    Parameters
    ----------
    path : str
        Where it stood, a key of `pynn.older.MODULES`.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     OlderModule("keras.layers.core").Dense is Dense
    True
    """

    def __init__(self, path: str) -> None:
        super().__init__(f"pynn.{path}")
        self.__path__: list[str] = []
        self._path, self._today = path, older.MODULES[path]

    def __reduce__(self) -> Any:
        return OlderModule, (self._path,)

    def __getattr__(self, name: str) -> Any:
        path, today = self.__dict__["_path"], self.__dict__["_today"]
        if name == "__all__":
            return [n for n in dir(resolve(today)) if not n.startswith("_")]
        if name.startswith("__"):
            raise AttributeError(name)
        if f"{path}.{name}" in older.MODULES:
            return OlderModule(f"{path}.{name}")
        module = resolve(today)
        if name in dir(module):
            legacy.warn(path, today)
            return getattr(module, name)
        try:
            found = older_name(today, name, self)
        except AttributeError as error:  # what the older name means is left out
            refuse(f"{path}.{name}", str(error))
        if found is self:
            refuse(f"{path}.{name}", absence(today, name, dir(module)))
        return found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        path = self.__dict__["_path"]
        if path not in older.CALLS:
            raise TypeError(f"{path} is a module, not a function")
        return resolve(older.CALLS[path])(*args, **kwargs)


def resolve(path: str) -> Any:
    """Return what stands at a public path of today.

    Parameters
    ----------
    path : str

    Examples
    --------
    >>> resolve("keras.layers.Dense") is Dense
    True
    """
    if path in _modules:
        return _modules[path]
    outer, _, name = path.rpartition(".")
    return getattr(resolve(outer), name)


def older_name(path: str, name: str, default: Any) -> Any:
    """Return what an older name of a namespace means today, with a warning; `default` if it is none.

    Parameters
    ----------
    path, name : str
    default : object

    Examples
    --------
    >>> older_name("keras.layers", "Dense", None) is None
    True
    """
    if f"{path}.{name}" in older.MODULES:
        return OlderModule(f"{path}.{name}")
    today = older.NAMES.get(path, {}).get(name)
    if today is None:
        return default
    found = resolve(today)
    legacy.warn(f"{path}.{name}", getattr(found, "__today__", today))
    return found


def absence(path: str, name: str, known: Iterable[str]) -> str:
    """Return what to say about a name that a namespace does not have.

    Parameters
    ----------
    path : str
        The namespace's public path.
    name : str
    known : iterable of str
        The names it has.

    Examples
    --------
    >>> absence("keras.layers", "Dence", ["Dense"])
    "keras.layers.Dence is not in pynn: keras.layers has no such name. Did you mean 'Dense'?"
    """
    omission = omission_of(path, name)
    if omission is not None:
        return f"{path}.{name} is not in pynn: {omission.reason}. Nearest: {omission.nearest}."
    near = naming.nearest(name, [n for n in known if not n.startswith("_")])
    if path.partition(".")[0] == "tf":  # of which pynn has a part, and no list of the rest
        near = f" Nearest: keras.ops.{name}." if name in dir(resolve("keras.ops")) else near
        return f"{path}.{name} is not in pynn, which has a part of TensorFlow's names.{near}"
    return f"{path}.{name} is not in pynn: {path} has no such name.{near}"


def refuse(name: str, message: str) -> None:
    """Raise what `from module import name` shows, an ImportError, if that is what asks; else AttributeError.

    Parameters
    ----------
    name : str
        Dotted.
    message : str

    Notes
    -----
    Where a program stands at ``from module import name``, Python replaces an AttributeError by "cannot import name",
    which would hide the reason.

    Examples
    --------
    >>> refuse("keras.Modell", "keras.Modell is not in pynn")
    Traceback (most recent call last):
        ...
    AttributeError: keras.Modell is not in pynn
    """
    import dis

    frame = sys._getframe(2)
    if frame.f_lasti >= 0 and frame.f_code.co_code[frame.f_lasti] == dis.opmap["IMPORT_FROM"]:
        raise ImportError(message, name=name)
    raise AttributeError(message)


def _finder(module: ModuleType, path: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    def find(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        if name in homes:
            found = import_module(homes[name])
            if found.__name__ != f"{module.__name__}.{name}":
                found = getattr(found, name)
            setattr(module, name, found)
            return found
        try:
            found = older_name(path, name, module)
        except AttributeError as error:  # what the older name means is left out
            refuse(f"{module.__name__}.{name}", str(error))
        if found is module:
            refuse(f"{module.__name__}.{name}", absence(path, name, dir(module)))
        return found

    return find
