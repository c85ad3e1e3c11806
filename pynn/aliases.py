"""`import keras` and `import tensorflow`, answered by pynn."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from pynn import namespaces

# The names under which programs import Keras and TensorFlow, with public paths for messages and our modules.
_ROOTS = {
    "keras": ("keras", "pynn.keras"),
    "tf_keras": ("keras", "pynn.keras"),
    "tensorflow": ("tf", "pynn.tf"),
}
_OWN_ROOTS = {"pynn.keras": ("keras", "pynn.keras"), "pynn.tf": ("tf", "pynn.tf")}


class _Loader:
    """Puts a module that exists already where the import system looks for the one it asked for."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to the import system, which sets attributes of what is created."""

    def exec_module(self, module: ModuleType) -> None:
        sys.modules[module.__name__] = self.module


class _Finder:
    """Finds modules below its roots by walking attributes; what is absent says why."""

    def __init__(self, roots: dict[str, tuple[str, str]]) -> None:
        self.roots = roots

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        root = next((r for r in self.roots if name == r or name.startswith(f"{r}.")), None)
        if root is None:
            return None
        public, ours = self.roots[root]
        if name == ours:
            return None  # found by its file
        module = import_module(ours)
        for word in name.removeprefix(root).split(".")[1:]:
            found = getattr(module, word, None)
            if not isinstance(found, ModuleType):
                message = namespaces.absence(public, word, dir(module))
                raise ModuleNotFoundError(f"No module named {name!r}. {message}", name=name)
            public, module = f"{public}.{word}", found
        return ModuleSpec(name, _Loader(module), is_package=hasattr(module, "__path__"))  # type: ignore[arg-type]


_finder = _Finder(_ROOTS)


def install_as_keras() -> None:
    """Let ``import keras`` and ``import tensorflow`` give pynn, in this process, from now on.

    Raises
    ------
    ImportError
        If the real Keras or TensorFlow has been imported already.

    Notes
    -----
    Nothing on disk changes, and modules are the same objects by either name: ``keras.layers is pynn.keras.layers``.
    What `tensorflow` gives is `pynn.tf`, which is imported when a program asks for it.
    To run a script or a notebook so, without a change to it: ``pynn run lesson.ipynb``, ``python -m pynn script.py``.

    Examples
    --------
    >>> import pynn
    >>> pynn.install_as_keras()  # doctest: +SKIP
    >>> from keras.layers import Dense  # doctest: +SKIP
    """
    for root in _ROOTS:
        real = sys.modules.get(root)
        if real is not None and real is not sys.modules.get(_ROOTS[root][1]):
            raise ImportError(
                f"install_as_keras: the real {root} has been imported already, from {getattr(real, '__file__', '?')}. "
                f"Call pynn.install_as_keras() before anything imports {root}, in a new process or a restarted kernel.",
                name=root,
            )
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def uninstall_as_keras() -> None:
    """Undo `install_as_keras`: the next ``import keras`` looks for the real one.

    Examples
    --------
    >>> import pynn
    >>> pynn.uninstall_as_keras()
    """
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
        for name in [n for n in sys.modules if n.partition(".")[0] in _ROOTS]:
            del sys.modules[name]


def answer_older_modules() -> None:
    """Let ``import pynn.keras.layers.core`` and the like find what is there today; called once, at import."""
    sys.meta_path.append(_Finder(_OWN_ROOTS))
