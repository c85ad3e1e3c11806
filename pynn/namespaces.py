"""What the public namespaces share: their paths, and an answer for names they do not have."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

from pynn import naming
from pynn.omissions import omission_of


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
    waiting, seen = deque([(path, root)]), {id(root)}
    while waiting:
        path, module = waiting.popleft()
        yield path, module
        for name, value in sorted(vars(module).items()):
            inside = isinstance(value, ModuleType) and value.__name__.startswith(f"{root.__name__}.")
            if inside and not name.startswith("_") and id(value) not in seen:
                seen.add(id(value))
                waiting.append((f"{path}.{name}", value))


def guard(module: ModuleType, path: str) -> None:
    """Give a namespace a `__getattr__` that says why a name of Keras or TensorFlow is not there, and what is nearest.

    Parameters
    ----------
    module : module
    path : str
        Its public path.

    Examples
    --------
    >>> keras.layers.Conv2D
    Traceback (most recent call last):
        ...
    AttributeError: keras.layers.Conv2D is not in pynn: convolution and pooling are left out (pynn is for dense \
networks). Nearest: keras.layers.Dense after keras.layers.Flatten.
    """
    vars(module).setdefault("__getattr__", _answer(module, path))


def _answer(module: ModuleType, path: str) -> Callable[[str], Any]:
    def find(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        message = absence(path, name, vars(module))
        if _is_import(sys._getframe(1)):
            raise ImportError(message, name=f"{module.__name__}.{name}")
        raise AttributeError(message, name=name, obj=module)

    return find


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
    return f"{path}.{name} is not in pynn: {path} has no such name.{near}"


def _is_import(frame: Any) -> bool:
    """Whether a frame stands at `from module import name`.

    There Python replaces an AttributeError by "cannot import name", which would hide the reason.
    """
    import dis

    return frame.f_lasti >= 0 and bool(frame.f_code.co_code[frame.f_lasti] == dis.opmap["IMPORT_FROM"])
