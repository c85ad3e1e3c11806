"""scikit-learn's neural networks over the compiled core: `MLPClassifier`, `MLPRegressor`, `Perceptron`.

They are imported when a program asks for them; they need scikit-learn (``pip install "pynn-kernels[sklearn]"``).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pynn import extras

if TYPE_CHECKING:
    from pynn.sklearn.classifier import MLPClassifier
    from pynn.sklearn.perceptron import Perceptron
    from pynn.sklearn.regressor import MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor", "Perceptron"]
_HOMES = {"MLPClassifier": "classifier", "MLPRegressor": "regressor", "Perceptron": "perceptron"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'pynn.sklearn' has no attribute {name!r}; it has {', '.join(__all__)}")
    extras.require("sklearn.base", extra="sklearn")
    found = globals()[name] = getattr(import_module(f"pynn.sklearn.{_HOMES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
